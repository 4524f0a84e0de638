"""Summaries of the library's reports: by the extractive writer, or in a model's words."""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bot.answers import Footnotes, Quote, doubtful_numbers, report_label
from bot.compositions import (
    CitedText,
    Progress,
    Summary,
    SummaryPart,
    SummaryTable,
    TableRow,
)
from bot.errors import EndpointFailed
from bot.summarising.belonging import canonical_topic, lines_of_work
from bot.summarising.comparison import IndicatorRow, leading_rows, points_alone
from bot.summarising.condenser import CondensedPoints, Condenser, Excerpt, Point
from bot.summarising.digest import Digest, DigestWriter
from bot.summarising.fitting import extent_of, fit
from bot.summarising.request import SummaryRequest
from bot.summarising.scope import HeadingPath, ReportScope, read_scope
from bot.summarising.units import Reading, Unit, group_repeats, span_without_number
from bot.summarising.vocabulary import SummaryLength, caption, choice_words
from bot.summarising.wording import PointWriter, with_stop
from knowledge.library import Library
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
        quoted = [quote.span for point in made.points for quote in point.quotes]
        missing = scope.headings_without(scope.units_within(quoted))
        if not made.points:
            parts += _renumber(own, own.parts[n : n + 1] if compared else own.parts, notes)
            left_out += own.left_out
        elif compared:
            heading = (report_label(scope.reading.report),)
            parts.append(SummaryPart(heading, _cite(made.points, notes)))
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
    told = scope.units_within([citation.quote.span for citation in kept])
    lines = lines_of_work(scope.units)
    text = "\n".join(point.text for part in summary.parts for point in part.points)
    left_out = () if scope.topic else lines.without(told, text)
    notes = Footnotes()  # numbered without a gap
    parts = tuple(_renumber(summary, summary.parts, notes))
    citations = notes.citations()
    return replace(summary, parts=parts, lines_left_out=left_out, citations=citations)


def _points_of(own: Summary, cited: Sequence[CitedText]) -> list[Point]:
    """What a summary says, each with its quotes instead of their numbers."""
    quotes = {citation.n: citation.quote for citation in own.citations}
    return [Point(one.text, tuple(quotes[n] for n in one.citations)) for one in cited]


def _renumber_table(own: Summary, notes: Footnotes) -> SummaryTable | None:
    """The table of a summary with its quotes numbered anew."""
    if own.table is None:
        return None
    rows = (replace(r, cells=_cite(_points_of(own, r.cells), notes)) for r in own.table.rows)
    return replace(own.table, rows=tuple(rows))


def _renumber(
    own: Summary, parts: Sequence[SummaryPart], notes: Footnotes
) -> Iterator[SummaryPart]:
    """Parts of a summary with their quotes numbered among others."""
    for part in parts:
        yield replace(part, points=_cite(_points_of(own, part.points), notes))


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
            yield SummaryPart(heading, _cite(shown, notes))


def _heading(scope: ReportScope, point: Point) -> tuple[str, ...]:
    start = point.quotes[0].span.start
    before = [unit for unit in scope.units if unit.span.start <= start] or scope.units[:1]
    return scope.outermost(before[-1])


def _first_point(summary: Summary, heading: tuple[str, ...]) -> list[Point]:
    """The first point that a summary has under a heading, if any."""
    under = (part.points[:1] for part in summary.parts if part.path[:1] == heading and part.points)
    return _points_of(summary, next(under, ()))


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


_log = logging.getLogger("bot")
_MOST_NAMED = 2
_FEWEST_ROWS, _SHARE_OF_TABLE = 6, 0.62
"""A table that compares leaves room for what each bureau alone does, unless it is that short."""


def summarise(
    library: Library,
    request: SummaryRequest,
    progress: Progress = lambda _done, _of: None,
    condenser: Condenser | None = None,
) -> Summary:
    """The summary that is asked for: in a model's words if a ``condenser`` is given.

    Where its endpoint fails, the reports' own sentences stand in, and ``notice`` says so. Raises
    ReportNotFound, UnknownHeading and UnclearHeading.
    """
    start = time.perf_counter()
    with library.snapshot():
        readings = [read_report(library, report_id) for report_id in request.report_ids]
        scopes = read_scopes(readings, request)
        if condenser is None:
            summary = compose(scopes, progress)
        else:
            summary = _condense_or_fall_back(condenser, scopes, progress)
        numbers = doubtful_numbers(summary.citations, library.doubts)
    return replace(summary, doubtful=numbers, seconds=round(time.perf_counter() - start, 4))


def read_report(library: Library, report_id: str) -> Reading:
    """A report as it is summarised; raises ReportNotFound."""
    sections, figures = library.outline(report_id)
    statements = library.statements(report_id)
    return Reading(library.report(report_id), tuple(sections), tuple(figures), tuple(statements))


def read_scopes(readings: Sequence[Reading], request: SummaryRequest) -> list[ReportScope]:
    """What is summarised of each report.

    Raises UnknownHeading and UnclearHeading.
    """
    topic, compared = canonical_topic(request.topic), len(readings) > 1
    return [read_scope(reading, request, topic, compared=compared) for reading in readings]


