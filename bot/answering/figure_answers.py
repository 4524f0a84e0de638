"""Answers a question for figures from the statements of the reports in its scope.

What a report states of just what is asked is told, each statement with its quote; what it does
not state is said to be missing, with what it does state of the same thing.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, product
from operator import itemgetter

from bot.answering.concepts import terms_of
from bot.answering.derivations import (
    DerivationKind,
    derivation_asked,
    derivation_words,
    derive,
    derive_rate,
    derive_rest,
    rank,
    rank_things,
)
from bot.answering.matching import (
    FigureAsk,
    Match,
    PlacedStatement,
    as_amount,
    as_change,
    best_matches,
    counted_sides,
    course_sides,
    is_asked_amount,
    matches,
    measures,
    opposite_rate,
    parallel_ask,
    place_statements,
    read_ask,
    speaks_of,
    split_ask,
    split_run,
    unfinished_sides,
)
from bot.answering.session import Retrieval, report_label
from bot.answers import Derivation, Footnotes, Quote
from bot.checking.vocabulary import grounding_words
from bot.wording import say
from knowledge.library import Library
from knowledge.models import Quantity, Report, Statement, StatementKind
from knowledge.retrieval.question import Ask, substance, words_of_ask
from knowledge.retrieval.question_periods import QuestionPeriod
from knowledge.understanding.figures import find_figures
from knowledge.understanding.indicators import indicator_catalogue
from knowledge.understanding.kinds import without_mark
from knowledge.understanding.sentences import Span, trim_span
from knowledge.understanding.sums import holds, sum_words

_MOST = 6
_FRAME = re.compile(r"(?:里面?|当中|中)[，,]?")
_WHICH = re.compile(r"哪(?:一?[个家]|些|几[个家])(?:[县区市]?局|单位|县|区|市)")
_SHARED = re.compile(r"多大|多少|百分之几?|比例|比重|几成|总数|总量|的")
_PAIR = 2
_MOST_BESIDE = 3
_SHORT, _LONG = 60, 110
_BREAKS = "，；。"
_CLOSING = "。；;！？\n "


WorkedOut = tuple[list[Match], str, Derivation | None]
"""Operands, the line on what was worked out from them, empty for nothing, and its value."""
_WorksOut = Callable[[FigureAsk, tuple[PlacedStatement, ...]], WorkedOut]
_NOTHING: WorkedOut = ([], "", None)


@dataclass(frozen=True, slots=True)
class AskedReport:
    """One report with the statements that answer each part of a question, in the parts' order."""

    placed: tuple[PlacedStatement, ...]
    found: tuple[tuple[Match, ...], ...]

    @property
    def report(self) -> Report:
        """The report that all its statements are of."""
        return self.placed[0].report

    @property
    def answers(self) -> bool:
        """Whether it answers any part."""
        return any(self.found)

    @property
    def exact(self) -> bool:
        """Whether it states just what some part asks."""
        return any(not m.extras for found in self.found for m in found)


@dataclass(frozen=True, slots=True)
class FigureAnswer:
    """The lines of an answer, the statements that they tell, and what was worked out.

    ``lacking``: some line says what is not stated, or how figures compare.
    """

    lines: tuple[str, ...]
    matches: tuple[Match, ...]
    derived: tuple[Derivation, ...] = ()
    lacking: bool = False

    @property
    def masked(self) -> bool:
        """Whether nothing but masked figures is told."""
        return all(m.statement.figure.masked for m in self.matches)

    def share_told_in(self, text: str) -> float:
        """How much of what was found and worked out a text tells; 1 is all."""
        told = find_figures(text)
        hidden = any(f.masked for f in told) or says_masked(text)
        values = {(figure.value, figure.unit) for figure in told}
        found = (match.statement.figure for match in self.matches)
        stated = [hidden if f.masked else (f.value, f.unit) in values for f in found]
        stated += [(one.value, one.unit) in values for one in self.derived]
        return sum(stated) / max(1, len(stated))


def says_masked(text: str) -> bool:
    """Whether a text says in words that something is hidden."""
    return bool(grounding_words().concealed.search(text))


