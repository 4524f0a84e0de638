"""The passages that a model was given, read for what a statement can rest on."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bot.checking.dates import Date, find_dates
from bot.checking.facets import SENTENCE_ENDS, StatedFigure, read_prose, state_figures
from bot.checking.vocabulary import grounding_words
from knowledge.models import Bureau, Report, SectionKind, Statement
from knowledge.understanding.figures import Figure, find_figures
from knowledge.understanding.mentions import (
    CHINESE,
    NumberMention,
    arabic_value,
    chinese_value,
    find_mentions,
    fold_width,
    unit_words,
)
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import Span

BREAKS = "，,。；;：:！？!?、（）()\n"
"""Where the words that belong to a figure end."""
_CJK = re.compile(r"[\u4e00-\u9fff]+")
_CLAUSE_ENDS = "，,。；;！？!?\n"
_COUNTED = re.compile(
    rf"(?P<n>(?<![\d.])\d{{1,8}}(?![\d.,])|{CHINESE})[ ]?(?P<next>[\u4e00-\u9fff])?"
)
_SPACES = re.compile(r"\s+")
_WHOLE_SENTENCE = re.compile(r"[^。！？!?\n]+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")


def start_after(marks: str, text: str, position: int) -> int:
    """Where a place's stretch of text begins: behind the last of the marks before it."""
    return 1 + max(text.rfind(mark, 0, position) for mark in marks)


def end_before(marks: str, text: str, position: int) -> int:
    """Where a place's stretch of text ends: before the first of the marks from it on."""
    return min((e for mark in marks if (e := text.find(mark, position)) >= 0), default=len(text))


def pairs(text: str) -> list[str]:
    """All pairs of neighbouring Chinese characters of a text."""
    return [run[i : i + 2] for run in _CJK.findall(text) for i in range(len(run) - 1)]


@dataclass(frozen=True, slots=True)
class GivenPassage:
    """A passage as the model was given it: its number, its report, its place, its headings.

    ``statements`` are those of its figures and ``kind`` is that of its section, as its report was
    read; without them, its text and its headings are.
    """

    n: int
    report: Report
    span: Span
    path: tuple[str, ...] = ()
    statements: tuple[Statement, ...] | None = None
    kind: SectionKind | None = None

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
class GroundingSource:
    """What a passage holds: amounts, what its figures state, dates and numbers."""

    passage: GivenPassage
    folded: str
    squeezed: str
    heading: str
    amounts: tuple[Figure, ...]
    dates: tuple[Date, ...]
    heading_dates: tuple[Date, ...]
    numbers: frozenset[tuple[Decimal, str]]
    statements: tuple[StatedFigure, ...]

    @property
    def bureau(self) -> str:
        """The name of its bureau; empty where none is known."""
        return self.passage.bureau.name if self.passage.bureau else ""

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
        end = end_before(_CLAUSE_ENDS, self.folded, position)
        return self.folded[self.sentence_start(position) : end]

    def sentence_start(self, position: int) -> int:
        """Where the sentence that holds a place starts."""
        return start_after(SENTENCE_ENDS, self.folded, position)

    def clause_start(self, position: int) -> int:
        """Where the clause that holds a place starts."""
        return start_after(_CLAUSE_ENDS, self.folded, position)

    def holds(self, words: str) -> bool:
        """Whether its text or headings hold some words, width and white space aside."""
        plain = squeeze(words)
        return plain in self.squeezed or plain in self.heading


Sources = Sequence[GroundingSource]


@dataclass(frozen=True, slots=True)
class Support:
    """An amount of a passage that a figure may repeat."""

    source: GroundingSource
    amount: Figure

    @property
    def stated(self) -> StatedFigure | None:
        """What the amount states, where it is a figure."""
        passage = self.source.passage
        place = self.amount.start + (0 if passage.statements is None else passage.span.start)
        return next((s for s in self.source.statements if s.statement.figure.start == place), None)

    @property
    def sentence(self) -> tuple[int, int]:
        """The sentence that the amount stands in: its passage's number and its start."""
        return self.source.passage.n, self.source.sentence_start(self.amount.start)


