"""SQLite files: opening, migrations, transactions and locks.

The only file that imports sqlite3. SQLite's errors leave it as StoreErrors.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any, ClassVar

from knowledge.errors import (
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreMissing,
    StoreNewer,
    StoreUnwritable,
)
from knowledge.storage.database import Database, Row

_LOCK_FILE = "writer.lock"
_BUSY_SECONDS = 30.0
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600
"""Modes of what is made: reports and chats are for their owner alone."""

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_UNWRITABLE = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_AUTH,
}


class SQLiteDatabase(Database):
    """One SQLite file. Statements and transactions of threads exclude each other."""

    dialect: ClassVar[str] = "sqlite"
    among: ClassVar[str] = "IN (SELECT value FROM json_each(?))"

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._folder = path.parent
        self._lock = RLock()
        self._immutable_stamp: tuple[int, int] | None = None
        self._in_memory = False
        self._closed = False
        self._readers: list[SQLiteDatabase] = []  # open, and not in use

    @classmethod
    def open(cls, path: Path) -> "SQLiteDatabase":
        """Open a file that has tables already; raises StoreMissing otherwise."""
        if not _exists(path):
            raise StoreMissing(path=path.parent)
        with _translate_errors(path.parent):
            connection, stamp = _connect_to_read(path)
        database = cls(connection, path)
        if database.is_empty():
            database.close()
            raise StoreMissing(path=path.parent)
        database._immutable_stamp = stamp
        return database

    @classmethod
    def create(cls, path: Path, *, durable: bool = False) -> "SQLiteDatabase":
        """Open a file, creating it without tables if need be.

        ``durable``: every commit waits for the disk.
        """
        with _translate_errors(path.parent):
            path.parent.mkdir(_PRIVATE_FOLDER, parents=True, exist_ok=True)
            if not path.exists():
                path.touch(_PRIVATE_FILE)  # SQLite gives the files beside it the same mode
            connection = _connect(path, "mode=rwc")
            connection.execute("PRAGMA journal_mode = WAL")
            if durable:
                connection.execute(f"PRAGMA synchronous = {_AT_EACH_COMMIT}")
        return cls(connection, path)

    @classmethod
    def in_memory(cls, path: Path) -> "SQLiteDatabase":
        """An empty database in memory; errors name the folder of ``path``."""
        database = cls(sqlite3.connect(":memory:", **_OPTIONS), path)
        database._in_memory = True
        return database

    @classmethod
    def of_steps(cls, path: Path, steps: Sequence[str]) -> "SQLiteDatabase":
        """Open or create a durable file and migrate it; raises what ``migrate`` raises."""
        database = cls.create(path, durable=True)
        try:
            database.migrate(steps)
        except StoreError:
            database.close()
            raise
        return database

    def migrate(self, steps: Sequence[str]) -> None:
        """See Database; ``user_version`` counts the steps."""
        while (count := self._count_steps()) < len(steps):
            with self.transaction():
                if self._count_steps() == count:  # else another process has just taken the step
                    for statement in _split_statements(steps[count]):
                        self.run(statement)
                    self.run(f"PRAGMA user_version = {count + 1}")
        if count > len(steps):
            raise StoreNewer(path=self._path)

    def _count_steps(self) -> int:
        return int(self.value("PRAGMA user_version"))

    def copy_to(self, path: Path) -> None:
        """Write what is committed to a new file, whole, while others go on writing this one.

        Raises StoreDamaged where the copy is not sound.
        """
        with self._lock, _translate_errors(path.parent):
            path.touch(_PRIVATE_FILE)
            with closing(sqlite3.connect(path)) as copy:
                self._connection.backup(copy)
                if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
                    raise StoreDamaged(path=self._folder)

    def close(self) -> None:
        self._closed = True
        self._connection.close()
        while self._readers:
            self._readers.pop().close()

    @property
    def changes(self) -> int:
        return self._connection.total_changes

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        with self._lock, _translate_errors(self._folder):
            self._reopen_if_changed()
            return self._connection.execute(sql, values).fetchall()

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        with self._lock, _translate_errors(self._folder):
            self._reopen_if_changed()
            self._connection.execute(sql, values)

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        with self._lock, _translate_errors(self._folder):
            self._connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock:
            self.run("BEGIN IMMEDIATE")
            try:
                yield
                self.run("COMMIT")
            finally:
                self.roll_back()

    @contextmanager
    def snapshot(self) -> Iterator["SQLiteDatabase"]:
        """See Database.

        While it is in use the write-ahead log is not emptied. A database in memory is given as it
        is.
        """
        if self._in_memory:
            yield self
            return
        try:
            reader = self._readers.pop()
        except IndexError:
            reader = SQLiteDatabase.open(self._path)
        reader.run("BEGIN")  # takes effect with the first query
        try:
            yield reader
        finally:
            reader.roll_back()
            self._readers.append(reader)
            if self._closed:
                self.close()

    def roll_back(self) -> None:
        """End the transaction without effect, if there is one."""
        with self._lock:
            self._connection.rollback()

    def is_empty(self) -> bool:
        return not self.value("SELECT count(*) FROM sqlite_master")

    def has_table(self, name: str) -> bool:
        return bool(self.value("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)))

    def columns(self, table: str) -> list[str]:
        return self.column("SELECT name FROM pragma_table_info(?) ORDER BY cid", (table,))

    def numbering(self) -> dict[str, int]:
        if not self.has_table("sqlite_sequence"):
            return {}
        return dict(self.rows("SELECT name, seq FROM sqlite_sequence"))

    def continue_numbering(self, table: str, last: int) -> None:
        sql = "SELECT 1 FROM sqlite_master WHERE name = ? AND sql LIKE '%AUTOINCREMENT%'"
        if self.value(sql, (table,)):
            highest = self.value(f"SELECT max(id) FROM {table}")  # noqa: S608 - our own names
            self.run("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            number = max(last, highest or 0)
            self.run("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, number))

    def _reopen_if_changed(self) -> None:
        """Reopen a file that was opened as immutable once another process has written it."""
        if self._immutable_stamp is not None and self._immutable_stamp != _stamp(self._path):
            self._connection.close()
            self._connection, self._immutable_stamp = _connect_to_read(self._path)


def _exists(path: Path) -> bool:
    """Whether a path exists; raises StoreUnwritable if permissions forbid looking."""
    try:
        return path.exists()
    except OSError as error:
        raise StoreUnwritable(path=path.parent) from error


@contextmanager
def write_lock(folder: Path, wait: float = 0.0, file: str = _LOCK_FILE) -> Iterator[None]:
    """Hold a lock of a data folder, by default that of its only writer; raises StoreBusy.

    ``wait`` is in seconds. The lock is a transaction on an SQLite file of its own: it works
    wherever SQLite does, and ends with its process, even a killed one.
    """
    with _translate_errors(folder):
        folder.mkdir(_PRIVATE_FOLDER, parents=True, exist_ok=True)
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


_AT_EACH_COMMIT, _AT_CHECKPOINTS = "FULL", "NORMAL"
"""When SQLite waits for the disk.

