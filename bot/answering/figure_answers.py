"""Answers a question for figures from the statements of the reports in its scope.

What a report states of just what is asked is told, each statement with its quote; what it does
not state is said to be missing, with what it does state of the same thing.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from operator import itemgetter

from bot.answering.asks import (
    PLAIN,
    FigureAsk,
    as_amount,
    as_change,
    as_planned,
    measures,
    parallel_ask,
    read_ask,
    split_ask,
    split_levels,
    split_run,
    split_stages,
)
from bot.answering.concepts import terms_of
from bot.answering.derivations import (
    DerivationKind,
    confirm,
    derivation_asked,
    derivation_words,
    derive,
    derive_average,
    is_bare_total,
    like_unit,
    rank,
    rank_things,
)
from bot.answering.figure_lines import LineWriter, name_ask
from bot.answering.matching import Match, bears, best_matches, matches
from bot.answering.operands import (
    WorkedOut,
    are_alike,
    are_of_one,
    are_of_unit,
    are_two,
    average_sides,
    find_left,
    former_of,
    is_goal_of,
    is_share_of,
    lacks,
    parts_of,
    side_by_side,
    total_of,
    unlike_total_of,
    with_those_between,
    with_whole,
    without_wholes,
    work_out_rest,
)
from bot.answering.placed_statements import PlacedStatement, placed_statements
from bot.answering.session import Retrieval
from bot.answering.statement_finder import AskedReport, StatementFinder
from bot.answers import Derivation, Footnotes, report_label
from bot.checking.vocabulary import grounding_words
from bot.wording import say
from knowledge.library import Library
from knowledge.models import Quantity, StatementKind
from knowledge.retrieval.question_asks import Ask, split_asks, substance
from knowledge.understanding.figures import find_figures
from knowledge.understanding.mentions import chinese_value
from knowledge.understanding.sentences import Span

_MOST = 6
_FRAME = re.compile(r"(?:里面?|当中|中)[，,]?")
_WHICH = re.compile(r"哪(?:一?[个家]|些|几[个家])(?:[县区市]?局|单位|县|区|市)")
_SHARED = re.compile(r"多大|多少|百分之几?|比例|比重|几成|总数|总量|的")
_PAIR = 2
_HIGH = re.compile("[高低]")

_WorksOut = Callable[[FigureAsk, tuple[PlacedStatement, ...]], Sequence[WorkedOut]]


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
        self._placed = [placed_statements(library, key) for key in retrieval.reports]
        self._finder = StatementFinder(self._question)
        self._lines = LineWriter(retrieval, notes)
        self._parts: tuple[Ask, ...] = ()
        self._asks: tuple[FigureAsk, ...] = ()
        self._derived: list[Derivation] = []
        self._answered = False  # by the question's parts as they stand

    def answer(self) -> FigureAnswer:
        self._read_parts()
        if (worked_out := self._tell_goal()).lines or (worked_out := self._tell_average()).lines:
            return worked_out
        if self._asks_since_last_year:
            return self._tell_change()
        if self._ranks_things and (ranked := self._rank_things()).lines:
            return ranked
        if self._kind is DerivationKind.GROWTH:
            self._asks = tuple(map(as_amount, self._asks))
        asked = [self._finder.ask_report(self._asks, placed) for placed in self._placed]
        asked = self._in_one_unit(asked)
        self._answered = any(one.answers for one in asked)
        changes = self._kind in (DerivationKind.DIFFERENCE, DerivationKind.GROWTH)
        across = changes and self._answered and self._retrieval.compares_reports
        lists = not across and (measures().each.search(self._question.text) or self._kind)
        if lists or not self._answered:
            asked = self._find_shares() or self._ask_items() or self._ask_kinds() or asked
        if not any(one.answers for one in asked):
            worked_out = self._work_out(self._rest_of)
            if worked_out.lines:
                return worked_out
        answering = self._answering(asked)
        if not answering:
            return FigureAnswer(tuple(self._missing_lines(asked)), ())
        lines = list(self._lines_of(asked))
        derived = list(self._derive(answering))
        lines += [line for line, _ in derived]
        matches = tuple(m for one in answering for found in one.found for m in found)
        values = (*self._derived, *(derivation for _, derivation in derived if derivation))
        confirmed = self._confirm(matches, values)
        lines += [confirmed] if confirmed else []
        lacking = bool(derived or confirmed) or not all(map(all, (one.found for one in asked)))
        return FigureAnswer(tuple(lines), matches, values, lacking)

    def _in_one_unit(self, asked: list[AskedReport]) -> list[AskedReport]:
        """What is compared in the unit that some report tells just what is asked in, if it can be.

        特种设备使用单位 are 家 in one report, and no 登记证260项 in another.
        """
        ask = self._asks[0]
        compares = self._retrieval.compares_reports or self._question.ranks
        if len(self._asks) > 1 or ask.unit or not compares:
            return asked
        exact = [m for one in asked for m in one.found[0] if not m.extras]
        if len({like_unit(m) for m in exact}) != 1:
            return asked
        in_unit = replace(ask, unit=like_unit(exact[0]))
        told = [self._finder.ask_report((in_unit,), one.placed) for one in asked]
        return [new if new.answers else one for one, new in zip(asked, told, strict=True)]

    def _as_rate(self, ask: FigureAsk) -> FigureAsk:
        """What is high or low is a rate, where one is told of it: 食品抽检哪个高."""
        if not (self._question.ranks and ask.quantities == PLAIN):
            return ask
        rate = replace(ask, quantities=frozenset({Quantity.RATE}))
        high = _HIGH.search(self._question.text)
        return rate if high and self._answers_to(rate) else ask

    def _lines_of(self, asked: Sequence[AskedReport]) -> Iterator[str]:
        """What each report tells; where several are put side by side, which tell nothing too."""
        which = _WHICH.search(self._question.text)  # asks for those that have it
        several = self._is_named and self._retrieval.compares_reports and not which
        named = several and bool(self._question.scope.bureaus)
        for one in asked if named else self._answering(asked):
            yield from self._report_lines(one)
        silent = [report_label(one.report) for one in asked if not one.answers]
        if silent and several and not named:
            yield say("answer.not_mentioned", who="、".join(silent))

    def _read_parts(self) -> None:
        """Read the parts of the question; one that only sums up the others asks for a total."""
        asks = self._question.asks
        units = {part.unit for part in asks if not is_bare_total(read_ask(part))}
        parts = tuple(
            part
            for part in asks
            if not (is_bare_total(read_ask(part)) and {part.unit, ""} & {"", *units})
        )
        self._parts = parts or asks
        self._asks = tuple(map(self._as_rate, map(read_ask, self._parts)))
        if len(self._parts) < len(asks):
            self._kind = DerivationKind.TOTAL
        elif self._kind is DerivationKind.GROWTH and len(self._parts) > 1:
            self._kind = None  # 2024年增长多少，2025年想增多少 asks each as it is told

    @property
    def _is_named(self) -> bool:
        return bool(self._question.scope.bureaus) or self._retrieval.compares_reports

    def _answering(self, asked: Sequence[AskedReport]) -> list[AskedReport]:
        """The reports that answer; where none was named, without those that tell something near.

        Those are kept that state just what is asked, and those that bear out as much of it.
        """
        answering = [one for one in asked if one.answers]
        exact = [one for one in answering if one.exact]
        if not exact or (self._is_named and not self._question.ranks):
            return answering
        most = max(one.borne for one in exact)
        return [
            one
            for one in answering
            if one in exact or (one.is_close and self._words_asked <= one.borne >= most)
        ]

    @property
    def _words_asked(self) -> int:
        """How many words of the question a statement may bear out."""
        return max(len(ask.subject) for ask in self._asks)

    def _find_shares(self) -> list[AskedReport]:
        """The shares that the reports tell themselves (其中食品案件占34%); empty without one."""
        if self._kind is not DerivationKind.SHARE or self._answered or len(self._asks) > 1:
            return []
        part, whole = _share_words(self._parts[0])
        ask = replace(read_ask(Ask(part)), quantities=frozenset({Quantity.RATE}))
        asked = []
        for placed in self._placed:
            shares = [p for p in placed if is_share_of(p, terms_of(whole))]
            asked.append(AskedReport(placed, (tuple(self._finder.find(ask, shares)),)))
        return asked if any(one.answers for one in asked) else []

    def _ask_items(self) -> list[AskedReport]:
        """The reports asked for each thing of a list apart; empty where that finds nothing more."""
        before = self._asks
        sides = _share_sides(self._parts[0]) if self._kind is DerivationKind.SHARE else ()
        lists = [self._items_of(ask) or (read_ask(ask),) for ask in self._parts]
        items = sides or tuple(ask for asks in lists for ask in asks)
        if len(items) <= len(before) and not sides:
            return []
        self._asks = items
        asked = [self._finder.ask_report(self._asks, placed) for placed in self._placed]
        answered = sum(any(one.found[n] for one in asked) for n in range(len(items)))
        shared = not sides or any(
            are_two(ops) and are_of_unit(ops) for ops in map(self._operands, asked)
        )
        if answered < (_PAIR if self._answered else 1) or not shared:
            self._asks = before
            return []
        return asked

    def _ask_kinds(self) -> list[AskedReport]:
        """What is told of each of the kinds that are to be summed up: 三类机构合计."""
        many = derivation_words().kinds.search(self._question.text)
        if not many or self._kind is not DerivationKind.TOTAL or len(self._asks) > 1:
            return []
        return [
            AskedReport(placed, (tuple(things),))
            for placed in self._placed
            if len(things := self._things_of(placed)) == chinese_value(many["many"])
        ]

    def _items_of(self, ask: Ask) -> tuple[FigureAsk, ...]:
        """The things that a part of the question lists; empty where it lists none."""
        if levels := self._told_run(split_levels(ask)):
            return levels
        if items := split_ask(ask):
            return tuple(self._as_told(item, items) for item in items)
        if stages := split_stages(ask):
            return stages
        of_things = len(self._question.scope.bureaus) < _PAIR  # 各 may mean each bureau
        each = of_things and measures().each.search(self._question.text)
        total = self._kind is DerivationKind.TOTAL and not self._answered
        listed = each or total or self._ranks_things
        runs = (split_run(ask, headed=headed) for headed in (False, True) if listed)
        return next(filter(None, map(self._told_run, runs)), ())

    def _told_run(self, run: Sequence[FigureAsk]) -> tuple[FigureAsk, ...]:
        """The things of a list, where something is told of each; empty where it is not."""
        told = [m for one in run for m in self._answers_to(one)[:1]]
        if not run or len({m.statement for m in told}) < len(run):
            return ()
        return tuple(run[:-1] if _is_headed(run, told) else run)

    def _as_told(self, item: FigureAsk, items: Sequence[FigureAsk]) -> FigureAsk:
        """An item of a list with what it shares with the others, as far as that is told of it."""
        first, last = items[0], items[-1]
        headed = (parallel_ask(item, last),) if item is not last and len(item.things) == 1 else ()
        readings = (*headed, item, item.alone, parallel_ask(item, first))
        return next((one for one in readings if self._answers_to(one)), item)

    def _answers_to(self, ask: FigureAsk) -> list[Match]:
        return [m for placed in self._placed for m in self._finder.find(ask, placed)]

    # -- which of several things

    @property
    def _ranks_things(self) -> bool:
        """Whether a question is which of the things in a report there were most of."""
        question = self._question
        return question.ranks_things or (question.ranks and len(self._placed) == 1)

    def _rank_things(self) -> FigureAnswer:
        lines: list[str] = []
        matches: list[Match] = []
        derived: list[Derivation] = []
        lowest = bool(derivation_words().lowest.search(self._question.text))
        for placed in self._placed:
            told = self._things_of(placed)
            ranked = without_wholes(told)
            if line := rank_things(ranked, self._notes, lowest=lowest):
                lines += self._lines.lines(told)
                lines.append(line)
                matches += told
                if self._kind is DerivationKind.DIFFERENCE and are_two(ranked):
                    line, value = derive(self._kind, ranked, self._notes)
                    lines.append(line)
                    derived += [value] if value else []
        return FigureAnswer(tuple(lines), tuple(matches), tuple(derived), lacking=True)

    def _things_of(self, placed: Sequence[PlacedStatement]) -> list[Match]:
        """What is ranked: the things that the question lists, or those of one sentence."""
        items = [one for part in self._parts for one in self._items_of(part)]
        asks = [self._finder.find(one, placed)[:1] for one in items]
        told = list(dict.fromkeys(m for found in asks for m in found))
        if len(told) >= _PAIR and len(told) == len(items):
            return told
        done = [p for p in placed if p.statement.role is not StatementKind.PLAN]
        groups: dict[object, list[Match]] = {}
        for match in (m for ask in self._asks for m in matches(ask, done)):
            one = match.statement
            groups.setdefault((one.sentence, one.figure.unit, one.quantity), []).append(match)
        parts = [parts_of(m, done) for same in groups.values() for m in same]
        things = [*parts, *(without_wholes(same) for same in groups.values())]
        things = [with_those_between(same, done) for same in things if len(same) >= _PAIR]
        things = [same for same in things if not any(are_of_one(c, same) for c in self._categories)]
        return max(things, key=lambda same: (max(m.borne for m in same), len(same)), default=[])

    @property
    def _categories(self) -> list[str]:
        """What the things that are ranked are: 平台 of 三个平台哪个最少."""
        words = {t.word for ask in self._asks for t in ask.things}
        return [word for word in words if f"个{word}" in self._question.text]

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
        asked = [self._finder.ask_report(self._asks, placed) for placed in self._placed]
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

    def _change_of(self, ask: FigureAsk, placed: tuple[PlacedStatement, ...]) -> list[WorkedOut]:
        kind = derivation_asked(self._question.text, periods=_PAIR) or DerivationKind.GROWTH
        operands = self._of_both_years(ask, placed)
        return [(operands, *derive(kind, operands, self._notes))] if are_two(operands) else []

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
                before = best_matches(ask, placed_statements(self._library, entry.id))
        now = self._finder.find(ask, [p for p in placed if p.statement.period != last])
        return next(([b, n] for b in before for n in now if are_alike(b, n)), [])

    # -- what is worked out

    def _derive(self, answering: Sequence[AskedReport]) -> Iterator[tuple[str, Derivation | None]]:
        firsts = self._firsts(answering)
        if self._question.ranks:
            if len(firsts) > 1:
                lowest = bool(derivation_words().lowest.search(self._question.text))
                yield rank(firsts, self._notes, lowest=lowest), None
            return
        if before := self._former_and_now(answering):
            yield derive(DerivationKind.DIFFERENCE, before, self._notes)
            return
        if self._kind is None:
            return
        across = self._kind is not DerivationKind.SHARE and len(self._asks) == 1
        pair = len(firsts) == _PAIR or self._kind is DerivationKind.TOTAL
        if across and len(firsts) > 1 and pair and self._is_named:
            if not self._is_ambiguous(firsts):
                line, value = derive(self._kind, self._in_order(firsts), self._notes)
                lasting = {p and p.part for p in (m.placed.report.identity.period for m in firsts)}
                yield line + say("derived.scopes") * (len(lasting) > 1), value
        elif self._kind is not DerivationKind.GROWTH:
            for one in answering:
                yield from self._derive_within(one, self._kind)

    def _former_and_now(self, answering: Sequence[AskedReport]) -> list[Match]:
        """Both ends of a change that was told, where the question is by how much it changed."""
        if not derivation_words().shortened.search(self._question.text):
            return []
        told = ((a, m) for a in answering for m in a.found[0][:1])
        pairs = ([former, m] for a, m in told if (former := former_of(m, a.placed)))
        return next(pairs, [])

    def _derive_within(
        self, one: AskedReport, kind: DerivationKind
    ) -> Iterator[tuple[str, Derivation | None]]:
        """What is worked out from the statements of one report."""
        operands = self._operands(one)
        total = kind is DerivationKind.TOTAL
        direct = total and self._answered and any(ask.whole for ask in self._asks)
        if len(operands) < _PAIR or (direct and not self._lists(operands)):
            return
        if total:
            yield from self._sum_up(operands, one)
        else:
            yield derive(kind, operands, self._notes)

    def _sum_up(
        self, operands: Sequence[Match], one: AskedReport
    ) -> Iterator[tuple[str, Derivation | None]]:
        """The total of some statements, with the report's own statement of it if there is one."""
        stated = total_of(operands, one.placed)
        other = None if stated else unlike_total_of(operands, one.placed)
        if told := stated or other:
            yield self._lines.line([Match(told, (told.statement.subject,))]), None
        unlike = other.wording if other else ""
        yield derive(
            DerivationKind.TOTAL, operands, self._notes, stated=stated is not None, unlike=unlike
        )

    def _lists(self, operands: Sequence[Match]) -> bool:
        """Whether the question lists as many things as one sentence states alike."""
        alike = {(m.statement.sentence, m.statement.subject) for m in operands}
        return len(alike) == 1 and len(split_ask(self._parts[0])) == len(operands)

    def _is_ambiguous(self, firsts: Sequence[Match]) -> bool:
        """Whether one bureau is named, and the statements are of several that it may be."""
        bureaus = {m.placed.report.identity.bureau for m in firsts}
        return len(self._question.scope.bureaus) == 1 and len(bureaus) > 1

    def _firsts(self, answering: Sequence[AskedReport]) -> list[Match]:
        """The statement of each report that is compared; for a rank those of just what is asked."""
        told = [
            [m for m in one.found[0] if m.statement.role is not StatementKind.PLAN]
            for one in answering
        ]
        done = [same[0] for same in told if same]
        if not self._question.ranks:
            return next(_of_one_unit(told), done)
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
            pairs = (with_whole(m, one.placed) for m in one.found[0])
            return next((pair for pair in pairs if pair), [])
        if self._kind is DerivationKind.TOTAL and len(self._asks) > 1 and all(one.found):
            every = list(dict.fromkeys(m for found in one.found for m in found))
            if len(every) > len(self._asks):  # several of one thing: all of them, or none
                listed = len({m.statement.sentence for m in every}) == 1
                return every if listed else []
        if len(self._asks) > 1:
            same = len(set(one.found)) == 1 and len(one.found[0]) == len(self._asks)
            chosen = list(one.found[0]) if same else side_by_side([f for f in one.found if f])
            pair = self._kind is not DerivationKind.TOTAL
            whole = len(chosen) == len(self._asks) and (not pair or len(chosen) == _PAIR)
            return chosen if whole and len(set(chosen)) == len(chosen) else []
        some = any(m.campaign for m in one.found[0])  # of what is not all told
        return list(one.found[0]) if self._kind is DerivationKind.TOTAL and not some else []

    def _work_out(self, operands_of: _WorksOut) -> FigureAnswer:
        """What can be worked out for each part in each report, with the lines of its operands."""
        lines: list[str] = []
        matches: list[Match] = []
        derived: list[Derivation] = []
        for placed, ask in product(self._placed, self._asks):
            for operands, line, derivation in operands_of(ask, placed):
                lines += self._lines.lines(operands)
                lines += [line] if line else []
                matches += operands
                derived += [derivation] if derivation else []
        return FigureAnswer(tuple(lines), tuple(matches), tuple(derived))

    def _rest_of(self, ask: FigureAsk, placed: tuple[PlacedStatement, ...]) -> list[WorkedOut]:
        """What is left of something, or a rate that is told from its other side or in counts."""
        if left := find_left(ask, self._finder.of_periods(placed)):
            return [(one, *self._subtract(one)) for one in left]
        rest = work_out_rest(ask, placed, self._finder.find, self._notes)
        return [rest] if rest[1] else []

    def _subtract(self, operands: Sequence[Match]) -> tuple[str, Derivation | None]:
        if len(operands) < _PAIR:  # the report tells itself what is left
            return "", None
        return derive(DerivationKind.DIFFERENCE, operands, self._notes)

    def _tell_goal(self) -> FigureAnswer:
        """How much is lacking to a goal that a report sets for the year that it tells of."""
        if not derivation_words().to_goal.search(self._question.text):
            return FigureAnswer((), ())
        asks, self._asks = self._asks, tuple(map(as_planned, self._asks))
        worked_out = self._work_out(self._goal_of)
        self._asks = asks
        return worked_out

    def _goal_of(self, ask: FigureAsk, placed: tuple[PlacedStatement, ...]) -> list[WorkedOut]:
        own = placed[0].report.identity.period if placed else None
        goals = best_matches(ask, [p for p in placed if is_goal_of(p, own)])
        done = [p for p in placed if p.statement.role is StatementKind.DONE]
        done = [p for p in done if p.statement.period == own]
        pairs = [[goal, Match(p, goal.extras)] for goal in goals for p in done if lacks(goal, p)]
        return [(pair, *derive(DerivationKind.DIFFERENCE, pair, self._notes)) for pair in pairs[:1]]

    def _tell_average(self) -> FigureAnswer:
        """How much falls to each, where an average is asked for that no report states."""
        average, parts = derivation_words().average, self._parts
        asked = [(part, match) for part in parts if (match := average.search(part.part))]
        told = (m for ask in self._asks if asked for m in self._answers_to(ask))
        if not asked or any(average.search(m.placed.own) for m in told):
            return FigureAnswer((), ())
        asks, answers = self._asks, list[FigureAnswer]()
        for part, match in asked:
            rest = f"{part.context}，{part.part[: match.start()]}{part.part[match.end() :]}"
            self._asks = tuple(map(read_ask, split_asks(rest)))
            per = next(filter(None, match.groups()))
            answers.append(self._work_out(partial(self._average_of, per)))
        self._asks = asks
        return FigureAnswer(
            tuple(line for one in answers for line in one.lines),
            tuple(match for one in answers for match in one.matches),
            tuple(value for one in answers for value in one.derived),
        )

    def _average_of(
        self, per: str, ask: FigureAsk, placed: tuple[PlacedStatement, ...]
    ) -> list[WorkedOut]:
        amounts = self._finder.find(ask, placed)
        if not amounts:
            return []
        for amount in amounts:
            if sides := average_sides(amount, per, placed):
                return [(sides, *derive_average(sides, self._notes))]
        return [(amounts[:1], say("derived.no_average"), None)]

    def _confirm(self, found: Sequence[Match], derived: Sequence[Derivation]) -> str:
        """Whether the figure that the question gives is that of the reports; empty if unknown."""
        asked = self._question.confirms
        if asked is None or asked.value is None:
            return ""
        told = [m.statement.figure for m in found]
        values = {one.value for one in derived} if derived else {f.value for f in told}
        units = {one.unit for one in (derived or told)}
        value = values.pop() if len(values) == len(units) == 1 else None
        fits = all(measures().fits(asked.unit, unit) for unit in units)
        return confirm(asked, value, self._question.text) if value is not None and fits else ""

    # -- lines

    def _report_lines(self, one: AskedReport) -> Iterator[str]:
        if not one.answers:
            beside = self._lines.missing_line(self._asks[0], [one.placed])
            yield beside or say("answer.not_mentioned", who=report_label(one.report))
            return
        found = [m for found in one.found for m in found[:_MOST]]
        yield from self._lines.lines(found)
        told = {m.statement.sentence for m in found}
        for ask, answers in zip(self._asks, one.found, strict=True):
            if not answers and (rest := self._rest_lines(ask, one, told)):
                yield from rest
            elif not answers:
                beside = self._lines.missing_line(ask, [one.placed])
                yield beside or say("answer.ask_missing", ask=name_ask(ask))

    def _rest_lines(self, ask: FigureAsk, one: AskedReport, told: Collection[Span]) -> list[str]:
        """What was worked out for a part that nothing answers; empty where nothing can be."""
        lines: list[str] = []
        for operands, line, derivation in self._rest_of(ask, one.placed):
            self._derived += [derivation] if derivation else []
            untold = not line or not all(m.statement.sentence in told for m in operands)
            lines += self._lines.lines(operands) if untold else ()
            lines += [line] if line else []
        return lines

    def _missing_lines(self, asked: Sequence[AskedReport]) -> Iterator[str]:
        """What is not stated, each with what is stated of the same thing; maybe none."""
        reports = [one.placed for one in asked]
        lines = [(ask, self._lines.missing_line(ask, reports)) for ask in self._asks]
        if not any(line for _, line in lines):
            return iter(())
        missing = (line or say("answer.ask_missing", ask=name_ask(ask)) for ask, line in lines)
        return iter(dict.fromkeys(missing))


