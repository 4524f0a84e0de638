"""Answers a question with a language model's words, held to the reports before anyone reads them.

Draft, check, one repair, strike: what is shown rests on quotes that are found here.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from bot.answers import Answer, AnswerStatus
from bot.grounding import Checked, Given, fold_thinking, showable
from bot.model.deadline import Deadline
from bot.model.held import Endpoint, Grounds, Held, HeldModel, finished
from bot.model.material import chosen_within, material_of
from bot.model.page import Headings, Page, page_of
from bot.model.prompts import ModelPrompts
from bot.model.rewriting import only_line
from bot.retrieval import Shelf, found_for, headings_at
from bot.turn import Show
from bot.wording import say
from knowledge.models import Bureau
from knowledge.question import Question
from prompts.forms import harmless, turn_form

_LAST_TURNS = 4
_SENTENCE_END = re.compile(r"[。！？!?；;\n]")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question with the passages that it is answered from."""

    question: Question
    grounds: Grounds
    headings: Headings
    deadline: Deadline

    @property
    def given(self) -> tuple[Given, ...]:
        return self.grounds.given


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
        self._held = HeldModel(endpoint, prompts.repair)
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
        return only_line(self._held.whole(self._prompts.rewrite, variables, deadline))

    def answer(self, question: Question, show: Show, deadline: Deadline) -> Answer:
        """The answer to a question whose scope the store holds; raises EndpointFailed.

        A text of which nothing stands is NOT_FOUND, its text empty.
        """
        room = self._held.room(self._prompts.answer, self._context, question.text)
        given = chosen_within(found_for(self._shelf, question), room)
        if not given:
            return Answer(question.text, AnswerStatus.NOT_FOUND, "", writer=self.name)
        grounds = Grounds(given, question.scope.reports, self._bureaus())
        headings = cache(partial(headings_at, self._shelf))  # asked again as the text grows
        asked = _Asked(question, grounds, headings, deadline)
        draft = self._draft(asked, show)
        held = self._held.mended(self._prompts.answer, draft, question.text, grounds, deadline)
        answer = self._answer_of(question, page_of(held.checked, given, headings), held)
        label = self._prompts.answer.label
        return replace(answer, prompt=label, prompts=held.prompts, model=self._endpoint.model)

    def _answer_of(self, question: Question, page: Page, held: Held) -> Answer:
        struck = held.struck
        if not page.asserts:
            status = AnswerStatus.NOT_FOUND
            return Answer(question.text, status, "", struck=struck, writer=self.name)
        status = AnswerStatus.MASKED if page.masked else AnswerStatus.ANSWERED
        text = f"{page.text}\n{say('answer.struck')}" if struck else page.text
        return Answer(question.text, status, text, page.citations, struck, self.name)

    def _draft(self, asked: _Asked, show: Show) -> Checked:
        """The model's text, checked; shown sentence by sentence until one does not stand."""
        variables = {
            "passages": material_of(asked.given),
            "question": harmless(asked.question.text),
        }
        raw, finish, shown, sound = "", "", 0, True
        for delta in self._endpoint.stream(self._prompts.answer, variables, asked.deadline):
            raw, finish = raw + delta.text, delta.finish
            if not sound or not _SENTENCE_END.search(raw, shown):
                continue
            text = fold_thinking(raw)
            upto = showable(text)
            if upto > shown:
                shown = upto
                sound = self._show(asked, text[:upto], show)
        return asked.grounds.check(finished(raw, finish))

    @staticmethod
    def _show(asked: _Asked, text: str, show: Show) -> bool:
        checked = asked.grounds.check(text)
        if checked.faulty:
            return False
        page = page_of(checked, asked.given, asked.headings)
        if page.asserts:
            show(page.text)
        return True
