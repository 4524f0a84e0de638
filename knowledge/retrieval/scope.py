"""Which reports a question is about: bureaus and periods that it names, read against the store."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import groupby, pairwise, product
from typing import Protocol

from knowledge.models import Bureau, Level
from knowledge.retrieval.vocabulary import QuestionWords, question_words
from knowledge.understanding.governments import government_words, is_government
from knowledge.understanding.identity import OFFICE, identity_words, place_before
from knowledge.understanding.mentions import fold_width, unit_words
from knowledge.understanding.periods import (
    Period,
    YearPart,
    months_named,
    part_of_months,
    year_named,
)
from knowledge.understanding.sentences import Span

_SHORT = re.compile(
    r"(?<=[省市县区州旗盟])局(?![限部势面长])|(?<![\u4e00-\u9fff])[*＊×]{1,6}局"
    r"|(?:(?<![\u4e00-\u9fff][省市县区])(?<=[省市县区])|(?<=[，,。年 ][省市县区]))里"
)
_UNKNOWN_PLACE = re.compile(
    r"(?:^|(?<=[，,。；;：:、和与及跟？?年半度那\s])|(?<=20\d\d)|(?<=\d[月日])|(?<=月[份底末]))(?P<place>(?![那年度份底末])[\u4e00-\u9fff]{2,3}?[市县区州旗盟])"
    r"(?![场主民值面容价级域别间委政县市区监]|部(?!门))"
)
_MASKED_PLACE = re.compile(r"[*＊×]{1,6}[省市县区州旗盟]")
_NAMED_HEAD = re.compile(r"^([\u4e00-\u9fff]+)([省市县区州旗盟])(?=局|市场监)")
_WHOLE = re.compile(r"(?:人民政府|政府|局)$")
_LEVEL_OF = {"省": Level.PROVINCE, "市": Level.CITY, "县": Level.COUNTY, "区": Level.DISTRICT}
_SUFFIXES = "省市县区州旗盟"
_CITIES = "省市州盟"
_OFFICE_WORDS = ("市监", "市场监")
_NAMES_CACHED = 8192  # every question parses the names of all bureaus
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
_OLD = r"19[4-9]\d(?!\d)"
_WORDS = r"(?:二[〇○零OoО0]|一九)[一二三四五六七八九〇○零OoО0]{2}"
# 二三年 may be two or three years, so it needs a bureau before it.
_TWO = r"(?:[12]\d|二[二四五六](?=\s?年)|(?<=[局县区市])二三(?=\s?年))"
_BEFORE_TWO = r"(?<![\d.\-近第满超过达])"
# 2022年前 is none of 2022, but 2022年前三季度 is; 15年以上 counts years.
_NOT_BEFORE = rf"(?!以?前(?!{_GAP}[\d一二两三四五六七八九十]+{_GAP}[个季])|来(?!了|过|多少|几))"
_AGE = r"(?!以[上下内]|[内间多期限龄老]|左右|的老)"
_BESIDE = (
    rf"{_GAP}的?[(,，]?{_GAP}(?P<part>{_PART})"
    rf"|{_GAP}(?P<month>\d{{1,2}}{_GAP}月份?)(?P<day>{_GAP}\d{{1,2}}{_GAP}[日号]|[初中底末])?"
)
_YEARS = re.compile(
    rf"(?P<listed>(?:(?:(?<![\d.])(?:{_FOUR}|{_OLD})|{_WORDS}|{_BEFORE_TWO}{_TWO}){_GAP}(?:{_AND}|{_TO}){_GAP}){{0,6}})"
    rf"(?P<year>(?<!\d)(?:{_FOUR}|{_OLD})|{_WORDS}|(?<![\d近第满超过达]){_TWO}(?={_GAP}年{_AGE}|{_GAP}[上下]半年))"
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
_RANGE = re.compile(rf"{_GAP}{_TO}{_GAP}")
_BARE_RANGE = re.compile(
    rf"(?<![\dA-Za-z.\-/])(?P<first>{_FOUR}|{_OLD}){_GAP}年?{_GAP}{_TO}{_GAP}(?P<last>{_FOUR}|{_OLD})"
    rf"(?=这|年|的|[三四五]年)"
)
_COUNTRY = re.compile(
    r"(?<![占居高低为在比到与和])全国(?!第|前|首|最|先|文明|平均|人大|人民|政协|性|各地|[一两]会)"
)
# 四川省政府工作报告提出: what of it is no name says nothing of what is asked.
_ITS_REPORT = re.compile(r"(?:人民)?政府(?:的?工作)?报告(?:[里中]|提出的?|说的?)?")
_YEARS_COUNTED = re.compile(r"[，,]?[这的]?[一二两三四五六七八九十]年(?:间|来|里|期间)?")
_BETWEEN_YEARS = re.compile(rf"{_GAP}年?{_GAP}(?:{_AND}|{_TO}){_GAP}")
_LONGEST = 10
_LONGEST_PHRASE = 8
_PLACED = re.compile(
    r"(?P<place>[\u4e00-\u9fff]{2,6}?)(?P<level>[省市县区])(?:局|市场监管局|市监局)"
)
_PLACE_NAME = re.compile(r"[\u4e00-\u9fff]{2}")
# 搞食安驿站的那个区, 绵阳那个县局; 哪个局 describes none.
_DESCRIBED = re.compile(
    r"(?P<words>[^\s\d，,。；;：:、和与跟年月度？?]{2,14}?)的?[那这]个(?:(?P<level>[省市县区])的?局?|(?:[\u4e00-\u9fff]{0,2})局)"
)
_WORDS_AFTER = 4
_NO_MONTHS = (0, 0)  # what 上季度 or 昨天 covers: no report's period
_CONJUNCTION = re.compile(r"\s*[和与及、,，]\s*")


class Occurs(Protocol):
    """Finds the reports whose texts contain a phrase."""

    def __call__(self, phrase: str, within: Collection[str] | None = None) -> frozenset[str]:
        """The ids of the reports, of all or ``within`` some."""


@dataclass(frozen=True, slots=True)
class BureauMention:
    """A bureau in a question: ``question[start:end]``; no names means that none is known."""

    start: int
    end: int
    wording: str
    names: frozenset[str]


@lru_cache(_NAMES_CACHED)
def parts_of(name: str) -> tuple[str, str]:
    """The place and the branch of a bureau's name, masks folded to one asterisk."""
    match = OFFICE.search(name)
    if not match:
        return fold_masks(_WHOLE.sub("", name)), ""
    return fold_masks(name[: match.start()]), fold_masks(match["branch"] or "")


