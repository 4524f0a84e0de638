"""Whether a figure of a statement stands in a passage that it cites, and is said of the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product, starmap

from bot.checking.attribution import StatedScope, supports_bureau, supports_period
from bot.checking.dates import find_dates
from bot.checking.facets import StatedFigure, bears_subject, is_nearer, says_same
from bot.checking.names import are_listed, lists_before
from bot.checking.readings import JOINT
from bot.checking.sources import GroundingSource, Sources, Support, same_unit
from bot.checking.statements import FaultKind, StatementFault
from bot.checking.telling_words import telling_words
from bot.checking.vocabulary import grounding_words
from bot.checking.wordings import plain_text
from knowledge.understanding.figures import Figure
from knowledge.understanding.mentions import fold_width

EXACT, MORE, LESS, AROUND, BETWEEN = "", "more", "less", "around", "between"

Supports = Sequence[Support]
Bound = Sequence["tuple[PlacedFigure, Supports]"]


@dataclass(frozen=True, slots=True)
class PlacedFigure:
    """A figure of a statement, what it is said of, and whose it is said to be."""

    text: str
    figure: Figure
    stated: StatedFigure
    scope: StatedScope


def figure_faults(
    placed: Sequence[PlacedFigure],
    cited: Sources,
    given: Sources,
    heads: Sequence[PlacedFigure] = (),
) -> Iterator[StatementFault]:
    """The faults of the figures of one statement, each by itself and beside the others.

    ``heads`` are those of the sentence before, if it goes on with that.
    """
    bound = [
        (one, *_bind(one, cited, given, placed)) for one in placed if not _counts_list(one, cited)
    ]
    for one, kind, _ in bound:
        if kind:
            yield StatementFault(kind, one.figure.text.strip())
    beside = [(one, supports) for one, _, supports in bound if supports]
    before = [(one, _bind(one, given, given, heads)[1]) for one in heads]
    for one in (*_stray_figures(beside, before), *_crossed_figures(beside)):
        yield StatementFault(FaultKind.FIGURE_MISPLACED, one.figure.text.strip())


def _counts_list(placed: PlacedFigure, cited: Sources) -> bool:
    """Whether a figure only says how many a passage lists: 三个窗口 of 1号、2号、夜间窗口."""
    figure = placed.figure
    listed = lists_before(placed.text, figure.start, figure.value)
    return bool(figure.value) and (
        listed or are_listed(cited, figure.value, placed.text[figure.end :])
    )


def _bind(
    placed: PlacedFigure, cited: Sources, given: Sources, beside: Sequence[PlacedFigure]
) -> tuple[FaultKind | None, Supports]:
    """The fault of a figure by itself; without one, the amounts that say what is said of it.

    ``beside`` are all figures of its statement.
    """
    if not (supports := _supports(placed, cited)):
        return _absence_kind(placed, cited, given), ()
    supports = [s for s in supports if supports_bureau(s, placed.scope.bureaus)]
    if not supports:
        return FaultKind.WRONG_BUREAU, ()
    supports = [s for s in supports if supports_period(s, placed.scope.date)]
    supports = [s for s in supports if _is_as_of_same_day(placed.figure, s.amount)]
    if not supports:
        return FaultKind.WRONG_PERIOD, ()
    if not all(support.stated for support in supports):
        return None, supports  # one of them is a number that states no amount: 三个责任
    rivals = [r for r in _rivals(placed, supports) if not _is_told_of(r, supports, beside)]
    saying = [s for s in supports if _says_just(placed, s, rivals)]
    if saying:
        return None, saying
    hidden = any(rival.statement.figure.masked for rival in rivals)
    return FaultKind.MASK_FILLED if hidden else FaultKind.FIGURE_MISPLACED, ()


def _is_as_of_same_day(figure: Figure, amount: Figure) -> bool:
    """Whether a figure is not told as of another day than an amount: 截至5月31日, 截至6月30日."""
    told, known = find_dates(figure.as_of or ""), find_dates(amount.as_of or "")
    return not (told and known) or all(any(d.fits(other) for other in known) for d in told)


def _says_just(placed: PlacedFigure, support: Support, rivals: Sequence[StatedFigure]) -> bool:
    """Whether an amount says what is said of a figure, and none of the rivals says just that."""
    one, sentence = support.stated, plain_text(placed.text)
    if one is None or not says_same(placed.stated, one):
        return False
    return not any(is_nearer(placed.stated, rival, one, sentence) for rival in rivals)


def _rivals(placed: PlacedFigure, supports: Supports) -> list[StatedFigure]:
    """The other statements of the same passages that say what is said of a figure."""
    own = [support.stated for support in supports]
    sources = {s.source.passage.n: s.source for s in supports}.values()
    return [
        one for source in sources for one in source.statements
        if not any(one is mine for mine in own)
        and same_unit(one.statement.figure.unit, placed.figure.unit)
        and bears_subject(placed.stated, one)
        and says_same(placed.stated, one)
    ]  # fmt: skip


def _is_told_of(rival: StatedFigure, supports: Supports, beside: Sequence[PlacedFigure]) -> bool:
    """Whether a statement has a figure of its own beside, which the supports say less of."""
    amount = rival.statement.figure
    own = [support.stated for support in supports if support.stated]
    return any(
        one.figure.value == amount.value is not None
        and same_unit(one.figure.unit, amount.unit)
        and (
            all(is_nearer(one.stated, rival, mine, plain_text(one.text)) for mine in own)
            or (not one.stated.has_own_subject and says_same(one.stated, rival))  # 合计2,864件
        )
        for one in beside
    )


def _stray_figures(bound: Bound, before: Bound) -> Iterator[PlacedFigure]:
    """The figures that go on with one before, of whose statement none goes on.

    合格率86% beside 抽检1763批次, where the sentence of the 1763批次 says 合格率97.8%.
    """
    for n, (one, supports) in enumerate(bound):
        heads = [
            head
            for other, others in bound[:n]
            if one.scope == other.scope and one.stated.goes_on_with(other.stated)
            for head in others
        ] or [head for _, others in before[-1:] if not n for head in others]
        if heads and not any(starmap(_go_together, product(supports, heads))):
            yield one


def _go_together(one: Support, head: Support) -> bool:
    """Whether two amounts stand in one sentence, or the first goes on with the other."""
    if one.stated is None or head.stated is None or one.sentence == head.sentence:
        return True
    return one.source is head.source and one.stated.carries(head.stated)


def _crossed_figures(bound: Bound) -> Iterator[PlacedFigure]:
    """The figures that change places: 甲、乙分别2件、3件 where 甲、乙3件、2件."""
    for (one, supports), (following, others) in pairwise(bound):
        if any(_are_crossed(one, s, following, o) for s, o in product(supports, others)):
            yield following


def _are_crossed(one: PlacedFigure, support: Support, following: PlacedFigure, o: Support) -> bool:
    """Whether a passage lists two amounts the other way round, but not what they are said of."""
    folded = support.source.folded
    between = folded[o.amount.end : support.amount.start]
    if support.source is not o.source or not JOINT.fullmatch(between):
        return False
    listed = folded[support.source.clause_start(o.amount.start) : o.amount.start]
    words = [{w.text for w in telling_words(f.stated.before)} for f in (one, following)]
    first, second = (
        min((at for w in own - other if (at := listed.find(w)) >= 0), default=None)
        for own, other in (words, words[::-1])
    )
    return first is not None and second is not None and first < second


def _supports(placed: PlacedFigure, cited: Sources) -> list[Support]:
    sense = sense_of(placed.figure, placed.text[: placed.figure.start])
    return [
        Support(source, amount)
        for source in cited
        for amount in source.stating(placed.figure)
        if placed.figure.masked
        or any(follows_from_sense(sense, borne) for borne in _borne_senses(amount, source))
    ]


def _absence_kind(placed: PlacedFigure, cited: Sources, given: Sources) -> FaultKind:
    figure = placed.figure
    if figure.masked:
        return FaultKind.NOT_MASKED
    if any(source.stating(figure) for source in cited):
        return FaultKind.FIGURE_MISSING
    if any(amount.unit == figure.unit for source in cited for amount in source.masked):
        return FaultKind.MASK_FILLED
    if any(amount.value == figure.value for source in cited for amount in source.amounts):
        return FaultKind.UNIT_CHANGED
    if any(source.stating(figure) for source in given):
        return FaultKind.FIGURE_ELSEWHERE
    return FaultKind.FIGURE_MISSING


def sense_of(figure: Figure, before: str = "") -> str:
    """The way a figure is approximate, as the words ``before`` it tell, too; EXACT if in none."""
    written, led = fold_width(figure.text), before.rstrip("了")
    for word, sense in grounding_words().approximate:
        if word in written or (len(word) > 1 and led.endswith(word)):
            return sense
    return BETWEEN if figure.approximate else EXACT


def _borne_senses(amount: Figure, source: GroundingSource) -> Iterator[str]:
    """The ways in which an amount is approximate: its own, and that of the end of its list.

    30% of 分别占30%、25%左右 may be told as 30%左右.
    """
    yield sense_of(amount, source.folded[: amount.start])
    following = [a for a in source.amounts if a.start >= amount.start]
    for one, other in pairwise(following):
        if not JOINT.fullmatch(source.folded[one.end : other.start]):
            return
        if sense_of(other) == AROUND:
            yield AROUND


def follows_from_sense(stated: str, borne: str) -> bool:
    """Whether a sense follows from a passage's: 约 from every approximate one, others from none."""
    return stated == borne or (stated in (AROUND, BETWEEN) and borne != EXACT)
