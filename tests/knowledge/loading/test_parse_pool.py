"""Understanding reports ahead in other processes: same results, same order, killed or not."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from select import select
from typing import Any

import pytest

from knowledge.errors import UnreadableFile
from knowledge.library import Library
from knowledge.loading import parse_pool
from knowledge.loading.loader import LoadResult, Status
from knowledge.loading.parse_pool import ParsePool, rare_garbage_collections, read_report
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from knowledge.understanding.pipeline import Overrides
from tests.conftest import SAMPLES
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[3]
REPORTS = sorted((SAMPLES / "reports").iterdir())


class Deadly:
    """What ends the process that reads it."""

    def __reduce__(self) -> Any:
        return os._exit, (1,)


class Idle(ProcessPoolExecutor):
    """Processes that never take anything up."""

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        return Future()


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[ParsePool]:
    monkeypatch.setattr(parse_pool, "_FEW", 0)
    with closing(ParsePool(1)) as one:
        yield one


def test_what_is_understood_ahead_is_what_is_understood_here(pool: ParsePool) -> None:
    reports = [pool.submit(path, path.name, Overrides()) for path in REPORTS[:3]]
    assert [one() for one in reports] == [read_report(p, p.name, Overrides()) for p in REPORTS[:3]]


def test_a_file_that_cannot_be_read_is_refused_when_it_is_asked_for(
    pool: ParsePool, tmp_path: Path
) -> None:
    reports = pool.submit(tmp_path / "没有.txt", "没有.txt", Overrides())
    with pytest.raises(UnreadableFile, match="找不到"):
        reports()


def test_a_killed_process_costs_no_file(pool: ParsePool) -> None:
    reports = [pool.submit(path, path.name, Overrides()) for path in REPORTS[:2]]
    assert pool._executor
    for pid in list(pool._executor._processes):
        os.kill(pid, signal.SIGKILL)
    assert [one().report.file for one in reports] == [path.name for path in REPORTS[:2]]


def test_files_reports_after_a_killed_process_are_read_as_well(pool: ParsePool) -> None:
    first = [pool.submit(path, path.name, Overrides()) for path in REPORTS[:2]]
    assert pool._executor
    for pid in list(pool._executor._processes):
        os.kill(pid, signal.SIGKILL)
    pool._queue.clear()  # nothing is read here
    files = [first[0]().report.file]
    later = [pool.submit(path, path.name, Overrides()) for path in REPORTS[2:7]]
    pool._queue.clear()
    files += [one().report.file for one in (*first[1:], *later)]
    assert files == [path.name for path in REPORTS[:7]]


def test_a_file_that_kills_its_process_is_refused_alone(pool: ParsePool) -> None:
    deadly: Any = Deadly()
    first = pool.submit(deadly, "致命.txt", Overrides())
    second = pool.submit(REPORTS[0], "好的.txt", Overrides())
    with pytest.raises(UnreadableFile, match="终止"):
        first()
    assert second().report.file == "好的.txt"


def test_who_waits_for_a_file_reads_the_last_of_those_that_nobody_reads(pool: ParsePool) -> None:
    pool._executor = Idle(1)
    reports = [pool.submit(path, path.name, Overrides()) for path in REPORTS[:3]]
    assert [one() for one in reports] == [read_report(p, p.name, Overrides()) for p in REPORTS[:3]]


def test_what_was_asked_for_is_not_kept(pool: ParsePool) -> None:
    reports = [pool.submit(path, path.name, Overrides()) for path in REPORTS[:3]]
    for left, one in zip((2, 1, 0), reports, strict=True):
        one()
        assert len(pool._queue) <= left


def test_a_file_read_while_waiting_is_refused_in_its_own_turn(
    pool: ParsePool, tmp_path: Path
) -> None:
    pool._executor = Idle(1)
    first = pool.submit(REPORTS[0], "好的.txt", Overrides())
    missing = pool.submit(tmp_path / "没有.txt", "没有.txt", Overrides())
    assert first().report.file == "好的.txt"
    with pytest.raises(UnreadableFile, match="找不到"):
        missing()


def test_few_files_start_no_process() -> None:
    with closing(ParsePool(2)) as pool:
        pool.submit(REPORTS[0], "一.txt", Overrides())()
        assert pool._executor is None


def _lines(data_dir: Path, processes: int) -> list[LoadResult]:
    library = Library(data_dir, BuiltinEmbedder(), create=True)
    with closing(library), library.loader(processes=processes) as loader:
        return list(loader.load([*REPORTS[:4], data_dir / "没有"], Overrides()))


def _told(lines: list[LoadResult]) -> list[tuple[str, Status, str, str, int, int, int]]:
    return [
        (Path(x.file).name, x.status, x.report_id, x.bureau, x.sections, x.passages, x.figures)
        for x in lines
    ]


def test_a_load_with_processes_tells_what_one_without_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parse_pool, "_FEW", 1)
    alone, together = _lines(tmp_path / "alone", 0), _lines(tmp_path / "together", 1)
    assert _told(together) == _told(alone)
    again = _lines(tmp_path / "together", 1)
    assert [x.status for x in again if x.report_id] == [Status.UNCHANGED] * 4


KILLED = """
import os, signal, sys
from pathlib import Path
from knowledge.loading import parse_pool
from knowledge.understanding.pipeline import Overrides
if __name__ == "__main__":
    parse_pool._FEW = 0
    one = parse_pool.ParsePool(1)
    reports = one.submit(Path(sys.argv[1]), "一.txt", Overrides())
    one._queue.clear()  # else it would be read here
    reports()
    print(*one._executor._processes, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for a process by its descriptor")
def test_the_processes_end_with_a_load_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, str(script), str(REPORTS[0])],
        capture_output=True, check=False, timeout=PATIENCE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    (pid,) = map(int, done.stdout.split())
    with suppress(ProcessLookupError):  # it has ended already
        assert select([os.pidfd_open(pid)], [], [], PATIENCE)[0]


def test_garbage_is_looked_for_less_often_and_as_before_afterwards() -> None:
    usual = gc.get_threshold()
    with rare_garbage_collections():
        assert gc.get_threshold()[0] > usual[0]
    assert gc.get_threshold() == usual