def fold_masks(name: str) -> str:
    """A name with every mask written as one ``*``."""
    return re.sub(r"[*＊×]+", "*", name)


def find_bureaus(
    question: str, known: Sequence[Bureau], words: QuestionWords, occurs: Occurs
) -> list[BureauMention]:
    """The bureaus that a question is about, in order; other parties to a matter left out."""
    found: list[BureauMention] = []
    offices = (_strip_lead_in(m, known, words, occurs) for m in _find_offices(question, known))
    for mention in (*offices, *_find_aliases(question, known)):
        if _is_free(mention, found):
            found.append(mention)
    for mention in _find_unknown_places(question, words):
        if _is_free(mention, found) and not occurs(mention.wording):  # which reads all texts
            found.append(mention)
    found = _merge_districts(sorted(found or _find_country(question, known), key=_start_of))
    return [m for m in found if not _is_other_party(question, m, words)]


def _start_of(mention: BureauMention) -> int:
    return mention.start


def _find_country(question: str, known: Sequence[Bureau]) -> list[BureauMention]:
    """全国 in a question that names no body, where the store has a report on the whole country."""
    national = government_words().national
    if not any(bureau.name == national for bureau in known):
        return []
    return [
        BureauMention(*match.span(), match[0], frozenset({national}))
        for match in _COUNTRY.finditer(question)
    ]


def _is_free(mention: BureauMention, found: Sequence[BureauMention]) -> bool:
    return all(mention.end <= t.start or mention.start >= t.end for t in found)


def _merge_districts(mentions: Sequence[BureauMention]) -> list[BureauMention]:
    """江岚市梧桐区 is one bureau, though the city of that name has one as well."""
    merged: list[BureauMention] = []
    for mention in mentions:
        city = merged[-1] if merged else None
        if city and city.end == mention.start and city.names and city.wording[-1] in _CITIES:
            wording = city.wording + mention.wording
            merged[-1] = replace(mention, start=city.start, wording=wording)
        else:
            merged.append(mention)
    return merged


