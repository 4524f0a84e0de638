"""Summaries by a language model: section by section, then together, within what it can read."""

from collections.abc import Callable, Iterator, Sequence

from bot.answers import Quote
from bot.grounding import Checked, Given, Role, quote_for, renumbered
from bot.model.deadline import Deadline
from bot.model.held import Grounds, Held, HeldModel
from bot.model.material import form_of
from bot.model.tokens import token_count
from bot.summary.condensed import Condensed, Point, Progress, Stretch
from knowledge.models import Bureau
from prompts.forms import harmless
from prompts.loading import Prompt

_POINT = 45
"""Characters of a usual point."""
_FEWEST, _MOST = 2, 14
_GENEROUS = 1.6  # the sections keep more than the page holds, so that there is a choice
_CLOSE = 1.25
_MOST_ROUNDS = 4
_MARKS = " \t\n-*•·"


class ModelCondenser:
    """The writer of summaries that asks a model.

    ``seconds`` is how long one call may take; a long report needs many.
    """

    name = "model"

    def __init__(  # noqa: PLR0913 - a model, its prompts, and what it may read
        self,
        held: HeldModel,
        section: Prompt,
        join: Prompt,
        bureaus: Callable[[], Sequence[Bureau]],
        *,
        context: int,
        seconds: float,
    ) -> None:
        self._held = held
        self._section = section
        self._join = join
        self._bureaus = bureaus
        self._context = context
        self._seconds = seconds

    def condensed(
        self, stretches: Sequence[Stretch], scope: str, characters: int, progress: Progress
    ) -> Condensed:
        """See the protocol; what does not stand is left out and listed."""
        total = sum(len(stretch.text) for stretch in stretches)
        batches = list(self._batches(stretches, self._section, scope))
        points: list[Point] = []
        struck: list[str] = []
        prompts: list[str] = []
        for done, batch in enumerate(batches, 1):
            share = sum(len(stretch.text) for stretch in batch) / max(1, total)
            wanted = round(characters * _GENEROUS * share / _POINT)
            count = str(min(_MOST, max(_FEWEST, wanted)))
            held, made = self._written(self._section, batch, scope, {"points": count})
            points += made
            struck += held.struck
            prompts += held.prompts
            progress(done, len(batches) + 1)
        points = self._together(points, scope, characters, struck, prompts)
        progress(len(batches) + 1, len(batches) + 1)
        used = tuple(dict.fromkeys(prompts))
        return Condensed(tuple(points), tuple(struck), used, self._held.endpoint.model)

    def _together(
        self,
        points: list[Point],
        scope: str,
        characters: int,
        struck: list[str],
        prompts: list[str],
    ) -> list[Point]:
        """The points made one page, in rounds while they are too many for one reading."""
        for _ in range(_MOST_ROUNDS):
            length = sum(len(point.text) for point in points)
            if length <= characters * _CLOSE:
                break
            stretches = list(_quoted(points))
            batches = list(self._batches(stretches, self._join, scope))
            shorter: list[Point] = []
            for batch in batches:
                share = sum(len(s.text) for s in batch) / sum(len(s.text) for s in stretches)
                wanted = {"characters": str(max(_POINT, round(characters * share)))}
                held, made = self._written(self._join, batch, scope, wanted)
                shorter += made
                struck += held.struck
                prompts += held.prompts
            if not shorter or sum(len(point.text) for point in shorter) >= length:
                break
            points = shorter
        return points

    def _written(
        self, prompt: Prompt, batch: Sequence[Stretch], scope: str, more: dict[str, str]
    ) -> tuple[Held, list[Point]]:
        given = tuple(Given(n, s.report, s.span, s.path) for n, s in enumerate(batch, 1))
        asked = frozenset(stretch.report.id for stretch in batch)
        grounds = Grounds(given, asked, self._bureaus())
        variables = {"scope": harmless(scope)} | more
        held = self._held.written(prompt, variables, scope, grounds, Deadline(self._seconds))
        return held, _points(held.checked, given)

    def _batches(
        self, stretches: Sequence[Stretch], prompt: Prompt, scope: str
    ) -> Iterator[list[Stretch]]:
        """The stretches in as few calls as they fit, in order."""
        room = self._held.room(prompt, self._context, scope)
        batch: list[Stretch] = []
        left = room
        for stretch in stretches:
            needed = token_count(form_of(Given(0, stretch.report, stretch.span, stretch.path)))
            if batch and needed > left:
                yield batch
                batch, left = [], room
            batch.append(stretch)
            left -= needed
        if batch:
            yield batch


def _points(checked: Checked, given: Sequence[Given]) -> list[Point]:
    """The statements that stand, in report order."""
    by_number = {g.n: g for g in given}
    points = []
    for statement in checked.kept:
        if statement.role is Role.ASSERTION:
            text = renumbered(statement.text, {}).strip(_MARKS)
            quotes = [
                Quote(g.report, g.path, quote_for(statement, g))
                for n in statement.cited
                if (g := by_number[n])
            ]
            points.append(Point(text, tuple(quotes)))
    order = {g.report.id: g.n for g in reversed(given)}
    return sorted(points, key=lambda p: (order[p.quotes[0].report.id], p.quotes[0].span.start))


def _quoted(points: Sequence[Point]) -> Iterator[Stretch]:
    """The quotes behind some points, each once."""
    quotes = dict.fromkeys(quote for point in points for quote in point.quotes)
    return (Stretch(quote.report, quote.span, quote.path) for quote in quotes)
