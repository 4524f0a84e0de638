"""The store of the knowledge in SQLite: all of its SQL, and values to rows and back.

What the methods promise is written in ``protocols.py``.
"""

import json
import re
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
from knowledge.storage.database import Database, write_lock
from knowledge.storage.protocols import (
    ReportEntry,
    ReportSource,
    Store,
    StoreReader,
    Vectors,
    vector_key,
)
from knowledge.understanding.figures import Figure
from knowledge.understanding.periods import Period, YearPart

_FILE = "knowledge.sqlite3"
_STEPS = [
    p.read_text(encoding="utf-8") for p in sorted((Path(__file__).parent / "steps").iterdir())
]
_SCHEMAS = ("2", "3")  # as ``meta`` names them; a file that says neither is none of ours
_CHINESE_RUN = re.compile(r"[\u3400-\u9fff]+")
_MOST_NAMED = 500
_DERIVED = (
    *("pages", "sections", "section_texts", "figures", "figure_texts", "statements"),
    *("passages", "remade", "doubtful", "reviewed"),
)

Row = tuple[Any, ...]

_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode

_ENTRY = (
    "SELECT r.id, s.place, s.file, s.sha256, s.understanding, title, bureau, level, year, part,"
    " v.period, loaded_at, sections, passages, figures"
    " FROM reports r JOIN sources s ON s.place = r.place"
    " LEFT JOIN reviewed v ON v.report_id = r.id"
)
_PASSAGE = "SELECT id, report_id, ordinal, path, kind, topics, start_at, end_at FROM passages"


