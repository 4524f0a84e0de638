"""The periods that a question names: years, their parts, 今年 and 去年."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from knowledge.retrieval.vocabulary import QuestionWords
from knowledge.understanding.mentions import fold_width, unit_words
from knowledge.understanding.periods import (
    Period,
    YearPart,
    months_named,
    part_of_months,
    year_named,
)
from knowledge.understanding.sentences import Span

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
    rf"|(?<!以)上(?={_GAP}{_AND}?{_GAP}下{_GAP}半{_GAP}年)|[上下]{_GAP}半{_GAP}年度?|半{_GAP}年度|全年(?!的?(?:目标|任务|计划))"
    r"|[Hh][12](?![\dA-Za-z])|[Qq][1-4](?![\dA-Za-z])"
)
_FOUR = r"2[0Oo〇○零]\d\d(?!\d)"
_OLD = r"19[4-9]\d(?!\d)"
_WORDS = r"(?:二[〇○零OoО0]|一九)[一二三四五六七八九〇○零OoО0]{2}"
# 二三年 may be two or three years, so it needs a bureau before it.
_TWO = (
    r"(?:[0129]\d|二[二四五六](?=\s?年)|(?<=[局县区市])二三(?=\s?年)"
    r"|二三(?=\s?(?:年\s?(?:[上下]半年|[底末]|年[底末]|全年|的?(?:总结|汇报|报告|材料))|[上下]半年)))"
)
_BEFORE_TWO = r"(?<![\d.\-近第满超过达])"
# 2022年前 is none of 2022, but 2022年前三季度 is; 15年以上 counts years.
_NOT_BEFORE = (
    rf"(?!以?前(?!{_GAP}[\d一二两三四五六七八九十]+{_GAP}[个季])|来(?!了|过|玩|的|年|多少|几))"
)
_AGE = r"(?!以[上下内]|[内间期限龄]|老(?![旧年人])|多(?![了出少几])|左右|的老)"
_OLD_TWO = range(50, 100)
_BESIDE = (
    rf"{_GAP}的?[(,，]?{_GAP}(?P<part>{_PART})"
    rf"|{_GAP}(?P<month>\d{{1,2}}{_GAP}月份?)(?P<day>{_GAP}\d{{1,2}}{_GAP}[日号]|[初中底末])?"
)
_YEARS = re.compile(
    rf"(?P<listed>(?:(?:(?<![\d.])(?:{_FOUR}|{_OLD})|{_WORDS}|{_BEFORE_TWO}{_TWO}){_GAP}(?:{_AND}|{_TO}){_GAP}){{0,6}})"
    rf"(?P<year>(?<!\d)(?:{_FOUR}|{_OLD})|{_WORDS}|(?<![\d近第满超过达]){_TWO}(?={_GAP}年{_AGE}|{_GAP}[上下]半年|全年))"
    rf"{_GAP}(?:年度|年{_NOT_BEFORE}(?:[底末]前?(?!的?总))?|(?={_PART})|(?=度))"
    rf"(?:{_BESIDE})?"
)
_UP_TO = re.compile(r"(?:截[至止]|[到至])\s*$")
_LISTED = re.compile(rf"{_FOUR}|{_OLD}|{_WORDS}|{_TWO}")
_LONE = re.compile(_PART)
_FOLLOWING = re.compile(_BESIDE)
# 云溪县2022立案, 2023-06; not 2023家, GB5009-2023 or 〔2023〕5号.
_BARE = re.compile(
    rf"(?<![\dA-Za-z.\-/]){_FOUR}(?![年度A-Za-z]|\.\d{{3}}|[\]〕]\d)(?:[-./]\d{{1,2}}){{0,2}}"
    rf"(?!{_GAP}(?:[万亿千百余年]|多(?!少)))"
)
_SAME = re.compile(r"的?同期")
# 2023年工作总结里写的, 2009年政府工作报告: the year is that of the report.
_REPORT = re.compile(
    r"(?:的?(?:[省市县区]?(?:人民)?政府)?的?(?:工作)?(?:报告|总结|汇报)|的?[那这]一?份)"
    r"(?P<inside>(?:[里中]面?)?(?:提出|说|讲|写)?的?[，,]?)"
)
_OF_IT = re.compile(r"的?")
_RANGE = re.compile(rf"{_GAP}{_TO}{_GAP}")
_BARE_RANGE = re.compile(
    rf"(?<![\dA-Za-z.\-/])(?P<first>{_FOUR}|{_OLD}){_GAP}年?{_GAP}{_TO}{_GAP}(?P<last>{_FOUR}|{_OLD})"
    rf"(?=[这那年的]|[三四五]年)"
)
_YEARS_COUNTED = re.compile(r"[，,]?[这的]?[一二两三四五六七八九十]年(?:间|来|里|期间)?")
_BETWEEN_YEARS = re.compile(rf"{_GAP}年?{_GAP}(?:{_AND}|{_TO}){_GAP}")
_LONGEST = 10
_NO_MONTHS = (0, 0)  # what 上季度 or 昨天 covers: no report's period


@dataclass(frozen=True, slots=True)
class QuestionPeriod:
    """A period in a question; its words stand at ``places``.

    ``months`` are the first and the last, None for the year as such; ``year`` is None for
    上半年 alone. ``wording`` is what stands beside the year. A ``relative`` year (今年) comes from
    the calendar, or the store. ``among`` are the years of the range that it is one of.
    ``of_report``: it says which report is meant, whatever that tells of (2023年工作总结).
    """

    year: int | None
    months: tuple[int, int] | None
    wording: str
    places: tuple[Span, ...]
    relative: bool = False
    among: range | None = None
    of_report: bool = False

    def __str__(self) -> str:
        part = part_of_months(self.months) if self.months else YearPart.YEAR
        wording = self.wording if part is None else part.wording
        return wording if self.year is None else f"{Period(self.year)}{wording}"

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
        year_fits = self.year in (None, period.year) and period.years == 1
        return year_fits and (self.months or YearPart.YEAR.months) == period.part.months

    @property
    def month(self) -> int | None:
        """The month, if a single one is asked for."""
        return self.months[0] if self.months and self.months[0] == self.months[1] else None

    def lies_in(self, period: Period) -> bool:
        """Whether the months asked for are wholly within a period."""
        first, last = self.months or YearPart.YEAR.months
        return self.year == period.year and (
            period.part.months[0] <= first and last <= period.part.months[1]
        )

    def tells_of(self, period: Period) -> bool:
        """Whether a period is the one asked for, or a part of the whole year asked for.

        One of several years is, where just these years are asked for.
        """
        if period.years > 1:
            return self.among == range(period.first_year, period.year + 1)
        return self.is_of(period) or self.covers(period)

    def covers(self, period: Period) -> bool:
        """Whether a part of the whole year asked for."""
        return self.months is None and period.year == self.year and period.years == 1


def find_periods(
    question: str, this_year: int, words: QuestionWords, latest: Period | None = None
) -> list[QuestionPeriod]:
    """The periods named, in order; ``this_year`` is the one that 今年 means.

    A part without its year (上半年) stays without:
    ``pair_mentions`` finds the year that it goes with. 去年同期 is the part of the year that is
    named beside it, else that of the ``latest`` report; 2009年报告里上一年 is 2008.
    """
    folded = fold_width(question)
    found = [mention for match in _YEARS.finditer(folded) for mention in _mentions_of_match(match)]
    found = [_of_its_report(folded, mention) for mention in found]
    found, same = _same_a_year_before(folded, found, this_year, words, latest)
    for mentions in (
        same,
        _bare_ranges(folded),
        _bare_years(folded),
        _relative_years(folded, this_year, words),
        _periods_without_reports(folded, words),
        _lone_parts(folded, words),
    ):
        found += [m for m in mentions if not _overlaps(m, found)]
    found.sort(key=lambda m: m.start)
    return _fill_ranges(folded, found)


def _mentions_of_match(match: re.Match[str]) -> Iterator[QuestionPeriod]:
    """2022、2023年上半年 names two halves, 2020-2023年 four years."""
    part = _part_wording(match, match.start())
    months = _months(part)
    for year in _LISTED.finditer(match["listed"]):
        start = match.start() + year.start()
        yield QuestionPeriod(_year(year[0]), months, part, (Span(start, start + len(year[0])),))
    span = Span(match.start("year"), match.end())
    yield QuestionPeriod(_year(match["year"]), months, part, (span,))


def _of_its_report(folded: str, mention: QuestionPeriod) -> QuestionPeriod:
    """A period with the words behind it that name the report of it: 2009年政府工作报告里."""
    match = _REPORT.match(folded, mention.end)
    if not match:
        return mention
    first, *rest = mention.places
    places = (Span(first.start, match.end()), *rest) if match["inside"] else mention.places
    return replace(mention, places=places, of_report=True)


def _part_wording(beside: re.Match[str], start: int) -> str:
    """What stands beside a year that begins at ``start``.

    2023年5月 is that month; 2023年5月31日 and 截至2023年5月 only say up to when.
    """
    up_to = beside["day"] or _UP_TO.search(beside.string, 0, start)
    return beside["part"] or ("" if up_to else beside["month"]) or ""


def _months(wording: str) -> tuple[int, int] | None:
    """The months of a part or a single month; the 一 of 一、二季度 is a quarter as well.

    全年 is said where its half is not meant.
    """
    if wording.strip(" ，,的(") == "全年":
        return YearPart.YEAR.months
    if month := re.fullmatch(r"(\d+)\s*月份?", wording):
        return (int(month[1]), int(month[1]))
    return months_named(f"{wording}季度" if re.fullmatch(_QUARTER, wording) else wording)


def _year(wording: str) -> int:
    year = year_named(wording)
    if year in _OLD_TWO:
        return 1900 + year
    return year if year > 99 else 2000 + year


def _bare_ranges(folded: str) -> Iterator[QuestionPeriod]:
    """1998到2002这五年, where no 年 follows the last year itself."""
    for match in _BARE_RANGE.finditer(folded):
        for name in ("first", "last"):
            yield QuestionPeriod(_year(match[name]), None, "", (Span(*match.span(name)),))


def _bare_years(folded: str) -> Iterator[QuestionPeriod]:
    for match in _BARE.finditer(folded):
        if not _unit_at_start().match(folded, match.end()):
            yield QuestionPeriod(_year(match[0][:4]), None, "", (Span(*match.span()),))


@cache
def _unit_at_start() -> re.Pattern[str]:
    return re.compile(_GAP + unit_words().pattern)


def _relative_years(folded: str, base: int, words: QuestionWords) -> Iterator[QuestionPeriod]:
    for back, pattern in enumerate((words.this_year, words.last_year, words.year_before)):
        for match in pattern.finditer(folded):
            part = _FOLLOWING.match(folded, match.end())
            wording = _part_wording(part, match.start()) if part else ""
            span = Span(match.start(), part.end() if part else match.end())
            yield QuestionPeriod(base - back, _months(wording), wording, (span,), relative=True)


def _same_a_year_before(
    folded: str,
    named: Sequence[QuestionPeriod],
    base: int,
    words: QuestionWords,
    latest: Period | None,
) -> tuple[list[QuestionPeriod], list[QuestionPeriod]]:
    """The periods named and those of 去年同期; 2023年上半年的去年同期 is one, a year before."""
    left, same = list(named), list[QuestionPeriod]()
    for match in words.last_year.finditer(folded):
        following = _SAME.match(folded, match.end())
        before = [p for p in named if p.year and p.end <= match.start()]
        anchor = before[-1] if before else None
        in_report = anchor and anchor.of_report and anchor.end == match.start()
        if not following and not in_report:
            continue
        span = Span(match.start(), following.end() if following else match.end())
        if anchor and anchor.year:
            places: tuple[Span, ...] = (span,)
            if in_report or _OF_IT.fullmatch(folded, anchor.end, match.start()):
                places = (*anchor.places, span)
                left.remove(anchor)
            same.append(replace(anchor, year=anchor.year - 1, places=places, of_report=False))
        else:
            part = latest.part if latest and latest.year == base else YearPart.YEAR
            months = part.months if part is not YearPart.YEAR else None
            same.append(QuestionPeriod(base - 1, months, part.wording, (span,), relative=True))
    return left, same


def _periods_without_reports(folded: str, words: QuestionWords) -> Iterator[QuestionPeriod]:
    for match in words.of_no_report.finditer(folded):
        yield QuestionPeriod(None, _NO_MONTHS, match[0], (Span(*match.span()),))


def _lone_parts(folded: str, words: QuestionWords) -> Iterator[QuestionPeriod]:
    for match in words.whole_year.finditer(folded):
        yield QuestionPeriod(None, YearPart.YEAR.months, match[0], (Span(*match.span()),))
    for match in _LONE.finditer(folded):
        months = _months(match[0])
        if months:
            yield QuestionPeriod(None, months, match[0], (Span(*match.span()),))
    halves = (YearPart.FIRST_HALF, words.first_half), (YearPart.SECOND_HALF, words.second_half)
    for half, pattern in halves:
        for match in pattern.finditer(folded):
            yield QuestionPeriod(None, half.months, half.wording, (Span(*match.span()),))


def _overlaps(one: QuestionPeriod, others: Sequence[QuestionPeriod]) -> bool:
    places = [place for other in others for place in other.places]
    return any(one.start < place.end and place.start < one.end for place in places)


def _fill_ranges(folded: str, found: Sequence[QuestionPeriod]) -> list[QuestionPeriod]:
    """2020年至2023年 means the years between as well."""
    filled: list[QuestionPeriod] = []
    for mention in found:
        before = filled[-1] if filled else None
        if (
            before is not None
            and before.year is not None
            and mention.year is not None
            and before.months == mention.months
            and 1 < mention.year - before.year <= _LONGEST
            and _RANGE.fullmatch(folded, before.end, mention.start)
        ):
            years = range(before.year, mention.year + 1)
            filled[-1] = replace(before, among=years)
            filled += [replace(mention, year=year, among=years) for year in years[1:-1]]
            mention = replace(mention, among=years)  # noqa: PLW2901 - the last of the range
        filled.append(mention)
    return filled


def joining_spans(question: str, periods: Sequence[QuestionPeriod]) -> Iterator[Span]:
    """What joins the years of a question, and counts them: 到 and 这五年 of 2004到2008这五年."""
    for period in periods:
        if period.among and (counted := _YEARS_COUNTED.match(question, period.end)):
            yield Span(*counted.span())
    places = sorted({place for period in periods for place in period.places})
    for place, following in pairwise(places):
        if _BETWEEN_YEARS.fullmatch(question, place.end, following.start):
            yield Span(place.end, following.start)
