"""Summaries in a language model's words: section by section, then joined."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from bot.answers import Quote
from bot.checking.checks import PassageChecker, quote_for
from bot.checking.sources import GivenPassage
from bot.checking.statements import StatementRole, renumber_marks, without_markup
from bot.compositions import Progress
from bot.interruption import Deadline
from bot.model.checked_generation import (
    CheckedGenerator,
    Generation,
    fill_batches,
    give_passage,
    store_bureaus,
)
from bot.model.prompts import ModelPrompts, format_passage
from bot.model.tokens import token_count
from bot.summarising.condenser import CondensedPoints, Excerpt, Point
from knowledge.library import Library
from prompts.forms import harmless
from prompts.loading import Prompt

_POINT = 45
"""Characters of a usual point."""
_FEWEST, _MOST = 2, 14
_GENEROUS = 1.6  # the sections keep more than the page holds, so that there is a choice
_CLOSE = 1.25
_MOST_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class ModelCondenser:
    """The writer of summaries that asks a model.

    ``context`` is how many tokens the model reads at once, ``seconds`` how long one call may
    take; a long report needs many.
    """

    name: ClassVar[str] = "model"
    generator: CheckedGenerator
    prompts: ModelPrompts
    library: Library
    context: int
    seconds: float

    def condense(
        self, excerpts: Sequence[Excerpt], scope: str, characters: int, progress: Progress
    ) -> CondensedPoints:
        """See the protocol; what fails the checks is left out and listed."""
        prompt = self.prompts.summary_section
        batches = self._batches(excerpts, prompt, scope)
        generations: list[Generation] = []
        points: list[Point] = []
        for done, batch in enumerate(batches, 1):
            usual = round(characters * _GENEROUS * _share(batch, excerpts) / _POINT)
            size = {"points": str(min(_MOST, max(_FEWEST, usual)))}
            points += self._write_points(prompt, batch, scope, size, generations)
            progress(done, len(batches) + 1)
        points = self._join_points(points, scope, characters, generations)
        progress(len(batches) + 1, len(batches) + 1)
        return CondensedPoints(
            tuple(points),
            tuple(text for generation in generations for text in generation.struck),
            tuple(dict.fromkeys(label for g in generations for label in g.prompts)),
            self.generator.model_name,
            tuple(text for g in generations for text in g.checked.recited),
        )

    def _join_points(
        self, points: list[Point], scope: str, characters: int, generations: list[Generation]
    ) -> list[Point]:
        """The points made one page, in rounds while they are too many for one reading."""
        prompt = self.prompts.summary_join
        for _ in range(_MOST_ROUNDS):
            length = _length(points)
            if length <= characters * _CLOSE:
                break
            quotes = dict.fromkeys(quote for point in points for quote in point.quotes)
            excerpts = [Excerpt(quote.report, quote.span, quote.path) for quote in quotes]
            shorter: list[Point] = []
            for batch in self._batches(excerpts, prompt, scope):
                share = round(characters * _share(batch, excerpts))
                size = {"characters": str(max(_POINT, share))}
                shorter += self._write_points(prompt, batch, scope, size, generations)
            if not shorter or _length(shorter) >= length:
                break
            points = shorter
        return points

    def _write_points(
        self,
        prompt: Prompt,
        batch: Sequence[Excerpt],
        scope: str,
        size: dict[str, str],
        generations: list[Generation],
    ) -> Iterator[Point]:
        """The points of one call, which is added to ``generations``."""
        passages = {n: self._passage(n, excerpt) for n, excerpt in enumerate(batch, 1)}
        report_ids = frozenset(excerpt.report.id for excerpt in batch)
        bureaus = store_bureaus(self.library)
        checker = PassageChecker(list(passages.values()), report_ids, bureaus, under_headings=True)
        variables = {"scope": harmless(scope)} | size
        deadline = Deadline(self.seconds)
        generation = self.generator.generate(prompt, variables, scope, checker, deadline)
        generations.append(generation)
        yield from _points_of(generation, passages)

    def _passage(self, n: int, excerpt: Excerpt) -> GivenPassage:
        return give_passage(self.library, n, excerpt.report, excerpt.span, excerpt.path)

    def _batches(
        self, excerpts: Sequence[Excerpt], prompt: Prompt, scope: str
    ) -> list[list[Excerpt]]:
        room = self.generator.room(prompt, self.context, scope)
        return list(fill_batches(excerpts, _tokens, room))


def _points_of(generation: Generation, passages: dict[int, GivenPassage]) -> list[Point]:
    """The statements that pass the checks, in report order."""
    points = []
    for statement in generation.checked.passing:
        if statement.role is StatementRole.ASSERTION:
            text = without_markup(renumber_marks(statement.text, {}))
            cited = [passages[n] for n in statement.cited]
            quotes = [Quote(p.report, p.path, quote_for(statement, p)) for p in cited]
            points.append(Point(text, tuple(quotes)))
    order = {passage.report.id: n for n, passage in reversed(passages.items())}
    return sorted(points, key=lambda p: (order[p.quotes[0].report.id], p.quotes[0].span.start))


def _tokens(excerpt: Excerpt) -> int:
    passage = GivenPassage(0, excerpt.report, excerpt.span, excerpt.path)
    return token_count(format_passage(passage))


def _length(texts: Iterable[Point | Excerpt]) -> int:
    return sum(len(text.text) for text in texts)


def _share(batch: Sequence[Excerpt], excerpts: Sequence[Excerpt]) -> float:
    return _length(batch) / max(1, _length(excerpts))
