"""The calls of a language model for one question, if there is a model."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from bot.answering.passages import Retrieval
from bot.answers import Answer, AnswerStatus
from bot.errors import EndpointFailed
from bot.interruption import Deadline
from bot.wording import say

_log = logging.getLogger("bot")

Show = Callable[[str], None]
"""Called with the part of an answer that is written and checked, each time with more of it."""


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
        """The answer with its prompts, or with a notice that the model failed."""
        if self._failure is None:
            return replace(answer, prompts=self._prompts + answer.prompts)
        if answer.status is AnswerStatus.NO_SUCH_REPORT:
            return answer
        notice = say("answer.instead", fault=str(self._failure))
        return replace(answer, notice=notice, text=f"{notice}\n{answer.text}")

    def _record_failure(self, error: EndpointFailed) -> None:
        self._failure = error
        _log.warning(
            "model: %s, caused by %s", type(error).__name__, type(error.__cause__).__name__
        )
