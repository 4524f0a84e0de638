"""Files to reports, each read and understood in a process that can be ended: none can hurt."""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from queue import LifoQueue
from typing import Any

from knowledge.loading.workers import OBJECTS, CallFailed, Worker
from knowledge.models import ReadReport
from knowledge.reading.archives import ArchiveLimits, Container, Content
from knowledge.reading.files import MOST_CHARACTERS, contents_of, load_bytes, read_bytes
from knowledge.reading.formats import open_container, recognise
from knowledge.reading.paths import is_gone
from knowledge.reading.result import refusal
from knowledge.understanding.pipeline import Overrides, understand

_MEGABYTE = 1 << 20
_MOST_PROCESSES = 4  # more would wait for the one that writes
_FILES_A_PROCESS = 16
_ORDINARY_BYTES = 8 * _MEGABYTE
_MOST_TIMES = 4.0
_AT_ONCE = 16 * _MEGABYTE  # of an archive's members
_CHECKED_EVERY = 0.2  # seconds


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """How much the reading of a file may take: seconds, more for a large one, and memory."""

    seconds: float = 30.0
    megabytes: int = 1024

    def seconds_for(self, size: int) -> float:
        """How long a file of so many bytes may take."""
        return self.seconds * min(_MOST_TIMES, 1 + size / _ORDINARY_BYTES)


def read_content(
    content: Content, file: str, stated: Overrides, most: int = MOST_CHARACTERS
) -> ReadReport:
    """Read a content of at most so many characters and understand it; raises UnreadableFile.

    ``file`` is its path for people.
    """
    if content.refusal:
        raise content.refusal
    read = read_bytes(content.data, most)
    return understand(
        read.text, file=file, sha256=content.sha256, overrides=stated, pages=read.pages
    )


def read_report(path: Path, file: str, stated: Overrides) -> ReadReport:
    """Read a file and understand it, as ``read_content`` does."""
    return read_content(Content("", load_bytes(path)), file, stated)


def list_members(data: bytes, limits: ArchiveLimits) -> tuple[str, ...]:
    """The names of what a container holds."""
    container = open_container(data, limits)
    return container.names if container else ()


def unpack_some(
    data: bytes, limits: ArchiveLimits, numbers: Sequence[int], most: int
) -> list[Content]:
    """The first of a container's members with the numbers, until they have ``most`` bytes."""
    container = open_container(data, limits)
    unpacked: list[Content] = []
    for content in container.members(numbers) if container else ():
        unpacked.append(content)
        most -= len(content.data)
        if most <= 0:
            break
    return unpacked


@dataclass(slots=True)
class _RemoteContainer:
    """A container that another process unpacks; see Container. ``call`` calls a function there."""

    call: Callable[..., Any]
    data: bytes
    limits: ArchiveLimits
    names: tuple[str, ...]

    def members(self, numbers: Sequence[int] | None = None) -> Iterator[Content]:
        """All members, or those with the numbers, some at a time on demand."""
        left = list(range(len(self.names)) if numbers is None else numbers)
        limits = self.limits
        while left:
            some: list[Content] = self.call(unpack_some, self.data, limits, left, _AT_ONCE)
            yield from some
            del left[: len(some)]
            unpacked = sum(len(content.data) for content in some)
            limits = replace(limits, unpacked=limits.unpacked - unpacked)


def processes_to_read() -> int:
    """How many processes may read at once on this machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(cores or 1, _MOST_PROCESSES)


@contextmanager
def rare_garbage_collections() -> Iterator[None]:
    """Let Python look for garbage less often while reports are read and written."""
    usual = gc.get_threshold()
    gc.set_threshold(OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class ReportReader:
    """Reads files in this very process: for files that nobody else has written."""

    room = 0
    """How many files may be submitted before the first report is asked for."""

    def read(
        self, content: Content, file: str, stated: Overrides, most: int = MOST_CHARACTERS
    ) -> ReadReport:
        """The report of a content, as ``read_content`` gives it; raises UnreadableFile."""
        return read_content(content, file, stated, most)

    def contents(self, path: Path, *, named: bool = True) -> Iterator[Content]:
        """What a file holds, as ``contents_of`` gives it."""
        return contents_of(path, named=named, open_container=self.open_container)

    def open_container(self, data: bytes, limits: ArchiveLimits) -> Container | None:
        """The files that a file holds, None if it is no container; raises UnreadableFile."""
        return open_container(data, limits)

    def is_gone(self, place: str) -> bool:
        """Whether a file, or an archive's member, is no more, as ``paths.is_gone`` tells it."""
        return is_gone(place, self.open_container)

    def submit(self, path: Path, file: str, stated: Overrides) -> Callable[[], ReadReport]:
        """Submit a file; the returned call waits for its report, or raises UnreadableFile."""
        return partial(read_report, path, file, stated)

    def release(self) -> None:
        """Let go of what only many files at once need."""

    def close(self) -> None:
        """End what was begun; the next file begins anew."""