def _strip_lead_in(
    mention: BureauMention, known: Sequence[Bureau], words: QuestionWords, occurs: Occurs
) -> BureauMention:
    """比较区局 is 区局 with a word before it; 朝阳区局 is a bureau that nobody knows."""
    head = _NAMED_HEAD.match(mention.wording)
    if mention.names or not head:
        return mention
    before = head[1]
    stems = {alias for b in known for alias in _place_aliases(parts_of(b.name)[0])}
    leads = words.lead_ins + words.other_party_before
    named = re.search(r"[省市州盟县区旗]", before)
    ordinary = before.endswith(leads) or (len(before) > 3 and occurs(before[-2:]))
    ordinary = ordinary or (not named and _is_ordinary(before) and bool(occurs(before[-2:])))
    if before[-2:] in stems or not ordinary:
        return mention
    start = mention.start + len(before)
    short = mention.wording.endswith(head[2] + "局")
    names = _matching_names(head[2], "", known, short=short)
    return BureauMention(start, mention.end, mention.wording[len(before) :], names)


@lru_cache(_NAMES_CACHED)
def _is_ordinary(word: str) -> bool:
    """Whether a word is in the dictionary and no name: 问题 of 问题区局, not 朝阳 of 朝阳区局."""
    import rjieba  # noqa: PLC0415 - a tenth of a second to import, and seldom needed

    return all(tag[:1] in "vna" and tag not in ("ns", "nr", "nz", "nt") and len(part) > 1
               for part, tag in rjieba.tag(word))  # fmt: skip


def _is_other_party(question: str, mention: BureauMention, words: QuestionWords) -> bool:
    before = question[max(0, mention.start - 3) : mention.start]
    after = question[mention.end : mention.end + 4]
    return before.endswith(words.other_party_before) or after.startswith(words.other_party_after)


def _find_offices(question: str, known: Sequence[Bureau]) -> Iterable[BureauMention]:
    """云溪县市场监管局, 区局, **县局, *局."""
    for match in OFFICE.finditer(question):
        place, _ = place_before(question, match.start(), identity_words())
        if match["whole"] == "总局":
            yield BureauMention(*match.span(), match[0], frozenset())
        elif place or match["branch"]:
            branch = fold_masks(match["branch"] or "")
            start = match.start() - len(place)
            wording = question[start : match.end()]
            exact = frozenset(b.name for b in known if b.name == wording)
            names = exact or _matching_names(fold_masks(place), branch, known, short=False)
            yield BureauMention(start, match.end(), wording, names)
    for match in _SHORT.finditer(question):
        if len(match[0]) > 1 and match[0] != "里":
            names = frozenset(b.name for b in known if parts_of(b.name)[1] == fold_masks(match[0]))
            yield BureauMention(match.start(), match.end(), match[0], names)
            continue
        place, _ = place_before(question, match.start(), identity_words())
        if place:
            start = match.start() - len(place)
            names = _matching_names(fold_masks(place), "", known, short=True)
            yield BureauMention(start, match.end(), question[start : match.end()], names)


def _matching_names(
    place: str, branch: str, known: Sequence[Bureau], *, short: bool
) -> frozenset[str]:
    """Names of known bureaus that a place and branch may mean, the exact ones before others."""
    parts = [(b, *parts_of(b.name)) for b in known]
    if branch:
        return frozenset(b.name for b, p, br in parts if br == branch and place in ("", p))
    exact = [b.name for b, p, br in parts if p == place and not br]
    if len(place) == 1:
        bare = [b.name for b, p, br in parts if p.replace("*", "") == place and not br]
        level = [b.name for b in known if b.level is _LEVEL_OF.get(place)]
        return frozenset(level if short else exact + bare or level)
    if exact or "*" in place:
        return frozenset(exact)
    if place.startswith("某") and len(place) == 2:
        return frozenset(b.name for b in known if b.level is _LEVEL_OF.get(place[-1]))
    return frozenset(
        b.name
        for b, p, br in parts
        if not br and len(p) > 1 and "*" not in p and (p.endswith(place) or place.endswith(p))
    )


