"""Checks of what a draft's figures tell: twice, and against what its bureau has reported; pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations, pairwise

from bot.checking.vocabulary import grounding_words
from bot.ledger.gathering import LedgerEntry
from bot.ledger.ledger import build_tables, calendar_order
from bot.ledger.words import ledger_words
from bot.proofreading.aligned_figures import align_figures
from bot.proofreading.amounts import agree, are_swapped, coarseness, digits_of, is_exact
from bot.proofreading.findings import (
    ComparedFigures,
    ProofDraft,
    ProofFinding,
    ProofKind,
    StoredMaterial,
)
from bot.proofreading.reading import base_period
from bot.proofreading.report_checks import told_otherwise_findings
from bot.proofreading.vocabulary import proof_phrase, proof_words
from knowledge.models import Quantity, Statement, StatementKind
from knowledge.understanding.indicators import indicator_catalogue, plain_unit
from knowledge.understanding.periods import Period, YearPart
from knowledge.understanding.sums import plain_number
from knowledge.understanding.topics import topics, topics_of

_SHORTEST_NAME, _SHORTEST_LIKE, _CHANGE_REACH = 4, 6, 16
_LIKE = 0.7
_LEAST_SAME = 5
_FEW_DIGITS = 2
_LEAP, _STOCK_LEAP, _LEAST, _POINTS = 4, 2, 20, 12
_GENERIC = re.compile(
    r"^(?:共|累计)?(?:检查|抽查|巡查|下发|下达|发放|张贴|开展|召开|组织|出动|责令|约谈|培训|发现|排查"
    r"|整改|参加|参与|完成|移送|移交|查处|查办|立案|指导|走访|监测|举办|建立|制定|监督检查)"
)

_HELD = re.compile("(?:共|累计)?(?:举办|组织|召开|开展|建立|制定)")
_ACT = re.compile(r"整治|专项|行动|检查|巡查|抽检|执法")
_ASPECT = re.compile("(?<!执法)(?<!办案)(?<!查处)(?<!秩序)(?:方面|领域)")
_CLAUSES, _AMONG, _POINT = "，。；：", "其中", "个百分点"
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
    done = [e for e in entries if e.statement.role is StatementKind.DONE and _is_comparable(e)]
    for entry in entries:
        statement, figure = entry.statement, entry.statement.figure
        if statement.role is not StatementKind.PROBLEM or not is_exact(figure):
            continue
        if not proof_words().of_whole_period.search(_clause(entry)):
            continue
        same = [e for e in done if _period_and_unit(e) == _period_and_unit(entry)]
        same = [other for other in same if _names_in(entry, other) and _may_be_named(entry, other)]
        if len(same) == 1 and not _agree(same[0], entry):
            yield same[0], entry


def _may_be_named(entry: LedgerEntry, other: LedgerEntry) -> bool:
    """Whether an entry has no name that tells it from another's, as 注销 does 新增市场主体."""
    one, two = _letter_pairs(entry), _letter_pairs(other)
    return 4 * len(one & two) >= 3 * min(len(one), len(two))


def _may_be_same(first: LedgerEntry, second: LedgerEntry) -> bool:
    """Whether two figures may tell one thing: many digits that are alike are seldom chance."""
    if sum(c.isdecimal() for c in first.statement.figure.text) > _FEW_DIGITS:
        one, two = set(_own_name(first)), set(_own_name(second))
        return 2 * len(one & two) >= min(len(one), len(two))
    return _share_things(first, second)


def _by_indicator(entries: Iterable[LedgerEntry]) -> dict[object, list[LedgerEntry]]:
    """What is told of all of the bureau in exact figures, by the ledger's name for it.

    So are things of one name that are held, under one heading: 举办安全用药讲座.
    """
    found: dict[object, list[LedgerEntry]] = {}
    place: object
    for entry in entries:
        figure, name = entry.statement.figure, _own_name(entry)
        if not _is_comparable(entry) or figure.approximate:
            continue
        as_of = None if _UP_TO_NOW.search(figure.as_of or "") else figure.as_of
        if _GENERIC.match(name) and not _is_of_the_bureau(entry):
            if _HELD.match(name) and len(name) >= _SHORTEST_LIKE:
                place = name, plain_unit(figure.unit), entry.section.path
                found.setdefault(place, []).append(entry)
        elif _names_all(entry):
            place = entry.name, plain_unit(figure.unit), entry.period, as_of
            found.setdefault(place, []).append(entry)
    return found


