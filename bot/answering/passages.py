"""The passages that both writers answer from, found once for a question."""

from collections.abc import Sequence
from functools import cached_property

from bot.wording import name_bureau, name_period
from knowledge.library import Library
from knowledge.models import Report, Section
from knowledge.retrieval.question import Question
from knowledge.retrieval.search import Hit

_HITS = 8
_COMPARED = 100
_PER_REPORT = 4
_MOST_REPORTS = 8
_MOST_RANKED = 30


class Retrieval:
    """A question with the passages that it is answered from, for whichever writer answers it.

    They are searched for once, when ``groups`` is first read.
    """

    def __init__(self, library: Library, question: Question) -> None:
        self._library = library
        self.question = question

    @cached_property
    def groups(self) -> list[list[Hit]]:
        """See ``find_passages``."""
        return find_passages(self._library, self.question)


def find_passages(library: Library, question: Question) -> list[list[Hit]]:
    """The passages for a question: one group, or one a report where reports are compared."""
    reports = question.scope.reports
    if question.compares and (reports is None or len(reports) > 1):
        hits = library.search(question, _COMPARED)
        most = _MOST_RANKED if question.ranks else _MOST_REPORTS
        order = list(dict.fromkeys(h.report.id for h in hits))[:most]
        found = [library.search(question, _PER_REPORT, [key]) for key in order]
        found.sort(key=lambda hs: report_label(hs[0].report) if hs else "")
        return [hs for hs in found if hs]
    return [library.search(question, _HITS)]


def headings_at(sections: Sequence[Section], position: int) -> tuple[str, ...]:
    """The headings that a place of a report stands under; ``sections`` are all of the report's."""
    return next((s.path for s in sections if s.leaf and s.start <= position < s.end), ())


def report_label(report: Report) -> str:
    """A report's bureau and period, as answers name it."""
    return name_bureau(report.identity.bureau) + name_period(report.identity.period)
