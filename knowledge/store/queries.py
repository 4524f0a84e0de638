"""Queries of the store's tables, in plain SQL."""

import json
import re
from collections.abc import Collection, Iterable, Sequence

from knowledge.figures import Figure
from knowledge.models import Passage, Report, Section
from knowledge.protocols import Vectors
from knowledge.store.database import Database
from knowledge.store.rows import (
    Entry,
    Source,
    entry_of,
    figure_of,
    passage_of,
    report_of,
    section_of,
    vectors_of,
)

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
