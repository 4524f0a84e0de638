"""How well a passage answers a question: pure arithmetic over terms and texts.

BM25 is that of Robertson & Zaragoza (2009), with question terms weighted, so that a synonym
counts less than the word that was asked.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.lexicon import tokens_of
from knowledge.models import Passage
from knowledge.question import Question
from knowledge.sentences import sentence_spans
from knowledge.synonyms import Synonyms

K1, B = 1.2, 0.5
SYNONYM = 0.45
WINDOW, KIND, DENSE = 0.6, 0.3, 0.2


@dataclass(frozen=True, slots=True)
class Terms:
    """A question's terms with their weights."""

    weights: Mapping[str, float]

    def fts_query(self) -> str:
        """An FTS5 query for any of the terms; single characters only if there is nothing else."""
        pairs = [t for t in self.weights if len(t) > 1 or t.isascii()] or list(self.weights)
        return " OR ".join(f'"{t}"' for t in pairs)


def terms_of(content: str, synonyms: Synonyms) -> Terms:
    """The terms of a question's words of substance, and of what reports call the same."""
    weights: dict[str, float] = dict.fromkeys(tokens_of(content), 1.0)
    for word in synonyms.found_in(content):
        for other in synonyms.of(word):
            for term in tokens_of(other):
                if len(term) > 1:
                    weights.setdefault(term, SYNONYM)
    return Terms(weights)


def inverse_frequencies(
    terms: Sequence[str], held: Mapping[str, int], total: int
) -> dict[str, float]:
    """How telling each term is in a store of ``total`` passages."""
    return {
        t: math.log(1 + (total - held.get(t, 0) + 0.5) / (held.get(t, 0) + 0.5)) for t in terms
    }


def bm25(terms: Terms, idf: Mapping[str, float], tokens: Sequence[str], average: float) -> float:
    """Weighted BM25 of one passage's tokens."""
    counts = Counter(t for t in tokens if t in terms.weights)
    norm = K1 * (1 - B + B * len(tokens) / average)
    return sum(
        weight * idf[t] * counts[t] * (K1 + 1) / (counts[t] + norm)
        for t, weight in terms.weights.items()
        if t in counts
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage in the running, with its text and its cosine to the question."""

    passage: Passage
    text: str
    cosine: float


def rank(
    question: Question,
    terms: Terms,
    candidates: Sequence[Candidate],
    held: Mapping[str, int],
    total: int,
) -> list[float]:
    """A score for each candidate; ``held`` says in how many of ``total`` passages a term is."""
    if not candidates:
        return []
    idf = inverse_frequencies(list(terms.weights), held, total)
    texts = ["\n".join((*c.passage.path, c.text)) for c in candidates]
    tokens = [tokens_of(t) for t in texts]
    average = sum(map(len, tokens)) / len(tokens)
    base = [bm25(terms, idf, t, average) for t in tokens]
    top = max(base) or 1.0
    wanted = frozenset(question.kinds)
    return [
        b / top + WINDOW * best_sentence(terms, idf, c.text) + KIND * (c.passage.kind in wanted)
        + DENSE * c.cosine
        for b, c in zip(base, candidates, strict=True)
    ]  # fmt: skip


def best_sentence(terms: Terms, idf: Mapping[str, float], text: str) -> float:
    """The share of the question's weight that one sentence of the text holds, 0 to 1."""
    whole = sum(w * idf[t] for t, w in terms.weights.items() if w == 1.0) or 1.0
    best = 0.0
    for span in sentence_spans(text):
        found = set(tokens_of(text[span.start : span.end]))
        best = max(best, sum(w * idf[t] for t, w in terms.weights.items() if t in found))
    return min(best / whole, 1.0)
