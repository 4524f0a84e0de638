"""Whose report it is and for when, from what the report itself says.

The title is asked first, then the first paragraph, then the plan's own words
(``2024年工作打算`` stands in a report of 2023), then the file name. What none tells stays None.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.datafiles import DATA, read_toml
from knowledge.errors import DataFileError
from knowledge.models import Bureau, Identity, Level, Section, SectionKind
from knowledge.periods import Part, Period, parse_period, period_mentions

OFFICE = re.compile(
    r"(?:市场监督管理|市场监管|市场和质量监督管理|市场监督)(?P<whole>总局|局)"
    r"(?P<branch>(?:[*＊×]{1,6}|[\u4e00-\u9fff]{2,4}?)(?:分局)|[*＊×]{1,6}局)?"
)
_PLACE_END = "省市州盟县区旗"
_NAME_CHARACTER = re.compile(r"[\u4e00-\u9fff*＊×]")
_PLACE = re.compile(r"^(?:[*＊×]{1,6}|[\u4e00-\u9fff]{1,12})?[省市州盟县区旗]$|^[*＊×]{1,6}$")
_REPORTING = re.compile(r"局|工作|监管|总结|汇报|我[市县区省]|全[市县区省]")
_TITLE_PERIOD = re.compile(r"[^，。]*?(?:总结|汇报|报告|情况|要点|计划|打算|谋划|材料)")
_PLACE_AT_HEAD = re.compile(r"^((?:[\u4e00-\u9fff]{2,8}?|[*＊×]{1,6})[市县区州旗])(?=局|20\d\d|２０|[\s_-])")
_SUFFIX_LEVEL = {
    "省": Level.PROVINCE, "市": Level.CITY, "州": Level.CITY, "盟": Level.CITY,
    "县": Level.COUNTY, "旗": Level.COUNTY, "区": Level.DISTRICT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class IdentityWords:
    """The wordings of ``data/identity.toml``."""

    lead_words: tuple[str, ...]
    superior_before: tuple[str, ...]
    superior_after: tuple[str, ...]
    level: tuple[tuple[Level, tuple[str, ...]], ...]


@cache
def identity_words(path: Path = DATA / "identity.toml") -> IdentityWords:
    """The wording file; raises DataFileError where it does not fit."""
    data = read_toml(path)
    try:
        return IdentityWords(
            tuple(data["lead_words"]),
            tuple(data["superior_before"]),
            tuple(data["superior_after"]),
            tuple((Level(k), tuple(v)) for k, v in data["level"].items()),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise DataFileError(name=path.name, fault=f"{error}。") from error


def read_identity(text: str, sections: Sequence[Section], file: str = "") -> Identity:
    """Bureau, period and title of a report; what the text does not tell is None or empty."""
    words = identity_words()
    title = _title(text, sections)
    opening = _opening(text, sections)
    stem = Path(file).stem
    name = _bureau_name(title, opening, words) or _place_at_head(title) or _in_file_name(stem)
    bureau = Bureau(name, level_of(name, text, words)) if name else None
    return Identity(bureau, _period(text, title, opening, sections, stem), title)


def bureau_named(name: str, text: str = "") -> Bureau:
    """A bureau by a name that somebody gave, with the level that the name or the text tells."""
    return Bureau(name, level_of(name, text, identity_words()))


def _title(text: str, sections: Sequence[Section]) -> str:
    for section in sections:
        if section.level == 0 and not section.furniture:
            lines = text[section.start : section.end].split("\n")
            return "".join(line.strip().lstrip("#").strip() for line in lines)
    return ""


def _opening(text: str, sections: Sequence[Section]) -> str:
    """The first paragraph under the title, unless the report begins with its plan."""
    for section in sections:
        body = text[section.heading_end : section.end].strip()
        if section.leaf and section.level > 0 and body:
            return "" if section.kind is SectionKind.PLAN else body[:400]
    return ""


def _bureau_name(title: str, opening: str, words: IdentityWords) -> str:
    """The title's bureau, in the fuller wording of the opening if that is the same one."""
    titled = bureau_mentions(title, words)
    opened = bureau_mentions(opening, words)
    if titled:
        name = titled[0]
        fuller = [o for o in opened if len(o) > len(name) and o.endswith(name)]
        return fuller[0] if fuller else name
    return opened[0] if opened else ""


