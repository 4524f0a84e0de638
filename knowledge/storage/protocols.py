"""What the library, the loader and the search need of a store, an embedder and a vector index.

``store.py`` implements the store in SQLite; another one implements ``Store`` and passes the same
tests. The errors are those of ``knowledge.errors``.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.models import Identity, Passage, ReadReport, Report, Section, Statement
from knowledge.understanding.figures import Figure

Vectors = NDArray[np.float32]
"""One vector, or a matrix of one vector a row."""

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""


class IndexDamaged(Exception):
    """The vector index cannot be used as it is; it can be rebuilt from the store."""


@dataclass(frozen=True, slots=True)
class ReportSource:
    """A file that holds a report: its place and how it was read.

    ``understanding`` is the version of the reading, a space, and the identity stated for the file.
    """

    place: str
    file: str
    sha256: str
    understanding: str

    @property
    def version(self) -> str:
        """The version of the reading alone."""
        return self.understanding.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """What the store's list holds of a report: all but its text.

    ``superseded_by`` is the id of its newest version where this is an older one.
    """

    id: str
    source: ReportSource
    identity: Identity
    loaded_at: str
    sections: int
    passages: int
    figures: int
    superseded_by: str = ""

    @property
    def file(self) -> str:
        """The path of the file that the report was read from, as it was given."""
        return self.source.file


class StoreReader(Protocol):
    """Reads reports and their passages."""

    # -- facts about the store

    @property
    def generation(self) -> str:
        """A token that changes with what readers of the store see.

        That is every ``put``, ``remove``, ``unlink`` and ``adopt_staged``, a ``set_successors``
        that differs, and a ``link`` that moves or removes a report. It is never reused, not in
        another store nor after a backup was restored: an index with the same token holds the
        same passages. It begins with a count.
        """

    def read_meta(self, key: str) -> str | None:
        """A fact about the store: schema, store (its id), embedder, generation."""

    # -- reports

    def entries(self) -> list[ReportEntry]:
        """All reports, by bureau and period."""

    def entries_of(self, bureau: str, year: int, part: int) -> list[ReportEntry]:
        """The reports of one bureau and period, in the order of loading."""

    def entry(self, report_id: str) -> ReportEntry | None:
        """One report's entry, or None."""

    def entry_at(self, place: str) -> ReportEntry | None:
        """The report that was loaded from a place, or None."""

    def entry_loaded_from(self, source: ReportSource) -> ReportEntry | None:
        """The report that was loaded from just this version of a file, or None."""

    def sources(self) -> list[ReportSource]:
        """All files that reports were loaded from, by place."""

    def places(self, report_id: str) -> list[str]:
        """The places of the files that a report was loaded from."""

    def shared_periods(self) -> list[tuple[str, int, int]]:
        """Bureau, year and part of a year of which there is more than one report."""

    def successors(self) -> dict[str, str]:
        """Ids of older versions of reports, each with that of the newest version."""

    def doubtful_sums(self, report_id: str) -> int:
        """How many of a report's sums do not add up, as noted when it was loaded."""

    def report(self, report_id: str) -> Report | None:
        """A report with its text, or None."""

    def text(self, report_id: str) -> str:
        """A report's text; empty where there is no such report."""

    def sections(self, report_id: str) -> tuple[Section, ...]:
        """A report's section tree in reading order."""

    def figures(self, report_id: str) -> tuple[Figure, ...]:
        """A report's figures in reading order."""

    def statements(self, report_id: str) -> tuple[Statement, ...]:
        """What a report's figures state, along them; none of a report that an old version read."""

    def reports_containing(
        self, phrase: str, within: Collection[str] | None = None
    ) -> frozenset[str]:
        """The ids of the reports whose text contains a phrase, of all or of those ``within``."""

    def reports_telling(self, year: int, within: Collection[str]) -> frozenset[str]:
        """The ids of those reports whose statements tell of a year, whatever their own period."""

    # -- passages

    def passages(self, report_id: str) -> tuple[Passage, ...]:
        """A report's passages in reading order."""

    def passages_by_id(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages of those ids that are in the store."""

    def passage_count(self) -> int:
        """How many passages, and so vectors, the store holds."""

    def passages_with(
        self, terms: Sequence[str], within: Collection[str] | None = None
    ) -> dict[str, int]:
        """How many passages, of all reports or of those ``within``, contain each term.

        Terms in none are left out.
        """

    def lexical(
        self, terms: Sequence[str], limit: int, report_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Ids of passages with any of the terms, with their BM25 scores, best first."""

    # -- vectors

    def vectors(self, report_ids: Sequence[str] | None = None) -> tuple[list[str], Vectors]:
        """Passage ids and their vectors, of some reports or of all."""

    def vector_keys(self) -> set[str]:
        """The keys of all vectors: what an index of this generation holds."""

    def vectors_by_key(self, keys: Sequence[str]) -> Vectors:
        """Vectors in the order of their keys, each of which must be in the store."""

    def some_vectors(self, count: int) -> Vectors:
        """A few vectors from the first added to the last; of a small store, some twice."""


class Store(StoreReader, Protocol):
    """One data folder's reports. Writing needs the write lock."""

    @property
    def changes(self) -> int:
        """How many rows were written through this store object since it was opened."""

    def write_lock(self, wait: float = 0.0) -> AbstractContextManager[None]:
        """Lock out other writers; raises StoreBusy after ``wait`` seconds."""

    def create(self) -> None:
        """Open the store for writing, creating it if need be; raises StoreUnwritable."""

    def snapshot(self) -> AbstractContextManager[StoreReader]:
        """The store at its present generation, whatever is written meanwhile."""

    def dry_run_copy(self) -> "Store":
        """A copy in memory of the files and reports, without what was derived from them."""

    def close(self) -> None:
        """Close the store; it cannot be used afterwards."""

    def write_meta(self, key: str, value: str) -> None:
        """Set a fact about the store, in place of another value; the same one is left as it is."""

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

    def link(self, report_id: str, source: ReportSource, *, primary: bool) -> None:
        """Record that a file holds a report of the store, and no other one any more.

        ``primary``: the file takes the place of the one that the report was read from.
        """

    def unlink(self, place: str) -> bool:
        """Record that a file is gone; whether its report went with it, held by no other file."""

    def remove(self, report_id: str) -> None:
        """Remove a report and all that was derived from it."""

    def set_successors(self, newest: Mapping[str, str]) -> None:
        """Replace the record of which reports are older versions of which."""

    def stage_vectors(self, report_id: str, vectors: Vectors, embedder: str) -> None:
        """Store a report's vectors by another embedder until all reports have theirs."""

    def staged_reports(self, embedder: str) -> set[str]:
        """The ids of the reports whose vectors by an embedder are staged."""

    def adopt_staged(self, embedder: str) -> None:
        """Replace the old vectors by the staged ones, in one transaction."""


class Embedder(Protocol):
    """Texts to unit vectors. Vectors of two embedders with one ``name`` can be compared."""

    @property
    def name(self) -> str:
        """Which embedder it is, its version and dimension included."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, as a float32 matrix; raises EmbeddingFailed."""


class VectorIndex(Protocol):
    """An index of a store's vectors; it may be damaged or behind. Not thread-safe."""

    def is_current(self, store: StoreReader) -> bool:
        """Whether the index is intact and of the store's generation; nothing is repaired."""

    def query(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """The nearest passages' ids with their cosines; raises IndexDamaged."""

    def update(self, store: StoreReader, progress: Progress) -> None:
        """Make it hold the store's vectors; needs the write lock. Raises IndexDamaged."""

    def close(self) -> None:
        """Close it; the next use sees what other processes wrote."""


def vector_key(passage_id: str, vector: bytes) -> str:
    """The name of a passage's vector in an index.

    It changes with the vector: an index that holds the name holds this very vector, so comparing
    names finds what an index lacks and what is left over in it.
    """
    return f"{passage_id}-{hashlib.blake2b(vector, digest_size=6).hexdigest()}"


def passage_of_key(key: str) -> str:
    """The id of the passage whose vector has this key."""
    return key.rpartition("-")[0]
