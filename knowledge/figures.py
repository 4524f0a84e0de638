"""Figures in Chinese official prose: their worth, their unit, what they count and as of when.

``find_figures`` reads mentions of numbers, keeps those that are amounts and asks their clause
what they count. Amounts are told from names by what stands beside them, in ``data/units.toml``.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from knowledge.clauses import AsOf, as_of_marks, counted_by
from knowledge.mentions import Mention, find_mentions
from knowledge.numerals import arabic_value, chinese_value, fold_width
from knowledge.units import AT_END, UnitWords, unit_words

_AT_END = re.compile(AT_END)
_RANGE = re.compile(r"[ \u3000]?[-–—−~～至到][ \u3000]?")
_SERIES = re.compile(r"[ \u3000]?、[ \u3000]?")
_QUOTED = re.compile(
    r"“[^“”\n]{1,30}”|‘[^‘’\n]{1,30}’|「[^「」\n]{1,30}」|『[^『』\n]{1,30}』|\"[^\"\n]{1,30}\""
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:\.\d{1,2})?")
_WITHIN = ("内", "之内")
_STATED_BY = re.compile(r"[\u4e00-\u9fff）)”》%：:|\t]")
_NOT_A_COUNTER = "级类号版层代届后强线路楼章月年时点第"
_PARTS = {"百": "%", "100": "%", "千": "‰", "1000": "‰"}


class Figure(NamedTuple):
    """A number that states an amount; ``source[start:end] == text``, approximation mark included.

    ``value`` has 万, 亿 and the like folded in and is None for a masked figure alone. ``unit`` is
    in one spelling, ``""`` when there is none. ``counted`` is what is counted, ``""`` when unclear.
    ``as_of`` is the date clause that governs the figure (截至11月23日), as written.
    A range (3至5家) gives a figure for each end, both approximate, both with the unit.
    """

    text: str
    start: int
    end: int
    value: Decimal | None
    unit: str
    masked: bool
    approximate: bool
    counted: str
    as_of: str | None


@dataclass(frozen=True, slots=True)
class _Amount:
    """A mention that is an amount, with its unit in one spelling."""

    mention: Mention
    value: Decimal | None
    unit: str


def find_figures(text: str) -> tuple[Figure, ...]:
    """Find all figures of a text, in order and not overlapping; any text will do."""
    folded = fold_width(text)
    reader = _Reader(folded, unit_words())
    amounts = [
        amount
        for mention in _with_shared_units(folded, list(find_mentions(folded)))
        if (amount := reader.read(mention))
    ]
    marks = as_of_marks(folded)
    figures: list[Figure] = []
    for index, amount in enumerate(amounts):
        span = (amount.mention.start, amount.mention.end)
        room = (
            figures[-1].end if figures else 0,
            amounts[index + 1].mention.start if index + 1 < len(amounts) else len(text),
        )
        previous = figures[-1].counted if figures else ""
        figures.append(
            Figure(
                text=text[slice(*span)],
                start=span[0],
                end=span[1],
                value=amount.value,
                unit=amount.unit,
                masked=amount.mention.kind == "masked",
                approximate=amount.mention.approximate,
                counted=counted_by(text, span, room, amount.unit, previous),
                as_of=_as_of(text, marks, span[0]),
            )
        )
    return tuple(figures)


def same_amount(a: Figure, b: Figure) -> bool:
    """Tell whether two figures state one amount in one unit, exactly; masked ones never do."""
    return not (a.masked or b.masked) and a.value == b.value and a.unit == b.unit


def _as_of(text: str, marks: Sequence[AsOf], position: int) -> str | None:
    at = bisect_right(marks, position, key=lambda mark: mark.end) - 1
    if at < 0 or position >= marks[at].governs_to:
        return None
    return text[marks[at].start : marks[at].end]


def _with_shared_units(folded: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Give the ends of a range and the members of a series the unit that is written once."""
    shared = list(mentions)
    for index in range(len(shared) - 2, -1, -1):
        left, right = shared[index], shared[index + 1]
        gap = folded[left.end : right.start]
        ranged = bool(_RANGE.fullmatch(gap)) and not folded.endswith(("从", "由"), 0, left.start)
        series = bool(_SERIES.fullmatch(gap)) and left.kind == right.kind == "arabic"
        series = series and left.digits not in unit_words().names
        if not (ranged or series) or right.lead:
            continue
        if left.parts and not right.unit and not right.parts:
            right = right._replace(parts=left.parts)
        elif right.unit and not (left.unit or left.parts):
            multiplier = left.multiplier or right.multiplier
            left = left._replace(unit=right.unit, measure=right.measure, multiplier=multiplier)
        elif not (left.unit and right.unit):
            continue
        shared[index : index + 2] = [_loosened(left, ranged), _loosened(right, ranged)]
    return shared


def _loosened(mention: Mention, ranged: bool) -> Mention:
    return mention._replace(loose=mention.loose or ranged)


