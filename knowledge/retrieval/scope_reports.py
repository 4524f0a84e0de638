"""The reports of the bureaus and periods that a question names together, and what is missing."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from knowledge.models import Bureau
from knowledge.retrieval.holdings import KnownReport, Occurs, Tells, group_by_bureau
from knowledge.retrieval.pairing import MentionPair
from knowledge.retrieval.question_bureaus import BureauMention
from knowledge.retrieval.question_periods import QuestionPeriod
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.governments import is_government
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import Span

_WORDS_AFTER = 4


@dataclass(frozen=True, slots=True)
class FoundReports:
    """The reports that a question is limited to; the fields are those of ``Scope``.

    ``whole`` are searched wholly; ``plans`` are some of them, or others, that only plan for the
    period.
    """

    whole: tuple[KnownReport, ...] = ()
    plans: tuple[KnownReport, ...] = ()
    by_wording: tuple[KnownReport, ...] = ()
    undated: tuple[KnownReport, ...] = ()
    unknown: tuple[str, ...] = ()
    instead: tuple[tuple[str, str], ...] = ()
    telling: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    reviewing: tuple[str, ...] = ()


def find_reports(
    question: str,
    pairs: Sequence[MentionPair],
    reports: Sequence[KnownReport],
    occurs: Occurs,
    tells: Tells,
) -> FoundReports:
    """Find those of some reports, which are of the bureaus of pairs, that are of their periods."""
    bureaus = [mention for mentions, _ in pairs for mention in mentions]
    unknown = [mention.wording for mention in bureaus if not mention.names]
    periods = periods_of(pairs)
    if not periods:
        return FoundReports(tuple(reports), unknown=tuple(unknown))
    each: list[FoundReports] = []
    for pair in pairs:
        before = [report for one in each for report in one.whole]
        beside = before if len(bureaus) > 1 else None
        each.append(_reports_of_pair(question, pair, reports, tells, beside))
    whole = tuple(chain.from_iterable(one.whole for one in each))
    plans = tuple(chain.from_iterable(one.plans for one in each))
    by_wording = tuple(_reports_writing(question, periods, reports, occurs))
    undated = tuple(_undated_reports(periods, reports, occurs))
    unknown += chain.from_iterable(one.unknown for one in each)
    if (by_wording or undated) and not whole and not plans:
        unknown = []
    return FoundReports(
        whole,
        plans,
        by_wording,
        undated,
        tuple(unknown),
        tuple(chain.from_iterable(one.instead for one in each)),
        tuple(chain.from_iterable(one.telling for one in each)),
        tuple(chain.from_iterable(one.besides for one in each)),
        tuple(chain.from_iterable(one.reviewing for one in each)),
    )


def periods_of(pairs: Iterable[MentionPair]) -> list[QuestionPeriod]:
    """The periods of pairs, each once, in order."""
    return list(dict.fromkeys(period for _, periods in pairs for period in periods))


def is_of_one(report: KnownReport, mentions: Sequence[BureauMention]) -> bool:
    """Whether a report is of one of the bureaus."""
    return any(report.bureau_name in mention.names for mention in mentions)


def is_told_in(period: QuestionPeriod, report: KnownReport) -> bool:
    """Whether a report is of a period that is named, or of a part of it."""
    own = report.period
    return own is not None and (period.is_of(own) or period.covers(own))


def _reports_of_pair(
    question: str,
    pair: MentionPair,
    reports: Sequence[KnownReport],
    tells: Tells,
    beside: Sequence[KnownReport] | None,
) -> FoundReports:
    """What the store holds of one pair.

    ``beside`` are the reports of the pairs before it, None where no bureaus are compared.
    """
    mentions = pair[0]
    periods = list({str(period): period for period in pair[1]}.values())
    mine = [r for r in reports if not mentions or is_of_one(r, mentions)]
    whole, plans = _reports_of(periods, mine)
    missing = _missing_wordings(mentions, periods, mine)
    told = _told_beside(periods, whole, tells)
    missing = [m for m in missing if m not in told]
    others: list[KnownReport] = []
    if beside is not None:
        reviewing = [r for r in mine if any(_is_reviewed_in(p, r) for p in periods)]
        others = _same_year(mentions, periods, mine, [*beside, *whole, *reviewing])
        if any(_says_year(question, p) for p in periods):
            around = [r for r in others if r.period and any(p.lies_in(r.period) for p in periods)]
            others = around if question_words().difference.search(question) else []
            others = others or _latest_of(
                _of_no_period(question, mentions, periods), mine, [*whole, *reviewing]
            )
        served = {r.bureau for r in others}
        missing = [m for m in missing if not _is_any_of(m, mentions, served)]
    after = mine if missing else _reports_after([p for p in periods if not p.of_report], mine)
    found = {r.id for r in whole}
    lacking = [r for r in after if r.id not in found]
    searched = {r.id for r in after} | {r.id for r in mine for p in periods if is_told_in(p, r)}
    years = {p.year for p in periods if p.year and lacking}
    return FoundReports(
        whole=(*whole, *others),
        plans=tuple(plans),
        unknown=tuple(missing),
        instead=tuple((_wording_of(r, periods), str(r.period)) for r in others),
        telling=tuple(key for year in years for key in tells(year, [r.id for r in lacking])),
        besides=tuple(r.id for r in mine if r.id not in searched),
        reviewing=tuple(r.id for r in lacking if any(_looks_back_on(p, r) for p in periods)),
    )


def _is_reviewed_in(period: QuestionPeriod, report: KnownReport) -> bool:
    """Whether a report looks back on a period, or on years that end with it."""
    reviews = report.reviews
    return reviews is not None and period.is_of(Period(reviews.year, reviews.part))


def _looks_back_on(period: QuestionPeriod, report: KnownReport) -> bool:
    """Whether a report looks back on a period; a government's on the year before if on none."""
    if report.reviews or not report.period or not _is_governments(report):
        return _is_reviewed_in(period, report)
    return report.period.year - 1 == period.year


