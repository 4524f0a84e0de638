"""Whether a date that a statement names stands in a passage."""

from collections.abc import Sequence

from bot.grounding.attribution import is_period
from bot.grounding.dates import Date
from bot.grounding.faults import Fault, FaultKind
from bot.grounding.sources import Source, squeeze
from bot.grounding.words import grounding_words
from knowledge.periods import Part


def date_fault(words: str, date: Date, cited: Sequence[Source], reports: int) -> Fault | None:
    """The fault of a date that none of the passages bears.

    ``reports`` is of how many reports the statement tells: one compares with its own past alone.
    """
    if any(_borne(words, date, source, alone=reports < 2) for source in cited):
        return None
    exact = date.month is not None or date.titled
    return Fault(FaultKind.DATE_MISSING if exact else FaultKind.WRONG_PERIOD, words)


def _borne(words: str, date: Date, source: Source, *, alone: bool) -> bool:
    if date.titled or (date.month is not None and squeeze(words) in source.squeezed):
        return source.holds(words)
    return _in_text(date, source, alone=alone) or _of_report(date, source, alone=alone)


def _in_text(date: Date, source: Source, *, alone: bool) -> bool:
    period = source.given.period
    for other in (*source.dates, *source.heading_dates):
        if not date.fits(other) or (date.month is None and other.compared and not date.compared):
            continue
        if alone and date.month is None and date.compared and not other.compared:
            continue
        years = {d.year for d in source.dates if d.year} | ({period.year} if period else set())
        if date.year is None or other.year or date.year in years:
            return True
    return False


def _of_report(date: Date, source: Source, *, alone: bool) -> bool:
    period, words = source.given.period, grounding_words()
    if date.month is not None or period is None:
        return False
    if date.compared and date.year == period.year - 1:
        return bool(words.said_last_year.search(source.squeezed))
    if date.compared and date.year == period.year and alone:
        return date.part not in (None, period.part)
    if date.part is Part.YEAR and date.year is None:
        return period.part is Part.YEAR
    return is_period(source, date)
