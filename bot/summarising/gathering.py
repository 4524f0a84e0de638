"""All that a report says of a topic: its sentences whole, under its own headings."""

from collections.abc import Iterator
from itertools import groupby

from bot.answers import Quote
from bot.summarising.condenser import Point
from bot.summarising.repeats import group_repeats
from bot.summarising.scope import HeadingPath, ReportScope
from bot.summarising.units import Unit, span_without_number
from bot.summarising.vocabulary import choice_words
from bot.summarising.wording import PointWriter, with_stop
from knowledge.models import SectionKind
from knowledge.understanding.sentences import Span


def gather_units(
    scope: ReportScope,
) -> Iterator[tuple[HeadingPath, SectionKind, tuple[Point, ...]]]:
    """The points of a scope by their headings; where reports are compared, by their matter.

    What is said twice is one point that cites both places.
    """
    groups = {group[0].span: group for group in group_repeats(scope.units)}
    shown = [group[0] for group in groups.values()]
    writer = PointWriter(scope.reading)
    if scope.compared:
        shown.sort(key=_order_to_compare)
        points = tuple(_point(u, groups[u.span], writer) for u in shown)
        yield (), SectionKind.OTHER, points
        return
    for (path, kind), units in groupby(shown, key=lambda u: (_display_path(u), u.kind)):
        yield path, kind, tuple(_point(u, groups[u.span], writer) for u in units)


def _display_path(unit: Unit) -> HeadingPath:
    """The headings that a unit is shown under: not its own, unless it stands under no other."""
    return unit.path[:-1] if unit.headline and len(unit.path) > 1 else unit.path


def _point(unit: Unit, group: tuple[Unit, ...], writer: PointWriter) -> Point:
    """A unit as it is shown, citing every place that says it."""
    span = span_without_number(unit)
    quotes = tuple(Quote(u.report, u.path, span if u is unit else u.span) for u in group)
    text = writer.write([Span(*span)], span, unit.path)
    return Point(with_stop(text or unit.report.text[slice(*span)]), quotes)


def _order_to_compare(unit: Unit) -> tuple[int, int]:
    """Where a unit stands in a comparison: by its kind, then by its matter."""
    order = choice_words().matters
    matter = next((n for n, m in enumerate(order) if m.search(unit.text)), len(order))
    return list(SectionKind).index(unit.kind), matter
