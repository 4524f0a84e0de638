"""Answers a question for figures from the statements of the reports in its scope.

What a report states of just what is asked is told, each statement with its quote; what it does
not state is said to be missing, with what it does state of the same thing.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answering.ask_lists import joins_things
from bot.answering.asks import FigureAsk, as_amount, as_change, read_ask
from bot.answering.derivations import DerivationKind, confirm, derive, rank_things
from bot.answering.derived_lines import derived_lines, operands_of
from bot.answering.figure_lines import FigureAnswer, LineWriter, name_ask
from bot.answering.figure_question import FigureQuestion, in_one_unit, read_figure_question
from bot.answering.listed_things import (
    items_of,
    share_sides,
    things_of,
    told_kinds,
    told_shares,
    with_part_of_whole,
)
from bot.answering.matching import Match
from bot.answering.measures import measures
from bot.answering.operands import are_of_unit, are_two, without_wholes
from bot.answering.other_words import pointed_at
from bot.answering.session import Retrieval
from bot.answering.statement_finder import AskedReport
from bot.answering.untold_figures import UntoldFigures
from bot.answers import Derivation, Footnotes, report_label
from bot.wording import say
from knowledge.library import Library
from knowledge.understanding.sentences import Span

_MOST = 6
_PAIR = 2
_WHICH = re.compile(r"哪(?:一?[个家]|些|几[个家])(?:[县区市]?局|单位|县|区|市)")


def answer_figures(library: Library, retrieval: Retrieval, notes: Footnotes) -> FigureAnswer:
    """What the reports in a question's scope state of what it asks; ``notes`` gets the quotes."""
    return _FigureWriter(library, retrieval, notes).answer()


@dataclass(frozen=True, slots=True)
class _ToldOfReports:
    """Lines of an answer, what was worked out in them, and those that say what is not told."""

    lines: tuple[str, ...]
    derived: tuple[Derivation, ...] = ()
    missing: tuple[str, ...] = ()


