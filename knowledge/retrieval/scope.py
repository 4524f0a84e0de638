"""Which reports a question is about: bureaus and periods read against what the store holds."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, product

from knowledge.models import Bureau
from knowledge.retrieval.question_bureaus import BureauMention, Occurs, find_bureaus
from knowledge.retrieval.vocabulary import QuestionWords, question_words
from knowledge.understanding.mentions import unit_words
from knowledge.understanding.numerals import fold_width
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
        part = part_of_months(self.months) if self.months else YearPart.YEAR
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


Pair = tuple[tuple[BureauMention, ...], tuple[Asked, ...]]
"""Bureaus and the periods that each of them is asked about; either may be empty."""

_JOINED = re.compile(r"\s*[和与及、,，]\s*")


def paired(question: str, bureaus: Sequence[BureauMention], asked: Sequence[Asked]) -> list[Pair]:
    """Bureaus with their periods, each part of a year (上半年) given the year that it goes with."""
    pairs: list[Pair] = []
    year: int | None = None
    for mentions, periods in _grouped(bureaus, asked):
        before = pairs[-1][1] if pairs else ()
        own = tuple(_with_years(question, periods, year)) if periods else before
        year = next((a.year for a in reversed(own) if a.year), year)
        pairs.append((mentions, own))
    return [pair for pair in pairs if pair[0] or not bureaus]


def _grouped(bureaus: Sequence[BureauMention], asked: Sequence[Asked]) -> list[Pair]:
    """Runs of bureaus with the run of periods after them, or before them where that is the way.

    Where it cannot be told, all go with all. A year in front of everything is a group of its own
    if the bureaus have their parts of it: 2022年区局上半年和县局下半年.
    """
    everything: list[Pair] = [(tuple(bureaus), tuple(asked))]
    items: list[BureauMention | Asked] = sorted([*bureaus, *asked], key=lambda i: i.start)
    runs = [list(run) for _, run in groupby(items, key=lambda i: isinstance(i, Asked))]
    if len(runs) < 3 or not bureaus:
        return everything
    if not isinstance(items[0], Asked):
        return _two_by_two(runs)
    if not isinstance(items[-1], Asked):
        return _two_by_two(runs)
    parts_only = all(a.year is None for a in asked[len(runs[0]) :])
    if len(runs) >= 5 and parts_only:
        return [_sorted_out(runs[0]), *_two_by_two(runs[1:])]
    return everything


def _two_by_two(runs: Sequence[Sequence[BureauMention | Asked]]) -> list[Pair]:
    return [
        _sorted_out([item for run in runs[at : at + 2] for item in run])
        for at in range(0, len(runs), 2)
    ]


def _sorted_out(items: Sequence[BureauMention | Asked]) -> Pair:
    return (
        tuple(i for i in items if isinstance(i, BureauMention)),
        tuple(i for i in items if isinstance(i, Asked)),
    )


def _with_years(question: str, periods: Sequence[Asked], before: int | None) -> list[Asked]:
    """The periods that go together, with their years.

    A part narrows the years beside it (2023年清河县上半年), unless it is named as one more
    (2023年和上半年). 今年 gives way to a year in digits.
    """
    if any(a.year and not a.counted for a in periods):
        given_way = [replace(a, year=None) if a.counted else a for a in periods]
        periods = [a for a in given_way if a.year or a.months]
    whole = [a for a in periods if a.year and not a.months]
    lone = [a for a in periods if not a.year]
    if whole and lone and not _one_more(question, whole[-1], lone[0]):
        narrowed = [
            replace(y, months=p.months, wording=p.wording, places=(*y.places, *p.places))
            for y, p in product(whole, lone)
        ]
        kept = [a for a in periods if a not in whole and a not in lone]
        return sorted(kept + narrowed, key=lambda a: a.start)
    return _carried(periods, before or next((a.year for a in periods if a.year), None))


def _one_more(question: str, year: Asked, part: Asked) -> bool:
    return bool(_JOINED.fullmatch(question, year.end, part.start))


def _carried(periods: Sequence[Asked], year: int | None) -> list[Asked]:
    """2022年上半年和下半年: a part without its year is of the year named before it."""
    dated = []
    for asked in periods:
        year = asked.year or year
        dated.append(replace(asked, year=year))
    return dated


_ANCHOR = 4


@dataclass(frozen=True, slots=True)
class Listed:
    """A report as the reading of questions knows it."""

    id: str
    bureau: Bureau | None
    period: Period | None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is limited to.

    ``reports`` is None where it names neither bureau nor period. ``plan_only`` are those of
    them that only plan for the period asked. ``unknown`` holds wordings that fit nothing in
    the store. ``anchored`` reports are in for their words alone; ``undated`` reports would be
    searched if their bureau and period were known. ``pairs`` tell which bureau goes with which
    period.
    """

    reports: frozenset[str] | None
    plan_only: frozenset[str] = frozenset()
    bureaus: tuple[BureauMention, ...] = ()
    periods: tuple[Asked, ...] = ()
    unknown: tuple[str, ...] = ()
    undated: frozenset[str] = frozenset()
    anchored: frozenset[str] = frozenset()
    assumed_year: int | None = None
    pairs: tuple[Pair, ...] = ()

    @property
    def spans(self) -> list[Span]:
        """Where bureaus and periods stand in the question."""
        return sorted(
            [Span(b.start, b.end) for b in self.bureaus]
            + list({place for p in self.periods for place in p.places})
        )