class SQLiteReader(StoreReader):
    """Reads the tables of a database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # -- facts about the store

    def read_meta(self, key: str) -> str | None:
        value: str | None = self._db.value("SELECT value FROM meta WHERE key = ?", (key,))
        return value

    @property
    def generation(self) -> str:
        return self.read_meta("generation") or ""

    # -- reports

    def entries(self) -> list[ReportEntry]:
        order = " ORDER BY bureau IS NULL, bureau, year, part, s.file"
        return [_entry(r) for r in self._db.rows(_ENTRY + order)]

    def entries_of(self, bureau: str, year: int, part: int) -> list[ReportEntry]:
        among = " WHERE bureau = ? AND year = ? AND part = ? ORDER BY r.rowid"
        return [_entry(r) for r in self._db.rows(_ENTRY + among, (bureau, year, part))]

    def shared_periods(self) -> list[tuple[str, int, int]]:
        return self._db.rows(
            "SELECT bureau, year, part FROM reports"
            " WHERE bureau IS NOT NULL AND year IS NOT NULL"
            " GROUP BY bureau, year, part HAVING count(*) > 1 ORDER BY bureau, year, part"
        )

    def successors(self) -> dict[str, str]:
        return dict(self._db.rows("SELECT report_id, by_id FROM superseded"))

    def doubtful_sums(self, report_id: str) -> int:
        sums = self._db.value("SELECT sums FROM doubtful WHERE report_id = ?", (report_id,))
        return int(sums or 0)

    def entry(self, report_id: str) -> ReportEntry | None:
        row = self._db.row(_ENTRY + " WHERE r.id = ?", (report_id,))
        return _entry(row) if row else None

    def entry_at(self, place: str) -> ReportEntry | None:
        report_id = self._db.value("SELECT report_id FROM sources WHERE place = ?", (place,))
        return self.entry(report_id) if report_id else None

    def entry_loaded_from(self, source: ReportSource) -> ReportEntry | None:
        row = self._db.row(
            _ENTRY + " JOIN sources loaded ON loaded.report_id = r.id"
            " WHERE loaded.place = ? AND loaded.sha256 = ? AND loaded.understanding = ?",
            (source.place, source.sha256, source.understanding),
        )
        return _entry(row) if row else None

    def sources(self) -> list[ReportSource]:
        rows = self._db.rows(
            "SELECT place, file, sha256, understanding FROM sources ORDER BY place"
        )
        return [ReportSource(*row) for row in rows]

    def places(self, report_id: str) -> list[str]:
        return self._db.column(
            "SELECT place FROM sources WHERE report_id = ? ORDER BY place", (report_id,)
        )

    def report(self, report_id: str) -> Report | None:
        row = self._db.row(
            "SELECT r.id, s.file, s.sha256, title, bureau, level, year, part, v.period, starts,"
            " text"
            " FROM reports r JOIN sources s ON s.place = r.place"
            " LEFT JOIN reviewed v ON v.report_id = r.id"
            " LEFT JOIN pages p ON p.report_id = r.id WHERE r.id = ?",
            (report_id,),
        )
        return _report(row) if row else None

    def text(self, report_id: str) -> str:
        text = self._db.value("SELECT text FROM reports WHERE id = ?", (report_id,))
        return text or ""

    def reports_containing(
        self, phrase: str, within: Collection[str] | None = None
    ) -> frozenset[str]:
        sql, values = "SELECT id FROM reports WHERE instr(text, ?) > 0", [phrase]
        if within is not None and len(within) <= _MOST_NAMED:
            sql += f" AND id IN ({','.join('?' * len(within))})"
            values += within
        elif query := _all_pairs(phrase):
            # scanning all texts of a large store takes a tenth of a second
            sql += (
                " AND id IN (SELECT report_id FROM passages WHERE number IN"
                " (SELECT rowid FROM lexicon WHERE lexicon MATCH ?))"
            )
            values.append(query)
        found = frozenset(self._db.column(sql, values))
        return found if within is None else found & set(within)

    def sections(self, report_id: str) -> tuple[Section, ...]:
        if content := self._content("section_texts", report_id):
            return tuple(_section(path, *rest) for path, *rest in json.loads(content))
        rows = self._db.rows(
            "SELECT path, level, kind, start_at, end_at, heading_end, leaf, run_in, furniture"
            " FROM sections WHERE report_id = ? ORDER BY ordinal",
            (report_id,),
        )
        return tuple(_section(json.loads(path), *rest) for path, *rest in rows)

    def figures(self, report_id: str) -> tuple[Figure, ...]:
        if content := self._content("figure_texts", report_id):
            return decode_figures(content)
        rows = self._db.rows(
            "SELECT text, start_at, end_at, value, unit, masked, approximate, counted, as_of"
            " FROM figures WHERE report_id = ? ORDER BY ordinal",
            (report_id,),
        )
        return tuple(map(_figure, rows))

    def _has_table(self, name: str) -> bool:
        """Whether there is such a table: an old store that cannot be written lacks some."""
        return bool(self._db.value("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)))

    def _content(self, table: str, report_id: str) -> str | None:
        """What a table of texts holds of a report; None of one that an old version wrote."""
        if not self._has_table(table):
            return None
        sql = f"SELECT content FROM {table} WHERE report_id = ?"  # noqa: S608 - our own names
        content: str | None = self._db.value(sql, (report_id,))
        return content

    def statements(self, report_id: str) -> tuple[Statement, ...]:
        content = self._content("statements", report_id)
        return decode_statements(content, self.figures(report_id)) if content else ()

    def reports_telling(self, year: int, within: Collection[str]) -> frozenset[str]:
        if not self._has_table("statements"):
            return frozenset()
        return frozenset(
            self._db.column(
                "SELECT report_id FROM statements WHERE instr(years, ?) AND report_id IN"
                " (SELECT value FROM json_each(?))",
                (f",{year},", _json_array(within)),
            )
        )

    # -- passages

    def passages(self, report_id: str) -> tuple[Passage, ...]:
        rows = self._db.rows(_PASSAGE + " WHERE report_id = ? ORDER BY ordinal", (report_id,))
        return tuple(map(_passage, rows))

    def passages_by_id(self, ids: Sequence[str]) -> dict[str, Passage]:
        among = " WHERE id IN (SELECT value FROM json_each(?))"
        rows = self._db.rows(_PASSAGE + among, (_json_array(ids),))
        return {row[0]: _passage(row) for row in rows}

    def passage_count(self) -> int:
        return int(self._db.value("SELECT count(*) FROM passages"))

    def passages_with(
        self, terms: Sequence[str], within: Collection[str] | None = None
    ) -> dict[str, int]:
        if within is not None:
            return self._passages_within(terms, within)
        rows = self._db.rows(
            "SELECT term, doc FROM lexicon_terms WHERE term IN (SELECT value FROM json_each(?))",
            (_json_array(terms),),
        )
        return dict(rows)

    def _passages_within(self, terms: Sequence[str], within: Collection[str]) -> dict[str, int]:
        ids = _json_array(sorted(within))
        counts = {
            term: self._db.value(
                "WITH scope AS (SELECT number FROM passages"
                " WHERE report_id IN (SELECT value FROM json_each(?)))"
                " SELECT count(*) FROM lexicon WHERE lexicon MATCH ?"
                " AND rowid >= (SELECT min(number) FROM scope)"
                " AND rowid <= (SELECT max(number) FROM scope)"
                " AND rowid IN (SELECT number FROM scope)",
                (ids, f'"{term}"'),
            )
            for term in terms
        }
        return {term: count for term, count in counts.items() if count}

    def lexical(
        self, terms: Sequence[str], limit: int, report_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        query = " OR ".join(f'"{term}"' for term in terms)
        if not query:
            return []
        if report_ids is None:
            return self._db.rows(
                "SELECT p.id, -l.rank FROM (SELECT rowid, rank FROM lexicon WHERE lexicon MATCH ?"
                " ORDER BY rank, rowid LIMIT ?) l JOIN passages p ON p.number = l.rowid"
                " ORDER BY l.rank, p.number",
                (query, limit),
            )
        return self._db.rows(
            # A report's passages are numbered in a row, and so are a folder's reports: the
            # bounds skip most of the lexicon where few reports are searched.
            "WITH scope AS (SELECT number, id FROM passages"
            " WHERE report_id IN (SELECT value FROM json_each(?)))"
            " SELECT p.id, -l.rank FROM lexicon l JOIN scope p ON p.number = l.rowid"
            " WHERE lexicon MATCH ? AND l.rowid >= (SELECT min(number) FROM scope)"
            " AND l.rowid <= (SELECT max(number) FROM scope)"
            " ORDER BY l.rank, p.number LIMIT ?",
            (_json_array(report_ids), query, limit),
        )

    # -- vectors

    def vectors(self, report_ids: Sequence[str] | None = None) -> tuple[list[str], Vectors]:
        if report_ids is None:
            rows = self._db.rows("SELECT id, vector FROM passages ORDER BY number")
        else:
            rows = self._db.rows(
                "SELECT id, vector FROM passages WHERE report_id IN"
                " (SELECT value FROM json_each(?)) ORDER BY report_id, ordinal",
                (_json_array(report_ids),),
            )
        return [row[0] for row in rows], _matrix([row[1] for row in rows])

    def vector_keys(self) -> set[str]:
        return set(self._db.column("SELECT vector_key FROM passages"))

    def vectors_by_key(self, keys: Sequence[str]) -> Vectors:
        rows = self._db.rows(
            "SELECT vector_key, vector FROM passages"
            " WHERE vector_key IN (SELECT value FROM json_each(?))",
            (_json_array(keys),),
        )
        vectors = dict(rows)
        return _matrix([vectors[key] for key in keys])

    def some_vectors(self, count: int) -> Vectors:
        vectors: list[bytes] = []
        for number in range(count):
            vectors += self._db.column(
                "SELECT vector FROM passages WHERE number >="
                " (SELECT max(number) FROM passages) * ? / ? ORDER BY number LIMIT 1",
                (number, max(count - 1, 1)),
            )
        return _matrix(vectors)


class SQLiteSnapshot(SQLiteReader):
    """A store in a transaction that only reads: its generation is read once."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._generation = super().generation

    @property
    def generation(self) -> str:
        return self._generation


