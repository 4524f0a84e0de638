"""Checks of a draft's figures: told twice, or far from what they were before; pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from bot.checking.sources import same_unit
from bot.checking.wordings import telling_places
from bot.ledger.gathering import LedgerEntry
from bot.ledger.ledger import calendar_order
from bot.proofreading.alignment import ReadFigure, likeness
from bot.proofreading.amounts import agree, amount, are_swapped, digits_of, is_exact, is_mistyped
from bot.proofreading.entries import (
    clause_of,
    is_of_a_campaign,
    is_of_all,
    is_of_titled_line,
    own_name,
)
from bot.proofreading.findings import ProofDraft, ProofFinding, ProofKind, StoredMaterial
from bot.proofreading.vocabulary import proof_phrase, proof_words
from knowledge.models import Quantity, StatementKind
from knowledge.understanding.indicators import plain_unit
from knowledge.understanding.periods import Period, YearPart

_SWAPPED, _LIKELY, _NEARLY, _SURELY, _SAME, _NEVER = 0.3, 1.0, 1.5, 1.7, 1.9, 9.0
"""How alike figures are that are of one thing: if digits of a long number changed places; likely,
nearly sure, surely, in the same words; never."""
_SHORTEST_HELD, _FEW_DIGITS, _STAGE = 6, 2, 4
_LEAP, _STOCK_LEAP, _LEAST, _POINTS = 4, 2, 20, 12
_HELD = re.compile("(?:共|累计)?(?:举办|组织|召开|开展|建立|制定)")
_HALVES = (YearPart.FIRST_HALF, YearPart.SECOND_HALF)
STOCK = re.compile(r"在用|在册|实有|现有|总量|总数|保有|有效|拥有")
_SO_FAR = re.compile(r"累计|合计|1[—–-]\d+月")
_UP_TO_NOW = re.compile(r"目前|[年月]底|12月31日|6月30日")


def twice_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """What two sentences tell in two amounts; not what three do, each of a campaign of its own."""
    told = [one for one in draft.figures if _is_told_once(one)]
    pairs = [pair for pair in combinations(told, 2) if _tell_of_one_thing(*pair)]
    count = Counter(one.place for pair in pairs for one in pair)
    for first, second in pairs:
        if count[first.place] == count[second.place] == 1:
            figure, entries = second.entry.statement.figure, (first.entry, second.entry)
            same = len({(entry.name, entry.statement.role) for entry in entries}) == 1
            why = proof_phrase("say.twice", stated=f"“{clause_of(first.entry)}”")
            span, certain = (figure.start, figure.end), same and all(map(is_of_all, entries))
            yield ProofFinding(ProofKind.TWICE, *span, why, certain=certain)


def _is_told_once(one: ReadFigure) -> bool:
    """Whether it tells an exact result, and not how it changed."""
    statement = one.entry.statement
    known = one.entry.period is not None and is_exact(statement.figure)
    is_result = statement.role is not StatementKind.PLAN
    return known and is_result and statement.quantity is not Quantity.CHANGE


def _tell_of_one_thing(first: ReadFigure, second: ReadFigure) -> bool:
    """Whether two figures of two sentences are of one thing of one time, in two amounts."""
    one, two = first.entry.statement, second.entry.statement
    apart = one.sentence != two.sentence and first.entry.period == second.entry.period
    differ = same_unit(one.figure.unit, two.figure.unit) and not agree(one.figure, two.figure)
    if not (apart and differ and _time_of(first.entry) == _time_of(second.entry)):
        return False
    return likeness(first.stated, second.stated) >= _least_alike(first, second)


def _least_alike(first: ReadFigure, second: ReadFigure) -> float:
    """How alike two figures have to be: less where digits changed places, or one is another.

    Or where a problem tells of all of the period what was done. What each campaign counts is never
    of one thing, but for what is held once.
    """
    one, two = first.entry.statement, second.entry.statement
    is_long = len(digits_of(one.figure.text)) > _FEW_DIGITS
    if are_swapped(one.figure.text, two.figure.text):
        return _SWAPPED if is_long else _LIKELY
    is_problem = one.role is not two.role and StatementKind.PROBLEM in (one.role, two.role)
    if is_problem and proof_words().of_whole_period.search(clause_of(second.entry)):
        return _NEARLY
    if is_of_a_campaign(first.entry) or is_of_a_campaign(second.entry):
        same_place = first.entry.section.path == second.entry.section.path
        names = own_name(first.entry), own_name(second.entry)
        if not (same_place and all(_HELD.match(n) and len(n) >= _SHORTEST_HELD for n in names)):
            return _NEVER
    if is_long and is_mistyped(amount(one.figure), amount(two.figure)):
        return _SURELY
    return _NEVER if _goes_on(first) or _goes_on(second) else _SAME


def _goes_on(one: ReadFigure) -> bool:
    """Whether a figure says but how that went which its sentence tells before: 通过初审."""
    is_short = len(telling_places(one.stated.own)) <= _STAGE
    return not one.stated.has_own_subject or (is_short and bool(one.stated.earlier))


def _time_of(entry: LedgerEntry) -> object:
    """What a figure is told as of, and whether it sums up or tells what there is in all."""
    words, as_of = clause_of(entry), entry.statement.figure.as_of
    now = as_of if as_of and not _UP_TO_NOW.search(as_of) else None
    return now, bool(_SO_FAR.search(words)), bool(STOCK.search(words))


def jump_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Figures that are many times, or a small part of, what they were a year before."""
    for one in draft.figures if draft.period else ():
        figure, other = one.entry.statement.figure, _told_before(draft, one, stored)
        if other and _leaps(one.entry, other):
            stated = f"“{other.statement.figure.text}”"
            why = proof_phrase("say.jump", period=other.period, stated=stated)
            yield ProofFinding(ProofKind.JUMP, figure.start, figure.end, why, None, other.quote)


