"""Text that a model generates, checked against passages: drafted, checked, repaired once."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from langchain_core.messages import AIMessageChunk
from langchain_core.prompt_values import PromptValue
from langchain_core.runnables import Runnable

from bot.checking.checks import PassageChecker
from bot.checking.drafts import read_draft
from bot.checking.sources import GivenPassage, statements_within
from bot.checking.statements import CheckedText, FaultKind, StatementRole, settled_length
from bot.errors import EndpointFailed, EndpointSilent
from bot.interruption import Deadline
from bot.model.prompts import count_prompt_tokens, format_passages
from bot.model.tokens import TokenGauge, token_count
from knowledge.library import Library
from knowledge.models import Bureau, Report
from knowledge.understanding.sentences import Span
from prompts.forms import fault_form, harmless
from prompts.loading import Prompt

_log = logging.getLogger("bot.model")
_Item = TypeVar("_Item")
_REPAIR_SECONDS = 2.0
_ON_FIGURES = frozenset(
    {
        FaultKind.FIGURE_UNCITED,
        FaultKind.FIGURE_MISSING,
        FaultKind.FIGURE_ELSEWHERE,
        FaultKind.FIGURE_MISPLACED,
        FaultKind.WRONG_BUREAU,
        FaultKind.WRONG_PERIOD,
    }
)
_ANSWER_ROOM, _ANSWER_SHARE = 1500, 8
"""Tokens that a draft, and again its repair, may take, and at most which part of the context."""
_ROOM_FOR_REPAIR = 4000
"""The least context in which room is kept for the repair's prompt and what it mends."""


@dataclass(frozen=True, slots=True)
class Generation:
    """A checked text and the labels of the prompts that had a part in it."""

    checked: CheckedText
    prompts: tuple[str, ...]

    @property
    def struck(self) -> tuple[str, ...]:
        """The statements that failed the checks, and the ends that were cut off others."""
        faulty = (statement.text for statement in self.checked.faulty)
        return (*faulty, *self.checked.cut)


