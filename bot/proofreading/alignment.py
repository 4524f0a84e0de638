"""A draft's figures beside the figures of reports that are most likely said of the same; pure.

How alike two figures are is how many of the words that tell what each is of are said of the other
as well. Equal amounts, and neighbours that a report tells in one sentence too, speak for a pair.
Pairs are made from the most alike on; a report's figure is the other of one figure alone.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from bot.checking.facets import StatedFigure, read_prose, state_figures
from bot.checking.readings import readings_of
from bot.checking.sources import GroundingSource, same_unit
from bot.checking.telling_words import is_same_rate, telling_words, unborne_words
from bot.checking.vocabulary import grounding_words
from bot.checking.wordings import borne_places, telling_places
from bot.ledger.gathering import LedgerEntry
from bot.ledger.ledger import calendar_order
from bot.ledger.words import ledger_words
from bot.proofreading.amounts import agree, is_mistyped
from bot.proofreading.entries import is_of_a_campaign
from knowledge.models import Quantity, StatementKind
from knowledge.understanding.figures import find_figures
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.periods import Period

_FAR, _LOOSE, _CARRIED = 0.5, 0.5, 0.5
"""What a word weighs that is said of the sentence, not the figure; of which one character is; that
is only carried over."""
_OTHER_STAGE, _OTHER_WAY = 0.8, 0.4
_EQUAL = (0.1, 0.2, 0.4, 0.6)
"""What an equal amount speaks for a pair, by how many digits it has that are not zeros."""
_OTHER_UNIT, _MISTYPED, _BESIDE = 0.5, 0.2, 0.3
_SAME_INDICATOR = 0.3
_LEAST, _LEAST_OTHER, _LEAST_AGAIN = 1.2, 1.35, 1.8
"""What has to speak for a pair, for one whose amounts differ, for one more figure's."""

ALIKE = 1.5
"""How alike figures are that are of one thing."""

Place = tuple[str, int]
"""A report, and where a figure starts there."""


class ReadFigure(NamedTuple):
    """A figure of a draft or of a report, with its words."""

    entry: LedgerEntry
    stated: StatedFigure

    @property
    def place(self) -> Place:
        """Its report, and where it starts there."""
        return self.entry.report.id, self.entry.statement.figure.start

    @property
    def sentence(self) -> object:
        """The sentence that it stands in."""
        return self.entry.report.id, self.entry.statement.sentence


class FigurePair(NamedTuple):
    """A figure of a draft and the one that is most likely said of the same.

    ``likeness`` is that of their words, two where all words of each are said of the other;
    ``beside``: figures of its sentence are equal to others of the other's sentence.
    """

    one: ReadFigure
    other: ReadFigure
    likeness: float
    beside: bool = False

    @property
    def is_equal(self) -> bool:
        """Whether both tell one amount of one unit."""
        return is_same_amount(self.one.entry, self.other.entry)

    @property
    def is_mistyped(self) -> bool:
        """Whether the amounts differ in a digit, or in two that changed places."""
        one, two = self.one.entry.statement.figure.value, self.other.entry.statement.figure.value
        return one is not None and two is not None and is_mistyped(one, two)

    @property
    def _is_of_one_indicator(self) -> bool:
        """Whether the ledger counts both as one: 食品抽检合格率 and 食品安全监督抽检合格率."""
        indicator = self.one.entry.indicator
        return indicator is not None and indicator == self.other.entry.indicator

    @property
    def score(self) -> float:
        """How much speaks for the pair."""
        one, two = self.one.entry.statement.figure, self.other.entry.statement.figure
        score = self.likeness + (_BESIDE if self.beside else 0)
        score += _SAME_INDICATOR if self._is_of_one_indicator else 0
        if one.value == two.value or self.is_equal:
            digits = len(str(one.value).replace(".", "").strip("0"))
            weight = _EQUAL[min(digits, len(_EQUAL) - 1)]
            return score + (weight if same_unit(one.unit, two.unit) else weight * _OTHER_UNIT)
        return score + (_MISTYPED if self.is_mistyped else 0)


