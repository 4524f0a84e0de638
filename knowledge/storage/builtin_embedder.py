"""Vectors with no model: characters, pairs and words hashed into a fixed space."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from knowledge.lexicon import tokens_of
from knowledge.storage.protocols import Vectors

DIMENSION = 512
_WEIGHTS = np.array([-0.3, 0.3, -1.0, 1.0])  # a single character less than a pair or a word


class BuiltinEmbedder:
    """Signed feature hashing (Weinberger et al. 2009) of terms with sub-linear counts."""

    name = f"builtin-1/{DIMENSION}"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text; a text without a term gets a fixed one."""
        matrix = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in zip(matrix, texts, strict=True):
            terms = Counter(tokens_of(text))
            slots = np.fromiter(map(_slot_of, terms), np.intp, len(terms))
            gains = 1.0 + np.log(np.fromiter(terms.values(), np.intp, len(terms)))
            row[:] = np.bincount(slots % DIMENSION, _WEIGHTS[slots // DIMENSION] * gains, DIMENSION)
        matrix[~matrix.any(axis=1), 0] = 1.0
        unit: Vectors = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
        return unit


@lru_cache(maxsize=200_000)
def _slot_of(term: str) -> int:
    """Where a term counts, plus DIMENSION times which of the weights it counts with."""
    digest = int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")
    return digest % DIMENSION + DIMENSION * ((digest >> 63) + 2 * (len(term) > 1))