def _condense_or_fall_back(
    condenser: Condenser, scopes: Sequence[ReportScope], progress: Progress
) -> Summary:
    try:
        own = compose(scopes)
        summary = condense_scopes(condenser, scopes, own, progress)
        notice = "" if summary.prompt else caption("page.unsound")
        return replace(summary, notice=notice)
    except EndpointFailed as error:
        _log.warning("model: %s", type(error).__name__)
        return replace(compose(scopes), notice=caption("page.instead", fault=error))


def compose(scopes: Sequence[ReportScope], progress: Progress = lambda _done, _of: None) -> Summary:
    """The summary in the reports' own words; ``progress`` counts reports."""
    first = scopes[0]
    if len(scopes) > 1:
        return _compare(scopes, progress)
    summary = _gather(first) if first.topic and first.request.length is None else _digest(first)
    progress(1, 1)
    return summary


def _digest(scope: ReportScope) -> Summary:
    """A report, or a part of it, at the length that is asked for."""
    writer, extent = DigestWriter(scope), extent_of(scope.request)

    def write(characters: int) -> Summary:
        return _of_digest(scope, writer, writer.write(characters, extent.characters))

    return fit(write, extent)


def _of_digest(scope: ReportScope, writer: DigestWriter, digest: Digest) -> Summary:
    notes = Footnotes()
    parts = tuple(
        SummaryPart(part.path, _cite(part.points, notes), part.kind, part.line)
        for part in digest.parts
    )
    return replace(
        _empty([scope]),
        parts=parts,
        citations=notes.citations(),
        left_out=tuple(scope.headings_without(digest.covered)),
        lines_left_out=() if scope.topic else writer.lines_without(digest),
        digest=True,
    )


def _gather(scope: ReportScope) -> Summary:
    """All that a report says of a topic, under its own headings."""
    notes = Footnotes()
    parts = tuple(
        SummaryPart(path, _cite(points, notes), kind) for path, kind, points in gather_units(scope)
    )
    return replace(_empty([scope]), parts=parts, citations=notes.citations())


def _compare(scopes: Sequence[ReportScope], progress: Progress) -> Summary:
    """What several reports count, and below it what each alone does, or all that each says."""
    request = scopes[0].request
    writers = [DigestWriter(scope) for scope in scopes]
    rows = leading_rows(scopes, writers)
    if request.length is None:
        summary = _of_comparison(scopes, writers, rows, 0)
    else:
        extent = extent_of(request)
        while len(rows) > _FEWEST_ROWS and extent.lines:
            if extent.size(_of_comparison(scopes, [], rows, 0)) <= _SHARE_OF_TABLE:
                break
            rows.remove(min(reversed(rows), key=lambda row: row.known))
        summary = fit(lambda size: _of_comparison(scopes, writers, rows, size), extent)
    for done in range(1, len(scopes) + 1):
        progress(done, len(scopes))
    return summary


def _of_comparison(
    scopes: Sequence[ReportScope],
    writers: Sequence[DigestWriter],
    rows: Sequence[IndicatorRow],
    characters: int,
) -> Summary:
    """A table, and in so many characters what each alone does; all that each says for none.

    Without writers it is the table alone.
    """
    notes, whole = Footnotes(), not characters
    table = _table(scopes, rows, notes)
    told: list[tuple[Point, ...]] = [()] * len(scopes)
    if writers and characters:
        told = list(points_alone(scopes, writers, characters))
    if writers and not (any(told) or (characters and table.rows)):
        whole = True
        told = [tuple(p for _, _, points in gather_units(s) for p in points) for s in scopes]
    parts = tuple(
        SummaryPart((report_label(scope.reading.report),), _cite(points, notes))
        for scope, points in zip(scopes, told, strict=True)
    )
    return replace(
        _empty(scopes), parts=parts, citations=notes.citations(), digest=not whole, table=table
    )


def _table(
    scopes: Sequence[ReportScope], rows: Sequence[IndicatorRow], notes: Footnotes
) -> SummaryTable:
    nothing = Point("", ())
    return SummaryTable(
        tuple(report_label(scope.reading.report) for scope in scopes),
        tuple(TableRow(r.name, _cite([c or nothing for c in r.cells], notes)) for r in rows),
    )


def _cite(points: Sequence[Point], notes: Footnotes) -> tuple[CitedText, ...]:
    return tuple(
        CitedText(point.text, tuple(dict.fromkeys(map(notes.number, point.quotes))))
        for point in points
    )


def _empty(scopes: Sequence[ReportScope]) -> Summary:
    """A summary that says nothing yet, under its title."""
    reports = [scope.reading.report for scope in scopes]
    names, scope = [report_label(report) for report in reports], scopes[0].name
    name = reports[0].identity.title or caption("title.untitled", name=names[0])
    if len(reports) > _MOST_NAMED:
        all_of = scope or caption("title.all")
        title = caption("title.compare_many", scope=all_of, count=len(reports))
    elif len(reports) > 1 and not scope:
        title = caption("title.compare_all", names=caption("title.join").join(names))
    elif len(reports) > 1:
        title = caption("title.compare", scope=scope, names=caption("title.join").join(names))
    elif scope:
        title = caption("title.part", name=name, scope=scope)
    else:
        title = caption("title.whole", name=name)
    return Summary(tuple(report.id for report in reports), title, (), (), scope=scope)
