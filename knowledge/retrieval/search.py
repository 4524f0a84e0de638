"""Ranked passages for a question: candidates by terms and by vectors, then one score for all.

The score is pure arithmetic over the candidates: BM25 as Robertson & Zaragoza (2009, eq. 3.15),
divided by its upper bound, with the share of the terms that one sentence holds, the cosine, and
what the question expects of its passage. How rare a term is, the whole store tells: among the
candidates the words that were looked for are common, and a rare one would weigh nothing.
"""

import logging
import math
import re
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import EmbedderMismatch, StoreBusy, StoreError
from knowledge.lexicon import is_chinese, normalise, tag_words, tokens_of
from knowledge.models import Passage, Report, SectionKind
from knowledge.retrieval.question import Question, Wants, without_spans
from knowledge.retrieval.vocabulary import Synonyms, question_words, synonyms
from knowledge.storage.fingerprint import matches_fingerprint
from knowledge.storage.partial import PartialReader
from knowledge.storage.protocols import Embedder, IndexDamaged, Progress, Vectors
from knowledge.storage.store import Store, StoreReader
from knowledge.understanding.sentences import sentence_spans
from knowledge.vocabulary import DATA, fill_in

if TYPE_CHECKING:
    from knowledge.storage.chroma_index import ChromaIndex

Scores = NDArray[np.float64]

_ASKS_DAY = re.compile(r"时间|日期|时候|何时|哪一?[年天月日]|几[月号日]|年份")
_DAY = re.compile(r"\d{1,2}月\d{1,2}[日号]|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")
_AMOUNT = re.compile(r"[\d*]")
_FUNCTION = frozenset("ucpyreo")  # particles, conjunctions, prepositions, pronouns, interjections
_QUOTED = re.compile(r"[《“\"「『]([^》”\"」』]{2,})[》”\"」』]")
_CANDIDATES = 100
_RETRY_SECONDS = 30.0
_SMALL = 10_000


