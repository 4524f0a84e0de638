"""A vector index as the search sees it."""

from collections.abc import Callable
from typing import Protocol

from knowledge.store import Store, Vectors

Progress = Callable[[int, int], None]
"""Told how many passages of how many are in the vector index."""


class IndexDamaged(Exception):
    """The index cannot be used as it is; the truth can make it anew."""


class Index(Protocol):
    """An index of a store's vectors; it may be damaged or behind. Not for two threads at once."""

    def holds(self, store: Store) -> bool:
        """Whether the index is whole and level with the truth; nothing is mended."""

    def query(self, vector: Vectors, limit: int) -> list[tuple[str, float]]:
        """The nearest passages' ids with their cosines; raises IndexDamaged."""

    def bring_up(self, store: Store, progress: Progress) -> None:
        """Make it hold what the truth holds, as the only writer; raises IndexDamaged."""

    def close(self) -> None:
        """Let go of it; the next use sees what others wrote."""