class _FigureWriter:
    def __init__(self, library: Library, retrieval: Retrieval, notes: Footnotes) -> None:
        self._read = read_figure_question(library, retrieval)
        self._notes = notes
        self._lines = LineWriter(retrieval, notes)
        self._untold = UntoldFigures(library, self._read, notes, self._lines)

    def answer(self) -> FigureAnswer:
        """What the reports tell, else what can be worked out, else what is missing."""
        read, untold = self._read, self._untold
        for worked_out in (untold.goal, untold.average, untold.goal_beside_done):
            if (answer := worked_out()).lines:
                return answer
        if read.is_since_last_year:
            return self._tell_change()
        if read.ranks_things and (ranked := self._rank_things()).lines:
            return ranked
        read, asked = self._ask_reports()
        if not any(one.answers for one in asked) and (answer := self._rest(read)).lines:
            return answer
        answering = _answering(read, asked)
        if not answering:
            asked = self._in_other_words(read, asked) or asked
            answering = _answering(read, asked)
        if not answering:
            return FigureAnswer(tuple(self._missing_lines(read, asked)), ())
        if read.kind and len(read.asks) > 1:
            asked = [_with_parts_in_other_words(read, one) for one in asked]
            answering = _answering(read, asked)
        of_reports = self._tell(read, asked)
        derived = list(derived_lines(read, answering, self._notes, self._lines))
        told = [*of_reports.lines, *(line for line, _ in derived)]
        matches = tuple(m for one in answering for found in one.found for m in found)
        values = (*of_reports.derived, *(value for _, value in derived if value))
        confirmed = self._confirm(matches, values)
        told += [confirmed] if confirmed else []
        lacking = bool(derived or confirmed) or not all(map(all, (one.found for one in asked)))
        return FigureAnswer(tuple(told), matches, values, lacking, of_reports.missing)

    def _ask_reports(self) -> tuple[FigureQuestion, list[AskedReport]]:
        """The question with what each report states of it: of its parts, or of what they list."""
        read = self._read
        if read.kind is DerivationKind.GROWTH:
            read = read.with_asks(map(as_amount, read.asks))
        asked = in_one_unit(read, read.ask_reports())
        read = replace(read, answered=any(one.answers for one in asked))
        changes = read.kind in (DerivationKind.DIFFERENCE, DerivationKind.GROWTH)
        across = changes and read.answered and read.compares_reports
        if read.own_asks:
            return read, asked
        each = bool(measures().each.search(read.question.text))
        of_one = read.question.ranks and len(read.question.scope.bureaus) < _PAIR
        each = each or (of_one and any(joins_things(part.part) for part in read.parts))
        lists = not across and (each or read.kind)
        if not lists and read.answered:
            return _ask_each_of_list(read, asked) or (read, asked)
        if shares := told_shares(read):
            return read, shares
        if items := _ask_items(read):
            return items
        return read, told_kinds(read) or [_without_some_of_all(read, one) for one in asked]

    def _rest(self, read: FigureQuestion) -> FigureAnswer:
        return replace(self._untold, read=read).rest()

    @staticmethod
    def _in_other_words(read: FigureQuestion, asked: Sequence[AskedReport]) -> list[AskedReport]:
        """The reports that tell the one part in other words than it is asked in."""
        across = read.kind in (None, DerivationKind.TOTAL) or (
            read.kind is DerivationKind.DIFFERENCE and read.compares_reports
        )
        if not across or len(read.asks) > 1:
            return []
        ask, of_periods = read.asks[0], read.finder.of_periods
        found = [
            replace(one, found=(tuple(pointed_at(ask, of_periods(one.placed))),)) for one in asked
        ]
        most = max((one.borne for one in found), default=0)
        return [one for one in found if one.answers and one.borne == most]

    def _tell_change(self) -> FigureAnswer:
        """The change as a report tells it, else worked out from the figures of both years."""
        read = self._read
        changes = read.with_asks(map(as_change, read.asks))
        asked = changes.ask_reports()
        answering = [one for one in asked if one.answers]
        found = [m for one in answering for told in one.found for m in told]
        units = [m.statement.figure.unit for m in found]
        in_unit = all(measures().fits(ask.unit, unit) for ask in read.asks for unit in units)
        if not (found and in_unit) and (answer := self._untold.change()).lines:
            return answer
        if not answering:
            return FigureAnswer(tuple(self._missing_lines(changes, asked)), ())
        lines = [line for one in answering for line in self._report_lines(read, one).lines]
        return FigureAnswer(tuple(lines), tuple(found))

    def _rank_things(self) -> FigureAnswer:
        """The things of each report, ranked."""
        read = self._read
        lines: list[str] = []
        matches: list[Match] = []
        derived: list[Derivation] = []
        for placed in read.reports:
            told = things_of(placed, read)
            ranked = without_wholes(told)
            if line := rank_things(ranked, self._notes, lowest=read.ranks_lowest):
                lines += self._lines.lines(told)
                lines.append(line)
                matches += told
                if read.kind is DerivationKind.DIFFERENCE and are_two(ranked):
                    line, value = derive(read.kind, ranked, self._notes)
                    lines.append(line)
                    derived += [value] if value else []
        return FigureAnswer(tuple(lines), tuple(matches), tuple(derived), lacking=True)

    def _confirm(self, found: Sequence[Match], derived: Sequence[Derivation]) -> str:
        """Whether the figure that the question gives is that of the reports; empty if unknown."""
        question = self._read.question
        asked = question.confirms
        if asked is None or asked.value is None:
            return ""
        told = [m.statement.figure for m in found]
        values = {one.value for one in derived} if derived else {f.value for f in told}
        units = {one.unit for one in (derived or told)}
        value = values.pop() if len(values) == len(units) == 1 else None
        fits = all(measures().fits(asked.unit, unit) for unit in units)
        return confirm(asked, value, question.text) if value is not None and fits else ""

    # -- lines

    def _tell(self, read: FigureQuestion, asked: Sequence[AskedReport]) -> _ToldOfReports:
        """What each report tells, and what was worked out for parts that it does not tell.

        Where several reports are put side by side, those that tell nothing are named too.
        """
        asked = _without_silent_siblings(read, asked)
        which = _WHICH.search(read.question.text)  # asks for those that have it
        several = read.compares_reports and not which
        named = several and bool(read.question.scope.bureaus)
        told = [
            self._report_lines(read, one) for one in (asked if named else _answering(read, asked))
        ]
        silent = [report_label(one.report) for one in asked if not one.answers]
        if silent and several and not named:
            told.append(_ToldOfReports((say("answer.no_figure", who="、".join(silent)),)))
        return _ToldOfReports(
            tuple(line for one in told for line in one.lines),
            tuple(value for one in told for value in one.derived),
            tuple(line for one in told for line in one.missing),
        )

    def _report_lines(self, read: FigureQuestion, one: AskedReport) -> _ToldOfReports:
        """What one report tells of each part, and what was worked out for some."""
        if not one.answers:
            beside = self._lines.missing_line(read.asks[0], [one.placed])
            return _ToldOfReports(
                (beside or say("answer.no_figure", who=report_label(one.report)),)
            )
        found = list({m.statement: m for of in one.found for m in of[:_MOST]}.values())
        lines, derived, missing = list(self._lines.lines(found)), list[Derivation](), list[str]()
        told = {m.statement.sentence for m in found}
        for ask in (ask for ask, of in zip(read.asks, one.found, strict=True) if not of):
            rest, values = self._rest_lines(ask, one, told)
            derived += values
            meant = pointed_at(ask, read.finder.of_periods(one.placed)) if not rest else []
            answered = rest or list(self._lines.lines(meant))
            if not answered:
                beside = self._lines.missing_line(ask, [one.placed])
                missing.append(beside or say("answer.ask_missing", ask=name_ask(ask)))
            lines += answered or missing[-1:]
        return _ToldOfReports(tuple(lines), tuple(derived), tuple(missing))

    def _rest_lines(
        self, ask: FigureAsk, one: AskedReport, told: Collection[Span]
    ) -> tuple[list[str], list[Derivation]]:
        """What was worked out for a part that nothing answers; empty where nothing can be."""
        lines: list[str] = []
        derived: list[Derivation] = []
        for operands, line, derivation in self._untold.rest_of(ask, one.placed):
            derived += [derivation] if derivation else []
            untold = not line or not all(m.statement.sentence in told for m in operands)
            lines += self._lines.lines(operands) if untold else ()
            lines += [line] if line else []
        return lines, derived

    def _missing_lines(self, read: FigureQuestion, asked: Sequence[AskedReport]) -> Iterator[str]:
        """What is not stated, each with what is stated of the same thing; maybe none."""
        reports = [one.placed for one in asked]
        lines = [(ask, self._lines.missing_line(ask, reports)) for ask in read.asks]
        if not any(line for _, line in lines):
            return iter(())
        missing = (line or say("answer.ask_missing", ask=name_ask(ask)) for ask, line in lines)
        return iter(dict.fromkeys(missing))