@dataclass(slots=True)
class _Reading:
    """A call in another process: its result to come, and which page of how many it is at."""

    result: Future[Any] = field(init=False)
    page: tuple[int, int] = (0, 0)

    def note_page(self, number: int, count: int) -> None:
        self.page = (number, count)


class GuardedReader(ReportReader):
    """Reads files in processes of its own, each file within limits.

    The first is started with the first file, the others when several are submitted at once. They
    import the main module, which must do nothing when it is imported. ``check`` is called while a
    file is waited for; what it raises ends the waiting, and the processes. ``on_page`` is called
    for each page that is being recognised, with its number and the count of them, 0 if unknown;
    ``pages`` is the folder in which they are kept.
    """

    def __init__(
        self,
        limits: ReadLimits,
        check: Callable[[], None] = lambda: None,
        *,
        on_page: Callable[[int, int], None] = lambda _number, _count: None,
        pages: Path | None = None,
    ) -> None:
        self.room = processes_to_read() * _FILES_A_PROCESS
        self._limits = limits
        self._check = check
        self._on_page = on_page
        self._pages = pages
        self._workers: list[Worker] = []
        self._free = LifoQueue[Worker]()  # the one that is running serves the next file
        self._threads: ThreadPoolExecutor | None = None  # one waits for each process

    def read(
        self, content: Content, file: str, stated: Overrides, most: int = MOST_CHARACTERS
    ) -> ReadReport:
        """As ReportReader's."""
        report: ReadReport = self._call(
            len(content.data), read_content, content, file, stated, most
        )
        return report

    def open_container(self, data: bytes, limits: ArchiveLimits) -> Container | None:
        """As ReportReader's; here only the format is told."""
        if not recognise(data).container:
            return None
        call = partial(self._call, len(data))
        return _RemoteContainer(call, data, limits, call(list_members, data, limits))

    def submit(self, path: Path, file: str, stated: Overrides) -> Callable[[], ReadReport]:
        """As ReportReader's; the file is begun as soon as a process is free."""
        size = 0
        with suppress(OSError, ValueError):  # reading it will say why
            size = path.stat().st_size
        return partial(self._wait_for, self._begin(size, read_report, path, file, stated))

    def release(self) -> None:
        """End all processes but one."""
        if self._threads:
            spared = self._free.get()
            for worker in self._workers:
                if worker is not spared:
                    worker.close()
            self._free.put(spared)

    def close(self) -> None:
        """End the processes, whatever they are doing; the next file starts them anew."""
        threads, self._threads = self._threads, None
        if threads:
            threads.shutdown(wait=False, cancel_futures=True)
            for worker in self._workers:
                worker.stop()
            threads.shutdown()
            for worker in self._workers:
                worker.close()

    def _call(self, size: int, function: Callable[..., Any], *arguments: object) -> Any:
        return self._wait_for(self._begin(size, function, *arguments))

    def _begin(self, size: int, function: Callable[..., Any], *arguments: object) -> _Reading:
        if self._threads is None:
            count = processes_to_read()
            self._threads = ThreadPoolExecutor(count, thread_name_prefix="reading")
            self._workers = [Worker(self._limits.megabytes, self._pages) for _ in range(count)]
            self._free = LifoQueue[Worker]()
            for worker in self._workers:
                self._free.put(worker)
        reading = _Reading()
        free, seconds = self._free, self._limits.seconds_for(size)
        reading.result = self._threads.submit(
            self._call_worker, free, reading, seconds, partial(function, *arguments)
        )
        return reading

    def _call_worker(
        self,
        free: LifoQueue[Worker],
        reading: _Reading,
        seconds: float,
        function: Callable[[], Any],
    ) -> Any:
        worker = free.get()
        try:
            return worker.call(seconds, function, on_part=reading.note_page)
        except CallFailed as failed:
            raise refusal(
                f"limits.{failed.reason}",
                seconds=round(seconds),
                megabytes=self._limits.megabytes,
                fault=failed.fault,
            ) from failed
        finally:
            free.put(worker)

    def _wait_for(self, reading: _Reading) -> Any:
        page = reading.page
        try:
            while not wait([reading.result], _CHECKED_EVERY).done:
                self._check()
                if page != reading.page:
                    page = reading.page
                    self._on_page(*page)
            return reading.result.result()
        finally:
            if not reading.result.done():
                self.close()
