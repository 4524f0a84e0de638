"""What turns texts into vectors, as the rest of the knowledge sees it."""

from collections.abc import Sequence
from typing import Protocol

from knowledge.store import Vectors


class Embedder(Protocol):
    """Texts to unit vectors. Vectors of two embedders with one ``name`` can be compared."""

    @property
    def name(self) -> str:
        """Which embedder it is, its version and dimension included."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, as a float32 matrix; raises EmbeddingFailed."""
