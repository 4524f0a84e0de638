"""How well a passage answers a question: pure arithmetic over a few candidates.

The weights of terms are taken from the candidates themselves, so that a score needs no index.
BM25 is that of Robertson & Zaragoza (2009, eq. 3.15), divided by its upper bound.
"""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.lexicon import is_chinese, normalise, tokens_of
from knowledge.models import Passage, SectionKind
from knowledge.retrieval.question import Question, Wants
from knowledge.retrieval.vocabulary import Synonyms
from knowledge.understanding.sentences import sentence_spans

Scores = NDArray[np.float64]

_ASKS_DAY = re.compile(r"时间|日期|时候|何时|哪一?[年天月日]|几[月号日]|年份")
_DAY = re.compile(r"\d{1,2}月\d{1,2}[日号]|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
_AMOUNT = re.compile(r"[\d*]")
_FUNCTION = frozenset("ucpyreo")  # particles, conjunctions, prepositions, pronouns, interjections
_QUOTED = re.compile(r"[《“\"「『]([^》”\"」』]{2,})[》”\"」』]")


@dataclass(frozen=True, slots=True)
class Weights:
    """Parameters of the score; measured on public sets, see docs/measurements.md."""

    k1: float = 0.8
    b: float = 0.6
    literal: float = 3.0
    word: float = 1.0
    pair: float = 0.5
    character: float = 1.0
    synonym: float = 0.8
    key: float = 0.2
    sentence: float = 0.6
    kind: float = 0.2
    figure: float = 0.1
    day: float = 0.2
    planned: float = 0.1
    cosine: float = 0.35


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Terms:
    """A question's terms: ``weights`` before idf, ``search_terms`` for the lexical index.

    ``keys`` are years, numbers, Latin words and quoted names, which must stand as they are.
    """

    weights: Mapping[str, float]
    search_terms: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer, its words, and its cosine to the question."""

    passage: Passage
    text: str
    cosine: float


def _is_function(tag: str) -> bool:
    return tag[:1] in _FUNCTION and tag != "eng"


def terms_of(content: str, synonyms: Synonyms, w: Weights = WEIGHTS) -> Terms:
    """The terms of a question's words of substance, and of what reports write for them.

    A term found at several grains (a word of two characters is a pair too) adds them up.
    """
    import rjieba  # noqa: PLC0415 - a tenth of a second that no load pays

    text = normalise(content)
    tagged = rjieba.tag(text)
    substance = "".join(word if not _is_function(tag) else " " for word, tag in tagged)
    weights: defaultdict[str, float] = defaultdict(float)
    for token in dict.fromkeys(tokens_of(substance)):
        if not is_chinese(token):
            weights[token] += w.literal
        else:
            weights[token] += w.pair if len(token) > 1 else w.character
    words = [x for x, tag in dict.fromkeys(tagged) if is_chinese(x) and not _is_function(tag)]
    for word in words:
        weights[word] += w.word
    keys = [t for t in weights if not is_chinese(t)] + _QUOTED.findall(text)
    official = [other for term in synonyms.find_terms(text) for other in synonyms.of(term)]
    for other in dict.fromkeys(map(normalise, official)):
        weights[other] += w.synonym
    searched = [t for part in (substance, *official) for t in tokens_of(part) if len(t) > 1]
    searched += [x for x in words if len(x) == 1]
    return Terms(dict(weights), tuple(dict.fromkeys(searched or tokens_of(text))), tuple(keys))


def rank(
    question: Question, terms: Terms, candidates: Sequence[Candidate], w: Weights = WEIGHTS
) -> Scores:
    """A score for each candidate, the higher the better; comparable within one call only."""
    if not candidates:
        return np.zeros(0)
    bodies = [normalise(c.text) for c in candidates]
    texts = [
        f"{normalise('|'.join(c.passage.path))}\n{body}"
        for c, body in zip(candidates, bodies, strict=True)
    ]
    lengths = np.array([len(t) for t in texts], dtype=np.float64)
    counts = {t: _count_in_texts(t, texts) for t in terms.weights}
    idf = {t: _idf(c) for t, c in counts.items()}
    score = _bm25(terms.weights, counts, idf, lengths, w)
    score += w.key * _share_of_keys(terms.keys, texts)
    score += w.sentence * _best_sentences(terms, idf, bodies)
    score += w.cosine * np.array([c.cosine for c in candidates])
    score += w.kind * np.array([c.passage.kind in question.kinds for c in candidates])
    if _ASKS_DAY.search(question.text):
        score += w.day * np.array([bool(_DAY.search(b)) for b in bodies])
    if question.wants is Wants.FIGURE:
        score += w.figure * np.array([bool(_AMOUNT.search(b)) for b in bodies])
        score -= w.planned * np.array([c.passage.kind is SectionKind.PLAN for c in candidates])
    return score


def _count_in_texts(term: str, texts: Sequence[str]) -> Scores:
    """How often a term stands in each text; numbers and Latin words only as a whole."""
    if is_chinese(term):
        return np.array([text.count(term) for text in texts], dtype=np.float64)
    edge = (r"(?<![\d.])", r"(?!\d|\.\d)") if term[0].isdigit() else ("(?<![a-z])", "(?![a-z])")
    pattern = re.compile(edge[0] + re.escape(term) + edge[1])
    return np.array([len(pattern.findall(t)) if term in t else 0 for t in texts], dtype=np.float64)


def _idf(counts: Scores) -> float:
    """Robertson–Spärck Jones weight over the candidates (2009, eq. 3.4, +1 inside the log)."""
    total, matching = len(counts), int((counts > 0).sum())
    return math.log(1 + (total - matching + 0.5) / (matching + 0.5))


def _bm25(
    weights: Mapping[str, float],
    counts: Mapping[str, Scores],
    idf: Mapping[str, float],
    lengths: Scores,
    w: Weights,
) -> Scores:
    norm = w.k1 * (1 - w.b + w.b * lengths / max(float(lengths.mean()), 1.0))
    total = np.zeros(len(lengths))
    bound = 0.0
    for term, weight in weights.items():
        share = weight * idf[term]
        total += share * counts[term] / (counts[term] + norm)
        bound += share
    return total / bound if bound else total


def _share_of_keys(keys: Sequence[str], texts: Sequence[str]) -> Scores:
    """The share of the keys that each text holds."""
    if not keys:
        return np.zeros(len(texts))
    found: Scores = np.mean([_count_in_texts(key, texts) > 0 for key in keys], axis=0)
    return found


def _best_sentences(terms: Terms, idf: Mapping[str, float], texts: Sequence[str]) -> Scores:
    """The largest share of the terms' weight that one sentence of each text holds."""
    values = [(t, weight * idf[t]) for t, weight in terms.weights.items() if idf[t] > 0]
    whole = sum(value for _, value in values) or 1.0
    best = []
    for text in texts:
        present = [(t, value) for t, value in values if t in text]
        sentences = [text[span.start : span.end] for span in sentence_spans(text)]
        shares = (sum(value for t, value in present if t in s) for s in sentences)
        best.append(max(shares, default=0.0) / whole)
    return np.array(best)
