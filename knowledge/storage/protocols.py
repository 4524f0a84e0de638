"""What the store holds of files and reports, vectors and their names, and what an embedder is."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.models import Identity

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


class Embedder(Protocol):
    """Texts to unit vectors. Vectors of two embedders with one ``name`` can be compared."""

    @property
    def name(self) -> str:
        """Which embedder it is, its version and dimension included."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, as a float32 matrix; raises EmbeddingFailed."""


def vector_key(passage_id: str, vector: bytes) -> str:
    """The name of a passage's vector in an index.

    It changes with the vector: an index that holds the name holds this very vector, so comparing
    names finds what an index lacks and what is left over in it.
    """
    return f"{passage_id}-{hashlib.blake2b(vector, digest_size=6).hexdigest()}"


def passage_of_key(key: str) -> str:
    """The id of the passage whose vector has this key."""
    return key.rpartition("-")[0]
