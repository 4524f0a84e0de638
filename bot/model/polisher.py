"""Plans worded by a language model: the paragraphs of a draft, within what it can read."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.grounding import Checked, Fault, FaultKind, Given, Role, Statement, renumbered
from bot.model.deadline import Deadline
from bot.model.held import ANSWER_ROOM, Grounds, Held, HeldModel
from bot.model.material import form_of
from bot.model.tokens import token_count
from bot.plan.novelty import strays
from bot.plan.polished import Part, Polished, Progress, Wording, heading_key, is_numbered
from bot.plan.rewordingwords import rewording_words
from knowledge.models import Bureau
from knowledge.sentences import Span
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
        held: HeldModel,
        prompt: Prompt,
        bureaus: Callable[[], Sequence[Bureau]],
        *,
        context: int,
        seconds: float,
    ) -> None:
        self._held = held
        self._prompt = prompt
        self._bureaus = bureaus
        self._context = context
        self._seconds = seconds

    def polished(self, parts: Sequence[Part], title: str, progress: Progress) -> Polished:
        """See the protocol; a part that the model cannot read at once is passed over."""
        found: dict[Part, tuple[Wording, ...]] = {}
        astray: list[str] = []
        prompts: list[str] = []
        batches = list(self._batches(parts, title))
        progress(0, len(batches))
        for done, batch in enumerate(batches, 1):
            held = self._written(batch, title)
            by_part, loose = _parted(held.checked, batch)
            found |= by_part
            astray += loose
            prompts += held.prompts
            progress(done, len(batches))
        return Polished(
            tuple(found.get(part, ()) for part in parts),
            tuple(astray),
            tuple(dict.fromkeys(prompts)),
            self._held.endpoint.model,
        )

    def _written(self, batch: Sequence[Part], title: str) -> Held:
        headings = [part.heading or rewording_words().untitled for part in batch]
        variables = {"title": harmless(title), "paragraphs": harmless("\n".join(headings))}
        grounds = _PlanGrounds(batch, self._bureaus())
        return self._held.written(self._prompt, variables, title, grounds, Deadline(self._seconds))

    def _batches(self, parts: Sequence[Part], title: str) -> Iterator[list[Part]]:
        """The parts in as few calls as they fit, whole and in order."""
        room = self._held.room(self._prompt, self._context, title) + _SHARES * ANSWER_ROOM
        most = room // _SHARES
        batch: list[Part] = []
        left = most
        for part in parts:
            needed = token_count(part.heading) + sum(token_count(form_of(g)) for g in _given(part))
            if batch and needed > left:
                yield batch
                batch, left = [], most
            if needed <= most:
                batch.append(part)
                left -= needed
        if batch:
            yield batch


class _PlanGrounds(Grounds):
    """What a plan's wording is held to: as answers are, and no word that its sources have not."""

    def __init__(self, parts: Sequence[Part], bureaus: Sequence[Bureau]) -> None:
        super().__init__(tuple(g for part in parts for g in _given(part)), None, bureaus)
        self._parts = parts
        self._texts = {i.n: [i.text, part.heading] for part in parts for i in part.items}

    def check(self, text: str) -> Checked:
        """The text without Markdown; headings pass, everything else is held.

        So does uncited talk before and after all that is cited: it is left out, not mended.
        """
        checked = super().check(_plain(text))
        cited = [s.start for s in checked.statements if s.cited] or [0, len(checked.text)]
        statements = (
            self._held(s) if cited[0] <= s.start <= cited[-1] else self._beside(s)
            for s in checked.statements
        )
        return Checked(checked.text, tuple(statements))

    def _beside(self, statement: Statement) -> Statement:
        """A statement before or after all that is cited: held if it may be of the plan."""
        every = [text for texts in self._texts.values() for text in texts]
        is_talk = bool(strays(_bare(statement), every))
        return replace(statement, faults=()) if is_talk else self._held(statement)

    def _held(self, statement: Statement) -> Statement:
        if _is_heading(statement, self._parts):
            return replace(statement, role=Role.LEAD_IN, faults=())
        if not _WORDS.search(statement.text):
            return statement
        faults = list(statement.faults)
        if not statement.cited:
            faults = faults or [Fault(FaultKind.UNCITED, statement.text[:40])]
        else:
            sources = [text for n in statement.cited for text in self._texts.get(n, ())]
            told = strays(_bare(statement), sources)
            faults += [Fault(FaultKind.NAME_MISSING, stray) for stray in told]
        return replace(statement, faults=tuple(dict.fromkeys(faults)), role=Role.ASSERTION)


def _given(part: Part) -> Iterator[Given]:
    path = (part.heading,) if part.heading else ()
    for item in part.items:
        yield Given(item.n, item.report, Span(0, len(item.text)), path)


def _plain(text: str) -> str:
    """A text without Markdown's signs; a draft's sentences hold blanks, never masks."""
    return _BOLD.sub(r"\1", _LAYOUT.sub("", text))


def _bare(statement: Statement) -> str:
    return renumbered(statement.text, {}).strip(_MARKS)


def _is_heading(statement: Statement, parts: Sequence[Part]) -> bool:
    return _part_headed(statement, parts) is not None


def _part_headed(statement: Statement, parts: Sequence[Part]) -> Part | None:
    """The part whose heading a statement is; with its number it may bear a mark."""
    if statement.cited and not is_numbered(statement.text):
        return None
    key = heading_key(_bare(statement))
    return next((p for p in parts if p.heading and heading_key(p.heading) == key), None)


def _parted(
    checked: Checked, parts: Sequence[Part]
) -> tuple[dict[Part, tuple[Wording, ...]], list[str]]:
    """The statements by the part whose heading they follow, and those that belong to none.

    What is said before the first heading, and uncited around a paragraph, is talk beside it.
    """
    found: dict[Part, tuple[Wording, ...]] = {}
    astray: list[str] = []
    part = next((p for p in parts if not p.heading), None)
    for statement in checked.statements:
        headed = _part_headed(statement, parts)
        if headed is not None:
            part = headed
        elif part is not None and _WORDS.search(statement.text):
            stands = not statement.faults and statement.role is Role.ASSERTION
            wording = Wording(_bare(statement), statement.cited, stands)
            found[part] = (*found.get(part, ()), wording)
        elif _WORDS.search(statement.text):
            astray.append(statement.text)
    for one, wordings in found.items():
        cited = [i for i, wording in enumerate(wordings) if wording.cited]
        kept = wordings[cited[0] : cited[-1] + 1] if cited else ()
        astray += [wording.text for wording in wordings if wording not in kept]
        found[one] = kept
    return found, astray