def _reports_of(
    periods: Sequence[QuestionPeriod], reports: Sequence[KnownReport]
) -> tuple[list[KnownReport], list[KnownReport]]:
    """The reports of the periods asked for, and those that plan for them."""
    whole: list[KnownReport] = []
    plans: list[KnownReport] = []
    groups = group_by_bureau(report for report in reports if report.period).values()
    for period in periods:
        for group in groups:
            exact = [r for r in group if r.period and period.is_of(r.period)]
            whole += exact or [r for r in group if r.period and period.covers(r.period)]
            if not exact:
                plans += [report for report in group if _plans_for(period, report)]
    of_themselves = {report.id for report in whole}
    return whole, [report for report in plans if report.id not in of_themselves]


def _plans_for(period: QuestionPeriod, report: KnownReport) -> bool:
    """Whether a report is of the period before; a government's plans its own."""
    own = report.period
    return own is not None and period.is_of(own.next()) and not _is_governments(report)


def _missing_wordings(
    mentions: Sequence[BureauMention],
    periods: Sequence[QuestionPeriod],
    reports: Sequence[KnownReport],
) -> list[str]:
    """What was named together and no report is of: 云溪县2021年, or 2021年 of two periods."""
    known = [mention for mention in mentions if mention.names]
    if mentions and not known:
        return []
    wording = "、".join(map(str, periods))
    missing = [
        mention.wording + wording
        for mention in known
        if not _is_told([r for r in reports if is_of_one(r, [mention])], periods)
    ]
    if known and len(missing) == len(known):
        return missing
    if not known and not _is_told(reports, periods):
        return [wording]
    return missing + [str(period) for period in periods if not _is_told(reports, [period])]


