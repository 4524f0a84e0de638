"""Whether a figure of a statement stands in a passage that it cites, and counts the same thing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import combinations, pairwise, product

from bot.checking.attribution import StatedScope, supports_bureau, supports_period
from bot.checking.claims import is_plan, states_as_done
from bot.checking.sources import (
    SENTENCE_ENDS,
    GroundingSource,
    Sides,
    Sources,
    Support,
    end_before,
    pairs,
    sides,
    start_after,
)
from bot.checking.statements import FaultKind, StatementFault
from bot.checking.vocabulary import grounding_words
from knowledge.understanding.figures import Figure
from knowledge.understanding.mentions import fold_width, unit_words

EXACT, MORE, LESS, AROUND, BETWEEN = "", "more", "less", "around", "between"
_WITHIN = ("内", "之内")
_NEGATION = re.compile("[不未无非]")
_CLEARLY, _HARDLY, _SLIGHTLY = 0.5, 0.33, 0.01
_ALIKE, _LIKE, _EXCHANGED, _LITTLE = 0.66, 0.7, 0.2, 0.1
_MANY_PAIRS, _STRANGE = 6, 0.1
_LONG_NOUN = 4
_HUNDRED = Decimal(100)


Supports = Sequence[Support]


@dataclass(frozen=True)  # no slots: its properties are cached
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
    def beside(self) -> Sides:
        """The pairs of characters before and after it."""
        return sides(self.plain, self.figures, self.index)

    @cached_property
    def around(self) -> frozenset[str]:
        """The pairs of characters that say what it counts."""
        before, after = self.beside
        return frozenset(before or after)


def figure_faults(
    placed: Sequence[PlacedFigure], cited: Sources, given: Sources
) -> Iterator[StatementFault]:
    """The faults of the figures of one statement, each by itself and beside the others."""
    for one in placed:
        kind = _fault_kind(one, cited, given)
        if kind:
            yield StatementFault(kind, one.figure.text.strip())
    scoped = [_supports_in_scope(one, cited) for one in placed]
    for index, one in enumerate(placed):
        if _is_astray(index, placed, scoped):
            yield StatementFault(FaultKind.FIGURE_MISPLACED, one.figure.text.strip())
    for (one, ones), (other, others) in combinations(zip(placed, scoped, strict=True), 2):
        pair = one, other, (ones, others)
        if _are_exchanged(*pair) or _repeat_one_amount(*pair):
            yield StatementFault(FaultKind.FIGURE_MISPLACED, one.figure.text.strip())


def _fault_kind(placed: PlacedFigure, cited: Sources, given: Sources) -> FaultKind | None:
    supports = _supports(placed, cited)
    if not supports:
        return _absence_kind(placed, cited, given)
    supports = [s for s in supports if supports_bureau(s, placed.scope.bureaus)]
    if not supports or _lacks_one_bureau(placed, supports):
        return FaultKind.WRONG_BUREAU
    supports = [s for s in supports if supports_period(s, placed.scope.date)]
    supports = [s for s in supports if not _is_only_planned(placed, s)]
    if not supports:
        return FaultKind.WRONG_PERIOD
    return None if placed.figure.masked else _misplacement(placed, supports)


def _lacks_one_bureau(placed: PlacedFigure, supports: Supports) -> bool:
    """Whether 甲、乙均为64件 has support for one of the two alone."""
    named = placed.scope.bureaus
    if len(named) < 2 or placed.text[named[-1].start : named[-1].end] != named[-1].wording:
        return False
    between = placed.text[named[-1].end : placed.figure.start]
    return grounding_words().each.search(between) is not None and not all(
        any(supports_bureau(support, (bureau,)) for support in supports) for bureau in named
    )


def _supports_in_scope(placed: PlacedFigure, cited: Sources) -> list[Support]:
    """The amounts of the passages that a figure may repeat, of whom and when it says."""
    scope = placed.scope
    supports = [s for s in _supports(placed, cited) if supports_bureau(s, scope.bureaus)]
    return [s for s in supports if supports_period(s, scope.date)]


def _supports(placed: PlacedFigure, cited: Sources) -> list[Support]:
    sense = sense_of(placed.figure, placed.text)
    return [
        Support(source, amount)
        for source in cited
        for amount in source.stating(placed.figure)
        if placed.figure.masked or follows_from_sense(sense, sense_of(amount, source.folded))
    ]


def _is_only_planned(placed: PlacedFigure, support: Support) -> bool:
    """Whether a figure that stands in a plan is stated as a result."""
    scope, source = placed.scope, support.source
    period = source.passage.period
    first = source.sentence_start(support.amount.start)
    dated = [d for d in source.dates if first <= d.start < support.amount.start]
    past = bool(period and any(d.denotes(period) for d in dated))  # 上半年立案3件 in a plan
    if scope.planned or past or not is_plan(source):
        return False
    own = period is not None and scope.date is not None and scope.date.denotes(period)
    return states_as_done(placed.text, placed.figure.start, own_period=own)


def _absence_kind(placed: PlacedFigure, cited: Sources, given: Sources) -> FaultKind:
    figure = placed.figure
    if figure.masked:
        return FaultKind.NOT_MASKED
    if any(source.stating(figure) for source in cited):
        return FaultKind.FIGURE_MISSING
    if any(_fits_mask(placed, source) for source in cited):
        return FaultKind.MASK_FILLED
    if any(amount.value == figure.value for source in cited for amount in source.amounts):
        return FaultKind.UNIT_CHANGED
    if any(source.stating(figure) for source in given):
        return FaultKind.FIGURE_ELSEWHERE
    return FaultKind.FIGURE_DERIVED if _is_derived(figure, cited) else FaultKind.FIGURE_MISSING


def _fits_mask(placed: PlacedFigure, source: GroundingSource) -> bool:
    """Whether an amount is hidden where a figure seems to fill it in."""
    alike = [masked for masked in source.masked if masked.unit == placed.figure.unit]
    return any(
        _fit(placed, Support(source, masked)) >= _CLEARLY or _have_like_nouns(placed.figure, masked)
        for masked in alike
    )


def _is_derived(figure: Figure, cited: Sources) -> bool:
    """Whether it is a sum, a difference or a ratio of two amounts of the passages."""
    amounts = [a.value for s in cited for a in s.amounts if a.value is not None][:40]
    value = figure.value
    for one, other in combinations(amounts, 2):
        if value in (one + other, abs(one - other)):
            return True
        small, large = sorted((abs(one), abs(other)))
        ratio = small / large * _HUNDRED if large else None
        if ratio is not None and value is not None and figure.unit in ("%", "倍"):
            places = Decimal(1).scaleb(min(0, int(value.as_tuple().exponent)))
            if value in (ratio.quantize(places), (_HUNDRED - ratio).quantize(places)):
                return True
    return False


def sense_of(figure: Figure, text: str) -> str:
    """The way a figure of ``text`` is approximate; EXACT where it is not."""
    written = fold_width(figure.text)
    for word, sense in grounding_words().approximate:
        if word in written:
            return sense
    if text.startswith(_WITHIN, figure.end):
        return LESS
    return BETWEEN if figure.approximate else EXACT


def follows_from_sense(stated: str, borne: str) -> bool:
    """Whether a sense follows from a passage's: 约 from every approximate one, others from none."""
    return stated == borne or (stated in (AROUND, BETWEEN) and borne != EXACT)


