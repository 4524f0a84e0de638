"""The lexical index of a store's passages: FTS5 on SQLite, postings of our own on PostgreSQL.

Both score by BM25 as FTS5 does, so that both find the same passages in the same order.
"""

import math
import struct
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.storage.database import Database, json_array

_K1, _B, _LEAST_IDF = 1.2, 0.75, 1e-6  # those of FTS5
_NARROWING = 2  # terms: the two rarest leave few reports, and the common ones cost most to read
_POSTING = "<i4"

Passages = Sequence[tuple[int, str]]
"""Numbers of passages, each with its tokens between blanks."""

Postings = NDArray[np.int32]
"""A passage a row: its number, how often it holds a term, and how many tokens it has."""


class LexicalIndex(ABC):
    """Which passages, by their numbers, hold which terms. A term is one token."""

    def __init__(self, database: Database) -> None:
        self._db = database

    @abstractmethod
    def add(self, report_id: str, passages: Passages) -> None:
        """Add a report's passages."""

    @abstractmethod
    def remove(self, report_id: str) -> None:
        """Remove a report's passages, which are in the store still."""

    @abstractmethod
    def rebuild(self, reports: Iterable[tuple[str, Passages]]) -> None:
        """Hold the passages of these reports and nothing else."""

    @abstractmethod
    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """How many passages hold each term; terms in none are left out."""

    @abstractmethod
    def frequencies_within(self, terms: Sequence[str], report_ids: Sequence[str]) -> dict[str, int]:
        """The same among the passages of some reports."""

    @abstractmethod
    def search(
        self, terms: Sequence[str], limit: int, report_ids: Sequence[str] | None
    ) -> list[tuple[str, float]]:
        """Ids of passages that hold any of the terms, with their scores, best first."""

    @abstractmethod
    def narrow_reports(self, terms: Sequence[str]) -> tuple[str, Sequence[object]]:
        """A condition that holds for the ids of all reports with a passage of all the terms.

        It may hold for a few others.
        """


def lexical_index(database: Database) -> LexicalIndex:
    """The index of a database."""
    return FTS5Index(database) if database.dialect == "sqlite" else PostingsIndex(database)


class FTS5Index(LexicalIndex):
    """SQLite's full text search."""

    def add(self, report_id: str, passages: Passages) -> None:  # noqa: ARG002 - the numbers tell it
        self._db.run_many("INSERT INTO lexicon (rowid, tokens) VALUES (?, ?)", passages)

    def remove(self, report_id: str) -> None:
        self._db.run(
            "DELETE FROM lexicon WHERE rowid IN (SELECT number FROM passages WHERE report_id = ?)",
            (report_id,),
        )

    def rebuild(self, reports: Iterable[tuple[str, Passages]]) -> None:
        self._db.run("DELETE FROM lexicon")
        for report_id, passages in reports:
            self.add(report_id, passages)

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        sql = f"SELECT term, doc FROM lexicon_terms WHERE term {self._db.among}"  # noqa: S608 - a constant
        return dict(self._db.rows(sql, (json_array(terms),)))

    def frequencies_within(self, terms: Sequence[str], report_ids: Sequence[str]) -> dict[str, int]:
        ids = json_array(report_ids)
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

    def search(
        self, terms: Sequence[str], limit: int, report_ids: Sequence[str] | None
    ) -> list[tuple[str, float]]:
        query = " OR ".join(f'"{term}"' for term in terms)
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
            (json_array(report_ids), query, limit),
        )

    def narrow_reports(self, terms: Sequence[str]) -> tuple[str, Sequence[object]]:
        query = " AND ".join(f'"{term}"' for term in terms)
        passages = "SELECT rowid FROM lexicon WHERE lexicon MATCH ?"
        return f"id IN (SELECT report_id FROM passages WHERE number IN ({passages}))", (query,)  # noqa: S608 - a constant


