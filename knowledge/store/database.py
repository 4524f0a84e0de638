"""The SQLite file of a data folder: opening, transactions, the write lock, faults translated.

The only file that knows sqlite3; what the tables hold is the affair of those beside it.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from knowledge.errors import (
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreMissing,
    StoreNewer,
    StoreUnwritable,
)

FILE = "knowledge.sqlite3"
_LOCK_FILE = "writer.lock"
_SCHEMA = Path(__file__).parent / "schema.sql"
_ADDITIONS = Path(__file__).parent / "additions.sql"
_BUSY_SECONDS = 30.0

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_UNWRITABLE = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_AUTH,
}


class Database:
    """One SQLite file. May be shared between threads: statements and transactions take turns."""

    def __init__(self, connection: sqlite3.Connection, folder: Path) -> None:
        self._connection = connection
        self._folder = folder
        self._turn = RLock()
        self._frozen: tuple[int, int] | None = None

    @classmethod
    def open(cls, folder: Path) -> "Database":
        """Open the file of a folder; raises StoreMissing if nothing was ever stored in it."""
        if not lies_there(folder / FILE):
            raise StoreMissing(path=folder)
        with _translated(folder):
            connection, frozen = _connected_to_read(folder / FILE)
        database = cls(connection, folder)
        if database._is_empty():
            database.close()
            raise StoreMissing(path=folder)
        database._frozen = frozen
        return database

    @classmethod
    def create(cls, folder: Path) -> "Database":
        """Open the file of a folder, made with its tables if need be; needs the write lock."""
        with _translated(folder):
            folder.mkdir(parents=True, exist_ok=True)
            connection = _connected(folder / FILE, "mode=rwc")
            connection.execute("PRAGMA journal_mode = WAL")
        database = cls(connection, folder)
        if database._is_empty():
            database._make_tables()
        else:
            with _translated(folder):
                connection.executescript(_ADDITIONS.read_text(encoding="utf-8"))
        return database

    @classmethod
    def in_memory(cls, folder: Path) -> "Database":
        """An empty store that lies nowhere yet."""
        database = cls(sqlite3.connect(":memory:", **_OPTIONS), folder)
        database._make_tables()
        return database

    @classmethod
    def of_steps(cls, path: Path, steps: Sequence[str]) -> "Database":
        """Open another file of the folder, brought up to the last of its schema's ``steps``.

        Each step is SQL that takes effect as a whole. Every commit waits for the disk. Raises
        StoreNewer if a later program has gone further.
        """
        with _translated(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = _connected(path, "mode=rwc")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        database = cls(connection, path.parent)
        ((done,),) = database.rows("PRAGMA user_version")
        if done > len(steps):
            database.close()
            raise StoreNewer(path=path)
        for number, step in enumerate(steps[done:], done + 1):
            try:
                with _translated(path.parent):
                    connection.executescript(
                        f"BEGIN IMMEDIATE; {step}; PRAGMA user_version = {number}; COMMIT;"
                    )
            except StoreError:
                connection.close()  # else it would hold the lock of the step that broke off
                raise
        return database

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @property
    def changes(self) -> int:
        """How many rows this connection has written."""
        return self._connection.total_changes

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._turn, _translated(self._folder):
            self._thaw()
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """The first row of a query, or None."""
        rows = self.rows(sql, values)
        return rows[0] if rows else None

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        """Carry out a statement; the number of the row that it put in last."""
        with self._turn, _translated(self._folder):
            return self._connection.execute(sql, values).lastrowid or 0

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Carry out a statement once for each row."""
        with self._turn, _translated(self._folder):
            self._connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is run inside takes effect at once, or not at all."""
        with self._turn:
            self.run("BEGIN IMMEDIATE")
            try:
                yield
                self.run("COMMIT")
            finally:
                if self._connection.in_transaction:  # it failed, or was broken off
                    self._connection.rollback()

    def _is_empty(self) -> bool:
        """Whether it has no tables: its making was broken off, or never begun."""
        return self.rows("SELECT count(*) FROM sqlite_master") == [(0,)]

    def _make_tables(self) -> None:
        schema = "".join(p.read_text(encoding="utf-8") for p in (_SCHEMA, _ADDITIONS))
        with _translated(self._folder):
            self._connection.executescript(f"BEGIN IMMEDIATE; {schema} COMMIT;")

    def _thaw(self) -> None:
        """Open a file anew that was taken to lie still, once somebody has written it."""
        if self._frozen is not None and self._frozen != _stamp(self._folder / FILE):
            self._connection.close()
            self._connection, self._frozen = _connected_to_read(self._folder / FILE)


def lies_there(path: Path) -> bool:
    """Whether there is something at a path; raises StoreUnwritable if we may not look."""
    try:
        return path.exists()
    except OSError as error:
        raise StoreUnwritable(path=path.parent) from error


@contextmanager
def write_lock(folder: Path, wait: float = 0.0, file: str = _LOCK_FILE) -> Iterator[None]:
    """Be the only writer of a data folder; let go even when killed. Raises StoreBusy.

    Another ``file`` is a lock of another kind.

    A second SQLite file serves as the lock: it works wherever SQLite does.
    """
    with _translated(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(folder / file, timeout=wait, isolation_level=None)
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error:
            lock.close()
            raise
    try:
        yield
    finally:
        lock.close()


_OPTIONS: dict[str, Any] = {
    "timeout": _BUSY_SECONDS,
    "isolation_level": None,
    "check_same_thread": False,
}


def _connected(path: Path, how: str) -> sqlite3.Connection:
    if path.exists() and not path.is_file():
        raise sqlite3.DatabaseError(path)
    address = f"{path.absolute().as_uri()}?{how}"
    connection: sqlite3.Connection = sqlite3.connect(address, uri=True, **_OPTIONS)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        # With a write-ahead log, NORMAL leaves out the fsync at each commit and keeps it at each
        # checkpoint. A killed process loses nothing: what it wrote to the log is the kernel's by
        # then. A power cut may cost the last reports, never the file's soundness, and the next
        # ingest loads them again. At FULL, thousands of small reports each wait for the disk.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("SELECT count(*) FROM sqlite_master")  # the first look at the file
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _connected_to_read(path: Path) -> tuple[sqlite3.Connection, tuple[int, int] | None]:
    """A connection, and the file's stamp if it had to be taken to lie still."""
    stamp = _stamp(path)
    try:
        return _connected(path, "mode=rw"), None
    except sqlite3.OperationalError as error:
        # In a folder that is not ours to write there can be no shared memory beside the log.
        # Where no writer left a log, the file alone is the truth.
        log = path.with_name(path.name + "-wal")
        if _meaning(error) is not StoreUnwritable or (log.exists() and log.stat().st_size):
            raise
        return _connected(path, "mode=ro&immutable=1"), stamp


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """Raise SQLite's and the file system's faults as our own."""
    try:
        yield
    except OSError as error:
        raise StoreUnwritable(path=folder) from error
    except sqlite3.Error as error:
        raise _meaning(error)(path=folder) from error


def _meaning(error: sqlite3.Error) -> type[StoreError]:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest tells it more finely
    if code in _BUSY:
        return StoreBusy
    return StoreUnwritable if code in _UNWRITABLE else StoreDamaged
