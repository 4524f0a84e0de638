import hashlib
from pathlib import Path

import pytest

from knowledge.models import Level
from knowledge.understanding import pipeline
from knowledge.understanding.periods import Period, YearPart
from knowledge.understanding.pipeline import Overrides, restate, understand, understanding_version
from knowledge.vocabulary import DATA
from tests.knowledge.outlines import LONG, assert_covered, assert_sound

TEXT = f"云溪县市场监管局2023年工作总结\n一、工作\n{LONG}\n二、2024年工作打算\n检查*家。\n"


def test_a_report_is_understood_whole() -> None:
    read = understand(TEXT, file="d/a.txt", sha256="f" * 64)
    report = read.report
    assert (report.file, report.sha256, report.text) == ("d/a.txt", "f" * 64, TEXT)
    assert report.identity.title == "云溪县市场监管局2023年工作总结"
    assert report.identity.bureau is not None
    assert (report.identity.bureau.name, report.identity.bureau.level) == (
        "云溪县市场监管局",
        Level.COUNTY,
    )
    assert report.identity.period == Period(2023)
    assert_sound(TEXT, read.sections)
    assert_covered(TEXT, read.sections, read.passages)
    assert {p.report_id for p in read.passages} == {report.id}
    assert [f.text for f in read.figures] == ["120家", "15家", "3件", "2.6万元", "*家"]


def test_the_id_comes_from_the_text_alone() -> None:
    first = understand(TEXT, file="a.txt", sha256="1", overrides=Overrides("甲县局", Period(2020)))
    second = understand(TEXT, file="b/c.md", sha256="2")
    assert first.report.id == second.report.id == hashlib.sha256(TEXT.encode()).hexdigest()[:16]
    assert understand(TEXT + "\n", file="a.txt", sha256="1").report.id != first.report.id


def test_the_same_text_is_understood_the_same() -> None:
    assert understand(TEXT, file="a", sha256="") == understand(TEXT, file="a", sha256="")


@pytest.mark.parametrize(
    ("told", "bureau", "period"),
    [
        (None, "云溪县市场监管局", "2023年"),
        (Overrides(), "云溪县市场监管局", "2023年"),
        (Overrides(bureau="江岚市市场监管局"), "江岚市市场监管局", "2023年"),
        (Overrides(period=Period(2022, YearPart.Q1)), "云溪县市场监管局", "2022年第一季度"),
        (Overrides("**区市场监管局", Period(2021)), "**区市场监管局", "2021年"),
    ],
)
def test_what_somebody_told_wins_over_the_text(
    told: Overrides | None, bureau: str, period: str
) -> None:
    identity = understand(TEXT, file="a.txt", sha256="", overrides=told).report.identity
    assert identity.bureau is not None
    assert (identity.bureau.name, str(identity.period)) == (bureau, period)


def test_what_was_told_gives_even_a_nameless_text_its_bureau() -> None:
    identity = understand(
        "检查12家。", file="", sha256="", overrides=Overrides("云溪县局")
    ).report.identity
    assert identity.bureau is not None
    assert (identity.bureau.level, identity.period) == (Level.COUNTY, None)


def test_the_version_changes_with_each_file_that_reading_depends_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    versions = {understanding_version()}
    for name in pipeline._READ_FROM:
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    monkeypatch.setattr(pipeline, "DATA", tmp_path)
    assert {understanding_version()} == versions
    for name in pipeline._READ_FROM:
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write("# \n")
        versions.add(understanding_version())
    assert len(versions) == 1 + len(pipeline._READ_FROM)


@pytest.mark.parametrize("text", [TEXT, "检查食品单位120家，立案3件。\n"])
@pytest.mark.parametrize("told", [Overrides(), Overrides("清河县市场监管局", Period(2022))])
def test_a_report_is_restated_as_it_is_read_from_another_path(text: str, told: Overrides) -> None:
    read = understand(text, file="a.txt", sha256="sha")
    file = "上报/青禾县2021年总结.txt"
    assert restate(read, file=file, overrides=told) == understand(
        text, file=file, sha256="sha", overrides=told
    )


def test_the_files_that_reports_are_read_by_say_that_they_take_effect_at_the_next_load() -> None:
    comments = {
        path.name: [
            line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] == "#"
        ]
        for path in DATA.glob("*.toml")
    }
    at_load = {name for name, lines in comments.items() if "下次导入生效" in "".join(lines)}
    assert at_load == {*pipeline._READ_FROM, "versions.toml"}  # versions are marked by each load
