"""A government's report to its assembly: whose it is, when it was given, what each part tells of.

Such a report is of the year in which it is given and that it plans; first it tells what the year
before has brought, or the years before.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import pairwise, takewhile
from operator import attrgetter
from typing import Annotated, NamedTuple

from knowledge.models import Section
from knowledge.understanding.kinds import outline_words
from knowledge.understanding.periods import Period, YearPart, period_mentions
from knowledge.understanding.sentences import without_blanks
from knowledge.understanding.time_words import TERM, plan_years, years_in, years_until
from knowledge.vocabulary import (
    DATA,
    Pattern,
    Vocabulary,
    Words,
    any_of,
    at,
    either,
    load_vocabulary,
)

GOVERNMENTS = ("人民政府", "管委会", "行政公署", "行署")
"""How the names of places' governments end."""

_BEGINNING = 4000
_LONGEST_HEADING = 45
_LEAST_NAMED = 3
_CLEARLY_MORE = 2
_FROM_OCTOBER = 10
_LINE = re.compile(r"^.*$", re.MULTILINE)
_MARK = re.compile(
    r"(?:<U\+00A0>|[^\u4e00-\u9fff\d“])*"
    r"(?:第?(?P<number>[一二三四五六七八九])(?:[、．.]|部分))?[、：:\s]*"
)
_NO_HEADING = re.compile(r"[。；！？]|报告|[会]上[）)]?$")
_GOAL_BEFORE = re.compile(r"(?:[到至由从比]|力争|较|确保)[^，。\d]{0,4}$")
_GOAL_REACH = 8
_NUMERALS = "一二三四五六七八九"
_OF_A_ROUTE = "公?铁|高速|公路|大道"
_PLACE_ENDS = "省市州盟县旗区镇乡"
_NAMED_PLACE = (
    r"中共([\u4e00-\u9fff]{{2,6}}?{end})委"
    r"|([\u4e00-\u9fff]{{2,4}}{end})第?[一二三四五六七八九十]{{1,3}}届"
)


class GovernmentWords(Vocabulary):
    """The wordings of ``data/governments.toml``."""

    speech: Pattern
    national: str
    nationally: Pattern
    given: Pattern
    heading: Pattern = at("chapters.heading")
    past_year: Pattern = at("chapters.past_year")
    past_years: Pattern = at("chapters.past_years")
    this_year: Pattern = at("chapters.this_year")
    dated: Pattern = at("chapters.dated")
    coming_years: Pattern = at("chapters.coming_years")
    plan_opening: Annotated[re.Pattern[str], any_of(flags=re.MULTILINE)] = at(
        "chapters.plan_opening"
    )
    cities: Words = at("cities.names")
    doubtful_cities: Words = at("cities.doubtful")

    @cached_property
    def city(self) -> re.Pattern[str]:
        """A pattern of a city's name."""
        doubtful = either(self.doubtful_cities)
        named = f"(?:{either(self.cities)})(?!{_OF_A_ROUTE})"
        return re.compile(f"(?P<name>{named}|(?:{doubtful})(?=市))")


government_words = cache(partial(load_vocabulary, GovernmentWords, path=DATA / "governments.toml"))


def is_government(bureau: str) -> bool:
    """Whether a bureau's name is that of a government."""
    return bureau.endswith(GOVERNMENTS) or bureau == government_words().national


@dataclass(frozen=True, slots=True)
class Speech:
    """How a report to an assembly begins: on behalf of whom, and what stands before it."""

    speaker: str
    before: str


def find_speech(text: str) -> Speech | None:
    """The words by which a government's report begins, if it is one."""
    found = government_words().speech.search(text, 0, _BEGINNING)
    return Speech(found["who"], text[: found.end()]) if found else None


def is_national(speech: Speech | None, head: str) -> bool:
    """Whether a government's report is that of the whole country's; ``head`` is its title."""
    words = government_words()
    if speech and words.national in speech.speaker:
        return True
    return bool(words.nationally.search(head))


def year_given(speech: Speech) -> Period | None:
    """The year of the day that stands before a report; one given late is of the next year."""
    before = without_blanks(speech.before.replace("<U+00A0>", ""))
    for found in government_words().given.finditer(before):
        late = int(found["month"] or 0) >= _FROM_OCTOBER
        return Period(int(found["year"]) + late)
    return None


def place_spoken_of(speech: Speech, text: str) -> str:
    """The place whose government speaks, where only the text names it; empty if that is unsure.

    市人民政府 tells that it is a city: the one that the text names clearly most often.
    """
    end = next((c for c in speech.speaker if c in _PLACE_ENDS), "")
    if not end:
        return ""
    if end == "市":
        counts = _counts(m["name"] for m in government_words().city.finditer(text))
    else:
        named = re.finditer(_NAMED_PLACE.format(end=end), text)
        counts = _counts((m[1] or m[2]).removesuffix(end) for m in named)
    first, second = (*sorted(counts.values(), reverse=True), 0, 0)[:2]
    if first < _LEAST_NAMED or first < _CLEARLY_MORE * second:
        return ""
    return max(counts, key=lambda name: counts[name]) + end