def pair_figures(
    own: Sequence[ReadFigure], known: Mapping[Period | None, Sequence[ReadFigure]]
) -> dict[int, FigurePair]:
    """The pairs by where a draft's figure starts; ``known`` are the others by period."""
    pairs = list(_candidates(own, known))
    equal = {(p.one.sentence, p.other.sentence) for p in _best(pairs) if p.is_equal}
    beside = (
        pair._replace(beside=(pair.one.sentence, pair.other.sentence) in equal) for pair in pairs
    )
    return {p.one.entry.statement.figure.start: p for p in _best(beside) if _is_told(p)}


def _is_told(pair: FigurePair) -> bool:
    """Whether the reports tell the amount of a pair, or surely another.

    A total behind others, or what is dealt out to several that are not told apart, has no other.
    """
    claim = pair.one.stated
    if pair.is_equal or is_of_other_stage(claim, pair.other.stated):
        return pair.is_equal
    if not claim.has_own_subject:
        is_total = ledger_words().whole.match(claim.before)
        if is_total or not (claim.subject or pair.beside):
            return False
    return not grounding_words().respectively.search(claim.before)


def _candidates(
    own: Iterable[ReadFigure], known: Mapping[Period | None, Sequence[ReadFigure]]
) -> Iterator[FigurePair]:
    for one in own:
        for other in known.get(_period_of(one, known), ()):
            if _may_be(one, other):
                yield FigurePair(one, other, likeness(one.stated, other.stated))


def _period_of(one: ReadFigure, known: Collection[Period | None]) -> Period | None:
    """What a figure tells of; its report's period for what is still to come and nobody plans."""
    told, own = one.entry.period, one.entry.report.identity.period
    is_later = told and own and calendar_order(told) > calendar_order(own)
    return own if is_later and told not in known else told


def _best(pairs: Iterable[FigurePair]) -> list[FigurePair]:
    """The pairs that most speaks for.

    Several sentences may tell one equal amount, each once; one that others tell, another sentence
    may tell otherwise, in nearly the same words.
    """
    found: dict[Place, FigurePair] = {}
    taken: dict[Place, set[object]] = {}
    for pair in sorted(pairs, key=lambda pair: -pair.score):
        least = _LEAST if pair.is_equal else _LEAST_OTHER
        told = taken.setdefault(pair.other.place, set())
        again = pair.is_equal or not told or pair.likeness >= _LEAST_AGAIN
        free = again and pair.one.sentence not in told
        if free and pair.score >= least and pair.one.place not in found:
            found[pair.one.place] = pair
            told.add(pair.one.sentence)
    return list(found.values())


def _may_be(one: ReadFigure, other: ReadFigure) -> bool:
    """Whether two figures may be of one thing: of a unit or a value, both or neither planned."""
    a, b = one.entry.statement, other.entry.statement
    reports = one.entry.report.identity.period, other.entry.report.identity.period
    planned, other_planned = a.role is StatementKind.PLAN, b.role is StatementKind.PLAN
    alike = (one.stated.quantity is Quantity.CHANGE) == (other.stated.quantity is Quantity.CHANGE)
    of_period = other.entry.period == one.entry.period or reports[0] in (
        other.entry.period, reports[1]
    )  # fmt: skip
    same = a.figure.value == b.figure.value or (
        same_unit(a.figure.unit, b.figure.unit) and of_period
    )
    of_one = planned == other_planned and (not planned or reports[0] == reports[1])
    of_one &= _line_of_part(one) == _line_of_part(other) and not _are_of_other_campaigns(one, other)
    return same and alike and (of_one or a.figure.value == b.figure.value)


def _line_of_part(one: ReadFigure) -> str:
    """The line of work that a count which each line has is of alone: 受理投诉 of 特种设备."""
    entry, everywhere = one.entry, ledger_words().counted_everywhere
    is_part = entry.is_only_a_part and entry.indicator and entry.indicator.topic in everywhere
    return entry.line_of_heading if is_part else ""


