"""Plans in a language model's words: as many paragraphs at once as it can read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from bot.checking.checks import PassageChecker
from bot.checking.sources import GivenPassage
from bot.checking.statements import (
    CheckedStatement,
    CheckedText,
    FaultKind,
    StatementFault,
    StatementRole,
    renumber_marks,
)
from bot.compositions import Progress
from bot.drafting.likeness import strays
from bot.drafting.polishing import DraftPart, PolishedParts, Wording
from bot.drafting.vocabulary import rewording_words
from bot.interruption import Deadline
from bot.model.checked_generation import (
    CheckedGenerator,
    Generation,
    fill_batches,
    store_bureaus,
)
from bot.model.prompts import format_passage
from bot.model.tokens import token_count
from knowledge.library import Library
from knowledge.models import Bureau
from knowledge.understanding.sentences import Span
from prompts.forms import harmless
from prompts.loading import Prompt

_SHARES = 3  # what is read, its rewording and the mending of that are about as long
_LAYOUT = re.compile(r"^[ \t\u3000]*(?:#{1,6}[ \t]+|[-•·][ \t]+|>[ \t]+)", re.MULTILINE)
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_WORDS = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]")
_MARKS = " \t\r\n\u3000"
_NOT_WORDS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]")
_NUMBERED = re.compile(r"\s*[（(][一二三四五六七八九十]{1,3}[）)]")
_LEADING = re.compile(r"^[一二三四五六七八九十\d]+")


@dataclass(frozen=True, slots=True)
class ModelPolisher:
    """The writer of plans that asks a model.

    ``context`` is how many tokens the model reads at once, ``seconds`` how long one call may
    take.
    """

    name: ClassVar[str] = "model"
    generator: CheckedGenerator
    prompt: Prompt
    library: Library
    context: int
    seconds: float

    def polish(self, parts: Sequence[DraftPart], title: str, progress: Progress) -> PolishedParts:
        """See the protocol; a part that the model cannot read at once is passed over."""
        found: dict[DraftPart, tuple[Wording, ...]] = {}
        astray: list[str] = []
        prompts: list[str] = []
        recited: list[str] = []
        batches = self._batches(parts, title)
        progress(0, len(batches))
        for done, batch in enumerate(batches, 1):
            generation = self._reword(batch, title)
            by_part, loose = _sort_by_part(generation.checked, batch)
            found |= by_part
            astray += loose
            prompts += generation.prompts
            recited += generation.checked.recited
            progress(done, len(batches))
        return PolishedParts(
            tuple(found.get(part, ()) for part in parts),
            tuple(astray),
            tuple(dict.fromkeys(prompts)),
            self.generator.model_name,
            tuple(recited),
        )

    def _reword(self, batch: Sequence[DraftPart], title: str) -> Generation:
        headings = [part.heading or rewording_words().untitled for part in batch]
        variables = {"title": harmless(title), "paragraphs": harmless("\n".join(headings))}
        checker = _PlanChecker(batch, store_bureaus(self.library))
        deadline = Deadline(self.seconds)
        return self.generator.generate(self.prompt, variables, title, checker, deadline)

    def _batches(self, parts: Sequence[DraftPart], title: str) -> list[list[DraftPart]]:
        """The parts in as few calls as they fit, whole; those too long for one are left out."""
        room = self.generator.room(self.prompt, self.context, title, drafts=False)
        most = room // _SHARES
        batches = fill_batches(parts, _tokens, most)
        fitting = ([part for part in batch if _tokens(part) <= most] for batch in batches)
        return list(filter(None, fitting))


def _tokens(part: DraftPart) -> int:
    passages = map(format_passage, _passages_of(part))
    return token_count(part.heading) + sum(map(token_count, passages))


class _PlanChecker(PassageChecker):
    """Checks a plan's wording as answers are checked, and for words that its sources lack."""

    def __init__(self, parts: Sequence[DraftPart], bureaus: Sequence[Bureau]) -> None:
        super().__init__(
            [p for part in parts for p in _passages_of(part)],
            None,
            bureaus,
            under_headings=True,
            harmless=rewording_words().harmless,
        )
        self._parts = parts
        self._texts = {i.n: [i.text, part.heading] for part in parts for i in part.items}

    def check(self, text: str) -> CheckedText:
        """The text without Markdown, checked; headings pass.

        Uncited talk before and after all that is cited passes too: it is left out, not repaired.
        """
        checked = super().check(_strip_markdown(text))
        cited = [s.start for s in checked.statements if s.cited] or [0, len(checked.text)]
        statements = (
            self._check_statement(s) if cited[0] <= s.start <= cited[-1] else self._check_outside(s)
            for s in checked.statements
        )
        return CheckedText(checked.text, tuple(statements))

    def without_false_tails(self, checked: CheckedText) -> CheckedText:
        """The text as it is: a paragraph that says less than its sources is not taken."""
        return checked

    def _check_outside(self, statement: CheckedStatement) -> CheckedStatement:
        """A statement before or after all that is cited, checked if it may be part of the plan."""
        every = tuple(text for texts in self._texts.values() for text in texts)
        is_talk = bool(strays(_words_of(statement), every))
        return replace(statement, faults=()) if is_talk else self._check_statement(statement)

    def _check_statement(self, statement: CheckedStatement) -> CheckedStatement:
        if _part_under(statement, self._parts):
            return replace(statement, role=StatementRole.LEAD_IN, faults=())
        if not _WORDS.search(statement.text):
            return statement
        faults = list(statement.faults)
        if statement.cited:
            sources = tuple(text for n in statement.cited for text in self._texts.get(n, ()))
            new = strays(_words_of(statement), sources)
            faults += [StatementFault(FaultKind.NAME_MISSING, words) for words in new]
        elif not faults:
            faults = [StatementFault(FaultKind.UNCITED, statement.text[:40])]
        return replace(statement, faults=tuple(dict.fromkeys(faults)), role=StatementRole.ASSERTION)


