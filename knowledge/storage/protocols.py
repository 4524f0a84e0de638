"""What a search needs of a store, of a vector index and of an embedder."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.models import Passage

Vectors = NDArray[np.float32]
"""One vector, or a matrix of one vector a row."""

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""


class IndexDamaged(Exception):
    """The vector index cannot be used as it is; it can be rebuilt from the store."""


class Embedder(Protocol):
    """Texts to unit vectors. Vectors of two embedders with one ``name`` can be compared."""

    @property
    def name(self) -> str:
        """Which embedder it is, its version and dimension included."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, as a float32 matrix; raises EmbeddingFailed."""


class VectorStore(Protocol):
    """The vectors that an index is built from."""

    @property
    def generation(self) -> str:
        """Changes with every write; see StoreReader."""

    def read_meta(self, key: str) -> str | None:
        """A fact about the store: ``store`` (its id), ``embedder``."""

    def passage_count(self) -> int:
        """How many passages, and so vectors, there are."""

    def vector_keys(self) -> set[str]:
        """The keys of all vectors."""

    def vectors_by_key(self, keys: Sequence[str]) -> Vectors:
        """Vectors in the order of their keys, each of which must be there."""

    def some_vectors(self, count: int) -> Vectors:
        """A few vectors spread over the store."""


class PassageStore(VectorStore, Protocol):
    """The passages that are searched."""

    def passages_by_id(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Those of the ids that there are."""

    def lexical(
        self, query: str, limit: int, report_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """Passage ids with BM25 scores, best first."""

    def vectors(self, report_ids: Sequence[str] | None = None) -> tuple[list[str], Vectors]:
        """Passage ids and their vectors, of some reports or of all."""


class Index(Protocol):
    """An index of a store's vectors; it may be damaged or behind. Not thread-safe."""

    def is_current(self, store: VectorStore) -> bool:
        """Whether the index is intact and of the store's generation; nothing is repaired."""

    def query(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """The nearest passages' ids with their cosines; raises IndexDamaged."""

    def update(self, store: VectorStore, progress: Progress) -> None:
        """Make it hold the store's vectors; needs the write lock. Raises IndexDamaged."""

    def close(self) -> None:
        """Close it; the next use sees what other processes wrote."""
