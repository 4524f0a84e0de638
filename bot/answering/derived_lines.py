"""Works out what a question asks for from the figures that the reports tell of it."""

from collections.abc import Iterator, Sequence
from operator import itemgetter

from bot.answering.ask_lists import joins_things, split_ask
from bot.answering.derivations import (
    DerivationKind,
    derivation_words,
    derive,
    like_unit,
    rank,
    rank_things,
)
from bot.answering.figure_lines import LineWriter
from bot.answering.figure_question import FigureQuestion
from bot.answering.matching import Match
from bot.answering.operands import (
    former_of,
    side_by_side,
    total_of,
    unlike_total_of,
    with_rest_of_list,
    with_whole,
)
from bot.answering.statement_finder import AskedReport
from bot.answers import Derivation, Footnotes
from bot.wording import say
from knowledge.models import Quantity, StatementKind

_PAIR = 2
DerivedLine = tuple[str, Derivation | None]
"""A line on what was worked out, or why it cannot be, and its value."""


def derived_lines(
    read: FigureQuestion, answering: Sequence[AskedReport], notes: Footnotes, lines: LineWriter
) -> Iterator[DerivedLine]:
    """What is worked out from the reports that answer; ``notes`` has their quotes."""
    if read.question.ranks:
        yield from _ranks(read, answering, notes)
        return
    firsts = _firsts(read, answering)
    if before := _former_and_now(read, answering):
        yield derive(DerivationKind.DIFFERENCE, before, notes)
        return
    if read.kind is None:
        return
    across = read.kind is not DerivationKind.SHARE and len(read.asks) == 1
    pair = len(firsts) == _PAIR or read.kind is DerivationKind.TOTAL
    if across and len(firsts) > 1 and pair and read.is_named:
        if not _is_ambiguous(read, firsts):
            line, value = derive(read.kind, _in_order(firsts), notes)
            lasting = {p and p.part for p in (m.placed.report.identity.period for m in firsts)}
            yield line + say("derived.scopes") * (len(lasting) > 1), value
    elif read.kind is not DerivationKind.GROWTH:
        for one in answering:
            yield from _derive_within(read, one, notes, lines)


def _ranks(
    read: FigureQuestion, answering: Sequence[AskedReport], notes: Footnotes
) -> Iterator[DerivedLine]:
    """The reports put in order, or the things of a single one that were asked of apart."""
    if len(answering) == 1 and len(read.asks) > 1:
        told = side_by_side([found for found in answering[0].found if found])
        if line := rank_things(told, notes, lowest=read.ranks_lowest):
            yield line, None
        return
    firsts = _firsts(read, answering)
    if len(firsts) > 1:
        yield rank(firsts, notes, lowest=read.ranks_lowest), None
    if len(firsts) == _PAIR and derivation_words().difference.search(read.question.text):
        yield derive(DerivationKind.DIFFERENCE, firsts, notes)


def operands_of(read: FigureQuestion, one: AskedReport) -> list[Match]:
    """The statements of a report that go into a sum: of each ask, or all narrower ones of one."""
    total = read.kind is DerivationKind.TOTAL
    if len(read.asks) > 1:
        return _operands_of_each(read, one)
    if read.kind is DerivationKind.SHARE:
        pairs = (with_whole(m, one.placed) for m in one.found[0])
        return next((pair for pair in pairs if pair), [])
    some = any(m.campaign for m in one.found[0])  # of what is not all told
    return list(one.found[0]) if total and not some else []


def _operands_of_each(read: FigureQuestion, one: AskedReport) -> list[Match]:
    total = read.kind is DerivationKind.TOTAL
    every = list({m.statement: m for found in one.found for m in found}.values())
    if total and all(one.found):
        listed = len({m.statement.sentence for m in every}) == 1
        each = len(every) == len(read.asks)  # several of one thing: all of them, or none
        return every if each or listed else []
    same = len(set(one.found)) == 1 and len(one.found[0]) == len(read.asks)
    chosen = list(one.found[0]) if same else side_by_side([f for f in one.found if f])
    if read.kind is DerivationKind.SHARE and not _may_be_whole(chosen):
        return []
    whole = len(chosen) == len(read.asks) and (total or len(chosen) == _PAIR)
    return chosen if whole and len({m.statement for m in chosen}) == len(chosen) else []


def _may_be_whole(operands: Sequence[Match]) -> bool:
    """Whether a part may be one of the last of some operands: of its sentence, or of all there is.

    燃气用具案件64件 are not the cases of which 38 were handed over elsewhere.
    """
    beside = len({m.statement.sentence for m in operands}) == 1
    return beside or not any(m.extras for m in operands[1:])