With a write-ahead log, NORMAL leaves out the fsync of each commit, not of checkpoints. A killed
process loses nothing. A power cut may lose the last reports but cannot damage the file, and the
next ingest loads them again. FULL would wait for the disk at each report.
"""
_OPTIONS: dict[str, Any] = {
    "timeout": _BUSY_SECONDS,
    "isolation_level": None,
    "check_same_thread": False,
}


def _connect(path: Path, how: str) -> sqlite3.Connection:
    if path.exists() and not path.is_file():
        raise sqlite3.DatabaseError(path)
    address = f"{path.absolute().as_uri()}?{how}"
    connection: sqlite3.Connection = sqlite3.connect(address, uri=True, **_OPTIONS)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA synchronous = {_AT_CHECKPOINTS}")
        connection.execute("SELECT count(*) FROM sqlite_master")  # the first read of the file
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _connect_to_read(path: Path) -> tuple[sqlite3.Connection, tuple[int, int] | None]:
    """A connection, and the file's stamp if it had to be opened as immutable."""
    stamp = _stamp(path)
    try:
        return _connect(path, "mode=rw"), None
    except sqlite3.OperationalError as error:
        # In a folder that we may not write, SQLite cannot create the shared memory of the log.
        # Without a log the file alone is complete and can be opened as immutable.
        log = path.with_name(path.name + "-wal")
        if _error_class(error) is not StoreUnwritable or (log.exists() and log.stat().st_size):
            raise
        return _connect(path, "mode=ro&immutable=1"), stamp


def _split_statements(script: str) -> Iterator[str]:
    """The SQL statements of a script; ``executescript`` would end the transaction around it."""
    statement = ""
    for part in script.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@contextmanager
def _translate_errors(folder: Path) -> Iterator[None]:
    """Raise errors of SQLite and of the file system as StoreErrors."""
    try:
        yield
    except OSError as error:
        raise StoreUnwritable(path=folder) from error
    except sqlite3.Error as error:
        raise _error_class(error)(path=folder) from error


def _error_class(error: sqlite3.Error) -> type[StoreError]:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without the extended code
    if code in _BUSY:
        return StoreBusy
    return StoreUnwritable if code in _UNWRITABLE else StoreDamaged