class SQLiteStore(SQLiteReader, Store):
    """The store of one data folder, in its file ``knowledge.sqlite3``."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        super().__init__(database)
        self._data_dir = data_dir

    @classmethod
    def open(cls, data_dir: Path) -> "SQLiteStore":
        """Open the store of a folder.

        Raises StoreMissing where there is none, StoreDamaged where the file is none of ours.
        """
        store = cls(Database.open(data_dir / _FILE), data_dir)
        store._migrate()
        return store

    @classmethod
    def in_memory(cls, data_dir: Path) -> "SQLiteStore":
        """An empty store for a folder without one; ``create`` replaces it by the folder's file."""
        return cls(_in_memory(data_dir), data_dir)

    def dry_run_copy(self) -> "SQLiteStore":
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
        for table in ("superseded", "doubtful", "reviewed"):
            rows = self._db.rows(f"SELECT * FROM {table}")  # noqa: S608
            database.run_many(f"INSERT INTO {table} VALUES (?, ?)", rows)  # noqa: S608
        return _DryRunStore(database, self._data_dir, self)

    @property
    def changes(self) -> int:
        return self._db.changes

    def write_lock(self, wait: float = 0.0) -> AbstractContextManager[None]:
        return write_lock(self._data_dir, wait)

    def create(self) -> None:
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
        names = ("pages", "superseded", "doubtful", "reviewed")
        marks = ", ".join("?" * len(names))
        sql = f"SELECT count(*) FROM sqlite_master WHERE name IN ({marks})"  # noqa: S608
        return bool(self._db.value(sql, names) == len(names))

    @contextmanager
    def snapshot(self) -> Iterator[SQLiteSnapshot]:
        with self._db.snapshot() as database:
            yield SQLiteSnapshot(database)

    def close(self) -> None:
        self._db.close()

    def write_meta(self, key: str, value: str) -> None:
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
                _report_row(read, source.place, loaded_at),
            )
            self._attach(source, key)
            if read.report.pages:
                self._db.run("INSERT INTO pages VALUES (?, ?)", (key, _encode(read.report.pages)))
            sections = _encode(read.sections)
            self._db.run("INSERT INTO section_texts VALUES (?, ?)", (key, sections))
            self._db.run("INSERT INTO figure_texts VALUES (?, ?)", (key, read.figure_text.content))
            content, told = read.statement_text
            years = f",{','.join(map(str, told))},"
            self._db.run("INSERT INTO statements VALUES (?, ?, ?)", (key, years, content))
            self._insert_passages(read.passages, vectors, tokens)
            if reviews := read.report.identity.reviews:
                period = _encode(store_period(reviews))
                self._db.run("INSERT INTO reviewed VALUES (?, ?)", (key, period))
            if read.doubtful_sums:
                self._db.run("INSERT INTO doubtful VALUES (?, ?)", (key, read.doubtful_sums))
            self._next_generation()

    def link(self, report_id: str, source: ReportSource, *, primary: bool) -> None:
        with self._db.transaction():
            removed = self._detach(source.place, report_id)
            self._attach(source, report_id)
            if (primary and self._move(report_id, source.place)) or removed:
                self._next_generation()

    def unlink(self, place: str) -> bool:
        with self._db.transaction():
            removed = self._detach(place, "")
            self._next_generation()
        return removed

    def remove(self, report_id: str) -> None:
        with self._db.transaction():
            self._delete(report_id)
            self._next_generation()

    def set_successors(self, newest: Mapping[str, str]) -> None:
        if newest == self.successors():
            return
        with self._db.transaction():
            self._db.run("DELETE FROM superseded")
            self._db.run_many("INSERT INTO superseded VALUES (?, ?)", sorted(newest.items()))
            self._next_generation()

    def stage_vectors(self, report_id: str, vectors: Vectors, embedder: str) -> None:
        self._db.run(
            "INSERT INTO remade VALUES (?, ?, ?) ON CONFLICT (report_id) DO UPDATE SET"
            " embedder = excluded.embedder, vectors = excluded.vectors",
            (report_id, embedder, _bytes_of(vectors)),
        )

    def staged_reports(self, embedder: str) -> set[str]:
        return set(self._db.column("SELECT report_id FROM remade WHERE embedder = ?", (embedder,)))

    def adopt_staged(self, embedder: str) -> None:
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
            [(*_vector_row(i, vector), i) for i, vector in zip(ids, matrix, strict=True)],
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
        self, passages: Sequence[Passage], vectors: Vectors, tokens: Sequence[str]
    ) -> None:
        last = self._db.value("SELECT max(number) FROM passages") or 0
        numbered = list(enumerate(zip(passages, vectors, tokens, strict=True), last + 1))
        self._db.run_many(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(number, *_passage_row(p, vector)) for number, (p, vector, _) in numbered],
        )
        self._db.run_many(
            "INSERT INTO lexicon (rowid, tokens) VALUES (?, ?)",
            [(number, words) for number, (_, _, words) in numbered],
        )

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
        self._db.run(
            "DELETE FROM lexicon WHERE rowid IN (SELECT number FROM passages WHERE report_id = ?)",
            (report_id,),
        )
        for table in _DERIVED:
            self._db.run(f"DELETE FROM {table} WHERE report_id = ?", (report_id,))  # noqa: S608


