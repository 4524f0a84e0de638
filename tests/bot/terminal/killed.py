"""Kills a backup, and a restoring, at each step that they take in a folder: a process of its own.

``python -m tests.bot.terminal.killed OLD NEW WORK`` prints, as JSON, what each kill left, and what
doing it once more made of that. OLD and NEW are data folders.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from bot.assistant.data_folder import check_restored
from bot.errors import RestoreUnfinished
from bot.state.opening import State
from bot.terminal.backup import back_up, restore
from knowledge.storage.store import SQLiteStore

KILLED = 9


def content(folder: Path) -> list[list[str]]:
    """The reports, the people and the files of a data folder that can be opened."""
    with closing(SQLiteStore.open(folder)) as store, closing(State.open(folder)) as state:
        reports = [entry.id for entry in store.entries()]
        people = [person.name for person in state.people.everybody()]
    uploads = (path for path in (folder / "uploads").rglob("*") if path.is_file())
    return [reports, people, sorted(path.name for path in uploads if path.suffix != ".part")]


def kills(action: Callable[[], object], work: Path) -> Iterator[int]:
    """Kill an action at its first step in a folder, at its second, until it comes to its end."""
    code, step = KILLED, 0
    while code == KILLED:
        step += 1
        child = os.fork()
        if child == 0:
            _end_at(step, str(work))
            action()
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        yield code


def _end_at(step: int, work: str) -> None:
    left = step

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in ("open", "sqlite3.connect") or event.startswith("os."):
            left -= any(str(argument).startswith(work) for argument in arguments)
            if left == 0:
                os._exit(KILLED)

    sys.addaudithook(count)


def restored(old: Path, file: Path, work: Path) -> Iterator[tuple[object, object]]:
    folder = work / "data"
    shutil.copytree(old, folder)
    for _ in kills(lambda: restore(folder, file, replace=True), folder):
        try:
            check_restored(folder)
            left: object = content(folder)
        except RestoreUnfinished:
            left = "unfinished"
        restore(folder, file, replace=left != "unfinished")
        yield left, content(folder)
        shutil.rmtree(folder)
        shutil.copytree(old, folder)


def backed_up(new: Path, file: Path, work: Path) -> Iterator[tuple[object, object]]:
    target = work / "backups" / "backup.zip"
    target.parent.mkdir()
    shutil.copy(file, target)
    for _ in kills(lambda: back_up(new, target), target.parent):
        left = "old" if target.read_bytes() == file.read_bytes() else "new"
        back_up(new, target)
        restore(work / "check", target, replace=True)
        yield left, [content(work / "check"), [path.name for path in target.parent.iterdir()]]
        shutil.copy(file, target)


if __name__ == "__main__":
    old, new, work = map(Path, sys.argv[1:])
    file = work / "new.zip"
    back_up(new, file)
    print(  # noqa: T201 - a command
        json.dumps(
            {
                "old": content(old),
                "new": content(new),
                "restored": list(restored(old, file, work)),
                "backed_up": list(backed_up(new, file, work)),
            }
        )
    )
