"""Checks of a draft's figures: told twice, or far from what they were before; pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from bot.ledger.gathering import LedgerEntry
from bot.ledger.ledger import build_tables, calendar_order
from bot.ledger.words import ledger_words
from bot.proofreading.amounts import are_swapped, digits_of, is_exact
from bot.proofreading.entries import (
    GENERIC,
    clause_of,
    is_comparable,
    is_of_all,
    is_of_one_line,
    is_of_titled_line,
    names_all,
    own_name,
    pairs_in,
    pairs_of_name,
    share_things,
    tell_one_amount,
)
from bot.proofreading.findings import ProofDraft, ProofFinding, ProofKind, StoredMaterial
from bot.proofreading.vocabulary import proof_phrase, proof_words
from knowledge.models import Quantity, StatementKind
from knowledge.understanding.indicators import indicator_catalogue, plain_unit
from knowledge.understanding.periods import Period, YearPart

_SHORTEST_LIKE, _FEW_DIGITS = 6, 2
_AMONG = "其中"
_LIKE = 0.7
_LEAP, _STOCK_LEAP, _LEAST, _POINTS = 4, 2, 20, 12
_HELD = re.compile("(?:共|累计)?(?:举办|组织|召开|开展|建立|制定)")
_HALVES = (YearPart.FIRST_HALF, YearPart.SECOND_HALF)
_STOCK = re.compile(r"在用|在册|实有|现有|总量|总数|保有|有效|拥有")
_SO_FAR = re.compile(r"累计|合计|1[—–-]\d+月")
_UP_TO_NOW = re.compile(r"目前|[年月]底|12月31日|6月30日")

StatedKey = tuple[str, str, Period | None, str | None]
"""What a figure tells of: its own name, its unit, its period, the date that it is as of."""


def twice_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Indicators that two sentences give two values."""
    found: set[int] = set()
    for entries in _by_key(draft.entries).values():
        for first, second in _contradicting(entries):
            found.add(second.statement.figure.start)
            yield _twice(first, second, certain=_is_of_the_whole(first, second))
    for entries in _by_indicator(draft.entries).values():
        for first, second in _contradicting(entries):
            if second.statement.figure.start not in found:
                found.add(second.statement.figure.start)
                yield _twice(first, second, certain=False)
    for first, second in (*_swapped_again(draft.entries), *_problems_again(draft.entries)):
        if second.statement.figure.start not in found:
            yield _twice(first, second, certain=False)


def _swapped_again(entries: Sequence[LedgerEntry]) -> Iterator[tuple[LedgerEntry, LedgerEntry]]:
    """What another sentence tells with two digits swapped, whatever it is called there."""
    alike: dict[object, list[LedgerEntry]] = {}
    for entry in entries:
        figure, is_change = entry.statement.figure, entry.statement.quantity is Quantity.CHANGE
        if is_exact(figure) and figure.unit and not is_change and entry.period:
            place = plain_unit(figure.unit), digits_of(figure.text)
            alike.setdefault(place, []).append(entry)
    for group in alike.values():
        for first, second in combinations(group, 2):
            apart = first.statement.sentence != second.statement.sentence
            if apart and _swapped(first, second) and _may_be_same(first, second):
                yield first, second


def _problems_again(entries: Sequence[LedgerEntry]) -> Iterator[tuple[LedgerEntry, LedgerEntry]]:
    """What a problem tells of the whole period otherwise than the work: 全年仅办理9笔."""
    done = [e for e in entries if e.statement.role is StatementKind.DONE and is_comparable(e)]
    for entry in entries:
        statement, figure = entry.statement, entry.statement.figure
        if statement.role is not StatementKind.PROBLEM or not is_exact(figure):
            continue
        if not proof_words().of_whole_period.search(clause_of(entry)):
            continue
        same = [e for e in done if _period_and_unit(e) == _period_and_unit(entry)]
        same = [other for other in same if _names_in(entry, other) and _may_be_named(entry, other)]
        if len(same) == 1 and not tell_one_amount(same[0], entry):
            yield same[0], entry


def _may_be_named(entry: LedgerEntry, other: LedgerEntry) -> bool:
    """Whether an entry has no name that tells it from another's, as 注销 does 新增市场主体."""
    one, two = pairs_of_name(entry), pairs_of_name(other)
    return 4 * len(one & two) >= 3 * min(len(one), len(two))