class _DryRunStore(SQLiteStore):
    """A copy of a store's files and reports in memory; their texts are read from the store."""

    def __init__(self, database: Database, data_dir: Path, original: SQLiteStore) -> None:
        super().__init__(database, data_dir)
        self._original = original

    def text(self, report_id: str) -> str:
        return super().text(report_id) or self._original.text(report_id)


def _in_memory(data_dir: Path) -> Database:
    database = Database.in_memory(data_dir / _FILE)
    database.migrate(_STEPS)
    return database


def _all_pairs(phrase: str) -> str:
    """An FTS5 query that matches every text with a phrase: the pairs of its longest Chinese run."""
    run = max(_CHINESE_RUN.findall(phrase), key=len, default="")
    return " AND ".join(f'"{run[i : i + 2]}"' for i in range(len(run) - 1))


def _json_array(values: Iterable[str]) -> str:
    return json.dumps(list(values))


# -- values to rows and back: the order is that of the columns in the statements above


def _report_row(read: ReadReport, place: str, loaded_at: str) -> Row:
    identity = read.report.identity
    bureau, period = identity.bureau, identity.period
    return (
        *(read.report.id, place, identity.title),
        *((bureau.name, bureau.level) if bureau else (None, None)),
        *((period.year, int(period.part)) if period else (None, None)),
        *(loaded_at, len(read.sections), len(read.passages), read.figure_text.size),
        read.report.text,
    )


