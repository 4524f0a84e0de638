"""Which reports a question is about: bureaus and periods that it names, read against the store."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from knowledge.models import Level
from knowledge.retrieval.bureau_names import LEVEL_OF, parts_of, place_of, without_branches
from knowledge.retrieval.holdings import (
    Holdings,
    KnownReport,
    Occurs,
    Tells,
    group_by_bureau,
    tells_nothing,
)
from knowledge.retrieval.named_files import FileMention
from knowledge.retrieval.pairing import MentionPair, pair_mentions
from knowledge.retrieval.question_bureaus import BureauMention, read_bureaus
from knowledge.retrieval.question_periods import QuestionPeriod, find_periods, joining_spans
from knowledge.retrieval.scope_reports import (
    FoundReports,
    find_reports,
    is_of_one,
    is_told_in,
    periods_of,
)
from knowledge.retrieval.vocabulary import QuestionWords, question_words
from knowledge.understanding.mentions import chinese_value
from knowledge.understanding.sentences import Span

_OF_REPORTS = re.compile(r"[期份]|报告|总结")


@dataclass(frozen=True, slots=True)
class Turn:
    """最近一期, or 上一期 (``back``), and where it stands."""

    span: Span
    wording: str
    back: bool

    def take(
        self,
        found: FoundReports,
        bureaus: Sequence[BureauMention],
        reports: Sequence[KnownReport],
    ) -> FoundReports:
        """Of the reports found the last of each bureau, or those before them of all ``reports``."""
        if not self.back:
            return replace(found, whole=_latest_of(found.whole), plans=())
        whole = _before(found.whole, reports)
        unknown = tuple(
            mention.wording + self.wording
            for mention in bureaus
            if not any(is_of_one(report, [mention]) for report in whole)
        )
        return replace(found, whole=whole, plans=(), by_wording=(), undated=(), unknown=unknown)


def read_turn(question: str, words: QuestionWords, *, scoped: bool) -> Turn | None:
    """Which of each bureau's reports a question is limited to by their order.

    ``scoped``: it names a bureau or a period.
    """
    if before := words.before_latest.search(question):
        return Turn(Span(*before.span()), before[0], back=True)
    latest = words.latest.search(question)
    # 最近的 says as much of things as of reports, where no report is named
    if latest and (scoped or _OF_REPORTS.search(latest[0])):
        return Turn(Span(*latest.span()), latest[0], back=False)
    return None


def _latest_of(reports: Sequence[KnownReport]) -> tuple[KnownReport, ...]:
    """The report of each bureau whose period ends last."""
    return tuple(max(group, key=_end_of) for group in group_by_bureau(reports).values())


def _before(
    named: Sequence[KnownReport], reports: Sequence[KnownReport]
) -> tuple[KnownReport, ...]:
    """For each bureau the report of the period before the one named, else the last before it."""
    found: list[KnownReport] = []
    ids = {report.id for report in named}
    for group in group_by_bureau(reports).values():
        dated = [report for report in group if report.period]
        mine = [report for report in dated if report.id in ids] or dated
        latest = max(mine, key=_end_of, default=None)
        if latest is None or latest.period is None:
            continue
        wanted = latest.period.previous()
        earlier = [report for report in dated if report.end < latest.end]
        same = [report for report in earlier if report.period == wanted]
        found += same or sorted(earlier, key=_end_of)[-1:]
    return tuple(found)


def _end_of(report: KnownReport) -> tuple[int, int]:
    return report.end


# 四川省政府工作报告提出: what of it is no name says nothing of what is asked.
_ITS_REPORT = re.compile(r"(?:人民)?政府(?:的?工作)?报告(?:[里中]|提出的?|说的?)?")
# 哪个省, 各省: provinces alone are put side by side; 各县 may be all bureaus.
_PROVINCES = re.compile(r"(?:哪(?:一?个|些|几个)|各个?|每个|[两三四五六几]个)省(?![级直内])")
_COUNTED = re.compile(r"(?P<many>[两三四五六七八九])个(?P<level>[市县区])(?![级直内场域])")
_SHORT_NAME = 2
"""Characters of 区局."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is limited to.

    ``reports`` is None where it names neither bureau nor period. ``plan_only`` are those of
    them that only plan for the period asked. ``unknown`` holds wordings that fit nothing in
    the store. ``unidentified`` ones would be searched if their bureau and period were known.
    ``pairs`` tell which bureau goes with which period. ``instead``: where bureaus are put side
    by side and one has no report of the period named, its report of the same year is taken:
    what was named, and its period.
    ``telling`` are reports of another period that tell of the one named; not in ``reports``.
    ``besides`` are others of the bureaus meant, which may tell of it.
    ``reviewing`` are those of ``telling`` that look back on it as a whole.
    ``undated`` are reports of unknown period whose text names the year asked for; in
    ``reports``. ``turn`` is the wording that takes one by their order: 最近一期, 上一期.
    ``branches``: where the bureau called 区局 has no report of the period named, what was said,
    and the district's branch of the city's that was taken for it.
    """

    reports: frozenset[str] | None
    plan_only: frozenset[str] = frozenset()
    bureaus: tuple[BureauMention, ...] = ()
    periods: tuple[QuestionPeriod, ...] = ()
    unknown: tuple[str, ...] = ()
    unidentified: frozenset[str] = frozenset()
    assumed_year: int | None = None
    pairs: tuple[MentionPair, ...] = ()
    instead: tuple[tuple[str, str], ...] = ()
    described: tuple[Span, ...] = ()
    telling: frozenset[str] = frozenset()
    besides: frozenset[str] = frozenset()
    reviewing: frozenset[str] = frozenset()
    undated: frozenset[str] = frozenset()
    turn: str = ""
    branches: tuple[tuple[str, str], ...] = ()

    @property
    def spans(self) -> list[Span]:
        """Where bureaus and periods stand in the question."""
        return sorted(
            [Span(b.start, b.end) for b in self.bureaus]
            + list(self.described)
            + list({place for p in self.periods for place in p.places})
        )


@dataclass(frozen=True, slots=True)
class _Named:
    """What a question names of reports: bureaus with periods, an order of them (最近一期), files.

    ``assumed_year`` is the one that 今年 was taken for, if it is not the calendar's. ``passed`` is
    where periods stand that the reports asked for are before.
    """

    question: str
    bureaus: tuple[BureauMention, ...]
    pairs: tuple[MentionPair, ...]
    turn: Turn | None
    files: tuple[FileMention, ...]
    assumed_year: int | None
    passed: tuple[Span, ...] = ()

    @property
    def periods(self) -> list[QuestionPeriod]:
        return periods_of(self.pairs)

    @property
    def spans(self) -> list[Span]:
        places = [place for period in self.periods for place in period.places]
        return [Span(b.start, b.end) for b in self.bureaus] + places


def read_scope(
    question: str,
    holdings: Holdings,
    this_year: int,
    occurs: Occurs,
    tells: Tells = tells_nothing,
) -> Scope:
    """The scope of a question. ``this_year`` is the calendar's, for 今年 and 去年."""
    occurs = _remember(occurs)
    named = _read_names(question, holdings, this_year, occurs)
    if others := _all_but(question, named, holdings):
        return others
    reports = _reports_of(named.bureaus, holdings)
    of_level = () if named.bureaus else _of_level(question, reports)
    if not (named.bureaus or named.periods or named.turn or named.files or of_level):
        return Scope(None)
    reports = of_level or reports
    found = find_reports(question, named.pairs, reports, occurs, tells)
    if named.turn:
        found = named.turn.take(found, named.bureaus, reports)
    if called := _of_files(named, found, holdings):
        found = replace(found, whole=called, plans=(), by_wording=(), undated=(), unknown=())
    if named.turn and named.turn.back:
        passed = tuple(place for period in named.periods for place in period.places)
        named = replace(named, pairs=((named.bureaus, ()),), passed=passed)
    return _scope_of(named, found, _unidentified(named, holdings, occurs))