def _may_be_same(first: LedgerEntry, second: LedgerEntry) -> bool:
    """Whether two figures may tell one thing: many digits that are alike are seldom chance."""
    if sum(c.isdecimal() for c in first.statement.figure.text) > _FEW_DIGITS:
        one, two = set(own_name(first)), set(own_name(second))
        return 2 * len(one & two) >= min(len(one), len(two))
    return share_things(first, second)


def _by_indicator(entries: Iterable[LedgerEntry]) -> dict[object, list[LedgerEntry]]:
    """What is told of all of the bureau in exact figures, by the ledger's name for it.

    So are things of one name that are held, under one heading: 举办安全用药讲座.
    """
    found: dict[object, list[LedgerEntry]] = {}
    place: object
    for entry in entries:
        figure, name = entry.statement.figure, own_name(entry)
        if not is_comparable(entry) or figure.approximate:
            continue
        as_of = None if _UP_TO_NOW.search(figure.as_of or "") else figure.as_of
        if GENERIC.match(name) and not _is_of_the_bureau(entry):
            if _HELD.match(name) and len(name) >= _SHORTEST_LIKE:
                place = name, plain_unit(figure.unit), entry.section.path
                found.setdefault(place, []).append(entry)
        elif names_all(entry):
            place = entry.name, plain_unit(figure.unit), entry.period, as_of
            found.setdefault(place, []).append(entry)
    return found


def _is_of_the_bureau(entry: LedgerEntry) -> bool:
    """Whether what every line of work counts (立案) is told of all of them."""
    topic = entry.indicator.topic if entry.indicator else ""
    return topic in ledger_words().counted_everywhere and is_of_all(entry)


def _twice(first: LedgerEntry, second: LedgerEntry, *, certain: bool) -> ProofFinding:
    figure, stated = second.statement.figure, first.statement.figure.text
    why = proof_phrase("say.twice", stated=f"“{clause_of(first)}”" if stated else stated)
    return ProofFinding(ProofKind.TWICE, figure.start, figure.end, why, certain=certain)


def _contradicting(entries: Sequence[LedgerEntry]) -> Iterator[tuple[LedgerEntry, LedgerEntry]]:
    """The two of an indicator that stand in two sentences and tell two amounts; no more than two.

    Three are what several lines of work or campaigns have counted.
    """
    if len(entries) != 2:
        return
    first, second = sorted(entries, key=lambda entry: entry.statement.figure.start)
    alike = bool(_SO_FAR.search(clause_of(first))) == bool(_SO_FAR.search(clause_of(second)))
    alike = alike and bool(_STOCK.search(clause_of(first))) == bool(
        _STOCK.search(clause_of(second))
    )
    apart = first.statement.sentence != second.statement.sentence
    if apart and alike and not tell_one_amount(first, second):
        yield first, second


def _is_of_the_whole(first: LedgerEntry, second: LedgerEntry) -> bool:
    """Whether what two statements count is counted once in a report."""
    same = first.name == second.name and first.statement.subject == second.statement.subject
    return same and is_of_all(first) and is_of_all(second)


def _by_key(entries: Iterable[LedgerEntry]) -> dict[StatedKey, list[LedgerEntry]]:
    """What is done and told in exact figures, by what it is of; nothing that many things share."""
    found: dict[StatedKey, list[LedgerEntry]] = {}
    for entry in entries:
        is_part = indicator_catalogue().is_part(entry.statement) or is_of_one_line(entry)
        if is_part or not is_comparable(entry):
            continue
        if entry.indicator or not GENERIC.match(own_name(entry)):
            figure = entry.statement.figure
            place = (own_name(entry), plain_unit(figure.unit), entry.period, figure.as_of)
            found.setdefault(place, []).append(entry)
    return found


def _period_and_unit(entry: LedgerEntry) -> object:
    return entry.period, plain_unit(entry.statement.figure.unit)


def _is_like(name: str, other: str) -> bool:
    """Whether a name is another with a word put in."""
    short, long = sorted((name, other), key=len)
    letters = iter(long)
    return len(short) >= _LIKE * len(long) and all(letter in letters for letter in short)


