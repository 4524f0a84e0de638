"""Which reports a question is about: bureaus and periods that it names, read against the store."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from knowledge.models import Bureau
from knowledge.retrieval.holdings import KnownReport, Occurs, Tells, tells_nothing
from knowledge.retrieval.named_files import FileMention, find_files
from knowledge.retrieval.pairing import MentionPair, pair_mentions
from knowledge.retrieval.question_bureaus import (
    BureauMention,
    place_of,
    read_bureaus,
    without_branches,
)
from knowledge.retrieval.question_periods import QuestionPeriod, find_periods, joining_spans
from knowledge.retrieval.vocabulary import QuestionWords, question_words
from knowledge.understanding.governments import is_government
from knowledge.understanding.sentences import Span

# 四川省政府工作报告提出: what of it is no name says nothing of what is asked.
_ITS_REPORT = re.compile(r"(?:人民)?政府(?:的?工作)?报告(?:[里中]|提出的?|说的?)?")
_WORDS_AFTER = 4
_SHORT_NAME = 2
"""Characters of 区局."""


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
    ``reviewing`` are those of them that governments give of the year before, whose text reviews it.
    ``undated`` are reports of unknown period whose text names the year asked for; in
    ``reports``. ``turn`` is the wording that takes one by their order: 最近一期, 上一期.
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
    reviewing: frozenset[str] = frozenset()
    undated: frozenset[str] = frozenset()
    turn: str = ""

    @property
    def spans(self) -> list[Span]:
        """Where bureaus and periods stand in the question."""
        return sorted(
            [Span(b.start, b.end) for b in self.bureaus]
            + list(self.described)
            + list({place for p in self.periods for place in p.places})
        )


def read_scope(
    question: str,
    reports: Sequence[KnownReport],
    this_year: int,
    occurs: Occurs,
    tells: Tells = tells_nothing,
) -> Scope:
    """The scope of a question. ``this_year`` is the calendar's, for 今年 and 去年."""
    words, occurs = question_words(), _remember(occurs)
    bureaus = read_bureaus(question, reports, words, occurs)
    names = {name for mention in bureaus for name in mention.names}
    of_bureaus = [r for r in reports if r.bureau and r.bureau.name in names] if bureaus else reports
    years = {r.period.year for r in reports if r.period}
    last = max(of_bureaus, key=_end_of, default=None)
    found, assumed = find_periods(question, years, this_year, words, last.period if last else None)
    bureaus = [_called_so(mention, found, reports) for mention in bureaus]
    names = {name for mention in bureaus for name in mention.names}
    of_bureaus = (
        [r for r in of_bureaus if r.bureau and r.bureau.name in names] if bureaus else reports
    )
    pairs = pair_mentions(question, bureaus, found)
    periods = list(dict.fromkeys(p for _, periods in pairs for p in periods))
    turn = _read_turn(question, words, scoped=bool(bureaus or periods))
    spans = [Span(b.start, b.end) for b in bureaus] + [s for p in periods for s in p.places]
    files = find_files(question, reports, spans)
    if not bureaus and not periods and not turn and not files:
        return Scope(None)
    unknown = [b.wording for b in bureaus if not b.names]
    found_of: list[_PairReports] = []
    for pair in pairs if periods else ():
        before = [r for one in found_of for r in one.whole]
        beside = before if len(bureaus) > 1 else None
        found_of.append(_reports_of_pair(question, pair, of_bureaus, tells, beside))
    whole = [r for one in found_of for r in one.whole] if periods else list(of_bureaus)
    plans = [r for one in found_of for r in one.plans]
    unknown += [wording for one in found_of for wording in one.unknown]
    telling = frozenset(key for one in found_of for key in one.telling)
    reviewing = frozenset(key for one in found_of for key in one.reviewing)
    by_wording = _reports_writing(question, periods, of_bureaus, occurs) if periods else []
    unknown = [] if by_wording and not whole and not plans else unknown
    undated = _undated_reports(periods, of_bureaus, occurs)
    unknown = [] if undated and not whole and not plans else unknown
    replaced: list[Span] = []
    if turn and turn.back:
        whole, plans, by_wording, undated = _before(whole, of_bureaus), [], [], []
        wording = question[slice(*turn.span)]
        unknown = [
            b.wording + wording for b in bureaus if not any(_is_one_of(r, [b]) for r in whole)
        ]
        replaced = [place for period in periods for place in period.places]
        pairs, periods = [(tuple(bureaus), ())], []
    elif turn:
        whole, plans = _latest_of(whole), []
    if called := _of_files(files, reports, [*whole, *plans], spans if not turn else []):
        whole, plans, by_wording, undated, unknown = called, [], [], [], []
    ids = frozenset(r.id for r in (*whole, *by_wording, *undated))
    return Scope(
        reports=ids | frozenset(r.id for r in plans),
        plan_only=frozenset(r.id for r in plans) - ids,
        described=(
            *((turn.span,) if turn else ()),
            *replaced,
            *(mention.span for mention in files),
            *joining_spans(question, periods),
            *(Span(*match.span()) for match in _ITS_REPORT.finditer(question)),
        ),
        bureaus=tuple(bureaus),
        periods=tuple(periods),
        unknown=tuple(unknown),
        unidentified=_unidentified(bureaus, periods, reports, occurs) - ids,
        by_wording=frozenset(r.id for r in by_wording) - {r.id for r in whole},
        pairs=tuple(pairs),
        instead=tuple(instead for one in found_of for instead in one.instead),
        telling=telling - ids,
        reviewing=reviewing - ids,
        assumed_year=assumed if any(p.relative for p in periods) else None,
        undated=frozenset(r.id for r in undated),
        turn=question[slice(*turn.span)] if turn else "",
    )


