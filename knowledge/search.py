"""Ranked passages for a question: candidates from both indexes, then one careful score."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.embedding import Embedder
from knowledge.models import Passage, Report, SectionKind
from knowledge.question import Question
from knowledge.ranking import Candidate, rank, terms_of
from knowledge.store import Store, Vectors
from knowledge.synonyms import synonyms

CANDIDATES = 150

Nearest = Callable[[Vectors, int, Sequence[str] | None], list[tuple[str, float]]]
"""Passage ids and cosines nearest to a vector, of some reports or of all."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with its text and its report; the higher the score the better."""

    passage: Passage
    report: Report
    text: str
    score: float


class Searcher:
    """Searches one store. ``report`` gives a report by id, ``nearest`` is the dense side."""

    def __init__(
        self, store: Store, embedder: Embedder, report: Callable[[str], Report], nearest: Nearest
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._report = report
        self._nearest = nearest

    def search(
        self, question: Question, limit: int, report_ids: Sequence[str] | None
    ) -> list[Hit]:
        """The passages that answer best, best first; only of ``report_ids`` if given."""
        terms = terms_of(question.content, synonyms())
        query = terms.fts_query()
        lexical = self._store.lexical(query, CANDIDATES, report_ids) if query else []
        vector = self._embedder.embed([question.content])[0]
        dense = dict(self._nearest(vector, CANDIDATES, report_ids))
        ids = list(dict.fromkeys([*(i for i, _ in lexical), *dense]))
        held = self._store.passages_by_id(ids)
        candidates = []
        for passage in (held[i] for i in ids if i in held):
            if passage.report_id in question.scope.plan_only and passage.kind != SectionKind.PLAN:
                continue
            report = self._report(passage.report_id)
            text = report.text[passage.start : passage.end]
            candidates.append(Candidate(passage, text, dense.get(passage.id, 0.0)))
        counts = self._store.passages_with(list(terms.weights))
        scores = rank(question, terms, candidates, counts, self._store.passage_count())
        ranked = sorted(zip(scores, candidates, strict=True), key=lambda pair: -pair[0])
        return [
            Hit(c.passage, self._report(c.passage.report_id), c.text, score)
            for score, c in ranked[:limit]
        ]