def bureau_mentions(text: str, words: IdentityWords) -> list[str]:
    """Names of bureaus in a text, superiors left out, in order of appearance."""
    found = []
    for match in OFFICE.finditer(text):
        place, before = place_before(text, match.start(), words)
        after = text[match.end() : match.end() + 8]
        superior = before.endswith(words.superior_before) or after.startswith(words.superior_after)
        national = match["whole"] == "总局"
        if not superior and not national and (place or match["branch"]):
            found.append(place + match[0])
    return found


def place_before(text: str, end: int, words: IdentityWords) -> tuple[str, str]:
    """The place that stands before the office's name, and what stands before the place."""
    start = end
    while start > 0 and end - start < 16 and _NAME_CHARACTER.match(text[start - 1]):
        start -= 1
    run = text[start:end]
    cut = 0
    for word in words.lead_words:
        position = run.rfind(word)
        if position >= 0:
            cut = max(cut, position + len(word))
    place = run[cut:]
    if not _PLACE.match(place):
        place = ""
    return place, text[max(0, end - len(place) - 4) : end - len(place)]


def _place_at_head(label: str) -> str:
    """云溪县 of a title or file name that gives no office: 云溪县2023年工作总结."""
    place = _PLACE_AT_HEAD.match(label)
    return place[1] if place else ""


def _in_file_name(stem: str) -> str:
    named = bureau_mentions(stem, identity_words())
    return named[0] if named else _place_at_head(stem)


def level_of(name: str, text: str, words: IdentityWords) -> Level | None:
    """The level by the place in the name; for a branch, or no place, by 我区, 县委县政府…"""
    match = OFFICE.search(name)
    place = name[: match.start()] if match else name
    if match and match["branch"]:
        by_text = _level_by_text(text, words)
        return by_text or Level.DISTRICT
    if place.endswith("自治区"):
        return Level.PROVINCE
    if place and place[-1] in _PLACE_END:
        return _SUFFIX_LEVEL[place[-1]]
    return _level_by_text(text, words)


def _level_by_text(text: str, words: IdentityWords) -> Level | None:
    counts = {level: sum(text.count(w) for w in marks) for level, marks in words.level}
    best = max(counts, key=lambda level: counts[level])
    return best if counts[best] else None


def _period(
    text: str, title: str, opening: str, sections: Sequence[Section], stem: str
) -> Period | None:
    """The period by the first of title, opening, plan headings and file name that tells it."""
    told = _period_of_title(title) or _period_of_opening(opening)
    by_plan = _period_of_plan(sections)
    if told is None:
        if by_plan and by_plan[0]:
            return by_plan[0]
        told = parse_period(stem)
    if told and told.part is Part.YEAR and _speaks_of_first_half(title, sections):
        return Period(told.year, Part.FIRST_HALF)
    return told


def _period_of_title(title: str) -> Period | None:
    """The period of a title's first part: 2023年工作总结和2024年工作打算 is of 2023."""
    mentions = period_mentions(title)
    if mentions:
        period = mentions[0].period
        if period.part is Part.YEAR and "上半年" in title and "下半年" in title:
            return Period(period.year, Part.FIRST_HALF)
        return period
    return parse_period(title)


def _period_of_opening(opening: str) -> Period | None:
    """The period that a report's first sentence begins with; a story's date is none."""
    sentence = re.split(r"[。！？\n]", opening, maxsplit=1)[0]
    if not _REPORTING.search(sentence):
        return None
    for mention in period_mentions(sentence):
        following = sentence[mention.end : mention.end + 2]
        if not re.match(r"\d|[一二三四五六七八九十]+月", following):
            return mention.period
    return None


def _period_of_plan(sections: Sequence[Section]) -> tuple[Period | None, ...]:
    """The period before the one that a plan's heading names."""
    found = []
    for section in sections:
        if section.kind is SectionKind.PLAN and not section.run_in and section.level > 0:
            for mention in period_mentions(section.path[-1]):
                found.append(mention.period.previous())
    return tuple(found)


def _speaks_of_first_half(title: str, sections: Sequence[Section]) -> bool:
    """Whether a year's report turns out to be its first half's, by its headings."""
    for heading in [s.path[-1] for s in sections if s.level == 1 and not s.run_in]:
        if "全年" in heading or "全年" in title:
            return False
        if re.search(r"上半年.{0,8}(?:总结|情况|工作|回顾)", heading):
            return True
        if re.match(r"\W*[一二三四五六七八九十]*\W*下半年.{0,6}(?:打算|计划|谋划|安排|思路)", heading):
            return True
    return False

