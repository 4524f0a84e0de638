"""Summaries in a model's words: what it condensed, in the order of the report's headings."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bot.answers import Footnotes, report_label
from bot.compositions import CitedText, Progress, Summary, SummaryPart, SummaryTable
from bot.summarising.condenser import CondensedPoints, Condenser, Excerpt, Point
from bot.summarising.fitting import extent_of
from bot.summarising.lines import lines_of_work
from bot.summarising.scope import ReportScope
from bot.summarising.units import Unit
from bot.summarising.vocabulary import SummaryLength, choice_words
from bot.summarising.wording import PointWriter
from knowledge.models import SectionKind
from knowledge.understanding.sentences import Span

_LONGEST = 900
"""Characters of an excerpt, so that a citation names a place and not a chapter."""
_FEWEST_LEFT = 2


def condense_scopes(
    condenser: Condenser, scopes: Sequence[ReportScope], own: Summary, progress: Progress
) -> Summary:
    """The summary in a model's words; raises EndpointFailed.

    A report of whose points none stands is told as in ``own``, the summary in its own words; if
    all are, the summary is none of the model's and names no prompt.
    """
    notes, parts, left_out = Footnotes(), list[SummaryPart](), list[str]()
    struck, recited, prompts, model = list[str](), list[str](), list[str](), ""
    compared, request = len(scopes) > 1, scopes[0].request
    table = _renumber_table(own, notes)
    length = request.length or SummaryLength.PAGE
    characters = (request.characters or choice_words().characters[length]) // len(scopes)
    for n, scope in enumerate(scopes):
        excerpts = list(_excerpts_of(scope.units))
        made = condenser.condense(excerpts, own.scope or own.title, characters, progress)
        retell = PointWriter(scope.reading).retell
        made = replace(made, points=tuple(map(retell, made.points)))
        struck += made.struck
        recited += made.recited
        prompts += made.prompts if made.points else ()
        model = made.model
        missing = scope.headings_without(_quoted_units(scope, made))
        if not made.points:
            parts += _renumber(own, own.parts[n : n + 1] if compared else own.parts, notes)
            left_out += own.left_out
        elif compared:
            points = [_cite(point, notes) for point in made.points]
            parts.append(SummaryPart((report_label(scope.reading.report),), tuple(points)))
        else:
            substitute = own if length is SummaryLength.PAGE else None
            parts += _renumber(own, _opening_of(own), notes)
            parts += _parts_by_heading(scope, made, substitute, notes)
            covered = {part.path[:1] for part in parts}
            left_out += [heading for heading in missing if (heading,) not in covered]
    summary = replace(
        own,
        parts=tuple(parts),
        citations=notes.citations(),
        left_out=tuple(left_out),
        struck=tuple(struck),
        recited=tuple(recited),
        writer=condenser.name if prompts else own.writer,
        prompt="+".join(dict.fromkeys(prompts)) or None,
        model=model,
        table=table,
    )
    return _shorten(summary, scopes[0]) if prompts and own.digest and not compared else summary


def _opening_of(own: Summary) -> tuple[SummaryPart, ...]:
    """The opening of a page, which no model is asked for."""
    return tuple(p for p in own.parts[:1] if p.kind is SectionKind.OVERVIEW and not p.path)


def _shorten(summary: Summary, scope: ReportScope) -> Summary:
    """A page with the last points of its longest parts left out until it is as long as asked for.

    It names the lines of work that are not told then.
    """
    extent = extent_of(scope.request)
    while extent.size(summary) > 1:
        most = max(range(len(summary.parts)), key=lambda n: len(summary.parts[n].points))
        part = summary.parts[most]
        if len(part.points) < _FEWEST_LEFT:
            break
        shorter = replace(part, points=part.points[:-1])
        parts = (*summary.parts[:most], shorter, *summary.parts[most + 1 :])
        summary = replace(summary, parts=parts)
    cited = {n for part in summary.parts for point in part.points for n in point.citations}
    kept = tuple(c for c in summary.citations if c.n in cited)
    told = _units_within(scope, [citation.quote.span for citation in kept])
    lines = lines_of_work(scope.units)
    text = "\n".join(point.text for part in summary.parts for point in part.points)
    left_out = () if scope.topic else lines.without(told, text)
    return _number_again(replace(summary, lines_left_out=left_out, citations=kept))


def _number_again(summary: Summary) -> Summary:
    """A summary whose quotes are numbered without a gap."""
    notes = Footnotes()
    parts = tuple(_renumber(summary, summary.parts, notes))
    return replace(summary, parts=parts, citations=notes.citations())


def _renumber_table(own: Summary, notes: Footnotes) -> SummaryTable | None:
    """The table of a summary with its quotes numbered anew."""
    if own.table is None:
        return None
    quotes = {citation.n: citation.quote for citation in own.citations}

    def renumber(cell: CitedText) -> CitedText:
        return _cite(Point(cell.text, tuple(quotes[n] for n in cell.citations)), notes)

    rows = (replace(row, cells=tuple(map(renumber, row.cells))) for row in own.table.rows)
    return replace(own.table, rows=tuple(rows))


def _renumber(
    own: Summary, parts: Sequence[SummaryPart], notes: Footnotes
) -> Iterator[SummaryPart]:
    """Parts of a summary with their quotes numbered among others."""
    quotes = {citation.n: citation.quote for citation in own.citations}
    for part in parts:
        points = (Point(p.text, tuple(quotes[n] for n in p.citations)) for p in part.points)
        yield replace(part, points=tuple(_cite(point, notes) for point in points))


def _excerpts_of(units: Sequence[Unit]) -> Iterator[Excerpt]:
    """Neighbouring units under the same headings, together while they are not too long."""
    for (_, path), group in groupby(units, key=lambda unit: (unit.report.id, unit.path)):
        first, *others = group
        span = first.span
        for unit in others:
            if unit.span.end - span.start > _LONGEST:
                yield Excerpt(first.report, span, path)
                span = unit.span
            else:
                span = Span(span.start, unit.span.end)
        yield Excerpt(first.report, span, path)


def _parts_by_heading(
    scope: ReportScope, made: CondensedPoints, substitute: Summary | None, notes: Footnotes
) -> Iterator[SummaryPart]:
    """The points by outermost heading; ``substitute`` fills in headings that have none."""
    by_heading: dict[tuple[str, ...], list[Point]] = {}
    for unit in scope.units:
        by_heading.setdefault(scope.outermost(unit), [])
    for point in made.points:
        by_heading.setdefault(_heading(scope, point), []).append(point)
    for heading, points in by_heading.items():
        shown = points or (_first_point(substitute, heading) if substitute and heading else [])
        if shown:
            yield SummaryPart(heading, tuple(_cite(point, notes) for point in shown))


def _heading(scope: ReportScope, point: Point) -> tuple[str, ...]:
    start = point.quotes[0].span.start
    before = [unit for unit in scope.units if unit.span.start <= start] or scope.units[:1]
    return scope.outermost(before[-1])


def _first_point(summary: Summary, heading: tuple[str, ...]) -> list[Point]:
    """The first point that a summary has under a heading, if any."""
    quotes = {citation.n: citation.quote for citation in summary.citations}
    for part in summary.parts:
        if part.path[:1] == heading and part.points:
            first = part.points[0]
            return [Point(first.text, tuple(quotes[n] for n in first.citations))]
    return []


def _cite(point: Point, notes: Footnotes) -> CitedText:
    return CitedText(point.text, tuple(dict.fromkeys(map(notes.number, point.quotes))))


def _quoted_units(scope: ReportScope, made: CondensedPoints) -> list[Unit]:
    """The units that a point quotes."""
    return _units_within(scope, [quote.span for point in made.points for quote in point.quotes])


def _units_within(scope: ReportScope, spans: Sequence[Span]) -> list[Unit]:
    """The units of a scope that some spans hold, in part at least."""
    return [
        unit
        for unit in scope.units
        if any(unit.span.start < span.end and span.start < unit.span.end for span in spans)
    ]
