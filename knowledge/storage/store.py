"""The store of the knowledge in a database: its statements, whatever the dialect.

Rows hold their columns in the order of
the statements.
"""

import json
import re
import secrets
from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.errors import StoreBusy, StoreDamaged, StoreError, StoreUnwritable
from knowledge.models import (
    Bureau,
    Identity,
    Level,
    Page,
    Passage,
    ReadReport,
    Report,
    Section,
    SectionKind,
    Statement,
    decode_figures,
    decode_statements,
    store_period,
    stored_period,
)
from knowledge.storage.database import Database, Row, json_array, read_steps
from knowledge.storage.lexical import LexicalIndex, lexical_index
from knowledge.storage.protocols import ReportEntry, ReportSource, Vectors, vector_key
from knowledge.storage.sqlite import SQLiteDatabase, write_lock
from knowledge.understanding.figures import Figure
from knowledge.understanding.periods import Period, YearPart

encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def report_row(read: ReadReport, place: str, loaded_at: str) -> Row:
    """The row of a report."""
    identity = read.report.identity
    bureau, period = identity.bureau, identity.period
    return (
        *(read.report.id, place, identity.title),
        *((bureau.name, bureau.level) if bureau else (None, None)),
        *((period.year, int(period.part)) if period else (None, None)),
        *(loaded_at, len(read.sections), len(read.passages), read.figure_text.size),
        read.report.text,
    )


def report_of(row: Row) -> Report:
    """A report, of its row, its source and its pages."""
    pages = tuple(map(_page, json.loads(row[9]))) if row[9] else ()
    return Report(row[0], row[1], row[2], _identity(row[3:9]), row[10], pages)


def _page(stored: int | list[Any]) -> Page:
    """A page as it was written down; once only by where it begins."""
    if isinstance(stored, int):
        return Page(stored)
    page = Page(*stored)
    return page._replace(doubtful=tuple(page.doubtful))


def entry_of(row: Row) -> ReportEntry:
    """An entry of the list of reports."""
    return ReportEntry(row[0], ReportSource(*row[1:5]), _identity(row[5:11]), *row[11:])


def _identity(row: Row) -> Identity:
    title, bureau, level, year, part, reviews = row
    return Identity(
        Bureau(bureau, Level(level) if level else None) if bureau else None,
        Period(year, YearPart(part or 0)) if year else None,
        title,
        stored_period(json.loads(reviews)) if reviews else None,
    )


def section_of(path: list[str], level: int, kind: str, *rest: int) -> Section:
    """A section, of its path and the rest of its row."""
    start, end, heading_end, *marks = rest
    whole = (tuple(path), level, SectionKind(kind), start, end, heading_end)
    return Section(*whole, *map(bool, marks))


def figure_of(row: Row) -> Figure:
    """A figure of an old store, of its row."""
    figure = Figure._make(row)
    return figure._replace(
        value=None if figure.value is None else Decimal(figure.value),
        masked=bool(figure.masked),
        approximate=bool(figure.approximate),
    )


def passage_row(passage: Passage, vector: Vectors) -> Row:
    """The row of a passage, without its number."""
    return (
        *(passage.id, passage.report_id, passage.ordinal, encode(passage.path), passage.kind),
        *(encode(passage.topics), passage.start, passage.end),
        *vector_row(passage.id, vector),
    )


def passage_of(row: Row) -> Passage:
    """A passage, of its row without the vector."""
    path, topics = tuple(json.loads(row[3])), tuple(json.loads(row[5]))
    return Passage(row[0], row[1], row[2], path, SectionKind(row[4]), topics, row[6], row[7])


def vector_row(passage_id: str, vector: Vectors) -> tuple[str, bytes]:
    """The key and the bytes of a vector."""
    data = bytes_of(vector)
    return vector_key(passage_id, data), data


def bytes_of(vectors: Vectors) -> bytes:
    """Vectors as they are stored."""
    return vectors.astype("<f4").tobytes()


def matrix_of(blobs: Sequence[bytes]) -> Vectors:
    """A matrix of stored vectors; of no columns if there is none."""
    if not blobs:
        return np.zeros((0, 0), dtype=np.float32)
    return np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), -1)


