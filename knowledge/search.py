"""Ranked passages for a question: candidates from both indexes, then one careful score."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from knowledge.embedding import Embedder
from knowledge.models import Passage, Report, SectionKind
from knowledge.question import Question
from knowledge.ranking import Candidate, rank, terms_of
from knowledge.store import Store, Vectors
from knowledge.synonyms import synonyms

CANDIDATES = 100

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
        self,
        question: Question,
        limit: int,
        report_ids: Sequence[str] | None,
        without: Collection[str] = (),
    ) -> list[Hit]:
        """The passages that answer best, best first; only of ``report_ids`` if given.

        Reports ``without`` are left out.
        """
        terms = terms_of(question.searched, synonyms())
        vector = self._embedder.embed([question.searched])[0]
        dense = dict(self._nearest(vector, CANDIDATES // 2, report_ids))
        query = terms.fts_query()
        if report_ids is not None and len(dense) < CANDIDATES // 2:
            query = ""  # these are all the passages of the reports: nothing is left to find
        lexical = self._store.lexical(query, CANDIDATES, report_ids) if query else []
        ids = list(dict.fromkeys([*(i for i, _ in lexical), *dense]))
        held = self._store.passages_by_id(ids)
        held = {i: p for i, p in held.items() if p.report_id not in without}
        reports = {r: self._report(r) for r in {p.report_id for p in held.values()}}
        candidates = [
            Candidate(p, reports[p.report_id].text[p.start : p.end], dense.get(p.id, 0.0))
            for p in (held[i] for i in ids if i in held)
        ]
        candidates = [c for c in candidates if _in_scope(c.passage, question)]
        scores = rank(question, terms, candidates)
        order = sorted(range(len(candidates)), key=lambda n: -scores[n])[:limit]
        best = ((candidates[n], float(scores[n])) for n in order)
        return [Hit(c.passage, reports[c.passage.report_id], c.text, score) for c, score in best]


def _in_scope(passage: Passage, question: Question) -> bool:
    """A report that only plans for the period asked for has only its plan to say."""
    planning = passage.report_id in question.scope.plan_only
    return not planning or passage.kind is SectionKind.PLAN
