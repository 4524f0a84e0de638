"""Dates and periods in a text, brought to one form; and what they are compared by."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.checking.vocabulary import GroundingWords, grounding_words
from knowledge.understanding.mentions import chinese_value, fold_width
from knowledge.understanding.periods import Period, YearPart, part_named, year_named

_YEAR = r"(?:19|20)\d\d|二[〇○零][一二三四五六七八九〇○零]{2}"
_N = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_PART = r"上半年|下半年|前三季度|全年|第?[一二三四1-4]季度"
_REST = (
    rf"(?P<part>{_PART})"
    rf"|(?P<first>{_N})月?份?[ ]?[-—–~～至到][ ]?(?P<last>{_N})月份?"
    rf"|(?P<month>{_N})月份?(?:[ ]?(?P<day>{_N})[日号])?"
)
_DATE = re.compile(
    r"(?<![\d.])(?P<iso>(?P<iso_year>(?:19|20)\d\d)"
    r"(?:[-/](?P<iso_month>\d{1,2})(?:[-/](?P<iso_day>\d{1,2}))?"
    r"|\.(?P<dot_month>\d{1,2})\.(?P<dot_day>\d{1,2}))(?![\d.]))"
    rf"|(?<!\d)(?P<year>{_YEAR})[ ]?年度?[的,，]?[ ]?(?:{_REST})?"
    rf"|(?<!\d)(?P<short_year>{_YEAR})(?={_PART})"
    rf"|(?<![\d一二三四五六七八九十.])(?:{_REST.replace('P<', 'P<alone_')})"
)
TITLES = re.compile(r"《[^《》\n]{0,80}》")
_NINE_MONTHS = "前三季度"


@dataclass(frozen=True, slots=True)
class Date:
    """A date or a period as written; ``compared`` for 较2022年, ``titled`` inside 《》.

    ``beside`` are the parts of years named in the same text: 2023年……上半年 may be the half.
    """

    start: int
    end: int
    year: int | None = None
    part: YearPart | None = None
    month: int | None = None
    day: int | None = None
    compared: bool = False
    titled: bool = False
    beside: frozenset[YearPart] = frozenset()

    def with_beside(self, part: YearPart) -> "Date":
        """The same, with one part of its year more that is named beside it."""
        return replace(self, beside=self.beside | {part})

    def denotes(self, period: Period) -> bool:
        """Whether it is this period that is meant; a bare year is a half only beside its name."""
        bare = self.part is None and period.part in (YearPart.YEAR, *self.beside)
        return self.year in (None, period.year) and (bare or self.part == period.part)

    def fits(self, other: "Date") -> bool:
        """Whether ``other``, in the material, says what this one says; it may say more."""
        if self.month is not None:
            same_day = self.day is None or self.day == other.day
            return self.month == other.month and same_day and self._year_fits(other)
        if self.part is not None:
            return self.part == other.part and self._year_fits(other)
        whole = other.month is None and (other.part in (None, YearPart.YEAR, *self.beside))
        return self.year == other.year and whole

    def _year_fits(self, other: "Date") -> bool:
        return self.year is None or other.year is None or self.year == other.year


def find_dates(text: str) -> tuple[Date, ...]:
    """Every date and period, in order."""
    folded = fold_width(text)
    titles = [match.span() for match in TITLES.finditer(folded)]
    words = grounding_words()
    found: list[Date] = []
    for match in _DATE.finditer(folded):
        titled = any(start <= match.start() < end for start, end in titles)
        compared = _compared(folded, match, words)
        found += [replace(date, titled=titled, compared=compared) for date in _parse_match(match)]
    read = tuple(_carry_years(found))
    parts = [(date.year, date.part) for date in read if date.part and not date.compared]
    return tuple(
        replace(date, beside=frozenset(p for y, p in parts if y in (None, date.year)))
        for date in read
    )


def _carry_years(found: Iterable[Date]) -> Iterator[Date]:
    """2023年上半年的 is one date; 上半年 right behind 2023年 takes its year."""
    last: Date | None = None
    for date in found:
        joined = last and last.year and date.year is None and last.end == date.start
        last = replace(date, year=last.year) if last and joined else date
        yield last


def _compared(folded: str, match: re.Match[str], words: GroundingWords) -> bool:
    before = folded[max(0, match.start() - 4) : match.start()].rstrip()
    after = folded[match.end() : match.end() + 5].lstrip("的 ")
    return before.endswith(words.compared_before) or after.startswith(words.compared_after)


def _parse_match(match: re.Match[str]) -> Iterator[Date]:
    span = match.span()
    if match["iso"]:
        month = int(match["iso_month"] or match["dot_month"])
        day = match["iso_day"] or match["dot_day"]
        yield Date(*span, int(match["iso_year"]), None, month, int(day) if day else None)
        return
    written = match["year"] or match["short_year"]
    year = year_named(written) if written else None
    prefix = "" if match["year"] else "alone_"
    if part := match[f"{prefix}part"]:
        if part == _NINE_MONTHS:
            yield Date(*span, year, None, 9)
            return
        yield Date(*span, year, part_named(part))
    elif match[f"{prefix}first"]:
        yield from _months(span, year, match[f"{prefix}first"], match[f"{prefix}last"])
    elif match[f"{prefix}month"]:
        month_of = _small_number(match[f"{prefix}month"])
        day_of = match[f"{prefix}day"]
        yield Date(*span, year, None, month_of, _small_number(day_of) if day_of else None)
    elif year is not None:
        yield Date(*span, year)


def _months(span: tuple[int, int], year: int | None, first: str, last: str) -> Iterator[Date]:
    months = (_small_number(first), _small_number(last))
    for part in YearPart:
        if part.months == months:
            yield Date(*span, year, part)
            return
    for month in months:
        yield Date(*span, year, None, month)


def _small_number(words: str) -> int:
    if words.isdigit():
        return int(words)
    value = chinese_value(words)
    return int(value) if value is not None else 0
