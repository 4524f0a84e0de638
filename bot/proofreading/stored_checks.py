"""Checks of a draft's figures against what its bureau has reported; pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from bot.checking.vocabulary import grounding_words
from bot.ledger.gathering import LedgerEntry
from bot.ledger.ledger import calendar_order
from bot.proofreading.aligned_figures import align_figures
from bot.proofreading.amounts import coarseness, digits_of
from bot.proofreading.entries import (
    GENERIC,
    clause_of,
    is_comparable,
    is_of_all,
    is_of_one_line,
    is_of_titled_line,
    names_all,
    own_name,
    share_things,
    tell_one_amount,
)
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
from knowledge.understanding.indicators import plain_unit
from knowledge.understanding.periods import Period
from knowledge.understanding.sums import plain_number

_CHANGE_REACH, _LEAST_SAME, _FEW_DIGITS = 16, 5, 2
_POINT = "个百分点"


def period_of_figures(draft: ProofDraft, stored: StoredMaterial) -> Period | None:
    """The period whose report tells most of a draft's figures, where the draft names an older one.

    None where a report of the draft's own period is stored, or too few figures are the same.
    """
    own = [e for e in draft.entries if is_comparable(e) and e.period == draft.period]
    told = Counter[Period]()
    for other in filter(is_comparable, stored.entries):
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
    named = own_name(entry) == own_name(other)
    return named and one.value == two.value and plain_unit(one.unit) == plain_unit(two.unit)


def stored_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Figures that the bureau's own reports give otherwise for the same period.

    By what they are said of; else by the ledger's name for it, where that is sure.
    """
    own = [
        entry for entry in draft.entries
        if _is_told(entry)
        and not (_is_planned(entry, stored) or is_of_titled_line(draft, entry))
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
        if is_own and is_one and not any(tell_one_amount(entry, other) for other in same):
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
            why = proof_phrase("say.stored_of", stated=f"“{clause_of(found.other)}”")
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


def _is_told(entry: LedgerEntry) -> bool:
    """Whether it tells a known amount as a result, or by how much one has changed."""
    statement, figure = entry.statement, entry.statement.figure
    known = figure.value is not None and not figure.masked and bool(figure.unit)
    goal = proof_words().goal.search(entry.report.text, statement.sentence.start, figure.start)
    return known and statement.role is not StatementKind.PLAN and goal is None


def other_period_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Figures of a period of which no report is stored, where another's gives just them."""
    told = {entry.period for entry in stored.entries}
    for entry in filter(is_comparable, draft.entries):
        if entry.period not in (draft.period, *told):
            yield from _of_another_period(entry, stored)


def _of_another_period(entry: LedgerEntry, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """2022年的37.77万元 where the report of another year alone gives just that."""
    figure = entry.statement.figure
    same = [
        other
        for other in filter(is_comparable, stored.entries)
        if plain_unit(other.statement.figure.unit) == plain_unit(figure.unit)
        and len(digits_of(figure.text)) > _FEW_DIGITS
        and tell_one_amount(entry, other)
        and share_things(entry, other)
    ]
    if len(same) == 1:
        other = same[0]
        why = proof_phrase("say.stored_period", period=other.period, named=entry.period)
        span = figure.start, figure.end
        yield ProofFinding(ProofKind.PERIOD, *span, why, None, other.quote)


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
    same = same or (names_all(entry) and names_all(other) and entry.name == other.name)
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
    if is_of_all(entry):
        return False
    return is_of_one_line(entry) or bool(GENERIC.match(own_name(entry)))


def compare_figures(draft: ProofDraft, stored: StoredMaterial) -> ComparedFigures:
    """How many figures of the draft the reports of its period tell, and how many otherwise."""
    pairs = {entry.statement.figure.start: same for entry, same in _pair(draft, stored)}
    compared = [e for e in draft.entries if is_comparable(e) and e.period == draft.period]
    starts = {entry.statement.figure.start: entry for entry in compared}
    found = {start: same for start, same in pairs.items() if start in starts}
    equal = sum(
        any(tell_one_amount(starts[s], other) for other in same) for s, same in found.items()
    )
    return ComparedFigures(equal, len(found) - equal, len(starts) - len(found))


def _pair(
    draft: ProofDraft, stored: StoredMaterial
) -> Iterator[tuple[LedgerEntry, list[LedgerEntry]]]:
    """The draft's figures with those of the reports that are of the same thing and period.

    What tells of the whole bureau is held against such alone, and a part against parts; where one
    of the reports' figures agrees, the others do not count.
    """
    known = _by_name(stored.entries)
    for entry in filter(is_comparable, draft.entries):
        if is_of_titled_line(draft, entry) or _is_dealt_out(entry):
            continue
        same = [e for name in _names(entry) for e in known.get((*name, entry.period), ())]
        agreeing = [other for other in same if tell_one_amount(entry, other)]
        dated = [s for s in same if s.statement.figure.as_of == entry.statement.figure.as_of]
        if same:
            yield entry, agreeing or dated or same


def _is_dealt_out(entry: LedgerEntry) -> bool:
    """Whether it stands behind 甲、乙分别为, which deals it out to one of several."""
    statement = entry.statement
    before = entry.report.text[statement.sentence.start : statement.figure.start]
    return bool(grounding_words().respectively.search(before))


def _by_name(entries: Iterable[LedgerEntry]) -> dict[object, list[LedgerEntry]]:
    """What can be compared, by all that it may be looked up by, and by its period."""
    found: dict[object, list[LedgerEntry]] = {}
    for entry in filter(is_comparable, entries):
        for name in _names(entry):
            found.setdefault((*name, entry.period), []).append(entry)
    return found


def _names(entry: LedgerEntry) -> Iterator[tuple[object, ...]]:
    """What a figure may be looked up by: its own name, and its indicator if it tells of all."""
    unit = plain_unit(entry.statement.figure.unit)
    if is_of_one_line(entry):
        if line := entry.line_of_heading:
            yield own_name(entry), unit, line
        return
    yield own_name(entry), unit, is_of_all(entry)
    if names_all(entry):
        yield "indicator", entry.name, unit