class PostingsIndex(LexicalIndex):
    """A row for each term of a report, with its postings there; scored here.

    A question's terms stand in too many passages to be ranked by a server that reads each of
    their texts anew (``ts_rank``): a row a term and report is read without that.
    """

    def add(self, report_id: str, passages: Passages) -> None:
        terms, counts = self._add_postings(report_id, passages)
        self._db.run(
            "INSERT INTO frequencies SELECT * FROM unnest(?::text[], ?::integer[])"
            " ON CONFLICT (term) DO UPDATE SET passages = frequencies.passages + excluded.passages",
            (terms, counts),
        )

    def _add_postings(self, report_id: str, passages: Passages) -> tuple[list[str], list[int]]:
        """Add a report's postings; its terms, and how many of its passages hold each."""
        postings: defaultdict[str, list[int]] = defaultdict(list)
        total = 0
        for number, words in passages:
            tokens = words.split()
            total += len(tokens)
            for term, count in Counter(tokens).items():
                postings[term] += (number, count, len(tokens))
        report = self._db.value("SELECT rowid FROM reports WHERE id = ?", (report_id,))
        packed = [struct.pack(f"<{len(of)}i", *of) for of in postings.values()]
        terms, counts = list(postings), [len(of) // 3 for of in postings.values()]
        self._db.run("INSERT INTO token_counts VALUES (?, ?, ?)", (report, len(passages), total))
        self._db.run(
            "INSERT INTO postings SELECT term, ?, passages, content"
            " FROM unnest(?::text[], ?::integer[], ?::bytea[]) AS _ (term, passages, content)",
            (report, terms, counts, packed),
        )
        return terms, counts

    def remove(self, report_id: str) -> None:
        of_report = "WHERE report = (SELECT rowid FROM reports WHERE id = ?)"
        self._db.run(
            "UPDATE frequencies f SET passages = f.passages - p.passages FROM postings p"  # noqa: S608 - a constant
            f" {of_report} AND p.term = f.term",
            (report_id,),
        )
        for table in ("postings", "token_counts"):
            self._db.run(f"DELETE FROM {table} {of_report}", (report_id,))  # noqa: S608 - constants

    def rebuild(self, reports: Iterable[tuple[str, Passages]]) -> None:
        for table in ("postings", "token_counts", "frequencies"):
            self._db.run(f"DELETE FROM {table}")  # noqa: S608 - constants
        for report_id, passages in reports:
            self._add_postings(report_id, passages)
        self._db.run(
            "INSERT INTO frequencies SELECT term, sum(passages) FROM postings GROUP BY term"
        )

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        sql = "SELECT term, passages FROM frequencies WHERE term = ANY(?) AND passages > 0"
        return dict(self._db.rows(sql, (list(terms),)))

    def frequencies_within(self, terms: Sequence[str], report_ids: Sequence[str]) -> dict[str, int]:
        rows = self._db.rows(
            "SELECT term, sum(passages) FROM postings WHERE term = ANY(?)"
            " AND report = ANY(ARRAY(SELECT rowid FROM reports WHERE id = ANY(?))) GROUP BY term",
            (list(terms), list(report_ids)),
        )
        return dict(rows)

    def search(
        self, terms: Sequence[str], limit: int, report_ids: Sequence[str] | None
    ) -> list[tuple[str, float]]:
        found = self._postings(terms, report_ids)
        if not found:
            return []
        frequencies = self.frequencies(list(found))
        size, total = self._db.rows("SELECT sum(passages), sum(tokens) FROM token_counts")[0]
        numbers, scores = bm25(
            [(found[term], frequencies[term]) for term in terms if term in found],
            int(size),
            int(total),
        )
        best = np.lexsort((numbers, -scores))[:limit]
        wanted = numbers[best].tolist()
        ids: dict[int, str] = dict(
            self._db.rows("SELECT number, id FROM passages WHERE number = ANY(?)", (wanted,))
        )
        return [(ids[n], float(score)) for n, score in zip(wanted, scores[best], strict=True)]

    def _postings(
        self, terms: Sequence[str], report_ids: Sequence[str] | None
    ) -> Mapping[str, Postings]:
        scope, values = "", [list(terms)]
        if report_ids is not None:
            scope = " AND report = ANY(ARRAY(SELECT rowid FROM reports WHERE id = ANY(?)))"
            values.append(list(report_ids))
        rows: Iterable[tuple[str, bytes]] = self._db.rows(
            f"SELECT term, string_agg(content, ''::bytea) FROM postings WHERE term = ANY(?){scope}"  # noqa: S608 - constants
            " GROUP BY term",
            values,
        )
        return {
            term: np.frombuffer(content, dtype=_POSTING).reshape(-1, 3) for term, content in rows
        }

    def narrow_reports(self, terms: Sequence[str]) -> tuple[str, Sequence[object]]:
        frequencies = self.frequencies(terms)
        if not frequencies.keys() >= set(terms):
            return "FALSE", ()
        rarest = sorted(frequencies, key=lambda term: frequencies[term])[:_NARROWING]
        found = (
            "SELECT report FROM postings WHERE term = ANY(?) GROUP BY report HAVING count(*) = ?"
        )
        return f"rowid IN ({found})", (rarest, len(rarest))


def bm25(
    terms: Sequence[tuple[Postings, int]], size: int, total: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The numbers of all passages of some terms' postings, and their scores.

    With each term's postings comes how many passages hold it, of the ``size`` passages with
    ``total`` tokens that there are. The arithmetic, in its order, is that of FTS5.
    """
    numbers = np.unique(np.concatenate([postings[:, 0] for postings, _ in terms]))
    scores = np.zeros(len(numbers))
    average = total / size
    for postings, frequency in terms:
        idf = max(math.log((size - frequency + 0.5) / (frequency + 0.5)), 0.0) or _LEAST_IDF
        counts, lengths = postings[:, 1].astype(np.float64), postings[:, 2].astype(np.float64)
        shares = (counts * (_K1 + 1)) / (counts + _K1 * (1 - _B + _B * lengths / average))
        scores[np.searchsorted(numbers, postings[:, 0])] += idf * shares
    return numbers.astype(np.int64), scores