def _report(row: Row) -> Report:
    pages = tuple(map(_page, json.loads(row[9]))) if row[9] else ()
    return Report(row[0], row[1], row[2], _identity(row[3:9]), row[10], pages)


def _page(stored: int | list[Any]) -> Page:
    """A page as it was written down; once only by where it begins."""
    if isinstance(stored, int):
        return Page(stored)
    page = Page(*stored)
    return page._replace(doubtful=tuple(page.doubtful))


def _entry(row: Row) -> ReportEntry:
    return ReportEntry(row[0], ReportSource(*row[1:5]), _identity(row[5:11]), *row[11:])


def _identity(row: Row) -> Identity:
    title, bureau, level, year, part, reviews = row
    return Identity(
        Bureau(bureau, Level(level) if level else None) if bureau else None,
        Period(year, YearPart(part or 0)) if year else None,
        title,
        stored_period(json.loads(reviews)) if reviews else None,
    )


def _section(path: list[str], level: int, kind: str, *rest: int) -> Section:
    start, end, heading_end, *marks = rest
    whole = (tuple(path), level, SectionKind(kind), start, end, heading_end)
    return Section(*whole, *map(bool, marks))


def _figure(row: Row) -> Figure:
    figure = Figure._make(row)
    return figure._replace(
        value=None if figure.value is None else Decimal(figure.value),
        masked=bool(figure.masked),
        approximate=bool(figure.approximate),
    )


def _passage_row(passage: Passage, vector: Vectors) -> Row:
    return (
        *(passage.id, passage.report_id, passage.ordinal, _encode(passage.path), passage.kind),
        *(_encode(passage.topics), passage.start, passage.end),
        *_vector_row(passage.id, vector),
    )


def _passage(row: Row) -> Passage:
    path, topics = tuple(json.loads(row[3])), tuple(json.loads(row[5]))
    return Passage(row[0], row[1], row[2], path, SectionKind(row[4]), topics, row[6], row[7])


def _vector_row(passage_id: str, vector: Vectors) -> tuple[str, bytes]:
    data = _bytes_of(vector)
    return vector_key(passage_id, data), data


def _bytes_of(vectors: Vectors) -> bytes:
    return vectors.astype("<f4").tobytes()


def _matrix(blobs: Sequence[bytes]) -> Vectors:
    """A matrix of stored vectors; of no columns if there is none."""
    if not blobs:
        return np.zeros((0, 0), dtype=np.float32)
    return np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), -1)
