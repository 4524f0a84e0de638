"""The truth of the knowledge in SQLite: how it is read and written."""

import json
import re
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from knowledge.errors import StoreBusy, StoreDamaged, StoreError, StoreUnwritable
from knowledge.models import Passage, ReadReport, Report, Section
from knowledge.storage.database import Database
from knowledge.storage.protocols import Vectors
from knowledge.storage.rows import (
    Entry,
    Source,
    entry_of,
    figure_of,
    passage_of,
    report_of,
    row_of_passage,
    row_of_report,
    row_of_vector,
    rows_of_figures,
    rows_of_pages,
    rows_of_sections,
    section_of,
    vectors_of,
)
from knowledge.understanding.figures import Figure

_CHINESE_RUN = re.compile(r"[\u3400-\u9fff]+")

_ENTRY = (
    "SELECT r.id, s.place, s.file, s.sha256, s.understanding, title, bureau, level, year, part,"
    " loaded_at, sections, passages, figures"
    " FROM reports r JOIN sources s ON s.place = r.place"
)
_MOST_NAMED = 500
_SOURCE = "SELECT place, file, sha256, understanding FROM sources"
_PASSAGE = "SELECT id, report_id, ordinal, path, kind, topics, start_at, end_at FROM passages"


class StoreReader:
    """Reads a store's tables."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # -- facts about the store

    def read_meta(self, key: str) -> str | None:
        """A fact about the store: schema, store (its id), embedder, generation."""
        row = self._db.row("SELECT value FROM meta WHERE key = ?", (key,))
        return str(row[0]) if row else None

    @property
    def generation(self) -> str:
        """A token that changes with every report that is added or removed.

        It is never reused, not in another store nor after a backup was restored: an index with
        the same token holds the same passages. It begins with a count.
        """
        return self.read_meta("generation") or ""

    @property
    def changes(self) -> int:
        """How many rows were written through this store object since it was opened."""
        return self._db.changes

    # -- reports

    def entries(self) -> list[Entry]:
        """All reports, by bureau and period."""
        order = " ORDER BY bureau IS NULL, bureau, year, part, s.file"
        return [entry_of(r) for r in self._db.rows(_ENTRY + order)]

    def entries_of(self, bureau: str, year: int, part: int) -> list[Entry]:
        """The reports of one bureau and period, in the order of loading."""
        among = " WHERE bureau = ? AND year = ? AND part = ? ORDER BY r.rowid"
        return [entry_of(r) for r in self._db.rows(_ENTRY + among, (bureau, year, part))]

    def shared_periods(self) -> list[tuple[str, int, int]]:
        """Bureau, year and part of a year of which there is more than one report."""
        rows = self._db.rows(
            "SELECT bureau, year, part FROM reports"
            " WHERE bureau IS NOT NULL AND year IS NOT NULL"
            " GROUP BY bureau, year, part HAVING count(*) > 1 ORDER BY bureau, year, part"
        )
        return [(r[0], r[1], r[2]) for r in rows]

    def superseded(self) -> dict[str, str]:
        """Ids of older versions of reports, each with that of the newest version."""
        return dict(self._db.rows("SELECT report_id, by_id FROM superseded"))

    def doubtful_sums(self, report_id: str) -> int:
        """How many of a report's sums do not add up, as noted when it was loaded."""
        row = self._db.row("SELECT sums FROM doubtful WHERE report_id = ?", (report_id,))
        return int(row[0]) if row else 0

    def entry(self, report_id: str) -> Entry | None:
        """One report's entry, or None."""
        row = self._db.row(_ENTRY + " WHERE r.id = ?", (report_id,))
        return entry_of(row) if row else None

    def entry_at(self, place: str) -> Entry | None:
        """The report that was loaded from a place, or None."""
        row = self._db.row("SELECT report_id FROM sources WHERE place = ?", (place,))
        return self.entry(row[0]) if row else None

    def entry_loaded_from(self, source: Source) -> Entry | None:
        """The report that was loaded from just this version of a file, or None."""
        row = self._db.row(
            _ENTRY + " JOIN sources loaded ON loaded.report_id = r.id"
            " WHERE loaded.place = ? AND loaded.sha256 = ? AND loaded.understanding = ?",
            (source.place, source.sha256, source.understanding),
        )
        return entry_of(row) if row else None

    def sources(self) -> list[Source]:
        """All files that reports were loaded from, by place."""
        return [Source(*r) for r in self._db.rows(_SOURCE + " ORDER BY place")]

    def places(self, report_id: str) -> list[str]:
        """The places of the files that a report was loaded from."""
        rows = self._db.rows(
            "SELECT place FROM sources WHERE report_id = ? ORDER BY place", (report_id,)
        )
        return [r[0] for r in rows]

    def report(self, report_id: str) -> Report | None:
        """A report with its text, or None."""
        row = self._db.row(
            "SELECT r.id, s.file, s.sha256, title, bureau, level, year, part, starts, text"
            " FROM reports r JOIN sources s ON s.place = r.place"
            " LEFT JOIN pages p ON p.report_id = r.id WHERE r.id = ?",
            (report_id,),
        )
        return report_of(row) if row else None

    def text(self, report_id: str) -> str:
        """A report's text; empty where there is no such report."""
        row = self._db.row("SELECT text FROM reports WHERE id = ?", (report_id,))
        return str(row[0]) if row else ""

    def reports_containing(
        self, phrase: str, within: Collection[str] | None = None
    ) -> frozenset[str]:
        """The ids of the reports whose text contains a phrase, of all or of those ``within``.

        For a phrase with Chinese characters in a row, only texts that contain their pairs are
        scanned: scanning all of a large store takes a tenth of a second.
        """
        sql, values = "SELECT id FROM reports WHERE instr(text, ?) > 0", [phrase]
        if within is not None and len(within) <= _MOST_NAMED:
            sql += f" AND id IN ({','.join('?' * len(within))})"
            values += within
        elif query := _all_pairs(phrase):
            sql += (
                " AND id IN (SELECT report_id FROM passages WHERE number IN"
                " (SELECT rowid FROM lexicon WHERE lexicon MATCH ?))"
            )
            values.append(query)
        found = frozenset(r[0] for r in self._db.rows(sql, values))
        return found if within is None else found & set(within)

    def sections(self, report_id: str) -> tuple[Section, ...]:
        """A report's section tree in reading order."""
        rows = self._db.rows(
            "SELECT path, level, kind, start_at, end_at, heading_end, leaf, run_in, furniture"
            " FROM sections WHERE report_id = ? ORDER BY ordinal",
            (report_id,),
        )
        return tuple(map(section_of, rows))

    def figures(self, report_id: str) -> tuple[Figure, ...]:
        """A report's figures in reading order."""
        rows = self._db.rows(
            "SELECT text, start_at, end_at, value, unit, masked, approximate, counted, as_of"
            " FROM figures WHERE report_id = ? ORDER BY ordinal",
            (report_id,),
        )
        return tuple(map(figure_of, rows))

    # -- passages

    def passages(self, report_id: str) -> tuple[Passage, ...]:
        """A report's passages in reading order."""
        rows = self._db.rows(_PASSAGE + " WHERE report_id = ? ORDER BY ordinal", (report_id,))
        return tuple(map(passage_of, rows))

    def passages_by_id(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages of those ids that are in the store."""
        among = " WHERE id IN (SELECT value FROM json_each(?))"
        rows = self._db.rows(_PASSAGE + among, (_json(ids),))
        return {p.id: p for p in map(passage_of, rows)}

    def passage_count(self) -> int:
        """How many passages the store holds."""
        return int(self._db.rows("SELECT count(*) FROM passages")[0][0])

    # -- search

    def lexical(
        self, query: str, limit: int, report_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Passage ids with BM25 scores, best first, for an FTS5 query over the tokens."""
        if report_ids is None:
            rows = self._db.rows(
                "SELECT p.id, -l.rank FROM (SELECT rowid, rank FROM lexicon WHERE lexicon MATCH ?"
                " ORDER BY rank, rowid LIMIT ?) l JOIN passages p ON p.number = l.rowid"
                " ORDER BY l.rank, p.number",
                (query, limit),
            )
        else:
            rows = self._db.rows(
                # A report's passages are numbered in a row, and so are a folder's reports: the
                # bounds skip most of the lexicon where few reports are searched.
                "WITH scope AS (SELECT number, id FROM passages"
                " WHERE report_id IN (SELECT value FROM json_each(?)))"
                " SELECT p.id, -l.rank FROM lexicon l JOIN scope p ON p.number = l.rowid"
                " WHERE lexicon MATCH ? AND l.rowid >= (SELECT min(number) FROM scope)"
                " AND l.rowid <= (SELECT max(number) FROM scope)"
                " ORDER BY l.rank, p.number LIMIT ?",
                (_json(report_ids), query, limit),
            )
        return [(r[0], float(r[1])) for r in rows]

    def passages_with(self, terms: Sequence[str]) -> dict[str, int]:
        """How many passages contain each term; terms in none are left out."""
        rows = self._db.rows(
            "SELECT term, doc FROM lexicon_terms WHERE term IN (SELECT value FROM json_each(?))",
            (_json(terms),),
        )
        return {r[0]: int(r[1]) for r in rows}

    def vectors(self, report_ids: Sequence[str] | None = None) -> tuple[list[str], Vectors]:
        """Passage ids and their vectors, of some reports or of all."""
        if report_ids is None:
            rows = self._db.rows("SELECT id, vector FROM passages ORDER BY number")
        else:
            rows = self._db.rows(
                "SELECT id, vector FROM passages WHERE report_id IN"
                " (SELECT value FROM json_each(?)) ORDER BY report_id, ordinal",
                (_json(report_ids),),
            )
        return [r[0] for r in rows], vectors_of([r[1] for r in rows])

    def vector_keys(self) -> set[str]:
        """The keys of all vectors: what an index of this generation holds."""
        return {r[0] for r in self._db.rows("SELECT vector_key FROM passages")}

    def vectors_by_key(self, keys: Sequence[str]) -> Vectors:
        """Vectors in the order of their keys, each of which must be in the store."""
        rows = self._db.rows(
            "SELECT vector_key, vector FROM passages"
            " WHERE vector_key IN (SELECT value FROM json_each(?))",
            (_json(keys),),
        )
        found = dict(rows)
        return vectors_of([found[k] for k in keys])

    def some_vectors(self, count: int) -> Vectors:
        """A few vectors from the first added to the last; of a small store, some twice."""
        rows = [
            self._db.row(
                "SELECT vector FROM passages WHERE number >="
                " (SELECT max(number) FROM passages) * ? / ? ORDER BY number LIMIT 1",
                (number, max(count - 1, 1)),
            )
            for number in range(count)
        ]
        return vectors_of([row[0] for row in rows if row])


class Snapshot(StoreReader):
    """A store as it is at one generation, whatever is written meanwhile."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._generation = super().generation

    @property
    def generation(self) -> str:
        """The token of this generation, read once; see StoreReader."""
        return self._generation


def _all_pairs(phrase: str) -> str:
    """An FTS5 query that matches every text with a phrase: the pairs of its longest Chinese run."""
    run = max(_CHINESE_RUN.findall(phrase), key=len, default="")
    return " AND ".join(f'"{run[i : i + 2]}"' for i in range(len(run) - 1))


def _json(values: Iterable[str]) -> str:
    return json.dumps(list(values))


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