@dataclass(frozen=True, slots=True)
class Weights:
    """Parameters of the score; measured on public sets, see docs/measurements.md.

    A word and a character weigh 1. ``expected`` is for each thing that the question expects:
    its years, numbers and names, the kind of section, a day or an amount.
    """

    k1: float = 0.8
    b: float = 0.6
    literal: float = 3.0
    pair: float = 0.5
    synonym: float = 0.8
    sentence: float = 0.6
    expected: float = 0.2
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
class CollectionStatistics:
    """All passages of a store: how many, and how many of them hold each of some tokens."""

    size: int
    frequencies: Callable[[Sequence[str]], Mapping[str, int]]

    def idf(self, terms: Iterable[str]) -> dict[str, float]:
        """Robertson–Spärck Jones weights (2009, eq. 3.4, +1 inside the log).

        A word that is no token of its own is taken to be as frequent as its rarest token. Terms
        that no passage holds are left out: they tell no passage from another.
        """
        tokens = {term: tokens_of(term) for term in terms}
        counts = self.frequencies(list(dict.fromkeys(chain.from_iterable(tokens.values()))))
        rarest = {t: min((counts.get(x, 0) for x in of), default=0) for t, of in tokens.items()}
        return {
            term: math.log(1 + (max(self.size - count, 0) + 0.5) / (count + 0.5))
            for term, count in rarest.items()
            if count
        }


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer, its words, and its cosine to the question."""

    passage: Passage
    text: str
    cosine: float


def _is_function(tag: str) -> bool:
    return tag[:1] in _FUNCTION and tag != "eng"


def terms_of(content: str, synonyms: Synonyms, typed: str = "", w: Weights = WEIGHTS) -> Terms:
    """The terms of a question's words of substance, and of what reports write for them.

    Of the question as it was typed each character and pair counts: how much the others (总数,
    达到) tell, their frequency says. A term found at several grains (a word of two characters is
    a pair too) adds them up.
    """
    text = normalise(content)
    tagged = tag_words(text)
    substance = "".join(word if not _is_function(tag) else " " for word, tag in tagged)
    weights: defaultdict[str, float] = defaultdict(float)
    for token in dict.fromkeys((*tokens_of(substance), *tokens_of(typed))):
        if not is_chinese(token):
            weights[token] += w.literal
        else:
            weights[token] += w.pair if len(token) > 1 else 1
    words = [x for x, tag in dict.fromkeys(tagged) if is_chinese(x) and not _is_function(tag)]
    for word in words:
        weights[word] += 1
    keys = [t for t in weights if not is_chinese(t)] + _QUOTED.findall(text)
    official = [other for term in synonyms.find_terms(text) for other in synonyms.of(term)]
    for other in dict.fromkeys(map(normalise, official)):
        weights[other] += w.synonym
    searched = [t for part in (substance, *official) for t in tokens_of(part) if len(t) > 1]
    searched += [x for x in words if len(x) == 1]
    return Terms(dict(weights), tuple(dict.fromkeys(searched or tokens_of(text))), tuple(keys))


def rank(
    question: Question,
    terms: Terms,
    candidates: Sequence[Candidate],
    statistics: CollectionStatistics,
    w: Weights = WEIGHTS,
) -> Scores:
    """A score for each candidate, the higher the better; comparable within one call only."""
    if not candidates:
        return np.zeros(0)
    bodies = [normalise(c.text) for c in candidates]
    names = _names_of_reports(question, candidates)
    texts = [
        f"{name}{normalise('|'.join(c.passage.path))}\n{body}"
        for c, name, body in zip(candidates, names, bodies, strict=True)
    ]
    idf = statistics.idf(terms.weights)
    values = {term: terms.weights[term] * rarity for term, rarity in idf.items()}
    score = _bm25(values, texts, w)
    score += w.sentence * _best_sentences(values, names, bodies)
    score += w.expected * _share_of_keys(terms.keys, texts)
    score += w.expected * np.array([_meets(question, c) for c in candidates])
    score += w.cosine * np.array([c.cosine for c in candidates])
    return score


def _names_of_reports(question: Question, candidates: Sequence[Candidate]) -> list[str]:
    """What a question names of bureau and period, for each candidate of a report that it names.

    Its report holds these words, though the passage may not; one of a report of unknown bureau
    or period holds them only where they stand.
    """
    scope = question.scope
    if not scope.reports or not scope.unidentified:
        return [""] * len(candidates)
    named = " ".join(question.punctuated[span.start : span.end] for span in scope.spans)
    named = f"{normalise(named)}\n"
    return [named if c.passage.report_id in scope.reports else "" for c in candidates]


def _meets(question: Question, candidate: Candidate) -> int:
    """How many things a passage has that the question expects of it, less a plan for a result."""
    kind, text = candidate.passage.kind, candidate.text
    met = (kind in question.kinds) + bool(_ASKS_DAY.search(question.text) and _DAY.search(text))
    if question.wants is Wants.FIGURE:
        met += bool(_AMOUNT.search(text)) - (kind is SectionKind.PLAN)
    return met


def _count_in_texts(term: str, texts: Sequence[str]) -> list[int]:
    """How often a term stands in each text; numbers and Latin words only as a whole."""
    if is_chinese(term):
        return [text.count(term) for text in texts]
    edge = (r"(?<![\d.])", r"(?!\d|\.\d)") if term[0].isdigit() else ("(?<![a-z])", "(?![a-z])")
    pattern = re.compile(edge[0] + re.escape(term) + edge[1])
    return [len(pattern.findall(text)) if term in text else 0 for text in texts]


def _bm25(values: Mapping[str, float], texts: Sequence[str], w: Weights) -> Scores:
    """BM25 of texts for terms of these values, as a share of the most that there could be."""
    if not values:
        return np.zeros(len(texts))
    lengths = np.array([len(t) for t in texts], dtype=np.float64)
    norm = w.k1 * (1 - w.b + w.b * lengths / max(float(lengths.mean()), 1.0))
    counts = np.array([_count_in_texts(term, texts) for term in values], dtype=np.float64)
    weights = np.array(list(values.values()))[:, np.newaxis]
    total: Scores = (weights * counts / (counts + norm)).sum(axis=0)
    return total / sum(values.values())


def _share_of_keys(keys: Sequence[str], texts: Sequence[str]) -> Scores:
    """The share of the keys that each text holds."""
    if not keys:
        return np.zeros(len(texts))
    found: Scores = (np.array([_count_in_texts(key, texts) for key in keys]) > 0).mean(axis=0)
    return found


def _best_sentences(
    values: Mapping[str, float], names: Sequence[str], bodies: Sequence[str]
) -> Scores:
    """The largest share of the terms' value that a sentence of each body holds with its name."""
    best = []
    for name, body in zip(names, bodies, strict=True):
        present = [(t, value) for t, value in values.items() if t in body or t in name]
        sentences = [name + body[span.start : span.end] for span in sentence_spans(body)]
        shares = (sum(value for t, value in present if t in s) for s in sentences)
        best.append(max(shares, default=0.0))
    return np.array(best) / (sum(values.values()) or 1.0)


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with its text and its report; the higher the score the better."""

    passage: Passage
    report: Report
    text: str
    score: float


class DenseSearch:
    """The passages nearest to a vector: by the index if it is current, else by all vectors.

    The index is in the data folder or, with ``chroma_host``, on a Chroma server. A small store is
    searched exactly: a few thousand vectors are read in less time than an index is opened, and an
    index only nearly finds the nearest. One in the folder is opened, and so repaired, where it is
    not intact. Thread-safe.
    """

    def __init__(self, store: Store, data_dir: Path, chroma_host: str, progress: Progress) -> None:
        self._store = store
        self._data_dir = data_dir
        self._folder = data_dir / "chroma"
        self._host = chroma_host
        self._progress = progress
        self._lock = RLock()
        self._retry_at = 0.0
        self._intact_at: str | None = None
        self._cached: tuple[str, list[str], Vectors] | None = None

    def nearest(
        self,
        store: StoreReader,
        vector: Vectors,
        limit: int,
        report_ids: Sequence[str] | None = None,
    ) -> list[tuple[str, float]]:
        """Passage ids of a snapshot of the store with their cosines, best first.

        Among some reports the search is exact. Raises EmbedderMismatch if the stored vectors are
        of another dimension.
        """
        if report_ids is None:
            with self._lock:
                found = self._query_index(store, vector, limit)
                if found is not None:
                    return found
                ids, vectors = self._all_vectors(store)
        else:
            ids, vectors = store.vectors(report_ids)
        if not ids:
            return []
        if vectors.shape[1] != len(vector):
            raise EmbedderMismatch(
                stored=f"{store.read_meta('embedder')}（{vectors.shape[1]} 维）",
                current=f"{len(vector)} 维的向量",
                path=self._data_dir,
            )
        cosines = vectors @ vector
        best = np.argsort(-cosines, kind="stable")[:limit]
        return [(ids[n], float(cosines[n])) for n in best]

    def update_index(self) -> None:
        """Update the index as the holder of the write lock, if it is behind.

        A failure is logged and the update retried later: the store has all vectors.
        """
        # a load that changed nothing does not import chromadb
        if self._host or not matches_fingerprint(self._folder, self._store.generation):
            self._update()

    def index_is_current(self) -> bool:
        """Whether the index holds what the store holds; nothing is repaired."""
        with self._lock:
            return self._index.is_current(self._store)

    def server_answers(self) -> bool | None:
        """Whether the Chroma server answers; None where the index is in the folder."""
        if not self._host:
            return None
        from knowledge.storage.chroma_index import hear_from  # noqa: PLC0415 - half a second of chromadb

        try:
            hear_from(self._host)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Close the index."""
        with self._lock:
            if "_index" in self.__dict__:
                self._index.close()

    def _query_index(
        self, store: StoreReader, vector: Vectors, limit: int
    ) -> list[tuple[str, float]] | None:
        passages = store.passage_count()
        if not passages:
            return []
        if passages <= _SMALL and (self._host or self._folder_is_intact(store.generation)):
            return None
        try:
            return self._index.query(vector, limit) if self._is_usable(store) else None
        except IndexDamaged:  # it was damaged while it was open; the next search repairs it
            return None

    def _is_usable(self, store: StoreReader) -> bool:
        """Whether the index is of the store's generation, after trying to update it."""
        if time.monotonic() < self._retry_at:
            return False
        if self._index.is_current(store):
            return True
        try:
            with self._store.write_lock():
                return self._update() and self._store.generation == store.generation
        except StoreBusy:  # the other writer updates the index
            return False
        except StoreError:
            self._retry_at = time.monotonic() + _RETRY_SECONDS
            return False

    def _update(self) -> bool:
        """Update the index; whether that succeeded."""
        with self._lock:
            try:
                self._index.update(self._store, self._progress)
            except IndexDamaged as error:
                self._retry_at = time.monotonic() + _RETRY_SECONDS
                _log.warning(fill_in(DATA / "index.toml", "index.unavailable", {}))
                _log.debug("the fault of the index", exc_info=error)
                return False
            self._retry_at = 0.0
            return True

    def _folder_is_intact(self, generation: str) -> bool:
        """Whether the folder's index was intact and of a generation when this was first called."""
        if self._intact_at != generation:
            self._intact_at = generation if matches_fingerprint(self._folder, generation) else None
        return self._intact_at == generation

    def _all_vectors(self, store: StoreReader) -> tuple[list[str], Vectors]:
        if self._cached is None or self._cached[0] != store.generation:
            self._cached = (store.generation, *store.vectors())
        return self._cached[1:]

    @cached_property
    def _index(self) -> "ChromaIndex":
        from knowledge.storage.chroma_index import ChromaIndex  # noqa: PLC0415 - half a second of chromadb

        return ChromaIndex(self._folder, self._host)