FILE = "knowledge.sqlite3"
STEPS = Path(__file__).parent / "steps"
TABLES = {
    "meta": ("key",),
    "reports": ("rowid",),
    "sources": ("place",),
    "sections": ("report_id", "ordinal"),
    "passages": ("number",),
    "figures": ("report_id", "ordinal"),
    **dict.fromkeys(("remade", "pages", "superseded", "doubtful", "statements"), ("report_id",)),
    **dict.fromkeys(("figure_texts", "section_texts", "reviewed"), ("report_id",)),
}
"""All but the lexical index, those first that others refer to, with what tells their rows apart."""
_SCHEMAS = ("2", "3")  # as ``meta`` names them; a database that says neither is none of ours
_CHINESE_RUN = re.compile(r"[\u3400-\u9fff]+")
_MOST_NAMED = 500
_NUMBERLESS = ("pages", "superseded", "doubtful", "reviewed")
"""The tables by which a store that cannot be written is known to lack none."""
_DERIVED = (
    *("pages", "sections", "section_texts", "figures", "figure_texts", "statements"),
    *("passages", "remade", "doubtful", "reviewed"),
)

_ENTRY = (
    "SELECT r.id, s.place, s.file, s.sha256, s.understanding, title, bureau, level, year, part,"
    " v.period, loaded_at, sections, passages, figures"
    " FROM reports r JOIN sources s ON s.place = r.place"
    " LEFT JOIN reviewed v ON v.report_id = r.id"
)
_PASSAGE = "SELECT id, report_id, ordinal, path, kind, topics, start_at, end_at FROM passages"