def answer_figures(library: Library, retrieval: Retrieval, notes: Footnotes) -> FigureAnswer:
    """What the reports in a question's scope state of what it asks; ``notes`` gets the quotes."""
    return _FigureWriter(library, retrieval, notes).answer()


class _FigureWriter:
    def __init__(self, library: Library, retrieval: Retrieval, notes: Footnotes) -> None:
        self._library = library
        self._question = retrieval.question
        self._retrieval = retrieval
        self._notes = notes
        periods = len(retrieval.question.scope.periods)
        self._kind = derivation_asked(retrieval.question.text, periods=periods)
        self._placed = [_place(library, key) for key in retrieval.reports]
        self._asks: tuple[FigureAsk, ...] = ()
        self._derived: list[Derivation] = []
        self._answered = False  # by the question's parts as they stand

    def answer(self) -> FigureAnswer:
        self._asks = tuple(read_ask(ask) for ask in self._question.asks)
        if self._asks_since_last_year:
            return self._tell_change()
        if self._ranks_things and (ranked := self._rank_things()).lines:
            return ranked
        if self._kind is DerivationKind.GROWTH:
            self._asks = tuple(map(as_amount, self._asks))
        asked = [self._ask_report(placed) for placed in self._placed]
        self._answered = any(one.answers for one in asked)
        changes = self._kind in (DerivationKind.DIFFERENCE, DerivationKind.GROWTH)
        across = changes and self._answered and self._retrieval.compares_reports
        lists = not across and (measures().each.search(self._question.text) or self._kind)
        if lists or not self._answered:
            asked = self._ask_items() or asked
        if not any(one.answers for one in asked):
            worked_out = self._work_out(self._rest_of)
            if worked_out.lines:
                return worked_out
        answering = self._answering(asked)
        if not answering:
            return FigureAnswer(tuple(self._missing_lines(asked)), ())
        lines: list[str] = []
        which = _WHICH.search(self._question.text)  # asks for those that have it
        several = self._is_named and self._retrieval.compares_reports and not which
        for one in asked if several else answering:
            lines += self._report_lines(one)
        derived = list(self._derive(answering))
        lines += [line for line, _ in derived]
        matches = tuple(m for one in answering for found in one.found for m in found)
        values = (*self._derived, *(derivation for _, derivation in derived if derivation))
        lacking = bool(derived) or not all(map(all, (one.found for one in asked)))
        return FigureAnswer(tuple(lines), matches, values, lacking)

    @property
    def _is_named(self) -> bool:
        return bool(self._question.scope.bureaus) or self._retrieval.compares_reports

    def _answering(self, asked: Sequence[AskedReport]) -> list[AskedReport]:
        """The reports that answer; where none was named, those that state just what is asked."""
        answering = [one for one in asked if one.answers]
        exact = [one for one in answering if one.exact]
        return answering if self._is_named else exact or answering

    def _ask_report(self, placed: tuple[PlacedStatement, ...]) -> AskedReport:
        found: list[tuple[Match, ...]] = []
        for ask in self._asks:
            beside = _beside(found, placed)
            told = self._matches(ask, placed)
            told = [m for m in told if m.placed in beside] or told
            if all(m.off_line for m in told):
                known = self._of_indicator(ask, placed)
                more = {m.statement for m in known} - {m.statement for m in told}
                told = known if more else told
            if not told and not ask.things and beside:
                told = self._matches(replace(ask, carried=()), beside)
            bare = all(t.word in measures().optional for t in ask.terms)
            if not told and bare and ask.unit:
                told = _only_of_unit(ask.unit, beside)
            found.append(tuple(told))
        return AskedReport(placed, tuple(found))

    def _of_indicator(self, ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
        """What a report tells of the indicator of the ledger that is asked for by its name."""
        catalogue = indicator_catalogue()
        asked = catalogue.find_by_whole_name(words_of_ask(ask.wording).replace(" ", ""))
        planned = placed and placed[0].report.id in self._question.scope.plan_only
        if not asked or planned:
            return []
        return [
            Match(p, (p.statement.subject,))
            for p in self._of_periods(placed)
            if p.statement.role is not StatementKind.PLAN
            and is_asked_amount(ask, p.statement)
            and not catalogue.is_part(p.statement)
            and catalogue.find(p.statement, p.report.text) in asked
        ]

    def _ask_items(self) -> list[AskedReport]:
        """The reports asked for each thing of a list apart; empty where that finds nothing more."""
        before = self._asks
        sides = _share_sides(self._question.asks[0]) if self._kind is DerivationKind.SHARE else ()
        lists = [self._items_of(ask) or (read_ask(ask),) for ask in self._question.asks]
        items = sides or tuple(ask for asks in lists for ask in asks)
        if len(items) <= len(before) and not sides:
            return []
        self._asks = items
        asked = [self._ask_report(placed) for placed in self._placed]
        answered = sum(any(one.found[n] for one in asked) for n in range(len(items)))
        if answered < (_PAIR if self._answered else 1):
            self._asks = before
            return []
        return asked

    def _items_of(self, ask: Ask) -> tuple[FigureAsk, ...]:
        """The things that a part of the question lists; empty where it lists none."""
        if items := split_ask(ask):
            return tuple(self._in_parallel(item, items[0]) for item in items)
        lists = measures().each.search(self._question.text) or self._ranks_things
        run = split_run(ask) if lists else ()
        told = {m.statement for one in run for m in self._answers_to(one)[:1]}
        return run if len(told) == len(run) else ()

    def _in_parallel(self, item: FigureAsk, first: FigureAsk) -> FigureAsk:
        """An item of a list, with the head of the first where it is told with that alone."""
        other = parallel_ask(item, first)
        alone = self._answers_to(item) or not self._answers_to(other)
        return item if alone else other

    def _answers_to(self, ask: FigureAsk) -> list[Match]:
        return [m for placed in self._placed for m in self._matches(ask, placed)]

    def _matches(self, ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
        """What answers of all the years asked for together, else of each, else of any period."""
        placed, asked = self._of_periods(placed), self._question.scope.periods
        together = [one for one in placed if _tells_of_several(one) and _tells_of_one(one, asked)]
        if found := self._done_or_planned(ask, together):
            return found
        apart = (p for p in asked if p.year and not p.among)
        told = [[one for one in placed if _tells_of_one(one, [period])] for period in apart]
        if sum(map(bool, told)) > 1:
            return list(dict.fromkeys(m for of in told for m in self._done_or_planned(ask, of)))
        return self._done_or_planned(ask, placed)

    def _done_or_planned(self, ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
        """What is done before what is planned, or the other way where plans are asked for."""
        planned = [p for p in placed if p.statement.role is StatementKind.PLAN]
        done = [p for p in placed if p.statement.role is not StatementKind.PLAN]
        if placed and placed[0].report.id in self._question.scope.plan_only:
            return self._of_nearest_period(best_matches(ask, planned))
        if measures().done.search(ask.wording):
            return self._of_nearest_period(best_matches(ask, done))
        plans = ask.planned or (len(self._asks) == 1 and self._question.plans)
        first, second = (planned, done) if plans else (done, planned)
        return self._of_nearest_period(best_matches(ask, first) or best_matches(ask, second))

    def _of_nearest_period(self, found: list[Match]) -> list[Match]:
        """Of matches of several periods, those of the one asked for, else of the report's own."""
        dated = [p for p in self._question.scope.periods if p.year]
        told = [(m, m.statement.period) for m in found if m.statement.period]
        asked = [m for m, period in told if any(p.tells_of(period) for p in dated)]
        own = [m for m, period in told if period == m.placed.report.identity.period]
        return asked or own or found

    def _of_periods(self, placed: Sequence[PlacedStatement]) -> Sequence[PlacedStatement]:
        """Without what is of another period than those named; a plan is of its report's next."""
        periods = self._question.scope.periods
        if not periods or not placed:
            return placed

        def fits(one: PlacedStatement) -> bool:
            told = one.statement.period
            return told is None or any(p.tells_of(told) for p in periods)

        if placed[0].report.id in self._question.scope.telling:
            return [p for p in placed if fits(p)]
        own = placed[0].report.identity.period
        shifted = [p for p in placed if p.statement.period != own and not fits(p)]
        return [p for p in placed if p not in shifted or _is_dated(p)]

    # -- which of several things

    @property
    def _ranks_things(self) -> bool:
        """Whether a question is which of the things in a report there were most of."""
        question = self._question
        return question.ranks_things or (question.ranks and len(self._placed) == 1)

    def _rank_things(self) -> FigureAnswer:
        lines: list[str] = []
        matches: list[Match] = []
        lowest = bool(derivation_words().lowest.search(self._question.text))
        for placed in self._placed:
            told = self._things_of(placed)
            if line := rank_things(told, self._notes, lowest=lowest):
                for _, same in groupby(told, key=lambda m: m.statement.sentence):
                    lines.append(self._line(placed[0].report, list(same)))
                lines.append(line)
                matches += told
        return FigureAnswer(tuple(lines), tuple(matches), lacking=True)

    def _things_of(self, placed: Sequence[PlacedStatement]) -> list[Match]:
        """What is ranked: the things that the question lists, or those of one sentence."""
        items = [one for ask in self._question.asks for one in self._items_of(ask)]
        asks = [self._matches(one, placed)[:1] for one in items]
        told = list(dict.fromkeys(m for found in asks for m in found))
        if len(told) >= _PAIR and len(told) == len(items):
            return told
        done = [p for p in placed if p.statement.role is not StatementKind.PLAN]
        groups: dict[object, list[Match]] = {}
        for match in (m for ask in self._asks for m in matches(ask, done)):
            one = match.statement
            groups.setdefault((one.sentence, one.figure.unit, one.quantity), []).append(match)
        parts = [_parts_of(m, done) for same in groups.values() for m in same]
        things = [*parts, *(_without_wholes(same) for same in groups.values())]
        things = [_with_those_between(same, done) for same in things if len(same) >= _PAIR]
        return max(things, key=lambda same: (max(m.borne for m in same), len(same)), default=[])

    # -- changes since the year before

    @property
    def _asks_since_last_year(self) -> bool:
        """Whether a question is how much more or less there was than the year before."""
        changes = self._kind or any(Quantity.CHANGE in ask.quantities for ask in self._asks)
        since = derivation_words().since_last_year.search(self._question.text)
        return bool(changes and since and len(self._question.scope.periods) < _PAIR)

    def _tell_change(self) -> FigureAnswer:
        """The change as a report tells it, else worked out from the figures of both years."""
        asks = self._asks
        self._asks = tuple(map(as_change, asks))
        asked = [self._ask_report(placed) for placed in self._placed]
        answering = [one for one in asked if one.answers]
        found = [m for one in answering for told in one.found for m in told]
        in_unit = all(measures().fits(a.unit, m.statement.figure.unit) for a in asks for m in found)
        if not (found and in_unit):
            self._asks = tuple(replace(as_amount(ask), unit=ask.unit) for ask in asks)
            if (worked_out := self._work_out(self._change_of)).lines:
                return worked_out
        if not answering:
            return FigureAnswer(tuple(self._missing_lines(asked)), ())
        self._asks = asks
        lines = [line for one in answering for line in self._report_lines(one)]
        return FigureAnswer(tuple(lines), tuple(found))

    def _change_of(self, ask: FigureAsk, placed: tuple[PlacedStatement, ...]) -> WorkedOut:
        kind = derivation_asked(self._question.text, periods=_PAIR) or DerivationKind.GROWTH
        operands = self._of_both_years(ask, placed)
        return (operands, *derive(kind, operands, self._notes)) if _are_two(operands) else _NOTHING

    def _of_both_years(self, ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
        """What was a year before and what is; of the same report, or of that of the year before."""
        own = placed[0].report.identity if placed else None
        if own is None or own.period is None or own.bureau is None:
            return []
        last = replace(own.period, year=own.period.year - 1)
        before = best_matches(ask, [p for p in placed if p.statement.period == last])
        for entry in self._library.reports():
            identity = entry.identity
            if not before and identity.bureau == own.bureau and identity.period == last:
                before = best_matches(ask, _place(self._library, entry.id))
        now = self._matches(ask, [p for p in placed if p.statement.period != last])
        return next(([b, n] for b in before for n in now if _are_alike(b, n)), [])

    # -- what is worked out

    def _derive(self, answering: Sequence[AskedReport]) -> Iterator[tuple[str, Derivation | None]]:
        firsts = self._firsts(answering)
        if self._question.ranks:
            if len(firsts) > 1:
                lowest = bool(derivation_words().lowest.search(self._question.text))
                yield rank(firsts, self._notes, lowest=lowest), None
            return
        if derivation_words().shortened.search(self._question.text):
            for one, match in ((a, m) for a in answering for m in a.found[0][:1]):
                if before := _former(match, one.placed):
                    yield derive(DerivationKind.DIFFERENCE, [before, match], self._notes)
                    return
        kind = self._kind
        across = kind and kind is not DerivationKind.SHARE and len(self._asks) == 1
        pair = len(firsts) == _PAIR or kind is DerivationKind.TOTAL
        if kind and across and len(firsts) > 1 and pair and self._is_named:
            yield derive(kind, self._in_order(firsts), self._notes)
            return
        if kind is DerivationKind.GROWTH:
            return
        direct = kind is DerivationKind.TOTAL and any(ask.whole for ask in self._asks)
        for one in answering if not (direct and self._answered) else ():
            operands = self._operands(one)
            if kind and len(operands) >= _PAIR:
                yield derive(kind, operands, self._notes)

    def _firsts(self, answering: Sequence[AskedReport]) -> list[Match]:
        """The statement of each report that is compared; for a rank those of just what is asked."""
        done = [
            m
            for one in answering
            for m in one.found[0][:1]
            if m.statement.role is not StatementKind.PLAN
        ]
        if not self._question.ranks:
            return done
        exact = [m for m in done if not m.extras]
        in_line = [m for m in exact if not m.off_line]
        rest = [m for m in done if not m.off_line and m.statement.quantity is Quantity.RATE]
        return in_line if len(in_line) > 1 else rest if len(rest) > 1 else in_line or exact

    def _in_order(self, firsts: Sequence[Match]) -> list[Match]:
        """One statement a report, the earlier period first."""
        dated = [(m.placed.report.identity.period, m) for m in firsts]
        known = [(period, m) for period, m in dated if period]
        if len({period for period, _ in known}) < len(firsts):
            return list(firsts)
        return [m for _, m in sorted(known, key=itemgetter(0))]

    def _operands(self, one: AskedReport) -> list[Match]:
        """The statements that go into a sum: the one of each ask, or all narrower ones of one."""
        if self._kind is DerivationKind.SHARE and len(self._asks) == 1:
            pairs = (_with_whole(m, one.placed) for m in one.found[0])
            return next((pair for pair in pairs if pair), [])
        if len(self._asks) > 1:
            chosen = _side_by_side([found for found in one.found if found])
            pair = self._kind is not DerivationKind.TOTAL
            whole = len(chosen) == len(self._asks) and (not pair or len(chosen) == _PAIR)
            return chosen if whole and len(set(chosen)) == len(chosen) else []
        return list(one.found[0]) if self._kind is DerivationKind.TOTAL else []

    def _work_out(self, operands_of: _WorksOut) -> FigureAnswer:
        """What can be worked out for each part in each report, with the lines of its operands."""
        lines: list[str] = []
        matches: list[Match] = []
        derived: list[Derivation] = []
        for placed, ask in product(self._placed, self._asks):
            operands, line, derivation = operands_of(ask, placed)
            if line:
                lines += [*(self._line(m.placed.report, [m]) for m in operands), line]
                matches += operands
                derived += [derivation] if derivation else []
        return FigureAnswer(tuple(lines), tuple(matches), tuple(derived))

    def _rest_of(self, ask: FigureAsk, placed: tuple[PlacedStatement, ...]) -> WorkedOut:
        """A rate from the opposite one, and what is not done from all and what is."""

        def operands_of(sides: Iterable[FigureAsk]) -> list[Match]:
            found = [self._matches(side, placed) for side in sides]
            chosen = _side_by_side(found) if all(found) else []
            alike = len({m.statement.figure.unit for m in chosen}) == 1
            return chosen if alike else []

        other = opposite_rate(ask)
        if other and (found := operands_of([other])):
            return found, *derive_rest(found[0], self._notes)
        operands = operands_of(counted_sides(ask))
        if _are_two(operands) and not _is_open(operands[1]):
            return operands, *derive_rate(operands, self._notes)
        for sides, kind in (
            (course_sides(ask), DerivationKind.SHARE),
            (unfinished_sides(ask), DerivationKind.DIFFERENCE),
        ):
            operands = operands_of(sides)
            if _are_two(operands):
                return operands, *derive(kind, operands, self._notes)
        return _NOTHING

    # -- lines

    def _report_lines(self, one: AskedReport) -> Iterator[str]:
        if not one.answers:
            beside = self._missing_line(self._asks[0], [one])
            yield beside or say("answer.not_mentioned", who=report_label(one.report))
            return
        found = [m for found in one.found for m in found[:_MOST]]
        for _, same in groupby(found, key=lambda m: m.statement.sentence):
            yield self._line(one.report, list(same))
        for ask, answers in zip(self._asks, one.found, strict=True):
            if not answers and (rest := self._rest_line(ask, one)):
                yield rest
            elif not answers:
                yield self._missing_line(ask, [one]) or say("answer.ask_missing", ask=_shown(ask))

    def _rest_line(self, ask: FigureAsk, one: AskedReport) -> str:
        """What was worked out for a part that nothing answers; empty where nothing can be."""
        _, line, derivation = self._rest_of(ask, one.placed)
        if not line:
            return ""
        self._derived += [derivation] if derivation else []
        return line if derivation else ""

    def _line(self, report: Report, same: Sequence[Match]) -> str:
        statement = same[0].statement
        named = any(m.extras for m in same)
        figures = [_named(m) if named else _figure(m) for m in same]
        fields = {
            "who": report_label(report),
            "quote": report.text[slice(*_excerpt(report, [m.statement for m in same]))],
            "mark": self._notes.cite(Quote(report, same[0].placed.path, statement.sentence)),
        }
        if all(m.statement.figure.masked for m in same) and not named:
            line = say("answer.masked", **fields)
        else:
            told = "、".join(dict.fromkeys(figures)) + _as_of(same, fields["quote"])
            if self._retrieval.compares_reports and all(m.off_line for m in same):
                told += say("answer.under", heading=without_mark(same[0].placed.path[-1]))
            told += self._other_period(report, statement)
            line = say("answer.figure", figures=told, **fields)
        planned = statement.role is StatementKind.PLAN and not self._question.plans
        return say("answer.planned", line=line) if planned else line

    def _other_period(self, report: Report, statement: Statement) -> str:
        """The period that a figure tells of, if it is not the only one named and is no plan's."""
        period, named = statement.period, self._question.scope.periods
        if period is None or statement.role is StatementKind.PLAN:
            return ""
        if period == report.identity.period:  # which the line begins with
            return ""
        fits = len(named) == 1 and named[0].tells_of(period)
        return "" if fits else say("answer.of_period", period=str(period))

    def _missing_lines(self, asked: Sequence[AskedReport]) -> Iterator[str]:
        """What is not stated, each with what is stated of the same thing; maybe none."""
        lines = [(ask, self._missing_line(ask, asked)) for ask in self._asks]
        if not any(line for _, line in lines):
            return iter(())
        missing = (line or say("answer.ask_missing", ask=_shown(ask)) for ask, line in lines)
        return iter(dict.fromkeys(missing))

    def _missing_line(self, ask: FigureAsk, asked: Sequence[AskedReport]) -> str:
        for one in asked:
            beside = statements_beside(ask, one.placed)
            if beside:
                figures = dict.fromkeys(_named(Match(p, ())) for p in beside)
                quote = Quote(one.report, beside[0].path, beside[0].statement.sentence)
                sure = speaks_of(ask, beside[0]) and not _may_be_meant(ask, beside)
                told = "answer.not_told" if sure else "answer.near"
                return say(
                    told,
                    ask=_shown(ask),
                    who=report_label(one.report),
                    figures="、".join(figures),
                    mark=self._notes.cite(quote),
                )
        return ""


def _are_two(operands: Sequence[Match]) -> bool:
    """Whether there are two different statements to work with."""
    return len(operands) == _PAIR and operands[0].statement != operands[1].statement


def _parts_of(whole: Match, placed: Sequence[PlacedStatement]) -> list[Match]:
    """The statements that count a part of what a statement counts, in its unit."""
    told = whole.statement
    return [
        Match(p, (), borne=whole.borne)
        for p in placed
        if p.statement.condition.startswith("其中")
        and told.clause in p.statement.context
        and p.statement.figure.unit == told.figure.unit
    ]


def _with_whole(part: Match, placed: Sequence[PlacedStatement]) -> list[Match]:
    """A statement and the one of its unit that it counts a part of, if it does."""
    told = part.statement
    for one in placed:
        whole = one.statement
        if whole.clause in told.context and whole.figure.unit == told.figure.unit:
            return [part, Match(one, ())] if told.condition.startswith("其中") else []
    return []


def _with_those_between(same: Sequence[Match], placed: Sequence[PlacedStatement]) -> list[Match]:
    """Some members of a list with those that stand between them and count in their unit."""
    first, last = same[0].statement.figure, same[-1].statement.figure
    known = {m.statement.figure.start: m for m in same}
    return [
        known.get(figure.start) or Match(p, (), borne=same[0].borne)
        for p in placed
        if (figure := p.statement.figure).unit == first.unit
        and first.start <= figure.start <= last.start
    ]


def _without_wholes(same: Sequence[Match]) -> list[Match]:
    """Some statements of one sentence without those that others are parts of."""
    wholes = {span for m in same if m.statement.condition.startswith("其中")
              for span in m.statement.context}  # fmt: skip
    return [m for m in same if m.statement.clause not in wholes]


def _are_alike(one: Match, other: Match) -> bool:
    """Whether two statements count just what was asked, or the same narrower thing."""
    return not (one.extras or other.extras) or one.statement.subject == other.statement.subject


def _is_open(match: Match) -> bool:
    """Whether some of what a sentence counts has no result yet: 24批次正在检验."""
    sentence = match.placed.report.text[slice(*match.statement.sentence)]
    return holds(sentence, sum_words().parts.open)


def _is_dated(one: PlacedStatement) -> bool:
    """Whether a statement is a plan, or its own sentence shows the period that it tells of."""
    statement, text = one.statement, one.report.text
    year = str(statement.period.year) if statement.period else ""
    return statement.role is StatementKind.PLAN or year in text[slice(*statement.sentence)]


def _tells_of_several(one: PlacedStatement) -> bool:
    """Whether a statement tells of several years together."""
    return one.statement.period is not None and one.statement.period.years > 1


def _tells_of_one(one: PlacedStatement, asked: Sequence[QuestionPeriod]) -> bool:
    """Whether a statement tells of one of the periods asked for."""
    period = one.statement.period
    return period is not None and any(p.tells_of(period) for p in asked)


def _beside(
    found: Sequence[Sequence[Match]], placed: Sequence[PlacedStatement]
) -> list[PlacedStatement]:
    """The statements of the sentences that answer the parts before."""
    sentences = {m.statement.sentence for answers in found for m in answers}
    return [one for one in placed if one.statement.sentence in sentences]


def _only_of_unit(unit: str, placed: Sequence[PlacedStatement]) -> list[Match]:
    """The only one of some statements that counts in a unit; empty where there are more."""
    found = [Match(p, ()) for p in placed if p.statement.figure.unit == unit]
    return found if len(found) == 1 else []


def _former(match: Match, placed: Sequence[PlacedStatement]) -> Match | None:
    """What there was before a change that a statement tells the end of: 由45天压减为20天."""
    told = match.statement
    for one in placed:
        other = one.statement
        same = other.sentence == told.sentence and other.figure.unit == told.figure.unit
        if same and other.condition.endswith("由") and other.figure.end <= told.figure.start:
            return Match(one, ())
    return None


def _side_by_side(found: Sequence[Sequence[Match]]) -> list[Match]:
    """One statement of each, of the sentence that holds most of them."""
    sentences = [m.statement.sentence for answers in found for m in answers]
    best = max(sentences, key=sentences.count, default=None)
    return [
        next((m for m in answers if m.statement.sentence == best), answers[0]) for answers in found
    ]


def _place(library: Library, report_id: str) -> tuple[PlacedStatement, ...]:
    sections, _figures = library.outline(report_id)
    return place_statements(library.report(report_id), sections, library.statements(report_id))


def _share_sides(ask: Ask) -> tuple[FigureAsk, ...]:
    """The part and the whole of a share that is asked for: 企业占市场主体的比例, 修复里企业占."""
    part, _, whole = ask.part.partition("占")
    whole = _SHARED.sub("", substance(whole))
    frame, _, rest = _FRAME.sub("里", part).rpartition("里")
    if not terms_of(whole):
        part, whole = (rest, frame) if frame else (part, ask.context)
    sides = [substance(side) for side in (part, whole)]
    if not all(map(terms_of, sides)):
        return ()
    counts = frozenset({Quantity.COUNT, Quantity.MONEY})
    return tuple(replace(read_ask(Ask(side)), quantities=counts) for side in sides)


def statements_beside(ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[PlacedStatement]:
    """The statements of one sentence that come nearest to what is asked, of its own thing."""
    things = [t for t in ask.subject if t in ask.things] or list(ask.carried)

    def nearness(one: PlacedStatement) -> tuple[int, int, bool]:
        thing = sum(t.is_in(one.own) or t.is_in(one.carried) for t in things)
        borne = sum(t.is_in(one.own) or t.is_in(one.carried) for t in ask.subject)
        return thing, borne, is_asked_amount(ask, one.statement)

    of_thing = [p for p in placed if any(t.is_in(p.said) for t in things)]
    best = max(of_thing, key=nearness, default=None)
    nearest = nearness(best) if best else (0, 0, False)
    if best is None or nearest[0] * _PAIR < len(things) or nearest[1] * _PAIR < len(ask.subject):
        return []
    same = [p for p in placed if p.statement.sentence == best.statement.sentence]
    return [p for p in same if nearness(p) == nearest][:_MOST_BESIDE]


def _may_be_meant(ask: FigureAsk, beside: Sequence[PlacedStatement]) -> bool:
    """Whether one of some statements is of the kind of amount and the unit that are asked for."""
    kinds = ask.quantities - {Quantity.COUNT} or ask.unit
    return bool(kinds) and any(is_asked_amount(ask, p.statement) for p in beside)


def _shown(ask: FigureAsk) -> str:
    return ask.wording.replace(" ", "")


def _figure(match: Match) -> str:
    figure = match.statement.figure
    return figure.text + say("answer.masked_mark") * figure.masked


def _named(match: Match) -> str:
    return match.placed.wording + say("answer.masked_mark") * match.statement.figure.masked


def _as_of(same: Sequence[Match], quote: str) -> str:
    """The date that governs the figures if the words shown leave it out."""
    as_of = same[0].statement.figure.as_of
    return say("answer.as_of", as_of=as_of) if as_of and as_of not in quote else ""


def _excerpt(report: Report, told: Sequence[Statement]) -> Span:
    """The clauses to show: those of the statements, and what they go on with if it is near."""
    sentence = trim_span(report.text, told[0].sentence)
    end_of_words = sentence.start + len(report.text[slice(*sentence)].rstrip(_CLOSING))
    if end_of_words - sentence.start <= _SHORT:
        return Span(sentence.start, end_of_words)
    last = max(statement.clause.end for statement in told)
    end = min(end_of_words, max(last, *(s.figure.end for s in told)))
    carried = [span.start for s in told for span in s.context if span.start >= sentence.start]
    starts = sorted({*carried, *(s.clause.start for s in told)})
    start = next((at for at in starts if end - at <= _LONG), starts[-1])
    if any(s.clause == (s.figure.start, s.figure.end) for s in told):  # a list dealt out: whole
        start = max(report.text.rfind(mark, sentence.start, start) for mark in _BREAKS) + 1
        start = max(start, sentence.start)
        ends = (report.text.find(mark, end, end_of_words) for mark in _BREAKS)
        end = min((at for at in ends if at >= 0), default=end_of_words)
    return trim_span(report.text, Span(start, end))
