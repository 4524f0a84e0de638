"""Which period goes with which bureau: 区局上半年和县局2022年 asks for two reports, not four."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, product

from knowledge.askedperiods import Asked
from knowledge.bureaus import BureauMention

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
