"""Whether a figure is said of what its passage says it of: 合格44、不合格7 are not exchanged."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.grounding.attribution import Holder
from bot.grounding.faults import FaultKind
from bot.grounding.sources import BREAKS, Source
from bot.grounding.words import grounding_words
from knowledge.figures import Figure
from knowledge.numerals import fold_width
from knowledge.units import unit_words

_CJK = re.compile(r"[\u4e00-\u9fff]+")
_SENTENCE_ENDS = "。！？!?\n"
_DEALS_WITHIN = "，,。；;：:！？!?（）()\n"
_NEGATION = re.compile("[不未无非]")
_REACH = 24
_CLEARLY, _HARDLY, _SLIGHTLY = 0.5, 0.33, 0.01
_ALIKE, _LIKE, _EXCHANGED = 0.66, 0.7, 0.2
_MANY_PAIRS, _STRANGE = 6, 0.1
_LONG_NOUN = 4


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure of a statement among its figures, and whose it is said to be.

    ``plain`` is the statement with names and dates made blank.
    """

    text: str
    plain: str
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
        return frozenset(around(self.plain, self.figures, self.index))


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
    if all(_is_strange(placed, bearing) for bearing in bearings):
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


def astray(index: int, placed: Sequence[Placed], held: Sequence[Sequence[Bearing]]) -> bool:
    """Whether the figures beside a figure stand in a sentence that has another amount for it.

    合格率86% beside 抽检1763批次, where the sentence of the 1763批次 says 合格率97.8%.
    """
    own = _sentences(held[index])
    others = [_sentences(h) for i, h in enumerate(held) if i != index]
    settled = [one for one in others if len(one) == 1]
    if not own or not settled or any(one & own for one in settled):
        return False
    said = {one.figure.value for one in placed}
    nouns = {b.amount.counted for b in held[index] if b.amount.counted}
    return any(
        rival.counted in nouns and rival.unit == placed[index].figure.unit
        for i, bearings in enumerate(held)
        for b in bearings[:1]
        if i != index and len(_sentences(bearings)) == 1
        for rival in b.source.figures
        if rival.value not in said
        and b.source.sentence_start(rival.start) == b.source.sentence_start(b.amount.start)
    )


def _sentences(bearings: Sequence[Bearing]) -> set[tuple[int, int]]:
    return {(b.source.given.n, b.source.sentence_start(b.amount.start)) for b in bearings}


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
    if len(noun) < 2 or _overlap(noun, *(b.amount.counted for b in bearings)):
        return False
    if any(_own_fit(placed, b) >= _LIKE for b in bearings):
        return False
    if rival.counted == noun and len(noun) >= _LONG_NOUN:
        return True
    nouns = [b.amount.counted for b in bearings if b.amount.counted]
    unrelated = bool(nouns) and all(_dice(set(pairs(noun)), set(pairs(n))) < _HARDLY for n in nouns)
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


def _is_strange(placed: Placed, bearing: Bearing) -> bool:
    """Whether the sentence of an amount holds next to none of the words around a figure."""
    words = {word for side in _sides(placed.plain, placed.figures, placed.index) for word in side}
    source, position = bearing.source, bearing.amount.start
    held = source.folded[source.sentence_start(position) : source.sentence_end(position)]
    shared = sum(word in held or word in source.heading for word in words)
    return len(words) >= _MANY_PAIRS and shared / len(words) <= _STRANGE


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
    said = _sides(placed.plain, placed.figures, placed.index)
    return _dice({w for side in said for w in side}, {w for side in held for w in side})


def _dice(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def around(text: str, figures: Sequence[Figure], index: int) -> list[str]:
    """The pairs of characters before a figure, up to a mark or figure; after it if none are."""
    before, after = _sides(text, figures, index)
    return before or after


def _sides(text: str, figures: Sequence[Figure], index: int) -> tuple[list[str], list[str]]:
    figure, folded = figures[index], fold_width(text)
    item = _dealt_item(folded, figures, index)
    if item:
        return pairs(item), []
    left = max(figure.start - _REACH, figures[index - 1].end if index else 0)
    right = min(
        figure.end + _REACH, figures[index + 1].start if index + 1 < len(figures) else len(text)
    )
    start = _clause_start(folded, left, figure.start)
    if folded[start - 1] in "：:" and start > left:
        start = _clause_start(folded, left, start - 1)  # 零售药店：检查159家
    ends = [folded.find(mark, figure.end, right) for mark in BREAKS]
    end = min([right, *(e for e in ends if e >= 0)])
    return pairs(folded[start : figure.start]), pairs(folded[figure.end : end])


def _dealt_item(folded: str, figures: Sequence[Figure], index: int) -> str:
    """企业、合作社分别达到90%、80% says 90% of 企业 and 80% of 合作社; empty where it does not."""
    figure = figures[index]
    start = 1 + max(folded.rfind(mark, 0, figure.start) for mark in _DEALS_WITHIN)
    word = grounding_words().respectively.search(folded, start, figure.start)
    if word is None:
        return ""
    end = min((e for m in _DEALS_WITHIN if (e := folded.find(m, figure.end)) >= 0), default=None)
    after = [f for f in figures if f.start >= word.end() and (end is None or f.start < end)]
    items = re.split("[、和与及]", folded[start : word.start()])
    return items[after.index(figure)].strip() if len(items) == len(after) > 1 else ""


def _clause_start(folded: str, left: int, position: int) -> int:
    return max([left, *(folded.rfind(mark, left, position) + 1 for mark in BREAKS)])


def pairs(text: str) -> list[str]:
    """All pairs of neighbouring Chinese characters of a text."""
    return [run[i : i + 2] for run in _CJK.findall(text) for i in range(len(run) - 1)]
