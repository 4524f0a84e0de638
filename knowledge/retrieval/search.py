"""Ranked passages for a question: candidates from both indexes, then one careful score."""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import RLock

import numpy as np

from knowledge.errors import EmbedderMismatch, StoreBusy, StoreError
from knowledge.models import Passage, Report, SectionKind
from knowledge.retrieval.question import Question
from knowledge.retrieval.ranking import Candidate, rank, terms_of
from knowledge.retrieval.vocabulary import synonyms
from knowledge.storage.database import write_lock
from knowledge.storage.protocols import (
    Embedder,
    Index,
    IndexDamaged,
    PassageStore,
    Progress,
    Vectors,
    VectorStore,
)
from knowledge.vocabulary import DATA, fill_in

_log = logging.getLogger(__name__)
CANDIDATES = 100
_RETRY_SECONDS = 30.0
_SMALL = 10_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with its text and its report; the higher the score the better."""

    passage: Passage
    report: Report
    text: str
    score: float


class DenseSearch:
    """The passages nearest to a vector: by the index if it is current, else by all vectors.

    ``make_index`` is called when the index is first needed. A small store is searched exactly
    where ``is_intact`` says that the index on disk is intact and of a generation: reading a few
    thousand vectors takes less time than opening an index. Thread-safe.
    """

    def __init__(
        self,
        store: VectorStore,
        data_dir: Path,
        make_index: Callable[[], Index],
        progress: Progress,
        is_intact: Callable[[str], bool],
    ) -> None:
        self._store = store
        self._data_dir = data_dir
        self._make_index = make_index
        self._progress = progress
        self._is_intact = is_intact
        self._lock = RLock()
        self._retry_at = 0.0
        self._cached: tuple[str, list[str], Vectors] | None = None

    def nearest(
        self,
        store: PassageStore,
        vector: Vectors,
        limit: int,
        report_ids: Sequence[str] | None = None,
    ) -> list[tuple[str, float]]:
        """Passage ids of a snapshot of the store with their cosines, best first.

        Among some reports the search is exact. Raises EmbedderMismatch if the stored vectors are
        of another dimension.
        """
        if report_ids is not None:
            return self._exactly(store, vector, limit, *store.vectors(report_ids))
        with self._lock:
            found = self._by_index(store, vector, limit)
            if found is not None:
                return found
            return self._exactly(store, vector, limit, *self._all_vectors(store))

    def update_index(self) -> bool:
        """Update the index as the holder of the write lock; whether it is current now.

        A failure is logged and the update retried later: the store has all vectors.
        """
        with self._lock:
            try:
                self._index.update(self._store, self._progress)
            except IndexDamaged as error:
                self._retry_at = time.monotonic() + _RETRY_SECONDS
                _log.warning(fill_in(DATA / "index.toml", "index.unavailable", {}))
                _log.debug("the fault of the index", exc_info=error)
                return False
            self._retry_at = 0.0
            return True

    def index_is_current(self) -> bool:
        """Whether the index holds what the store holds; nothing is repaired."""
        with self._lock:
            return self._index.is_current(self._store)

    def close(self) -> None:
        """Close the index."""
        with self._lock:
            if "_index" in self.__dict__:
                self._index.close()

    def _by_index(
        self, store: PassageStore, vector: Vectors, limit: int
    ) -> list[tuple[str, float]] | None:
        passages = store.passage_count()
        if not passages:
            return []
        if passages <= _SMALL and self._is_intact(store.generation):
            return None
        try:
            return self._index.query(vector, limit) if self._is_usable(store) else None
        except IndexDamaged:  # it was damaged while it was open; the next search repairs it
            return None

    def _is_usable(self, store: PassageStore) -> bool:
        """Whether the index is of the store's generation, after trying to update it."""
        if time.monotonic() < self._retry_at:
            return False
        if self._index.is_current(store):
            return True
        try:
            with write_lock(self._data_dir):
                return self.update_index() and self._store.generation == store.generation
        except StoreBusy:  # whoever is writing updates the index
            return False
        except StoreError:
            self._retry_at = time.monotonic() + _RETRY_SECONDS
            return False

    def _all_vectors(self, store: PassageStore) -> tuple[list[str], Vectors]:
        if self._cached is None or self._cached[0] != store.generation:
            self._cached = (store.generation, *store.vectors())
        return self._cached[1:]

    def _exactly(
        self,
        store: PassageStore,
        vector: Vectors,
        limit: int,
        ids: Sequence[str],
        vectors: Vectors,
    ) -> list[tuple[str, float]]:
        if ids and vectors.shape[1] != len(vector):
            raise EmbedderMismatch(
                stored=f"{store.read_meta('embedder')}（{vectors.shape[1]} 维）",
                current=f"{len(vector)} 维的向量",
                path=self._data_dir,
            )
        return cosines(vector, ids, vectors, limit)

    @cached_property
    def _index(self) -> Index:
        return self._make_index()


def cosines(
    question: Vectors, ids: Sequence[str], vectors: Vectors, limit: int
) -> list[tuple[str, float]]:
    """Exact cosines of unit vectors, the best first, no more than ``limit``."""
    if not ids:
        return []
    scores = vectors @ question
    best = np.argsort(-scores, kind="stable")[:limit]
    return [(ids[n], float(scores[n])) for n in best]


@dataclass(frozen=True, slots=True)
class Searcher:
    """Searches one snapshot of a store. ``report`` gives a report by its id."""

    store: PassageStore
    embedder: Embedder
    dense: DenseSearch
    report: Callable[[str], Report]

    def search(
        self,
        question: Question,
        limit: int,
        report_ids: Sequence[str] | None,
        without: Collection[str] = (),
    ) -> list[Hit]:
        """The passages that answer best, best first; only of ``report_ids`` if given.

        Reports ``without`` are left out.
        """
        terms = terms_of(question.searched, synonyms())
        vector = self.embedder.embed([question.searched])[0]
        dense = dict(self.dense.nearest(self.store, vector, CANDIDATES // 2, report_ids))
        query = terms.fts_query()
        if report_ids is not None and len(dense) < CANDIDATES // 2:
            query = ""  # these are all the passages of the reports: nothing is left to find
        lexical = self.store.lexical(query, CANDIDATES, report_ids) if query else []
        ids = list(dict.fromkeys([*(i for i, _ in lexical), *dense]))
        passages = self.store.passages_by_id(ids)
        passages = {i: p for i, p in passages.items() if p.report_id not in without}
        reports = {r: self.report(r) for r in {p.report_id for p in passages.values()}}
        candidates = [
            Candidate(p, reports[p.report_id].text[p.start : p.end], dense.get(p.id, 0.0))
            for p in (passages[i] for i in ids if i in passages)
        ]
        candidates = [c for c in candidates if _in_scope(c.passage, question)]
        scores = rank(question, terms, candidates)
        order = sorted(range(len(candidates)), key=lambda n: -scores[n])[:limit]
        best = ((candidates[n], float(scores[n])) for n in order)
        return [Hit(c.passage, reports[c.passage.report_id], c.text, score) for c, score in best]


def _in_scope(passage: Passage, question: Question) -> bool:
    """Whether a passage may be found: of a report that is in scope for its plan, only the plan."""
    planning = passage.report_id in question.scope.plan_only
    return not planning or passage.kind is SectionKind.PLAN
