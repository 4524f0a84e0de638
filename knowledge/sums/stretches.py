"""A sentence with its figures, as the reading of sums needs it."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from knowledge.figures import Figure
from knowledge.numerals import fold_width
from knowledge.sentences import Span, sentence_spans
from knowledge.sums.words import sum_words

_BREAK = re.compile(r"[，,。；;：:、（()）\n\t]")
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
class Stretch:
    """One sentence; the text is that of the whole report, folded to half width."""

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
        left = re.split(r"[，,。；;：:\n]", self.text[self.start : amount.figure.start])
        return left[-1].strip(_SPACE)


def stretches(text: str, figures: Sequence[Figure]) -> Iterator[Stretch]:
    """The sentences that hold two exact amounts or more and nothing masked.

    A sentence that holds an approximate amount keeps it out of the sums: see ``_amount``.
    """
    folded = fold_width(text)
    for span, inside in figures_by_sentence(folded, figures):
        if len(inside) < 2 or _MASKED.search(folded, span.start, span.end):
            continue
        vague = {f.unit for f in inside if f.approximate or f.masked or f.value is None}
        amounts = tuple(a for f in inside if f.unit not in vague and (a := _amount(f)))
        if len(amounts) > 1:
            yield Stretch(folded, span.start, span.end, amounts)


def figures_by_sentence(
    folded: str, figures: Sequence[Figure]
) -> Iterator[tuple[Span, Sequence[Figure]]]:
    """Each sentence with the figures that begin in it, both in reading order."""
    starts = [figure.start for figure in figures]
    for span in sentence_spans(folded):
        yield span, figures[bisect_left(starts, span.start) : bisect_left(starts, span.end)]


def can_be_added(amount: Amount) -> bool:
    """Whether amounts of this unit make a sum: never rates, times and distances."""
    return bool(amount.unit) and amount.unit not in sum_words()["parts.never_added"]


def total_of(amounts: Sequence[Amount]) -> Decimal:
    """Their sum."""
    return sum((a.value for a in amounts), Decimal(0))


def slack(amounts: Sequence[Amount]) -> Decimal:
    """By how much a sum of amounts may miss, as each of them was rounded."""
    return sum((a.step for a in amounts), Decimal(0))


def _amount(figure: Figure) -> Amount | None:
    """None for what has no value in digits: worded numbers (两家) count seldom by the unit."""
    if figure.value is None:
        return None
    match = _NUMBER.search(fold_width(figure.text))
    if match is None:
        return None
    power = sum(_POWERS[c] for c in match[2])
    places = len(match[1] or "")
    step = Decimal(10) ** (power - places) if power or places else Decimal(0)
    return Amount(figure, figure.value, step)