@lru_cache(maxsize=256)
def grounding_source(passage: GivenPassage) -> GroundingSource:
    """Read a passage; the same passage is read once."""
    text = without_demands(passage.text)
    folded = fold_width(text)
    heading = " ".join(passage.path)
    figures = find_figures(text)
    return GroundingSource(
        passage=passage,
        folded=folded,
        squeezed=squeeze(text),
        heading=squeeze(heading),
        amounts=_amounts(text, folded, figures),
        dates=find_dates(text),
        heading_dates=find_dates(heading),
        numbers=frozenset(whole_numbers(folded + " " + fold_width(heading))),
        statements=_stated_figures(passage, text, figures),
    )


def without_demands(text: str) -> str:
    """A report's text, blanks for the sentences that tell whoever reads it what to answer."""
    return _WHOLE_SENTENCE.sub(lambda m: " " * len(m[0]) if is_demand(m[0]) else m[0], text)


def is_demand(sentence: str) -> bool:
    """Whether a sentence of a report tells whoever reads it what to answer."""
    return bool(grounding_words().demands.search(_UNSEEN.sub("", sentence)))


def statements_within(span: Span, statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Those of a report's statements whose figures stand in one of its passages."""
    return tuple(s for s in statements if span.start <= s.figure.start < span.end)


def _stated_figures(
    passage: GivenPassage, text: str, figures: Sequence[Figure]
) -> tuple[StatedFigure, ...]:
    """What the figures of a passage state; ``text`` is the passage's without demands."""
    if passage.statements is None:
        return state_figures(text, read_prose(text, figures), passage.path)
    start = passage.span.start
    stated = [s for s in passage.statements if text[s.figure.start - start].strip()]
    return state_figures(passage.report.text, stated, passage.path)


def same_unit(one: str, other: str) -> bool:
    """Whether two units are one: 人 and 名, 人（次） and 人次, 台 and 台（套）."""
    forms, others = _plain_units(one), _plain_units(other)
    return forms[0] in others or others[0] in forms


@lru_cache(maxsize=1024)
def _plain_units(unit: str) -> tuple[str, ...]:
    """A unit without its brackets; and as it stands before them, but for 人（次）."""
    before, _, inside = unit.replace("（", "(").partition("(")
    forms = [re.sub(r"[()/（）]", "", unit), *([before] if inside and "次" not in inside else ())]
    return tuple(grounding_words().same_units.get(form, form) for form in forms)


def squeeze(text: str) -> str:
    """A text folded and without white space."""
    return _SPACES.sub("", fold_width(text))


def whole_numbers(folded: str) -> Iterator[tuple[Decimal, str]]:
    """Every whole number, in whatever numerals, with the character after it."""
    for match in _COUNTED.finditer(folded):
        value = numeral_value(match["n"])
        if value is not None:
            yield value, match["next"] or ""


def numeral_value(digits: str) -> Decimal | None:
    """The value of a numeral, Arabic or Chinese."""
    return Decimal(digits) if digits.isdecimal() and digits.isascii() else chinese_value(digits)


def mention_value(mention: NumberMention) -> Decimal | None:
    """The value of a mention of a number; None for a masked one and for a fraction."""
    if mention.kind == "masked" or mention.parts:
        return None
    read = arabic_value if mention.kind == "arabic" else chinese_value
    return read(mention.digits, mention.multiplier)


def _amounts(text: str, folded: str, read: Sequence[Figure]) -> tuple[Figure, ...]:
    """The figures, and every other number with a value: 三个责任 bears 三个."""
    figures = list(read)
    taken = {figure.start for figure in figures}
    for mention in find_mentions(folded):
        value = mention_value(mention)
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
