"""A process that is called within limits: it may do what it likes, the caller goes on."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from select import select

import pytest

from knowledge.errors import UnreadableFile
from knowledge.loading.workers import CallFailed, Worker
from knowledge.vocabulary import DATA, read_toml
from tests.knowledge.loading import faults
from tests.patience import PATIENCE

SHORT = 0.3


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with closing(Worker(256)) as one:
        yield one


def wait_for_end(pid: int) -> None:
    with suppress(ProcessLookupError):  # it has ended already
        assert select([os.pidfd_open(pid)], [], [], PATIENCE)[0]


needs_pidfd = pytest.mark.skipif(
    not hasattr(os, "pidfd_open"), reason="waits for a process by its descriptor"
)


def test_one_process_answers_one_call_after_another(worker: Worker) -> None:
    first = worker.call(PATIENCE, faults.process_id)
    assert worker.call(PATIENCE, faults.double, 21) == 42
    assert worker.call(PATIENCE, faults.process_id) == first != os.getpid()


def test_what_a_function_refuses_is_refused(worker: Worker) -> None:
    with pytest.raises(UnreadableFile, match="就是不读"):
        worker.call(PATIENCE, faults.refuse)


@pytest.mark.parametrize(
    ("function", "seconds", "reason"),
    [
        (faults.spin, SHORT, "seconds"),
        (faults.fill_memory, PATIENCE, "memory"),
        (faults.give_too_much, PATIENCE, "memory"),
        (faults.abort, PATIENCE, "crashed"),
        (faults.be_killed, PATIENCE, "killed"),
        (faults.fail, PATIENCE, "fault"),
    ],
)
def test_a_call_that_fails_says_why_and_the_next_is_answered(
    worker: Worker, function: object, seconds: float, reason: str
) -> None:
    assert callable(function)
    with pytest.raises(CallFailed) as failed:
        worker.call(seconds, function)
    assert failed.value.reason == reason
    assert reason in read_toml(DATA / "reading.toml")["limits"]
    assert worker.call(PATIENCE, faults.double, 2) == 4


class Unhurried:
    """A connection that waits as long as it takes, and remembers how long it was to wait."""

    def __init__(self, connection: Connection) -> None:
        self.send, self.recv = connection.send, connection.recv
        self._connection = connection
        self.allowed: list[float] = []

    def poll(self, seconds: float) -> bool:
        self.allowed.append(seconds)
        return self._connection.poll(PATIENCE)


def test_work_that_asks_for_more_time_gets_it(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    unhurried = Unhurried(worker._start())
    monkeypatch.setattr(worker, "_start", lambda: unhurried)
    parts: list[tuple[int, int]] = []
    done = worker.call(
        SHORT, faults.ask_for_time, 2 * SHORT, on_part=lambda *part: parts.append(part)
    )
    assert (done, parts) == ("done", [(2, 3)])
    assert unhurried.allowed == [SHORT, 2 * SHORT]


def test_a_process_is_prepared_before_its_first_call(tmp_path: Path) -> None:
    with closing(Worker(256, tmp_path)) as worker:
        assert worker.call(PATIENCE, faults.folder_of_pages) == tmp_path


def test_a_fault_names_its_place(worker: Worker) -> None:
    with pytest.raises(CallFailed) as failed:
        worker.call(PATIENCE, faults.fail)
    assert failed.value.fault.startswith("KeyError, faults.py:")
    with pytest.raises(CallFailed) as failed:
        worker.call(PATIENCE, faults.recurse, 0)
    assert failed.value.fault.startswith("RecursionError")


def test_a_process_that_others_killed_costs_no_call(worker: Worker, tmp_path: Path) -> None:
    os.kill(worker.call(PATIENCE, faults.process_id), signal.SIGKILL)
    assert worker.call(PATIENCE, faults.double, 1) == 2
    assert worker.call(PATIENCE, faults.be_killed_once, str(tmp_path / "mark")) == "done"


def test_a_process_that_has_become_large_is_replaced(worker: Worker) -> None:
    first = worker.call(PATIENCE, faults.process_id)
    assert worker.call(PATIENCE, faults.hold, 150) == 1
    assert worker.call(PATIENCE, faults.process_id) != first


def test_what_a_process_leaves_in_its_folder_is_removed() -> None:
    with closing(Worker(256)) as worker:
        left = Path(worker.call(PATIENCE, faults.leave_a_file))
        assert left.exists()
        with pytest.raises(CallFailed):
            worker.call(SHORT, faults.spin)
        assert not left.parent.exists()
        left = Path(worker.call(PATIENCE, faults.leave_a_file))
    assert not left.parent.exists()


@needs_pidfd
def test_a_program_that_a_process_runs_ends_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.loading.workers._END_SECONDS", PATIENCE)
    told = tmp_path / "id"
    with closing(Worker(256)) as worker:
        assert worker.call(PATIENCE, faults.memory_of_programs) > 256
        thread = threading.Thread(target=_call_in_vain, args=(worker, told))
        thread.start()
        while not told.exists():
            assert thread.is_alive()
        worker.stop()
        thread.join(PATIENCE)
    wait_for_end(int(told.read_text()))


def _call_in_vain(worker: Worker, told: Path) -> None:
    with suppress(CallFailed):
        worker.call(PATIENCE, faults.run_without_end, str(told))


def test_a_stopped_process_answers_no_more() -> None:
    with closing(Worker(256)) as worker:
        assert worker.call(PATIENCE, faults.double, 1) == 2
        worker.stop()
        with pytest.raises(CallFailed):
            worker.call(PATIENCE, faults.double, 1)
