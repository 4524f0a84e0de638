"""How the truth is read: each question to its tables, in plain SQL."""

import json
import re
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.figures import Figure
from knowledge.models import Passage, Report, Section
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

Vectors = NDArray[np.float32]

_CHINESE_RUN = re.compile(r"[\u3400-\u9fff]+")

_ENTRY = (
    "SELECT r.id, s.place, s.file, s.sha256, s.understanding, title, bureau, level, year, part,"
    " loaded_at, sections, passages, figures"
    " FROM reports r JOIN sources s ON s.place = r.place"
)
_MOST_NAMED = 500
_SOURCE = "SELECT place, file, sha256, understanding FROM sources"
_PASSAGE = "SELECT id, report_id, ordinal, path, kind, topics, start_at, end_at FROM passages"


class Queries:
    """What can be asked of a store's tables."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # -- what the store remembers of itself

    def remembered(self, key: str) -> str | None:
        """A fact of the store's own: schema, store (its id), embedder, generation."""
        row = self._db.row("SELECT value FROM meta WHERE key = ?", (key,))
        return str(row[0]) if row else None

    @property
    def generation(self) -> str:
        """What changes with every report that enters or leaves.

        It is never the same twice, not in another store nor after a backup was put back: an
        index that bears it holds what the store holds. It begins with a count.
        """
        return self.remembered("generation") or ""

    @property
    def changes(self) -> int:
        """How much was written through this very store: the same number, nothing."""
        return self._db.changes

    # -- reports

    def entries(self) -> list[Entry]:
        """All reports, by bureau and period."""
        order = " ORDER BY bureau IS NULL, bureau, year, part, s.file"
        return [entry_of(r) for r in self._db.rows(_ENTRY + order)]

    def entries_of(self, bureau: str, year: int, part: int) -> list[Entry]:
        """The reports of one bureau and period, in the order in which they were loaded."""
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
        """Older versions, each with the newest one of its report."""
        return dict(self._db.rows("SELECT report_id, by_id FROM superseded"))

    def doubtful_sums(self, report_id: str) -> int:
        """How many of a report's sums do not come out, as far as it was noted."""
        row = self._db.row("SELECT sums FROM doubtful WHERE report_id = ?", (report_id,))
        return int(row[0]) if row else 0

    def entry(self, report_id: str) -> Entry | None:
        """One report's line in the list, or None."""
        row = self._db.row(_ENTRY + " WHERE r.id = ?", (report_id,))
        return entry_of(row) if row else None

    def entry_at(self, place: str) -> Entry | None:
        """The report that a file holds, as that file's; None if the store knows no such file."""
        row = self._db.row("SELECT report_id FROM sources WHERE place = ?", (place,))
        return self.entry(row[0]) if row else None

    def entry_held_by(self, source: Source) -> Entry | None:
        """The report that a file holds, if it was last read as it is now; else None."""
        row = self._db.row(
            _ENTRY + " JOIN sources held ON held.report_id = r.id"
            " WHERE held.place = ? AND held.sha256 = ? AND held.understanding = ?",
            (source.place, source.sha256, source.understanding),
        )
        return entry_of(row) if row else None

    def sources(self) -> list[Source]:
        """Every file that the store knows, by its place."""
        return [Source(*r) for r in self._db.rows(_SOURCE + " ORDER BY place")]

    def places(self, report_id: str) -> list[str]:
        """Where the files lie that hold a report."""
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

    def reports_holding(self, phrase: str, within: Collection[str] | None = None) -> frozenset[str]:
        """The ids of the reports in whose text a phrase stands, of all or ``within`` some.

        Page furniture is left out. Where the phrase has Chinese words together, only texts that
        hold their characters' pairs are read through: to read all of a large store takes a tenth
        of a second.
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
        holding = frozenset(r[0] for r in self._db.rows(sql, values))
        return holding if within is None else holding & set(within)

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
        """Those of the ids that the truth holds."""
        among = " WHERE id IN (SELECT value FROM json_each(?))"
        rows = self._db.rows(_PASSAGE + among, (_json(ids),))
        return {p.id: p for p in map(passage_of, rows)}

    def passage_count(self) -> int:
        """How many passages the truth holds."""
        return int(self._db.rows("SELECT count(*) FROM passages")[0][0])

    # -- the two sides of the search

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
                # The numbers of a report lie together, and those of a folder's reports: the
                # bounds spare most of the lexicon where few reports are asked for.
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
        """How many passages hold each of the terms; those in none are left out."""
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
        """What an index that is level with the truth holds: the names of all vectors."""
        return {r[0] for r in self._db.rows("SELECT vector_key FROM passages")}

    def vectors_by_key(self, keys: Sequence[str]) -> Vectors:
        """Vectors in the order of their names, each of which must be in the truth."""
        rows = self._db.rows(
            "SELECT vector_key, vector FROM passages"
            " WHERE vector_key IN (SELECT value FROM json_each(?))",
            (_json(keys),),
        )
        found = dict(rows)
        return vectors_of([found[k] for k in keys])

    def some_vectors(self, count: int) -> Vectors:
        """A few vectors from the first put in to the last; of a small store, some twice."""
        rows = [
            self._db.row(
                "SELECT vector FROM passages WHERE number >="
                " (SELECT max(number) FROM passages) * ? / ? ORDER BY number LIMIT 1",
                (number, max(count - 1, 1)),
            )
            for number in range(count)
        ]
        return vectors_of([row[0] for row in rows if row])


def _all_pairs(phrase: str) -> str:
    """An FTS5 query that holds wherever a phrase stands: the pairs of its longest Chinese run."""
    run = max(_CHINESE_RUN.findall(phrase), key=len, default="")
    return " AND ".join(f'"{run[i : i + 2]}"' for i in range(len(run) - 1))


def _json(values: Iterable[str]) -> str:
    return json.dumps(list(values))