def _read_names(question: str, holdings: Holdings, this_year: int, occurs: Occurs) -> _Named:
    words = question_words()
    bureaus = read_bureaus(question, holdings, words, occurs)
    mine = _reports_of(list(map(_without_branches, bureaus)), holdings)
    last = max(mine, key=lambda report: report.end, default=None)
    latest = last.period if last else None
    names = {name for mention in bureaus for name in mention.names}
    spoken_in = holdings.year_spoken_in(this_year, names)
    periods = find_periods(question, spoken_in, words, latest)
    if spoken_in != this_year and last and not _holds_relative(periods, mine):
        for year in (last.end[0] + 1, last.end[0]):  # 去年 or 今年 is that of the newest report
            shifted = find_periods(question, year, words, latest)
            if _holds_relative(shifted, mine):
                periods, spoken_in = shifted, year
                break
    stated = {p.year for p in periods if p.year and not p.relative}
    if beside := {p.year for p in periods if p.relative} & stated:
        spoken_in = max(filter(None, beside))  # 去年多少，2025年多少 are two years
        periods = find_periods(question, spoken_in, words, latest)
    assumed = spoken_in if spoken_in != this_year else None
    compared = len(bureaus) > 1  # the period named may be that of another
    bureaus = [_settle_short_name(m, [] if compared else periods, holdings) for m in bureaus]
    pairs = tuple(pair_mentions(question, bureaus, periods))
    turn = read_turn(question, words, scoped=bool(bureaus or any(of for _, of in pairs)))
    named = _Named(question, tuple(bureaus), pairs, turn, (), assumed)
    return replace(named, files=tuple(holdings.files.find(question, named.spans)))