def _find_aliases(question: str, known: Sequence[Bureau]) -> Iterable[BureauMention]:
    """云溪县, 云溪, **区: a known bureau's place without its office."""
    by_alias: dict[str, set[str]] = {}
    for bureau in known:
        place, branch = parts_of(bureau.name)
        if "*" in place or (branch and "*" not in branch):
            continue
        short = f"{place}{branch.removesuffix('局')}局"  # 市*局 of 市市场监管局*局
        for alias in (short,) if branch else _place_aliases(place):
            if alias not in question:
                continue
            by_alias.setdefault(alias, set()).add(bureau.name)
    for alias in sorted(by_alias, key=len, reverse=True):
        if alias not in question:  # most are not, and to compile each as a pattern takes long
            continue
        for match in re.finditer(re.escape(alias), question):
            following = question[match.end() : match.end() + 1]
            office = question.startswith(_OFFICE_WORDS, match.end())
            if alias[-1] in _SUFFIXES or following not in _SUFFIXES or not following or office:
                yield BureauMention(*match.span(), alias, frozenset(by_alias[alias]))
    for match in _MASKED_PLACE.finditer(question):
        names = _matching_names(fold_masks(match[0]), "", known, short=True)
        yield BureauMention(*match.span(), match[0], names)


@lru_cache(_NAMES_CACHED)
def _place_aliases(place: str) -> tuple[str, ...]:
    """江岚市梧桐区 is also 梧桐区 and 梧桐."""
    last = re.split(r"(?<=[省市州盟])(?=[\u4e00-\u9fff]{2,}[市县区旗])", place)[-1]
    aliases = [a for a in dict.fromkeys((place, last)) if len(a) > 2]
    return (*aliases, last[:-1]) if len(last) > 2 and last[-1] in _SUFFIXES else tuple(aliases)


def _find_unknown_places(question: str, words: QuestionWords) -> Iterable[BureauMention]:
    for match in _UNKNOWN_PLACE.finditer(question):
        place = match["place"]
        if not any(place.endswith(w) for w in words.not_places):
            yield BureauMention(match.start("place"), match.end("place"), place, frozenset())


@dataclass(frozen=True, slots=True)
class QuestionPeriod:
    """A period in a question; its words stand at ``places``.

    ``months`` are the first and the last, None for the year as such; ``year`` is None for
    上半年 alone. ``wording`` is what stands beside the year. A ``relative`` year (今年) comes from
    the calendar, or the store. ``among`` are the years of the range that it is one of.
    """

    year: int | None
    months: tuple[int, int] | None
    wording: str
    places: tuple[Span, ...]
    relative: bool = False
    among: range | None = None

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
    question: str, years: Collection[int], this_year: int, words: QuestionWords
) -> tuple[list[QuestionPeriod], int | None]:
    """The periods named, in order, and the year that 今年 was taken for if it is not this one.

    ``years`` are those of the store's reports. A part without its year (上半年) stays without:
    ``pair_mentions`` finds the year that it goes with.
    """
    folded = fold_width(question)
    base = this_year if not years or {this_year, this_year - 1} & set(years) else max(years)
    found = [mention for match in _YEARS.finditer(folded) for mention in _mentions_of_match(match)]
    for mentions in (
        _bare_ranges(folded),
        _bare_years(folded),
        _relative_years(folded, base, words),
        _periods_without_reports(folded, words),
        _lone_parts(folded, words),
    ):
        found += [m for m in mentions if not _overlaps(m, found)]
    found.sort(key=lambda m: m.start)
    return _fill_ranges(folded, found), base if base != this_year else None


def _mentions_of_match(match: re.Match[str]) -> Iterator[QuestionPeriod]:
    """2022、2023年上半年 names two halves, 2020-2023年 four years."""
    part = _part_wording(match, match.start())
    months = _months(part)
    for year in _LISTED.finditer(match["listed"]):
        start = match.start() + year.start()
        yield QuestionPeriod(_year(year[0]), months, part, (Span(start, start + len(year[0])),))
    span = Span(match.start("year"), match.end())
    yield QuestionPeriod(_year(match["year"]), months, part, (span,))


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


def _overlaps(one: QuestionPeriod, others: Sequence[QuestionPeriod]) -> bool:
    return any(one.start < o.end and o.start < one.end for o in others)


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


MentionPair = tuple[tuple[BureauMention, ...], tuple[QuestionPeriod, ...]]
"""Bureaus and the periods that each of them is asked about; either may be empty."""


def pair_mentions(
    question: str, bureaus: Sequence[BureauMention], found: Sequence[QuestionPeriod]
) -> list[MentionPair]:
    """Bureaus with their periods, each part of a year (上半年) with the year that it goes with."""
    pairs: list[MentionPair] = []
    year: int | None = None
    for mentions, periods in _group_mentions(bureaus, found):
        before = pairs[-1][1] if pairs else ()
        own = tuple(_with_years(question, periods, year)) if periods else before
        year = next((p.year for p in reversed(own) if p.year), year)
        pairs.append((mentions, own))
    return [pair for pair in pairs if pair[0] or not bureaus]


