"""Whether a figure is said of what its passage says it of: 合格44、不合格7 are not exchanged."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.grounding.attribution import Holder
from bot.grounding.faults import FaultKind
from bot.grounding.sources import BREAKS, Source
from knowledge.figures import Figure
from knowledge.numerals import fold_width
from knowledge.units import unit_words

_CJK = re.compile(r"[\u4e00-\u9fff]+")
_SENTENCE_ENDS = "。！？!?\n"
_NEGATION = re.compile("[不未无非]")
_REACH = 24
_CLEARLY, _HARDLY, _SLIGHTLY = 0.5, 0.33, 0.01
_ALIKE, _EXCHANGED = 0.66, 0.2
_LONG_NOUN = 4


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure of a statement among its figures, the statement's words, and whose it is."""

    text: str
    figures: tuple[Figure, ...]
    index: int
    holder: Holder

    @property
    def figure(self) -> Figure:
        """The figure itself."""
        return self.figures[self.index]

    @property
    def around(self) -> frozenset[str]:
        """The pairs of characters beside it."""
        return frozenset(around(self.text, self.figures, self.index))


@dataclass(frozen=True, slots=True)
class Bearing:
    """An amount of a passage that a figure may repeat."""

    source: Source
    amount: Figure

    @property
    def telling(self) -> bool:
        """Whether the amount is a figure, with words around that tell what it counts."""
        return self.amount in self.source.figures


def fits_mask(placed: Placed, source: Source) -> bool:
    """Whether an amount is hidden where a figure seems to fill it in."""
    return any(
        masked.unit == placed.figure.unit
        and (_fit(placed, source, masked) >= _CLEARLY or _named_alike(placed.figure, masked))
        for masked in source.masked
    )


def misplaced(placed: Placed, bearings: Sequence[Bearing]) -> FaultKind | None:
    """A figure said of what another amount, or a hidden one, of the same passage counts."""
    if not all(bearing.telling for bearing in bearings):
        return None
    if not any(_line_fits(placed, bearing) for bearing in bearings):
        return FaultKind.FIGURE_MISPLACED
    own = max(_own_fit(placed, b) for b in bearings)
    for source in {b.source.given.n: b.source for b in bearings}.values():
        for rival in source.figures:
            if any(rival is b.amount for b in bearings):
                continue
            if _takes(placed, Bearing(source, rival), own, bearings) or _counts_rather(placed, bearings, rival):
                return FaultKind.MASK_FILLED if rival.masked else FaultKind.FIGURE_MISPLACED
    return None


def exchanged(one: Placed, other: Placed, held: Sequence[Sequence[Bearing]]) -> bool:
    """Whether two figures of a statement would each stand better in the other's place."""
    if one.figure.unit != other.figure.unit or one.figure.value == other.figure.value:
        return False
    best: list[tuple[float, float]] = []
    for a in held[0]:
        for b in held[1]:
            if a.source is not b.source or not (a.telling and b.telling):
                continue
            as_said = _likeness(one, a) + _likeness(other, b)
            crossed = _likeness(one, b) + _likeness(other, a)
            best.append((crossed - as_said, as_said))
    return bool(best) and min(best)[0] > _EXCHANGED


def pairs_of(placed: Sequence[Placed]) -> Iterator[tuple[int, int]]:
    """Every two figures of a statement, by their places."""
    yield from combinations(range(len(placed)), 2)


def _takes(placed: Placed, other: Bearing, own: float, bearings: Sequence[Bearing]) -> bool:
    """Whether the words around a figure are those of another amount."""
    rival = other.amount
    same = rival.unit == placed.figure.unit
    fit = _fit(placed, other.source, rival)
    if rival.masked and same and fit >= own + _CLEARLY:
        return True
    if _overlap(placed.figure.counted, *(b.amount.counted for b in bearings)):
        return False
    return fit >= 1 and own < (_HARDLY if same else _SLIGHTLY)


