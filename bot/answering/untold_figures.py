"""Works out what no report tells itself: what is left or lacking, averages, changes by years."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

from bot.answering.asks import FigureAsk, as_amount, as_planned, read_ask
from bot.answering.derivations import (
    DerivationKind,
    derivation_asked,
    derivation_words,
    derive,
    derive_average,
)
from bot.answering.figure_lines import FigureAnswer, LineWriter
from bot.answering.figure_question import FigureQuestion
from bot.answering.matching import Match, best_matches
from bot.answering.operands import (
    WorkedOut,
    are_alike,
    are_two,
    average_sides,
    find_left,
    is_goal_of,
    lacks,
    work_out_rest,
)
from bot.answering.placed_statements import PlacedStatement, placed_statements
from bot.answers import Derivation, Footnotes
from bot.wording import say
from knowledge.library import Library
from knowledge.models import StatementKind
from knowledge.retrieval.question_asks import split_asks

_PAIR = 2
_WorksOut = Callable[[FigureAsk, tuple[PlacedStatement, ...]], Iterable[WorkedOut]]


@dataclass(frozen=True, slots=True)
class UntoldFigures:
    """Works out what a question asks from other figures of the reports; each answer may be empty.

    ``notes`` gets the quotes of the operands.
    """

    library: Library
    read: FigureQuestion
    notes: Footnotes
    lines: LineWriter

    def rest(self) -> FigureAnswer:
        """What is left of something, or a rate that is told from its other side or in counts."""
        return self._work_out(self.read.asks, self.rest_of)

    def rest_of(self, ask: FigureAsk, placed: tuple[PlacedStatement, ...]) -> list[WorkedOut]:
        """The same of one part in one report."""
        finder = self.read.finder
        if left := find_left(ask, finder.of_periods(placed)):
            return [(one, *self._subtract(one)) for one in left]
        rest = work_out_rest(ask, placed, finder.find, self.notes)
        return [rest] if rest[0] else []

    def goal(self) -> FigureAnswer:
        """How much is lacking to a goal that a report sets for the year that it tells of."""
        if not derivation_words().to_goal.search(self.read.question.text):
            return FigureAnswer((), ())
        return self._work_out(map(as_planned, self.read.asks), self._goal_of)

    def average(self) -> FigureAnswer:
        """How much falls to each, where an average is asked for that no report states."""
        average = derivation_words().average
        parts = ((part, average.search(part.part)) for part in self.read.parts)
        asked = [(part, match) for part, match in parts if match]
        told = (m for ask in self.read.asks if asked for m in self.read.find(ask))
        if not asked or any(average.search(m.placed.own) for m in told):
            return FigureAnswer((), ())
        answers = list[FigureAnswer]()
        for part, match in asked:
            rest = f"{part.context}，{part.part[: match.start()]}{part.part[match.end() :]}"
            per = next(filter(None, match.groups()))
            asks = map(read_ask, split_asks(rest))
            answers.append(self._work_out(asks, partial(self._average_of, per)))
        return FigureAnswer(
            tuple(line for one in answers for line in one.lines),
            tuple(match for one in answers for match in one.matches),
            tuple(value for one in answers for value in one.derived),
        )

    def goal_beside_done(self) -> FigureAnswer:
        """A goal beside what was done in the year before: 今年目标比去年实际少多少."""
        words, read = derivation_words(), self.read
        years = sorted({p.year for p in read.question.scope.periods if p.year})
        if len(years) == 1 and words.since_last_year.search(read.question.text):
            years = [years[0] - 1, *years]
        compares = read.kind in (DerivationKind.DIFFERENCE, DerivationKind.GROWTH)
        if len(years) != _PAIR or not compares or not any(ask.planned for ask in read.asks):
            return FigureAnswer((), ())
        return self._work_out(read.asks[:1], partial(self._goal_and_done, years[0], years[1]))

    def change(self) -> FigureAnswer:
        """How much more or less there was than the year before, from the figures of both years."""
        asks = (replace(as_amount(ask), unit=ask.unit) for ask in self.read.asks)
        return self._work_out(asks, self._change_of)

    def _work_out(self, asks: Iterable[FigureAsk], operands_of: _WorksOut) -> FigureAnswer:
        """What can be worked out for each part in each report, with the lines of its operands."""
        lines: list[str] = []
        matches: list[Match] = []
        derived: list[Derivation] = []
        for placed, ask in product(self.read.reports, tuple(asks)):
            for operands, line, derivation in operands_of(ask, placed):
                lines += self.lines.lines(operands)
                lines += [line] if line else []
                matches += operands
                derived += [derivation] if derivation else []
        return FigureAnswer(tuple(lines), tuple(matches), tuple(derived))

    def _subtract(self, operands: Sequence[Match]) -> tuple[str, Derivation | None]:
        if len(operands) < _PAIR:  # the report tells itself what is left
            return "", None
        return derive(DerivationKind.DIFFERENCE, operands, self.notes)

    def _goal_of(self, ask: FigureAsk, placed: tuple[PlacedStatement, ...]) -> list[WorkedOut]:
        own = placed[0].report.identity.period if placed else None
        goals = best_matches(ask, [p for p in placed if is_goal_of(p, own)])
        done = [p for p in placed if p.statement.role is StatementKind.DONE]
        done = [p for p in done if p.statement.period == own]
        pairs = [[goal, Match(p, goal.extras)] for goal in goals for p in done if lacks(goal, p)]
        return [(pair, *derive(DerivationKind.DIFFERENCE, pair, self.notes)) for pair in pairs[:1]]

    def _goal_and_done(
        self, before: int, year: int, ask: FigureAsk, placed: tuple[PlacedStatement, ...]
    ) -> list[WorkedOut]:
        def of_year(one: PlacedStatement, asked: int) -> bool:
            return bool(one.statement.period and one.statement.period.year == asked)

        plan, goal = StatementKind.PLAN, as_planned(ask)
        planned = [p for p in placed if p.statement.role is plan and of_year(p, year)]
        done = [p for p in placed if p.statement.role is not plan and of_year(p, before)]
        goals, results = (
            best_matches(goal, planned),
            best_matches(replace(goal, planned=False), done),
        )
        pair = [*goals[:1], *results[:1]]
        if not are_two(pair):
            return []
        return [(pair, *derive(DerivationKind.DIFFERENCE, pair, self.notes))]

    def _average_of(
        self, per: str, ask: FigureAsk, placed: tuple[PlacedStatement, ...]
    ) -> list[WorkedOut]:
        amounts = self.read.finder.find(ask, placed)
        if not amounts:
            return []
        for amount in amounts:
            if sides := average_sides(amount, per, placed):
                return [(sides, *derive_average(sides, self.notes))]
        return [(amounts[:1], say("derived.no_average"), None)]

    def _change_of(self, ask: FigureAsk, placed: tuple[PlacedStatement, ...]) -> list[WorkedOut]:
        asked = derivation_asked(self.read.question.text, periods=_PAIR)
        kind = asked or DerivationKind.GROWTH
        operands = self._of_both_years(ask, placed)
        return [(operands, *derive(kind, operands, self.notes))] if are_two(operands) else []

    def _of_both_years(self, ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
        """What was a year before and what is; of the same report, or of that of the year before."""
        own = placed[0].report.identity if placed else None
        if own is None or own.period is None or own.bureau is None:
            return []
        last = replace(own.period, year=own.period.year - 1)
        before = best_matches(ask, [p for p in placed if p.statement.period == last])
        for entry in self.library.reports():
            identity = entry.identity
            if not before and identity.bureau == own.bureau and identity.period == last:
                before = best_matches(ask, placed_statements(self.library, entry.id))
        now = self.read.finder.find(ask, [p for p in placed if p.statement.period != last])
        return next(([b, n] for b in before for n in now if are_alike(b, n)), [])
