"""The period of a report: a year, a half or a quarter, and how Chinese prose words it."""

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

from knowledge.understanding.sentences import without_blanks

_DIGITS = str.maketrans("〇○零ＯOoО一二三四五六七八九", "0000000123456789")
_YEAR = (
    r"(?<!\d)(?:[2２][0０]\d{2}(?!\d)|二[〇○零ＯOoО0０][一二三四五六七八九〇○零ＯOoО0０]{2}"
    r"|(?:[1１][9９][4-9４-９]\d|一九[四五六七八九][〇○零一二三四五六七八九])(?=\s?年)"
    r"|[12]\d(?=\s?年\s?[上下]\s?半年))"
)
_TO = r"\s?[-—–－至到~～]{1,2}\s?"
_PART = (
    r"上\s?半年|下\s?半年|全年|前\s?三\s?季度"
    r"|第?\s?[一二三四1-4１-４]\s?季度"
    rf"|\d{{1,2}}\s?月?{_TO}\d{{1,2}}\s?月份?"
    r"|[一二三四五六七八九十]{1,2}月?至[一二三四五六七八九十]{1,2}月份?"
)
# A year of a date stamp (20230705, 2023-07-05) names no period.
_LABEL = re.compile(
    rf"(?P<year>{_YEAR})(?![-._/]\d{{1,2}}[-._/]\d)(?:\s?(?:年度|年))?[的，,\s]*"
    rf"(?P<part>{_PART}|[HhQq][1-4])?"
)
_RANGE = re.compile(
    rf"(?P<first>{_YEAR})\s?年?{_TO}(?P<last>{_YEAR})\s?年(?!\s?{_PART})"
    r"(?:这?[两二三四五六七八九十]年[间来里]?)?"
)
_LONGEST_RANGE = 15
_WORDED = re.compile(rf"(?P<year>{_YEAR})\s?(?:年度|年)\s?(?:的)?(?P<part>{_PART})?")
_SMALL_NUMBERS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)}
_SMALL_NUMBERS |= {"两": 2, "十一": 11, "十二": 12}
_LAST_MONTH = 12
_WORDINGS = ("", "上半年", "下半年", "第一季度", "第二季度", "第三季度", "第四季度", "前三季度")


class YearPart(IntEnum):
    """Which part of its year a period covers; the order is that of the calendar."""

    YEAR = 0
    FIRST_HALF = 1
    SECOND_HALF = 2
    Q1 = 3
    Q2 = 4
    Q3 = 5
    Q4 = 6
    THREE_QUARTERS = 7

    @property
    def months(self) -> tuple[int, int]:
        """The first and the last month, 1 to 12."""
        return _MONTHS[self]

    @property
    def wording(self) -> str:
        """What follows ``2023年`` in Chinese; empty for a whole year."""
        return _WORDINGS[self]