def _counts_rather(placed: Placed, bearings: Sequence[Bearing], rival: Figure) -> bool:
    """Whether another amount counts by name what the figure is said to count, and its own not."""
    noun = placed.figure.counted
    if len(noun) < 2 or any(_overlap(noun, b.amount.counted) for b in bearings):
        return False
    if rival.counted == noun and len(noun) >= _LONG_NOUN:
        return all(_own_fit(placed, b) < _ALIKE for b in bearings)
    unrelated = all(
        b.amount.counted and _dice(set(pairs(noun)), set(pairs(b.amount.counted))) < _HARDLY
        for b in bearings
    )
    return unrelated and rival.unit == placed.figure.unit and _named_alike(placed.figure, rival)


def _named_alike(one: Figure, other: Figure) -> bool:
    if len(one.counted) < 2 or _negated(one.counted) != _negated(other.counted):
        return False
    return one.counted in other.counted or _dice(set(pairs(one.counted)), set(pairs(other.counted))) >= _ALIKE


def _overlap(noun: str, *others: str) -> bool:
    return any(
        noun and other and (noun in other or other in noun) and _negated(noun) == _negated(other)
        for other in others
    )


def _negated(noun: str) -> bool:
    return bool(_NEGATION.search(noun))


def _line_fits(placed: Placed, bearing: Bearing) -> bool:
    """Whether 12315平台受理5件 stands under 12315 and not under 12345."""
    said = _lines(placed.text, placed.figure.start)
    held = _lines(bearing.source.folded, bearing.amount.start)
    return not said or not held or said[-1] == held[-1] or (len(said) > 1 and said == held)


def _lines(text: str, position: int) -> list[str]:
    start = 1 + max(text.rfind(mark, 0, position) for mark in _SENTENCE_ENDS)
    names = "|".join(re.escape(name) for name in unit_words().names if name.isdigit())
    return re.findall(rf"(?<!\d)(?:{names})(?!\d)", fold_width(text)[start:position])


def _own_fit(placed: Placed, bearing: Bearing) -> float:
    """How well a figure fits its own amount, by the words on either side of that."""
    index = bearing.source.figures.index(bearing.amount)
    sides = _sides(bearing.source.folded, bearing.source.figures, index)
    return max((_held(words, placed.around) for words in sides), default=0.0)


def _fit(placed: Placed, source: Source, amount: Figure) -> float:
    """How much of the words around an amount of a passage stands around a figure, 0 to 1."""
    words = around(source.folded, source.figures, source.figures.index(amount))
    return _held(words, placed.around)


def _held(words: Sequence[str], wanted: frozenset[str]) -> float:
    return sum(word in wanted for word in words) / len(words) if words else 0.0


def _likeness(placed: Placed, bearing: Bearing) -> float:
    index = bearing.source.figures.index(bearing.amount)
    held = _sides(bearing.source.folded, bearing.source.figures, index)
    said = _sides(placed.text, placed.figures, placed.index)
    return _dice({w for side in said for w in side}, {w for side in held for w in side})


def _dice(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def around(text: str, figures: Sequence[Figure], index: int) -> list[str]:
    """The pairs of characters before a figure, up to a mark or figure; after it if none are."""
    before, after = _sides(text, figures, index)
    return before or after


def _sides(text: str, figures: Sequence[Figure], index: int) -> tuple[list[str], list[str]]:
    figure, folded = figures[index], fold_width(text)
    left = max(figure.start - _REACH, figures[index - 1].end if index else 0)
    right = min(
        figure.end + _REACH, figures[index + 1].start if index + 1 < len(figures) else len(text)
    )
    start = max([left, *(folded.rfind(m, left, figure.start) + 1 for m in BREAKS)])
    ends = [folded.find(mark, figure.end, right) for mark in BREAKS]
    end = min([right, *(e for e in ends if e >= 0)])
    return pairs(folded[start : figure.start]), pairs(folded[figure.end : end])


def pairs(text: str) -> list[str]:
    """All pairs of neighbouring Chinese characters of a text."""
    return [run[i : i + 2] for run in _CJK.findall(text) for i in range(len(run) - 1)]
