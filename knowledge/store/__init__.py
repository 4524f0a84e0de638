"""The knowledge in SQLite: reports, sections, passages, figures, vectors. All SQL is here."""

from knowledge.store.database import Database, write_lock
from knowledge.store.queries import Snapshot, StoreReader
from knowledge.store.rows import Entry, Source, passage_id_of
from knowledge.store.writing import Store

__all__ = [
    "Database",
    "Entry",
    "Snapshot",
    "Source",
    "Store",
    "StoreReader",
    "passage_id_of",
    "write_lock",
]
