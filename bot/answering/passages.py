"""The passages that both writers answer from, found once for a question."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Protocol

from bot.wording import say
from knowledge.models import Report, Section
from knowledge.retrieval.question import Question
from knowledge.retrieval.search import Hit
from knowledge.understanding.figures import Figure

_HITS = 8
_COMPARED = 100
_PER_REPORT = 4
_MOST_REPORTS = 8
_MOST_RANKED = 30


class PassageSource(Protocol):
    """What the writers need of a library."""

    def search(
        self, question: Question, limit: int = 10, report_ids: Sequence[str] | None = None
    ) -> list[Hit]:
        """Ranked passages."""

    def outline(self, report_id: str) -> tuple[Sequence[Section], Sequence[Figure]]:
        """A report's sections and figures."""

    def passages_with(self, terms: Sequence[str]) -> Mapping[str, int]:
        """How many passages contain each term."""

    def passage_count(self) -> int:
        """How many passages there are."""


class Retrieval:
    """A question with the passages that it is answered from, for whichever writer answers it.

    The first who reads ``groups`` searches for them; nobody searches again.
    """

    def __init__(self, source: PassageSource, question: Question) -> None:
        self._source = source
        self.question = question

    @cached_property
    def groups(self) -> list[list[Hit]]:
        """See ``find_passages``."""
        return find_passages(self._source, self.question)


def find_passages(source: PassageSource, question: Question) -> list[list[Hit]]:
    """The passages for a question: one group, or one a report where reports are compared."""
    reports = question.scope.reports
    if question.compares and (reports is None or len(reports) > 1):
        hits = source.search(question, _COMPARED)
        most = _MOST_RANKED if question.ranks else _MOST_REPORTS
        order = list(dict.fromkeys(h.report.id for h in hits))[:most]
        found = [source.search(question, _PER_REPORT, [key]) for key in order]
        found.sort(key=lambda hs: report_label(hs[0].report) if hs else "")
        return [hs for hs in found if hs]
    return [source.search(question, _HITS)]


def headings_at(sections: Sequence[Section], position: int) -> tuple[str, ...]:
    """The headings that a place of a report stands under; ``sections`` are all of the report's."""
    return next((s.path for s in sections if s.leaf and s.start <= position < s.end), ())


def report_label(report: Report) -> str:
    """A report's bureau and period, as answers name it."""
    identity = report.identity
    bureau = identity.bureau.name if identity.bureau else say("answer.unknown_bureau")
    period = str(identity.period) if identity.period else say("answer.unknown_period")
    return bureau + period