def _holds_relative(periods: Sequence[QuestionPeriod], reports: Sequence[KnownReport]) -> bool:
    """Whether some report is of a year that is named as 今年 or 去年, or looks back on it."""
    known = [p for r in reports for p in (r.period, r.reviews) if p]
    relative = [p.year for p in periods if p.relative]
    return not relative or any(p.year in relative for p in known)


def _reports_of(bureaus: Sequence[BureauMention], holdings: Holdings) -> Sequence[KnownReport]:
    """The reports of the bureaus that are named; all where none is."""
    names = {name for mention in bureaus for name in mention.names}
    return holdings.of_bureaus(names) if bureaus else holdings.reports


def _all_but(question: str, named: _Named, holdings: Holdings) -> Scope | None:
    """All reports but those of a bureau that a question sets aside: 除了县局，别的局怎么抓的."""
    words, left = question_words(), named.bureaus
    before = words.except_before.search(question[: left[0].start]) if len(left) == 1 else None
    if before is None or named.periods or not left[0].names:
        return None
    after = words.except_after.match(question, left[0].end)
    place = Span(before.start(), after.end() if after else left[0].end)
    aside = {report.id for report in holdings.of_bureaus(left[0].names)}
    kept = (report.id for report in holdings.reports if report.id not in aside)
    return Scope(frozenset(kept), described=(place,))


def _of_level(question: str, reports: Sequence[KnownReport]) -> tuple[KnownReport, ...]:
    """The reports of a level where a question puts its bureaus side by side; empty elsewhere.

    That are provinces, and 两个县 where there are reports of just so many.
    """
    if _PROVINCES.search(question):
        return tuple(r for r in reports if r.bureau and r.bureau.level is Level.PROVINCE)
    counted = _COUNTED.search(question)
    if not counted:
        return ()
    level = LEVEL_OF[counted["level"]]
    mine = tuple(r for r in reports if r.bureau and r.bureau.level is level)
    many = len({r.bureau_name for r in mine})
    return mine if many == chinese_value(counted["many"]) else ()


def _without_branches(mention: BureauMention) -> BureauMention:
    """区局 as districts' bureaus alone, where there is one."""
    names = without_branches(mention.names) if len(mention.wording) == _SHORT_NAME else None
    return replace(mention, names=names) if names else mention


def _has_namesake(mention: BureauMention) -> bool:
    """Whether a bureau is called just so: 区市场监管局, of 区局."""
    return any(parts_of(name) == (mention.wording[:1], "") for name in mention.names)


