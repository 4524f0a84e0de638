"""Reports understood ahead of need, on all cores: the order stays that of who asks."""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from knowledge.errors import UnreadableFile
from knowledge.models import ReadReport
from knowledge.reading.files import Content, read_source
from knowledge.reading.result import refusal
from knowledge.understanding.pipeline import Overrides, understand

Understood = Callable[[], ReadReport]
"""Gives what was understood of a file; raises UnreadableFile."""

_MOST_PROCESSES = 4  # more would wait for the one that writes
_FEW = 8  # to start a process takes as long as to understand some ten reports
_ROOM = 16


def read_report(path: Path, file: str, told: Overrides) -> ReadReport:
    """Read a file and understand it; ``file`` is its path for people. Raises UnreadableFile."""
    source = read_source(path)
    return understand(
        source.text, file=file, sha256=source.sha256, overrides=told, pages=source.pages
    )


def read_content(content: Content, file: str, told: Overrides) -> ReadReport:
    """Understand what was read already; as ``read_report``."""
    read = content.read()
    return understand(read.text, file=file, sha256=content.sha256, overrides=told, pages=read.pages)


def processes_to_spare() -> int:
    """How many processes a load may take beside its own on this machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min((cores or 1) - 1, _MOST_PROCESSES)


def _end_with_parent() -> None:
    """Have this process end when the one that started it does, be it killed.

    It would wait for files for ever: it holds the other end of its own queue.
    """
    if parent := multiprocessing.parent_process():
        Thread(target=_end_after, args=(parent.join,), daemon=True).start()


def _end_after(wait: Callable[[], None]) -> None:
    wait()
    os._exit(1)


def _pool_of(processes: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")  # a fork would share SQLite's files
    return ProcessPoolExecutor(processes, context, _end_with_parent)


def _submitted(
    pool: ProcessPoolExecutor, path: Path, file: str, told: Overrides
) -> "Future[ReadReport]":
    try:
        return pool.submit(read_report, path, file, told)
    except BrokenProcessPool as error:  # found out when the file is asked for
        broken: Future[ReadReport] = Future()
        broken.set_exception(error)
        return broken


@dataclass(slots=True)
class _Begun:
    """A file given to the processes, and what will come of it."""

    path: Path
    file: str
    told: Overrides
    pool: ProcessPoolExecutor
    outcome: Future[ReadReport]


class Ahead:
    """Runs ``read_report`` ahead in a number of processes, or in none when it is asked for.

    The processes are started with the first file beyond a few: a small load does not pay for
    them. They import the main module, which must do nothing when it is imported. They take the
    files from the front; who has to wait for one reads others meanwhile, from the back.
    """

    def __init__(self, processes: int = 0) -> None:
        self._processes = processes
        self._begun = 0
        self._pool: ProcessPoolExecutor | None = None
        self._waiting: deque[_Begun] = deque()

    @property
    def room(self) -> int:
        """How many files may wait to be asked for."""
        return self._processes * _ROOM

    def begin(self, path: Path, file: str, told: Overrides) -> Understood:
        """Begin with a file; what it returns waits for the end of it."""
        self._begun += 1
        if not self._processes or self._begun <= _FEW:
            return lambda: read_report(path, file, told)
        pool = self._pool = self._pool or _pool_of(self._processes)
        begun = _Begun(path, file, told, pool, _submitted(pool, path, file, told))
        self._waiting.append(begun)
        return lambda: self._result(begun)

    def close(self) -> None:
        """Let the processes go, whatever they are at."""
        pool, self._pool = self._pool, None
        if pool:
            pool.shutdown(wait=True, cancel_futures=True)

    def _result(self, begun: _Begun) -> ReadReport:
        """The outcome; a file whose process was killed gets one more, with nobody beside it."""
        while not begun.outcome.done() and self._read_one_here():
            pass
        if self._waiting and self._waiting[0] is begun:  # they are asked for in their order
            self._waiting.popleft()
        try:
            return begun.outcome.result()
        except BrokenProcessPool:
            if self._pool is begun.pool:  # others may have been given to the next one meanwhile
                self.close()
        with _pool_of(1) as alone:
            try:
                return alone.submit(read_report, begun.path, begun.file, begun.told).result()
            except BrokenProcessPool as error:
                raise refusal("killed") from error

    def _read_one_here(self) -> bool:
        """Read the last file that no process has taken up; whether there was one."""
        while self._waiting:
            last = self._waiting.pop()
            if not last.outcome.cancel():
                continue
            last.outcome = Future()
            try:
                last.outcome.set_result(read_report(last.path, last.file, last.told))
            except UnreadableFile as error:
                last.outcome.set_exception(error)
            return True
        return False
