"""A sentence with its figures, as the reading of sums needs it."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from knowledge.figures import Figure
from knowledge.numerals import fold_width
from knowledge.sentences import sentence_spans
from knowledge.sums.words import sum_words

_BREAK = re.compile(r"[，,。；;：:、（()）\n\t]")
_CLAUSE_BREAK = re.compile(r"[，,。；;：:\n]")
_MASKED = re.compile(r"[*×＊╳○□]|XX")
_NUMBER = re.compile(r"\d[\d,]*(?:\.(\d+))?[ \xa0]?([百千万亿]*)")
_POWERS = {"百": 2, "千": 3, "万": 4, "亿": 8}
_SPACE = " \u3000\xa0\t"


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure of known worth, and how coarsely it is written: 1.86万 to the hundred."""

    figure: Figure
    value: Decimal
    step: Decimal

    @property
    def unit(self) -> str:
        """The figure's unit."""
        return self.figure.unit


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence that holds figures; the text is that of the whole report, folded."""

    text: str
    start: int
    end: int
    figures: Sequence[Figure]

    @property
    def words(self) -> str:
        """The sentence itself."""
        return self.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One sentence whose amounts can be reckoned with; the text is as in Sentence."""

    text: str
    start: int
    end: int
    amounts: tuple[Amount, ...]

    def between(self, left: Amount, right: Amount) -> str:
        """The text between two amounts."""
        return self.text[left.figure.end : right.figure.start]

    def label(self, amount: Amount) -> str:
        """What is said before an amount since the last punctuation or amount; else after it."""
        start = max(
            (a.figure.end for a in self.amounts if a.figure.end <= amount.figure.start),
            default=self.start,
        )
        before = _BREAK.split(self.text[start : amount.figure.start])[-1].strip(_SPACE)
        after = _BREAK.split(self.text[amount.figure.end : self.end])[0].strip(_SPACE)
        return before or after

    def clause(self, amount: Amount) -> str:
        """The words before an amount, from the clause's beginning."""
        left = _CLAUSE_BREAK.split(self.text[self.start : amount.figure.start])
        return left[-1].strip(_SPACE)


def sentences_with_figures(text: str, figures: Sequence[Figure]) -> list[Sentence]:
    """The sentences that figures begin in, both in reading order."""
    folded = fold_width(text)
    starts = [figure.start for figure in figures]
    told = []
    for start, end in sentence_spans(folded):
        inside = figures[bisect_left(starts, start) : bisect_left(starts, end)]
        if inside:
            told.append(Sentence(folded, start, end, inside))
    return told


def stretches(sentences: Iterable[Sentence]) -> Iterator[Stretch]:
    """The sentences that hold two exact amounts or more and nothing masked.

    A sentence that holds an approximate amount keeps it out of the sums: see ``_amount``.
    """
    for sentence in sentences:
        text, inside = sentence.text, sentence.figures
        if len(inside) < 2 or _MASKED.search(text, sentence.start, sentence.end):
            continue
        vague = {f.unit for f in inside if f.approximate or f.masked or f.value is None}
        amounts = tuple(a for f in inside if f.unit not in vague and (a := _amount(f, text)))
        if len(amounts) > 1:
            yield Stretch(text, sentence.start, sentence.end, amounts)


def can_be_added(amount: Amount) -> bool:
    """Whether amounts of this unit make a sum: never rates, times and distances."""
    return bool(amount.unit) and amount.unit not in sum_words().parts.never_added


def total_of(amounts: Sequence[Amount]) -> Decimal:
    """Their sum."""
    return sum((a.value for a in amounts), Decimal(0))


def slack(amounts: Sequence[Amount]) -> Decimal:
    """By how much a sum of amounts may miss, as each of them was rounded."""
    return sum((a.step for a in amounts), Decimal(0))


def _amount(figure: Figure, folded: str) -> Amount | None:
    """None for what has no value in digits: worded numbers (两家) count seldom by the unit."""
    if figure.value is None:
        return None
    match = _NUMBER.search(folded, figure.start, figure.end)
    if match is None:
        return None
    power = sum(_POWERS[c] for c in match[2])
    places = len(match[1] or "")
    step = Decimal(10) ** (power - places) if power or places else Decimal(0)
    return Amount(figure, figure.value, step)