def _names_in(entry: LedgerEntry, other: LedgerEntry) -> bool:
    """Whether an entry's sentence holds half of what another one's thing is called."""
    said = pairs_in(entry.report.text[slice(*entry.statement.sentence)])
    name = pairs_of_name(other)
    return 2 * len(name & said) >= len(name) >= _FEW_DIGITS


def _swapped(entry: LedgerEntry, other: LedgerEntry) -> bool:
    one, two = entry.statement.figure, other.statement.figure
    return are_swapped(one.text, two.text) and plain_unit(one.unit) == plain_unit(two.unit)


def jump_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Figures that are many times, or a small part of, what they were a year before."""
    if draft.period is None:
        return
    pairs = (_by_indicator_before, _by_name_before, _stocks_planned)
    for one, other in (pair for find in pairs for pair in find(draft, stored)):
        if _leaps(one, other):
            figure, stated = one.statement.figure, f"“{other.statement.figure.text}”"
            why = proof_phrase("say.jump", period=other.period, stated=stated)
            span = figure.start, figure.end
            yield ProofFinding(ProofKind.JUMP, *span, why, None, other.quote)


def _by_indicator_before(
    draft: ProofDraft, stored: StoredMaterial
) -> Iterator[tuple[LedgerEntry, LedgerEntry]]:
    """The ledger's indicators, each with what it was before."""
    tables = {table.name: table for table in build_tables(stored.entries) if table.topic}
    for table in build_tables(draft.entries):
        now = table.cells.get((draft.bureau, draft.period))
        one = now and now.only
        if not (one and draft.period and table.name in tables):
            continue
        if is_of_titled_line(draft, one):
            continue
        cells = tables[table.name].cells
        told = {when: cell.only for (_, when), cell in cells.items() if when and cell.only}
        before = _period_before(one, draft.period, list(told))
        if before and (other := told[before]):
            yield one, other


def _by_name_before(
    draft: ProofDraft, stored: StoredMaterial
) -> Iterator[tuple[LedgerEntry, LedgerEntry]]:
    """What the ledger has no indicator of, each with what one report of a year before calls so."""
    period = draft.period
    for entry in draft.entries:
        if not period or entry.indicator or entry.period != period or not is_comparable(entry):
            continue
        like = [e for e in stored.entries if is_comparable(e) and _is_like_thing(entry, e)]
        before = _period_before(entry, period, [e.period for e in like if e.period])
        then = [other for other in like if other.period == before]
        if len(then) == 1:
            yield entry, then[0]


def _stocks_planned(
    draft: ProofDraft, stored: StoredMaterial
) -> Iterator[tuple[LedgerEntry, LedgerEntry]]:
    """What a plan has there be in all, with what there was last."""
    for entry in draft.entries:
        planned = entry.statement.role is StatementKind.PLAN and is_exact(entry.statement.figure)
        if not (planned and entry.indicator and _is_stock(entry)):
            continue
        told = [e for e in stored.entries if e.name == entry.name and is_comparable(e)]
        if last := max(told, key=lambda e: calendar_order(e.period), default=None):
            yield entry, last


def _is_same_rate(entry: LedgerEntry, other: LedgerEntry) -> bool:
    """Whether two figures are one measure of like things: 明厨亮灶's 完成率."""
    one, two = entry.statement, other.statement
    is_rate = one.quantity is two.quantity is Quantity.RATE
    return (
        is_rate and bool(one.measure) and one.measure == two.measure and share_things(entry, other)
    )


def _is_like_thing(entry: LedgerEntry, other: LedgerEntry) -> bool:
    """Whether two figures of two periods tell of one thing: counts by name, rates by their words.

    What every line of work does (检查, 责令整改) is no one thing.
    """
    one, two = entry.statement, other.statement
    if plain_unit(one.figure.unit) != plain_unit(two.figure.unit) or one.quantity != two.quantity:
        return False
    if one.quantity is Quantity.RATE:
        return _is_same_rate(entry, other)
    name = own_name(entry)
    named = len(name) >= _SHORTEST_LIKE and not GENERIC.match(name)
    return named and _is_like(name, own_name(other))


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
    return bool(_STOCK.search(entry.statement.subject + (entry.statement.figure.as_of or "")))


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
