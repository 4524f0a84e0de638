"""Whether a figure of a statement stands in a passage that it cites, of whom and when it says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from bot.grounding.attribution import Holder, bears_bureau, bears_period
from bot.grounding.faults import Fault, FaultKind
from bot.grounding.sources import BREAKS, Source
from knowledge.figures import Figure
from knowledge.numerals import fold_width

_CJK = re.compile(r"[\u4e00-\u9fff]+")
_REACH = 24
_CLEARLY, _HARDLY, _SLIGHTLY = 0.5, 0.34, 0.01
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure of a statement, the words around it, and whose it is said to be."""

    figure: Figure
    around: frozenset[str]
    holder: Holder


@dataclass(frozen=True, slots=True)
class _Bearing:
    """An amount of a passage that a figure may repeat."""

    source: Source
    amount: Figure


def placed(text: str, figures: Sequence[Figure], index: int, holder: Holder) -> Placed:
    """A figure with the words around it."""
    return Placed(figures[index], frozenset(around(text, figures, index)), holder)


def figure_fault(figure: Placed, cited: Sequence[Source], given: Sequence[Source]) -> Fault | None:
    """The fault of a figure, if it has one."""
    kind = _fault(figure, cited, given)
    return Fault(kind, figure.figure.text.strip()) if kind else None


def _fault(placed_: Placed, cited: Sequence[Source], given: Sequence[Source]) -> FaultKind | None:
    figure, holder = placed_.figure, placed_.holder
    bearings = [_Bearing(s, amount) for s in cited for amount in s.stating(figure)]
    if not bearings:
        return _absent(placed_, cited, given)
    bearings = [b for b in bearings if bears_bureau(b.source, b.amount, holder.bureaus)]
    if not bearings:
        return FaultKind.WRONG_BUREAU
    bearings = [b for b in bearings if bears_period(b.source, b.amount, holder.date, given)]
    if not bearings:
        return FaultKind.WRONG_PERIOD
    return None if figure.masked else _misplaced(placed_, bearings)


def _absent(placed_: Placed, cited: Sequence[Source], given: Sequence[Source]) -> FaultKind:
    figure = placed_.figure
    if figure.masked:
        return FaultKind.NOT_MASKED
    if any(
        _fit(placed_, s, a) >= _CLEARLY and a.unit == figure.unit for s in cited for a in s.masked
    ):
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


def _misplaced(placed_: Placed, bearings: Sequence[_Bearing]) -> FaultKind | None:
    """A figure said of what another amount, or a hidden one, of the same passage counts."""
    if any(b.amount not in b.source.figures for b in bearings):
        return None
    own = max(_fit(placed_, b.source, b.amount) for b in bearings)
    for source in {b.source.given.n: b.source for b in bearings}.values():
        for rival in source.figures:
            if any(rival is b.amount for b in bearings):
                continue
            same = rival.unit == placed_.figure.unit
            fit = _fit(placed_, source, rival)
            if rival.masked and same and fit >= own + _CLEARLY:
                return FaultKind.MASK_FILLED
            if fit >= 1 and own < (_HARDLY if same else _SLIGHTLY):
                return FaultKind.MASK_FILLED if rival.masked else FaultKind.FIGURE_MISPLACED
    return None


def _fit(placed_: Placed, source: Source, amount: Figure) -> float:
    """How much of the words around an amount of a passage stands around a figure, 0 to 1."""
    index = source.figures.index(amount)
    words = around(source.folded, source.figures, index)
    return sum(word in placed_.around for word in words) / len(words) if words else 0.0


def around(text: str, figures: Sequence[Figure], index: int) -> list[str]:
    """The pairs of characters beside a figure, up to the next mark or figure on each side."""
    figure, folded = figures[index], fold_width(text)
    left = max(figure.start - _REACH, figures[index - 1].end if index else 0)
    right = min(
        figure.end + _REACH, figures[index + 1].start if index + 1 < len(figures) else len(text)
    )
    start = max([left, *(folded.rfind(m, left, figure.start) + 1 for m in BREAKS)])
    ends = [folded.find(mark, figure.end, right) for mark in BREAKS]
    end = min([right, *(e for e in ends if e >= 0)])
    before = pairs(folded[start : figure.start])
    return before or pairs(folded[figure.end : end])


def pairs(text: str) -> list[str]:
    """All pairs of neighbouring Chinese characters of a text."""
    return [run[i : i + 2] for run in _CJK.findall(text) for i in range(len(run) - 1)]
