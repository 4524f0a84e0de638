"""Plans in a language model's words: as many paragraphs at once as it can read."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.checking.checks import PassageChecker
from bot.checking.sources import GivenPassage
from bot.checking.statements import (
    CheckedText,
    FaultKind,
    Statement,
    StatementFault,
    StatementRole,
    renumber_marks,
)
from bot.drafting.likeness import strays
from bot.drafting.polishing import (
    DraftPart,
    PolishedParts,
    Progress,
    Wording,
    heading_key,
    is_numbered,
)
from bot.drafting.vocabulary import rewording_words
from bot.interruption import Deadline
from bot.model.checked_generation import (
    ANSWER_ROOM,
    CheckedGenerator,
    Generation,
    store_bureaus,
)
from bot.model.prompts import format_passage, token_count
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


class ModelPolisher:
    """The writer of plans that asks a model; ``seconds`` is how long one call may take."""

    name = "model"

    def __init__(
        self,
        generator: CheckedGenerator,
        prompt: Prompt,
        library: Library,
        *,
        context: int,
        seconds: float,
    ) -> None:
        self._generator = generator
        self._prompt = prompt
        self._library = library
        self._context = context
        self._seconds = seconds

    def polish(self, parts: Sequence[DraftPart], title: str, progress: Progress) -> PolishedParts:
        """See the protocol; a part that the model cannot read at once is passed over."""
        found: dict[DraftPart, tuple[Wording, ...]] = {}
        astray: list[str] = []
        prompts: list[str] = []
        batches = list(self._batches(parts, title))
        progress(0, len(batches))
        for done, batch in enumerate(batches, 1):
            generation = self._reword(batch, title)
            by_part, loose = _sort_by_part(generation.checked, batch)
            found |= by_part
            astray += loose
            prompts += generation.prompts
            progress(done, len(batches))
        return PolishedParts(
            tuple(found.get(part, ()) for part in parts),
            tuple(astray),
            tuple(dict.fromkeys(prompts)),
            self._generator.model_name,
        )

    def _reword(self, batch: Sequence[DraftPart], title: str) -> Generation:
        headings = [part.heading or rewording_words().untitled for part in batch]
        variables = {"title": harmless(title), "paragraphs": harmless("\n".join(headings))}
        checker = _PlanChecker(batch, store_bureaus(self._library))
        deadline = Deadline(self._seconds)
        return self._generator.generate(self._prompt, variables, title, checker, deadline)

    def _batches(self, parts: Sequence[DraftPart], title: str) -> Iterator[list[DraftPart]]:
        """The parts in as few calls as they fit, whole and in order."""
        room = self._generator.room(self._prompt, self._context, title) + _SHARES * ANSWER_ROOM
        most = room // _SHARES
        batch: list[DraftPart] = []
        left = most
        for part in parts:
            needed = token_count(part.heading) + sum(
                token_count(format_passage(p)) for p in _passages_of(part)
            )
            if batch and needed > left:
                yield batch
                batch, left = [], most
            if needed <= most:
                batch.append(part)
                left -= needed
        if batch:
            yield batch


class _PlanChecker(PassageChecker):
    """Checks a plan's wording as answers are checked, and for words that its sources lack."""

    def __init__(self, parts: Sequence[DraftPart], bureaus: Sequence[Bureau]) -> None:
        super().__init__([p for part in parts for p in _passages_of(part)], None, bureaus)
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

    def _check_outside(self, statement: Statement) -> Statement:
        """A statement before or after all that is cited, checked if it may be part of the plan."""
        every = [text for texts in self._texts.values() for text in texts]
        is_talk = bool(strays(_words_of(statement), every))
        return replace(statement, faults=()) if is_talk else self._check_statement(statement)

    def _check_statement(self, statement: Statement) -> Statement:
        if _is_heading(statement, self._parts):
            return replace(statement, role=StatementRole.LEAD_IN, faults=())
        if not _WORDS.search(statement.text):
            return statement
        faults = list(statement.faults)
        if not statement.cited:
            faults = faults or [StatementFault(FaultKind.UNCITED, statement.text[:40])]
        else:
            sources = [text for n in statement.cited for text in self._texts.get(n, ())]
            faults += [
                StatementFault(FaultKind.NAME_MISSING, stray)
                for stray in strays(_words_of(statement), sources)
            ]
        return replace(statement, faults=tuple(dict.fromkeys(faults)), role=StatementRole.ASSERTION)


def _passages_of(part: DraftPart) -> Iterator[GivenPassage]:
    path = (part.heading,) if part.heading else ()
    for item in part.items:
        yield GivenPassage(item.n, item.report, Span(0, len(item.text)), path)


def _strip_markdown(text: str) -> str:
    """A text without Markdown's signs; a draft's sentences hold blanks, never masks."""
    return _BOLD.sub(r"\1", _LAYOUT.sub("", text))


def _words_of(statement: Statement) -> str:
    return renumber_marks(statement.text, {}).strip(_MARKS)


def _is_heading(statement: Statement, parts: Sequence[DraftPart]) -> bool:
    return _part_under(statement, parts) is not None


def _part_under(statement: Statement, parts: Sequence[DraftPart]) -> DraftPart | None:
    """The part whose heading a statement is; only a numbered heading may bear a mark."""
    if statement.cited and not is_numbered(statement.text):
        return None
    key = heading_key(_words_of(statement))
    return next((p for p in parts if p.heading and heading_key(p.heading) == key), None)


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
