"""Whether a date or a period that a statement names is borne by the passages that it cites."""

from collections.abc import Iterator

from bot.checking.claims import is_plan
from bot.checking.dates import Date
from bot.checking.sources import GroundingSource, Sources, squeeze
from bot.checking.statements import FaultKind, StatementFault
from bot.checking.vocabulary import grounding_words
from knowledge.understanding.periods import YearPart


def date_faults(words: str, date: Date, cited: Sources, reports: int) -> Iterator[StatementFault]:
    """The fault of a date that none of the passages bears.

    ``reports`` is how many reports the statement cites: one alone compares with its own past.
    """
    if not any(_bears_date(words, date, source, alone=reports < 2) for source in cited):
        exact = date.month is not None or date.titled
        yield StatementFault(FaultKind.DATE_MISSING if exact else FaultKind.WRONG_PERIOD, words)


def _bears_date(words: str, date: Date, source: GroundingSource, *, alone: bool) -> bool:
    if date.titled or (date.month is not None and squeeze(words) in source.squeezed):
        return source.holds(words)
    return _is_in_text(date, source, alone=alone) or _is_of_report(date, source, alone=alone)


def _is_in_text(date: Date, source: GroundingSource, *, alone: bool) -> bool:
    period = source.passage.period
    for other in (*source.dates, *source.heading_dates):
        if not date.fits(other) or (date.month is None and other.compared and not date.compared):
            continue
        if alone and date.month is None and date.compared and not other.compared:
            continue
        years = {d.year for d in source.dates if d.year} | ({period.year} if period else set())
        if date.year is None or other.year or date.year in years:
            return True
    return False


def _is_of_report(date: Date, source: GroundingSource, *, alone: bool) -> bool:
    period, words = source.passage.period, grounding_words()
    if date.month is not None or period is None:
        return False
    if date.compared and date.year == period.year - 1:
        return bool(words.said_last_year.search(source.squeezed))
    if date.compared and date.year == period.year and alone:
        return date.part not in (None, period.part)
    if date.part is YearPart.YEAR and date.year is None:
        return period.part is YearPart.YEAR
    return covers_period(source, date)


def covers_period(source: GroundingSource, date: Date) -> bool:
    """Whether a period that is named is that of the passage's report, or its next in a plan."""
    period = source.passage.period
    if period is None:
        return False
    if date.denotes(period):
        return True
    following = period.next()
    whole = date.part in (None, YearPart.YEAR) and date.year in (None, following.year)
    if whole and is_plan(source):
        return True  # 全年 is planned in a report of the first half
    words = grounding_words()
    plans = words.planning.search(source.heading) or words.ahead.search(source.squeezed)
    return bool(plans) and date.denotes(following)
