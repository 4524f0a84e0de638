"""Whether a figure of a statement stands in a passage that it cites, said of the same thing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations, pairwise, product

from bot.checking.attribution import StatedScope, supports_bureau, supports_period
from bot.checking.claims import is_plan, states_as_done
from bot.checking.sources import GroundingSource, Sides, pairs, sides
from bot.checking.statements import FaultKind, StatementFault
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


def follows_from_sense(said: str, held: str) -> bool:
    """Whether what is said follows from what is held: 约 of every approximate figure, no more."""
    return said == held or (said in (AROUND, BETWEEN) and held != EXACT)


_SENTENCE_ENDS = "。！？!?\n"
_NEGATION = re.compile("[不未无非]")
_CLEARLY, _HARDLY, _SLIGHTLY = 0.5, 0.33, 0.01
_ALIKE, _LIKE, _EXCHANGED, _LITTLE = 0.66, 0.7, 0.2, 0.1
_MANY_PAIRS, _STRANGE = 6, 0.1
_LONG_NOUN = 4


@dataclass(frozen=True)  # no slots: what is worked out is kept
class PlacedFigure:
    """A figure of a statement among its figures, and whose it is said to be.

    ``plain`` is the statement with names and dates made blank.
    """

    text: str
    plain: str
    figures: tuple[Figure, ...]
    index: int
    scope: StatedScope

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
class Support:
    """An amount of a passage that a figure may repeat."""

    source: GroundingSource
    amount: Figure

    @property
    def telling(self) -> bool:
        """Whether the amount is a figure, with words around that tell what it counts."""
        return self.amount in self.source.figures


def fits_mask(placed: PlacedFigure, source: GroundingSource) -> bool:
    """Whether an amount is hidden where a figure seems to fill it in."""
    return any(
        masked.unit == placed.figure.unit
        and (_fit(placed, source, masked) >= _CLEARLY or _have_like_nouns(placed.figure, masked))
        for masked in source.masked
    )


def misplacement(placed: PlacedFigure, supports: Sequence[Support]) -> FaultKind | None:
    """A figure said of what another amount, or a hidden one, of the same passage counts."""
    if not all(support.telling for support in supports):
        return None
    if not any(_line_fits(placed, support) for support in supports):
        return FaultKind.FIGURE_MISPLACED
    if all(_is_strange(placed, b) or _is_denied(placed, b) for b in supports):
        return FaultKind.FIGURE_MISPLACED
    own = max(_own_fit(placed, b) for b in supports)
    for source in {b.source.passage.n: b.source for b in supports}.values():
        for rival in source.figures:
            if any(rival is b.amount for b in supports):
                continue
            taken = _repeats_rival(placed, Support(source, rival), own, supports)
            if taken or (not _is_said(placed, rival) and _counts_rather(placed, supports, rival)):
                return FaultKind.MASK_FILLED if rival.masked else FaultKind.FIGURE_MISPLACED
    return None


def are_exchanged(
    one: PlacedFigure, other: PlacedFigure, held: Sequence[Sequence[Support]]
) -> bool:
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


def is_astray(
    index: int, placed: Sequence[PlacedFigure], held: Sequence[Sequence[Support]]
) -> bool:
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
        for i, supports in enumerate(held)
        for b in supports[:1]
        if i != index and len(_sentences(supports)) == 1
        for rival in b.source.figures
        if rival.value not in said
        and b.source.sentence_start(rival.start) == b.source.sentence_start(b.amount.start)
    )


def repeat_one_amount(
    one: PlacedFigure, other: PlacedFigure, held: Sequence[Sequence[Support]]
) -> bool:
    """Whether one amount of the passages is told twice, of different things."""
    if one.figure.value != other.figure.value or one.figure.unit != other.figure.unit:
        return False
    amounts = {(b.source.passage.n, b.amount.start) for supports in held for b in supports}
    nouns = one.figure.counted, other.figure.counted
    return len(amounts) == 1 and all(nouns) and not _overlap(*nouns)


def _sentences(supports: Sequence[Support]) -> set[tuple[int, int]]:
    return {(b.source.passage.n, b.source.sentence_start(b.amount.start)) for b in supports}


def _is_said(placed: PlacedFigure, rival: Figure) -> bool:
    """Whether a statement tells another amount as well (see ``are_exchanged``)."""
    return any(one.value == rival.value and one.unit == rival.unit for one in placed.figures)


def _repeats_rival(
    placed: PlacedFigure, other: Support, own: float, supports: Sequence[Support]
) -> bool:
    """Whether the words around a figure are those of another amount."""
    rival = other.amount
    same = rival.unit == placed.figure.unit
    fit = _fit(placed, other.source, rival)
    if rival.masked and same and fit >= own + _CLEARLY:
        return True
    if _overlap(placed.figure.counted, *(b.amount.counted for b in supports)):
        return False
    return fit >= 1 and own < (_HARDLY if same else _SLIGHTLY)


def _counts_rather(placed: PlacedFigure, supports: Sequence[Support], rival: Figure) -> bool:
    """Whether another amount counts by name what the figure is said to count, and its own not."""
    noun = placed.figure.counted
    if len(noun) < 2 or _overlap(noun, *(b.amount.counted for b in supports)):
        return False
    if any(_own_fit(placed, b) >= _LIKE for b in supports):
        return False
    if rival.counted == noun and len(noun) >= _LONG_NOUN:
        return True
    nouns = [b.amount.counted for b in supports if b.amount.counted]
    unrelated = bool(nouns) and all(_dice(set(pairs(noun)), set(pairs(n))) < _HARDLY for n in nouns)
    return unrelated and rival.unit == placed.figure.unit and _have_like_nouns(placed.figure, rival)


def _have_like_nouns(one: Figure, other: Figure) -> bool:
    if len(one.counted) < 2 or _is_negated(one.counted) != _is_negated(other.counted):
        return False
    return (
        one.counted in other.counted
        or _dice(set(pairs(one.counted)), set(pairs(other.counted))) >= _ALIKE
    )


def _overlap(noun: str, *others: str) -> bool:
    return any(
        noun
        and other
        and (noun in other or other in noun)
        and _is_negated(noun) == _is_negated(other)
        for other in others
    )


def _is_strange(placed: PlacedFigure, support: Support) -> bool:
    """Whether the sentence of an amount holds next to none of the words around a figure."""
    words = {word for side in sides(placed.plain, placed.figures, placed.index) for word in side}
    source, position = support.source, support.amount.start
    held = source.folded[source.sentence_start(position) : source.sentence_end(position)]
    shared = sum(word in held or word in source.heading for word in words)
    return len(words) >= _MANY_PAIRS and shared / len(words) <= _STRANGE


def _is_denied(placed: PlacedFigure, support: Support) -> bool:
    """Whether 不合格率97.8% is said of 合格率97.8%, or the other way round."""
    index = support.source.figures.index(support.amount)
    plain, denied = _by_sign(sides(placed.plain, placed.figures, placed.index))
    held_plain, held_denied = _by_sign(support.source.beside[index])
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


def _is_negated(noun: str) -> bool:
    return bool(_NEGATION.search(noun))


def _line_fits(placed: PlacedFigure, support: Support) -> bool:
    """Whether 12315平台受理5件 stands under 12315 and not under 12345."""
    said = _lines(placed.text, placed.figure.start)
    held = _lines(support.source.folded, support.amount.start)
    return not said or not held or said[-1] == held[-1] or (len(said) > 1 and said == held)


def _lines(text: str, position: int) -> list[str]:
    start = 1 + max(text.rfind(mark, 0, position) for mark in _SENTENCE_ENDS)
    names = "|".join(re.escape(name) for name in unit_words().names if name.isdigit())
    return re.findall(rf"(?<!\d)(?:{names})(?!\d)", fold_width(text)[start:position])


def _own_fit(placed: PlacedFigure, support: Support) -> float:
    """How well a figure fits its own amount, by the words on either side of that."""
    index = support.source.figures.index(support.amount)
    held = support.source.beside[index]
    return max((_share_of(words, placed.around) for words in held), default=0.0)


def _fit(placed: PlacedFigure, source: GroundingSource, amount: Figure) -> float:
    """How much of the words around an amount of a passage stands around a figure, 0 to 1."""
    before, after = source.beside[source.figures.index(amount)]
    return _share_of(before or after, placed.around)


def _share_of(words: Sequence[str], wanted: frozenset[str]) -> float:
    return sum(word in wanted for word in words) / len(words) if words else 0.0


def _likeness(placed: PlacedFigure, support: Support) -> float:
    index = support.source.figures.index(support.amount)
    held = support.source.beside[index]
    said = sides(placed.plain, placed.figures, placed.index)
    return _dice({w for side in said for w in side}, {w for side in held for w in side})


def _dice(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


_HUNDRED = Decimal(100)


def figure_faults(
    placed: Sequence[PlacedFigure],
    cited: Sequence[GroundingSource],
    given: Sequence[GroundingSource],
) -> Iterator[StatementFault]:
    """The faults of the figures of one statement, each by itself and beside the others."""
    for one in placed:
        kind = _fault_kind(one, cited, given)
        if kind:
            yield StatementFault(kind, one.figure.text.strip())
    held = [_supports_in_scope(one, cited) for one in placed]
    for index, one in enumerate(placed):
        if is_astray(index, placed, held):
            yield StatementFault(FaultKind.FIGURE_MISPLACED, one.figure.text.strip())
    for (one, ones), (other, others) in combinations(zip(placed, held, strict=True), 2):
        if are_exchanged(one, other, (ones, others)) or repeat_one_amount(
            one, other, (ones, others)
        ):
            yield StatementFault(FaultKind.FIGURE_MISPLACED, one.figure.text.strip())


def _fault_kind(
    placed: PlacedFigure, cited: Sequence[GroundingSource], given: Sequence[GroundingSource]
) -> FaultKind | None:
    supports = _supports(placed, cited)
    if not supports:
        return _absence_kind(placed, cited, given)
    supports = [b for b in supports if supports_bureau(b.source, b.amount, placed.scope.bureaus)]
    if not supports or _lacks_one_bureau(placed, supports):
        return FaultKind.WRONG_BUREAU
    supports = [b for b in supports if supports_period(b.source, b.amount, placed.scope.date)]
    supports = [b for b in supports if not _is_only_planned(placed, b)]
    if not supports:
        return FaultKind.WRONG_PERIOD
    return None if placed.figure.masked else misplacement(placed, supports)


def _lacks_one_bureau(placed: PlacedFigure, supports: Sequence[Support]) -> bool:
    """Whether 甲、乙均为64件 is borne by one of the two alone."""
    named = placed.scope.bureaus
    if len(named) < 2:
        return False
    between = placed.text[named[-1].end : placed.figure.start]
    own = placed.text[named[-1].start : named[-1].end] == named[-1].wording
    return (
        own
        and grounding_words().each.search(between) is not None
        and any(
            not any(supports_bureau(b.source, b.amount, (one,)) for b in supports) for one in named
        )
    )


def _supports_in_scope(placed: PlacedFigure, cited: Sequence[GroundingSource]) -> list[Support]:
    """The amounts of the passages that a figure may repeat, of whom and when it says."""
    return [
        b
        for b in _supports(placed, cited)
        if supports_bureau(b.source, b.amount, placed.scope.bureaus)
        and supports_period(b.source, b.amount, placed.scope.date)
    ]


def _supports(placed: PlacedFigure, cited: Sequence[GroundingSource]) -> list[Support]:
    sense = sense_of(placed.figure, placed.text)
    return [
        Support(source, amount)
        for source in cited
        for amount in source.stating(placed.figure)
        if placed.figure.masked or follows_from_sense(sense, sense_of(amount, source.folded))
    ]


def _is_only_planned(placed: PlacedFigure, support: Support) -> bool:
    """Whether a figure that stands in a plan is told as a result."""
    scope, period = placed.scope, support.source.passage.period
    source = support.source
    first = source.sentence_start(support.amount.start)
    dated = [d for d in source.dates if first <= d.start < support.amount.start]
    told = bool(period and any(d.denotes(period) for d in dated))  # 上半年立案3件 in a plan
    if scope.planned or told or not is_plan(source):
        return False
    own = period is not None and scope.date is not None and scope.date.denotes(period)
    return states_as_done(placed.text, placed.figure.start, own_period=own)


def _absence_kind(
    placed: PlacedFigure, cited: Sequence[GroundingSource], given: Sequence[GroundingSource]
) -> FaultKind:
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
    return FaultKind.FIGURE_DERIVED if _is_derived(figure, cited) else FaultKind.FIGURE_MISSING


def _is_derived(figure: Figure, cited: Sequence[GroundingSource]) -> bool:
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
