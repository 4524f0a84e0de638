"""What a process may take that reads files, and the programs that it starts to convert some."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

_MEGABYTE = 1 << 20
_MEMORY = Path("/proc/self/statm")  # what getrusage tells begins with that of the parent
_PROGRAM_MEGABYTES = 4096  # LibreOffice reserves much more than it uses


def limit_memory(megabytes: int) -> None:
    """Have this process fail with MemoryError beyond so much, where the system can do that."""
    if resource:
        _set_limit(resource.RLIMIT_AS, megabytes * _MEGABYTE)
        _set_limit(resource.RLIMIT_CORE, 0)


def limit_seconds(seconds: float) -> None:
    """End this process after so many more seconds of the processor, if nobody did before."""
    if resource:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _set_limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + seconds) + 2)


def allow_memory(megabytes: int) -> None:
    """Let this process, if its memory is limited, take as much as this from now on."""
    if resource:
        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        if limit != resource.RLIM_INFINITY:
            _set_limit(resource.RLIMIT_AS, max(limit, megabytes * _MEGABYTE))


_asked: list[Callable[[float, int, int], object]] = []


def pass_on_requests(ask: Callable[[float, int, int], object]) -> None:
    """Have ``ask`` called with what ``more_seconds`` is, in this process."""
    _asked[:] = [ask]


def more_seconds(seconds: float, number: int, count: int) -> None:
    """Let what is begun now take so many seconds, in a process whose time is limited.

    It is the part of this number of ``count``, 0 if that is unknown.
    """
    for ask in _asked:
        limit_seconds(seconds * (os.cpu_count() or 1))
        ask(seconds, number, count)


_folders: list[Path] = []


def keep_pages(folder: Path | None) -> None:
    """Have the pages that are recognised in this process kept in a folder, or not kept."""
    _folders[:] = [folder] if folder else []


def pages_folder() -> Path | None:
    """Where recognised pages are kept; None where they are not."""
    return next(iter(_folders), None)


def memory_in_use() -> float:
    """The megabytes that this process holds now; 0 where that cannot be known."""
    if not _MEMORY.exists():
        return 0.0
    pages = int(_MEMORY.read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MEGABYTE


def run_program(command: Sequence[str], seconds: float) -> None:
    """Run a program to its end; it ends with all that it started when this process is to end.

    Raises OSError where it cannot be started, subprocess.TimeoutExpired after so many seconds.
    """
    with _room_for_programs(), _ended_by_signal():
        running = subprocess.Popen(  # noqa: S603 - the program that the PATH names, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        with running:
            try:
                running.wait(seconds)
            finally:
                if running.poll() is None and hasattr(os, "killpg"):
                    os.killpg(running.pid, signal.SIGKILL)
                running.kill()


@contextmanager
def _room_for_programs() -> Iterator[None]:
    """Let what is started within the block take more memory than this process."""
    if not resource:
        yield
        return
    usual = resource.getrlimit(resource.RLIMIT_AS)
    if usual[0] != resource.RLIM_INFINITY:
        _set_limit(resource.RLIMIT_AS, max(usual[0], _PROGRAM_MEGABYTES * _MEGABYTE))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, usual)


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Have SIGTERM leave the block, so that it can end what it began."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, usual)


def _set_limit(kind: int, wanted: int) -> None:
    hard = resource.getrlimit(kind)[1]
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(kind, (soft, hard))