def _told_before(draft: ProofDraft, one: ReadFigure, stored: StoredMaterial) -> LedgerEntry | None:
    """What the reports told of the same the last time that a figure may be compared with.

    A plan counts where it tells what there is in all, and nothing that each campaign counts.
    """
    entry, period = one.entry, draft.period
    is_plan = entry.statement.role is StatementKind.PLAN
    everybodys = len(telling_places(one.stated.own)) < _STAGE  # 电梯 may be any
    everybodys = everybodys or is_of_titled_line(entry) or is_of_a_campaign(entry)
    if everybodys or _goes_on(one) or period is None:
        return None
    if entry.statement.quantity is Quantity.CHANGE or (
        not _is_stock(entry) if is_plan else entry.period != period
    ):
        return None
    then = {when: others for when in stored.figures if (others := _alike(one, stored, when))}
    before = _period_before(entry, period, [when for when in then if when])
    told = then.get(before, []) if before else []
    return told[0] if len({other.statement.figure.value for other in told}) == 1 else None


def _alike(one: ReadFigure, stored: StoredMaterial, period: Period | None) -> list[LedgerEntry]:
    """What is told as a result of a period that is most likely the same, in the same unit."""
    unit, quantity = one.entry.statement.figure.unit, one.entry.statement.quantity
    return [
        other.entry for other in stored.figures[period]
        if other.entry.period == period
        and other.entry.statement.role is not StatementKind.PLAN
        and other.entry.statement.quantity is quantity
        and same_unit(other.entry.statement.figure.unit, unit)
        and likeness(one.stated, other.stated) >= _SAME
        and not _goes_on(other)
    ]  # fmt: skip


def _period_before(entry: LedgerEntry, period: Period, told: Sequence[Period]) -> Period | None:
    """What a figure is compared with: the year before, of what there is in all the last told.

    A half of a year goes by the other one where none is told of the year before, else by a year.
    """
    earlier = [when for when in told if calendar_order(when) < calendar_order(period)]
    year_before = Period(period.year - 1, period.part)
    if year_before in told and not _is_stock(entry):
        return year_before
    halves = [w for w in earlier if (w.part in _HALVES) == (period.part in _HALVES)]
    return max(earlier if _is_stock(entry) else halves or earlier, key=calendar_order, default=None)


def _is_stock(entry: LedgerEntry) -> bool:
    """Whether it counts what there is in all, which changes little in a year."""
    return bool(STOCK.search(entry.statement.subject + (entry.statement.figure.as_of or "")))


def _leaps(one: LedgerEntry, other: LedgerEntry) -> bool:
    now, then = one.statement.figure, other.statement.figure
    if now.value is None or then.value is None or plain_unit(now.unit) != plain_unit(then.unit):
        return False
    if one.statement.quantity is Quantity.RATE:
        return abs(now.value - then.value) >= _POINTS
    low, high = sorted((now.value, then.value))
    if are_swapped(now.text, then.text) and high >= low * _LEAP:  # the point is elsewhere
        return True
    of_parts = [e.period is not None and e.period.part in _HALVES for e in (one, other)]
    if of_parts == [True, False] and now.value < then.value:  # half a year of a year's
        high /= 2
    return high >= _LEAST and high >= low * (_STOCK_LEAP if _is_stock(one) else _LEAP)