class StoreReader:
    """Reads the tables of a database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    @property
    def database(self) -> Database:
        """Where the tables are."""
        return self._db

    @property
    def _lexical(self) -> LexicalIndex:
        return lexical_index(self._db)

    # -- facts about the store

    def read_meta(self, key: str) -> str | None:
        """A fact about the store: schema, store (its id), embedder, generation."""
        value: str | None = self._db.value("SELECT value FROM meta WHERE key = ?", (key,))
        return value

    @property
    def generation(self) -> str:
        """A token that changes with what readers of the store see.

        That is every ``put``, ``remove``, ``unlink`` and ``adopt_staged``, a ``set_successors``
        that differs, and a ``link`` that moves or removes a report. It is never reused, not in
        another store nor after a backup was restored: an index with the same token holds the
        same passages. It begins with a count.
        """
        return self.read_meta("generation") or ""

    # -- reports

    def entries(self) -> list[ReportEntry]:
        """All reports, by bureau and period."""
        order = " ORDER BY bureau IS NULL, bureau, year NULLS FIRST, part NULLS FIRST, s.file"
        return [entry_of(r) for r in self._db.rows(_ENTRY + order)]

    def entries_of(self, bureau: str, year: int, part: int) -> list[ReportEntry]:
        """The reports of one bureau and period, in the order of loading."""
        among = " WHERE bureau = ? AND year = ? AND part = ? ORDER BY r.rowid"
        return [entry_of(r) for r in self._db.rows(_ENTRY + among, (bureau, year, part))]

    def shared_periods(self) -> list[tuple[str, int, int]]:
        """Bureau, year and part of a year of which there is more than one report."""
        return self._db.rows(
            "SELECT bureau, year, part FROM reports"
            " WHERE bureau IS NOT NULL AND year IS NOT NULL"
            " GROUP BY bureau, year, part HAVING count(*) > 1 ORDER BY bureau, year, part"
        )

    def successors(self) -> dict[str, str]:
        """Ids of older versions of reports, each with that of the newest version."""
        return dict(self._db.rows("SELECT report_id, by_id FROM superseded"))

    def doubtful_sums(self, report_id: str) -> int:
        """How many of a report's sums do not add up, as noted when it was loaded."""
        sums = self._db.value("SELECT sums FROM doubtful WHERE report_id = ?", (report_id,))
        return int(sums or 0)

    def entry(self, report_id: str) -> ReportEntry | None:
        """One report's entry, or None."""
        row = self._db.row(_ENTRY + " WHERE r.id = ?", (report_id,))
        return entry_of(row) if row else None

    def entry_at(self, place: str) -> ReportEntry | None:
        """The report that was loaded from a place, or None."""
        report_id = self._db.value("SELECT report_id FROM sources WHERE place = ?", (place,))
        return self.entry(report_id) if report_id else None

    def entry_loaded_from(self, source: ReportSource) -> ReportEntry | None:
        """The report that was loaded from just this version of a file, or None."""
        row = self._db.row(
            _ENTRY + " JOIN sources loaded ON loaded.report_id = r.id"
            " WHERE loaded.place = ? AND loaded.sha256 = ? AND loaded.understanding = ?",
            (source.place, source.sha256, source.understanding),
        )
        return entry_of(row) if row else None

    def sources(self) -> list[ReportSource]:
        """All files that reports were loaded from, by place."""
        rows = self._db.rows(
            "SELECT place, file, sha256, understanding FROM sources ORDER BY place"
        )
        return [ReportSource(*row) for row in rows]

    def places(self, report_id: str) -> list[str]:
        """The places of the files that a report was loaded from."""
        return self._db.column(
            "SELECT place FROM sources WHERE report_id = ? ORDER BY place", (report_id,)
        )

    def report(self, report_id: str) -> Report | None:
        """A report with its text, or None."""
        row = self._db.row(
            "SELECT r.id, s.file, s.sha256, title, bureau, level, year, part, v.period, starts,"
            " text"
            " FROM reports r JOIN sources s ON s.place = r.place"
            " LEFT JOIN reviewed v ON v.report_id = r.id"
            " LEFT JOIN pages p ON p.report_id = r.id WHERE r.id = ?",
            (report_id,),
        )
        return report_of(row) if row else None

    def text(self, report_id: str) -> str:
        """A report's text; empty where there is no such report."""
        text = self._db.value("SELECT text FROM reports WHERE id = ?", (report_id,))
        return text or ""

    def reports_containing(
        self, phrase: str, within: Collection[str] | None = None
    ) -> frozenset[str]:
        """The ids of the reports whose text contains a phrase, of all or of those ``within``."""
        sql, values = "SELECT id FROM reports WHERE instr(text, ?) > 0", list[object]((phrase,))
        if within is not None and len(within) <= _MOST_NAMED:
            sql += f" AND id IN ({','.join('?' * len(within))})"
            values += within
        elif pairs := _pairs_of(phrase):
            # scanning all texts of a large store takes a tenth of a second
            narrowing, terms = self._lexical.narrow_reports(pairs)
            sql += f" AND {narrowing}"
            values += terms
        found = frozenset(self._db.column(sql, values))
        return found if within is None else found & set(within)

    def sections(self, report_id: str) -> tuple[Section, ...]:
        """A report's section tree in reading order."""
        if content := self._content("section_texts", report_id):
            return tuple(section_of(path, *rest) for path, *rest in json.loads(content))
        rows = self._db.rows(
            "SELECT path, level, kind, start_at, end_at, heading_end, leaf, run_in, furniture"
            " FROM sections WHERE report_id = ? ORDER BY ordinal",
            (report_id,),
        )
        return tuple(section_of(json.loads(path), *rest) for path, *rest in rows)

    def figures(self, report_id: str) -> tuple[Figure, ...]:
        """A report's figures in reading order."""
        if content := self._content("figure_texts", report_id):
            return decode_figures(content)
        rows = self._db.rows(
            "SELECT text, start_at, end_at, value, unit, masked, approximate, counted, as_of"
            " FROM figures WHERE report_id = ? ORDER BY ordinal",
            (report_id,),
        )
        return tuple(map(figure_of, rows))

    def _content(self, table: str, report_id: str) -> str | None:
        """What a table of texts holds of a report; None of one that an old version wrote."""
        if not self._db.has_table(table):
            return None
        sql = f"SELECT content FROM {table} WHERE report_id = ?"  # noqa: S608 - our own names
        content: str | None = self._db.value(sql, (report_id,))
        return content

    def statements(self, report_id: str) -> tuple[Statement, ...]:
        """What a report's figures state, along them; none of a report that an old version read."""
        content = self._content("statements", report_id)
        return decode_statements(content, self.figures(report_id)) if content else ()

    def reports_telling(self, year: int, within: Collection[str]) -> frozenset[str]:
        """The ids of those reports whose statements tell of a year, whatever their own period."""
        if not self._db.has_table("statements"):
            return frozenset()
        return frozenset(
            self._db.column(
                "SELECT report_id FROM statements WHERE instr(years, ?) > 0"  # noqa: S608 - a constant
                f" AND report_id {self._db.among}",
                (f",{year},", json_array(within)),
            )
        )

    # -- passages

    def passages(self, report_id: str) -> tuple[Passage, ...]:
        """A report's passages in reading order."""
        rows = self._db.rows(_PASSAGE + " WHERE report_id = ? ORDER BY ordinal", (report_id,))
        return tuple(map(passage_of, rows))

    def passage_numbers(self, report_id: str) -> list[int]:
        """The numbers of a report's passages, in reading order."""
        return self._db.column(
            "SELECT number FROM passages WHERE report_id = ? ORDER BY ordinal", (report_id,)
        )

    def passages_by_id(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages of those ids that are in the store."""
        among = f" WHERE id {self._db.among}"
        rows = self._db.rows(_PASSAGE + among, (json_array(ids),))
        return {row[0]: passage_of(row) for row in rows}

    def passage_count(self) -> int:
        """How many passages, and so vectors, the store holds."""
        return int(self._db.value("SELECT coalesce(sum(passages), 0) FROM reports"))

    def passages_with(
        self, terms: Sequence[str], within: Collection[str] | None = None
    ) -> dict[str, int]:
        """How many passages, of all reports or of those ``within``, contain each term.

        Terms in none are left out.
        """
        if within is not None:
            return self._lexical.frequencies_within(terms, sorted(within))
        return self._lexical.frequencies(terms)

    def lexical(
        self, terms: Sequence[str], limit: int, report_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Ids of passages with any of the terms, with their BM25 scores, best first."""
        return self._lexical.search(terms, limit, report_ids) if terms else []

    # -- vectors

    def vectors(self, report_ids: Sequence[str] | None = None) -> tuple[list[str], Vectors]:
        """Passage ids and their vectors, of some reports or of all."""
        if report_ids is None:
            rows = self._db.rows("SELECT id, vector FROM passages ORDER BY number")
        else:
            rows = self._db.rows(
                f"SELECT id, vector FROM passages WHERE report_id {self._db.among}"  # noqa: S608 - a constant
                " ORDER BY report_id, ordinal",
                (json_array(report_ids),),
            )
        return [row[0] for row in rows], matrix_of([row[1] for row in rows])

    def vector_keys(self) -> set[str]:
        """The keys of all vectors: what an index of this generation holds."""
        return set(self._db.column("SELECT vector_key FROM passages"))

    def vectors_by_key(self, keys: Sequence[str]) -> Vectors:
        """Vectors in the order of their keys, each of which must be in the store."""
        rows = self._db.rows(
            f"SELECT vector_key, vector FROM passages WHERE vector_key {self._db.among}",  # noqa: S608 - a constant
            (json_array(keys),),
        )
        vectors: dict[str, bytes] = dict(rows)
        return matrix_of([vectors[key] for key in keys])

    def some_vectors(self, count: int) -> Vectors:
        """A few vectors from the first added to the last; of a small store, some twice."""
        vectors: list[bytes] = []
        for number in range(count):
            vectors += self._db.column(
                "SELECT vector FROM passages WHERE number >="
                " (SELECT max(number) FROM passages) * ? / ? ORDER BY number LIMIT 1",
                (number, max(count - 1, 1)),
            )
        return matrix_of(vectors)


class StoreSnapshot(StoreReader):
    """A store in a transaction that only reads: its generation is read once."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._generation = super().generation

    @property
    def generation(self) -> str:
        return self._generation


class Store(StoreReader):
    """The store of one data folder."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        super().__init__(database)
        self._data_dir = data_dir

    def dry_run_copy(self) -> "Store":
        """A copy in memory of the files and reports, without what was derived from them."""
        database = database_in_memory(self._data_dir)
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
        for table in ("superseded", "doubtful", "reviewed"):
            rows = self._db.rows(f"SELECT * FROM {table}")  # noqa: S608
            database.run_many(f"INSERT INTO {table} VALUES (?, ?)", rows)  # noqa: S608
        return _DryRunStore(database, self._data_dir, self)

    @property
    def changes(self) -> int:
        """How many rows were written through this store object since it was opened."""
        return self._db.changes

    @abstractmethod
    def write_lock(self, wait: float = 0.0) -> AbstractContextManager[None]:
        """Lock out other writers; raises StoreBusy after ``wait`` seconds."""

    @abstractmethod
    def _create_database(self) -> Database:
        """Open the database for writing, creating it if need be."""

    def create(self) -> None:
        """Open the store for writing, creating it if need be; raises StoreUnwritable."""
        database = self._create_database()
        self._db.close()
        self._db = database
        self.migrate()

    def migrate(self) -> None:
        """Bring the tables up to date; closes the store and raises StoreDamaged or StoreNewer."""
        try:
            if not self._db.is_empty() and self._schema() not in _SCHEMAS:
                raise self._damage()
            try:
                self._db.migrate(read_steps(STEPS, self._db.dialect))
            except (StoreUnwritable, StoreBusy):
                if not all(map(self._db.has_table, _NUMBERLESS)):
                    raise
        except StoreError:
            self.close()
            raise

    def _damage(self) -> StoreDamaged:
        return StoreDamaged(path=self._data_dir)

    def _schema(self) -> str | None:
        try:
            return self.read_meta("schema")
        except StoreDamaged:  # a database of another program has no such table
            return None

    @contextmanager
    def snapshot(self) -> Iterator[StoreSnapshot]:
        """The store at its present generation, whatever is written meanwhile."""
        with self._db.snapshot() as database:
            yield StoreSnapshot(database)

    def close(self) -> None:
        """Close the store; it cannot be used afterwards."""
        self._db.close()

    def write_meta(self, key: str, value: str) -> None:
        """Set a fact about the store, in place of another value; the same one is left as it is."""
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

    def put(
        self,
        read: ReadReport,
        source: ReportSource,
        *,
        loaded_at: str,
        vectors: Vectors,
        tokens: Sequence[str],
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
                report_row(read, source.place, loaded_at),
            )
            self._attach(source, key)
            if read.report.pages:
                self._db.run("INSERT INTO pages VALUES (?, ?)", (key, encode(read.report.pages)))
            sections = encode(read.sections)
            self._db.run("INSERT INTO section_texts VALUES (?, ?)", (key, sections))
            self._db.run("INSERT INTO figure_texts VALUES (?, ?)", (key, read.figure_text.content))
            content, told = read.statement_text
            years = f",{','.join(map(str, told))},"
            self._db.run("INSERT INTO statements VALUES (?, ?, ?)", (key, years, content))
            self._insert_passages(key, read.passages, vectors, tokens)
            if reviews := read.report.identity.reviews:
                period = encode(store_period(reviews))
                self._db.run("INSERT INTO reviewed VALUES (?, ?)", (key, period))
            if read.doubtful_sums:
                self._db.run("INSERT INTO doubtful VALUES (?, ?)", (key, read.doubtful_sums))
            self._next_generation()

    def link(self, report_id: str, source: ReportSource, *, primary: bool) -> None:
        """Record that a file holds a report of the store, and no other one any more.

        ``primary``: the file takes the place of the one that the report was read from.
        """
        with self._db.transaction():
            removed = self._detach(source.place, report_id)
            self._attach(source, report_id)
            if (primary and self._move(report_id, source.place)) or removed:
                self._next_generation()

    def unlink(self, place: str) -> bool:
        """Record that a file is gone; whether its report went with it, held by no other file."""
        with self._db.transaction():
            removed = self._detach(place, "")
            self._next_generation()
        return removed

    def remove(self, report_id: str) -> None:
        """Remove a report and all that was derived from it."""
        with self._db.transaction():
            self._delete(report_id)
            self._next_generation()

    def set_successors(self, newest: Mapping[str, str]) -> None:
        """Replace the record of which reports are older versions of which."""
        if newest == self.successors():
            return
        with self._db.transaction():
            self._db.run("DELETE FROM superseded")
            self._db.run_many("INSERT INTO superseded VALUES (?, ?)", sorted(newest.items()))
            self._next_generation()

    def stage_vectors(self, report_id: str, vectors: Vectors, embedder: str) -> None:
        """Store a report's vectors by another embedder until all reports have theirs."""
        self._db.run(
            "INSERT INTO remade VALUES (?, ?, ?) ON CONFLICT (report_id) DO UPDATE SET"
            " embedder = excluded.embedder, vectors = excluded.vectors",
            (report_id, embedder, bytes_of(vectors)),
        )

    def staged_reports(self, embedder: str) -> set[str]:
        """The ids of the reports whose vectors by an embedder are staged."""
        return set(self._db.column("SELECT report_id FROM remade WHERE embedder = ?", (embedder,)))

    def adopt_staged(self, embedder: str) -> None:
        """Replace the old vectors by the staged ones, in one transaction."""
        with self._db.transaction():
            for report_id in self.staged_reports(embedder):
                self._adopt(report_id)
            self._db.run("DELETE FROM remade")
            self._write_meta("embedder", embedder)
            self._next_generation()

    def _adopt(self, report_id: str) -> None:
        staged = self._db.value("SELECT vectors FROM remade WHERE report_id = ?", (report_id,))
        ids = [p.id for p in self.passages(report_id)]
        if not ids:
            return
        matrix = np.frombuffer(staged, dtype="<f4").reshape(len(ids), -1)
        self._db.run_many(
            "UPDATE passages SET vector_key = ?, vector = ? WHERE id = ?",
            [(*vector_row(i, vector), i) for i, vector in zip(ids, matrix, strict=True)],
        )

    def _attach(self, source: ReportSource, report_id: str) -> None:
        self._db.run(
            "INSERT INTO sources VALUES (?, ?, ?, ?, ?) ON CONFLICT (place) DO UPDATE SET"
            " report_id = excluded.report_id, file = excluded.file, sha256 = excluded.sha256,"
            " understanding = excluded.understanding",
            (source.place, report_id, source.file, source.sha256, source.understanding),
        )

    def _detach(self, place: str, keep: str) -> bool:
        """Remove a file from its report, unless that is ``keep``; whether the report went too."""
        report_id = self._db.value("SELECT report_id FROM sources WHERE place = ?", (place,))
        if report_id in (None, keep):
            return False
        self._db.run("DELETE FROM sources WHERE place = ?", (place,))
        others = self.places(report_id)
        if not others:
            self._delete(report_id)
            return True
        self._db.run(
            "UPDATE reports SET place = ? WHERE id = ? AND place = ?", (others[0], report_id, place)
        )
        return False

    def _insert_passages(
        self,
        report_id: str,
        passages: Sequence[Passage],
        vectors: Vectors,
        tokens: Sequence[str],
    ) -> None:
        last = self._db.value("SELECT max(number) FROM passages") or 0
        numbered = list(enumerate(zip(passages, vectors, tokens, strict=True), last + 1))
        self._db.run_many(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(number, *passage_row(p, vector)) for number, (p, vector, _) in numbered],
        )
        words = [(number, tokens_of) for number, (_, _, tokens_of) in numbered]
        self._lexical.add(report_id, words)

    def _move(self, report_id: str, place: str) -> bool:
        """Move a report to another place; False if it is there already or not in the store."""
        before = self._db.value("SELECT place FROM reports WHERE id = ?", (report_id,))
        if before in (None, place):
            return False
        self._db.run("DELETE FROM sources WHERE place = ?", (before,))
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
        self._lexical.remove(report_id)
        for table in _DERIVED:
            self._db.run(f"DELETE FROM {table} WHERE report_id = ?", (report_id,))  # noqa: S608


