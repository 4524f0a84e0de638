"""Which bureau of a question goes with which of its periods."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, product

from knowledge.retrieval.question_bureaus import BureauMention
from knowledge.retrieval.question_periods import QuestionPeriod

_CONJUNCTION = re.compile(r"\s*[和与及、,，]\s*")
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
    (2023年和上半年). 今年 gives way to a year in digits, but for the one before it (去年多少，
    2025年多少).
    """
    if digits := {p.year for p in periods if p.year and not p.relative}:
        kept = digits | {year - 1 for year in digits}
        absolute = [replace(p, year=None) if p.year not in kept else p for p in periods]
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
