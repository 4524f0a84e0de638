"""Functions that a worker is asked for which do what files may do to a reader."""

import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from knowledge.errors import UnreadableFile
from knowledge.reading.processes import more_seconds, pages_folder, run_program

_ENDLESS = """
import os, pathlib, signal, sys
told = pathlib.Path(sys.argv[1])
part = told.with_suffix(".part")
part.write_text(str(os.getpid()))
part.rename(told)
signal.pause()
"""


def double(number: int) -> int:
    return 2 * number


def folder_of_pages() -> Path | None:
    return pages_folder()


def process_id() -> int:
    return os.getpid()


def ask_for_time(seconds: float) -> str:
    more_seconds(seconds, 2, 3)
    return "done"


def spin() -> None:
    while True:
        pass


def fill_memory() -> int:
    return len(b"x" * (4 << 30))


def give_too_much() -> bytes:
    return b"x" * (300 << 20)


_held: list[bytes] = []


def hold(megabytes: int) -> int:
    _held.append(b"x" * (megabytes << 20))
    return len(_held)


def abort() -> None:
    signal.signal(signal.SIGABRT, signal.SIG_DFL)
    os.abort()


def be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def be_killed_once(mark: str) -> str:
    if not Path(mark).exists():
        Path(mark).touch()
        be_killed()
    return "done"


def refuse() -> None:
    raise UnreadableFile(reason="就是不读。")


def fail() -> Any:
    return dict[str, int]()["nothing"]


def recurse(number: int) -> int:
    return recurse(number + 1) + 1


def leave_a_file() -> str:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        return file.name


def run_without_end(told: str) -> None:
    """Run a program that writes down its id and does not end."""
    run_program([sys.executable, "-c", _ENDLESS, told], 1e6)


def memory_of_programs() -> int:
    """The limit that a program gets, in megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "limit")
        code = f"import resource; open({str(path)!r}, 'w').write("
        code += "str(resource.getrlimit(resource.RLIMIT_AS)[0] >> 20))"
        run_program([sys.executable, "-c", code], 1e6)
        return int(path.read_text())