class SQLiteStore(Store):
    """The store in a data folder's file ``knowledge.sqlite3``."""

    @classmethod
    def open(cls, data_dir: Path) -> "SQLiteStore":
        """Open the store of a folder.

        Raises StoreMissing where there is none, StoreDamaged where the file is none of ours.
        """
        store = cls(SQLiteDatabase.open(data_dir / FILE), data_dir)
        store.migrate()
        return store

    @classmethod
    def in_memory(cls, data_dir: Path) -> "SQLiteStore":
        """An empty store for a folder without one; ``create`` replaces it by the folder's file."""
        return cls(database_in_memory(data_dir), data_dir)

    def write_lock(self, wait: float = 0.0) -> AbstractContextManager[None]:
        return write_lock(self._data_dir, wait)

    def _create_database(self) -> Database:
        return SQLiteDatabase.create(self._data_dir / FILE)


class _DryRunStore(SQLiteStore):
    """A copy of a store's files and reports in memory; their texts are read from the store."""

    def __init__(self, database: Database, data_dir: Path, original: Store) -> None:
        super().__init__(database, data_dir)
        self._original = original

    def text(self, report_id: str) -> str:
        return super().text(report_id) or self._original.text(report_id)


def database_in_memory(data_dir: Path) -> Database:
    """An empty database with the tables of a store; errors name the folder."""
    database = SQLiteDatabase.in_memory(data_dir / FILE)
    database.migrate(read_steps(STEPS, database.dialect))
    return database


def _pairs_of(phrase: str) -> list[str]:
    """What every text with a phrase holds: the pairs of its longest Chinese run."""
    run = max(_CHINESE_RUN.findall(phrase), key=len, default="")
    return [run[i : i + 2] for i in range(len(run) - 1)]
