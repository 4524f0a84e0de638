"""Understanding reports ahead in other processes: same results, same order, killed or not."""

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
from knowledge.loading import parse_pool as ahead_module
from knowledge.loading.loader import LoadResult, Status
from knowledge.loading.parse_pool import Ahead, read_report
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from knowledge.understanding.pipeline import Overrides
from tests.conftest import SAMPLES

ROOT = Path(__file__).parents[3]
SECONDS = 60.0
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
def ahead(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ahead]:
    monkeypatch.setattr(ahead_module, "_FEW", 0)
    with closing(Ahead(1)) as one:
        yield one


def test_what_is_understood_ahead_is_what_is_understood_here(ahead: Ahead) -> None:
    begun = [ahead.begin(path, path.name, Overrides()) for path in REPORTS[:3]]
    assert [one() for one in begun] == [read_report(p, p.name, Overrides()) for p in REPORTS[:3]]


def test_a_file_that_cannot_be_read_is_refused_when_it_is_asked_for(
    ahead: Ahead, tmp_path: Path
) -> None:
    begun = ahead.begin(tmp_path / "没有.txt", "没有.txt", Overrides())
    with pytest.raises(UnreadableFile, match="找不到"):
        begun()


def test_a_killed_process_costs_no_file(ahead: Ahead) -> None:
    begun = [ahead.begin(path, path.name, Overrides()) for path in REPORTS[:2]]
    assert ahead._pool
    for pid in list(ahead._pool._processes):
        os.kill(pid, signal.SIGKILL)
    assert [one().report.file for one in begun] == [path.name for path in REPORTS[:2]]


def test_files_begun_after_a_killed_process_are_read_as_well(ahead: Ahead) -> None:
    first = [ahead.begin(path, path.name, Overrides()) for path in REPORTS[:2]]
    assert ahead._pool
    for pid in list(ahead._pool._processes):
        os.kill(pid, signal.SIGKILL)
    ahead._waiting.clear()  # nothing is read here
    told = [first[0]().report.file]
    later = [ahead.begin(path, path.name, Overrides()) for path in REPORTS[2:7]]
    ahead._waiting.clear()
    told += [one().report.file for one in (*first[1:], *later)]
    assert told == [path.name for path in REPORTS[:7]]


def test_a_file_that_kills_its_process_is_refused_alone(ahead: Ahead) -> None:
    deadly: Any = Deadly()
    first = ahead.begin(deadly, "致命.txt", Overrides())
    second = ahead.begin(REPORTS[0], "好的.txt", Overrides())
    with pytest.raises(UnreadableFile, match="终止"):
        first()
    assert second().report.file == "好的.txt"


def test_who_waits_for_a_file_reads_the_last_of_those_that_nobody_reads(ahead: Ahead) -> None:
    ahead._pool = Idle(1)
    begun = [ahead.begin(path, path.name, Overrides()) for path in REPORTS[:3]]
    assert [one() for one in begun] == [read_report(p, p.name, Overrides()) for p in REPORTS[:3]]


def test_what_was_asked_for_is_not_kept(ahead: Ahead) -> None:
    begun = [ahead.begin(path, path.name, Overrides()) for path in REPORTS[:3]]
    for left, one in zip((2, 1, 0), begun, strict=True):
        one()
        assert len(ahead._waiting) <= left


def test_a_file_read_while_waiting_is_refused_in_its_own_turn(ahead: Ahead, tmp_path: Path) -> None:
    ahead._pool = Idle(1)
    first = ahead.begin(REPORTS[0], "好的.txt", Overrides())
    missing = ahead.begin(tmp_path / "没有.txt", "没有.txt", Overrides())
    assert first().report.file == "好的.txt"
    with pytest.raises(UnreadableFile, match="找不到"):
        missing()


def test_few_files_start_no_process() -> None:
    with closing(Ahead(2)) as ahead:
        ahead.begin(REPORTS[0], "一.txt", Overrides())()
        assert ahead._pool is None


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
    monkeypatch.setattr(ahead_module, "_FEW", 1)
    alone, together = _lines(tmp_path / "alone", 0), _lines(tmp_path / "together", 1)
    assert _told(together) == _told(alone)
    again = _lines(tmp_path / "together", 1)
    assert [x.status for x in again if x.report_id] == [Status.UNCHANGED] * 4


KILLED = """
import os, signal, sys
from pathlib import Path
from knowledge.loading import parse_pool as ahead
from knowledge.understanding.pipeline import Overrides
if __name__ == "__main__":
    ahead._FEW = 0
    one = ahead.Ahead(1)
    begun = one.begin(Path(sys.argv[1]), "一.txt", Overrides())
    one._waiting.clear()  # else it would be read here
    begun()
    print(*one._pool._processes, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for a process by its descriptor")
def test_the_processes_end_with_a_load_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, str(script), str(REPORTS[0])],
        capture_output=True, check=False, timeout=SECONDS,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    (pid,) = map(int, done.stdout.split())
    with suppress(ProcessLookupError):  # it has ended already
        assert select([os.pidfd_open(pid)], [], [], SECONDS)[0]
