"""The dense side of the search: the index where it is level with the truth, else the truth."""

import logging
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from threading import RLock

import numpy as np

from knowledge.errors import EmbedderMismatch, StoreBusy, StoreError
from knowledge.index import Index, IndexDamaged, Progress
from knowledge.store import Store, Vectors, write_lock
from knowledge.vocabulary import DATA, fill_in

_log = logging.getLogger(__name__)
_PATIENCE_SECONDS = 30.0
_SMALL = 10_000


class DenseSearch:
    """The passages nearest to a vector. May be shared between threads.

    ``make_index`` is called when the index is first needed. A small store is searched exactly
    while ``needs_nothing`` says that its index is whole and level: reading a few thousand vectors
    takes less time than opening an index does.
    """

    def __init__(
        self,
        store: Store,
        data_dir: Path,
        make_index: Callable[[], Index],
        progress: Progress,
        needs_nothing: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store = store
        self._data_dir = data_dir
        self._make_index = make_index
        self._progress = progress
        self._needs_nothing = needs_nothing
        self._turn = RLock()
        self._not_before = 0.0
        self._whole: tuple[str, list[str], Vectors] | None = None

    def nearest(
        self, vector: Vectors, limit: int, report_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Passage ids with their cosines, best first: exact over some reports, or by the index.

        While the index cannot be used, the whole store is searched exactly. Raises
        EmbedderMismatch if the stored vectors are of another dimension.
        """
        if report_ids is not None:
            return self._exactly(vector, limit, *self._store.vectors(report_ids))
        with self._turn:
            found = self._by_index(vector, limit)
            return self._exactly(vector, limit, *self._all_vectors()) if found is None else found

    def bring_up(self) -> bool:
        """Make the index level with the truth, as the holder of the write lock; whether it is.

        What cannot be mended now is told and left for later: the truth has everything.
        """
        with self._turn:
            try:
                self._index.bring_up(self._store, self._progress)
            except IndexDamaged as error:
                self._not_before = time.monotonic() + _PATIENCE_SECONDS
                _log.warning(fill_in(DATA / "index.toml", "index.unavailable", {}))
                _log.debug("the fault of the index", exc_info=error)
                return False
            self._not_before = 0.0
            return True

    def is_level(self) -> bool:
        """Whether the index holds what the truth holds; nothing is mended."""
        with self._turn:
            return self._index.holds(self._store)

    def close(self) -> None:
        """Let go of the index."""
        with self._turn:
            if "_index" in self.__dict__:
                self._index.close()

    def _by_index(self, vector: Vectors, limit: int) -> list[tuple[str, float]] | None:
        passages = self._store.passage_count()
        if not passages:
            return []
        if passages <= _SMALL and self._needs_nothing():
            return None
        try:
            return self._index.query(vector, limit) if self._is_usable() else None
        except IndexDamaged:  # since it was opened; the next question finds out more
            return None

    def _is_usable(self) -> bool:
        """Whether the index is level with the truth, after trying to bring it there."""
        if time.monotonic() < self._not_before:
            return False
        if self._index.holds(self._store):
            return True
        try:
            with write_lock(self._data_dir):
                return self.bring_up()
        except StoreBusy:  # whoever writes brings the index up
            return False
        except StoreError:
            self._not_before = time.monotonic() + _PATIENCE_SECONDS
            return False

    def _all_vectors(self) -> tuple[list[str], Vectors]:
        generation = self._store.generation
        if self._whole is None or self._whole[0] != generation:
            self._whole = (generation, *self._store.vectors())
        return self._whole[1:]

    def _exactly(
        self, vector: Vectors, limit: int, ids: Sequence[str], vectors: Vectors
    ) -> list[tuple[str, float]]:
        if ids and vectors.shape[1] != len(vector):
            made_by = self._store.remembered("embedder")
            raise EmbedderMismatch(
                stored=f"{made_by}（{vectors.shape[1]} 维）",
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