def _of_one_unit(told: Sequence[Sequence[Match]]) -> Iterator[list[Match]]:
    """One statement of each report, all of one unit, for each unit that all of them tell."""
    for first in told[0] if told else ():
        unit = like_unit(first)
        same = [[m for m in of if like_unit(m) == unit] for of in told]
        if all(same):
            yield [of[0] for of in same]


def _is_headed(run: Sequence[FigureAsk], told: Sequence[Match]) -> bool:
    """Whether the last thing of a list is what the others are of: 电梯 of 绿色黄色红色电梯."""
    *members, head = told
    listed = {m.statement.sentence for m in members}
    beside = len(members) > 1 and len(listed) == 1 and head.statement.sentence not in listed
    return beside and all(any(bears(m.placed, t) for m in members) for t in run[-1].things)


def _share_words(ask: Ask) -> tuple[str, str]:
    """The words of the part and of the whole of a share: 企业占市场主体的比例, 修复里企业占."""
    part, _, whole = ask.part.partition("占")
    whole = _SHARED.sub("", substance(whole))
    frame, _, rest = _FRAME.sub("里", part).rpartition("里")
    if not terms_of(whole):
        part, whole = (rest, frame) if frame else (part, ask.context)
    return substance(part), substance(whole)


def _share_sides(ask: Ask) -> tuple[FigureAsk, ...]:
    """The part and the whole of a share that is asked for; the part alone if no whole is named."""
    part, whole = _share_words(ask)
    if not terms_of(part):
        return ()
    counts = frozenset({Quantity.COUNT, Quantity.MONEY})
    sides = (part, whole) if terms_of(whole) else (part,)
    return tuple(replace(read_ask(Ask(side)), quantities=counts) for side in sides)
