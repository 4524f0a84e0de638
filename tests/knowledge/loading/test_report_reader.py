"""Reading reports in other processes: same results, same order, killed or not."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from select import select

import pytest

from knowledge.errors import UnreadableFile
from knowledge.library import Library
from knowledge.loading.loader import LoadResult, Status
from knowledge.loading.report_reader import (
    GuardedReader,
    ReadLimits,
    ReportReader,
    rare_garbage_collections,
    read_report,
)
from knowledge.reading.archives import ArchiveLimits, Content
from knowledge.reading.paths import is_gone, place_of
from knowledge.reading.result import refusal
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from knowledge.understanding.pipeline import Overrides
from tests.conftest import SAMPLES
from tests.knowledge.reading.writing import packed
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[3]
REPORTS = sorted((SAMPLES / "reports").iterdir())
LIMITS = ReadLimits(PATIENCE)


@pytest.fixture(scope="module")
def reader() -> Iterator[GuardedReader]:
    with closing(GuardedReader(LIMITS)) as one:
        yield one


def test_what_is_read_in_a_process_is_what_is_read_here(reader: GuardedReader) -> None:
    reports = [reader.submit(path, path.name, Overrides()) for path in REPORTS[:3]]
    assert [one() for one in reports] == [read_report(p, p.name, Overrides()) for p in REPORTS[:3]]
    content = Content("", REPORTS[0].read_bytes())
    here = ReportReader().read(content, "一.txt", Overrides())
    assert reader.read(content, "一.txt", Overrides()) == here


def test_a_file_that_cannot_be_read_is_refused_when_it_is_asked_for(
    reader: GuardedReader, tmp_path: Path
) -> None:
    missing = reader.submit(tmp_path / "没有.txt", "没有.txt", Overrides())
    present = reader.submit(REPORTS[0], "好的.txt", Overrides())
    assert present().report.file == "好的.txt"
    with pytest.raises(UnreadableFile, match="找不到"):
        missing()


def test_a_text_that_is_longer_than_allowed_is_refused(reader: GuardedReader) -> None:
    text = "一、加强监管。\n" * 3000
    with pytest.raises(UnreadableFile, match="文字太多"):
        reader.read(Content("", text.encode()), "长.txt", Overrides(), 20_000)


def test_a_file_that_takes_too_long_is_refused_in_one_line() -> None:
    text = ("一、加强监管，检查企业12家次，立案3件。" * 50_000).encode()
    with (
        closing(GuardedReader(ReadLimits(0.01))) as reader,
        pytest.raises(UnreadableFile, match="还没有读完") as refused,
    ):
        reader.read(Content("", text), "长.txt", Overrides())
    assert "\n" not in str(refused.value)


def test_large_files_may_take_longer() -> None:
    limits = ReadLimits(10.0)
    assert limits.seconds_for(1000) == pytest.approx(10, abs=0.1)
    assert limits.seconds_for(16 << 20) == pytest.approx(30)
    assert limits.seconds_for(1 << 30) == pytest.approx(40)


class Halt(Exception):
    pass


def test_what_is_raised_while_a_file_is_waited_for_ends_the_waiting() -> None:
    def halt() -> None:
        raise Halt

    text = ("一、加强监管，检查企业12家次，立案3件。" * 50_000).encode()
    with closing(GuardedReader(LIMITS, halt)) as reader, pytest.raises(Halt):
        reader.read(Content("", text), "长.txt", Overrides())


def test_a_closed_reader_reads_again(reader: GuardedReader) -> None:
    reader.close()
    assert reader.submit(REPORTS[0], "一.txt", Overrides())().report.file == "一.txt"


def _lines(data_dir: Path, reader: ReportReader) -> list[LoadResult]:
    library = Library(data_dir, BuiltinEmbedder(), create=True, reader=reader)
    with closing(library), library.loader() as loader:
        return list(loader.load([*REPORTS[:4], data_dir / "没有"], Overrides()))


def _told(lines: list[LoadResult]) -> list[tuple[str, Status, str, str, int, int, int]]:
    return [
        (Path(x.file).name, x.status, x.report_id, x.bureau, x.sections, x.passages, x.figures)
        for x in lines
    ]


def test_a_load_with_processes_tells_what_one_without_tells(tmp_path: Path) -> None:
    alone = _lines(tmp_path / "alone", ReportReader())
    together = _lines(tmp_path / "together", GuardedReader(LIMITS))
    assert _told(together) == _told(alone)
    again = _lines(tmp_path / "together", GuardedReader(LIMITS))
    assert [x.status for x in again if x.report_id] == [Status.UNCHANGED] * 4


KILLED = """
import os, signal, sys
from knowledge.loading.workers import Worker
from tests.knowledge.loading import faults
if __name__ == "__main__":
    worker = Worker(256)
    print(worker.call(100, faults.process_id), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for a process by its descriptor")
def test_the_processes_end_with_a_load_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, str(script)],
        capture_output=True, check=False, timeout=PATIENCE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    (pid,) = map(int, done.stdout.split())
    with suppress(ProcessLookupError):  # it has ended already
        assert select([os.pidfd_open(pid)], [], [], PATIENCE)[0]


def test_garbage_is_looked_for_less_often_and_as_before_afterwards() -> None:
    of_tests, usual = gc.get_threshold(), (700, 10, 10)
    gc.set_threshold(*usual)
    try:
        with rare_garbage_collections():
            assert gc.get_threshold()[0] > usual[0]
        assert gc.get_threshold() == usual
    finally:
        gc.set_threshold(*of_tests)


def test_an_archive_is_unpacked_some_members_at_a_time(
    reader: GuardedReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"{n}.txt": str(n).encode() * 100 for n in range(7)}
    data = packed(files)
    bounds = ArchiveLimits(unpacked=450)
    for at_once in (1, 250, 1000):
        monkeypatch.setattr("knowledge.loading.report_reader._AT_ONCE", at_once)
        for one in (reader, ReportReader()):
            opened = one.open_container(data, bounds)
            assert opened
            assert opened.names == tuple(files)
            *whole, last = opened.members([6, 0, 1, 2, 3])
            assert [member.data for member in whole] == [files[f"{n}.txt"] for n in (6, 0, 1, 2)]
            assert "总量超过" in str(last.refusal)


def test_a_member_of_what_cannot_be_opened_within_the_limits_is_not_gone(
    tmp_path: Path, reader: GuardedReader
) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(packed({"甲.txt": b"1"}))
    assert not reader.is_gone(place_of(archive, "甲.txt"))
    assert reader.is_gone(place_of(archive, "乙.txt"))

    def refuse(_data: bytes, _bounds: ArchiveLimits) -> None:
        raise refusal("limits.stopped")

    assert not is_gone(place_of(archive, "乙.txt"), refuse)