def _is_of_the_bureau(entry: LedgerEntry) -> bool:
    """Whether what every line of work counts (立案) is told of all of them."""
    topic = entry.indicator.topic if entry.indicator else ""
    return topic in ledger_words().counted_everywhere and _is_of_all(entry)


def _names_all(entry: LedgerEntry) -> bool:
    """Whether it tells of an indicator for all of the bureau, though as a part of another's."""
    is_named = entry.indicator is not None and entry.statement.condition == _AMONG
    return _is_of_all(entry) or (is_named and not _is_of_one_line(entry))


def _twice(first: LedgerEntry, second: LedgerEntry, *, certain: bool) -> ProofFinding:
    figure, stated = second.statement.figure, first.statement.figure.text
    why = proof_phrase("say.twice", stated=f"“{_clause(first)}”" if stated else stated)
    return ProofFinding(ProofKind.TWICE, figure.start, figure.end, why, certain=certain)


def _clause(entry: LedgerEntry) -> str:
    return entry.report.text[slice(*entry.statement.clause)].strip(" ，、。；\n")


def _contradicting(entries: Sequence[LedgerEntry]) -> Iterator[tuple[LedgerEntry, LedgerEntry]]:
    """The two of an indicator that stand in two sentences and tell two amounts; no more than two.

    Three are what several lines of work or campaigns have counted.
    """
    if len(entries) != 2:
        return
    first, second = sorted(entries, key=lambda entry: entry.statement.figure.start)
    alike = bool(_SO_FAR.search(_clause(first))) == bool(_SO_FAR.search(_clause(second)))
    alike = alike and bool(_STOCK.search(_clause(first))) == bool(_STOCK.search(_clause(second)))
    apart = first.statement.sentence != second.statement.sentence
    if apart and alike and not _agree(first, second):
        yield first, second


def _is_of_the_whole(first: LedgerEntry, second: LedgerEntry) -> bool:
    """Whether what two statements count is counted once in a report."""
    same = first.name == second.name and first.statement.subject == second.statement.subject
    return same and _is_of_all(first) and _is_of_all(second)


def _by_key(entries: Iterable[LedgerEntry]) -> dict[StatedKey, list[LedgerEntry]]:
    """What is done and told in exact figures, by what it is of; nothing that many things share."""
    found: dict[StatedKey, list[LedgerEntry]] = {}
    for entry in entries:
        is_part = indicator_catalogue().is_part(entry.statement) or _is_of_one_line(entry)
        if is_part or not _is_comparable(entry):
            continue
        if entry.indicator or not _GENERIC.match(_own_name(entry)):
            figure = entry.statement.figure
            place = (_own_name(entry), plain_unit(figure.unit), entry.period, figure.as_of)
            found.setdefault(place, []).append(entry)
    return found


def _own_name(entry: LedgerEntry) -> str:
    return indicator_catalogue().own_name(entry.statement)


def _is_comparable(entry: LedgerEntry) -> bool:
    statement, figure = entry.statement, entry.statement.figure
    known = figure.value is not None and not figure.masked and bool(figure.unit)
    told = statement.role is not StatementKind.PLAN and statement.quantity is not Quantity.CHANGE
    named = entry.indicator is not None or len(_own_name(entry)) >= _SHORTEST_NAME
    goal = proof_words().goal.search(entry.report.text, statement.sentence.start, figure.start)
    return known and told and named and goal is None


# -- against the reports


