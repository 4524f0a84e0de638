"""A model's text held to passages: drafted, checked, mended once."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.errors import EndpointFailed
from bot.grounding import Checked, Checking, Given, Role, fold_thinking, settled
from bot.model.deadline import Deadline
from bot.model.delta import Delta
from bot.model.material import material_of
from bot.model.tokens import token_count
from knowledge.models import Bureau
from prompts.forms import fault_form, harmless
from prompts.loading import Prompt

_log = logging.getLogger("bot.model")
_REPAIR_SECONDS = 2.0
ANSWER_ROOM = 1500
"""Tokens that a draft, and again its mending, may take."""


class Endpoint(Protocol):
    """What the writers need of a language model."""

    @property
    def model(self) -> str:
        """The model's name."""

    def stream(
        self, prompt: Prompt, variables: Mapping[str, str], deadline: Deadline
    ) -> Iterator[Delta]:
        """The answer piece by piece; raises EndpointFailed."""


class Grounds:
    """What a text is held to: passages, the reports asked about, the bureaus there are."""

    def __init__(
        self, given: tuple[Given, ...], asked: frozenset[str] | None, bureaus: Sequence[Bureau]
    ) -> None:
        self.given = given
        self._checking = Checking(given, asked, bureaus)

    def check(self, text: str) -> Checked:
        """Every statement of a text, held to the passages."""
        return self._checking.check(text)


@dataclass(frozen=True, slots=True)
class Held:
    """A checked text and the prompts that had a part in it."""

    checked: Checked
    prompts: tuple[str, ...]

    @property
    def struck(self) -> tuple[str, ...]:
        """What did not stand."""
        return tuple(statement.text for statement in self.checked.faulty)


class HeldModel:
    """A model of which nothing is taken unchecked; ``repair`` is the prompt that mends."""

    def __init__(self, endpoint: Endpoint, repair: Prompt) -> None:
        self.endpoint = endpoint
        self._repair = repair

    def written(
        self,
        prompt: Prompt,
        variables: Mapping[str, str],
        matter: str,
        grounds: Grounds,
        deadline: Deadline,
    ) -> Held:
        """A text on a ``matter``, checked and mended; raises EndpointFailed.

        ``variables`` are those of the prompt beside ``passages``.
        """
        given = {"passages": material_of(grounds.given)}
        draft = grounds.check(self.whole(prompt, given | dict(variables), deadline))
        return self.mended(prompt, draft, matter, grounds, deadline)

    def mended(
        self, prompt: Prompt, draft: Checked, matter: str, grounds: Grounds, deadline: Deadline
    ) -> Held:
        """A draft, or its mending where that leaves as much standing."""
        drafted = Held(draft, (prompt.label,))
        if not draft.faulty or deadline.left() < _REPAIR_SECONDS:
            return drafted
        variables = {
            "passages": material_of(grounds.given),
            "question": harmless(matter),
            "draft": harmless(draft.text.strip()),
            "faults": "\n".join(_faults(draft)),
        }
        try:
            mended = grounds.check(self.whole(self._repair, variables, deadline))
        except EndpointFailed as error:
            _log.warning("repair: %s", type(error).__name__)
            return drafted
        better = mended if _standing(mended) >= _standing(draft) else draft
        return Held(better, (prompt.label, self._repair.label))

    def whole(self, prompt: Prompt, variables: Mapping[str, str], deadline: Deadline) -> str:
        """All of a text, thinking left out; raises EndpointFailed."""
        raw, finish = "", ""
        for delta in self.endpoint.stream(prompt, variables, deadline):
            raw, finish = raw + delta.text, delta.finish
        return finished(raw, finish)

    def room(self, prompt: Prompt, context: int, *others: str) -> int:
        """Tokens for passages beside a prompt, other words, a draft and its mending."""
        fixed = max(map(_length, (prompt, self._repair)))
        return context - fixed - sum(map(token_count, others)) - 3 * ANSWER_ROOM


def finished(raw: str, finish: str) -> str:
    """A text without thinking, and without its last statement if it was cut for its length."""
    text = fold_thinking(raw)
    return text[: settled(text)] if finish == "length" else text


def _faults(draft: Checked) -> Sequence[str]:
    return [
        fault_form(statement.text, fault.kind.value, fault.words)
        for statement in draft.faulty
        for fault in statement.faults
    ]


def _standing(checked: Checked) -> int:
    return sum(statement.role is Role.ASSERTION for statement in checked.kept)


def _length(prompt: Prompt) -> int:
    """Tokens of a prompt's own words."""
    empty = dict.fromkeys(prompt.variables, "")
    return sum(token_count(m.text) for m in prompt.template.format_messages(**empty))