@dataclass(frozen=True, slots=True)
class Searcher:
    """Searches one snapshot of a store.

    ``nearest`` gives passage ids with their cosines to a vector, at most so many, of some reports;
    ``report`` a report by its id.
    """

    store: StoreReader | PartialReader
    statistics: CollectionStatistics
    embedder: Embedder
    nearest: Callable[[Vectors, int, Sequence[str] | None], list[tuple[str, float]]]
    report: Callable[[str], Report]

    def search(
        self,
        question: Question,
        limit: int,
        report_ids: Sequence[str] | None,
        without: Collection[str] = (),
    ) -> list[Hit]:
        """The passages that answer best, best first; only of ``report_ids`` if given.

        Reports ``without`` are left out.
        """
        terms = terms_of(question.search_text, synonyms(), _typed_words(question))
        vector = self.embedder.embed([question.search_text])[0]
        dense = dict(self.nearest(vector, _CANDIDATES // 2, report_ids))
        # fewer than the limit are all the passages of the reports: nothing is left to find
        complete = report_ids is not None and len(dense) < _CANDIDATES // 2
        lexical = (
            [] if complete else self.store.lexical(terms.search_terms, _CANDIDATES, report_ids)
        )
        ids = list(dict.fromkeys([*(i for i, _ in lexical), *dense]))
        found = self.store.passages_by_id(ids)
        passages = [
            p for p in (found[i] for i in ids if i in found)
            if p.report_id not in without and _is_in_scope(p, question)
        ]  # fmt: skip
        reports: dict[str, Report] = {}
        for passage in passages:
            if passage.report_id not in reports:
                reports[passage.report_id] = self.report(passage.report_id)
        texts = [reports[p.report_id].text[p.start : p.end] for p in passages]
        candidates = [
            Candidate(p, text, dense.get(p.id, 0.0))
            for p, text in zip(passages, texts, strict=True)
        ]
        scores = rank(question, terms, candidates, self.statistics)
        best = sorted(range(len(passages)), key=lambda n: -scores[n])[:limit]
        return [
            Hit(passages[n], reports[passages[n].report_id], texts[n], float(scores[n]))
            for n in best
        ]


def _typed_words(question: Question) -> str:
    """A question as it was typed, without what names the reports that are searched."""
    words, scope = question_words(), question.scope
    text = question.text if scope.unidentified else without_spans(question.punctuated, scope)
    return words.requests.sub(" ", words.documents.sub(" ", text))


def _is_in_scope(passage: Passage, question: Question) -> bool:
    """Whether a passage may be found: of a report that is in scope for its plan, only the plan."""
    planning = passage.report_id in question.scope.plan_only
    return not planning or passage.kind is SectionKind.PLAN
