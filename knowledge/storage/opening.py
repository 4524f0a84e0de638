"""Where a deployment keeps its data: in files of its folder, or on PostgreSQL.

The only place that chooses. ``url`` is ``DATABASE_URL``; empty, all is in the folder.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from knowledge.errors import StoreMissing
from knowledge.storage.database import Database, read_steps
from knowledge.storage.sqlite import SQLiteDatabase, write_lock
from knowledge.storage.store import SQLiteStore, Store

PlaceCheck = Callable[[], None]
"""Raises a StoreError where a lock may be held no more."""
SERVICE_LOCK = "bot.lock"
"""The lock that the one service of a folder, or of a database, holds: a file's name."""
_WORKERS_LOCK = "workers"


def open_store(data_dir: Path, url: str, *, create: bool) -> Store:
    """The store of the knowledge.

    Raises StoreMissing where there is none, unless it is to be made (``create``) when the first
    report is loaded; StoreDamaged where it is none of ours, and what connecting raises.
    """
    try:
        if not url:
            return SQLiteStore.open(data_dir)
        from knowledge.storage.postgres import PostgresStore  # noqa: PLC0415 - psycopg, a fifth of a second

        return PostgresStore.open_at(url, data_dir)
    except StoreMissing:
        if not create:
            raise
        if not url:
            return SQLiteStore.in_memory(data_dir)
        return PostgresStore.to_be_made(url, data_dir)


def open_tables(file: Path, url: str, steps: Path) -> Database:
    """A file's tables, or those of the schema named like it; made and migrated if need be.

    ``steps`` is the folder with the steps of each dialect. Every commit waits for the disk.
    Raises StoreErrors.
    """
    if not url:
        return SQLiteDatabase.of_steps(file, read_steps(steps, SQLiteDatabase.dialect))
    from knowledge.storage.postgres import PostgresDatabase  # noqa: PLC0415 - as above

    steps_taken = read_steps(steps, PostgresDatabase.dialect)
    return PostgresDatabase.of_steps(url, file.stem, steps_taken)


def describe_server(url: str) -> str:
    """The address of a PostgreSQL database, without user and password, and the server's version.

    Raises why it cannot be reached.
    """
    from knowledge.storage.postgres import Server  # noqa: PLC0415 - as above

    server = Server(url)
    return f"{server}（PostgreSQL {server.version()}）"


@contextmanager
def service_lock(data_dir: Path, url: str, wait: float) -> Iterator[PlaceCheck]:
    """Keep others from serving the same folder, or the same database; raises StoreBusy."""
    with ExitStack() as stack:
        stack.enter_context(write_lock(data_dir, wait, SERVICE_LOCK))
        if not url:
            yield lambda: None
            return
        from knowledge.storage.postgres import Server  # noqa: PLC0415 - as above

        yield stack.enter_context(Server(url).lock(SERVICE_LOCK, wait))


@contextmanager
def workers_lock(url: str, *, shared: bool) -> Iterator[PlaceCheck]:
    """Be one of the workers on a database, or keep all of them out; raises StoreErrors.

    StoreBusy: somebody else keeps them out, or there is one.
    """
    from knowledge.storage.postgres import Server  # noqa: PLC0415 - as above

    with Server(url).lock(_WORKERS_LOCK, shared=shared) as check:
        yield check
