"""Whether a figure of a statement stands in a passage that it cites, of whom and when it says."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from bot.grounding.attribution import bears_bureau, bears_period
from bot.grounding.binding import (
    Bearing,
    Placed,
    astray,
    doubled,
    exchanged,
    fits_mask,
    misplaced,
)
from bot.grounding.claims import is_plan, told_as_done
from bot.grounding.faults import Fault, FaultKind
from bot.grounding.senses import bears_sense, sense_of
from bot.grounding.sources import Source
from bot.grounding.words import grounding_words
from knowledge.figures import Figure

_HUNDRED = Decimal(100)


def figure_faults(
    placed: Sequence[Placed], cited: Sequence[Source], given: Sequence[Source]
) -> Iterator[Fault]:
    """The faults of the figures of one statement, each by itself and beside the others."""
    for one in placed:
        kind = _fault(one, cited, given)
        if kind:
            yield Fault(kind, one.figure.text.strip())
    held = [_bearings_of(one, cited) for one in placed]
    for index, one in enumerate(placed):
        if astray(index, placed, held):
            yield Fault(FaultKind.FIGURE_MISPLACED, one.figure.text.strip())
    for (one, ones), (other, others) in combinations(zip(placed, held, strict=True), 2):
        if exchanged(one, other, (ones, others)) or doubled(one, other, (ones, others)):
            yield Fault(FaultKind.FIGURE_MISPLACED, one.figure.text.strip())


def _fault(placed: Placed, cited: Sequence[Source], given: Sequence[Source]) -> FaultKind | None:
    bearings = _bearings(placed, cited)
    if not bearings:
        return _absent(placed, cited, given)
    bearings = [b for b in bearings if bears_bureau(b.source, b.amount, placed.holder.bureaus)]
    if not bearings or _short_of_one(placed, bearings):
        return FaultKind.WRONG_BUREAU
    bearings = [b for b in bearings if bears_period(b.source, b.amount, placed.holder.date)]
    bearings = [b for b in bearings if not _planned_only(placed, b)]
    if not bearings:
        return FaultKind.WRONG_PERIOD
    return None if placed.figure.masked else misplaced(placed, bearings)


def _short_of_one(placed: Placed, bearings: Sequence[Bearing]) -> bool:
    """Whether 甲、乙均为64件 is borne by one of the two alone."""
    named = placed.holder.bureaus
    if len(named) < 2:
        return False
    between = placed.text[named[-1].end : placed.figure.start]
    own = placed.text[named[-1].start : named[-1].end] == named[-1].wording
    return (
        own
        and grounding_words().each.search(between) is not None
        and any(
            not any(bears_bureau(b.source, b.amount, (one,)) for b in bearings) for one in named
        )
    )


def _bearings_of(placed: Placed, cited: Sequence[Source]) -> list[Bearing]:
    """The amounts of the passages that a figure may repeat, of whom and when it says."""
    return [
        b
        for b in _bearings(placed, cited)
        if bears_bureau(b.source, b.amount, placed.holder.bureaus)
        and bears_period(b.source, b.amount, placed.holder.date)
    ]


def _bearings(placed: Placed, cited: Sequence[Source]) -> list[Bearing]:
    sense = sense_of(placed.figure, placed.text)
    return [
        Bearing(source, amount)
        for source in cited
        for amount in source.stating(placed.figure)
        if placed.figure.masked or bears_sense(sense, sense_of(amount, source.folded))
    ]


def _planned_only(placed: Placed, bearing: Bearing) -> bool:
    """Whether a figure that stands in a plan is told as a result."""
    holder, period = placed.holder, bearing.source.given.period
    source = bearing.source
    first = source.sentence_start(bearing.amount.start)
    dated = [d for d in source.dates if first <= d.start < bearing.amount.start]
    told = bool(period and any(d.names(period) for d in dated))  # 上半年立案3件 in a plan
    if holder.planned or told or not is_plan(source):
        return False
    own = period is not None and holder.date is not None and holder.date.names(period)
    return told_as_done(placed.text, placed.figure.start, own_period=own)


def _absent(placed: Placed, cited: Sequence[Source], given: Sequence[Source]) -> FaultKind:
    figure = placed.figure
    if figure.masked:
        return FaultKind.NOT_MASKED
    if any(source.stating(figure) for source in cited):
        return FaultKind.FIGURE_MISSING
    if any(fits_mask(placed, source) for source in cited):
        return FaultKind.MASK_FILLED
    if any(amount.value == figure.value for source in cited for amount in source.amounts):
        return FaultKind.UNIT_CHANGED
    if any(source.stating(figure) for source in given):
        return FaultKind.FIGURE_ELSEWHERE
    return FaultKind.FIGURE_DERIVED if _derived(figure, cited) else FaultKind.FIGURE_MISSING


def _derived(figure: Figure, cited: Sequence[Source]) -> bool:
    """Whether it is a sum, a difference or a ratio of two amounts of the passages."""
    amounts = [a.value for s in cited for a in s.amounts if a.value is not None][:40]
    wanted = figure.value
    for one, other in combinations(amounts, 2):
        if wanted in (one + other, abs(one - other)):
            return True
        small, large = sorted((abs(one), abs(other)))
        ratio = small / large * _HUNDRED if large else None
        if ratio is not None and wanted is not None and figure.unit in ("%", "倍"):
            places = Decimal(1).scaleb(min(0, int(wanted.as_tuple().exponent)))
            if wanted in (ratio.quantize(places), (_HUNDRED - ratio).quantize(places)):
                return True
    return False
