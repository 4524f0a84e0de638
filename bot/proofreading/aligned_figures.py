"""A draft's figures beside those of its bureau's reports that are said of the same; pure.

Both are read as the figures of a model's sentence are (``bot.checking.facets``).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bot.checking.facets import (
    StatedFigure,
    bears_subject,
    is_nearer,
    read_prose,
    says_all,
    says_same,
    state_figures,
)
from bot.checking.readings import readings_of
from bot.checking.sources import GroundingSource, same_unit
from bot.checking.telling_words import telling_words, unborne_words
from bot.checking.wordings import plain_text
from bot.ledger.gathering import LedgerEntry
from bot.ledger.words import ledger_words
from bot.proofreading.amounts import agree
from bot.proofreading.findings import ProofDraft
from bot.proofreading.report_checks import names_thing
from knowledge.models import StatementKind
from knowledge.understanding.figures import find_figures
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import Span

_FEW_DIGITS = 2


class _StoredFigure(NamedTuple):
    """A figure of a report, with its words."""

    entry: LedgerEntry
    stated: StatedFigure


class AlignedFigure(NamedTuple):
    """A figure of a draft that a report tells: ``other`` where that tells another amount.

    Or where it tells just this amount of another thing.
    """

    entry: LedgerEntry
    other: LedgerEntry | None

    @property
    def is_of_another(self) -> bool:
        """Whether the report tells this amount of another thing."""
        return self.other is not None and _is_same_amount(self.entry, self.other)


def align_figures(
    draft: ProofDraft,
    own: Sequence[LedgerEntry],
    others: Sequence[LedgerEntry],
    sources: Sequence[GroundingSource],
) -> Mapping[int, AlignedFigure]:
    """Those of a draft's ``own`` figures that are said of the same as figures of its period.

    By where they start; ``others`` are the figures of the reports, ``sources`` their sections.
    """
    entries = {entry.statement.figure.start: entry for entry in own}
    stored = _stored_figures(others, sources)
    aligned = dict[int, AlignedFigure]()
    for sentence in draft.sentences if stored else ():
        plain = plain_text(draft.text[slice(*sentence)])
        found = [
            [one for entry, claim in reading
             if (one := _align(entry, claim, stored.get(entry.period, ()), plain))]
            for reading in _read(draft, sentence, entries)
        ]  # fmt: skip
        best = min(found, key=lambda reading: sum(bool(one.other) for one in reading))
        aligned |= {one.entry.statement.figure.start: one for one in best}
    return aligned


def _stored_figures(
    others: Sequence[LedgerEntry], sources: Sequence[GroundingSource]
) -> Mapping[Period | None, Sequence[_StoredFigure]]:
    """The reports' figures by the period that they tell of, and by that of their report."""
    known = {(other.report.id, other.statement.figure.start): other for other in others}
    found: dict[Period | None, list[_StoredFigure]] = {}
    for source in sources:
        for one in source.statements:
            if other := known.get((source.passage.report.id, one.statement.figure.start)):
                for period in {other.period, source.passage.period}:
                    found.setdefault(period, []).append(_StoredFigure(other, one))
    return found


def _read(
    draft: ProofDraft, sentence: Span, entries: Mapping[int, LedgerEntry]
) -> list[list[tuple[LedgerEntry, StatedFigure]]]:
    """The figures of a sentence with their words, for each way to read it."""
    text = fold_width(draft.text[slice(*sentence)])
    figures = find_figures(text)
    readings = []
    for reading in readings_of(text, figures):
        prose = read_prose(reading.text, reading.figures)
        stated = state_figures(reading.text, prose, draft.path_at(sentence.start))
        readings.append([
            (entry, claim)
            for n, claim in zip(reading.numbers, stated, strict=True)
            if (entry := entries.get(sentence.start + figures[n].start))
            and entry.statement.quantity is claim.quantity
        ])  # fmt: skip
    return readings


def _align(
    entry: LedgerEntry, claim: StatedFigure, stored: Sequence[_StoredFigure], sentence: str
) -> AlignedFigure | None:
    """A figure with the one that says the same of another amount; None where none says so.

    It is told, too, by one that says more (两年累计下降10.08%). A total behind others, or what goes
    on with another figure than it seems to, has no other.
    """
    said = [
        one for one in stored
        if _may_be(entry, one.entry)
        and says_same(claim, one.stated) and bears_subject(claim, one.stated)
    ]  # fmt: skip
    for one in said:
        others = (two.stated for two in said if two is not one)
        if _is_same_amount(entry, one.entry) and (
            says_all(claim, one.stated)
            or not any(is_nearer(claim, two, one.stated, sentence) for two in others)
        ):
            return AlignedFigure(entry, None)
    alike = [
        one for one in said
        if one.entry.statement.role is not StatementKind.PLAN
        and one.entry.period == entry.period
        and says_same(one.stated, claim) and bears_subject(one.stated, claim)
    ]  # fmt: skip
    done = [
        one.entry for one in alike
        if not any(is_nearer(claim, two.stated, one.stated, sentence) for two in alike)
    ]  # fmt: skip
    amounts = {(one.statement.figure.value, one.statement.figure.unit) for one in done}
    if not done:
        equal = [one for one in stored if _is_same_amount(entry, one.entry)]
        is_other = len(equal) == 1 and _tells_of_another(claim, equal[0].stated)
        return AlignedFigure(entry, equal[0].entry) if is_other else None
    if len(amounts) != 1 or _is_same_amount(entry, done[0]):
        return None
    if not claim.has_own_subject:
        sentences = {one.statement.sentence for one in done}
        beside = (one.entry for one in stored if one.entry.statement.sentence in sentences)
        is_total = ledger_words().whole.match(claim.before)
        if is_total or any(_is_same_amount(entry, other) for other in beside):
            return None
    return AlignedFigure(entry, done[0])


def _tells_of_another(claim: StatedFigure, one: StatedFigure) -> bool:
    """Whether a claim names a thing that a statement does not, in the place of its own.

    Or less where that tells of more. A short number may stand there by chance.
    """
    if claim.direction and one.direction:
        return claim.direction != one.direction
    digits = sum(c.isdecimal() for c in claim.statement.figure.text)
    shared = any(word.stands_in(one.own) for word in telling_words(claim.own))
    if digits < _FEW_DIGITS or (digits == _FEW_DIGITS and not shared):
        return False
    new = unborne_words(claim.own, f"{one.said}|{one.leads}|{one.above}|{one.behind}", one.near)
    lost = unborne_words(one.own, f"{claim.whole}|{claim.sentence}", claim.near)
    return all(any(names_thing(word.text) for word in words) for words in (new, lost))


def _may_be(entry: LedgerEntry, other: LedgerEntry) -> bool:
    """Whether two figures have one unit, or one value in two units."""
    one, two = entry.statement.figure, other.statement.figure
    return one.value == two.value or same_unit(one.unit, two.unit)


def _is_same_amount(entry: LedgerEntry, other: LedgerEntry) -> bool:
    """Whether both tell one amount; a plan of 700批次以上 does not tell of 702批次."""
    one, two = entry.statement.figure, other.statement.figure
    is_plan = other.statement.role is StatementKind.PLAN
    same = one.value == two.value if is_plan else agree(one, two)
    return same and same_unit(one.unit, two.unit)