class _Reader:
    """Judges the mentions of one text by what stands beside them."""

    def __init__(self, folded: str, words: UnitWords) -> None:
        self._text = folded
        self._words = words
        self._quotes = [match.span() for match in _QUOTED.finditer(folded)]

    def read(self, mention: Mention) -> _Amount | None:
        """Read a mention as an amount; None where it is a name, a slogan or a bare number."""
        if mention.parts:
            return self._fraction(mention)
        if not self._is_amount(mention):
            return None
        value = _value(mention)
        if value is None and mention.kind != "masked":
            return None
        return _Amount(mention, value, self._words.canonical(mention.unit))

    def _fraction(self, mention: Mention) -> _Amount | None:
        value = _value(mention)
        unit = _PARTS.get(mention.parts, "")
        if mention.kind == "masked" or unit:
            known = mention.kind == "masked" or value is not None
            return _Amount(mention, value, unit) if known else None
        whole = _whole(mention.parts)
        if value is None or not whole:
            return None
        return _Amount(mention, value / whole, "")

    def _is_amount(self, mention: Mention) -> bool:
        if mention.unit and not self._unit_fits(mention):
            return False
        match mention.kind:
            case "masked":
                return self._is_masked_amount(mention)
            case "words":
                return self._is_worded_amount(mention)
            case _:
                return bool(mention.unit) or self._stands_alone(mention)

    def _unit_fits(self, mention: Mention) -> bool:
        measure = mention.measure
        if measure == "日":
            within = mention.tail == "以内" or self._text.startswith(_WITHIN, mention.end)
            return within or self._follows(mention, self._words.days_after) or bool(mention.lead)
        if measure in {"名", "位"} and self._follows(mention, ("前",)):
            return False  # 前3名 is a rank
        if measure == "类" and mention.digits in {"1", "2", "3"}:
            return self._follows(mention, self._words.announcing)  # 1类敷料 is a class
        return True

    def _is_masked_amount(self, mention: Mention) -> bool:
        at_end = self._at_end(mention)
        if mention.measure in self._words.masked_at_end:
            return at_end and bool(_STATED_BY.match(self._text, mention.start - 1))
        if mention.unit:
            return mention.measure not in self._words.never_masked
        stated = bool(mention.multiplier) or self._follows(mention, self._words.masked_after)
        return stated and at_end and not self._quoted(mention)

    def _is_worded_amount(self, mention: Mention) -> bool:
        """Tell 两家企业 and 三百余家 from 两个责任, “三个”闸口 and 百家争鸣."""
        words, measure, marked = self._words, mention.measure, mention.approximate
        if not measure or (self._quoted(mention) and not marked):
            return False
        if measure in words.numeric:
            return measure == "成" and (marked or self._at_end(mention))
        if self._text.startswith(words.slogans_after, mention.end):
            return False
        if marked or len(mention.digits) > 1 or mention.multiplier or mention.digits == "十":
            return not self._follows(mention, ("数", "几", "每"))
        return self._is_small_amount(mention)

    def _is_small_amount(self, mention: Mention) -> bool:
        """Tell 两家, 召开三次 and 仅有一名 from 一批, 二次供水 and 五类."""
        words, measure = self._words, mention.measure
        match mention.digits:
            case "一":
                told = self._follows(mention, words.announcing_one)
                return told and measure not in words.never_one
            case "二":
                return measure in words.free
            case digit if digit in "两三四五六七八九":
                real = words.counted_after if measure == "个" else ()
                real_or_span = self._text.startswith((*real, *_WITHIN), mention.end)
                told = measure in words.free or self._follows(mention, words.announcing)
                return told or real_or_span
            case _:
                return False

    def _stands_alone(self, mention: Mention) -> bool:
        """Whether a number without a unit states an amount: 拥有量2.4, 共1,234, 20万."""
        digits, words = mention.digits, self._words
        if mention.multiplier or "," in digits:
            return True
        named = digits in words.names or self._follows(mention, words.labels)
        coded = (digits[0] == "0" and digits[1:2].isdigit()) or len(digits) > 8
        if named or coded or mention.loose or self._quoted(mention):
            return False
        if self._text.strip() == self._text[mention.start : mention.end]:
            return True
        told = bool(mention.lead) or self._follows(mention, words.stating)
        if self._at_end(mention):
            dated = bool(_YEAR.fullmatch(digits)) and not told
            return not dated and bool(_STATED_BY.match(self._text, mention.start - 1))
        following = self._text[mention.end]
        return told and "\u4e00" <= following <= "\u9fff" and following not in _NOT_A_COUNTER

    def _follows(self, mention: Mention, words: tuple[str, ...]) -> bool:
        return self._text.endswith(words, 0, mention.start)

    def _at_end(self, mention: Mention) -> bool:
        return bool(_AT_END.match(self._text, mention.end))

    def _quoted(self, mention: Mention) -> bool:
        at = bisect_right(self._quotes, (mention.start, len(self._text))) - 1
        return at >= 0 and mention.end <= self._quotes[at][1]


def _value(mention: Mention) -> Decimal | None:
    if mention.kind == "masked":
        return None
    if mention.kind == "arabic":
        return arabic_value(mention.digits, mention.multiplier)
    return chinese_value(mention.digits, mention.multiplier)


def _whole(parts: str) -> Decimal | None:
    return arabic_value(parts) if parts.isascii() else chinese_value(parts)
