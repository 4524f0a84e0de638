"""Vectors with no model: characters, pairs and words hashed into a fixed space."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np

from knowledge.lexicon import tokens_of
from knowledge.store import Vectors

DIMENSION = 512


class BuiltinEmbedder:
    """Signed feature hashing (Weinberger et al. 2009) of terms with sub-linear counts."""

    name = f"builtin-1/{DIMENSION}"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text; a text without a term gets a fixed one."""
        matrix = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in zip(matrix, texts, strict=True):
            terms = Counter(tokens_of(text))
            if terms:
                places, signs = zip(*map(_slot, terms), strict=True)
                np.add.at(row, list(places), np.multiply(signs, [*map(_gain, terms.values())]))
        matrix[~matrix.any(axis=1), 0] = 1.0
        unit: Vectors = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
        return unit


@lru_cache(maxsize=200_000)
def _slot(term: str) -> tuple[int, float]:
    """Where a term counts, and how much: a single character less than a pair or a word."""
    digest = int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")
    return digest % DIMENSION, (1.0 if digest >> 63 else -1.0) * (0.3 if len(term) == 1 else 1.0)


@cache
def _gain(count: int) -> float:
    return float(1.0 + np.log(count))
