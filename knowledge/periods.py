"""The period of a report: a year, a half or a quarter, and how Chinese prose words it."""

import re
from dataclasses import dataclass
from enum import IntEnum

_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九０１２３４５６７８９", "000123456789" + "0123456789")
_YEAR = r"(?:20\d{2}|２０[０-９]{2}|二[〇○零][一二三四五六七八九〇○零]{2})"
_PART = (
    r"上半年|下半年|全年|前三季度"
    r"|(?:第)?[一二三四1-4]季度"
    r"|1\s*[-—–至到~～]\s*6月份?|一至六月份?|7\s*[-—–至到~～]\s*12月份?"
)
PERIOD_PATTERN = re.compile(rf"(?P<year>{_YEAR})(?:年度|年)?(?:的|，|,)?(?P<part>{_PART})?")
_WORDED = re.compile(rf"(?P<year>{_YEAR})(?:年度|年)(?:的)?(?P<part>{_PART})?")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}


class Part(IntEnum):
    """Which part of its year a period covers; the order is that of the calendar."""

    YEAR = 0
    FIRST_HALF = 1
    SECOND_HALF = 2
    Q1 = 3
    Q2 = 4
    Q3 = 5
    Q4 = 6

    @property
    def months(self) -> tuple[int, int]:
        """The first and the last month, 1 to 12."""
        return _MONTHS[self]

    @property
    def wording(self) -> str:
        """What follows ``2023年`` in Chinese; empty for a whole year."""
        return _WORDINGS[self]


_MONTHS = {
    Part.YEAR: (1, 12),
    Part.FIRST_HALF: (1, 6),
    Part.SECOND_HALF: (7, 12),
    Part.Q1: (1, 3),
    Part.Q2: (4, 6),
    Part.Q3: (7, 9),
    Part.Q4: (10, 12),
}
_WORDINGS = {
    Part.YEAR: "",
    Part.FIRST_HALF: "上半年",
    Part.SECOND_HALF: "下半年",
    Part.Q1: "第一季度",
    Part.Q2: "第二季度",
    Part.Q3: "第三季度",
    Part.Q4: "第四季度",
}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period; ``str()`` is its Chinese wording, ``2023年上半年``."""

    year: int
    part: Part = Part.YEAR

    def __str__(self) -> str:
        return f"{self.year}年{self.part.wording}"

    def contains(self, other: "Period") -> bool:
        """Whether ``other`` lies wholly inside this period (a period contains itself)."""
        first, last = self.part.months
        inner_first, inner_last = other.part.months
        return self.year == other.year and first <= inner_first and inner_last <= last

    def next(self) -> "Period":
        """The period of the same length that follows."""
        match self.part:
            case Part.YEAR:
                return Period(self.year + 1)
            case Part.SECOND_HALF:
                return Period(self.year + 1, Part.FIRST_HALF)
            case Part.Q4:
                return Period(self.year + 1, Part.Q1)
            case _:
                return Period(self.year, Part(self.part + 1))

    def previous(self) -> "Period":
        """The period of the same length that comes before."""
        match self.part:
            case Part.YEAR:
                return Period(self.year - 1)
            case Part.FIRST_HALF:
                return Period(self.year - 1, Part.SECOND_HALF)
            case Part.Q1:
                return Period(self.year - 1, Part.Q4)
            case _:
                return Period(self.year, Part(self.part - 1))


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A period as it stands in a text: ``text[start:end]``."""

    period: Period
    start: int
    end: int


def part_named(wording: str | None) -> Part:
    """The part that ``上半年``, ``第三季度`` or ``1-6月`` names; a whole year for None."""
    if not wording:
        return Part.YEAR
    if "上半年" in wording or re.match(r"1\s*[-—–至到~～]|一至六", wording):
        return Part.FIRST_HALF
    if "下半年" in wording or wording.startswith("7"):
        return Part.SECOND_HALF
    if wording.endswith("季度") and not wording.startswith("前"):
        return Part(Part.SECOND_HALF + _QUARTERS[wording[-3]])
    return Part.YEAR


def year_named(wording: str) -> int:
    """The year in any digits: ``2023``, ``２０２３``, ``二〇二三``."""
    return int(wording.translate(_CHINESE_DIGITS))


def _from_match(match: re.Match[str]) -> Period:
    return Period(year_named(match["year"]), part_named(match["part"]))


def period_mentions(text: str) -> list[PeriodMention]:
    """Every period that the text writes with 年, in order; dates (2023年5月) count as the year."""
    return [PeriodMention(_from_match(m), *m.span()) for m in _WORDED.finditer(text)]


def parse_period(text: str) -> Period | None:
    """The period that a short label names (``2023年上半年``, ``2023上半年``, ``2023``), else None."""
    match = PERIOD_PATTERN.search(text)
    return _from_match(match) if match else None
