"""Which reports a question is about: bureaus and periods read against what the store holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.bureaus import BureauMention, Occurs, find_bureaus
from knowledge.models import Bureau
from knowledge.periods import Part, Period, part_named, year_named
from knowledge.questionwords import QuestionWords, question_words
from knowledge.sentences import Span

_PART = r"上半年|下半年|(?:第)?[一二三四1-4]季度"
_PERIOD = re.compile(
    rf"(?P<year>(?<!\d)20\d\d|二[〇○零][一二三四五六七八九〇○零]{{2}}|(?<![\d近第])[12]\d(?=年))"
    rf"(?:年度|年(?!以?前|来)|(?={_PART})|(?=度))的?(?P<part>{_PART})?(?:\d{{1,2}}月(?:\d{{1,2}}日|底)?)?"
)
_ALONE = re.compile(_PART)
_BARE_YEAR = re.compile(r"(?<![\d.A-Za-z])20\d\d(?![\d.年度A-Za-z])")
_ANCHOR = 4


@dataclass(frozen=True, slots=True)
class Listed:
    """A report as the reading of questions knows it."""

    id: str
    bureau: Bureau | None
    period: Period | None
    has_plan: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """A period in a question; ``year`` is None for 上半年 alone."""

    year: int | None
    part: Part | None
    start: int
    end: int

    def __str__(self) -> str:
        if self.year is None:
            return self.part.wording if self.part else ""
        return str(Period(self.year, self.part or Part.YEAR))


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is limited to.

    ``reports`` is None where it names neither bureau nor period. ``plan_only`` are those of
    them that only plan for the period asked. ``unknown`` holds wordings that fit nothing in
    the store. ``anchored`` reports are in for their words alone; ``undated`` reports would be
    searched if their bureau and period were known.
    """

    reports: frozenset[str] | None
    plan_only: frozenset[str] = frozenset()
    bureaus: tuple[BureauMention, ...] = ()
    periods: tuple[Asked, ...] = ()
    unknown: tuple[str, ...] = ()
    undated: frozenset[str] = frozenset()
    anchored: frozenset[str] = frozenset()
    assumed_year: int | None = None

    @property
    def spans(self) -> list[Span]:
        """Where bureaus and periods stand in the question."""
        return sorted(
            [Span(b.start, b.end) for b in self.bureaus]
            + [Span(p.start, p.end) for p in self.periods]
        )


def read_scope(question: str, listed: Sequence[Listed], this_year: int, occurs: Occurs) -> Scope:
    """The scope of a question. ``this_year`` is the calendar's, for 今年 and 去年."""
    words = question_words()
    known = list({r.bureau.name: r.bureau for r in listed if r.bureau}.values())
    bureaus = find_bureaus(question, known, words, occurs)
    asked, assumed = find_periods(question, listed, this_year, words, bureaus)
    if not bureaus and not asked:
        return Scope(None)
    named = frozenset(n for b in bureaus for n in b.names)
    unknown = [b.wording for b in bureaus if not b.names]
    of_bureau = [r for r in listed if r.bureau and r.bureau.name in named] if bureaus else listed
    whole, plan_only, by_words = list(of_bureau), list[Listed](), frozenset[str]()
    if asked:
        whole = []
        for mentions, periods in _paired(bureaus, asked):
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
        assumed_year=assumed,
    )  # fmt: skip


def find_periods(
    question: str,
    listed: Sequence[Listed],
    this_year: int,
    words: QuestionWords,
    bureaus: Sequence[BureauMention] = (),
) -> tuple[list[Asked], int | None]:
    """The periods asked for, and the year that 今年 was taken for if it is not this one."""
    asked = [
        Asked(
            year_named(m["year"]) + (2000 if len(m["year"]) == 2 else 0),
            part_named(m["part"]) if m["part"] else None,
            *m.span(),
        )
        for m in _PERIOD.finditer(question)
    ]
    asked += _bare_years(question, asked, bureaus)
    asked.sort(key=lambda a: a.start)
    relative, assumed = _relative(question, listed, this_year, words)
    if not asked:
        asked = relative
    else:
        assumed = None
    covered = [Span(a.start, a.end) for a in asked]
    for match in _ALONE.finditer(question):
        if not any(s.start <= match.start() < s.end for s in covered):
            asked = _with_part(asked, match)
    return asked, assumed


