"""Checks of a draft's figures against what its bureau has reported; pure."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, groupby

from bot.checking.dates import Date, find_dates
from bot.checking.facets import StatedFigure
from bot.checking.figures import AROUND, BETWEEN, sense_of
from bot.checking.telling_words import lines_of_work, unborne_words
from bot.checking.vocabulary import entailment_words
from bot.ledger.gathering import LedgerEntry
from bot.ledger.words import ledger_words
from bot.proofreading.alignment import (
    ALIKE,
    FigurePair,
    ReadFigure,
    equal_figures,
    is_of_other_stage,
    is_same_amount,
    likeness,
)
from bot.proofreading.amounts import coarseness, digits_of
from bot.proofreading.entries import clause_of, is_of_a_campaign
from bot.proofreading.figure_checks import STOCK
from bot.proofreading.findings import (
    ComparedFigures,
    ProofDraft,
    ProofFinding,
    ProofKind,
    StoredMaterial,
)
from bot.proofreading.reading import base_period
from bot.proofreading.report_checks import place_of, told_otherwise_findings, words_in_place
from bot.proofreading.vocabulary import are_counted_alike, proof_phrase, proof_words
from knowledge.models import Quantity, Statement, StatementKind
from knowledge.understanding.indicators import plain_unit
from knowledge.understanding.sums import plain_number

_CHANGE_REACH, _FEW_DIGITS = 16, 2
_POINT = "个百分点"
_NEW = re.compile("新(?P<act>[\u4e00-\u9fff]{2})")
_AKIN, _SURE, _SURE_MISTYPED = 0.9, 1.9, 1.5
"""How alike figures are that may be of one thing; that surely are, if mistyped or not."""


def stored_findings(_draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Figures that the bureau's own reports give otherwise for the same period."""
    for pair in stored.pairs.values():
        known = stored.figures.get(pair.other.entry.period, ())
        if _is_told(pair):
            has_units = (
                pair.one.entry.statement.figure.unit and pair.other.entry.statement.figure.unit
            )
            if has_units and not pair.is_equal and pair.likeness >= ALIKE:  # 张 in the place of 份
                yield _differing(pair)
        elif not (_is_told_elsewhere(pair, known) or _is_total(pair, known, stored)):
            yield _differing(pair)


def _is_told_elsewhere(pair: FigurePair, known: Sequence[ReadFigure]) -> bool:
    """Whether reports tell an amount of the same, in its unit, which the other has not."""
    one, other = pair.one, pair.other.entry.statement.figure
    same_value = one.entry.statement.figure.value == other.value
    return same_value and any(
        is_same_amount(one.entry, each.entry) and likeness(one.stated, each.stated) >= _AKIN
        for each in known
    )


def _is_total(pair: FigurePair, known: Sequence[ReadFigure], stored: StoredMaterial) -> bool:
    """Whether an amount is all of what the other's sentence lists: 药店、诊所共7家 of 3家、4家.

    What the draft's own sentence tells of the list is no part of its total.
    """
    figure = pair.one.entry.statement.figure
    told = {p.other.place for p in stored.pairs.values() if p.one.sentence == pair.one.sentence}
    listed = [
        each.entry.statement.figure.value or 0 for each in known
        if each.sentence == pair.other.sentence
        and (each.place == pair.other.place or each.place not in told)
        and are_counted_alike(each.entry.statement.figure.unit, figure.unit)
    ]  # fmt: skip
    ends = combinations(range(len(listed) + 1), 2)
    return any(sum(listed[start:end]) == figure.value for start, end in ends if end - start > 1)


def _is_told(pair: FigurePair) -> bool:
    """Whether a report tells an amount, in units that are often taken for each other if not one."""
    one, two = pair.one.entry.statement.figure, pair.other.entry.statement.figure
    return pair.is_equal or (one.value == two.value and are_counted_alike(one.unit, two.unit))