def _group_mentions(
    bureaus: Sequence[BureauMention], periods: Sequence[QuestionPeriod]
) -> list[MentionPair]:
    """Runs of bureaus with the run of periods after them, or before them where those come first.

    Where it cannot be told, all go with all. A year in front of everything is a group of its own
    if the bureaus have their parts of it: 2022年区局上半年和县局下半年.
    """
    items: list[BureauMention | QuestionPeriod] = sorted(
        [*bureaus, *periods], key=lambda i: i.start
    )
    runs = [list(run) for _, run in groupby(items, key=lambda i: isinstance(i, QuestionPeriod))]
    if bureaus and len(runs) >= 3:
        if not isinstance(items[0], QuestionPeriod) or not isinstance(items[-1], QuestionPeriod):
            return _pair_runs(runs)
        if len(runs) >= 5 and all(p.year is None for p in periods[len(runs[0]) :]):
            return [_split_types(runs[0]), *_pair_runs(runs[1:])]
    return [(tuple(bureaus), tuple(periods))]


def _pair_runs(runs: Sequence[Sequence[BureauMention | QuestionPeriod]]) -> list[MentionPair]:
    return [
        _split_types([item for run in runs[at : at + 2] for item in run])
        for at in range(0, len(runs), 2)
    ]


def _split_types(items: Sequence[BureauMention | QuestionPeriod]) -> MentionPair:
    return (
        tuple(i for i in items if isinstance(i, BureauMention)),
        tuple(i for i in items if isinstance(i, QuestionPeriod)),
    )


def _with_years(
    question: str, periods: Sequence[QuestionPeriod], before: int | None
) -> list[QuestionPeriod]:
    """The periods that go together, with their years.

    A part narrows the years beside it (2023年清河县上半年), unless it is named as one more
    (2023年和上半年). 今年 gives way to a year in digits.
    """
    if any(p.year and not p.relative for p in periods):
        absolute = [replace(p, year=None) if p.relative else p for p in periods]
        periods = [p for p in absolute if p.year or p.months]
    whole = [p for p in periods if p.year and not p.months]
    parts = [p for p in periods if not p.year]
    if whole and parts and not _CONJUNCTION.fullmatch(question, whole[-1].end, parts[0].start):
        narrowed = [
            replace(y, months=p.months, wording=p.wording, places=(*y.places, *p.places))
            for y, p in product(whole, parts)
        ]
        others = [p for p in periods if p.year and p.months]
        return sorted(others + narrowed, key=lambda p: p.start)
    return _carry_years(periods, before or next((p.year for p in periods if p.year), None))


def _carry_years(periods: Sequence[QuestionPeriod], year: int | None) -> list[QuestionPeriod]:
    """2022年上半年和下半年: a part without its year is of the year named before it."""
    dated = []
    for period in periods:
        year = period.year or year
        dated.append(replace(period, year=year))
    return dated


@dataclass(frozen=True, slots=True)
class KnownReport:
    """A report as the reading of questions knows it."""

    id: str
    bureau: Bureau | None
    period: Period | None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is limited to.

    ``reports`` is None where it names neither bureau nor period. ``plan_only`` are those of
    them that only plan for the period asked. ``unknown`` holds wordings that fit nothing in
    the store. ``by_wording`` are reports that are in for their words alone; ``unidentified``
    ones would be searched if their bureau and period were known. ``pairs`` tell which bureau
    goes with which period. ``instead``: where bureaus are put side by side and one has no report
    of the period named, its report of the same year is taken: what was named, and its period.
    ``telling`` are reports of another period that tell of the one named; not in ``reports``.
    """

    reports: frozenset[str] | None
    plan_only: frozenset[str] = frozenset()
    bureaus: tuple[BureauMention, ...] = ()
    periods: tuple[QuestionPeriod, ...] = ()
    unknown: tuple[str, ...] = ()
    unidentified: frozenset[str] = frozenset()
    by_wording: frozenset[str] = frozenset()
    assumed_year: int | None = None
    pairs: tuple[MentionPair, ...] = ()
    instead: tuple[tuple[str, str], ...] = ()
    described: tuple[Span, ...] = ()
    telling: frozenset[str] = frozenset()

    @property
    def spans(self) -> list[Span]:
        """Where bureaus and periods stand in the question."""
        return sorted(
            [Span(b.start, b.end) for b in self.bureaus]
            + list(self.described)
            + list({place for p in self.periods for place in p.places})
        )


Tells = Callable[[int, Collection[str]], frozenset[str]]
"""Those of some reports that tell of a year, whatever their own period."""


def tells_nothing(_year: int, _within: Collection[str]) -> frozenset[str]:
    """Tell of no report's statements."""
    return frozenset()


