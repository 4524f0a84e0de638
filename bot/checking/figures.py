"""Whether a figure of a statement stands in a passage that it cites, said of the same thing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations, pairwise, product

from bot.checking.attribution import Holder, bears_bureau, bears_period
from bot.checking.claims import is_plan, told_as_done
from bot.checking.sources import Sides, Source, pairs, sides
from bot.checking.statements import Fault, FaultKind
from bot.checking.vocabulary import grounding_words
from knowledge.understanding.figures import Figure
from knowledge.understanding.mentions import unit_words
from knowledge.understanding.numerals import fold_width

EXACT, MORE, LESS, AROUND, BETWEEN = "", "more", "less", "around", "between"
_WITHIN = ("内", "之内")


def sense_of(figure: Figure, text: str) -> str:
    """The way a figure of ``text`` is approximate; EXACT where it is not."""
    written = fold_width(figure.text)
    for word, sense in grounding_words().approximate:
        if word in written:
            return sense
    if text.startswith(_WITHIN, figure.end):
        return LESS
    return BETWEEN if figure.approximate else EXACT


def bears_sense(said: str, held: str) -> bool:
    """Whether what is said follows from what is held: 约 of every approximate figure, no more."""
    return said == held or (said in (AROUND, BETWEEN) and held != EXACT)


_SENTENCE_ENDS = "。！？!?\n"
_NEGATION = re.compile("[不未无非]")
_CLEARLY, _HARDLY, _SLIGHTLY = 0.5, 0.33, 0.01
_ALIKE, _LIKE, _EXCHANGED, _LITTLE = 0.66, 0.7, 0.2, 0.1
_MANY_PAIRS, _STRANGE = 6, 0.1
_LONG_NOUN = 4


@dataclass(frozen=True)  # no slots: what is worked out is kept
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

    @cached_property
    def around(self) -> frozenset[str]:
        """The pairs of characters beside it."""
        before, after = sides(self.plain, self.figures, self.index)
        return frozenset(before or after)


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
    if all(_is_strange(placed, b) or _is_denied(placed, b) for b in bearings):
        return FaultKind.FIGURE_MISPLACED
    own = max(_own_fit(placed, b) for b in bearings)
    for source in {b.source.given.n: b.source for b in bearings}.values():
        for rival in source.figures:
            if any(rival is b.amount for b in bearings):
                continue
            taken = _takes(placed, Bearing(source, rival), own, bearings)
            if taken or (not _is_said(placed, rival) and _counts_rather(placed, bearings, rival)):
                return FaultKind.MASK_FILLED if rival.masked else FaultKind.FIGURE_MISPLACED
    return None


def exchanged(one: Placed, other: Placed, held: Sequence[Sequence[Bearing]]) -> bool:
    """Whether two figures of a statement would each stand better in the other's place."""
    if one.figure.unit != other.figure.unit or one.figure.value == other.figure.value:
        return False
    gains: list[float] = []
    for a, b in product(*held):
        if a.source is not b.source or not (a.telling and b.telling):
            continue
        crossed = _likeness(one, b), _likeness(other, a)
        as_said = _likeness(one, a), _likeness(other, b)
        lost = max(said - cross for said, cross in zip(as_said, crossed, strict=True))
        both = min(crossed) > 0 and lost < _LITTLE
        gains.append(sum(crossed) - sum(as_said) if both else 0.0)
    return bool(gains) and min(gains) > _EXCHANGED


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


def doubled(one: Placed, other: Placed, held: Sequence[Sequence[Bearing]]) -> bool:
    """Whether one amount of the passages is told twice, of different things."""
    if one.figure.value != other.figure.value or one.figure.unit != other.figure.unit:
        return False
    amounts = {(b.source.given.n, b.amount.start) for bearings in held for b in bearings}
    nouns = one.figure.counted, other.figure.counted
    return len(amounts) == 1 and all(nouns) and not _overlap(*nouns)


def _sentences(bearings: Sequence[Bearing]) -> set[tuple[int, int]]:
    return {(b.source.given.n, b.source.sentence_start(b.amount.start)) for b in bearings}


def _is_said(placed: Placed, rival: Figure) -> bool:
    """Whether a statement tells another amount as well: it is ``exchanged`` then or not at all."""
    return any(one.value == rival.value and one.unit == rival.unit for one in placed.figures)


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
    return (
        one.counted in other.counted
        or _dice(set(pairs(one.counted)), set(pairs(other.counted))) >= _ALIKE
    )


def _overlap(noun: str, *others: str) -> bool:
    return any(
        noun and other and (noun in other or other in noun) and _negated(noun) == _negated(other)
        for other in others
    )


def _is_strange(placed: Placed, bearing: Bearing) -> bool:
    """Whether the sentence of an amount holds next to none of the words around a figure."""
    words = {word for side in sides(placed.plain, placed.figures, placed.index) for word in side}
    source, position = bearing.source, bearing.amount.start
    held = source.folded[source.sentence_start(position) : source.sentence_end(position)]
    shared = sum(word in held or word in source.heading for word in words)
    return len(words) >= _MANY_PAIRS and shared / len(words) <= _STRANGE


def _is_denied(placed: Placed, bearing: Bearing) -> bool:
    """Whether 不合格率97.8% is said of 合格率97.8%, or the other way round."""
    index = bearing.source.figures.index(bearing.amount)
    plain, denied = _by_sign(sides(placed.plain, placed.figures, placed.index))
    held_plain, held_denied = _by_sign(bearing.source.beside[index])
    return bool((denied - plain) & (held_plain - held_denied)) or bool(
        (plain - denied) & (held_denied - held_plain)
    )


def _by_sign(said: Sides) -> tuple[set[str], set[str]]:
    """The pairs of characters beside a figure: those that stand plain, those behind 不 or 未."""
    plain: set[str] = set()
    denied: set[str] = set()
    for words in said:
        for earlier, pair in pairwise(["", *words]):
            follows = earlier[1:] == pair[0] and bool(_NEGATION.match(earlier))
            (denied if follows else plain).add(pair)
    return plain, denied


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
    held = bearing.source.beside[index]
    return max((_held(words, placed.around) for words in held), default=0.0)


def _fit(placed: Placed, source: Source, amount: Figure) -> float:
    """How much of the words around an amount of a passage stands around a figure, 0 to 1."""
    before, after = source.beside[source.figures.index(amount)]
    return _held(before or after, placed.around)


def _held(words: Sequence[str], wanted: frozenset[str]) -> float:
    return sum(word in wanted for word in words) / len(words) if words else 0.0


def _likeness(placed: Placed, bearing: Bearing) -> float:
    index = bearing.source.figures.index(bearing.amount)
    held = bearing.source.beside[index]
    said = sides(placed.plain, placed.figures, placed.index)
    return _dice({w for side in said for w in side}, {w for side in held for w in side})


def _dice(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


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