def _are_of_other_campaigns(one: ReadFigure, other: ReadFigure) -> bool:
    """Whether two counts that each campaign has (检查) are led to by words that the other lacks."""
    pairs = ((one.stated, other.stated), (other.stated, one.stated))
    return is_of_a_campaign(one.entry) and all(
        unborne_words(a.leads, f"{b.whole}|{b.sentence}", b.earlier) for a, b in pairs
    )


def likeness(one: StatedFigure, other: StatedFigure) -> float:
    """How many of the words of two figures are said of the other as well: from 0 to 2.

    Words that are the same and tell nothing (平均用时) are of what the sentence told before them.
    """
    alike = _share(one, other) + _share(other, one)
    if not alike and one.beside == other.beside and telling_places(one.earlier):
        told = telling_places(one.earlier)
        alike = 2 * len(told & borne_places(one.earlier, other.sentence)) / len(told)
    if is_of_other_stage(one, other):
        alike -= _OTHER_STAGE
    if one.is_former != other.is_former or one.is_reached != other.is_reached:
        alike -= _OTHER_WAY
    return alike


def equal_figures(one: ReadFigure, others: Iterable[ReadFigure]) -> list[ReadFigure]:
    """Those of other figures that tell the same amount of the same thing."""
    return [
        other for other in others
        if is_same_amount(one.entry, other.entry) and likeness(one.stated, other.stated) >= ALIKE
    ]  # fmt: skip


def is_of_other_stage(one: StatedFigure, other: StatedFigure) -> bool:
    """Whether one figure is of what the other is not: 合格 and 不合格, 合格率 and 检出率."""
    rates = one.quantity is other.quantity is Quantity.RATE and one.measure and other.measure
    if rates and not is_same_rate(one.measure, one.said, other.measure, other.whole):
        return True
    pairs = (one.beside, other.beside), (other.beside, one.beside)
    return any(word.is_denied_in(b) for a, b in pairs for word in telling_words(a))


def _share(one: StatedFigure, other: StatedFigure) -> float:
    """How many words of a figure are said of another, or stand in its sentence."""
    carried = "" if one.has_own_subject else one.subject
    weights = ((one.beside, 1.0, other.near), (carried, _CARRIED, other.said))
    far = f"{other.whole}|{other.sentence}"
    found = total = 0.0
    for text, weight, beside in weights:
        told = telling_places(text)
        near = told & borne_places(text, beside)
        rest = (told & borne_places(text, far)) - near
        loose = sum(text[place] in beside for place in told - near - rest)  # 查 for 检查
        found += weight * (len(near) + _FAR * len(rest) + _LOOSE * loose)
        total += weight * len(told)
    return found / total if total else 0.0


def is_same_amount(entry: LedgerEntry, other: LedgerEntry) -> bool:
    """Whether both tell one amount; a plan of 700批次以上 does not tell of 702批次."""
    one, two = entry.statement.figure, other.statement.figure
    is_plan = other.statement.role is StatementKind.PLAN
    same = one.value == two.value if is_plan else agree(one, two)
    return same and same_unit(one.unit, two.unit)


def read_own(text: str, start: int, headings: Sequence[str]) -> Iterator[tuple[int, StatedFigure]]:
    """The figures of a draft's sentence with their words, by where they start in the draft."""
    folded = fold_width(text)
    figures = find_figures(folded)
    *_, reading = readings_of(folded, figures)
    stated = state_figures(reading.text, read_prose(reading.text, reading.figures), headings)
    for n, claim in zip(reading.numbers, stated, strict=True):
        yield start + figures[n].start, claim


def read_reported(
    entries: Iterable[LedgerEntry], sources: Sequence[GroundingSource]
) -> dict[Period | None, list[ReadFigure]]:
    """The reports' figures by the period that they tell of, and by that of their report."""
    known = {(entry.report.id, entry.statement.figure.start): entry for entry in entries}
    found: dict[Period | None, list[ReadFigure]] = {}
    for source in sources:
        for one in source.statements:
            place = source.passage.report.id, one.statement.figure.start
            if entry := known.get(place):
                for period in {entry.period, source.passage.period}:
                    found.setdefault(period, []).append(ReadFigure(entry, one))
    return found