def _is_told(reports: Sequence[KnownReport], periods: Sequence[QuestionPeriod]) -> bool:
    """Whether one of the reports is of one of the periods, looks back on it or plans for it."""
    return any(
        is_told_in(p, r) or _is_reviewed_in(p, r) or _plans_for(p, r)
        for p in periods
        for r in reports
    )


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


def _reports_after(
    periods: Sequence[QuestionPeriod], reports: Sequence[KnownReport]
) -> list[KnownReport]:
    """The governments' reports of the year after one asked for, which tell what it has brought."""
    years = {p.year + 1 for p in periods if p.year}
    return [r for r in reports if r.period and r.period.year in years and _is_governments(r)]


def _is_governments(report: KnownReport) -> bool:
    """Whether a report is a government's: it plans its own year, and tells of the one before."""
    return is_government(report.bureau_name)


def _says_year(question: str, period: QuestionPeriod) -> bool:
    """Whether a question names the year of a period itself, and not 上半年 alone."""
    return any(re.search(r"\d|[今去前]年", question[slice(*place)]) for place in period.places)


def _same_year(
    mentions: Sequence[BureauMention],
    periods: Sequence[QuestionPeriod],
    reports: Sequence[KnownReport],
    found: Sequence[KnownReport],
) -> list[KnownReport]:
    """Where no bureau that is meant has the periods named, the report of each of their year."""
    years = {p.year for p in periods} | {r.period.year for r in found if r.period}
    lacking = [m for m in mentions if not any(is_of_one(r, [m]) for r in found)]
    mine = [r for r in reports if is_of_one(r, lacking)]
    others = {r.bureau: r for r in mine if r.period and r.period.year in years}
    return list(others.values())


def _of_no_period(
    question: str, mentions: Sequence[BureauMention], periods: Sequence[QuestionPeriod]
) -> list[BureauMention]:
    """The bureaus beside others that a period may not be meant of: 区局 of 区局和县局2022年.

    A period in front of all of them is that of all.
    """
    places = [place for period in periods for place in period.places]
    if len(mentions) > 1 and all(place.end <= mentions[0].start for place in places):
        return []
    return [m for m in mentions if not any(_touch(question, m, place) for place in places)]


def _touch(question: str, mention: BureauMention, place: Span) -> bool:
    """Whether a bureau and a period stand beside each other in a question."""
    before, behind = sorted((Span(mention.start, mention.end), place))
    return question[before.end : behind.start].strip() in ("", "的")


def _latest_of(
    mentions: Sequence[BureauMention],
    reports: Sequence[KnownReport],
    found: Sequence[KnownReport],
) -> list[KnownReport]:
    """The latest report of each of the bureaus meant that none was found of."""
    lacking = [m for m in mentions if not any(is_of_one(r, [m]) for r in found)]
    dated = [r for r in reports if r.period and is_of_one(r, lacking)]
    latest = {r.bureau: r for r in sorted(dated, key=lambda r: r.end)}
    return list(latest.values())


def _wording_of(report: KnownReport, periods: Sequence[QuestionPeriod]) -> str:
    return report.bureau_name + "、".join(map(str, periods))


def _is_any_of(
    wording: str, mentions: Sequence[BureauMention], bureaus: Collection[Bureau | None]
) -> bool:
    """Whether one of the bureaus is meant by the mention that a wording begins with."""
    names = {bureau.name for bureau in bureaus if bureau}
    return any(m.names & names for m in mentions if wording.startswith(m.wording))


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
            ids = occurs(phrase)  # of few words in a row an index tells sooner than the texts
            found += [r for r in reports if r.id in ids]
    return found


def _undated_reports(
    periods: Sequence[QuestionPeriod], reports: Sequence[KnownReport], occurs: Occurs
) -> list[KnownReport]:
    """The reports of unknown period whose text names a year that is asked for."""
    undated = {r.id for r in reports if r.period is None}
    named = [f"{p.year}年" if p.year else p.wording for p in periods] if undated else []
    naming = {key for words in set(filter(None, named)) for key in occurs(words, undated)}
    return [r for r in reports if r.id in naming]
