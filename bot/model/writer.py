"""Answers a question with a language model's words, held to the reports before anyone reads them.

Draft, check, one repair, strike: what is shown rests on quotes that are found here.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from bot.answers import Answer, AnswerStatus
from bot.errors import EndpointFailed
from bot.grounding import Checked, Given, check, fold_thinking, settled
from bot.model.deadline import Deadline
from bot.model.delta import Delta
from bot.model.material import chosen_within, material_of
from bot.model.page import Page, better, page_of
from bot.model.prompts import ModelPrompts
from bot.model.rewriting import only_line
from bot.model.tokens import token_count
from bot.retrieval import Shelf, found_for, headings_at
from bot.turn import Show
from bot.wording import say
from knowledge.models import Bureau
from knowledge.question import Question
from prompts.forms import fault_form, harmless, turn_form
from prompts.loading import Prompt

_log = logging.getLogger("bot.model")
_ANSWER_ROOM = 1500
_REPAIR_SECONDS = 2.0
_LAST_TURNS = 4
_SENTENCE_END = re.compile(r"[。！？!?；;\n]")


class Endpoint(Protocol):
    """What the writer needs of a language model."""

    @property
    def model(self) -> str:
        """The model's name."""

    def stream(
        self, prompt: Prompt, variables: Mapping[str, str], deadline: Deadline
    ) -> Iterator[Delta]:
        """The answer piece by piece; raises EndpointFailed."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with the passages that it is answered from."""

    question: Question
    given: tuple[Given, ...]
    bureaus: tuple[Bureau, ...]
    deadline: Deadline

    def variables(self) -> dict[str, str]:
        return {"passages": material_of(self.given), "question": harmless(self.question.text)}

    def check(self, text: str) -> Checked:
        return check(text, self.given, self.question.scope.reports, self.bureaus)


class ModelWriter:
    """The writer that asks a model.

    ``bureaus`` gives all bureaus of the store, so that the checks know their names; ``context``
    is how many tokens the model reads at once, ``seconds`` how long a question may take.
    """

    name = "model"

    def __init__(  # noqa: PLR0913 - a model, its prompts, and what it may read
        self,
        endpoint: Endpoint,
        prompts: ModelPrompts,
        shelf: Shelf,
        bureaus: Callable[[], Sequence[Bureau]],
        *,
        context: int,
        seconds: float,
    ) -> None:
        self._endpoint = endpoint
        self._prompts = prompts
        self._shelf = shelf
        self._bureaus = bureaus
        self._context = context
        self._seconds = seconds

    @property
    def rewrite_label(self) -> str:
        """The prompt and version that rewrites."""
        return self._prompts.rewrite.label

    def deadline(self) -> Deadline:
        """The time that one question has, from now on."""
        return Deadline(self._seconds)

    def rewrite(self, text: str, history: Sequence[str], deadline: Deadline) -> str:
        """A follow-up as a question that stands alone; empty where the model gave no such thing.

        Raises EndpointFailed.
        """
        turns = "\n".join(map(turn_form, history[-_LAST_TURNS:]))
        variables = {"history": turns, "question": harmless(text)}
        return only_line(self._whole(self._prompts.rewrite, variables, deadline))

    def answer(self, question: Question, show: Show, deadline: Deadline) -> Answer:
        """The answer to a question whose scope the store holds; raises EndpointFailed.

        A text of which nothing stands is NOT_FOUND, its text empty.
        """
        given = chosen_within(found_for(self._shelf, question), self._room(question))
        if not given:
            return Answer(question.text, AnswerStatus.NOT_FOUND, "", writer=self.name)
        asked = _Asked(question, given, tuple(self._bureaus()), deadline)
        draft = self._draft(asked, show)
        used = [self._prompts.answer.label]
        checked = draft
        if draft.faulty and (mended := self._mended(asked, draft)):
            used.append(self._prompts.repair.label)
            checked = better(draft, mended)
        answer = self._answer_of(question, self._page(checked, given), checked)
        return replace(answer, prompt=used[0], prompts=tuple(used), model=self._endpoint.model)

    def _answer_of(self, question: Question, page: Page, checked: Checked) -> Answer:
        struck = tuple(statement.text for statement in checked.faulty)
        if not page.asserts:
            status = AnswerStatus.NOT_FOUND
            return Answer(question.text, status, "", struck=struck, writer=self.name)
        status = AnswerStatus.MASKED if page.masked else AnswerStatus.ANSWERED
        text = f"{page.text}\n{say('answer.struck')}" if struck else page.text
        return Answer(question.text, status, text, page.citations, struck, self.name)

    # -- the model's texts

    def _draft(self, asked: _Asked, show: Show) -> Checked:
        """The model's text, checked; shown sentence by sentence until one does not stand."""
        raw, shown, sound = "", 0, True
        finish = ""
        for delta in self._endpoint.stream(self._prompts.answer, asked.variables(), asked.deadline):
            raw, finish = raw + delta.text, delta.finish
            if not sound or not _SENTENCE_END.search(raw, shown):
                continue
            text = fold_thinking(raw)
            upto = settled(text)
            if upto > shown:
                shown = upto
                sound = self._show(asked, text[:upto], show)
        return asked.check(_finished(fold_thinking(raw), finish))

    def _page(self, checked: Checked, given: Sequence[Given]) -> Page:
        return page_of(checked, given, partial(headings_at, self._shelf))

    def _show(self, asked: _Asked, text: str, show: Show) -> bool:
        checked = asked.check(text)
        if checked.faulty:
            return False
        page = self._page(checked, asked.given)
        if page.asserts:
            show(page.text)
        return True

    def _mended(self, asked: _Asked, draft: Checked) -> Checked | None:
        """The draft mended by the model, checked; None where there is no time or no answer."""
        if asked.deadline.left() < _REPAIR_SECONDS:
            return None
        faults = [
            fault_form(statement.text, fault.kind.value, fault.words)
            for statement in draft.faulty
            for fault in statement.faults
        ]
        variables = asked.variables() | {
            "draft": harmless(draft.text.strip()),
            "faults": "\n".join(faults),
        }
        try:
            text = self._whole(self._prompts.repair, variables, asked.deadline)
        except EndpointFailed as error:
            _log.warning("repair: %s", type(error).__name__)
            return None
        return asked.check(text)

    def _whole(self, prompt: Prompt, variables: Mapping[str, str], deadline: Deadline) -> str:
        raw, finish = "", ""
        for delta in self._endpoint.stream(prompt, variables, deadline):
            raw, finish = raw + delta.text, delta.finish
        return _finished(fold_thinking(raw), finish)

    def _room(self, question: Question) -> int:
        """Tokens for passages beside the longest prompt, the question, a draft and an answer."""
        fixed = max(map(_length, (self._prompts.answer, self._prompts.repair)))
        return self._context - fixed - token_count(question.text) - 3 * _ANSWER_ROOM


def _length(prompt: Prompt) -> int:
    """Tokens of a prompt's own words."""
    empty = dict.fromkeys(prompt.variables, "")
    return sum(token_count(m.text) for m in prompt.template.format_messages(**empty))


def _finished(text: str, finish: str) -> str:
    """The text; without its last, unfinished statement if it was cut for its length."""
    return text[: settled(text)] if finish == "length" else text