def _misplacement(placed: PlacedFigure, supports: Supports) -> FaultKind | None:
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


def _are_exchanged(one: PlacedFigure, other: PlacedFigure, scoped: Sequence[Supports]) -> bool:
    """Whether two figures of a statement would each stand better in the other's place."""
    if one.figure.unit != other.figure.unit or one.figure.value == other.figure.value:
        return False
    gains: list[float] = []
    for a, b in product(*scoped):
        if a.source is not b.source or not (a.telling and b.telling):
            continue
        crossed = _likeness(one, b), _likeness(other, a)
        as_stated = _likeness(one, a), _likeness(other, b)
        lost = max(own - cross for own, cross in zip(as_stated, crossed, strict=True))
        both = min(crossed) > 0 and lost < _LITTLE
        gains.append(sum(crossed) - sum(as_stated) if both else 0.0)
    return bool(gains) and min(gains) > _EXCHANGED


def _is_astray(index: int, placed: Sequence[PlacedFigure], scoped: Sequence[Supports]) -> bool:
    """Whether the figures beside a figure stand in a sentence that has another amount for it.

    合格率86% beside 抽检1763批次, where the sentence of the 1763批次 says 合格率97.8%.
    """
    own = {b.sentence for b in scoped[index]}
    others = [{b.sentence for b in h} for i, h in enumerate(scoped) if i != index]
    settled = [one for one in others if len(one) == 1]
    if not own or not settled or any(one & own for one in settled):
        return False
    stated = {one.figure.value for one in placed}
    nouns = {b.amount.counted for b in scoped[index] if b.amount.counted}
    return any(
        rival.counted in nouns and rival.unit == placed[index].figure.unit
        for i, supports in enumerate(scoped)
        for b in supports[:1]
        if i != index and len({s.sentence for s in supports}) == 1
        for rival in b.source.figures
        if rival.value not in stated and Support(b.source, rival).sentence == b.sentence
    )


def _repeat_one_amount(one: PlacedFigure, other: PlacedFigure, scoped: Sequence[Supports]) -> bool:
    """Whether one amount of the passages is stated twice, of different things."""
    if one.figure.value != other.figure.value or one.figure.unit != other.figure.unit:
        return False
    amounts = {(b.source.passage.n, b.amount.start) for supports in scoped for b in supports}
    nouns = one.figure.counted, other.figure.counted
    return len(amounts) == 1 and all(nouns) and not _overlap(*nouns)


