"""The periods that a question names, in whatever digits and spacing people type."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from knowledge.numerals import fold_width
from knowledge.periods import Part, Period, months_named, part_of_months, year_named
from knowledge.questionwords import QuestionWords
from knowledge.sentences import Span
from knowledge.units import unit_words

_GAP = r"\s{0,2}"
_TO = r"(?:[-—–－~～至到]{1,2})"
_AND = r"[、,，和与及]"
_QUARTER = r"第?\s?[一二三四1-4]"
_SMALL = r"(?:(?<!\d)\d{1,2}|十[一二]|[一二两三四五六七八九十])"
_DAY = rf"(?:{_GAP}\d{{1,2}}{_GAP}日)?"
# 前三季度, 一至三季度, 第三季度 (the first of 一、二季度 too), 1-6月, 前6个月, 上半年, Q3.
_PART = (
    rf"前{_GAP}[二两三23]{_GAP}个?{_GAP}季度"
    rf"|{_QUARTER}{_GAP}(?:季度)?{_GAP}{_TO}{_GAP}{_QUARTER}{_GAP}季度"
    rf"|{_QUARTER}{_GAP}季度|(?<!\d){_QUARTER}(?={_GAP}{_AND}?{_GAP}{_QUARTER}{_GAP}季度)"
    rf"|{_SMALL}{_GAP}(?:月份?)?{_DAY}{_GAP}{_TO}{_GAP}{_SMALL}{_GAP}月(?![龄饼刊])份?"
    rf"(?:{_GAP}\d{{1,2}}{_GAP}日|底|末)?"
    rf"|[前头]{_GAP}{_SMALL}{_GAP}个{_GAP}月"
    rf"|(?<!以)上(?={_GAP}{_AND}?{_GAP}下{_GAP}半{_GAP}年)|[上下]{_GAP}半{_GAP}年度?|半{_GAP}年度|全年"
    r"|[Hh][12](?![\dA-Za-z])|[Qq][1-4](?![\dA-Za-z])"
)
_FOUR = r"2[0Oo〇○零]\d\d(?!\d)"
_WORDS = r"二[〇○零OoО0][一二三四五六七八九〇○零OoО0]{2}"
# 二三年 may be two or three years, so it needs a bureau before it.
_TWO = r"(?:[12]\d|二[二四五六](?=\s?年)|(?<=[局县区市])二三(?=\s?年))"
_BEFORE_TWO = r"(?<![\d.\-近第满超过达])"
# 2022年前 is none of 2022, but 2022年前三季度 is; 15年以上 counts years.
_NOT_BEFORE = rf"(?!以?前(?!{_GAP}[\d一二两三四五六七八九十]+{_GAP}[个季])|来)"
_AGE = r"(?!以[上下内]|[内间多期限龄老]|左右|的老)"
_BESIDE = (
    rf"{_GAP}的?[(,，]?{_GAP}(?P<part>{_PART})"
    rf"|{_GAP}(?P<month>\d{{1,2}}{_GAP}月份?)(?P<day>{_GAP}\d{{1,2}}{_GAP}[日号]|[初中底末])?"
)
_YEARS = re.compile(
    rf"(?P<listed>(?:(?:(?<![\d.]){_FOUR}|{_WORDS}|{_BEFORE_TWO}{_TWO}){_GAP}(?:{_AND}|{_TO}){_GAP}){{0,6}})"
    rf"(?P<year>(?<!\d){_FOUR}|{_WORDS}|(?<![\d近第满超过达]){_TWO}(?={_GAP}年{_AGE}|{_GAP}[上下]半年))"
    rf"{_GAP}(?:年度|年{_NOT_BEFORE}|(?={_PART})|(?=度))"
    rf"(?:{_BESIDE})?"
)
_UP_TO = re.compile(r"(?:截[至止]|[到至])\s*$")
_LISTED = re.compile(rf"{_FOUR}|{_WORDS}|{_TWO}")
_LONE = re.compile(_PART)
_FOLLOWING = re.compile(_BESIDE)
# 云溪县2022立案, 2023-06; not 2023家, GB5009-2023 or 〔2023〕5号.
_BARE = re.compile(
    rf"(?<![\dA-Za-z.\-/]){_FOUR}(?![年度A-Za-z]|\.\d{{3}}|[\]〕]\d)(?:[-./]\d{{1,2}}){{0,2}}"
    rf"(?!{_GAP}(?:[万亿千百余年]|多(?!少)))"
)
_RANGE = re.compile(rf"{_GAP}{_TO}{_GAP}")
_LONGEST = 10
_NO_MONTHS = (0, 0)  # what 上季度 or 昨天 covers: no report's period


@dataclass(frozen=True, slots=True)
class Asked:
    """A period in a question, ``places`` being where its words stand.

    ``months`` are the first and the last, None for the year as such; ``year`` is None for
    上半年 alone. ``wording`` is what stands beside the year. ``counted`` years (今年) come from
    the calendar, or the store.
    """

    year: int | None
    months: tuple[int, int] | None
    wording: str
    places: tuple[Span, ...]
    counted: bool = False

    def __str__(self) -> str:
        part = part_of_months(self.months) if self.months else Part.YEAR
        told = self.wording if part is None else part.wording
        return told if self.year is None else f"{Period(self.year)}{told}"

    @property
    def start(self) -> int:
        """Where its words begin."""
        return self.places[0].start

    @property
    def end(self) -> int:
        """Where its words end, or the first of them where they stand apart."""
        return self.places[0].end

    def is_of(self, period: Period) -> bool:
        """Whether just this period is asked for."""
        year_fits = self.year in (None, period.year)
        return year_fits and (self.months or Part.YEAR.months) == period.part.months

    @property
    def month(self) -> int | None:
        """The month, if a single one is asked for."""
        return self.months[0] if self.months and self.months[0] == self.months[1] else None

    def lies_in(self, period: Period) -> bool:
        """Whether the months asked for are wholly within a period."""
        first, last = self.months or Part.YEAR.months
        return self.year == period.year and (
            period.part.months[0] <= first and last <= period.part.months[1]
        )

    def covers(self, period: Period) -> bool:
        """Whether a part of the whole year asked for."""
        return self.months is None and period.year == self.year


def find_periods(
    question: str, years: Collection[int], this_year: int, words: QuestionWords
) -> tuple[list[Asked], int | None]:
    """The periods named, in order, and the year that 今年 was taken for if it is not this one.

    ``years`` are those of the store's reports. A part without its year (上半年) is given as it
    stands: what it goes with is told by ``paired``.
    """
    folded = fold_width(question)
    found = [a for m in _YEARS.finditer(folded) for a in _from_match(m)]
    found += [a for a in _bare(folded) if not _overlaps(a, found)]
    base = this_year if not years or {this_year, this_year - 1} & set(years) else max(years)
    found += [a for a in _relative(folded, base, words) if not _overlaps(a, found)]
    found += [a for a in _of_no_report(folded, words) if not _overlaps(a, found)]
    found += [a for a in _lone(folded) if not _overlaps(a, found)]
    found.sort(key=lambda a: a.start)
    return _with_years_between(folded, found), base if base != this_year else None


def _from_match(match: re.Match[str]) -> Iterator[Asked]:
    """2022、2023年上半年 names two halves, 2020-2023年 four years."""
    part = _wording(match, match.start())
    months = _months(part)
    for year in _LISTED.finditer(match["listed"]):
        start = match.start() + year.start()
        yield Asked(_year(year[0]), months, part, (Span(start, start + len(year[0])),))
    span = Span(match.start("year"), match.end())
    yield Asked(_year(match["year"]), months, part, (span,))


def _wording(beside: re.Match[str], start: int) -> str:
    """What stands beside a year that begins at ``start``.

    2023年5月 is that month; 2023年5月31日 and 截至2023年5月 only say up to when.
    """
    up_to = beside["day"] or _UP_TO.search(beside.string, 0, start)
    return beside["part"] or ("" if up_to else beside["month"]) or ""


def _months(wording: str) -> tuple[int, int] | None:
    """The months of a part or a single month; the 一 of 一、二季度 is a quarter as well."""
    if month := re.fullmatch(r"(\d+)\s*月份?", wording):
        return (int(month[1]), int(month[1]))
    return months_named(f"{wording}季度" if re.fullmatch(_QUARTER, wording) else wording)


def _year(wording: str) -> int:
    year = year_named(wording)
    return year if year > 99 else 2000 + year


def _bare(folded: str) -> Iterator[Asked]:
    for match in _BARE.finditer(folded):
        if not _unit_at_start().match(folded, match.end()):
            yield Asked(_year(match[0][:4]), None, "", (Span(*match.span()),))


@cache
def _unit_at_start() -> re.Pattern[str]:
    return re.compile(_GAP + unit_words().pattern)


def _relative(folded: str, base: int, words: QuestionWords) -> Iterator[Asked]:
    for back, pattern in enumerate((words.this_year, words.last_year, words.year_before)):
        for match in pattern.finditer(folded):
            part = _FOLLOWING.match(folded, match.end())
            wording = _wording(part, match.start()) if part else ""
            span = Span(match.start(), part.end() if part else match.end())
            yield Asked(base - back, _months(wording), wording, (span,), counted=True)


def _of_no_report(folded: str, words: QuestionWords) -> Iterator[Asked]:
    for match in words.of_no_report.finditer(folded):
        yield Asked(None, _NO_MONTHS, match[0], (Span(*match.span()),))


def _lone(folded: str) -> Iterator[Asked]:
    for match in _LONE.finditer(folded):
        months = _months(match[0])
        if months:
            yield Asked(None, months, match[0], (Span(*match.span()),))


def _overlaps(one: Asked, others: Sequence[Asked]) -> bool:
    return any(one.start < o.end and o.start < one.end for o in others)


def _with_years_between(folded: str, found: Sequence[Asked]) -> list[Asked]:
    """2020年至2023年 means the years between as well."""
    filled: list[Asked] = []
    for asked in found:
        before = filled[-1] if filled else None
        if (
            before is not None
            and before.year is not None
            and asked.year is not None
            and 1 < asked.year - before.year <= _LONGEST
            and _RANGE.fullmatch(folded, before.end, asked.start)
        ):
            between = range(before.year + 1, asked.year)
            filled += [replace(asked, year=y) for y in between if before.months == asked.months]
        filled.append(asked)
    return filled
