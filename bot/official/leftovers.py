"""What a plan takes over from a report by oversight: old periods, past results told as plans."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.official.findings import Fault, FindingKind, StyleContext
from bot.official.punctuation import quoted_spans, within
from bot.official.stylewords import style_words
from knowledge.figures import find_figures
from knowledge.periods import Part, Period, period_mentions
from knowledge.sentences import Span, sentence_spans

_WITH_YEAR = re.compile(r"\d\s?年度?的?$")
_DATE = re.compile(r"\s?\d{1,2}\s?月|\s?[-—–至到]")
_DATE_LINE = re.compile(r"\s*\d{4}年\d{1,2}月(?:\d{1,2}日)?\s*")  # of a signature


@dataclass(frozen=True, slots=True)
class _Told:
    """An old period as a text tells it, and how the planned one would be told there."""

    start: int
    end: int
    right: str


def period_faults(text: str, context: StyleContext) -> Iterator[Fault]:
    """Old periods in a plan; certain where only the plan's own period can be meant."""
    if context.planned is None or _DATE_LINE.fullmatch(text):
        return
    quoted = quoted_spans(text)
    for told in _old_periods(text, context.planned, context):
        if within(told.start, quoted) or _is_reference(text, told):
            continue
        right = told.right if _is_leftover(text, told) else None
        yield Fault(FindingKind.PERIOD, told.start, told.end, "old_period", right)


def past_faults(text: str, context: StyleContext) -> Iterator[Fault]:
    """Clauses that tell of what was done; one a sentence. Nothing of it is certain."""
    if context.planned is None:
        return
    words, quoted = style_words(), quoted_spans(text)
    for sentence in sentence_spans(text):
        if words.grounds.search(text, *sentence):
            continue
        told = [*words.past.finditer(text, *sentence)]
        if not words.targets.search(text, *sentence):
            told += words.results.finditer(text, *sentence)
        told = [match for match in told if not within(match.start(), quoted)]
        if told:
            yield Fault(FindingKind.PAST, *told[0].span(), "past")


def _old_periods(text: str, planned: Period, context: StyleContext) -> Iterator[_Told]:
    for mention in period_mentions(text):
        if _is_old(mention.period, planned, context):
            yield _Told(mention.start, mention.end, str(planned))
    words = style_words()
    year = planned.year - 1 if planned.part in {Part.YEAR, Part.FIRST_HALF} else planned.year
    for part, pattern in (
        (Part.FIRST_HALF, words.period.first_half),
        (Part.SECOND_HALF, words.period.second_half),
    ):
        half = Period(year, part)
        own = planned.contains(Period(planned.year, part)) and half not in context.old
        if own or not _is_old(half, planned, context):
            continue  # 上半年 in the plan of a year that follows a year is that year's own
        for match in pattern.finditer(text):
            if not _WITH_YEAR.search(text, 0, match.start()):
                whole = year != planned.year or match[0] != part.wording
                right = str(planned) if whole else planned.part.wording
                yield _Told(*match.span(), right)
    if any(old.year < planned.year for old in context.old):
        halves = [*words.period.first_half.finditer(text), *words.period.second_half.finditer(text)]
        for match in words.period.shifting_years.finditer(text):
            if not any(half.start() <= match.start() < half.end() for half in halves):
                yield _Told(*match.span(), str(planned))


def _is_old(period: Period, planned: Period, context: StyleContext) -> bool:
    """Whether a period is of the old ones and no part of the planned one, nor around it."""
    if planned.contains(period) or period.contains(planned):
        return False
    return any(old.contains(period) or period.contains(old) for old in context.old)


def _is_reference(text: str, told: _Told) -> bool:
    """Whether the past is rightly meant: 较2023年, 在2023年基础上."""
    words = style_words()
    before = text[max(0, told.start - 6) : told.start]
    return bool(words.period.reference_before.search(before)) or bool(
        words.period.reference_after.match(text, told.end)
    )


def _is_leftover(text: str, told: _Told) -> bool:
    """Whether only the planned period can be meant: 2023年工作打算, or 2023年，我局将…."""
    words = style_words()
    if _DATE.match(text, told.end):
        return False
    if words.period.planned_after.match(text, told.end):
        return True
    sentence = next(s for s in sentence_spans(text) if s.start <= told.start < s.end)
    opens = not text[sentence.start : told.start].strip()
    if not (opens and words.period.intends_after.match(text, told.end)):
        return False
    rest = Span(told.end, sentence.end)
    intends = words.period.intentions.search(text, *rest)
    tells = words.past.search(text, *rest) or find_figures(text[slice(*rest)])
    return bool(intends) and not tells
