"""Several reports side by side: their leading indicators, and what each alone does."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.answers import Quote
from bot.summarising.condenser import Point
from bot.summarising.digest import DigestWriter
from bot.summarising.scope import ReportScope
from bot.summarising.units import HEADING_LED_KINDS, Unit, is_announcing
from knowledge.models import Statement
from knowledge.understanding.indicators import Indicator, indicator_catalogue

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_ALONE = 0.5
"""The share of a sentence's pairs of characters that another report's may have at most."""
_FEWEST_PAIRS = 6
_MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """What each report states of an indicator, None where it states nothing; how many are known."""

    name: str
    cells: tuple[Point | None, ...]
    known: int = 0


def leading_rows(
    scopes: Sequence[ReportScope], writers: Sequence[DigestWriter]
) -> list[IndicatorRow]:
    """The leading indicators that the reports state, in the catalogue's order.

    Of a topic all of its own; of many, those that several reports state.
    """
    stated = [writer.stated for writer in writers]
    rows = [
        IndicatorRow(indicator.name, tuple(map(_cell, scopes, found)), _count_known(found))
        for indicator in indicator_catalogue().indicator
        if _is_of(indicator, scopes[0].topic)
        and any(found := [of_report.get(indicator.name) for of_report in stated])
    ]
    common = [row for row in rows if row.known and sum(cell is not None for cell in row.cells) > 1]
    return rows if len(rows) <= _MOST_ROWS else common


def _count_known(found: Iterable[Statement | None]) -> int:
    return sum(statement is not None and not statement.figure.masked for statement in found)


def _is_of(indicator: Indicator, topic: str) -> bool:
    """Whether an indicator is of a topic; of none of the catalogue's, whether it leads."""
    known = any(i.topic == topic for i in indicator_catalogue().indicator)
    return indicator.topic == topic if known else indicator.leading


def _cell(scope: ReportScope, statement: Statement | None) -> Point | None:
    if statement is None:
        return None
    place = statement.figure.start
    unit = next(u for u in scope.units if u.span.start <= place < u.span.end and not u.headline)
    quote = Quote(unit.report, unit.path, unit.span)
    return Point(statement.figure.text.strip(), (quote,))


def points_alone(
    scopes: Sequence[ReportScope], writers: Sequence[DigestWriter], characters: int
) -> Iterator[tuple[Point, ...]]:
    """For each report what it alone does, in about so many characters for all of them.

    What the ledger's indicators count is not: every bureau does that.
    """
    spoken = [_sentences(scope) for scope in scopes]
    for n, (sentences, writer) in enumerate(zip(spoken, writers, strict=True)):
        others = [unit for m, units in enumerate(spoken) if m != n for unit in units]
        uncounted = [unit for unit in sentences if not writer.counts(unit)]
        alone = _without_counterpart(uncounted, others)
        choice = writer.choice(varied=True)
        choice.choose([alone], characters // len(scopes))
        yield tuple(writer.points_of(choice, alone))


def _sentences(scope: ReportScope) -> list[Unit]:
    """What a report says that it has done."""
    done = [u for u in scope.units if not u.headline and u.kind not in HEADING_LED_KINDS]
    highlights = [u for u in scope.units if not u.headline and u.kind in HEADING_LED_KINDS]
    return [u for u in (done or highlights) if not is_announcing(u)]


def _without_counterpart(units: Sequence[Unit], others: Sequence[Unit]) -> list[Unit]:
    """The units whose words stand together in no single other one."""
    where: dict[str, list[int]] = {}
    for n, other in enumerate(others):
        for pair in _pairs(other):
            where.setdefault(pair, []).append(n)
    alone: list[Unit] = []
    for unit in units:
        own = _pairs(unit)
        shared = Counter(n for pair in own for n in where.get(pair, ()))
        most = max(shared.values(), default=0)
        if len(own) >= _FEWEST_PAIRS and most < _ALONE * len(own):
            alone.append(unit)
    return alone


def _pairs(unit: Unit) -> frozenset[str]:
    runs = _HAN.findall(unit.text)
    return frozenset(run[i : i + 2] for run in runs for i in range(len(run) - 1))
