"""Ranked passages for a question: candidates by terms and by vectors, then one score for all."""

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
from knowledge.storage.fingerprint import matches_fingerprint
from knowledge.storage.protocols import (
    Embedder,
    IndexDamaged,
    Progress,
    Store,
    StoreReader,
    VectorIndex,
    Vectors,
)
from knowledge.vocabulary import DATA, fill_in

_log = logging.getLogger(__name__)
_CANDIDATES = 100
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

    The index is in the data folder or, with ``chroma_host``, on a Chroma server. A small store is
    searched exactly while the index in the folder is intact and of its generation: a few thousand
    vectors are read in less time than an index is opened. Thread-safe.
    """

    def __init__(self, store: Store, data_dir: Path, chroma_host: str, progress: Progress) -> None:
        self._store = store
        self._data_dir = data_dir
        self._folder = data_dir / "chroma"
        self._host = chroma_host
        self._progress = progress
        self._lock = RLock()
        self._retry_at = 0.0
        self._intact_at: str | None = None
        self._cached: tuple[str, list[str], Vectors] | None = None

    def nearest(
        self,
        store: StoreReader,
        vector: Vectors,
        limit: int,
        report_ids: Sequence[str] | None = None,
    ) -> list[tuple[str, float]]:
        """Passage ids of a snapshot of the store with their cosines, best first.

        Among some reports the search is exact. Raises EmbedderMismatch if the stored vectors are
        of another dimension.
        """
        if report_ids is None:
            with self._lock:
                found = self._query_index(store, vector, limit)
                if found is not None:
                    return found
                ids, vectors = self._all_vectors(store)
        else:
            ids, vectors = store.vectors(report_ids)
        if not ids:
            return []
        if vectors.shape[1] != len(vector):
            raise EmbedderMismatch(
                stored=f"{store.read_meta('embedder')}（{vectors.shape[1]} 维）",
                current=f"{len(vector)} 维的向量",
                path=self._data_dir,
            )
        cosines = vectors @ vector
        best = np.argsort(-cosines, kind="stable")[:limit]
        return [(ids[n], float(cosines[n])) for n in best]

    def update_index(self) -> None:
        """Update the index as the holder of the write lock, if it is behind.

        A failure is logged and the update retried later: the store has all vectors.
        """
        # a load that changed nothing does not import chromadb
        if self._host or not matches_fingerprint(self._folder, self._store.generation):
            self._update()

    def index_is_current(self) -> bool:
        """Whether the index holds what the store holds; nothing is repaired."""
        with self._lock:
            return self._index.is_current(self._store)

    def close(self) -> None:
        """Close the index."""
        with self._lock:
            if "_index" in self.__dict__:
                self._index.close()

    def _query_index(
        self, store: StoreReader, vector: Vectors, limit: int
    ) -> list[tuple[str, float]] | None:
        passages = store.passage_count()
        if not passages:
            return []
        if passages <= _SMALL and self._folder_is_intact(store.generation):
            return None
        try:
            return self._index.query(vector, limit) if self._is_usable(store) else None
        except IndexDamaged:  # it was damaged while it was open; the next search repairs it
            return None

    def _is_usable(self, store: StoreReader) -> bool:
        """Whether the index is of the store's generation, after trying to update it."""
        if time.monotonic() < self._retry_at:
            return False
        if self._index.is_current(store):
            return True
        try:
            with self._store.write_lock():
                return self._update() and self._store.generation == store.generation
        except StoreBusy:  # the other writer updates the index
            return False
        except StoreError:
            self._retry_at = time.monotonic() + _RETRY_SECONDS
            return False

    def _update(self) -> bool:
        """Update the index; whether that succeeded."""
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

    def _folder_is_intact(self, generation: str) -> bool:
        """Whether the folder's index was intact and of a generation when this was first called."""
        if self._intact_at != generation and not self._host:
            self._intact_at = generation if matches_fingerprint(self._folder, generation) else None
        return self._intact_at == generation

    def _all_vectors(self, store: StoreReader) -> tuple[list[str], Vectors]:
        if self._cached is None or self._cached[0] != store.generation:
            self._cached = (store.generation, *store.vectors())
        return self._cached[1:]

    @cached_property
    def _index(self) -> VectorIndex:
        from knowledge.storage.chroma_index import ChromaIndex  # noqa: PLC0415 - half a second of chromadb

        return ChromaIndex(self._folder, self._host)


@dataclass(frozen=True, slots=True)
class Searcher:
    """Searches one snapshot of a store. ``report`` gives a report by its id."""

    store: StoreReader
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
        terms = terms_of(question.search_text, synonyms())
        vector = self.embedder.embed([question.search_text])[0]
        dense = dict(self.dense.nearest(self.store, vector, _CANDIDATES // 2, report_ids))
        # fewer than the limit are all the passages of the reports: nothing is left to find
        complete = report_ids is not None and len(dense) < _CANDIDATES // 2
        lexical = (
            [] if complete else self.store.lexical(terms.search_terms, _CANDIDATES, report_ids)
        )
        ids = list(dict.fromkeys([*(i for i, _ in lexical), *dense]))
        found = self.store.passages_by_id(ids)
        passages = [
            p for p in (found[i] for i in ids if i in found)
            if p.report_id not in without and _is_in_scope(p, question)
        ]  # fmt: skip
        reports = {key: self.report(key) for key in {p.report_id for p in passages}}
        texts = [reports[p.report_id].text[p.start : p.end] for p in passages]
        candidates = [
            Candidate(p, text, dense.get(p.id, 0.0))
            for p, text in zip(passages, texts, strict=True)
        ]
        scores = rank(question, terms, candidates)
        best = sorted(range(len(passages)), key=lambda n: -scores[n])[:limit]
        return [
            Hit(passages[n], reports[passages[n].report_id], texts[n], float(scores[n]))
            for n in best
        ]


def _is_in_scope(passage: Passage, question: Question) -> bool:
    """Whether a passage may be found: of a report that is in scope for its plan, only the plan."""
    planning = passage.report_id in question.scope.plan_only
    return not planning or passage.kind is SectionKind.PLAN
