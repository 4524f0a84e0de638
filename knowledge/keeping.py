"""How a report that was read gets into a store: with vectors and terms, or only in pretence."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from knowledge.errors import EmbedderMismatch
from knowledge.lexicon import tokens_of
from knowledge.models import Passage, ReadReport
from knowledge.protocols import Embedder
from knowledge.store import Source, Store

Keep = Callable[[ReadReport, Source], None]
"""Lets a report in, in the place of what its file held before."""


def embedded_texts(text: str, passages: Sequence[Passage]) -> list[str]:
    """What is indexed of each passage: its headings and its words."""
    return ["\n".join((*p.path, text[p.start : p.end])) for p in passages]


class Keeper:
    """Keeps reports in a store, with the vectors of one embedder."""

    def __init__(self, store: Store, embedder: Embedder, data_dir: Path) -> None:
        self._store = store
        self._embedder = embedder
        self._data_dir = data_dir
        self._dimension = store.some_vectors(1).shape[1]

    def keep(self, read: ReadReport, source: Source) -> None:
        """Let a report in; raises EmbeddingFailed, or EmbedderMismatch by the dimension."""
        texts = embedded_texts(read.report.text, read.passages)
        vectors = self._embedder.embed(texts)
        if texts:
            self._check_dimension(vectors.shape[1])
        self._store.put(
            read,
            source,
            loaded_at=_now(),
            vectors=vectors,
            tokens=[" ".join(tokens_of(t)) for t in texts],
            doubtful_sums=read.doubtful_sums,
        )

    def _check_dimension(self, dimension: int) -> None:
        self._dimension = self._dimension or dimension
        if dimension != self._dimension:
            name = self._embedder.name
            raise EmbedderMismatch(
                stored=f"{name}（{self._dimension} 维）",
                current=f"{name}（{dimension} 维）",
                path=self._data_dir,
            )


def pretending(shadow: Store) -> Keep:
    """Keep of reports in a store's shadow only which file holds which, and the text."""

    def keep(read: ReadReport, source: Source) -> None:
        shadow.put(
            ReadReport(read.report, (), (), ()),
            source,
            loaded_at=_now(),
            vectors=np.zeros((0, 0), dtype=np.float32),
            tokens=[],
            doubtful_sums=read.doubtful_sums,
        )

    return keep


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
