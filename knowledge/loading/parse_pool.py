"""Processes that read and understand files ahead of the one that writes their reports."""

import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread

from knowledge.errors import UnreadableFile
from knowledge.models import ReadReport
from knowledge.reading.files import Content, read_source
from knowledge.reading.result import refusal
from knowledge.understanding.pipeline import Overrides, understand

_MOST_PROCESSES = 4  # more would wait for the one that writes
_FEW = 8  # to start a process takes as long as to understand some ten reports
_FILES_A_PROCESS = 16
_OBJECTS = 5000  # more than a report keeps: Python's 700 have its figures looked at in vain


def read_report(path: Path, file: str, stated: Overrides) -> ReadReport:
    """Read a file and understand it; ``file`` is its path for people. Raises UnreadableFile."""
    source = read_source(path)
    return understand(
        source.text, file=file, sha256=source.sha256, overrides=stated, pages=source.pages
    )


def read_content(content: Content, file: str, stated: Overrides) -> ReadReport:
    """Understand what was read already; as ``read_report``."""
    read = content.read()
    return understand(
        read.text, file=file, sha256=content.sha256, overrides=stated, pages=read.pages
    )


def processes_to_spare() -> int:
    """How many processes a load may take beside its own on this machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min((cores or 1) - 1, _MOST_PROCESSES)


@contextmanager
def rare_garbage_collections() -> Iterator[None]:
    """Let Python look for garbage less often while reports are read and written."""
    usual = gc.get_threshold()
    gc.set_threshold(_OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@dataclass(slots=True)
class _Task:
    """A file submitted to an executor, and its future report."""

    path: Path
    file: str
    stated: Overrides
    executor: ProcessPoolExecutor
    future: Future[ReadReport]


class ParsePool:
    """Runs ``read_report`` ahead in ``processes``, or with none when the report is asked for.

    The processes are started with the first file beyond a few: a small load does not pay for
    them. They import the main module, which must do nothing when it is imported. They take the
    files from the front; while the caller waits for one, it reads others from the back itself.
    """

    def __init__(self, processes: int = 0) -> None:
        self._processes = processes
        self._submissions = 0
        self._executor: ProcessPoolExecutor | None = None
        self._queue: deque[_Task] = deque()

    @property
    def room(self) -> int:
        """How many files may be submitted before the first report is asked for."""
        return self._processes * _FILES_A_PROCESS

    def submit(self, path: Path, file: str, stated: Overrides) -> Callable[[], ReadReport]:
        """Submit a file; the returned call waits for its report, or raises UnreadableFile."""
        self._submissions += 1
        if not self._processes or self._submissions <= _FEW:
            return partial(read_report, path, file, stated)
        executor = self._executor = self._executor or _start_executor(self._processes)
        try:
            future = executor.submit(read_report, path, file, stated)
        except BrokenProcessPool as error:  # handled when the report is asked for
            future = Future()
            future.set_exception(error)
        task = _Task(path, file, stated, executor, future)
        self._queue.append(task)
        return partial(self._wait_for, task)

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        executor, self._executor = self._executor, None
        if executor:
            executor.shutdown(wait=True, cancel_futures=True)

    def _wait_for(self, task: _Task) -> ReadReport:
        """The report; a file whose process was killed is read again by a process of its own."""
        while not task.future.done() and self._read_last():
            pass
        if self._queue and self._queue[0] is task:  # they are asked for in their order
            self._queue.popleft()
        try:
            return task.future.result()
        except BrokenProcessPool:
            if self._executor is task.executor:  # the next one may have been started meanwhile
                self.close()
        with _start_executor(1) as alone:
            try:
                return alone.submit(read_report, task.path, task.file, task.stated).result()
            except BrokenProcessPool as error:
                raise refusal("killed") from error

    def _read_last(self) -> bool:
        """Read the last file that no process has begun; False if there is none."""
        while self._queue:
            task = self._queue.pop()
            if not task.future.cancel():
                continue
            task.future = Future()
            try:
                task.future.set_result(read_report(task.path, task.file, task.stated))
            except UnreadableFile as error:
                task.future.set_exception(error)
            return True
        return False


def _start_executor(processes: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")  # a fork would share SQLite's files
    return ProcessPoolExecutor(processes, context, _begin_process)


def _begin_process() -> None:
    """Make ready a process that reads: what is imported stays, so it is not garbage-collected."""
    _end_with_parent()
    gc.freeze()
    gc.set_threshold(_OBJECTS)


def _end_with_parent() -> None:
    """End this process when the one that started it ends, even if that is killed.

    It would wait for files for ever: it holds the other end of its own queue.
    """
    if parent := multiprocessing.parent_process():
        Thread(target=_exit_after, args=(parent.join,), daemon=True).start()


def _exit_after(wait: Callable[[], None]) -> None:
    wait()
    os._exit(1)
