"""Files made to trip their readers: each ends in a report or in one line, and the next is read."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.errors import UnreadableFile
from knowledge.loading.report_reader import GuardedReader, ReadLimits
from knowledge.reading.archives import Content
from knowledge.understanding.pipeline import Overrides
from tests.forked import forked_workers
from tests.knowledge.reading import hostile, spoiling
from tests.knowledge.reading.hostile import HOSTILE
from tests.knowledge.reading.spoiling import SEEDS, spoilt

_PROSE = "云溪县市场监管局2023年工作总结\n一、食品安全\n抽检1688批次，合格率97.93%。\n"


@pytest.fixture(scope="module")
def reader() -> Iterator[GuardedReader]:
    with (
        pytest.MonkeyPatch.context() as patch,
        forked_workers(),
        closing(GuardedReader(ReadLimits(1.0, 650))) as one,
    ):
        patch.setattr(hostile, "SIZE", 0.03)
        patch.setattr(spoiling, "MOST_TIMES", 300)
        yield one


def outcomes(reader: GuardedReader, path: Path) -> Iterator[str]:
    """What is said of a file, or of each of its members: empty where it is read."""
    try:
        for content in reader.contents(path):
            yield outcome(reader, content)
    except UnreadableFile as error:
        yield str(error)


def outcome(reader: GuardedReader, content: Content) -> str:
    try:
        reader.read(content, "敌.txt", Overrides())
    except UnreadableFile as error:
        return str(error)
    return ""


def is_one_line(said: str) -> bool:
    return not said or (said.endswith("。") and "\n" not in said and len(said) < 200)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_a_report_or_in_one_line(
    reader: GuardedReader, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name]())
    said = list(outcomes(reader, path))
    assert said
    assert all(map(is_one_line, said))


@pytest.mark.usefixtures("reader")  # its workers are forked
@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("pdf_of_characters", ReadLimits(0.1, 2000)),  # ends for its time
        ("pdf_of_a_form_in_itself", ReadLimits(60.0, 650)),  # for its memory
    ],
)
def test_after_a_hostile_file_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, limits: ReadLimits
) -> None:
    path = tmp_path / "hostile"
    path.write_bytes(HOSTILE[name]())
    with closing(GuardedReader(limits)) as reader:
        assert any(outcomes(reader, path))
        monkeypatch.setattr(reader, "_limits", ReadLimits())  # a busy machine takes its time
        assert not outcome(reader, Content("", _PROSE.encode()))


@pytest.mark.parametrize("form", SEEDS)
def test_a_spoilt_file_is_read_or_refused_in_one_line(
    reader: GuardedReader, tmp_path: Path, form: str
) -> None:
    path = tmp_path / "spoilt"
    for seed in range(8):
        path.write_bytes(spoilt(form, seed))
        said = list(outcomes(reader, path))
        assert all(map(is_one_line, said)), (form, seed, said)
        assert not any("故障" in one for one in said), (form, seed, said)
