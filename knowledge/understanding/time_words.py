"""The words of a sentence that say when: 2023年, 去年, 前三季度, 五年来, “十三五”时期.

A year that is written out is what it is. The others count from years that their report knows:
the one that it was written in, and the one that its part tells of.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from knowledge.understanding.periods import (
    Period,
    YearPart,
    part_named,
    period_mentions,
    year_ranges,
)

TERM = 5
"""How many years a government, or a plan of the state, lasts."""
_NUMERALS = "一二三四五六七八九"
_LAST_YEARS = {"八五": 1995, "九五": 2000, "十五": 2005} | {
    f"十{numeral}五": 2005 + TERM * number for number, numeral in enumerate("一二三四五六七", 1)
}
_PLAN = r"“?(?P<plan>[八九]五|十[一二三四五六七]?五)”?"
_FIVE_YEARS = re.compile(rf"{_PLAN}(?:时期|期间|规划)")
_PART = r"上半年|下半年|前三季度|第?[一二三四]季度|全年"
_COUNT = "[两二三四五六七八九十]"
_NO_RECORD = r"(?!以?来?的?(?:同期|最|新[高低]|首|平均|均值))"  # 近五年来最高 is of this year
_NO_AIM = r"(?!的?(?:目标|任务|计划|预期|考核|基础|水平|成果|总量))"  # 全年目标的60%
# 二〇二三年 and 学前三年 count no years.
_YEARS = rf"(?<![〇○零一二三四五六七八九十第学上下\d]){_COUNT}年"
_WORDS = re.compile(
    rf"(?P<of_plan>{_PLAN}(?:时期|期间|以来|期?末)){_NO_AIM}"
    rf"|(?P<ahead>(?:今后|未来|下一个|接下来)的?{_COUNT}年)|(?P<both>今明两年)"
    rf"|(?P<within>(?:用(?:好)?{_YEARS}(?:左右)?的?时间|{_YEARS}[之以]?内))"
    rf"|(?P<back>(?:过去|最近|近|这)的?{_COUNT}年(?![期行计规目]){_NO_RECORD})"
    rf"|(?P<counted>{_YEARS}(?:以?来{_NO_RECORD}|里|中|间|累计|共|总计|合计|平均|年均"
    r"|增长|增加|提高|下降|[，,]累计))"
    r"|(?P<yearly>年均)"
    rf"|(?P<year>去年|(?<!以)上一?年|今年|本年度?|明年)(?:的?(?P<part>{_PART})|(?P<end>年?[底末]))?{_NO_AIM}"
    rf"|(?P<lone>{_PART}){_NO_AIM}"
)
_ANY = re.compile("[年末]|季度|五”?[时期以]")
_BASE = re.compile(r"(?:较|比|与|同|超过?|[高低优好多少快]于)[^，,。；;]{0,4}$")
_BASE_REACH = 8
_MULTIPLE = re.compile(r"(?:全年)?的?[\d.两几一二三四五六七八九十多余]{1,6}倍")  # 是2022年的8倍
_SINCE = re.compile("以来")
_OPENING = re.compile(
    r"[\s\u3000—\-–·•●◆“]*(?:[（(]?[\d一二三四五六七八九十]{1,3}[）).、．]\s?|[一二三四五六七八九十]+是)?"
    r"(?:截至|截止|到|在|从|自|据|其中)?“?"
)
_SHIFTS = {"去": -1, "上": -1, "今": 0, "本": 0, "明": 1}


class _Kind(Enum):
    """What a word says when of."""

    NAMED = auto()  # 2023年
    SINCE = auto()  # 2021年以来
    PLAN = auto()  # “十三五”时期
    AHEAD = auto()  # 今后三年
    BOTH = auto()  # 今明两年
    WITHIN = auto()  # 三年内
    BACK = auto()  # 近三年
    COUNTED = auto()  # 五年来
    YEARLY = auto()  # 年均
    YEAR = auto()  # 去年
    PART = auto()  # 上半年


_COUNTING = {
    "ahead": _Kind.AHEAD,
    "both": _Kind.BOTH,
    "within": _Kind.WITHIN,
    "back": _Kind.BACK,
    "counted": _Kind.COUNTED,
    "yearly": _Kind.YEARLY,
}


class Years(NamedTuple):
    """What the words of a place count from.

    ``own`` is the report's period, ``told`` what its part tells of, ``ahead`` the period that
    the report plans; ``plans``: the part does so. ``speaks_of_year``: 今年 is ``own``, wherever
    it stands, and 上年 the year before the one ``told`` of.
    """

    own: Period
    told: Period
    ahead: Period
    plans: bool
    speaks_of_year: bool


class TimeWord(NamedTuple):
    """A word that says when: ``text[start:end]``.

    It ``reaches`` on to the clauses after its own: 去年，抽检3批次，立案2件.
    """

    start: int
    end: int
    reaches: bool
    kind: _Kind
    named: Period | None = None
    number: int = 0
    part: YearPart | None = None
    wording: str = ""

    @property
    def is_written_out(self) -> bool:
        """Whether it is a year in figures, or several: 2023年上半年, 2019—2023年."""
        return self.kind is _Kind.NAMED

    def period(self, years: Years | None) -> Period | None:  # noqa: PLR0911 - one a kind
        """The period that it says; None where it says none, or ``years`` are not known."""
        if self.kind is _Kind.NAMED or years is None:
            return self.named if self.kind is _Kind.NAMED else None
        last = years.told.year
        match self.kind:
            case _Kind.SINCE | _Kind.PLAN:
                return self._until(years)
            case _Kind.AHEAD:
                return years_until(years.ahead.year - 1 + self.number, self.number)
            case _Kind.BOTH:
                return years_until(years.own.year + 1, 2)
            case _Kind.WITHIN if years.plans:
                return years_until(years.ahead.year - 1 + self.number, self.number)
            case _Kind.BACK:
                return years_until(years.ahead.year - 1 if years.plans else last, self.number)
            case _Kind.WITHIN | _Kind.COUNTED:
                return years.told if years.plans else years_until(last, self.number)
            case _Kind.YEARLY:
                return years.told if years.told.years > 1 else None
            case _Kind.PART:
                return Period(last, self.part or YearPart.YEAR)
            case _:
                return self._year(years)

    def _until(self, years: Years) -> Period | None:
        """The years since one, or those of a plan of the state, as far as they are over."""
        named = self.named or years.told
        first, last = named.first_year, named.year
        if self.kind is _Kind.SINCE or not years.plans:
            last = min(last, years.told.year) if self.kind is _Kind.PLAN else years.told.year
        return Period(last, years=last - first + 1) if first <= last else None

    def _year(self, years: Years) -> Period:
        """去年 and its like, with the part of the year that stands beside it."""
        before = years.told.year if self._counts_from_part(years) else years.own.year
        if self.part is not None:
            return Period(before + self.number, self.part)
        if self.number == 0:
            return years.own if years.speaks_of_year or not years.plans else years.told
        whole = self.number > 0 or years.speaks_of_year
        return Period(before + self.number, YearPart.YEAR if whole else years.own.part)

    def _counts_from_part(self, years: Years) -> bool:
        """Whether it is 上年 where a government looks back: the year before that one."""
        return years.speaks_of_year and not years.plans and self.wording.startswith("上")


def time_words(said: str, start: int = 0) -> tuple[TimeWord, ...]:
    """Every word of a sentence that says when, in order; ``start`` is where the sentence begins.

    What only is compared with (较2022年增长5%) is left out, but for several years, which
    several are compared with (比前五年增长5%).
    """
    if not _ANY.search(said):
        return ()
    named = list(_named(said))
    spans = [(word.start, word.end) for word in named]
    others = (
        word for word in _others(said) if not any(a < word.end and word.start < b for a, b in spans)
    )
    return tuple(
        word._replace(start=start + word.start, end=start + word.end)
        for word in sorted((*named, *others))
        if word.kind is _Kind.COUNTED or not _is_compared_with(said, word)
    )


def _is_compared_with(said: str, word: TimeWord) -> bool:
    """Whether a figure is only compared with what a word names: 较2022年增长, 是2022年的8倍."""
    before = said[max(word.start - _BASE_REACH, 0) : word.start]
    return _BASE.search(before) is not None or _MULTIPLE.match(said, word.end) is not None


def _named(said: str) -> Iterator[TimeWord]:
    """The years that are written out: one, a part of one, or several from one to another."""
    ranges = year_ranges(said)
    for mention in (*ranges, *period_mentions(said)):
        if mention not in ranges and any(r.start < mention.end <= r.end for r in ranges):
            continue
        since = _SINCE.match(said, mention.end)
        kind = _Kind.SINCE if since else _Kind.NAMED
        end = since.end() if since else mention.end
        yield TimeWord(mention.start, end, reaches=True, kind=kind, named=mention.period)


def _others(said: str) -> Iterator[TimeWord]:
    opening = _OPENING.match(said)
    first = opening.end() if opening else 0
    for found in _WORDS.finditer(said):
        reaches = found.start() <= first or said.startswith(("，", ","), found.end())
        yield _word(found, reaches=reaches)


def _word(found: re.Match[str], *, reaches: bool) -> TimeWord:
    start, end = found.span()
    wording = found[0]
    if plan := found["plan"]:
        last, ends = _LAST_YEARS[plan], wording.endswith("末")
        since = wording.endswith("以来")
        years = Period(last - TERM + 1) if since else Period(last, years=1 if ends else TERM)
        kind = _Kind.SINCE if since else _Kind.NAMED if ends else _Kind.PLAN
        return TimeWord(start, end, reaches, kind, years)
    if found["year"]:
        part = YearPart.YEAR if found["end"] else _part(found["part"])
        shift = _SHIFTS[wording[0]]
        return TimeWord(start, end, reaches, _Kind.YEAR, None, shift, part, wording)
    if found["lone"]:
        return TimeWord(start, end, reaches, _Kind.PART, part=_part(wording))
    kind = _COUNTING[found.lastgroup or ""]
    return TimeWord(start, end, reaches, kind, None, years_in(wording))


def _part(wording: str | None) -> YearPart | None:
    return part_named(wording) if wording else None


def plan_years(heading: str) -> Period | None:
    """The years of the plan of the state that a heading names: “十三五”时期, 2016—2020年."""
    found = _FIVE_YEARS.search(heading)
    return years_until(_LAST_YEARS[found["plan"]]) if found else None


def years_until(last: int, count: int = TERM) -> Period:
    """Some years that end with one."""
    return Period(last, years=count)


def years_in(wording: str) -> int:
    """How many years 过去三年 or 本届政府 is; a term where it does not say."""
    if "十" in wording:
        return 10
    if "两" in wording:
        return 2
    return next((_NUMERALS.index(c) + 1 for c in wording if c in _NUMERALS), TERM)