def _differing(pair: FigurePair) -> ProofFinding:
    one, two = pair.one.entry.statement.figure, pair.other.entry.statement.figure
    exact = not (one.approximate or two.approximate or _is_told(pair)) and (
        pair.beside or one.as_of in (None, two.as_of)
    )
    sure = _SURE_MISTYPED if pair.is_mistyped else _SURE
    is_own = not is_of_a_campaign(pair.one.entry) or pair.is_mistyped
    certain = exact and is_own and pair.likeness >= sure
    why = proof_phrase("say.stored" if certain else "say.stored_differs", stated=f"“{two.text}”")
    right = two.text if certain else None
    quote = pair.other.entry.quote
    return ProofFinding(ProofKind.STORED, one.start, one.end, why, right, quote, certain=certain)


def worded_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Clauses that say otherwise what the reports say; amounts that these tell of other things."""
    yield from told_otherwise_findings(draft, stored)
    for pair in stored.pairs.values():
        words = (_other_way(pair) or _other_thing(pair)) * pair.is_equal
        if words:
            yield _told_of(draft.text, pair.one, pair.other, words)
    taken = {pair.other.place for pair in stored.pairs.values()}
    for one in draft.figures:
        figure = one.entry.statement.figure
        told = stored.figures.get(one.entry.period, ())
        equal = [other for other in told if is_same_amount(one.entry, other.entry)]
        few = len(digits_of(figure.text).strip("0")) <= _FEW_DIGITS
        if few:  # 100% of another thing, in the part that the rest of its sentence is of
            parts = {
                p.other.entry.section
                for p in stored.pairs.values()
                if p.one.sentence == one.sentence
            }
            is_rate = one.stated.quantity is Quantity.RATE
            equal = [
                e for e in equal
                if is_rate and e.entry.section in parts and is_of_other_stage(one.stated, e.stated)
            ]  # fmt: skip
        untold = figure.start not in stored.pairs
        if untold and len(equal) == 1 and equal[0].place not in taken:
            yield _told_of(draft.text, one, equal[0], figure.text)


def _told_of(text: str, one: ReadFigure, other: ReadFigure, words: str) -> ProofFinding:
    """The finding that reports tell an amount of another thing, or the other way."""
    span = place_of(text, one.entry.statement.clause, words)
    why = proof_phrase("say.stored_of", stated=f"“{clause_of(other.entry)}”")
    return ProofFinding(ProofKind.STORED, *span, why, None, other.entry.quote)


def _other_way(pair: FigurePair) -> str:
    """Words that tell of more where the report tells of less, or the other way round."""
    one, other, turning = pair.one.stated, pair.other.stated, entailment_words().turning
    figures = pair.one.entry.statement.figure, pair.other.entry.statement.figure
    senses = [sense_of(figure) for figure in figures]
    may_be = senses[0] in (AROUND, BETWEEN, senses[1])
    may_be |= pair.other.entry.statement.role is StatementKind.PLAN
    if figures[0].value == figures[1].value and not may_be:  # 2700个 for 2700余个
        return figures[0].text
    if not one.direction or other.direction in ("", one.direction):
        return ""
    pattern = turning["rises" if one.direction == "more" else "falls"]
    found = pattern.search(one.beside)
    return found[0] if found else figures[0].text


def _other_thing(pair: FigurePair) -> str:
    """发明专利 where the report tells that amount of 授权专利; 办结 for 受理; 新授权 for 授权."""
    one, other = pair.one.stated, pair.other.stated
    said = f"{other.said}|{other.earlier}"
    is_stock = other.before.endswith("到") or STOCK.search(said)
    for added in _NEW.finditer(one.beside) if is_stock and "新" not in said else ():
        if added["act"] in other.beside:
            return added[0]
    for word in words_in_place(one.beside, other.beside, other.near, _led_to(one)):
        if not (word.is_stage and word.stands_in(_led_to(other))):
            return word.text
    new = unborne_words(one.beside, f"{other.whole}|{other.sentence}", other.near)
    everywhere = ledger_words().counted_everywhere
    return next((w.text for w in new if lines_of_work(w.text).difference(everywhere)), "")


def _led_to(stated: StatedFigure) -> str:
    """What its sentence says of a figure, without the clause that counts the next thing."""
    behind = stated.behind
    if not stated.sentence.endswith(behind):
        behind = behind[: max(behind.rfind("，"), behind.rfind("；"), 0)]
    return f"{stated.said}|{stated.beyond}|{stated.earlier}|{behind}"


def date_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Months in sentences whose figures the reports tell with other months: 6月底 for 5月底."""
    pairs = [pair for pair in stored.pairs.values() if pair.is_equal]
    for sentence, group in groupby(pairs, key=lambda pair: pair.one.entry.statement.sentence):
        others = {pair.other.sentence: pair.other.entry for pair in group}
        told = [
            date for entry in others.values()
            for date in _months(entry.report.text[slice(*entry.statement.sentence)])
        ]  # fmt: skip
        for date in _months(draft.text[slice(*sentence)]) if told else ():
            if not any(date.fits(other) for other in told):
                entry = next(iter(others.values()))
                why = proof_phrase("say.stored_of", stated=f"“{entry.quote.text}”")
                span = sentence.start + date.start, sentence.start + date.end
                yield ProofFinding(ProofKind.STORED, *span, why, None, entry.quote)


