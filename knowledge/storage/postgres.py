"""PostgreSQL: connections, transactions, locks and errors, and the store of the knowledge on it.

The only file that imports psycopg. Its errors leave it as StoreErrors; an address in them never
holds a password.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from threading import Lock, local
from typing import Any, ClassVar

import psycopg
from psycopg import Connection, conninfo
from psycopg.adapt import AdaptersMap
from psycopg.pq import PGconn, Ping
from psycopg.types.string import StrDumperUnknown, TextBinaryLoader
from psycopg_pool import ConnectionPool, PoolTimeout

from knowledge.errors import (
    DatabaseAddressInvalid,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseEmpty,
    DatabaseEncodingUnfit,
    DatabaseMissing,
    DatabaseRefused,
    DatabaseUnreachable,
    DatabaseUnwritable,
    StoreDamaged,
    StoreError,
    StoreNewer,
)
from knowledge.storage.database import Database, Row
from knowledge.storage.store import Store, database_in_memory

_SCHEMA = "knowledge"
_WRITER = "knowledge.writer"
_DEFAULTS = {
    "application_name": "supervision-assistant",
    "client_encoding": "utf8",
    "connect_timeout": "5",
    "keepalives_idle": "60",  # a lock's connection says nothing for hours
    "tcp_user_timeout": "15000",  # of a server that is cut off: else a statement waits for minutes
}
_WAIT_SECONDS = 10.0
"""How long a statement waits for a connection: a server that restarts is back before."""
_WAIT_IN_LOOP_SECONDS = 1.5
"""As long as an event loop may stand still."""
_MOST_CONNECTIONS = 16
_NUL = "\ufdd0"
"""Stands in the tables for NUL, which no text of PostgreSQL can hold; it is no character."""

_ERRORS: dict[str, type[StoreError]] = {
    "08": DatabaseUnreachable,
    "25006": DatabaseUnwritable,  # a transaction that may only read
    "28": DatabaseRefused,
    "3D": DatabaseMissing,
    "40": DatabaseBusy,
    "42501": DatabaseUnwritable,  # no privilege
    "53": DatabaseUnwritable,  # no room
    "53300": DatabaseBusy,  # no connection left
    "55P03": DatabaseBusy,  # a lock that cannot be had
    "57": DatabaseUnreachable,  # it is being shut down
    "57014": DatabaseBusy,  # a statement that took too long
}
"""By SQLSTATE or its class. All else is damage: a table or its content is not as we made it."""


class _TextDumper(StrDumperUnknown):
    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", _NUL))


class _TextLoader(TextBinaryLoader):
    def load(self, data: Any) -> bytes | str:
        text = super().load(data)
        return text.replace(_NUL, "\0") if isinstance(text, str) and _NUL in text else text


_ADAPTERS = AdaptersMap(psycopg.adapters)
_ADAPTERS.register_dumper(str, _TextDumper)
_ADAPTERS.register_loader("text", _TextLoader)


class Server:
    """A database on a server, as ``DATABASE_URL`` names it. Nothing is connected yet.

    Raises DatabaseAddressInvalid.
    """

    def __init__(self, url: str) -> None:
        try:
            self._parts = conninfo.conninfo_to_dict(url)
        except psycopg.ProgrammingError:
            raise DatabaseAddressInvalid from None  # its message may quote the password

    def __str__(self) -> str:
        """Host, port and database, for people."""
        host, port = self._parts.get("host") or "localhost", self._parts.get("port") or 5432
        return f"{host}:{port}/{self._parts.get('dbname') or ''}"

    def conninfo(self, schema: str = "", **changed: str) -> str:
        """How to connect to it, tables without a schema being those of ``schema``."""
        parts = {**_DEFAULTS, **{k: str(v) for k, v in self._parts.items()}, **changed}
        if schema:
            # to compile a query takes longer than any of ours runs
            ours = f"-c search_path={schema} -c jit=off"
            parts["options"] = f"{parts.get('options', '')} {ours}".strip()
        return conninfo.make_conninfo("", **parts)

    def connect(self, schema: str = "", **changed: str) -> Connection:
        """A new connection, which commits each statement; raises StoreErrors."""
        try:
            return psycopg.connect(
                self.conninfo(schema, **changed), autocommit=True, context=_ADAPTERS
            )
        except psycopg.OperationalError as error:
            raise self.why_unconnected() from error

    def why_unconnected(self) -> StoreError:
        """Why no connection can be made; what the server says of it is in its own language."""
        reached = PGconn.ping(self.conninfo().encode())
        if reached in (Ping.NO_RESPONSE, Ping.NO_ATTEMPT):
            return self.error(DatabaseUnreachable)
        if reached == Ping.REJECT:
            return self.error(DatabaseBusy)
        try:
            psycopg.connect(self.conninfo(dbname="postgres")).close()
        except psycopg.OperationalError:
            return self.error(DatabaseRefused)
        return self.error(DatabaseMissing)

    def error(self, kind: type[StoreError], encoding: str = "") -> StoreError:
        """An error of this server."""
        name = self._parts.get("dbname") or ""
        return kind(address=self, name=name, path=self, encoding=encoding)

    def version(self) -> str:
        """That of the server, which it has to be reached for."""
        with self.translate_errors(), self.connect() as connection:
            return connection.info.parameter_status("server_version") or ""

    @contextmanager
    def translate_errors(self) -> Iterator[None]:
        """Raise psycopg's errors as StoreErrors."""
        try:
            yield
        except PoolTimeout as error:
            known = self.error(DatabaseUnreachable) if _is_in_loop() else self.why_unconnected()
            raise known from error
        except psycopg.Error as error:
            raise self.error(_error_class(error)) from error

    @contextmanager
    def lock(
        self, name: str, wait: float = 0.0, *, shared: bool = False
    ) -> Iterator[Callable[[], None]]:
        """Hold a lock that its name makes unique in the database; raises DatabaseBusy.

        ``shared``: others may share it, nobody has it alone. ``wait`` is in seconds. It ends with
        its connection, and so with its process: what is given raises a StoreError where the
        connection is no more.
        """
        connection = self.connect()
        try:
            with self.translate_errors():
                key = f"{'_shared' * shared}(hashtextextended(%s, 0))"
                if wait:
                    connection.execute(f"SET lock_timeout = {int(wait * 1000)}")
                    connection.execute(f"SELECT pg_advisory_lock{key}", (name,))
                elif connection.execute(
                    f"SELECT pg_try_advisory_lock{key}", (name,)
                ).fetchone() != (True,):
                    raise self.error(DatabaseBusy)

            def check() -> None:
                with self.translate_errors():
                    connection.execute("SELECT 1")

            yield check
        finally:
            with suppress(psycopg.Error):  # it went with a connection that is no more
                # the server is told of a close and not waited for: who asks next found it taken
                connection.execute("SELECT pg_advisory_unlock_all()")
            connection.close()


