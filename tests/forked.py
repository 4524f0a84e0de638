"""Commands in processes of their own that need not import the product anew.

Each is forked from a process that has imported it, which spares a second of the processor. What
a command does is what it does for people; that it starts at all for them is held where tests run
``python -m bot`` and ``ingest.py`` themselves.
"""

import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, Self

import pytest

from tests.patience import PATIENCE

ROOT = Path(__file__).parent.parent


class Ended(NamedTuple):
    """How a command ended, and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


class ForkedCommand:
    """A command that runs from now on; it is killed at the end of the ``with`` block."""

    def __init__(
        self, *words: str, typed: str = "", environment: Mapping[str, str] | None = None
    ) -> None:
        """``words`` are those behind ``python -m bot``; ``environment`` is added to this one's."""
        self._folder = TemporaryDirectory(prefix="forked-")
        (Path(self._folder.name) / "0").write_text(typed, encoding="utf-8")
        variables = os.environ | dict(environment or {})
        run = (words, variables, self._folder.name, str(Path.cwd()))
        self._process = _context().Process(target=_run, args=run)
        self._process.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.kill()
        self.wait()
        self._folder.cleanup()

    def kill(self) -> None:
        """End it at once, if it has not ended."""
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it has not ended."""
        assert self._process.pid
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, number)

    def wait(self) -> Ended:
        """Wait until it ends."""
        self._process.join(PATIENCE)
        assert self._process.exitcode is not None
        out, err = (self._written(number) for number in "12")
        return Ended(self._process.exitcode, out, err)

    def _written(self, number: str) -> str:
        path = Path(self._folder.name) / number
        return path.read_text(encoding="utf-8") if path.exists() else ""


def run_forked(*words: str, typed: str = "", environment: Mapping[str, str] | None = None) -> Ended:
    """``python -m bot`` with some words, run to its end."""
    with ForkedCommand(*words, typed=typed, environment=environment) as command:
        return command.wait()


@contextmanager
def forked_workers() -> Iterator[None]:
    """Processes that read files are forked, too; it costs each 250 MB of addresses more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("knowledge.loading.workers._CONTEXT", _context())
        yield


@cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.warm"])
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYTHONPATH", str(ROOT))
        forkserver.ensure_running()
    return context


def _run(words: tuple[str, ...], variables: dict[str, str], folder: str, start_in: str) -> None:
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(start_in)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, flags in enumerate((os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT] * 2)):
        opened = os.open(Path(folder) / str(number), flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, encoding="utf-8", closefd=False)
        for number, mode in enumerate("rww")
    )
    sys.argv = ["bot", *words]
    runpy.run_module("bot", run_name="__main__")