def find_described(
    question: str, reports: Sequence[KnownReport], occurs: Occurs
) -> list[BureauMention]:
    """The bureaus that a question describes by what their reports write: 搞食安驿站的那个区."""
    found = []
    for match in _DESCRIBED.finditer(question):
        level = _LEVEL_OF.get(match["level"])
        mine = [r for r in reports if r.bureau and r.bureau.level is level]
        names = _bureaus_writing(match["words"], mine, occurs)
        names = names or _bureaus_writing(match["words"], reports, occurs)
        found.append(BureauMention(*match.span(), match[0], names))
    return found


def _place_nameless(
    mention: BureauMention, reports: Sequence[KnownReport], occurs: Occurs
) -> BureauMention:
    """深圳区局 is a bureau whose report hides or leaves out its place and names Shenzhen."""
    found = None if mention.names else _PLACED.fullmatch(mention.wording)
    if not found:
        return mention
    level = _LEVEL_OF.get(found["level"])
    nameless = {
        r.id: r.bureau.name
        for r in reports
        if r.bureau
        and r.bureau.level is level
        and not _PLACE_NAME.search(parts_of(r.bureau.name)[0])
    }
    ids = occurs(found["place"], nameless) if nameless else ()
    return replace(mention, names=frozenset(nameless[key] for key in ids))


def _bureaus_writing(words: str, reports: Sequence[KnownReport], occurs: Occurs) -> frozenset[str]:
    """The bureaus whose reports hold most of a description, by its longest phrases."""
    import rjieba  # noqa: PLC0415 - a tenth of a second to import, and seldom needed

    named = {r.id: r.bureau.name for r in reports if r.bureau}
    held = dict.fromkeys(named.values(), 0)
    tokens = rjieba.cut(words)
    at = 0
    while at < len(tokens):
        joined = ["".join(tokens[at:end]) for end in range(len(tokens), at, -1)]
        phrases = (p for p in joined if 1 < len(p) <= _LONGEST_PHRASE)
        phrase, ids = next(((p, i) for p in phrases if (i := occurs(p, named))), ("", frozenset()))
        for name in {named[key] for key in ids}:
            held[name] += len(phrase)
        at += joined[::-1].index(phrase) + 1 if phrase else 1
    most = max(held.values(), default=0)
    return frozenset(name for name, length in held.items() if most and length == most)