def _bare_years(
    question: str, asked: Sequence[Asked], bureaus: Sequence[BureauMention]
) -> list[Asked]:
    """云溪县2022立案多少件: digits alone are a year where they touch a bureau's name."""
    edges = {b.end for b in bureaus}, {b.start for b in bureaus}
    return [
        Asked(int(m[0]), None, *m.span())
        for m in _BARE_YEAR.finditer(question)
        if (m.start() in edges[0] or m.end() in edges[1])
        and not any(a.start <= m.start() < a.end for a in asked)
    ]


def _with_part(asked: list[Asked], match: re.Match[str]) -> list[Asked]:
    """上半年 on its own: it narrows a lone year, else it stands beside what is there."""
    part = part_named(match[0])
    if len(asked) == 1 and asked[0].part is None and asked[0].year:
        return [Asked(asked[0].year, part, asked[0].start, asked[0].end)]
    year = asked[-1].year if asked else None
    return [*asked, Asked(year, part, *match.span())]


def _relative(
    question: str, listed: Sequence[Listed], this_year: int, words: QuestionWords
) -> tuple[list[Asked], int | None]:
    """今年, 去年, 前年; counted from the newest year held when this year's reports are not."""
    years = {r.period.year for r in listed if r.period}
    base = this_year if years & {this_year, this_year - 1} or not years else max(years)
    found = []
    for back, wordings in enumerate((words.this_year, words.last_year, words.year_before)):
        for wording in wordings:
            position = question.find(wording)
            if position >= 0:
                end = position + len(wording)
                part = _ALONE.match(question, end)
                stop = part.end() if part else end
                found.append(
                    Asked(base - back, part_named(part[0]) if part else None, position, stop)
                )
                break
    return found, base if found and base != this_year else None


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


def _paired(
    bureaus: Sequence[BureauMention], asked: Sequence[Asked]
) -> list[tuple[list[BureauMention], list[Asked]]]:
    """区局2023年和县局2022年 asks for two reports, not for four: each bureau has its period."""
    pairs = [
        ([bureau], near)
        for bureau in bureaus
        if (near := [a for a in asked if 0 <= a.start - bureau.end <= 1])
    ]
    if len(bureaus) > 1 and len(pairs) == len(bureaus):
        return pairs
    return [(list(bureaus), list(asked))]


def _held(asked: Sequence[Asked], listed: Sequence[Listed]) -> tuple[list[Listed], list[Listed]]:
    """The reports of the periods asked for, and those that plan for them."""
    whole: list[Listed] = []
    plans: list[Listed] = []
    for one in asked:
        for group in _by_bureau(listed).values():
            exact = [r for r in group if r.period and _is(r.period, one)]
            inside = [r for r in group if r.period and _covers(one, r.period)]
            whole += exact or inside
            if not exact:
                plans += [r for r in group if r.period and _is(r.period.next(), one)]
    return whole, [r for r in plans if r not in whole]


def _by_bureau(listed: Sequence[Listed]) -> dict[str, list[Listed]]:
    groups: dict[str, list[Listed]] = {}
    for report in listed:
        groups.setdefault(report.bureau.name if report.bureau else report.id, []).append(report)
    return groups


def _is(period: Period, asked: Asked) -> bool:
    if asked.year is None:
        return period.part is asked.part
    return period == Period(asked.year, asked.part or Part.YEAR)


def _covers(asked: Asked, period: Period) -> bool:
    return asked.year is not None and asked.part is None and period.year == asked.year


def _anchored(
    question: str, asked: Sequence[Asked], listed: Sequence[Listed], occurs: Occurs
) -> list[Listed]:
    """Reports that write the period with the words after it: 2022年度企业年报率 in one of 2023."""
    found = []
    for one in asked:
        phrase = question[one.start : one.end + _ANCHOR].rstrip("？?。 ")
        if one.year and len(phrase) == one.end - one.start + _ANCHOR:
            ids = occurs(phrase)
            found += [r for r in listed if r.id in ids]
    return found