def _months(text: str) -> list[Date]:
    dates = find_dates(text)
    return [date for date in dates if date.month and not (date.compared or date.titled)]


def other_period_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Figures of a period of which no report is stored, where another's gives just them."""
    told = {entry.period for entry in stored.entries}
    for one in draft.figures:
        if one.entry.period not in (draft.period, *told):
            yield from _of_another_period(one, stored)


def _of_another_period(one: ReadFigure, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """2022年的37.77万元 where the report of another year alone gives just that."""
    figure = one.entry.statement.figure
    told = {other.place: other for others in stored.figures.values() for other in others}
    is_rare = len(digits_of(figure.text).strip("0")) > _FEW_DIGITS
    same = equal_figures(one, list(told.values())) if is_rare else []
    if len(same) == 1:
        other = same[0].entry
        why = proof_phrase("say.stored_period", period=other.period, named=one.entry.period)
        span = figure.start, figure.end
        yield ProofFinding(ProofKind.PERIOD, *span, why, None, other.quote)


def growth_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Changes that do not come out with what the reports tell of the period compared with."""
    period = draft.period
    read = {one.entry.statement.figure.start: one for one in draft.figures}
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
        one = read.get(of.statement.figure.start)
        before = stored.figures.get(base_period(change["when"], period), ())
        pair = stored.pairs.get(of.statement.figure.start)
        former = (
            f for f in stored.figures.get(period, ())
            if pair and f.sentence == pair.other.sentence and f.stated.is_former
        )  # fmt: skip
        other = next(former, None) or (_most_alike(one, before) if one else None)
        if other:
            yield from _differing_change(of, change, other.entry)


def _most_alike(one: ReadFigure, others: Sequence[ReadFigure]) -> ReadFigure | None:
    """The other figure of its unit that is said of the same, if one is."""
    unit = plain_unit(one.entry.statement.figure.unit)
    alike = [
        (likeness(one.stated, other.stated), other) for other in others
        if plain_unit(other.entry.statement.figure.unit) == unit
    ]  # fmt: skip
    best, other = max(alike, key=lambda each: each[0], default=(0.0, None))
    return other if best >= ALIKE else None


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
    decimals = len(change["amount"].partition(".")[2])
    is_count = shown not in ("%", _POINT) and not decimals
    step = Decimal(0) if is_count else Decimal(10) ** -decimals
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


def compare_figures(draft: ProofDraft, stored: StoredMaterial) -> ComparedFigures:
    """How many figures of the draft the reports of its period tell, and how many otherwise."""
    own = [
        one.entry.statement.figure.start for one in draft.figures
        if one.entry.period == draft.period
    ]  # fmt: skip
    pairs = [stored.pairs[start] for start in own if start in stored.pairs]
    equal = sum(map(_is_told, pairs))
    return ComparedFigures(equal, len(pairs) - equal, len(own) - len(pairs))