def _without_silent_siblings(
    read: FigureQuestion, asked: Sequence[AskedReport]
) -> Sequence[AskedReport]:
    """Without the reports that tell nothing where another of their bureau tells of the one year."""
    if len(read.question.scope.periods) > 1:
        return asked
    told = {one.report.identity.bureau for one in asked if one.answers}
    return [one for one in asked if one.answers or one.report.identity.bureau not in told]


def _with_parts_in_other_words(read: FigureQuestion, one: AskedReport) -> AskedReport:
    """What a report tells of the parts of a sum, also where one statement alone has all words."""
    if not one.answers:
        return one
    placed = read.finder.of_periods(one.placed)
    found = (
        told or tuple(m for m in pointed_at(ask, placed) if not m.unsaid)
        for ask, told in zip(read.asks, one.found, strict=True)
    )
    return replace(one, found=tuple(found))


def _answering(read: FigureQuestion, asked: Sequence[AskedReport]) -> list[AskedReport]:
    """The reports that answer; where none was named, without those that tell something near.

    Those are kept that state just what is asked, and those that bear out as much of it.
    """
    answering = [one for one in asked if one.answers]
    exact = [one for one in answering if one.exact]
    named = read.question.scope.bureaus or (read.is_named and not read.question.ranks)
    if not exact or named:
        return answering
    most = max(one.borne for one in exact)
    return [
        one
        for one in answering
        if one in exact or (one.is_close and read.words_asked <= one.borne >= most)
    ]


def _ask_each_of_list(
    read: FigureQuestion, asked: Sequence[AskedReport]
) -> tuple[FigureQuestion, list[AskedReport]] | None:
    """The question asked of each thing joined in it, where each is told apart: 获证组织和发证机构.

    None where a statement tells of all of them itself.
    """
    joins = any(joins_things(part.part) for part in read.parts)
    itself = all(
        any(m.borne >= len(ask.subject) for one in asked for m in one.found[n])
        for n, ask in enumerate(read.asks)
    )
    if not joins or itself:
        return None
    items = _ask_items(read)
    told = items and all(any(one.found[n] for one in items[1]) for n in range(len(items[0].asks)))
    return items if told else None


def _without_some_of_all(read: FigureQuestion, one: AskedReport) -> AskedReport:
    """What a report states, without a single narrower thing where all are asked for.

    涉旅经营主体 are not how many 经营主体 there are.
    """
    found = tuple(
        () if _counts_anything(ask) and len(told) == 1 and told[0].extras else told
        for ask, told in zip(read.asks, one.found, strict=True)
    )
    return replace(one, found=found)


def _counts_anything(ask: FigureAsk) -> bool:
    """Whether all there are of something that any line of work has is asked for: 经营主体."""
    wide = measures().anywhere | measures().common
    return ask.whole and all(t.word in wide for t in ask.things)


def _ask_items(read: FigureQuestion) -> tuple[FigureQuestion, list[AskedReport]] | None:
    """The question asked of each thing that it lists; None where that finds nothing more."""
    sides = share_sides(read.parts[0]) if read.kind is DerivationKind.SHARE else ()
    lists = [items_of(part, read) or (read_ask(part),) for part in read.parts]
    lists = [tuple(replace(a, framed=len(lists) == 1) for a in asks) for asks in lists]
    items = sides or tuple(ask for asks in lists for ask in asks)
    if len(items) <= len(read.asks) and not sides:
        return None
    of_items = read.with_asks(items)
    asked = of_items.ask_reports_apart() if sides else of_items.ask_reports()
    if len(sides) == _PAIR:
        asked = [with_part_of_whole((sides[0], sides[1]), one) for one in asked]
    answered = sum(any(one.found[n] for one in asked) for n in range(len(items)))
    operands = [operands_of(of_items, one) for one in asked] if sides else []
    shared = not sides or any(are_two(ops) and are_of_unit(ops) for ops in operands)
    return (of_items, asked) if answered >= (_PAIR if read.answered else 1) and shared else None