def _is_said(placed: PlacedFigure, rival: Figure) -> bool:
    """Whether a statement states another amount as well (see ``_are_exchanged``)."""
    return any(one.value == rival.value and one.unit == rival.unit for one in placed.figures)


def _repeats_rival(placed: PlacedFigure, other: Support, own: float, supports: Supports) -> bool:
    """Whether the words around a figure are those of another amount."""
    rival = other.amount
    same = rival.unit == placed.figure.unit
    fit = _fit(placed, other)
    if rival.masked and same and fit >= own + _CLEARLY:
        return True
    if _overlap(placed.figure.counted, *(b.amount.counted for b in supports)):
        return False
    return fit >= 1 and own < (_HARDLY if same else _SLIGHTLY)


def _counts_rather(placed: PlacedFigure, supports: Supports, rival: Figure) -> bool:
    """Whether another amount counts by name what the figure is said to count, and its own not."""
    noun = placed.figure.counted
    if len(noun) < 2 or _overlap(noun, *(b.amount.counted for b in supports)):
        return False
    if any(_own_fit(placed, b) >= _LIKE for b in supports):
        return False
    if rival.counted == noun and len(noun) >= _LONG_NOUN:
        return True
    nouns = [b.amount.counted for b in supports if b.amount.counted]
    unrelated = bool(nouns) and all(_noun_likeness(noun, n) < _HARDLY for n in nouns)
    return unrelated and rival.unit == placed.figure.unit and _have_like_nouns(placed.figure, rival)


def _have_like_nouns(one: Figure, other: Figure) -> bool:
    if len(one.counted) < 2 or _is_negated(one.counted) != _is_negated(other.counted):
        return False
    return one.counted in other.counted or _noun_likeness(one.counted, other.counted) >= _ALIKE


def _noun_likeness(one: str, other: str) -> float:
    return _dice(set(pairs(one)), set(pairs(other)))


def _overlap(noun: str, *others: str) -> bool:
    likes = [o for o in others if noun and o and (noun in o or o in noun)]
    return any(_is_negated(noun) == _is_negated(other) for other in likes)


def _is_strange(placed: PlacedFigure, support: Support) -> bool:
    """Whether the sentence of an amount holds next to none of the words around a figure."""
    words = {word for side in placed.beside for word in side}
    source, position = support.source, support.amount.start
    end = end_before(SENTENCE_ENDS, source.folded, position)
    sentence = source.folded[source.sentence_start(position) : end]
    shared = sum(word in sentence or word in source.heading for word in words)
    return len(words) >= _MANY_PAIRS and shared / len(words) <= _STRANGE


def _is_denied(placed: PlacedFigure, support: Support) -> bool:
    """Whether 不合格率97.8% is said of 合格率97.8%, or the other way round."""
    plain, denied = _by_sign(placed.beside)
    borne_plain, borne_denied = _by_sign(support.beside)
    return bool((denied - plain) & (borne_plain - borne_denied)) or bool(
        (plain - denied) & (borne_denied - borne_plain)
    )


def _by_sign(beside: Sides) -> tuple[set[str], set[str]]:
    """The pairs of characters beside a figure: those that stand plain, those behind 不 or 未."""
    plain: set[str] = set()
    denied: set[str] = set()
    for words in beside:
        for earlier, pair in pairwise(["", *words]):
            follows = earlier[1:] == pair[0] and bool(_NEGATION.match(earlier))
            (denied if follows else plain).add(pair)
    return plain, denied


def _is_negated(noun: str) -> bool:
    return bool(_NEGATION.search(noun))


def _line_fits(placed: PlacedFigure, support: Support) -> bool:
    """Whether 12315平台受理5件 stands under 12315 and not under 12345."""
    own = _lines(placed.text, placed.figure.start)
    borne = _lines(support.source.folded, support.amount.start)
    return not own or not borne or own[-1] == borne[-1] or (len(own) > 1 and own == borne)


def _lines(text: str, position: int) -> list[str]:
    start = start_after(SENTENCE_ENDS, text, position)
    names = "|".join(re.escape(name) for name in unit_words().names if name.isdigit())
    return re.findall(rf"(?<!\d)(?:{names})(?!\d)", fold_width(text)[start:position])


def _own_fit(placed: PlacedFigure, support: Support) -> float:
    """How well a figure fits its own amount, by the words on either side of that."""
    return max(_share_of(words, placed.around) for words in support.beside)


def _fit(placed: PlacedFigure, support: Support) -> float:
    """How much of the words around an amount of a passage stands around a figure, 0 to 1."""
    before, after = support.beside
    return _share_of(before or after, placed.around)


def _share_of(words: Sequence[str], others: frozenset[str]) -> float:
    return sum(word in others for word in words) / len(words) if words else 0.0


def _likeness(placed: PlacedFigure, support: Support) -> float:
    one, other = ({w for side in e.beside for w in side} for e in (placed, support))
    return _dice(one, other)


def _dice(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0