def _derive_within(
    read: FigureQuestion, one: AskedReport, notes: Footnotes, lines: LineWriter
) -> Iterator[DerivedLine]:
    """What is worked out from the statements of one report."""
    operands = operands_of(read, one)
    total = read.kind is DerivationKind.TOTAL
    summed = derivation_words().total
    lists = [
        found
        for ask, found in zip(read.asks, one.found, strict=True)
        if total and summed.search(ask.wording) and _is_list(found, joins_things(ask.wording))
    ]
    if lists:
        for found in lists:
            yield from _sum_up(with_rest_of_list(found, one.placed), one, notes, lines)
        return
    if total and len(read.parts) > 1 and any(summed.search(part.part) for part in read.parts):
        return  # 一共抽了多少批，不合格几批 asks for all of one thing
    direct = total and read.answered and any(ask.whole for ask in read.asks)
    if read.kind is None or len(operands) < _PAIR or (direct and not _lists(read, operands)):
        return
    if total:
        yield from _sum_up(operands, one, notes, lines)
    else:
        yield derive(read.kind, operands, notes)


def _is_list(found: Sequence[Match], several: bool) -> bool:
    """Whether some statements are all of narrower things that one sentence tells side by side.

    ``several``: the question lists things itself, of which one may be named just so.
    """
    told = [m.statement for m in found]
    beside = {(one.sentence, one.figure.unit) for one in told}
    subjects = {one.subject for one in told}
    narrower = all((m.extras or several) and not m.campaign for m in found)
    parts = any(one.condition.startswith("其中") for one in told)
    alone = narrower and not (several and parts)
    return len(beside) == 1 and alone and len(subjects) == len(told) >= _PAIR


def _sum_up(
    operands: Sequence[Match], one: AskedReport, notes: Footnotes, lines: LineWriter
) -> Iterator[DerivedLine]:
    """The total of some statements, with the report's own statement of it if there is one."""
    stated = total_of(operands, one.placed)
    other = None if stated else unlike_total_of(operands, one.placed)
    if told := stated or other:
        yield lines.line([Match(told, (told.statement.subject,))]), None
    unlike = other.wording if other else ""
    yield derive(DerivationKind.TOTAL, operands, notes, stated=stated is not None, unlike=unlike)


def _lists(read: FigureQuestion, operands: Sequence[Match]) -> bool:
    """Whether the question lists as many things as one sentence states alike."""
    alike = {(m.statement.sentence, m.statement.subject) for m in operands}
    return len(alike) == 1 and len(split_ask(read.parts[0])) == len(operands)


def _former_and_now(read: FigureQuestion, answering: Sequence[AskedReport]) -> list[Match]:
    """Both ends of a change that was told, where the question is by how much it changed."""
    if not derivation_words().shortened.search(read.question.text):
        return []
    told = ((a, m) for a in answering for found in a.found for m in found[:1])
    pairs = ([former, m] for a, m in told if (former := former_of(m, a.placed)))
    return next(pairs, [])


# -- one statement a report


def _firsts(read: FigureQuestion, answering: Sequence[AskedReport]) -> list[Match]:
    """The statement of each report that is compared; for a rank those of just what is asked."""
    planned = all(ask.planned for ask in read.asks)
    told = [
        [m for m in one.found[0] if planned or m.statement.role is not StatementKind.PLAN]
        for one in answering
    ]
    done = [same[0] for same in told if same]
    if not read.question.ranks:
        return next(_of_one_unit(told), done)
    exact = [m for m in done if not m.extras]
    in_line = [m for m in exact if not m.off_line]
    rest = [m for m in done if not m.off_line and m.statement.quantity is Quantity.RATE]
    alike = done if read.is_named and len({like_unit(m) for m in done}) == 1 else []
    groups = [some for some in (in_line, rest, exact, alike) if len(some) > 1]
    return next(filter(_has_order, groups), groups[0] if groups else [])


def _has_order(matches: Sequence[Match]) -> bool:
    """Whether more than one amount of some statements is known."""
    return sum(m.statement.figure.value is not None for m in matches) > 1


def _of_one_unit(told: Sequence[Sequence[Match]]) -> Iterator[list[Match]]:
    """One statement of each report, all of one unit, for each unit that all of them tell."""
    for first in told[0] if told else ():
        unit = like_unit(first)
        same = [[m for m in of if like_unit(m) == unit] for of in told]
        if all(same):
            yield [of[0] for of in same]


def _is_ambiguous(read: FigureQuestion, firsts: Sequence[Match]) -> bool:
    """Whether one bureau is named, and the statements are of several that it may be."""
    bureaus = {m.placed.report.identity.bureau for m in firsts}
    return len(read.question.scope.bureaus) == 1 and len(bureaus) > 1


def _in_order(firsts: Sequence[Match]) -> list[Match]:
    """One statement a report, the earlier period first."""
    dated = [(m.placed.report.identity.period, m) for m in firsts]
    known = [(period, m) for period, m in dated if period]
    if len({period for period, _ in known}) < len(firsts):
        return list(firsts)
    return [m for _, m in sorted(known, key=itemgetter(0))]