def read_rewording(
    text: str, parts: Sequence[DraftPart], bureaus: Sequence[Bureau]
) -> tuple[CheckedText, dict[DraftPart, tuple[Wording, ...]]]:
    """A model's wording of some parts, checked, and its statements by the part they belong to."""
    checked = _PlanChecker(parts, bureaus).check(text)
    return checked, _sort_by_part(checked, parts)[0]


def _passages_of(part: DraftPart) -> Iterator[GivenPassage]:
    path = (part.heading,) if part.heading else ()
    for item in part.items:
        yield GivenPassage(item.n, item.report, Span(0, len(item.text)), path)


def _strip_markdown(text: str) -> str:
    """A text without Markdown's signs; a draft's sentences hold blanks, never masks."""
    return _BOLD.sub(r"\1", _LAYOUT.sub("", text))


def _words_of(statement: CheckedStatement) -> str:
    return renumber_marks(statement.text, {}).strip(_MARKS)


def _part_under(statement: CheckedStatement, parts: Sequence[DraftPart]) -> DraftPart | None:
    """The part whose heading a statement is; only a numbered heading may bear a mark."""
    if statement.cited and not _NUMBERED.match(statement.text):
        return None
    key = heading_key(_words_of(statement))
    return next((p for p in parts if p.heading and heading_key(p.heading) == key), None)


def heading_key(line: str) -> str:
    """A heading reduced to what identifies it: no number, punctuation or signs of layout."""
    return _LEADING.sub("", _NOT_WORDS.sub("", line))


def _sort_by_part(
    checked: CheckedText, parts: Sequence[DraftPart]
) -> tuple[dict[DraftPart, tuple[Wording, ...]], list[str]]:
    """The statements by the part whose heading they follow, and those that belong to none.

    What is said before the first heading, and uncited around a paragraph, is talk beside it.
    """
    found: dict[DraftPart, tuple[Wording, ...]] = {}
    astray: list[str] = []
    part = next((p for p in parts if not p.heading), None)
    for statement in checked.statements:
        under = _part_under(statement, parts)
        if under is not None:
            part = under
        elif part is not None and _WORDS.search(statement.text):
            stands = not statement.faults and statement.role is StatementRole.ASSERTION
            wording = Wording(_words_of(statement), statement.cited, stands)
            found[part] = (*found.get(part, ()), wording)
        elif _WORDS.search(statement.text):
            astray.append(statement.text)
    for one, wordings in found.items():
        cited = [i for i, wording in enumerate(wordings) if wording.cited]
        paragraph = wordings[cited[0] : cited[-1] + 1] if cited else ()
        astray += [wording.text for wording in wordings if wording not in paragraph]
        found[one] = paragraph
    return found, astray