def _of_files(
    files: Sequence[FileMention],
    reports: Sequence[KnownReport],
    scoped: Sequence[KnownReport],
    spans: Sequence[Span],
) -> list[KnownReport]:
    """The reports called by their files, of those of the bureaus and periods named at ``spans``.

    A name that tells bureau or period itself goes before how they are read, and beside another
    that is named.
    """
    ids = {key for mention in files for key in mention.ids}
    called = [r for r in reports if r.id in ids]
    inside = [
        s for s in spans if any(f.span.start <= s.start and s.end <= f.span.end for f in files)
    ]
    if inside and len(inside) < len(spans):
        return [*called, *(r for r in scoped if r.id not in ids)] if called else []
    return [r for r in scoped if r.id in ids] or (called if inside or not spans else [])


@dataclass(frozen=True, slots=True)
class _Turn:
    """最近一期, or 上一期 (``back``), and where it stands."""

    span: Span
    back: bool


def _read_turn(question: str, words: QuestionWords, *, scoped: bool) -> _Turn | None:
    """Which of each bureau's reports a question is limited to by their order."""
    if before := words.before_latest.search(question):
        return _Turn(Span(*before.span()), back=True)
    latest = words.latest.search(question)
    # 最近的 says as much of things as of reports, where no report is named
    if latest and (scoped or re.search(r"[期份]|报告|总结", latest[0])):
        return _Turn(Span(*latest.span()), back=False)
    return None


def _undated_reports(
    periods: Sequence[QuestionPeriod], reports: Sequence[KnownReport], occurs: Occurs
) -> list[KnownReport]:
    """The reports of unknown period whose text names a year that is asked for."""
    undated = {r.id for r in reports if r.period is None}
    years = {p.year for p in periods if p.year} if undated else set()
    naming = {key for year in years for key in occurs(f"{year}年", undated)}
    return [r for r in reports if r.id in naming]


