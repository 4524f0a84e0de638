import os
from contextlib import closing
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from knowledge.library import Library
from knowledge.loading.loader import Status
from knowledge.reading.files import read_source
from knowledge.understanding.pipeline import Overrides
from knowledge.understanding.versions import (
    DraftStage,
    ReportVersion,
    _run_similarity,
    _runs,
    find_superseded,
    newer_of,
    stage_of,
)
from tests.conftest import SAMPLES
from tests.knowledge.material import CountingEmbedder, database_of, load, report_text

TEXT = report_text(0)
CHANGED = TEXT.replace("监管力量不足", "监管力量仍然不足")
PLAN = "一、指导思想\n坚持服务发展。\n二、重点打算\n新建快检室3个，培训骨干40名。\n" * 3


def version(name: str, **fields: object) -> ReportVersion:
    made = ReportVersion(name, f"{name}.txt", "青禾县2023年工作总结", TEXT, None, 0)
    return replace(made, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("青禾县总结（初稿）", (DraftStage.DRAFT, 0)),
        ("总结征求意见稿", (DraftStage.DRAFT, 0)),
        ("总结第一稿", (DraftStage.DRAFT, 1)),
        ("总结第二稿", (DraftStage.MIDDLE, 2)),
        ("总结v3", (DraftStage.MIDDLE, 3)),
        ("总结修订稿", (DraftStage.MIDDLE, 0)),
        ("总结", (DraftStage.UNTOLD, 0)),
        ("总结（定稿）", (DraftStage.FINAL, 0)),
        ("总结终稿", (DraftStage.FINAL, 0)),
    ],
)
def test_a_files_name_tells_how_far_a_version_is(name: str, stage: tuple[DraftStage, int]) -> None:
    assert stage_of(f"/data/{name}.docx") == stage


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (version("总结初稿", changed=9.0, loaded=9), version("总结", changed=1.0)),
        (version("总结", changed=9.0, loaded=9), version("总结定稿", changed=1.0)),
        (version("总结修订稿", changed=9.0, loaded=9), version("总结终稿", changed=1.0)),
        (version("征求意见稿", changed=9.0, loaded=9), version("第二稿", changed=1.0)),
        (version("第二稿", changed=9.0, loaded=9), version("第三稿", changed=1.0)),
        # the name tells nothing, or not enough: the file's time
        (version("a", changed=1.0, loaded=9), version("b", changed=2.0)),
        (version("总结修订稿", changed=1.0, loaded=9), version("总结", changed=2.0)),
        (version("总结", changed=1.0, loaded=9), version("总结修订稿", changed=2.0)),
        # nor does the time: the order of loading
        (version("a", changed=1.0, loaded=1), version("b", changed=1.0, loaded=2)),
        (version("a", changed=None, loaded=1), version("b", changed=1.0, loaded=2)),
    ],
)
def test_the_newer_is_told_by_name_then_time_then_order(
    older: ReportVersion, newer: ReportVersion
) -> None:
    assert newer_of(older, newer) is newer_of(newer, older) is newer


def test_all_older_versions_point_to_the_newest() -> None:
    kin = [version("初稿", text=CHANGED), version("第二稿", text=TEXT + "附记。"), version("定稿")]
    assert find_superseded(kin) == {"初稿": "定稿", "第二稿": "定稿"}


