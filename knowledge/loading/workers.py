"""A process that calls functions for this one, within limits, and cannot do it any harm."""

import gc
import multiprocessing
import os
import signal
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

from knowledge.errors import AssistantError
from knowledge.reading.processes import (
    keep_pages,
    limit_memory,
    limit_seconds,
    memory_in_use,
    pass_on_requests,
)

_CONTEXT = multiprocessing.get_context("spawn")  # a fork would share SQLite's files
OBJECTS = 5000
"""How many more objects than before have Python look for garbage; more than a report keeps."""
_START_SECONDS = 120.0  # of a busy machine
_IDLE_SECONDS = 300.0
_END_SECONDS = 5.0
_MORE = "more"
_TRIES = 3  # a process that others ended, or that ended itself, costs no file
_KILLED = {0, -signal.SIGTERM, -9}


class CallFailed(Exception):
    """A call that gave nothing; ``reason`` is a key of [limits] in reading.toml."""

    def __init__(self, reason: str, fault: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.fault = fault


class _Running(NamedTuple):
    process: SpawnProcess
    connection: Connection
    folder: tempfile.TemporaryDirectory[str]


class Worker:
    """One process; it is started with the first call, and anew when it has ended.

    It ends when nothing was asked of it for some minutes, when it has become large, and with the
    process that started it. ``megabytes`` is how much memory it may take, ``pages`` the folder in
    which it keeps the pages that it recognises.
    """

    def __init__(self, megabytes: int, pages: Path | None = None) -> None:
        self._megabytes = megabytes
        self._pages = pages
        self._running: _Running | None = None
        self._is_stopped = False

    def call(
        self,
        seconds: float,
        function: Callable[..., Any],
        *arguments: Any,
        on_part: Callable[[int, int], object] = lambda _number, _count: None,
    ) -> Any:
        """What a function of a module returns; raises AssistantErrors that it raises.

        ``seconds`` is what it may take, and from each time on that it asks for more by
        ``more_seconds``, which ``on_part`` is told of. Raises CallFailed where it takes longer,
        takes too much memory, or fails.
        """
        for _ in range(_TRIES):
            connection = self._start()
            try:
                connection.send((seconds, function, arguments))
                left, kind = seconds, _MORE
                answer: Any = None
                while kind == _MORE:
                    if not connection.poll(left):
                        self.close()
                        raise CallFailed("seconds")
                    kind, answer = connection.recv()
                    if kind == _MORE:
                        left, *part = answer
                        on_part(*part)
            except (EOFError, OSError):
                self._check_end()
                continue
            if kind == "error":
                raise answer
            if kind != "result":
                raise CallFailed(kind, answer)
            return answer
        raise CallFailed("killed")

    def stop(self) -> None:
        """End the process whatever it is doing, for good; from any thread."""
        self._is_stopped = True
        if self._running:
            _end(self._running.process)

    def close(self) -> None:
        """End the process, and remove what it left; from the thread that calls."""
        running, self._running = self._running, None
        if running:
            _end(running.process)
            running.connection.close()
            running.folder.cleanup()

    def _start(self) -> Connection:
        if self._running is None:
            folder = tempfile.TemporaryDirectory(prefix="reading-", ignore_cleanup_errors=True)
            connection, other = _CONTEXT.Pipe()
            arguments = (other, self._megabytes, folder.name, self._pages)
            process = _CONTEXT.Process(target=_serve, args=arguments, daemon=True)
            process.start()
            self._running = _Running(process, connection, folder)
            other.close()
            started = False
            with suppress(EOFError, OSError):
                started = connection.poll(_START_SECONDS) and bool(connection.recv())
            if not started:
                self.close()
                raise CallFailed("killed")
        if self._is_stopped:
            raise CallFailed("stopped")
        return self._running.connection

    def _check_end(self) -> None:
        """Raise CallFailed where the process ended for what it was doing."""
        code = None
        if self._running:
            self._running.process.join()
            code = self._running.process.exitcode
        self.close()
        if self._is_stopped:
            raise CallFailed("stopped")
        if code not in _KILLED:
            spent = hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU
            raise CallFailed("seconds" if spent else "crashed")


def _end(process: SpawnProcess) -> None:
    process.terminate()  # it ends what it started itself
    process.join(_END_SECONDS)
    process.kill()
    process.join()


# -- in the process


def _serve(connection: Connection, megabytes: int, folder: str, pages: Path | None) -> None:
    """Answer calls until nothing comes for a while, or the process has become large."""
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # Ctrl-C is for the process that started it
    if parent := multiprocessing.parent_process():
        Thread(target=_end_after, args=(parent.join,), daemon=True).start()
    tempfile.tempdir = folder
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)  # what libraries say of a file could fill a disk
    limit_memory(megabytes)
    pass_on_requests(lambda *request: connection.send((_MORE, request)))
    keep_pages(pages)
    gc.freeze()  # what is imported stays
    gc.set_threshold(OBJECTS)
    connection.send("ready")
    connection_is_open = True
    while connection_is_open and connection.poll(_IDLE_SECONDS):
        connection_is_open = _serve_one(connection) and memory_in_use() <= megabytes / 2


def _serve_one(connection: Connection) -> bool:
    """Answer one call; whether another may be answered in this process."""
    try:
        seconds, function, arguments = connection.recv()
        limit_seconds(seconds)
        connection.send(_answer(function, arguments))
    except (EOFError, ConnectionError):  # the one that started it is gone
        return False
    except MemoryError:
        connection.send(("memory", ""))
        return False
    return True


def _answer(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "result", function(*arguments)
    except AssistantError as error:
        return "error", error
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a reader's fault refuses one file alone
        place = traceback.extract_tb(error.__traceback__)[-1]
        return "fault", f"{type(error).__name__}, {Path(place.filename).name}:{place.lineno}"


def _end_after(wait: Callable[[], None]) -> None:
    """End this process with the one that started it, even if that is killed."""
    wait()
    os.kill(os.getpid(), signal.SIGTERM)