class _Statements(Database):
    """Statements on the connections that ``_connection`` gives."""

    dialect: ClassVar[str] = "postgresql"
    among: ClassVar[str] = "= ANY (ARRAY(SELECT jsonb_array_elements_text(?::jsonb)))"
    skip_locked: ClassVar[str] = "FOR UPDATE SKIP LOCKED"

    def __init__(self, server: Server, schema: str) -> None:
        self._server = server
        self._schema = schema
        self._changes = 0

    def _connection(self) -> AbstractContextManager[Connection]:
        raise NotImplementedError

    @property
    def changes(self) -> int:
        return self._changes

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        with self._server.translate_errors(), self._connection() as connection:
            return connection.execute(_query(sql), values, binary=True).fetchall()

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        with self._server.translate_errors(), self._connection() as connection:
            self._changes += max(connection.execute(_query(sql), values).rowcount, 0)

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        with self._server.translate_errors(), self._connection() as connection:
            cursor = connection.cursor()
            cursor.executemany(_query(sql), rows)
            self._changes += max(cursor.rowcount, 0)

    def has_table(self, name: str) -> bool:
        return bool(self.value("SELECT to_regclass(?) IS NOT NULL", (f"{self._schema}.{name}",)))

    def columns(self, table: str) -> list[str]:
        return self.column(
            "SELECT column_name::text FROM information_schema.columns"
            " WHERE table_schema = ? AND table_name = ? AND column_name <> 'rowid'"
            " ORDER BY ordinal_position",
            (self._schema, table),
        )

    def numbering(self) -> dict[str, int]:
        rows = self.rows(
            "SELECT replace(sequencename::text, '_id_seq', ''), last_value FROM pg_sequences"
            " WHERE schemaname = ? AND last_value IS NOT NULL AND sequencename LIKE '%_id_seq'",
            (self._schema,),
        )
        return dict(rows)

    def continue_numbering(self, table: str, last: int) -> None:
        if sequence := self.value("SELECT pg_get_serial_sequence(?, 'id')", (table,)):
            highest = self.value(f"SELECT max(id) FROM {table}")  # noqa: S608 - our own names
            if number := max(last, highest or 0):
                self.run("SELECT setval(?, ?)", (sequence, number))

    def is_empty(self) -> bool:
        return not self.has_table("schema_steps")


_pools: dict[str, tuple[ConnectionPool, int]] = {}
"""Those of this process by their address, each with how many databases use it."""
_pools_lock = Lock()


def _take_pool(address: str) -> ConnectionPool:
    with _pools_lock:
        pool, users = _pools.get(address) or (_new_pool(address), 0)
        _pools[address] = pool, users + 1
        return pool


def _give_back_pool(address: str) -> None:
    with _pools_lock:
        pool, users = _pools.pop(address)
        if users > 1:
            _pools[address] = pool, users - 1
    if users == 1:
        pool.close()


def _new_pool(address: str) -> ConnectionPool:
    return ConnectionPool(
        address,
        kwargs={"autocommit": True, "context": _ADAPTERS},
        min_size=0,  # who asks before a first one is there would have a second one made
        max_size=_MOST_CONNECTIONS,
        reconnect_timeout=_WAIT_SECONDS,
        check=ConnectionPool.check_connection,
        num_workers=1,
        open=True,
    )