def _counts(names: Iterator[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a report from ``start`` on: ``period`` is what it tells of, or plans."""

    start: int
    period: Period
    plans: bool


class Chapters:
    """The parts of a government's report, by their headings as they stand in the text."""

    def __init__(self, chapters: Sequence[Chapter]) -> None:
        self._chapters = tuple(chapters)

    @property
    def reviewed(self) -> Period | None:
        """What the first part that looks back tells of."""
        return next((chapter.period for chapter in self._chapters if not chapter.plans), None)

    def at(self, position: int) -> Chapter | None:
        """The part that holds a place of the text; None before the first."""
        number = bisect_right(self._chapters, position, key=attrgetter("start"))
        return self._chapters[number - 1] if number else None


def is_governmental(text: str, sections: Sequence[Section]) -> bool:
    """Whether a text is a government's own report to its assembly."""
    titled = takewhile(lambda s: s.level == 0 or s.furniture, sections)
    head = without_blanks("".join(text[s.start : s.end] for s in titled if not s.furniture))
    return bool(outline_words().titles.governmental.search(head)) or find_speech(text) is not None


def read_chapters(text: str, period: Period) -> Chapters:
    """The parts of a government's report of a year; what comes before all plans looks back."""
    chapters: list[Chapter] = []
    reviewing = 0  # the number of the part that looks back
    for heading in _headings(text):
        if told := heading.tells and _period_of_heading(heading.words, period.year):
            chapters.append(Chapter(heading.start, *told))
            reviewing = 0 if told[1] else heading.number or reviewing
        elif heading.follows(reviewing):
            chapters.append(Chapter(heading.start, Period(period.year), plans=True))
            reviewing = 0
    if not any(chapter.plans for chapter in chapters):
        opening = government_words().plan_opening.search(text)
        last = chapters[-1].start if chapters else 0
        if opening and opening.start() > last:
            chapters.append(Chapter(opening.start(), Period(period.year), plans=True))
    if chapters and chapters[0].plans:
        chapters.insert(0, Chapter(0, Period(period.year - 1), plans=False))
    return Chapters(chapters)


def reviewed_period(text: str, sections: Sequence[Section], period: Period) -> Period | None:
    """What a government's report of a year tells the results of; None for any other report."""
    if not is_governmental(text, sections):
        return None
    return read_chapters(text, period).reviewed


def year_looked_back_on(text: str) -> Period | None:
    """The last year that the first part tells of, where its heading says only 过去五年."""
    words = government_words()
    headings = [h for h in _headings(text) if h.number or words.dated.match(h.words)]
    for heading, following in pairwise([*headings, _Heading(len(text), "", 0, tells=False)]):
        if words.past_years.search(heading.words) or words.past_year.search(heading.words):
            part = text[heading.start : following.start]
            return max(
                (
                    Period(mention.period.year)
                    for mention in period_mentions(part)
                    if not _GOAL_BEFORE.search(
                        part[max(0, mention.start - _GOAL_REACH) : mention.start]
                    )
                ),
                default=None,
            )
    return None


class _Heading(NamedTuple):
    """A line that may head a part: where it begins, its words, and its number if it has one.

    It ``tells`` where it has a word for looking back or for planning.
    """

    start: int
    words: str
    number: int
    tells: bool

    def follows(self, reviewing: int) -> bool:
        """Whether it comes next after a numbered part that looks back, and no longer does."""
        reflects = outline_words().speech.reflects.search(self.words)
        return reviewing > 0 and self.number == reviewing + 1 and not reflects


def _headings(text: str) -> Iterator[_Heading]:
    """The lines that may head a part: numbered ones, and those that begin as such a heading."""
    words = government_words()
    for line in _LINE.finditer(text):
        if line.end() - line.start() > 2 * _LONGEST_HEADING:
            continue
        bare = without_blanks(line[0])
        mark = _MARK.match(bare)
        heading = bare[mark.end() :] if mark else bare
        number = _NUMERALS.find(mark["number"]) + 1 if mark and mark["number"] else 0
        if not heading or len(heading) > _LONGEST_HEADING or _NO_HEADING.search(heading):
            continue
        tells = words.heading.search(heading) is not None
        if number or (tells and words.dated.match(heading)):
            yield _Heading(line.start(), heading, number, tells)


def _period_of_heading(heading: str, year: int) -> tuple[Period, bool] | None:
    """The year that a heading tells of in a report of a year, and whether it plans."""
    words = government_words()
    begins = heading[: _LONGEST_HEADING // 2]
    for mention in period_mentions(begins):
        told = mention.period
        if told.part is YearPart.YEAR and year - TERM <= told.year <= year:
            return Period(told.year), told.year == year
    if words.past_year.search(begins):
        return Period(year - 1), False
    if several := words.past_years.search(begins):
        return years_until(year - 1, years_in(several[0])), False
    if words.this_year.search(begins):
        return Period(year), True
    if several := words.coming_years.search(begins):
        count = years_in(several[0])
        return years_until(year - 1 + count, count), True
    planned = plan_years(begins)
    near = planned and abs(planned.year - year) <= TERM
    return (planned, planned.year >= year) if planned and near else None