def read_scope(
    question: str,
    reports: Sequence[KnownReport],
    this_year: int,
    occurs: Occurs,
    tells: Tells = tells_nothing,
) -> Scope:
    """The scope of a question. ``this_year`` is the calendar's, for 今年 and 去年."""
    words = question_words()
    known = list({r.bureau.name: r.bureau for r in reports if r.bureau}.values())
    described = find_described(question, reports, occurs)
    named = find_bureaus(question, known, words, occurs)
    placed = (_place_nameless(b, reports, occurs) for b in named if _is_free(b, described))
    bureaus = sorted([*described, *placed], key=lambda b: b.start)
    years = {r.period.year for r in reports if r.period}
    found, assumed = find_periods(question, years, this_year, words)
    pairs = pair_mentions(question, bureaus, found)
    periods = list(dict.fromkeys(p for _, periods in pairs for p in periods))
    if not bureaus and not periods:
        return Scope(None)
    unknown = [b.wording for b in bureaus if not b.names]
    names = {name for mention in bureaus for name in mention.names}
    of_bureaus = [r for r in reports if r.bureau and r.bureau.name in names] if bureaus else reports
    found_of: list[_PairReports] = []
    for pair in pairs if periods else ():
        before = [r for one in found_of for r in one.whole]
        beside = before if len(bureaus) > 1 else None
        found_of.append(_reports_of_pair(question, pair, of_bureaus, tells, beside))
    whole = [r for one in found_of for r in one.whole] if periods else list(of_bureaus)
    plans = [r for one in found_of for r in one.plans]
    unknown += [wording for one in found_of for wording in one.unknown]
    telling = frozenset(key for one in found_of for key in one.telling)
    by_wording = _reports_writing(question, periods, of_bureaus, occurs) if periods else []
    unknown = [] if by_wording and not whole and not plans else unknown
    if latest := words.latest.search(question):
        whole, plans = _latest_of(whole), []
    ids = frozenset(r.id for r in (*whole, *by_wording))
    return Scope(
        reports=ids | frozenset(r.id for r in plans),
        plan_only=frozenset(r.id for r in plans) - ids,
        described=(
            *((Span(*latest.span()),) if latest else ()),
            *_joints(question, periods),
            *(Span(*match.span()) for match in _ITS_REPORT.finditer(question)),
        ),
        bureaus=tuple(bureaus),
        periods=tuple(periods),
        unknown=tuple(unknown),
        unidentified=frozenset(
            r.id for r in reports
            if (bureaus and r.bureau is None) or (periods and r.period is None)
        ),
        by_wording=frozenset(r.id for r in by_wording) - {r.id for r in whole},
        pairs=tuple(pairs),
        instead=tuple(instead for one in found_of for instead in one.instead),
        telling=telling - ids,
        assumed_year=assumed if any(p.relative for p in periods) else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _PairReports:
    """The reports of some bureaus named with some periods; the fields are those of ``Scope``."""

    whole: tuple[KnownReport, ...]
    plans: tuple[KnownReport, ...]
    unknown: tuple[str, ...]
    instead: tuple[tuple[str, str], ...]
    telling: frozenset[str]


def _reports_of_pair(
    question: str,
    pair: MentionPair,
    reports: Sequence[KnownReport],
    tells: Tells,
    beside: Sequence[KnownReport] | None,
) -> _PairReports:
    """What the store holds of one pair.

    ``beside`` are the reports of the pairs before it, None where no bureaus are compared.
    """
    mentions, periods = pair
    mine = [r for r in reports if not mentions or _is_one_of(r, mentions)]
    whole, plans = _reports_of(periods, mine)
    missing = _missing_wordings(mentions, periods, mine)
    told = _told_beside(periods, whole, tells)
    missing = [m for m in missing if m not in told]
    others: list[KnownReport] = []
    if beside is not None and not any(_says_year(question, p) for p in periods):
        others = _same_year(mentions, periods, mine, [*beside, *whole])
        served = {r.bureau for r in others}
        missing = [m for m in missing if not _is_any_of(m, mentions, served)]
    after = mine if missing else _reports_after(periods, mine)
    lacking = [r.id for r in after if r not in whole]
    years = {p.year for p in periods if p.year and lacking}
    return _PairReports(
        (*whole, *others),
        tuple(plans),
        tuple(missing),
        tuple((_wording_of(r, periods), str(r.period)) for r in others),
        frozenset(key for year in years for key in tells(year, lacking)),
    )


def _joints(question: str, periods: Sequence[QuestionPeriod]) -> Iterator[Span]:
    """What joins the years of a question, and counts them: 到 and 这五年 of 2004到2008这五年."""
    for period in periods:
        if period.among and (counted := _YEARS_COUNTED.match(question, period.end)):
            yield Span(*counted.span())
    places = sorted({place for period in periods for place in period.places})
    for place, following in pairwise(places):
        if _BETWEEN_YEARS.fullmatch(question, place.end, following.start):
            yield Span(place.end, following.start)


def _is_one_of(report: KnownReport, mentions: Sequence[BureauMention]) -> bool:
    return report.bureau is not None and any(report.bureau.name in m.names for m in mentions)


def _missing_wordings(
    mentions: Sequence[BureauMention],
    periods: Sequence[QuestionPeriod],
    reports: Sequence[KnownReport],
) -> list[str]:
    """What was named together and no report is of: 云溪县2021年, or 2021年 of two periods."""
    known = [m for m in mentions if m.names]
    if mentions and not known:
        return []
    wording = "、".join(map(str, periods))
    missing = [
        m.wording + wording
        for m in known
        if not any(_reports_of(periods, [r for r in reports if _is_one_of(r, [m])]))
    ]
    if known and len(missing) == len(known):
        return missing
    if not known and not any(_reports_of(periods, reports)):
        return [wording]
    return missing + [str(p) for p in periods if not any(_reports_of([p], reports))]


def _latest_of(reports: Sequence[KnownReport]) -> list[KnownReport]:
    """The report of each bureau whose period ends last."""

    def end(report: KnownReport) -> tuple[int, int]:
        period = report.period
        return (period.year, period.part.months[1]) if period else (0, 0)

    return [max(group, key=end) for group in _by_bureau(reports).values()]


def _says_year(question: str, period: QuestionPeriod) -> bool:
    """Whether a question names the year of a period itself, and not 上半年 alone."""
    return any(re.search(r"\d|[今去前]年", question[slice(*place)]) for place in period.places)


def _same_year(
    mentions: Sequence[BureauMention],
    periods: Sequence[QuestionPeriod],
    reports: Sequence[KnownReport],
    found: Sequence[KnownReport],
) -> list[KnownReport]:
    """For each bureau that lacks the periods named, its report of their year, if it has one."""
    years = {p.year for p in periods} | {r.period.year for r in found if r.period}
    served = {r.bureau for r in found}
    mine = [r for r in reports if _is_one_of(r, mentions) and r.bureau not in served]
    others = {r.bureau: r for r in mine if r.period and r.period.year in years}
    return list(others.values())


def _wording_of(report: KnownReport, periods: Sequence[QuestionPeriod]) -> str:
    name = report.bureau.name if report.bureau else ""
    return name + "、".join(map(str, periods))


def _is_any_of(
    wording: str, mentions: Sequence[BureauMention], bureaus: Collection[Bureau | None]
) -> bool:
    """Whether one of the bureaus is meant by the mention that a wording begins with."""
    names = {bureau.name for bureau in bureaus if bureau}
    return any(m.names & names for m in mentions if wording.startswith(m.wording))


def _reports_of(
    periods: Sequence[QuestionPeriod], reports: Sequence[KnownReport]
) -> tuple[list[KnownReport], list[KnownReport]]:
    """The reports of the periods asked for, and those that plan for them."""
    whole: list[KnownReport] = []
    plans: list[KnownReport] = []
    for period in periods:
        for group in _by_bureau(reports).values():
            exact = [r for r in group if r.period and period.is_of(r.period)]
            inside = [r for r in group if r.period and period.covers(r.period)]
            whole += exact or inside
            if not exact:
                plans += [
                    r
                    for r in group
                    if r.period and period.is_of(r.period.next()) and not _is_governments(r)
                ]
    return whole, [r for r in plans if r not in whole]


def _told_beside(
    periods: Sequence[QuestionPeriod], reports: Sequence[KnownReport], tells: Tells
) -> frozenset[str]:
    """The years asked for that a government's report tells of beside its own, which is asked."""
    return frozenset(
        str(period)
        for period in periods
        for report in _reports_after([period], reports)
        if period.year and tells(period.year, [report.id])
    )


def _is_governments(report: KnownReport) -> bool:
    """Whether a report is a government's: it plans its own year, and tells of the one before."""
    return report.bureau is not None and is_government(report.bureau.name)


def _reports_after(
    periods: Sequence[QuestionPeriod], reports: Sequence[KnownReport]
) -> list[KnownReport]:
    """The governments' reports of the year after one asked for, which tell what it has brought."""
    years = {p.year + 1 for p in periods if p.year}
    return [r for r in reports if r.period and r.period.year in years and _is_governments(r)]


def _by_bureau(reports: Sequence[KnownReport]) -> dict[str, list[KnownReport]]:
    groups: dict[str, list[KnownReport]] = {}
    for report in reports:
        groups.setdefault(report.bureau.name if report.bureau else report.id, []).append(report)
    return groups


def _reports_writing(
    question: str,
    periods: Sequence[QuestionPeriod],
    reports: Sequence[KnownReport],
    occurs: Occurs,
) -> list[KnownReport]:
    """Reports that write the period with the words after it: 2022年度企业年报率 in one of 2023.

    For a single month, those that cover it and name it.
    """
    found = []
    within = [r.id for r in reports]
    for period in periods:
        if period.month:
            ids = occurs(f"{period.month}月", within)
            found += [r for r in reports if r.id in ids and r.period and period.lies_in(r.period)]
        phrase = question[period.start : period.end + _WORDS_AFTER].rstrip("？?。 ")
        if period.year and len(phrase) == period.end - period.start + _WORDS_AFTER:
            ids = occurs(phrase, within)
            found += [r for r in reports if r.id in ids]
    return found
