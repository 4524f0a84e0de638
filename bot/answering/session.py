"""One question's dealings: the passages found for it, and its language model, if there is one."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Protocol

from bot.answers import Answer, AnswerStatus, report_label
from bot.errors import EndpointFailed
from bot.interruption import Deadline
from bot.wording import say
from knowledge.library import Library
from knowledge.models import Section
from knowledge.retrieval.question import Question, Wants
from knowledge.retrieval.search import Hit

_HITS = 8
_COMPARED = 100
_PER_REPORT = 4
_MOST_REPORTS = 8
_MOST_RANKED = 30
_MOST_NAMED = 12
Show = Callable[[str], None]
"""Called with the part of an answer that is written and checked, each time with more of it."""


class Retrieval:
    """A question with the passages that it is answered from, for whichever writer answers it.

    Nothing is searched for before ``reports`` or ``groups`` is first read; each is found once.
    """

    def __init__(self, library: Library, question: Question) -> None:
        self._library = library
        self.question = question

    @property
    def compares_reports(self) -> bool:
        """Whether the question puts several reports side by side."""
        scope = self.question.scope
        several = scope.reports is None or len(scope.reports | scope.telling) > 1
        return self.question.compares and several

    @cached_property
    def reports(self) -> list[str]:
        """The ids of the reports whose statements may answer, in the order of answers.

        They are those that the question names, or those that the passages found are of.
        """
        scope, library = self.question.scope, self._library
        named = None if scope.reports is None else scope.reports | scope.telling
        if named is not None and len(named) <= _MOST_NAMED:
            found = sorted(named)
        else:
            figures = self.question.wants is Wants.FIGURE
            most = _MOST_RANKED if self.question.ranks or figures else _MOST_REPORTS
            hits = library.search(self.question, _COMPARED)
            found = list(dict.fromkeys(hit.report.id for hit in hits))[:most]
        return sorted(found, key=lambda key: report_label(library.report(key)))

    @cached_property
    def groups(self) -> list[list[Hit]]:
        """The passages: one group, or one a report where reports are compared."""
        library, question = self._library, self.question
        if self.compares_reports:
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


_log = logging.getLogger("bot")


class Model(Protocol):
    """The writer that talks to a language model; every call may raise EndpointFailed."""

    @property
    def name(self) -> str:
        """Its name as a writer."""

    @property
    def rewrite_label(self) -> str:
        """The prompt and version that rewrites."""

    def deadline(self) -> Deadline:
        """The deadline of a question that is asked now."""

    def rewrite(self, text: str, history: Sequence[str], deadline: Deadline) -> str:
        """A follow-up as a question that stands alone; empty where it gave no such thing."""

    def answer(self, retrieval: Retrieval, show: Show, deadline: Deadline) -> Answer:
        """The answer; NOT_FOUND with an empty text where nothing of it stands."""


class ModelSession:
    """The model's calls for one question: their deadline, their prompts, and the first failure."""

    def __init__(self, year: int, show: Show, model: Model | None) -> None:
        self.year = year
        self._show = show
        self._model = model
        self._deadline = model.deadline() if model else None
        self._failure: EndpointFailed | None = None
        self._prompts: tuple[str, ...] = ()

    def rewrite(self, text: str, history: Sequence[str]) -> str:
        """The question rewritten to stand alone; empty without a model, or where it failed."""
        if self._model is None or self._deadline is None:
            return ""
        try:
            line = self._model.rewrite(text, history, self._deadline)
        except EndpointFailed as error:
            self._record_failure(error)
            return ""
        self._prompts = (self._model.rewrite_label,)
        return line

    def write_answer(self, retrieval: Retrieval, foreword: str) -> Answer | None:
        """The model's answer; None where there is no model, or it failed."""
        if self._model is None or self._deadline is None or self._failure:
            return None
        try:
            return self._model.answer(
                retrieval, lambda text: self._show(foreword + text), self._deadline
            )
        except EndpointFailed as error:
            self._record_failure(error)
            return None

    def add_origin(self, answer: Answer) -> Answer:
        """The answer with its prompts and its notice, or with one that the model failed."""
        if self._failure is None:
            text = f"{answer.notice}\n{answer.text}" if answer.notice else answer.text
            return replace(answer, text=text, prompts=self._prompts + answer.prompts)
        if answer.status is AnswerStatus.NO_SUCH_REPORT:
            return answer
        notice = say("answer.instead", fault=str(self._failure))
        return replace(answer, notice=notice, text=f"{notice}\n{answer.text}")

    def _record_failure(self, error: EndpointFailed) -> None:
        self._failure = error
        _log.warning(
            "model: %s, caused by %s", type(error).__name__, type(error.__cause__).__name__
        )
