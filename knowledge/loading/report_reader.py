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
from knowledge.reading.archives import ArchiveFault, ArchiveLimits, ArchiveMember, Container
from knowledge.reading.files import MOST_CHARACTERS, Content, contents_of, read_source
from knowledge.reading.formats import open_container, recognise
from knowledge.reading.paths import is_gone
from knowledge.reading.processes import keep_pages
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


def read_report(path: Path, file: str, stated: Overrides) -> ReadReport:
    """Read a file and understand it; ``file`` is its path for people. Raises UnreadableFile."""
    source = read_source(path)
    return understand(
        source.text, file=file, sha256=source.sha256, overrides=stated, pages=source.pages
    )


def read_content(
    content: Content, file: str, stated: Overrides, most: int = MOST_CHARACTERS
) -> ReadReport:
    """Understand a content, whose text may have ``most`` characters; as ``read_report``."""
    read = content.read(most)
    return understand(
        read.text, file=file, sha256=content.sha256, overrides=stated, pages=read.pages
    )


def list_members(data: bytes, bounds: ArchiveLimits) -> tuple[tuple[str, ...], ArchiveFault | None]:
    """The names of what a container holds, and why it cannot be unpacked; see Container."""
    container = open_container(data, bounds)
    return (container.names, container.fault) if container else ((), ArchiveFault.NOTHING)


def unpack_some(
    data: bytes, bounds: ArchiveLimits, numbers: Sequence[int], most: int
) -> tuple[ArchiveMember, ...]:
    """The first of a container's members with the numbers, until they have ``most`` bytes."""
    container = open_container(data, bounds)
    unpacked: list[ArchiveMember] = []
    size = 0
    for member in container.members(numbers) if container else ():
        unpacked.append(member)
        size += _size_of(member)
        if size >= most:
            break
    return tuple(unpacked)


def _size_of(member: ArchiveMember) -> int:
    return len(member.content) if isinstance(member.content, bytes) else 0


@dataclass(slots=True)
class _RemoteContainer:
    """A container that another process unpacks; see Container. ``call`` calls a function there."""

    call: Callable[..., Any]
    data: bytes
    bounds: ArchiveLimits
    names: tuple[str, ...]
    fault: ArchiveFault | None

    def members(self, numbers: Sequence[int] | None = None) -> Iterator[ArchiveMember]:
        """All members, or those with the numbers, some at a time on demand."""
        left = list(range(len(self.names)) if numbers is None else numbers)
        bounds = self.bounds
        while left:
            some: tuple[ArchiveMember, ...] = self.call(
                unpack_some, self.data, bounds, left, _AT_ONCE
            )
            yield from some
            del left[: len(some)]
            bounds = replace(bounds, unpacked=bounds.unpacked - sum(map(_size_of, some)))


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
        """The report of a file's bytes, as ``read_content`` gives it; raises UnreadableFile."""
        return read_content(content, file, stated, most)

    def contents(self, path: Path, *, named: bool = True) -> Iterator[Content]:
        """What a file holds, as ``contents_of`` gives it."""
        return contents_of(path, named=named, open_container=self.open_container)

    def open_container(self, data: bytes, bounds: ArchiveLimits) -> Container | None:
        """The files that a file holds; None if it is no container of others."""
        return open_container(data, bounds)

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
        self._workers: _Workers | None = None

    def read(
        self, content: Content, file: str, stated: Overrides, most: int = MOST_CHARACTERS
    ) -> ReadReport:
        """As ReportReader's."""
        if content.refusal:
            raise content.refusal
        size = len(content.data)
        report: ReadReport = self._wait_for(
            self._submit(size, read_content, content, file, stated, most)
        )
        return report

    def open_container(self, data: bytes, bounds: ArchiveLimits) -> Container | None:
        """As ReportReader's; here only the format is told."""
        if not recognise(data).container:
            return None

        def call(function: Callable[..., Any], *arguments: object) -> Any:
            return self._wait_for(self._submit(len(data), function, *arguments))

        return _RemoteContainer(call, data, bounds, *call(list_members, data, bounds))

    def submit(self, path: Path, file: str, stated: Overrides) -> Callable[[], ReadReport]:
        """As ReportReader's; the file is begun as soon as a process is free."""
        size = 0
        with suppress(OSError, ValueError):  # reading it will say why
            size = path.stat().st_size
        return partial(self._wait_for, self._submit(size, read_report, path, file, stated))

    def release(self) -> None:
        """End all processes but one."""
        if self._workers:
            self._workers.release()

    def close(self) -> None:
        """End the processes, whatever they are doing; the next file starts them anew."""
        workers, self._workers = self._workers, None
        if workers:
            workers.close()

    def _submit(self, size: int, read: Callable[..., Any], *arguments: object) -> _Reading:
        self._workers = self._workers or _Workers(self._limits, self._pages)
        return self._workers.submit(size, read, *arguments)

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


class _Workers:
    """Processes, and a thread for each that waits for it."""

    def __init__(self, limits: ReadLimits, pages: Path | None) -> None:
        self._limits = limits
        prepare = [partial(keep_pages, pages)] if pages else []
        processes = processes_to_read()
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="reading")
        self._all = [Worker(limits.megabytes, *prepare) for _ in range(processes)]
        self._free = LifoQueue[Worker]()  # the one that is running serves the next file
        for worker in self._all:
            self._free.put(worker)

    def submit(self, size: int, read: Callable[..., Any], *arguments: object) -> _Reading:
        reading = _Reading()
        reading.result = self._threads.submit(self._call, reading, size, read, *arguments)
        return reading

    def release(self) -> None:
        spared = self._free.get()
        for worker in self._all:
            if worker is not spared:
                worker.close()
        self._free.put(spared)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._all:
            worker.stop()
        self._threads.shutdown()
        for worker in self._all:
            worker.close()

    def _call(
        self, reading: _Reading, size: int, read: Callable[..., Any], *arguments: object
    ) -> Any:
        seconds = self._limits.seconds_for(size)
        worker = self._free.get()
        try:
            return worker.call(seconds, read, *arguments, on_part=reading.note_page)
        except CallFailed as failed:
            raise refusal(
                f"limits.{failed.reason}",
                seconds=round(seconds),
                megabytes=self._limits.megabytes,
                fault=failed.fault,
            ) from failed
        finally:
            self._free.put(worker)