@pytest.mark.parametrize(
    "other",
    [
        version("b", text=PLAN),
        version("b", text=CHANGED, title="青禾县2023年工作谋划"),
        version("b", text=TEXT[: len(TEXT) // 2]),  # an abridged one may be for somebody else
        version("b", text=report_text(8)),  # the same form, filled in with other figures
        version("b", text=""),
    ],
)
def test_what_is_not_clearly_the_same_report_stands_for_itself(other: ReportVersion) -> None:
    assert find_superseded([version("a"), other]) == {}


def test_no_two_samples_are_taken_for_one() -> None:
    texts = [read_source(path).text for path in (SAMPLES / "reports").iterdir()]
    runs = [_runs(text) for text in texts]
    assert max(_run_similarity(*pair) for pair in combinations(runs, 2)) < 0.2


# -- in a library


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "reports"
    path.mkdir()
    (path / "青禾县总结（初稿）.txt").write_text(TEXT, encoding="utf-8")
    (path / "青禾县总结（定稿）.txt").write_text(CHANGED, encoding="utf-8")
    (path / "白鹭区.txt").write_text(report_text(1), encoding="utf-8")
    return path


def names(library: Library) -> list[str]:
    return sorted(Path(entry.file).name for entry in library.reports())


def test_the_older_version_is_kept_and_marked_and_not_answered_from(
    library: Library, folder: Path
) -> None:
    load(library, folder)
    assert names(library) == ["白鹭区.txt", "青禾县总结（定稿）.txt"]
    (older,) = (e for e in library.all_reports() if e.superseded_by)
    newer = library.find_report("青禾县2023年")
    assert (Path(older.file).name, older.superseded_by) == ("青禾县总结（初稿）.txt", newer.id)
    for asked in ("监管力量不足", "青禾县2023年存在的问题"):
        hits = library.search(library.read_question(asked), 20)
        assert hits
        assert older.id not in {hit.report.id for hit in hits}
        assert older.id not in {
            h.report.id for h in library.search_with_unidentified(library.read_question(asked))
        }


def test_the_older_version_is_found_by_its_name_and_searched_if_named(
    library: Library, folder: Path
) -> None:
    load(library, folder)
    older = library.find_report("青禾县总结（初稿）")
    assert "监管力量不足" in older.text
    hits = library.search(library.read_question("监管力量不足"), 5, [older.id])
    assert {hit.report.id for hit in hits} == {older.id}


def test_ingest_tells_both_sides(library: Library, folder: Path) -> None:
    lines = {Path(line.file).name: line for line in load(library, folder)}
    newer = lines["青禾县总结（定稿）.txt"]
    assert [Path(file).name for file in newer.supersedes] == ["青禾县总结（初稿）.txt"]
    assert newer.doubts == ()
    again = {Path(line.file).name: line for line in load(library, folder)}
    older = again["青禾县总结（初稿）.txt"]
    assert (older.status, older.doubts) == (Status.UNCHANGED, ("older_version",))
    assert older.superseded_by == newer.file
    with library.loader(dry_run=True) as loader:
        dry = {Path(line.file).name: line for line in loader.load([folder], Overrides())}
    assert [replace(a, seconds=0) for a in dry.values()] == [
        replace(b, seconds=0) for b in again.values()
    ]


def test_the_older_one_is_answered_from_again_when_the_newer_is_gone(
    library: Library, folder: Path
) -> None:
    load(library, folder)
    (folder / "青禾县总结（定稿）.txt").unlink()
    load(library, folder, prune=True)
    assert names(library) == ["白鹭区.txt", "青禾县总结（初稿）.txt"]


def test_what_was_broken_off_before_it_was_settled_is_settled_by_the_next_load(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    def killed(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr("knowledge.loading.loader.VersionMarker.mark_beside", killed)
        for _ in range(3):
            with pytest.raises(KilledError):
                load(library, folder)
    assert len(library.reports()) == 3
    load(library, folder)
    assert names(library) == ["白鹭区.txt", "青禾县总结（定稿）.txt"]


def test_the_newer_file_wins_where_no_name_tells(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    for name, text, time in (("a.txt", CHANGED, 2_000), ("b.txt", TEXT, 1_000)):
        (folder / name).write_text(text, encoding="utf-8")
        os.utime(folder / name, (time, time))
    load(library, folder)
    assert names(library) == ["a.txt"]


def test_a_store_from_before_there_were_versions_is_read_and_brought_up(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    load(library, folder)
    for table in ("superseded", "doubtful"):
        database_of(library).run(f"DROP TABLE {table}")
    database_of(library).run("DELETE FROM meta WHERE key = 'settled'")
    database_of(library).run("PRAGMA user_version = 0")
    with closing(Library(tmp_path / "data", CountingEmbedder())) as opened:
        assert len(opened.reports()) == 3
        load(opened, folder)
        assert names(opened) == ["白鹭区.txt", "青禾县总结（定稿）.txt"]