_MONTHS = dict(
    zip(
        YearPart,
        ((1, 12), (1, 6), (7, 12), (1, 3), (4, 6), (7, 9), (10, 12), (1, 9)),
        strict=True,
    )
)
_PARTS: dict[tuple[int, int] | None, YearPart] = {months: part for part, months in _MONTHS.items()}
_CYCLES = tuple(tuple(YearPart)[first:end] for first, end in ((0, 1), (1, 3), (3, 7)))
"""The parts of one length: the year, the halves, the quarters."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period; ``str()`` is its Chinese wording, ``2023年上半年``.

    What a figure tells of may be several ``years``, which end with ``year``: ``2019—2023年``.
    """

    year: int
    part: YearPart = YearPart.YEAR
    years: int = 1

    def __str__(self) -> str:
        first = f"{self.first_year}—" if self.years > 1 else ""
        return f"{first}{self.year}年{self.part.wording}"

    @property
    def first_year(self) -> int:
        """The year that it begins in."""
        return self.year - self.years + 1

    def contains(self, other: "Period") -> bool:
        """Whether ``other`` lies wholly inside this period (a period contains itself)."""
        first, last = self.part.months
        inner_first, inner_last = other.part.months
        years = self.first_year <= other.first_year and other.year <= self.year
        return years and first <= inner_first and inner_last <= last

    def next(self) -> "Period":
        """The period of the same length that follows; the last quarter after the first three."""
        if self.part is YearPart.THREE_QUARTERS:
            return Period(self.year, YearPart.Q4)
        return self._shift(1)

    def previous(self) -> "Period":
        """The period of the same length that comes before."""
        if self.part is YearPart.THREE_QUARTERS:
            return Period(self.year - 1, self.part)
        return self._shift(-1)

    def _shift(self, steps: int) -> "Period":
        cycle = next(parts for parts in _CYCLES if self.part in parts)
        years, place = divmod(cycle.index(self.part) + steps, len(cycle))
        return Period(self.year + years, cycle[place])


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A period as it stands in a text: ``text[start:end]``."""

    period: Period
    start: int
    end: int


def months_named(wording: str) -> tuple[int, int] | None:
    """The first and the last month of what stands beside a year; None for what names none.

    ``上半年``, ``第三季度``, ``Q3``, ``1-6月``, ``前三季度``, ``前6个月``, ``一至三季度``.
    """
    plain = without_blanks(unicodedata.normalize("NFKC", wording)).upper()
    if plain.startswith(("上", "半年")) or plain == "H1":
        return YearPart.FIRST_HALF.months
    if plain.startswith("下") or plain == "H2":
        return YearPart.SECOND_HALF.months
    undated = re.sub(r"\d{1,2}日", "", plain)  # 1月1日至6月30日
    numbers = [_small(n) for n in re.findall(r"\d+|[一二两三四五六七八九十]+", undated)]
    if not numbers or not all(1 <= n <= _LAST_MONTH for n in numbers):
        return None
    first, last = (1 if plain[0] in "前头" else numbers[0]), numbers[-1]
    if "季" in plain or plain[0] == "Q":
        first, last = first * 3 - 2, last * 3
    elif "月" not in plain or (plain[0] not in "前头" and len(numbers) == 1):
        return None
    return (first, last) if first <= last <= _LAST_MONTH else None


def part_named(wording: str | None) -> YearPart:
    """The part that ``上半年``, ``第三季度`` or ``1-6月`` names; a whole year for all else."""
    return _PARTS.get(months_named(wording or ""), YearPart.YEAR)


def part_of_months(months: tuple[int, int]) -> YearPart | None:
    """The part of a year that covers just these months; None for 1 to 5."""
    return _PARTS.get(months)


def _small(numeral: str) -> int:
    return int(numeral) if numeral.isdecimal() else _SMALL_NUMBERS.get(numeral, 0)


def year_named(wording: str) -> int:
    """The year in any digits: ``2023``, ``２０２３``, ``二〇二三``."""
    return int(wording.translate(_DIGITS))


def _from_match(match: re.Match[str]) -> Period:
    year = year_named(match["year"])
    return Period(year if year > 99 else 2000 + year, part_named(match["part"]))


def period_mentions(text: str) -> list[PeriodMention]:
    """Every period that the text writes with 年, in order; dates (2023年5月) count as the year."""
    if "年" not in text:  # most sentences and headings name none
        return []
    return [PeriodMention(_from_match(m), *m.span()) for m in _WORDED.finditer(text)]


def year_ranges(text: str) -> list[PeriodMention]:
    """The years from one to another that a text writes as such: 2019—2023年, 2019年至2023年."""
    found = []
    for match in _RANGE.finditer(text):
        first, last = year_named(match["first"]), year_named(match["last"])
        if 0 < last - first < _LONGEST_RANGE:
            found.append(PeriodMention(Period(last, years=last - first + 1), *match.span()))
    return found


def label_in(text: str) -> PeriodMention | None:
    """The first period in a short label such as the name of a table's column, else None."""
    match = _LABEL.search(text)
    return PeriodMention(_from_match(match), *match.span()) if match else None


def parse_period(text: str) -> Period | None:
    """The period in a short label (``2023年上半年``, ``2023上半年``, ``2023``), else None."""
    found = label_in(text)
    return found.period if found else None


def exact_period(text: str) -> Period | None:
    """The period if a label says nothing else, else None."""
    match = _LABEL.fullmatch(text.strip())
    return _from_match(match) if match else None
