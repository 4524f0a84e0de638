"""Moving all rows of a database into another one, of whatever dialect.

A move is one transaction of the database that is moved to: broken off, it leaves nothing there, and
can be begun again. All that was written is read back and compared before it takes effect.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import MoveFailed, MoveTargetUsed
from knowledge.lexicon import tokens_of
from knowledge.loading.loader import texts_to_embed
from knowledge.storage.database import Database, Row
from knowledge.storage.lexical import Passages, lexical_index
from knowledge.storage.opening import open_store
from knowledge.storage.store import TABLES, Store, StoreReader

_PAGE = 1000
_DIGEST = 16

Tables = Mapping[str, tuple[str, ...]]
"""Tables, those first that others refer to, each with the columns that tell its rows apart."""


@dataclass(frozen=True, slots=True)
class _Content:
    """How many rows a table holds, and a sum over them that no order changes."""

    rows: int = 0
    digest: int = 0

    def with_rows(self, rows: list[Row]) -> "_Content":
        digests = (hashlib.blake2b(repr(row).encode(), digest_size=_DIGEST) for row in rows)
        total = self.digest + sum(int.from_bytes(digest.digest()) for digest in digests)
        return _Content(self.rows + len(rows), total % 2 ** (8 * _DIGEST))


def move_rows(source: Database, target: Database, tables: Tables) -> int:
    """Copy all rows of some tables in place of what the target holds; how many there are.

    The caller makes the transactions around it. Raises MoveFailed where what is read back differs.
    """
    for table in reversed(list(tables)):
        target.run(f"DELETE FROM {table}")  # noqa: S608 - our own names
    numbering = source.numbering()
    count = 0
    for table, key in tables.items():
        columns = source.columns(table)
        marks = ", ".join("?" * len(columns))
        insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
        sent = _Content()
        for rows in _pages(source, table, key, columns):
            target.run_many(insert, rows)
            sent = sent.with_rows(rows)
        arrived = _Content()
        for rows in _pages(target, table, key, columns):
            arrived = arrived.with_rows(rows)
        if sent != arrived:
            raise MoveFailed(table=table)
        if key == ("id",):
            target.continue_numbering(table, numbering.get(table, 0))
        count += sent.rows
    return count


def _pages(
    database: Database, table: str, key: tuple[str, ...], columns: list[str]
) -> Iterator[list[Row]]:
    """The rows of a table in the order of its key, some at a time."""
    keys, marks = ", ".join(key), ", ".join("?" * len(key))
    selected = f"SELECT {keys}, {', '.join(columns)} FROM {table}"  # noqa: S608 - our own names
    where, values = "", list[object]()
    while rows := database.rows(f"{selected}{where} ORDER BY {keys} LIMIT {_PAGE}", values):
        yield [row[len(key) :] for row in rows]
        where, values = f" WHERE ({keys}) > ({marks})", list(rows[-1][: len(key)])


def move_store(data_dir: Path, url: str, target_url: str) -> int:
    """Move the knowledge of a data folder, from where ``url`` says; how many rows it is made of.

    An empty address means the folder's files. Both are locked meanwhile. Raises MoveTargetUsed
    where there are other reports than these, MoveFailed, and what opening and writing raise.
    """
    with (
        closing(open_store(data_dir, url, create=False)) as source,
        closing(open_store(data_dir, target_url, create=True)) as target,
    ):
        assert isinstance(source, Store)  # noqa: S101 - for the type checker
        assert isinstance(target, Store)  # noqa: S101 - as above
        with source.write_lock(), target.write_lock():
            target.create()
            begun = all(target.read_meta(k) == source.read_meta(k) for k in ("store", "generation"))
            if target.entries() and not begun:
                raise MoveTargetUsed
            with source.database.snapshot() as snapshot, target.database.transaction():
                count = move_rows(snapshot, target.database, TABLES)
                reader = StoreReader(snapshot)
                reports = ((e.id, _indexed_passages(reader, e.id)) for e in reader.entries())
                lexical_index(target.database).rebuild(reports)
        return count


def _indexed_passages(reader: StoreReader, report_id: str) -> Passages:
    """What the lexical index holds of a report, as when it was loaded."""
    texts = texts_to_embed(reader.text(report_id), reader.passages(report_id))
    words = [" ".join(tokens_of(text)) for text in texts]
    return list(zip(reader.passage_numbers(report_id), words, strict=True))


def move_tables(source: Database, target: Database, tables: Tables, counters: Tables) -> int:
    """Move tables that must be empty where they are moved to, and the ``counters`` beside them.

    How many rows they are made of. Raises MoveTargetUsed and MoveFailed.
    """
    with source.snapshot() as snapshot, target.transaction():
        if any(target.row(f"SELECT 1 FROM {table} LIMIT 1") for table in tables):  # noqa: S608 - our own names
            raise MoveTargetUsed
        return move_rows(snapshot, target, {**tables, **counters})
