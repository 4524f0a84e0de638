"""Writing to the store.

A report is added or removed in one transaction, and ``generation`` changes with each.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from knowledge.errors import StoreBusy, StoreDamaged, StoreError, StoreUnwritable
from knowledge.models import Passage, ReadReport
from knowledge.protocols import Vectors
from knowledge.store.database import Database
from knowledge.store.queries import Snapshot, StoreReader
from knowledge.store.rows import (
    Source,
    row_of_passage,
    row_of_report,
    row_of_vector,
    rows_of_figures,
    rows_of_pages,
    rows_of_sections,
)

_FILE = "knowledge.sqlite3"
_STEPS = [
    p.read_text(encoding="utf-8") for p in sorted((Path(__file__).parent / "steps").iterdir())
]
_SCHEMAS = ("2", "3")  # as ``meta`` names them; a file that says neither is none of ours


class Store(StoreReader):
    """One data folder's reports. Writing needs the folder's write lock."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        super().__init__(database)
        self._data_dir = data_dir

    @classmethod
    def open(cls, data_dir: Path) -> "Store":
        """Open the store of a folder.

        Raises StoreMissing where there is none, StoreDamaged where the file is none of ours.
        """
        store = cls(Database.open(data_dir / _FILE), data_dir)
        store._migrate()
        return store

    @classmethod
    def in_memory(cls, data_dir: Path) -> "Store":
        """An empty store for a folder without one; ``create`` replaces it by the folder's file."""
        return cls(_in_memory(data_dir), data_dir)

    def dry_run_copy(self) -> "Store":
        """A store in memory with the same files and reports, without their contents."""
        database = _in_memory(self._data_dir)
        database.run_many(
            "INSERT INTO reports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self._db.rows(
                "SELECT id, place, title, bureau, level, year, part, loaded_at, sections,"
                " passages, figures, '' FROM reports"
            ),
        )
        database.run_many(
            "INSERT INTO sources VALUES (?, ?, ?, ?, ?)",
            self._db.rows("SELECT place, report_id, file, sha256, understanding FROM sources"),
        )
        for table in ("superseded", "doubtful"):
            rows = self._db.rows(f"SELECT * FROM {table}")  # noqa: S608
            database.run_many(f"INSERT INTO {table} VALUES (?, ?)", rows)  # noqa: S608
        return Store(database, self._data_dir)

    def create(self) -> None:
        """Open the folder's file for writing, creating it if need be; raises StoreUnwritable."""
        database = Database.create(self._data_dir / _FILE)
        self._db.close()
        self._db = database
        self._migrate()

    def _migrate(self) -> None:
        """Bring the tables up to date; closes the file and raises StoreDamaged or StoreNewer."""
        try:
            if not self._db.is_empty() and self._schema() not in _SCHEMAS:
                raise StoreDamaged(path=self._data_dir)
            try:
                self._db.migrate(_STEPS)
            except (StoreUnwritable, StoreBusy):
                if not self._has_all_tables():
                    raise
        except StoreError:
            self.close()
            raise

    def _schema(self) -> str | None:
        try:
            return self.read_meta("schema")
        except StoreDamaged:  # a database of another program has no such table
            return None

    def _has_all_tables(self) -> bool:
        """Whether nothing but the count of steps is missing, as in stores without one."""
        last = (
            "SELECT count(*) FROM sqlite_master WHERE name IN ('pages', 'superseded', 'doubtful')"
        )
        return self._db.rows(last) == [(3,)]

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The store at its present generation; see Database.snapshot."""
        with self._db.snapshot() as database:
            yield Snapshot(database)

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        self._db.close()

    def write_meta(self, key: str, value: str) -> None:
        """Write a fact about the store, unless it is written already."""
        if self.read_meta(key) != value:
            with self._db.transaction():
                self._write_meta(key, value)

    def _write_meta(self, key: str, value: str) -> None:
        self._db.run(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    def _next_generation(self) -> None:
        count = int(self.generation.partition("-")[0] or 0) + 1
        self._write_meta("generation", f"{count}-{secrets.token_hex(6)}")

    def put(  # noqa: PLR0913 - a report, and all that goes in with it
        self,
        read: ReadReport,
        source: Source,
        *,
        loaded_at: str,
        vectors: Vectors,
        tokens: Sequence[str],
        doubtful_sums: int = 0,
    ) -> None:
        """Store a report and remove what its source held before, in one transaction.

        ``vectors`` (passages by dimension) and ``tokens`` run along ``read.passages``.
        """
        key = read.report.id
        with self._db.transaction():
            self._detach(source.place, key)
            self._clear(key)
            self._db.run(
                "INSERT INTO reports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET place = excluded.place, title = excluded.title,"
                " bureau = excluded.bureau, level = excluded.level, year = excluded.year,"
                " part = excluded.part, loaded_at = excluded.loaded_at,"
                " sections = excluded.sections, passages = excluded.passages,"
                " figures = excluded.figures, text = excluded.text",
                row_of_report(read, source.place, loaded_at),
            )
            self._attach(source, key)
            self._db.run_many("INSERT INTO pages VALUES (?, ?)", rows_of_pages(read))
            self._db.run_many(
                "INSERT INTO sections VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows_of_sections(read),
            )
            self._db.run_many(
                "INSERT INTO figures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows_of_figures(read),
            )
            self._insert_passages(read.passages, vectors, tokens)
            if doubtful_sums:
                self._db.run("INSERT INTO doubtful VALUES (?, ?)", (key, doubtful_sums))
            self._next_generation()

    def link(self, report_id: str, source: Source, *, primary: bool) -> None:
        """Record that a file holds a report of the store, and no other one any more.

        ``primary``: the file takes the place of the one that the report was read from.
        """
        with self._db.transaction():
            left = self._detach(source.place, report_id)
            self._attach(source, report_id)
            if (primary and self._move(report_id, source.place)) or left:
                self._next_generation()

    def unlink(self, place: str) -> bool:
        """Record that a file is gone; whether its report went with it, held by no other file."""
        with self._db.transaction():
            left = self._detach(place, "")
            self._next_generation()
        return left

    def remove(self, report_id: str) -> None:
        """Remove a report and all that was derived from it."""
        with self._db.transaction():
            self._delete(report_id)
            self._next_generation()

    def set_superseded(self, older: Mapping[str, str]) -> None:
        """Record which reports are older versions of which, replacing what was recorded."""
        if older == self.superseded():
            return
        with self._db.transaction():
            self._db.run("DELETE FROM superseded")
            self._db.run_many("INSERT INTO superseded VALUES (?, ?)", sorted(older.items()))
            self._next_generation()

    def stage_vectors(self, report_id: str, vectors: Vectors, embedder: str) -> None:
        """Store a report's vectors by another embedder until all reports have theirs."""
        self._db.run(
            "INSERT INTO remade VALUES (?, ?, ?) ON CONFLICT (report_id) DO UPDATE SET"
            " embedder = excluded.embedder, vectors = excluded.vectors",
            (report_id, embedder, vectors.astype("<f4").tobytes()),
        )

    def staged(self, embedder: str) -> set[str]:
        """The ids of the reports whose vectors by an embedder are staged."""
        rows = self._db.rows("SELECT report_id FROM remade WHERE embedder = ?", (embedder,))
        return {r[0] for r in rows}

    def adopt_staged(self, embedder: str) -> None:
        """Replace the old vectors by the staged ones, in one transaction."""
        with self._db.transaction():
            for report_id in self.staged(embedder):
                self._adopt(report_id)
            self._db.run("DELETE FROM remade")
            self._write_meta("embedder", embedder)
            self._next_generation()

    def _adopt(self, report_id: str) -> None:
        rows = self._db.rows("SELECT vectors FROM remade WHERE report_id = ?", (report_id,))
        ids = [p.id for p in self.passages(report_id)]
        if not ids:
            return
        matrix = np.frombuffer(rows[0][0], dtype="<f4").reshape(len(ids), -1)
        self._db.run_many(
            "UPDATE passages SET vector_key = ?, vector = ? WHERE id = ?",
            [(*row_of_vector(i, vector), i) for i, vector in zip(ids, matrix, strict=True)],
        )

    def _attach(self, source: Source, report_id: str) -> None:
        self._db.run(
            "INSERT INTO sources VALUES (?, ?, ?, ?, ?) ON CONFLICT (place) DO UPDATE SET"
            " report_id = excluded.report_id, file = excluded.file, sha256 = excluded.sha256,"
            " understanding = excluded.understanding",
            (source.place, report_id, source.file, source.sha256, source.understanding),
        )

    def _detach(self, place: str, keep: str) -> bool:
        """Remove a file from its report, unless that is ``keep``; whether the report went too."""
        row = self._db.row("SELECT report_id FROM sources WHERE place = ?", (place,))
        if row is None or row[0] == keep:
            return False
        self._db.run("DELETE FROM sources WHERE place = ?", (place,))
        other = self._db.row("SELECT min(place) FROM sources WHERE report_id = ?", (row[0],))
        if other is None or other[0] is None:
            self._delete(row[0])
            return True
        self._db.run(
            "UPDATE reports SET place = ? WHERE id = ? AND place = ?", (other[0], row[0], place)
        )
        return False

    def _insert_passages(
        self, passages: Sequence[Passage], vectors: Vectors, tokens: Sequence[str]
    ) -> None:
        for passage, vector, words in zip(passages, vectors, tokens, strict=True):
            number = self._db.run(
                "INSERT INTO passages (id, report_id, ordinal, path, kind, topics, start_at,"
                " end_at, vector_key, vector) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row_of_passage(passage, vector),
            )
            self._db.run("INSERT INTO lexicon (rowid, tokens) VALUES (?, ?)", (number, words))

    def _move(self, report_id: str, place: str) -> bool:
        """Move a report to another place; False if it is there already or not in the store."""
        row = self._db.row("SELECT place FROM reports WHERE id = ?", (report_id,))
        if row is None or row[0] == place:
            return False
        self._db.run("DELETE FROM sources WHERE place = ?", (row[0],))
        self._db.run("UPDATE reports SET place = ? WHERE id = ?", (place, report_id))
        return True

    def _delete(self, report_id: str) -> None:
        self._clear(report_id)
        self._db.run(
            "DELETE FROM superseded WHERE report_id = ? OR by_id = ?", (report_id, report_id)
        )
        self._db.run("DELETE FROM reports WHERE id = ?", (report_id,))

    def _clear(self, report_id: str) -> None:
        """Delete all that was derived from a report."""
        self._db.run(
            "DELETE FROM lexicon WHERE rowid IN (SELECT number FROM passages WHERE report_id = ?)",
            (report_id,),
        )
        for table in ("pages", "sections", "figures", "passages", "remade", "doubtful"):
            self._db.run(f"DELETE FROM {table} WHERE report_id = ?", (report_id,))  # noqa: S608


def _in_memory(data_dir: Path) -> Database:
    database = Database.in_memory(data_dir / _FILE)
    database.migrate(_STEPS)
    return database
