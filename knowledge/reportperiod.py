"""For when a report is: title, first paragraph, the plan's own words, signature, file name.

``2024年工作打算`` stands in a report of 2023, ``2023年下半年工作计划`` in one of 2023年上半年. A
government's report to its assembly looks back as well, but is called by the year that it plans.
What none tells stays None.
"""

import re

from knowledge.clues import Clues
from knowledge.periods import Part, Period, parse_period, part_named, period_mentions

_YEARS = re.compile(r"[2２][0０]\d\d\s?年?\s?[-—–－至到~～]{1,2}\s?[2２][0０]\d\d\s?年")
_PART = re.compile(r"上半年|下半年|第?[一二三四]季度|[17]\s?[-—–至到]\s?(?:6|12)\s?月")
_OPENS = re.compile(r"(?:今年|本年度?|\d{4}年)?(上半年|下半年|第?[一二三四]季度)")
_MONTH = re.compile(r"\s?(?:\d|[一二三四五六七八九十]+\s?月)")
_SINCE = re.compile(r"[^，。]{0,14}以来")
_DONE_HALF = re.compile(r"上半年.{0,8}(?:总结|情况|工作|回顾|完成)")
_NEXT_HALF = re.compile(
    r"\W*[一二三四五六七八九十]*\W*(?:\d{4}年)?下半年.{0,6}(?:打算|计划|谋划|安排|思路|重点|工作)"
)
_REPORTING = re.compile(r"局|工作|监管|总结|汇报|我[市县区省]|全[市县区省]|开局|收官|关键|之年")
_LATE = re.compile(r"年(?:1[0-2]|十[一二]?)月")
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[年./-](\d{1,2})[月./-]\d")
_GOAL = re.compile(r"远景|[^，。]{0,4}目标的建议")
_FAR = 120


def period_of(clues: Clues, *, titled: bool) -> Period | None:
    """The period of a text that is known to be a report.

    ``titled`` says that the title is a report's, so that a year in it is the report's year.
    """
    told = _of_title(clues) if titled else None
    planned = _of_plans(clues)
    if clues.governmental:
        return _of_government(clues, told, planned)
    told = told or _of_opening(clues.opening)
    if told is None:
        told = planned or parse_period(clues.stem) or _of_signature(clues)
    elif planned == Period(told.year, Part.FIRST_HALF) and not _whole_year(clues):
        return planned
    return _in_part(told, clues) if told and told.part is Part.YEAR else told


def _of_government(clues: Clues, told: Period | None, planned: Period | None) -> Period | None:
    """The year that a government plans; its assembly may meet for it at the end of the one before.

    ``told`` is the title's period, ``planned`` the one before that of the plan.
    """
    if told and told.part is not Part.YEAR:
        return told
    told = _given(clues, told) or told
    if told:
        early = planned and planned.year == told.year and _LATE.search("".join(clues.head))
        return Period(told.year + 1) if early else told
    if planned:
        return Period(planned.year + 1)
    back = [m.period for heading in clues.headings for m in period_mentions(heading)]
    looked_back = back[0] if back else _of_opening(clues.opening)
    if looked_back:
        return Period(looked_back.year + 1)
    dated = [m.period for line in clues.signature for m in period_mentions(line)]
    return parse_period(clues.stem) or (Period(dated[-1].year) if dated else None)


def _given(clues: Clues, told: Period | None) -> Period | None:
    """The year of the day on which a report was given, where it is later than the title's."""
    for year, month in _DAY.findall("".join(clues.head)):
        if told is None or (int(year) == told.year + 1 and int(month) not in {10, 11, 12}):
            return Period(int(year))
    return None


def _whole_year(clues: Clues) -> bool:
    """Whether the title says that it is about a whole year."""
    return any("全年" in line or "年度" in line for line in clues.head)


def _of_title(clues: Clues) -> Period | None:
    """The period that a title begins with: 2023年工作总结和2024年工作打算 is of 2023."""
    for line in ("".join(clues.head), clues.title):
        if _YEARS.search(line):
            return None
        mentions = period_mentions(line)
        period = mentions[0].period if mentions else parse_period(line)
        if period and period.part is Part.YEAR and "上半年" in line and "下半年" in line:
            return Period(period.year, Part.FIRST_HALF)
        if period:
            return period
    return None


def _of_opening(opening: str) -> Period | None:
    """The period that the first sentences speak of; dates and what began long ago are none."""
    for sentence in re.split(r"[。！？\n]", opening, maxsplit=2)[:2]:
        if not _REPORTING.search(sentence):
            continue
        for mention in period_mentions(sentence[:_FAR]):
            after = sentence[mention.end :]
            since = _SINCE.match(after)
            if not _MONTH.match(after) and (since is None or since[0] == "以来"):
                return mention.period
    return None


def _of_plans(clues: Clues) -> Period | None:
    """The period before the one that a plan names."""
    for wording in clues.plans:
        for mention in period_mentions(wording):
            after = wording[mention.end :]
            if not _MONTH.match(after) and not _GOAL.match(after):
                return mention.period.previous()
    return None


def _of_signature(clues: Clues) -> Period | None:
    """The year of the date at the end, only where the report says that it is of a first half."""
    part = _part(clues)
    dated = [m.period.year for line in clues.signature for m in period_mentions(line)]
    return Period(dated[-1], part) if dated and part is Part.FIRST_HALF else None


def _in_part(told: Period, clues: Clues) -> Period:
    """A year's half, where title or headings say that the report is of a half."""
    return Period(told.year, _part(clues))


def _part(clues: Clues) -> Part:
    head = "".join(clues.head)
    if "全年" in head:
        return Part.YEAR
    if not period_mentions(head) and (part := _PART.search(head)):
        return part_named(part[0])
    if not head and (part := _OPENS.match(clues.opening)):
        return part_named(part[1])
    for heading in clues.headings:
        if "全年" in heading:
            return Part.YEAR
        if _DONE_HALF.search(heading) or _NEXT_HALF.match(heading):
            return Part.FIRST_HALF
    return Part.YEAR