def _unidentified(
    bureaus: Sequence[BureauMention],
    periods: Sequence[QuestionPeriod],
    reports: Sequence[KnownReport],
    occurs: Occurs,
) -> frozenset[str]:
    """The reports whose bureau or period is unknown, but whose text names what is asked for."""
    names = {name for mention in bureaus for name in mention.names}
    nobodys = {r.id for r in reports if bureaus and r.bureau is None}
    timeless = {r.id for r in reports if periods and r.period is None}
    others = {r.id for r in reports if bureaus and r.bureau and r.bureau.name not in names}
    places = {place_of(mention.wording) for mention in bureaus}
    if nobodys and all(len(place) > 1 for place in places):  # 区局 names none
        others |= nobodys - {key for place in places for key in occurs(place, nobodys)}
    years = {period.year for period in periods}
    if timeless and None not in years:
        others |= timeless - {key for year in years for key in occurs(f"{year}年", timeless)}
    return frozenset((nobodys | timeless) - others)


def _remember(occurs: Occurs) -> Occurs:
    """The same, with each phrase looked for once."""
    found: dict[tuple[str, frozenset[str] | None], frozenset[str]] = {}

    def look(phrase: str, within: Collection[str] | None = None) -> frozenset[str]:
        key = (phrase, None if within is None else frozenset(within))
        if key not in found:
            found[key] = occurs(phrase, within)
        return found[key]

    return look


@dataclass(frozen=True, slots=True)
class _PairReports:
    """The reports of some bureaus named with some periods; the fields are those of ``Scope``."""

    whole: tuple[KnownReport, ...]
    plans: tuple[KnownReport, ...]
    unknown: tuple[str, ...]
    instead: tuple[tuple[str, str], ...]
    telling: frozenset[str]
    reviewing: frozenset[str]


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
    mentions = pair[0]
    periods = list({str(period): period for period in pair[1]}.values())
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
    lacking = [r for r in after if r not in whole]
    years = {p.year for p in periods if p.year and lacking}
    return _PairReports(
        (*whole, *others),
        tuple(plans),
        tuple(missing),
        tuple((_wording_of(r, periods), str(r.period)) for r in others),
        frozenset(key for year in years for key in tells(year, [r.id for r in lacking])),
        frozenset(r.id for r in lacking if _reviews(r, years)),
    )


def _reviews(report: KnownReport, years: Collection[int | None]) -> bool:
    """Whether a report is one that a government gives of the year before."""
    governmental = report.bureau is not None and is_government(report.bureau.name)
    return governmental and report.period is not None and report.period.year - 1 in years


def _called_so(
    mention: BureauMention, periods: Sequence[QuestionPeriod], reports: Sequence[KnownReport]
) -> BureauMention:
    """区局 is no branch, where another district's bureau has a report of the periods named."""
    whole = (
        without_branches(mention.names) if len(mention.wording) == _SHORT_NAME else mention.names
    )
    mine = [r for r in reports if r.bureau and r.bureau.name in whole]
    held = _reports_of(periods, mine)[0] if periods else mine
    return replace(mention, names=whole) if held else mention


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


def _end_of(report: KnownReport) -> tuple[int, int]:
    period = report.period
    return (period.year, period.part.months[1]) if period else (0, 0)


def _latest_of(reports: Sequence[KnownReport]) -> list[KnownReport]:
    """The report of each bureau whose period ends last."""
    return [max(group, key=_end_of) for group in _by_bureau(reports).values()]


def _before(named: Sequence[KnownReport], reports: Sequence[KnownReport]) -> list[KnownReport]:
    """For each bureau the report of the period before the one named, else the last before it."""
    found, ids = [], {r.id for r in named}
    for group in _by_bureau(reports).values():
        mine = [r for r in group if r.id in ids and r.period] or [r for r in group if r.period]
        latest = max(mine, key=_end_of, default=None)
        if latest is None or latest.period is None:
            continue
        wanted = latest.period.previous()
        earlier = [r for r in group if r.period and _end_of(r) < _end_of(latest)]
        same = [r for r in earlier if r.period == wanted]
        found += same or sorted(earlier, key=_end_of)[-1:]
    return found


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
    of_themselves = {r.id for r in whole}
    return whole, [r for r in plans if r.id not in of_themselves]


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