def _is_in_loop() -> bool:
    """Whether an event loop stands still for as long as this thread waits."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class PostgresDatabase(_Statements):
    """The tables of one schema of a database."""

    def __init__(self, server: Server, schema: str) -> None:
        super().__init__(server, schema)
        server.connect().close()  # else what is wrong would be told only after the wait
        self._held = local()
        self._address = server.conninfo(schema)
        self._pool = _take_pool(self._address)
        self._is_closed = False

    @classmethod
    def of_steps(cls, url: str, schema: str, steps: Sequence[str]) -> "PostgresDatabase":
        """Connect and migrate; raises what ``migrate`` raises."""
        database = cls(Server(url), schema)
        try:
            database.migrate(steps)
        except StoreError:
            database.close()
            raise
        return database

    def migrate(self, steps: Sequence[str]) -> None:
        """See Database; the table ``schema_steps`` counts the steps, all taken together."""
        if (count := self._count_steps()) > len(steps):
            raise self._server.error(StoreNewer)
        if count == len(steps):
            return
        encoding = self.value("SELECT current_setting('server_encoding')")
        if encoding != "UTF8":
            raise self._server.error(DatabaseEncodingUnfit, encoding=encoding)
        with self.transaction():
            # two processes may begin with the same empty database
            self.run("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (self._schema,))
            if self.is_empty():
                self.run(f"CREATE SCHEMA IF NOT EXISTS {self._schema}")
                self.run("CREATE TABLE schema_steps (taken integer NOT NULL)")
                self.run("INSERT INTO schema_steps VALUES (0)")
            for step in steps[self._count_steps() :]:
                self.run(step)
            self.run("UPDATE schema_steps SET taken = ?", (len(steps),))

    def _count_steps(self) -> int:
        return 0 if self.is_empty() else int(self.value("SELECT taken FROM schema_steps"))

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            _give_back_pool(self._address)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        held = getattr(self._held, "connection", None)
        if held is not None:
            yield held
        else:
            with self._lend_connection() as connection:
                yield connection

    def _lend_connection(self) -> AbstractContextManager[Connection]:
        return self._pool.connection(_WAIT_IN_LOOP_SECONDS if _is_in_loop() else _WAIT_SECONDS)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with (
            self._server.translate_errors(),
            self._lend_connection() as connection,
            connection.transaction(),
        ):
            self._held.connection = connection
            try:
                yield
            finally:
                self._held.connection = None

    @contextmanager
    def snapshot(self) -> Iterator[Database]:
        with self._server.translate_errors(), self._lend_connection() as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield _Snapshot(self._server, self._schema, connection)
            finally:
                if not connection.closed:
                    connection.rollback()


class _Snapshot(_Statements):
    """A connection in a transaction that only reads."""

    def __init__(self, server: Server, schema: str, connection: Connection) -> None:
        super().__init__(server, schema)
        self._fixed = connection

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        yield self._fixed

    @contextmanager
    def transaction(self) -> Iterator[None]:
        raise NotImplementedError
        yield

    @contextmanager
    def snapshot(self) -> Iterator[Database]:
        yield self

    def migrate(self, steps: Sequence[str]) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Whose snapshot it is closes the connection."""


class PostgresStore(Store):
    """The store of a deployment with ``DATABASE_URL``; other files stay in its data folder."""

    def __init__(self, database: Database, data_dir: Path, server: Server) -> None:
        super().__init__(database, data_dir)
        self._server = server

    @classmethod
    def open_at(cls, url: str, data_dir: Path) -> "PostgresStore":
        """Open the store of a database; raises DatabaseEmpty where there is none."""
        server = Server(url)
        database = PostgresDatabase(server, _SCHEMA)
        if database.is_empty():
            database.close()
            raise server.error(DatabaseEmpty)
        store = cls(database, data_dir, server)
        store.migrate()
        return store

    @classmethod
    def to_be_made(cls, url: str, data_dir: Path) -> "PostgresStore":
        """An empty store in memory; ``create`` replaces it by the tables of the database."""
        return cls(database_in_memory(data_dir), data_dir, Server(url))

    @contextmanager
    def write_lock(self, wait: float = 0.0) -> Iterator[None]:
        with self._server.lock(_WRITER, wait):
            yield

    def create(self) -> None:
        if not isinstance(self._db, PostgresDatabase):
            super().create()

    def _create_database(self) -> Database:
        return PostgresDatabase(self._server, _SCHEMA)

    def _damage(self) -> StoreDamaged:
        return DatabaseDamaged(address=self._server)


@lru_cache(maxsize=512)
def _query(sql: str) -> str:
    """A statement with psycopg's placeholders."""
    return sql.replace("%", "%%").replace("?", "%s")


def _error_class(error: psycopg.Error) -> type[StoreError]:
    state = error.sqlstate or ""
    if not state:  # it never reached the server, or never came back
        unreached = isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
        return DatabaseUnreachable if unreached else DatabaseDamaged
    return _ERRORS.get(state) or _ERRORS.get(state[:2]) or DatabaseDamaged
