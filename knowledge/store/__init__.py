"""The truth of the knowledge in SQLite; all of its SQL is in this folder."""

from knowledge.store.database import Database, write_lock
from knowledge.store.queries import Vectors
from knowledge.store.rows import Entry, Source, passage_id_of
from knowledge.store.writing import Store

__all__ = ["Database", "Entry", "Source", "Store", "Vectors", "passage_id_of", "write_lock"]