class CheckedGenerator:
    """Generates text with a model and checks all of it; ``repair`` is the prompt that repairs.

    ``model`` is the last step of a chain; it takes ``temperature`` and ``deadline``. ``tokens``
    knows how many tokens it counts.
    """

    def __init__(
        self,
        model: Runnable[PromptValue, AIMessageChunk],
        model_name: str,
        repair: Prompt,
        tokens: TokenGauge | None = None,
    ) -> None:
        self.model_name = model_name
        self._tokens = tokens or TokenGauge()
        self._model = model
        self._repair_prompt = repair

    def model_for(
        self, prompt: Prompt, deadline: Deadline
    ) -> Runnable[PromptValue, AIMessageChunk]:
        """The model as a prompt wants it, for one question."""
        return self._model.bind(temperature=prompt.temperature, deadline=deadline)

    def generate(
        self,
        prompt: Prompt,
        variables: Mapping[str, str],
        matter: str,
        checker: PassageChecker,
        deadline: Deadline,
    ) -> Generation:
        """A text on a ``matter``, checked and repaired; raises EndpointFailed.

        ``variables`` are those of the prompt beside ``passages``.
        """
        passages = {"passages": format_passages(checker.passages)}
        draft = checker.check(self.complete(prompt, passages | dict(variables), deadline))
        return self.repair(prompt, draft, matter, checker, deadline)

    def repair(
        self,
        prompt: Prompt,
        draft: CheckedText,
        matter: str,
        checker: PassageChecker,
        deadline: Deadline,
    ) -> Generation:
        """A draft, or its repair if at least as many statements of it pass the checks.

        A figure that one passage alone states is cited to that. A draft without other faults is
        not repaired, nor one that the deadline leaves no time for, or for which nothing comes. Of
        both, false ends of true
        sentences are cut off. Raises EndpointSilent for a draft of citations alone.
        """
        if draft.says_nothing:
            raise EndpointSilent
        draft = checker.with_right_marks(draft)
        unrepaired = Generation(checker.without_false_tails(draft), (prompt.label,))
        if not draft.faulty or deadline.remaining() < _REPAIR_SECONDS:
            return unrepaired
        variables = {
            "passages": format_passages(checker.passages),
            "question": harmless(matter),
            "draft": harmless(draft.text.strip()),
            "faults": "\n".join(_format_faults(draft, checker)),
        }
        try:
            written = self.complete(self._repair_prompt, variables, deadline)
        except EndpointFailed as error:
            _log.warning("repair: %s", type(error).__name__)
            return unrepaired
        if not written.strip():
            return unrepaired
        repaired = checker.without_false_tails(checker.with_right_marks(checker.check(written)))
        better = max(repaired, unrepaired.checked, key=_count_passed)  # of equals the first
        return Generation(better, (prompt.label, self._repair_prompt.label))

    def complete(self, prompt: Prompt, variables: Mapping[str, str], deadline: Deadline) -> str:
        """All of a text, unchecked, thinking left out; raises EndpointFailed."""
        chain = prompt.template | self.model_for(prompt, deadline)
        return join_pieces(chain.stream(dict(variables)))

    def room(self, prompt: Prompt, context: int, *others: str, drafts: bool = True) -> int:
        """The estimated tokens left for passages, of ``context`` that the model reads at once.

        A prompt, the ``others`` that are filled in, a draft and its repair take theirs; without
        ``drafts`` the caller keeps room for these two.
        """
        mends = context >= _ROOM_FOR_REPAIR
        prompts = (prompt, self._repair_prompt) if mends else (prompt,)
        answers = (3 if mends else 1) * min(_ANSWER_ROOM, context // _ANSWER_SHARE)
        free = (context - answers if drafts else context) / self._tokens.rate
        fixed = max(map(count_prompt_tokens, prompts))
        return int(free) - fixed - sum(map(token_count, others))


def store_bureaus(library: Library) -> list[Bureau]:
    """The bureaus of the store's reports, whose names the checks recognise."""
    return [e.identity.bureau for e in library.reports() if e.identity.bureau]


def give_passage(
    library: Library, n: int, report: Report, span: Span, path: tuple[str, ...]
) -> GivenPassage:
    """A stretch of a stored report as the n-th passage that is given to the model."""
    within = statements_within(span, library.statements(report.id))
    stored = library.passage_at(report.id, span.start)
    return GivenPassage(n, report, span, path, within, stored.kind if stored else None)


def fill_batches(
    items: Iterable[_Item], count_tokens: Callable[[_Item], int], room: int
) -> Iterator[list[_Item]]:
    """The items in order, in as few batches of at most ``room`` tokens as they fit.

    An item that needs more than that has a batch of its own.
    """
    batch: list[_Item] = []
    left = room
    for item in items:
        needed = count_tokens(item)
        if batch and needed > left:
            yield batch
            batch, left = [], room
        batch.append(item)
        left -= needed
    if batch:
        yield batch


def join_pieces(pieces: Iterable[AIMessageChunk]) -> str:
    """The text of a model's answer without its thinking.

    The last statement is left out where the answer was cut for its length.
    """
    raw, finish = "", ""
    for piece in pieces:
        raw += piece.text
        finish = piece.response_metadata.get("finish_reason", "")
    text = read_draft(raw)
    return text[: settled_length(text)] if finish == "length" else text


def _format_faults(draft: CheckedText, checker: PassageChecker) -> Iterator[str]:
    for statement in draft.faulty:
        for fault in statement.faults:
            stating = checker.passages_stating(fault.words) if fault.kind in _ON_FIGURES else ()
            yield fault_form(statement.text, fault.kind.value, fault.words, stating)


def _count_passed(checked: CheckedText) -> int:
    return sum(statement.role is StatementRole.ASSERTION for statement in checked.passing)
