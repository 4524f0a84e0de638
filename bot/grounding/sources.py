"""The passages that a model was given, read for what a statement can rest on."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bot.grounding.beside import Sides, sides
from bot.grounding.dates import Date, find_dates
from bot.grounding.words import grounding_words
from knowledge.figures import Figure, find_figures
from knowledge.mentions import Mention, find_mentions
from knowledge.models import Bureau, Report
from knowledge.numerals import CHINESE, arabic_value, chinese_value, fold_width
from knowledge.periods import Period
from knowledge.sentences import Span
from knowledge.units import unit_words

_SENTENCE_ENDS = "。！？!?\n"
_CLAUSE_ENDS = "，,。；;！？!?\n"
_ORDINAL = re.compile(rf"第[ ]?(?P<n>\d{{1,4}}|{CHINESE})")
_COUNTED = re.compile(
    rf"(?P<n>(?<![\d.])\d{{1,8}}(?![\d.,])|{CHINESE})[ ]?(?P<next>[\u4e00-\u9fff])?"
)
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Given:
    """A passage as the model was given it: its number, its report, its place, its headings."""

    n: int
    report: Report
    span: Span
    path: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The report's own words, unchanged."""
        return self.report.text[self.span.start : self.span.end]

    @property
    def bureau(self) -> Bureau | None:
        """Whose report it is."""
        return self.report.identity.bureau

    @property
    def period(self) -> Period | None:
        """When its report is for."""
        return self.report.identity.period


@dataclass(frozen=True, slots=True)
class Source:
    """What a passage holds: its figures, all its amounts, its dates, ordinals and numbers."""

    given: Given
    folded: str
    squeezed: str
    heading: str
    figures: tuple[Figure, ...]
    amounts: tuple[Figure, ...]
    dates: tuple[Date, ...]
    heading_dates: tuple[Date, ...]
    ordinals: frozenset[Decimal]
    numbers: frozenset[tuple[Decimal, str]]
    beside: tuple[Sides, ...]

    @property
    def bureau(self) -> str:
        """The name of its bureau; empty where none is known."""
        return self.given.bureau.name if self.given.bureau else ""

    @property
    def masked(self) -> list[Figure]:
        """Its amounts that are hidden."""
        return [amount for amount in self.amounts if amount.masked]

    def stating(self, figure: Figure) -> list[Figure]:
        """The amounts that a figure of a statement may repeat."""
        if figure.masked:
            same = [a for a in self.masked if same_unit(a.unit, figure.unit)]
            return [a for a in same if _mask(a) == _mask(figure)]
        return [
            a for a in self.amounts if a.value == figure.value and same_unit(a.unit, figure.unit)
        ]

    def sentence(self, position: int) -> str:
        """The folded sentence around a place, up to that place's clause's end."""
        return self.folded[self.sentence_start(position) : self.clause_end(position)]

    def sentence_end(self, position: int) -> int:
        """Where the sentence that holds a place ends."""
        ends = [self.folded.find(mark, position) for mark in _SENTENCE_ENDS]
        return min((end for end in ends if end >= 0), default=len(self.folded))

    def sentence_start(self, position: int) -> int:
        """Where the sentence that holds a place starts."""
        return 1 + max(self.folded.rfind(mark, 0, position) for mark in _SENTENCE_ENDS)

    def clause_start(self, position: int) -> int:
        """Where the clause that holds a place starts."""
        return 1 + max(self.folded.rfind(mark, 0, position) for mark in _CLAUSE_ENDS)

    def clause_end(self, position: int) -> int:
        """Where the clause that holds a place ends."""
        ends = [self.folded.find(mark, position) for mark in _CLAUSE_ENDS]
        return min((end for end in ends if end >= 0), default=len(self.folded))

    def holds(self, words: str) -> bool:
        """Whether its text or headings hold some words, width and white space aside."""
        plain = squeeze(words)
        return plain in self.squeezed or plain in self.heading


@lru_cache(maxsize=256)
def source_of(given: Given) -> Source:
    """Read a passage; the same passage is read once."""
    folded = fold_width(given.text)
    heading = " ".join(given.path)
    return Source(
        given=given,
        folded=folded,
        squeezed=squeeze(given.text),
        heading=squeeze(heading),
        figures=(figures := find_figures(given.text)),
        amounts=_amounts(given.text, folded, figures),
        dates=find_dates(given.text),
        heading_dates=find_dates(heading),
        ordinals=frozenset(ordinals(folded + heading).values()),
        numbers=frozenset(counted(folded + " " + fold_width(heading))),
        beside=tuple(sides(given.text, figures, index) for index in range(len(figures))),
    )


def same_unit(one: str, other: str) -> bool:
    """Whether two units are one: 人 and 名, 人（次） and 人次."""
    return _plain_unit(one) == _plain_unit(other)


@lru_cache(maxsize=1024)
def _plain_unit(unit: str) -> str:
    plain = re.sub(r"[()/（）]", "", unit)
    return grounding_words().same_units.get(plain, plain)


def squeeze(text: str) -> str:
    """A text folded and without white space."""
    return _SPACES.sub("", fold_width(text))


def ordinals(folded: str) -> dict[tuple[int, int], Decimal]:
    """第六, 第3: where they stand and what they are worth."""
    found: dict[tuple[int, int], Decimal] = {}
    for match in _ORDINAL.finditer(folded):
        value = worth(match["n"])
        if value is not None:
            found[match.span()] = value
    return found


def counted(folded: str) -> Iterator[tuple[Decimal, str]]:
    """Every whole number, in whatever numerals, with the character after it."""
    for match in _COUNTED.finditer(folded):
        value = worth(match["n"])
        if value is not None:
            yield value, match["next"] or ""


def worth(digits: str) -> Decimal | None:
    """What a numeral is worth, Arabic or Chinese."""
    return Decimal(digits) if digits.isdecimal() and digits.isascii() else chinese_value(digits)


def valued(mention: Mention) -> Decimal | None:
    """What a mention of a number is worth; None for a masked one and for a fraction."""
    if mention.kind == "masked" or mention.parts:
        return None
    read = arabic_value if mention.kind == "arabic" else chinese_value
    return read(mention.digits, mention.multiplier)


def _amounts(text: str, folded: str, read: Sequence[Figure]) -> tuple[Figure, ...]:
    """The figures, and every other number with a worth: 三个责任 bears 三个, whatever it is."""
    figures = list(read)
    taken = {figure.start for figure in figures}
    for mention in find_mentions(folded):
        value = valued(mention)
        if mention.start in taken or value is None:
            continue
        unit = unit_words().canonical(mention.unit)
        figures.append(
            Figure(
                text[mention.start : mention.end], mention.start, mention.end,
                value, unit, masked=False, approximate=mention.approximate, counted="", as_of=None,
            )
        )  # fmt: skip
    return tuple(sorted(figures, key=lambda figure: figure.start))


def _mask(figure: Figure) -> str:
    digits = re.search(r"[\d*.,]*\*[\d*.]*", fold_width(figure.text))
    return re.sub(r"\*+", "*", digits[0]) if digits else ""
