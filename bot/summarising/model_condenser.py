"""Summaries in a language model's words: section by section, then joined."""

from collections.abc import Iterator, Sequence

from bot.answers import Quote
from bot.checking.checks import quote_for
from bot.checking.sources import GivenPassage
from bot.checking.statements import CheckedText, StatementRole, renumber_marks
from bot.interruption import Deadline
from bot.model.checked_generation import CheckedGenerator, Generation, PassageChecker, store_bureaus
from bot.model.prompts import ModelPrompts, format_passage, token_count
from bot.summarising.condenser import CondensedPoints, Excerpt, Point, Progress
from knowledge.library import Library
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

    ``context`` is how many tokens the model reads at once, ``seconds`` how long one call may
    take; a long report needs many.
    """

    name = "model"

    def __init__(
        self,
        generator: CheckedGenerator,
        prompts: ModelPrompts,
        library: Library,
        *,
        context: int,
        seconds: float,
    ) -> None:
        self._generator = generator
        self._prompts = prompts
        self._library = library
        self._context = context
        self._seconds = seconds

    def condense(
        self, excerpts: Sequence[Excerpt], scope: str, characters: int, progress: Progress
    ) -> CondensedPoints:
        """See the protocol; what fails the checks is left out and listed."""
        total = sum(len(excerpt.text) for excerpt in excerpts)
        batches = list(self._batches(excerpts, self._prompts.summary_section, scope))
        points: list[Point] = []
        struck: list[str] = []
        prompts: list[str] = []
        for done, batch in enumerate(batches, 1):
            share = sum(len(excerpt.text) for excerpt in batch) / max(1, total)
            usual = round(characters * _GENEROUS * share / _POINT)
            count = str(min(_MOST, max(_FEWEST, usual)))
            generation, made = self._write_points(
                self._prompts.summary_section, batch, scope, {"points": count}
            )
            points += made
            struck += generation.struck
            prompts += generation.prompts
            progress(done, len(batches) + 1)
        points = self._join_points(points, scope, characters, struck, prompts)
        progress(len(batches) + 1, len(batches) + 1)
        used = tuple(dict.fromkeys(prompts))
        return CondensedPoints(tuple(points), tuple(struck), used, self._generator.model_name)

    def _join_points(
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
            excerpts = list(_excerpts_of(points))
            batches = list(self._batches(excerpts, self._prompts.summary_join, scope))
            shorter: list[Point] = []
            for batch in batches:
                share = sum(len(s.text) for s in batch) / sum(len(s.text) for s in excerpts)
                length_of_batch = {"characters": str(max(_POINT, round(characters * share)))}
                generation, made = self._write_points(
                    self._prompts.summary_join, batch, scope, length_of_batch
                )
                shorter += made
                struck += generation.struck
                prompts += generation.prompts
            if not shorter or sum(len(point.text) for point in shorter) >= length:
                break
            points = shorter
        return points

    def _write_points(
        self, prompt: Prompt, batch: Sequence[Excerpt], scope: str, more: dict[str, str]
    ) -> tuple[Generation, list[Point]]:
        passages = [GivenPassage(n, s.report, s.span, s.path) for n, s in enumerate(batch, 1)]
        report_ids = frozenset(excerpt.report.id for excerpt in batch)
        checker = PassageChecker(passages, report_ids, store_bureaus(self._library))
        variables = {"scope": harmless(scope)} | more
        deadline = Deadline(self._seconds)
        generation = self._generator.generate(prompt, variables, scope, checker, deadline)
        return generation, _points_of(generation.checked, passages)

    def _batches(
        self, excerpts: Sequence[Excerpt], prompt: Prompt, scope: str
    ) -> Iterator[list[Excerpt]]:
        """The excerpts in as few calls as they fit, in order."""
        room = self._generator.room(prompt, self._context, scope)
        batch: list[Excerpt] = []
        left = room
        for excerpt in excerpts:
            needed = token_count(
                format_passage(GivenPassage(0, excerpt.report, excerpt.span, excerpt.path))
            )
            if batch and needed > left:
                yield batch
                batch, left = [], room
            batch.append(excerpt)
            left -= needed
        if batch:
            yield batch


def _points_of(checked: CheckedText, passages: Sequence[GivenPassage]) -> list[Point]:
    """The statements that pass the checks, in report order."""
    by_number = {passage.n: passage for passage in passages}
    points = []
    for statement in checked.passing:
        if statement.role is StatementRole.ASSERTION:
            text = renumber_marks(statement.text, {}).strip(_MARKS)
            quotes = [
                Quote(passage.report, passage.path, quote_for(statement, passage))
                for passage in (by_number[n] for n in statement.cited)
            ]
            points.append(Point(text, tuple(quotes)))
    order = {passage.report.id: passage.n for passage in reversed(passages)}
    return sorted(points, key=lambda p: (order[p.quotes[0].report.id], p.quotes[0].span.start))


def _excerpts_of(points: Sequence[Point]) -> Iterator[Excerpt]:
    """The quotes behind some points, each once."""
    quotes = dict.fromkeys(quote for point in points for quote in point.quotes)
    return (Excerpt(quote.report, quote.span, quote.path) for quote in quotes)