def read_scope(question: str, listed: Sequence[Listed], this_year: int, occurs: Occurs) -> Scope:
    """The scope of a question. ``this_year`` is the calendar's, for 今年 and 去年."""
    words = question_words()
    known = list({r.bureau.name: r.bureau for r in listed if r.bureau}.values())
    bureaus = find_bureaus(question, known, words, occurs)
    years = {r.period.year for r in listed if r.period}
    named_periods, assumed = find_periods(question, years, this_year, words)
    pairs = paired(question, bureaus, named_periods)
    asked = list(dict.fromkeys(a for _, periods in pairs for a in periods))
    if not bureaus and not asked:
        return Scope(None)
    named = frozenset(n for b in bureaus for n in b.names)
    unknown = [b.wording for b in bureaus if not b.names]
    of_bureau = [r for r in listed if r.bureau and r.bureau.name in named] if bureaus else listed
    whole, plan_only, by_words = list(of_bureau), list[Listed](), frozenset[str]()
    if asked:
        whole = []
        for mentions, periods in pairs:
            mine = [r for r in of_bureau if not mentions or _is_one_of(r, mentions)]
            held, planned = _held(periods, mine)
            whole += held
            plan_only += planned
            unknown += _not_held(mentions, periods, mine)
        anchored = _anchored(question, asked, of_bureau, occurs)
        unknown = [] if anchored and not whole and not plan_only else unknown
        by_words = frozenset(r.id for r in anchored) - {r.id for r in whole}
        whole += anchored
    ids = frozenset(r.id for r in whole)
    return Scope(
        reports=ids | frozenset(r.id for r in plan_only),
        plan_only=frozenset(r.id for r in plan_only) - ids,
        bureaus=tuple(bureaus),
        periods=tuple(asked),
        unknown=tuple(unknown),
        undated=frozenset(
            r.id for r in listed
            if (bureaus and r.bureau is None) or (asked and r.period is None)
        ),
        anchored=by_words,
        pairs=tuple(pairs),
        assumed_year=assumed if any(a.counted for a in asked) else None,
    )  # fmt: skip


def _is_one_of(report: Listed, mentions: Sequence[BureauMention]) -> bool:
    return report.bureau is not None and any(report.bureau.name in m.names for m in mentions)


def _not_held(
    mentions: Sequence[BureauMention], periods: Sequence[Asked], mine: Sequence[Listed]
) -> list[str]:
    """What was named together and no report holds: 云溪县2021年, or 2021年 of two periods."""
    known = [m for m in mentions if m.names]
    if mentions and not known:
        return []
    wording = "、".join(map(str, periods))
    lacking = [
        m.wording + wording
        for m in known
        if not any(_held(periods, [r for r in mine if _is_one_of(r, [m])]))
    ]
    if known and len(lacking) == len(known):
        return ["".join(m.wording for m in known) + wording] if len(known) == 1 else lacking
    if not known and not any(_held(periods, mine)):
        return [wording]
    return lacking + [str(p) for p in periods if not any(_held([p], mine))]


def _held(asked: Sequence[Asked], listed: Sequence[Listed]) -> tuple[list[Listed], list[Listed]]:
    """The reports of the periods asked for, and those that plan for them."""
    whole: list[Listed] = []
    plans: list[Listed] = []
    for one in asked:
        for group in _by_bureau(listed).values():
            exact = [r for r in group if r.period and one.is_of(r.period)]
            inside = [r for r in group if r.period and one.covers(r.period)]
            whole += exact or inside
            if not exact:
                plans += [r for r in group if r.period and one.is_of(r.period.next())]
    return whole, [r for r in plans if r not in whole]


def _by_bureau(listed: Sequence[Listed]) -> dict[str, list[Listed]]:
    groups: dict[str, list[Listed]] = {}
    for report in listed:
        groups.setdefault(report.bureau.name if report.bureau else report.id, []).append(report)
    return groups


def _anchored(
    question: str, asked: Sequence[Asked], listed: Sequence[Listed], occurs: Occurs
) -> list[Listed]:
    """Reports that write the period with the words after it: 2022年度企业年报率 in one of 2023.

    For a single month, those that cover it and name it.
    """
    found = []
    within = [r.id for r in listed]
    for one in asked:
        if one.month:
            ids = occurs(f"{one.month}月", within)
            found += [r for r in listed if r.id in ids and r.period and one.lies_in(r.period)]
        phrase = question[one.start : one.end + _ANCHOR].rstrip("？?。 ")
        if one.year and len(phrase) == one.end - one.start + _ANCHOR:
            ids = occurs(phrase, within)
            found += [r for r in listed if r.id in ids]
    return found