def period_of_figures(draft: ProofDraft, stored: StoredMaterial) -> Period | None:
    """The period whose report tells most of a draft's figures, where the draft names an older one.

    None where a report of the draft's own period is stored, or too few figures are the same.
    """
    own = [e for e in draft.entries if _is_comparable(e) and e.period == draft.period]
    told = Counter[Period]()
    for other in filter(_is_comparable, stored.entries):
        if other.period == draft.period:
            return None
        if other.period and any(_is_same(entry, other) for entry in own):
            told[other.period] += 1
    period, count = max(told.items(), key=lambda item: item[1], default=(None, 0))
    if period is None or count < max(_LEAST_SAME, len(own) // 2):
        return None
    is_later = draft.period is None or calendar_order(draft.period) < calendar_order(period)
    return period if is_later else None


def _is_same(entry: LedgerEntry, other: LedgerEntry) -> bool:
    one, two = entry.statement.figure, other.statement.figure
    named = _own_name(entry) == _own_name(other)
    return named and one.value == two.value and plain_unit(one.unit) == plain_unit(two.unit)


def stored_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Figures that the bureau's own reports give otherwise for the same period.

    By what they are said of; else by the ledger's name for it, where that is sure.
    """
    own = [
        entry for entry in draft.entries
        if _is_told(entry)
        and not (_is_planned(entry, stored) or _is_of_titled_line(draft, entry))
    ]  # fmt: skip
    others = [e for e in stored.entries if e.statement.figure.value is not None]
    aligned = align_figures(draft, own, others, stored.sources)
    told = {_amount_told(other) for other in others}
    for entry in own:
        found = aligned.get(entry.statement.figure.start)
        if found and found.other and not found.is_of_another:
            is_told = _amount_told(entry) in told  # of something else, or of other years
            if not (is_told and entry.statement.quantity is Quantity.CHANGE):
                yield _differing(entry, found.other, may_be_sure=not is_told)
    for entry, same in _pair(draft, stored):
        amounts = {other.statement.figure.value for other in same}
        is_own = entry in own and entry.statement.figure.start not in aligned
        is_one = len(amounts) == 1 or len(same) == 1
        if is_own and is_one and not any(_agree(entry, other) for other in same):
            differing = _differing(entry, same[0])
            if differing.certain:
                yield differing


def worded_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Clauses that say otherwise what the reports say; amounts that these tell of other things.

    An amount in a clause that says otherwise is not marked again.
    """
    told = list(told_otherwise_findings(draft, stored))
    yield from told
    own = list(filter(_is_told, draft.entries))
    others = [e for e in stored.entries if e.statement.figure.value is not None]
    for found in align_figures(draft, own, others, stored.sources).values():
        clause, figure = found.entry.statement.clause, found.entry.statement.figure
        marked = any(clause.start <= other.start < clause.end for other in told)
        if found.other and found.is_of_another and not marked:
            why = proof_phrase("say.stored_of", stated=f"“{_clause(found.other)}”")
            span = figure.start, figure.end
            yield ProofFinding(ProofKind.STORED, *span, why, None, found.other.quote)


def _amount_told(entry: LedgerEntry) -> object:
    figure = entry.statement.figure
    return entry.period, figure.value, plain_unit(figure.unit)


def _is_planned(entry: LedgerEntry, stored: StoredMaterial) -> bool:
    """Whether a report plans just what an entry tells."""
    figure = entry.statement.figure
    return any(
        other.name == entry.name
        and other.statement.role is StatementKind.PLAN
        and other.statement.figure.value == figure.value
        for other in stored.entries
    )


def _agree(one: LedgerEntry, other: LedgerEntry) -> bool:
    return agree(one.statement.figure, other.statement.figure)


def _is_told(entry: LedgerEntry) -> bool:
    """Whether it tells a known amount as a result, or by how much one has changed."""
    statement, figure = entry.statement, entry.statement.figure
    known = figure.value is not None and not figure.masked and bool(figure.unit)
    goal = proof_words().goal.search(entry.report.text, statement.sentence.start, figure.start)
    return known and statement.role is not StatementKind.PLAN and goal is None


def other_period_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Figures of a period of which no report is stored, where another's gives just them."""
    told = {entry.period for entry in stored.entries}
    for entry in filter(_is_comparable, draft.entries):
        if entry.period not in (draft.period, *told):
            yield from _of_another_period(entry, stored)


def _of_another_period(entry: LedgerEntry, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """2022年的37.77万元 where the report of another year alone gives just that."""
    figure = entry.statement.figure
    same = [
        other
        for other in filter(_is_comparable, stored.entries)
        if plain_unit(other.statement.figure.unit) == plain_unit(figure.unit)
        and len(digits_of(figure.text)) > _FEW_DIGITS
        and _agree(entry, other)
        and _share_things(entry, other)
    ]
    if len(same) == 1:
        other = same[0]
        why = proof_phrase("say.stored_period", period=other.period, named=entry.period)
        span = figure.start, figure.end
        yield ProofFinding(ProofKind.PERIOD, *span, why, None, other.quote)


def _period_and_unit(entry: LedgerEntry) -> object:
    return entry.period, plain_unit(entry.statement.figure.unit)


def _is_like(name: str, other: str) -> bool:
    """Whether a name is another with a word put in."""
    short, long = sorted((name, other), key=len)
    letters = iter(long)
    return len(short) >= _LIKE * len(long) and all(letter in letters for letter in short)


def _names_in(entry: LedgerEntry, other: LedgerEntry) -> bool:
    """Whether an entry's sentence holds half of what another one's thing is called."""
    said = _pairs(entry.report.text[slice(*entry.statement.sentence)])
    name = _letter_pairs(other)
    return 2 * len(name & said) >= len(name) >= _FEW_DIGITS


def _swapped(entry: LedgerEntry, other: LedgerEntry) -> bool:
    one, two = entry.statement.figure, other.statement.figure
    return are_swapped(one.text, two.text) and plain_unit(one.unit) == plain_unit(two.unit)


def _share_things(entry: LedgerEntry, other: LedgerEntry) -> bool:
    """Whether two figures tell of like things: half of the one's words are the other's too."""
    one, two = _letter_pairs(entry), _letter_pairs(other)
    return 2 * len(one & two) >= min(len(one), len(two)) > 0


def _letter_pairs(entry: LedgerEntry) -> set[str]:
    return _pairs(_GENERIC.sub("", _own_name(entry)) or _own_name(entry))


def _pairs(words: str) -> set[str]:
    return {a + b for a, b in pairwise(words)}


def growth_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Changes that do not come out with what the reports tell of the period compared with."""
    period, known = draft.period, _by_name(stored.entries)
    told: list[LedgerEntry] = []
    for entry in draft.entries:
        statement = entry.statement
        start = max(statement.sentence.start, statement.figure.start - _CHANGE_REACH)
        change = proof_words().change.search(draft.text, start)
        of_this = change is not None and change.start("amount") == statement.figure.start
        of = next((e for e in reversed(told) if _changes(statement, e.statement)), None)
        told.append(entry)
        if not (change and of_this and of and period and of.period == period):
            continue
        when = base_period(change["when"], period)
        before = [e for name in _names(of) for e in known.get((*name, when), ())]
        if len({other.statement.figure.value for other in before}) == 1:
            yield from _differing_change(of, change, before[0])


def _changes(change: Statement, value: Statement) -> bool:
    """Whether a change is that of a value told before it in its sentence."""
    same = change.subject in (value.subject, value.subject + value.measure)
    return same and change.sentence == value.sentence and value.quantity is not Quantity.CHANGE


def _differing_change(
    entry: LedgerEntry, change: re.Match[str], other: LedgerEntry
) -> Iterator[ProofFinding]:
    new, old, unit = entry.statement.figure, other.statement.figure, change["unit"]
    if not (new.value and old.value) or new.approximate or old.approximate:
        return
    difference = new.value - old.value
    if unit in "%％" and new.unit != "%":
        found, shown = difference * 100 / old.value, "%"
    elif unit == new.unit or (unit == _POINT and new.unit == "%"):
        found, shown = difference, unit
    else:
        return
    told = Decimal(change["amount"].replace(",", ""))
    step = Decimal(10) ** -len(change["amount"].partition(".")[2])
    blur = coarseness(new) + coarseness(old)
    blur = blur * 100 / old.value if shown == "%" else blur
    falls = change["way"] in proof_words().falls
    if abs(found - (-told if falls else told)) <= step + blur:
        return
    why = proof_phrase(
        "say.growth",
        period=other.period,
        stated=f"“{old.text}”",
        found=plain_number(round(found, 2)) + shown,
    )
    span = change.start("way"), change.end()
    yield ProofFinding(ProofKind.SUMS, *span, why, None, other.quote)


def _differing(entry: LedgerEntry, other: LedgerEntry, *, may_be_sure: bool = True) -> ProofFinding:
    one, two = entry.statement, other.statement
    exact = not (one.figure.approximate or two.figure.approximate)
    same = one.subject == two.subject and one.condition == two.condition
    same = same or (_names_all(entry) and _names_all(other) and entry.name == other.name)
    dated = one.figure.as_of == two.figure.as_of and one.measure == two.measure
    certain = may_be_sure and exact and same and dated and not _is_of_a_campaign(entry)
    why = proof_phrase(
        "say.stored" if certain else "say.stored_differs", stated=f"“{two.figure.text}”"
    )
    right = two.figure.text if certain else None
    span = one.figure.start, one.figure.end
    return ProofFinding(ProofKind.STORED, *span, why, right, other.quote, certain=certain)


def _is_of_a_campaign(entry: LedgerEntry) -> bool:
    """Whether a count may be made once for each campaign: 检查, 下发责令改正通知书."""
    if _is_of_all(entry):
        return False
    return _is_of_one_line(entry) or bool(_GENERIC.match(_own_name(entry)))


def compare_figures(draft: ProofDraft, stored: StoredMaterial) -> ComparedFigures:
    """How many figures of the draft the reports of its period tell, and how many otherwise."""
    pairs = {entry.statement.figure.start: same for entry, same in _pair(draft, stored)}
    compared = [e for e in draft.entries if _is_comparable(e) and e.period == draft.period]
    starts = {entry.statement.figure.start: entry for entry in compared}
    found = {start: same for start, same in pairs.items() if start in starts}
    equal = sum(any(_agree(starts[s], other) for other in same) for s, same in found.items())
    return ComparedFigures(equal, len(found) - equal, len(starts) - len(found))


def _pair(
    draft: ProofDraft, stored: StoredMaterial
) -> Iterator[tuple[LedgerEntry, list[LedgerEntry]]]:
    """The draft's figures with those of the reports that are of the same thing and period.

    What tells of the whole bureau is held against such alone, and a part against parts; where one
    of the reports' figures agrees, the others do not count.
    """
    known = _by_name(stored.entries)
    for entry in filter(_is_comparable, draft.entries):
        if _is_of_titled_line(draft, entry) or _is_dealt_out(entry):
            continue
        same = [e for name in _names(entry) for e in known.get((*name, entry.period), ())]
        agreeing = [other for other in same if _agree(entry, other)]
        dated = [s for s in same if s.statement.figure.as_of == entry.statement.figure.as_of]
        if same:
            yield entry, agreeing or dated or same


def _is_dealt_out(entry: LedgerEntry) -> bool:
    """Whether it stands behind 甲、乙分别为, which deals it out to one of several."""
    statement = entry.statement
    before = entry.report.text[statement.sentence.start : statement.figure.start]
    return bool(grounding_words().respectively.search(before))


def _is_of_titled_line(draft: ProofDraft, entry: LedgerEntry) -> bool:
    """Whether it counts for the line of work that a draft is of what the bureau counts in all."""
    topic = entry.indicator.topic if entry.indicator else ""
    lines = topics_of("", (draft.report.identity.title,), topics())
    return topic in ledger_words().counted_everywhere and bool({*lines} - {topic})


def _by_name(entries: Iterable[LedgerEntry]) -> dict[object, list[LedgerEntry]]:
    """What can be compared, by all that it may be looked up by, and by its period."""
    found: dict[object, list[LedgerEntry]] = {}
    for entry in filter(_is_comparable, entries):
        for name in _names(entry):
            found.setdefault((*name, entry.period), []).append(entry)
    return found


def _names(entry: LedgerEntry) -> Iterator[tuple[object, ...]]:
    """What a figure may be looked up by: its own name, and its indicator if it tells of all."""
    unit = plain_unit(entry.statement.figure.unit)
    if _is_of_one_line(entry):
        if line := entry.line_of_heading:
            yield _own_name(entry), unit, line
        return
    yield _own_name(entry), unit, _is_of_all(entry)
    if _names_all(entry):
        yield "indicator", entry.name, unit


def _is_of_all(entry: LedgerEntry) -> bool:
    """Whether it tells of an indicator for all of the bureau."""
    is_part = indicator_catalogue().is_part(entry.statement)
    return entry.indicator is not None and not is_part and not _is_of_one_line(entry)


def _is_of_one_line(entry: LedgerEntry) -> bool:
    """Whether a count that every line of work has (立案) is of one, or follows what it has done."""
    if entry.indicator is None or entry.is_only_a_part:
        return entry.is_only_a_part
    words, statement = ledger_words(), entry.statement
    before = entry.report.text[statement.sentence.start : statement.figure.start]
    acts = list(_ACT.finditer(before)) or list(_ASPECT.finditer(before))
    if not acts or entry.indicator.topic not in words.counted_everywhere:
        return False
    clauses = re.split(f"[{_CLAUSES}]", before)
    after = re.split(f"[{_CLAUSES}]", before[acts[-1].end() :])[1:]
    return not any(map(words.whole.match, after or clauses[-1:]))


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
        if _is_of_titled_line(draft, one):
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
        if not period or entry.indicator or entry.period != period or not _is_comparable(entry):
            continue
        like = [e for e in stored.entries if _is_comparable(e) and _is_like_thing(entry, e)]
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
        told = [e for e in stored.entries if e.name == entry.name and _is_comparable(e)]
        if last := max(told, key=lambda e: calendar_order(e.period), default=None):
            yield entry, last


def _is_same_rate(entry: LedgerEntry, other: LedgerEntry) -> bool:
    """Whether two figures are one measure of like things: 明厨亮灶's 完成率."""
    one, two = entry.statement, other.statement
    is_rate = one.quantity is two.quantity is Quantity.RATE
    return (
        is_rate and bool(one.measure) and one.measure == two.measure and _share_things(entry, other)
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
    name = _own_name(entry)
    named = len(name) >= _SHORTEST_LIKE and not _GENERIC.match(name)
    return named and _is_like(name, _own_name(other))


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
