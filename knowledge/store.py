"""The truth of the knowledge in SQLite: the only file that speaks SQL.

A report enters or leaves in one transaction, whole. Other processes see it with their next
question: ``generation`` changes with every such transaction.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import StoreBusy, StoreDamaged, StoreUnwritable
from knowledge.figures import Figure
from knowledge.models import (
    Bureau,
    Identity,
    Level,
    Passage,
    ReadReport,
    Report,
    Section,
    SectionKind,
)
from knowledge.periods import Part, Period

Vectors = NDArray[np.float32]

_SCHEMA = Path(__file__).parent / "data" / "schema.sql"
_FILE = "knowledge.sqlite3"
_SCHEMA_VERSION = "1"
_BUSY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Entry:
    """What the store's list holds of a report: all but its text."""

    id: str
    file: str
    place: str
    sha256: str
    understanding: str
    identity: Identity
    loaded_at: str
    sections: int
    passages: int
    figures: int


class Store:
    """One data folder's SQLite file. Not to be shared between threads without a lock."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection

    @classmethod
    def open(cls, data_dir: Path) -> "Store":
        """Open or make the store of a folder.

        Raises StoreUnwritable where the folder cannot be used, StoreDamaged where the file
        there is no store of ours.
        """
        path = data_dir / _FILE
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        except (OSError, sqlite3.OperationalError) as error:
            raise StoreUnwritable(path=data_dir) from error
        try:
            store = cls(path, connection)
            store._prepare()
        except sqlite3.OperationalError as error:
            connection.close()
            kind = StoreBusy if "locked" in str(error) else StoreUnwritable
            raise kind(path=data_dir) from error
        except sqlite3.DatabaseError as error:
            connection.close()
            raise StoreDamaged(path=data_dir) from error
        return store

    @staticmethod
    def exists(data_dir: Path) -> bool:
        """Whether a folder holds a store."""
        return (data_dir / _FILE).is_file()

    def _prepare(self) -> None:
        tables = self._connection.execute(
            "SELECT count(*) FROM sqlite_master WHERE name = 'meta'"
        ).fetchone()[0]
        self._connection.execute("PRAGMA foreign_keys = ON")
        if tables:
            if self.remembered("schema") != _SCHEMA_VERSION:
                raise StoreDamaged(path=self._path.parent)
            return
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA.read_text('utf-8')} COMMIT;")
        with self._transaction():
            self._remember("schema", _SCHEMA_VERSION)

    def close(self) -> None:
        """Let go of the file; the store cannot be used afterwards."""
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._rollback()
            kind = StoreBusy if "locked" in str(error) else StoreUnwritable
            raise kind(path=self._path.parent) from error
        except BaseException:
            self._rollback()
            raise

    def _rollback(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    # -- what the store remembers of itself

    def remembered(self, key: str) -> str | None:
        """A fact of the store's own: schema, embedder, generation."""
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def remember(self, key: str, value: str) -> None:
        """Keep a fact of the store's own."""
        with self._transaction():
            self._remember(key, value)

    def _remember(self, key: str, value: str) -> None:
        self._connection.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, value),
        )

    @property
    def generation(self) -> int:
        """A number that grows with every report that enters or leaves."""
        return int(self.remembered("generation") or 0)

    # -- writing

    def put(
        self,
        read: ReadReport,
        *,
        place: str,
        understanding: str,
        loaded_at: str,
        vectors: Vectors,
        tokens: Sequence[str],
        instead_of: Iterable[str] = (),
    ) -> None:
        """Let a report in, whole, and those that it replaces out, in one transaction.

        ``vectors`` (passages by dimension) and ``tokens`` run along ``read.passages``.
        """
        with self._transaction():
            for old in {*instead_of, read.report.id}:
                self._delete(old)
            self._insert_report(read.report, place, understanding, loaded_at)
            self._insert_parts(read)
            self._insert_passages(read.passages, vectors, tokens)
            self._remember("generation", str(self.generation + 1))

    def remove(self, report_id: str) -> None:
        """Let a report out, whole."""
        with self._transaction():
            self._delete(report_id)
            self._remember("generation", str(self.generation + 1))

    def rename(self, report_id: str, file: str, place: str) -> None:
        """Note that the same text now lies elsewhere."""
        with self._transaction():
            self._connection.execute(
                "UPDATE reports SET file = ?, place = ? WHERE id = ?", (file, place, report_id)
            )

    def put_vectors(self, vectors: Mapping[str, Vectors], embedder: str) -> None:
        """Replace the vectors of whole reports, in one transaction; they run along the passages."""
        with self._transaction():
            for report_id, matrix in vectors.items():
                self._connection.executemany(
                    "UPDATE passages SET vector = ? WHERE report_id = ? AND ordinal = ?",
                    [(v.astype("<f4").tobytes(), report_id, n) for n, v in enumerate(matrix)],
                )
            self._remember("embedder", embedder)
            self._remember("generation", str(self.generation + 1))

    def _delete(self, report_id: str) -> None:
        self._connection.execute(
            "DELETE FROM lexicon WHERE rowid IN (SELECT number FROM passages WHERE report_id = ?)",
            (report_id,),
        )
        self._connection.execute("DELETE FROM reports WHERE id = ?", (report_id,))

    def _insert_report(
        self, report: Report, place: str, understanding: str, loaded_at: str
    ) -> None:
        bureau, period = report.identity.bureau, report.identity.period
        self._connection.execute(
            "INSERT INTO reports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                report.id,
                report.file,
                place,
                report.sha256,
                understanding,
                report.identity.title,
                bureau.name if bureau else None,
                bureau.level if bureau else None,
                period.year if period else None,
                int(period.part) if period else None,
                report.text,
                loaded_at,
            ),
        )

    def _insert_parts(self, read: ReadReport) -> None:
        key = read.report.id
        self._connection.executemany(
            "INSERT INTO sections VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (key, n, _json(s.path), s.level, s.kind, s.start, s.end, s.heading_end)
                + (s.leaf, s.run_in, s.furniture)
                for n, s in enumerate(read.sections)
            ],
        )
        self._connection.executemany(
            "INSERT INTO figures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (key, n, f.start, f.end, f.text, None if f.value is None else str(f.value), f.unit)
                + (f.masked, f.approximate, f.counted, f.as_of)
                for n, f in enumerate(read.figures)
            ],
        )

    def _insert_passages(
        self, passages: Sequence[Passage], vectors: Vectors, tokens: Sequence[str]
    ) -> None:
        for passage, vector, words in zip(passages, vectors, tokens, strict=True):
            cursor = self._connection.execute(
                "INSERT INTO passages (id, report_id, ordinal, path, kind, topics, start_at,"
                " end_at, vector) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (passage.id, passage.report_id, passage.ordinal, _json(passage.path), passage.kind)
                + (_json(passage.topics), passage.start, passage.end)
                + (vector.astype("<f4").tobytes(),),
            )
            self._connection.execute(
                "INSERT INTO lexicon (rowid, tokens) VALUES (?, ?)", (cursor.lastrowid, words)
            )

    # -- reading

    def entries(self) -> list[Entry]:
        """All reports, by bureau and period."""
        order = " ORDER BY bureau IS NULL, bureau, year, part, file"
        return [_entry(r) for r in self._connection.execute(_ENTRY + order)]

    def entry(self, report_id: str) -> Entry | None:
        """One report's line in the list, or None."""
        row = self._connection.execute(_ENTRY + " WHERE id = ?", (report_id,)).fetchone()
        return _entry(row) if row else None

    def entries_at(self, place: str) -> list[Entry]:
        """The reports that came from one absolute path: none or one, unless it was a bundle."""
        return [_entry(r) for r in self._connection.execute(_ENTRY + " WHERE place = ?", (place,))]

    def report(self, report_id: str) -> Report | None:
        """A report with its text, or None."""
        row = self._connection.execute(
            "SELECT id, file, sha256, title, bureau, level, year, part, text FROM reports"
            " WHERE id = ?",
            (report_id,),
        ).fetchone()
        return Report(row[0], row[1], row[2], _identity(*row[3:8]), row[8]) if row else None

    def sections(self, report_id: str) -> tuple[Section, ...]:
        """A report's section tree in reading order."""
        rows = self._connection.execute(
            "SELECT path, level, kind, start_at, end_at, heading_end, leaf, run_in, furniture"
            " FROM sections WHERE report_id = ? ORDER BY ordinal",
            (report_id,),
        )
        return tuple(
            Section(
                tuple(json.loads(r[0])), r[1], SectionKind(r[2]), r[3], r[4], r[5],
                leaf=bool(r[6]), run_in=bool(r[7]), furniture=bool(r[8]),
            )
            for r in rows
        )  # fmt: skip

    def figures(self, report_id: str) -> tuple[Figure, ...]:
        """A report's figures in reading order."""
        rows = self._connection.execute(
            "SELECT text, start_at, end_at, value, unit, masked, approximate, counted, as_of"
            " FROM figures WHERE report_id = ? ORDER BY ordinal",
            (report_id,),
        )
        return tuple(
            Figure(
                text=r[0], start=r[1], end=r[2], value=None if r[3] is None else Decimal(r[3]),
                unit=r[4], masked=bool(r[5]), approximate=bool(r[6]), counted=r[7], as_of=r[8],
            )
            for r in rows
        )  # fmt: skip

    def passages(self, report_id: str) -> tuple[Passage, ...]:
        """A report's passages in reading order."""
        rows = self._connection.execute(
            f"SELECT {_PASSAGE} FROM passages WHERE report_id = ? ORDER BY ordinal", (report_id,)
        )
        return tuple(_passage(r) for r in rows)

    def passages_by_id(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Those of the ids that the truth holds."""
        rows = self._connection.execute(
            f"SELECT {_PASSAGE} FROM passages WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {p.id: p for p in map(_passage, rows)}

    def passage_count(self) -> int:
        """How many passages the truth holds."""
        return int(self._connection.execute("SELECT count(*) FROM passages").fetchone()[0])

    def passage_ids(self) -> set[str]:
        """Every passage id that the truth holds."""
        return {r[0] for r in self._connection.execute("SELECT id FROM passages")}

    def vectors(self, report_ids: Sequence[str] | None = None) -> tuple[list[str], Vectors]:
        """Passage ids and their vectors, of some reports or of all."""
        rows = self._connection.execute(
            "SELECT id, vector FROM passages"
            " WHERE ?1 IS NULL OR report_id IN (SELECT value FROM json_each(?1)) ORDER BY number",
            (None if report_ids is None else json.dumps(list(report_ids)),),
        ).fetchall()
        matrix = [np.frombuffer(r[1], dtype="<f4") for r in rows]
        return [r[0] for r in rows], np.stack(matrix) if rows else np.zeros((0, 0), np.float32)

    def vectors_of(self, ids: Sequence[str]) -> Vectors:
        """The vectors of some passages, in the order of the ids; each must be in the truth."""
        rows = self._connection.execute(
            "SELECT id, vector FROM passages WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        found = {r[0]: np.frombuffer(r[1], dtype="<f4") for r in rows}
        return np.stack([found[i] for i in ids])

    def lexical(
        self, query: str, limit: int, report_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Passage ids with BM25 scores, best first, for an FTS5 query over the tokens."""
        rows = self._connection.execute(
            "SELECT p.id, -bm25(lexicon) AS score FROM lexicon JOIN passages p ON"
            " p.number = lexicon.rowid WHERE lexicon MATCH ?1 AND"
            " (?2 IS NULL OR p.report_id IN (SELECT value FROM json_each(?2)))"
            " ORDER BY bm25(lexicon), p.number LIMIT ?3",
            (query, None if report_ids is None else json.dumps(list(report_ids)), limit),
        )
        return [(r[0], float(r[1])) for r in rows]

    def passages_with(self, terms: Sequence[str]) -> dict[str, int]:
        """How many passages hold each of the terms; those in none are left out."""
        rows = self._connection.execute(
            "SELECT term, doc FROM lexicon_terms WHERE term IN (SELECT value FROM json_each(?))",
            (json.dumps(list(terms)),),
        )
        return {r[0]: int(r[1]) for r in rows}


_ENTRY = (
    "SELECT id, file, place, sha256, understanding, title, bureau, level, year, part, loaded_at,"
    " (SELECT count(*) FROM sections WHERE report_id = reports.id),"
    " (SELECT count(*) FROM passages WHERE report_id = reports.id),"
    " (SELECT count(*) FROM figures WHERE report_id = reports.id) FROM reports"
)
_PASSAGE = "id, report_id, ordinal, path, kind, topics, start_at, end_at"


def _entry(r: Sequence[Any]) -> Entry:
    return Entry(r[0], r[1], r[2], r[3], r[4], _identity(*r[5:10]), r[10], r[11], r[12], r[13])


def _json(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _passage(row: tuple[str, str, int, str, str, str, int, int]) -> Passage:
    path, topics = tuple(json.loads(row[3])), tuple(json.loads(row[5]))
    return Passage(row[0], row[1], row[2], path, SectionKind(row[4]), topics, row[6], row[7])


def _identity(
    title: str, bureau: str | None, level: str | None, year: int | None, part: int | None
) -> Identity:
    return Identity(
        Bureau(bureau, Level(level) if level else None) if bureau else None,
        Period(year, Part(part or 0)) if year else None,
        title,
    )


@contextmanager
def write_lock(data_dir: Path, wait: float = 0.0) -> Iterator[None]:
    """Be the only writer of a data folder; let go even when killed. Raises StoreBusy.

    A second SQLite file serves as the lock: it works wherever SQLite does.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(data_dir / "writer.lock", timeout=wait, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnwritable(path=data_dir) from error
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        lock.close()
        kind = StoreBusy if "locked" in str(error) else StoreUnwritable
        raise kind(path=data_dir) from error
    try:
        yield
    finally:
        lock.close()
