"""Moving a deployment, there and back, and backing it up, each killed at random moments."""

import random
import shutil
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bot.state.opening import State
from bot.state.people import Role
from knowledge.library import Library
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from tests.benchmark.reports import write_reports
from tests.load.bot_process import BotProcess, load_reports
from tests.postgres import PostgresServer, find_programs

_REPORTS = 60
_PEOPLE = 3_000
_EARLIEST = 0.2  # of the time that it takes: before that, Python starts


def content(folder: Path, url: str = "") -> str:
    """A digest of all that people see of a deployment."""
    digest = sha256()
    with (
        closing(Library(folder, BuiltinEmbedder(), database_url=url)) as library,
        closing(State.open(folder, url)) as state,
    ):
        for entry in library.all_reports():
            texts = (library.report(entry.id), library.outline(entry.id))
            digest.update(repr((entry, *texts, library.statements(entry.id))).encode())
        digest.update(repr((state.people.everybody(), state.audit.latest(_PEOPLE))).encode())
    for path in sorted((folder / "uploads").rglob("*.txt")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class _Task:
    """A command over data at ``url``; ``arrived`` digests what it made, ``undo`` removes that.

    ``stays``: what it made before must be whole after a kill, too.
    """

    name: str
    words: tuple[str, ...]
    url: str
    arrived: Callable[[], str]
    undo: Callable[[], None] = lambda: None
    stays: bool = False


class _Trial:
    """A deployment in files, what it holds, and a server beside it."""

    def __init__(self, folder: Path, server: PostgresServer) -> None:
        self._folder, self._server, self._url = folder, server, server.url()
        self._data, self._backup = folder / "data", folder / "backup.zip"
        write_reports(folder / "reports", range(_REPORTS))
        load_reports(folder, folder / "reports")
        with closing(State.open(self._data)) as state, state.transaction():
            for n in range(_PEOPLE):
                state.people.give(f"t:{n}", f"同事{n}", Role.READER, float(n))
                state.audit.note(f"t:{n}", "let_in", f"同事{n}", float(n))
        for n in range(20):
            path = self._data / "uploads" / "1" / f"{n}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(str(n) * 100_000)
        self._before = content(self._data)

    def run(self, dice: random.Random, kills: int) -> Counter[str]:
        """Kill each command so often; the figures."""
        there = _Task("move", ("move", "--to", self._url), "", self._on_server, self._drop)
        back = _Task("move_back", ("move", "--to", "files"), self._url, self._in_files, self._clear)
        backup = ("backup", str(self._backup))
        of_files = _Task("backup", backup, "", self._restored, stays=True)
        of_server = _Task("backup_of_server", backup, self._url, self._restored, stays=True)
        figures = self._kill_often(there, dice, kills) + self._kill_often(of_files, dice, kills)
        self._do(there)
        figures += self._kill_often(of_server, dice, kills)
        self._clear()
        return figures + self._kill_often(back, dice, kills)

    def _kill_often(self, task: _Task, dice: random.Random, kills: int) -> Counter[str]:
        figures: Counter[str] = Counter()
        begun = time.monotonic()
        self._do(task)
        seconds = time.monotonic() - begun
        for _ in range(kills):
            task.undo()
            process = self._begin(task)
            time.sleep(seconds * dice.uniform(_EARLIEST, 1.0))
            figures[f"{task.name}_killed"] += process.is_alive
            process.close()
            figures[f"{task.name}_changed_source"] += self._source(task) != self._before
            if task.stays:
                figures[f"{task.name}_lost"] += task.arrived() != self._before
            self._do(task)  # refused where the kill came too late
            figures[f"{task.name}_lost"] += task.arrived() != self._before
        task.undo()
        return +figures + Counter({f"{task.name}_killed": 0})

    def _source(self, task: _Task) -> str:
        return content(self._data, task.url)

    def _begin(self, task: _Task) -> BotProcess:
        return BotProcess(self._folder, *task.words, DATABASE_URL=task.url)

    def _do(self, task: _Task) -> None:
        process = self._begin(task)
        process.wait()
        process.close()

    def _on_server(self) -> str:
        return content(self._data, self._url)

    def _in_files(self) -> str:
        return content(self._data)

    def _restored(self) -> str:
        new = self._folder / "restored"
        shutil.rmtree(new, ignore_errors=True)
        restore = ("restore", str(self._backup), "--data-dir", str(new))
        self._do(_Task("restore", restore, "", lambda: ""))
        return content(new)

    def _drop(self) -> None:
        self._server.execute(
            *(f"DROP SCHEMA IF EXISTS {name} CASCADE" for name in ("knowledge", "chats"))
        )

    def _clear(self) -> None:
        for path in self._data.glob("*.sqlite3*"):
            path.unlink()


def run_kills(folder: Path, seed: int, kills: int) -> dict[str, float]:
    """Kill each command so often, do it once more, and see whether all is there; the figures."""
    programs = find_programs()
    if programs is None:
        raise SystemExit("no PostgreSQL here")
    folder.chmod(0o755)  # the server may run as somebody else
    server = PostgresServer(programs, folder)
    try:
        figures = _Trial(folder, server).run(random.Random(seed), kills)
    finally:
        server.discard()
    lost = sum(n for name, n in figures.items() if name.endswith(("_lost", "_changed_source")))
    return {**figures, "lost": lost}