def _settle_short_name(
    mention: BureauMention, periods: Sequence[QuestionPeriod], holdings: Holdings
) -> BureauMention:
    """区局 is no branch, where another district's bureau has a report of the periods named.

    Where a bureau is called just so, it is none but for a year in digits that this one lacks.
    """
    if len(mention.wording) != _SHORT_NAME:
        return mention
    names = without_branches(mention.names)
    mine = holdings.of_bureaus(names)
    if _has_namesake(mention):
        periods = [p for p in periods if p.year and not p.relative]
    told = any(is_told_in(p, report) for p in periods for report in mine)
    return replace(mention, names=names) if told or (mine and not periods) else mention


def _of_files(named: _Named, found: FoundReports, holdings: Holdings) -> tuple[KnownReport, ...]:
    """The reports called by their files, of those of the bureaus and periods named.

    A name that tells bureau or period itself goes before how they are read, and beside another
    that is named.
    """
    ids = {key for mention in named.files for key in mention.ids}
    called = tuple(r for r in holdings.reports if r.id in ids) if ids else ()
    scoped = (*found.whole, *found.plans)
    spans = [] if named.turn else named.spans
    files = [mention.span for mention in named.files]
    inside = [s for s in spans if any(f.start <= s.start and s.end <= f.end for f in files)]
    if inside and len(inside) < len(spans):
        return called and (*called, *(r for r in scoped if r.id not in ids))
    of_scope = tuple(r for r in scoped if r.id in ids)
    if of_scope and len(named.periods) > 1:  # 上半年那份和2022年汇报材料那份
        told = {r.period for r in of_scope}
        of_scope += tuple(r for r in scoped if r.period not in told)
    return of_scope or (called if inside or not spans else ())


def _unidentified(named: _Named, holdings: Holdings, occurs: Occurs) -> frozenset[str]:
    """The reports whose bureau or period is unknown, but whose text names what is asked for."""
    names = {name for mention in named.bureaus for name in mention.names}
    nobodys = {r.id for r in holdings.nameless} if named.bureaus else set()
    timeless = {
        r.id
        for r in (holdings.undated if named.periods else ())
        if not named.bureaus or r.bureau is None or r.bureau.name in names
    }
    others = set[str]()
    places = {place_of(mention.wording) for mention in named.bureaus}
    if nobodys and all(len(place) > 1 for place in places):  # 区局 names none
        others |= nobodys - {key for place in places for key in occurs(place, nobodys)}
    years = {period.year for period in named.periods}
    if timeless and None not in years:
        others |= timeless - {key for year in years for key in occurs(f"{year}年", timeless)}
    return frozenset((nobodys | timeless) - others)


def _scope_of(named: _Named, found: FoundReports, unidentified: frozenset[str]) -> Scope:
    whole, plans, by_wording, undated = (
        frozenset(report.id for report in reports)
        for reports in (found.whole, found.plans, found.by_wording, found.undated)
    )
    searched, periods = whole | by_wording | undated, named.periods
    return Scope(
        reports=searched | plans,
        plan_only=plans - searched,
        bureaus=named.bureaus,
        periods=tuple(periods),
        unknown=found.unknown,
        unidentified=unidentified - searched,
        assumed_year=named.assumed_year if any(p.relative for p in periods) else None,
        pairs=named.pairs,
        instead=found.instead,
        described=(
            *((named.turn.span,) if named.turn else ()),
            *named.passed,
            *(mention.span for mention in named.files),
            *joining_spans(named.question, periods),
            *(Span(*match.span()) for match in _ITS_REPORT.finditer(named.question)),
        ),
        telling=frozenset(found.telling) - searched,
        besides=frozenset(found.besides) - searched,
        reviewing=frozenset(found.reviewing) - searched,
        undated=undated,
        turn=named.turn.wording if named.turn else "",
        branches=tuple(
            (mention.wording, report.bureau_name)
            for mention in named.bureaus
            for report in found.whole
            if is_of_one(report, [mention])
            and report.bureau_name not in _without_branches(mention).names
            and _has_namesake(mention)
        ),
    )


def _remember(occurs: Occurs) -> Occurs:
    """The same, with each phrase looked for once."""
    found: dict[tuple[str, frozenset[str] | None], frozenset[str]] = {}

    def look(phrase: str, within: Collection[str] | None = None) -> frozenset[str]:
        key = (phrase, None if within is None else frozenset(within))
        if key not in found:
            found[key] = occurs(phrase, within)
        return found[key]

    return look
