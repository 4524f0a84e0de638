"""Summaries of the library's reports: by the extractive writer, or in a model's words."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from bot.answers import Footnotes, doubtful_numbers, report_label
from bot.compositions import CitedText, Progress, Summary, SummaryPart
from bot.errors import EndpointFailed, TopicNeeded
from bot.summarising.belonging import canonical_topic
from bot.summarising.condenser import Condenser, Point
from bot.summarising.digest import Digest, DigestWriter
from bot.summarising.fitting import extent_of, fit
from bot.summarising.gathering import gather_units
from bot.summarising.modelled import condense_scopes
from bot.summarising.request import SummaryRequest
from bot.summarising.scope import ReportScope, read_scope
from bot.summarising.units import Reading
from bot.summarising.vocabulary import SummaryLength, caption
from knowledge.library import Library

_log = logging.getLogger("bot")


def summarise(
    library: Library,
    request: SummaryRequest,
    progress: Progress = lambda _done, _of: None,
    condenser: Condenser | None = None,
) -> Summary:
    """The summary that is asked for: in a model's words if a ``condenser`` is given.

    Where its endpoint fails, the reports' own sentences stand in, and ``notice`` says so. Raises
    ReportNotFound, UnknownHeading, UnclearHeading and TopicNeeded.
    """
    start = time.perf_counter()
    with library.snapshot():
        readings = [_read(library, report_id) for report_id in request.report_ids]
        scopes = read_scopes(readings, request)
        if condenser is None:
            summary = compose(scopes, progress)
        else:
            summary = _condense_or_fall_back(condenser, scopes, progress)
        numbers = doubtful_numbers(summary.citations, library.doubts)
    return replace(summary, doubtful=numbers, seconds=round(time.perf_counter() - start, 4))


def _read(library: Library, report_id: str) -> Reading:
    sections, figures = library.outline(report_id)
    statements = library.statements(report_id)
    return Reading(library.report(report_id), tuple(sections), tuple(figures), tuple(statements))


def read_scopes(readings: Sequence[Reading], request: SummaryRequest) -> list[ReportScope]:
    """What is summarised of each report.

    Raises UnknownHeading or UnclearHeading for the heading, and TopicNeeded where several
    reports come without a topic.
    """
    topic, compared = canonical_topic(request.topic), len(readings) > 1
    if compared and not topic:
        raise TopicNeeded
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
    writer = DigestWriter(scope)
    line = scope.request.length is SummaryLength.SENTENCE and not scope.request.characters
    write = writer.write_line if line else writer.write
    return fit(lambda size: _of_digest(scope, writer, write(size)), extent_of(scope.request))


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
        lines_left_out=() if scope.topic else writer.lines_without(digest.covered),
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
    """All that several reports say of a topic, a part each."""
    notes, parts = Footnotes(), list[SummaryPart]()
    for done, scope in enumerate(scopes, 1):
        points = _compared_points(scope, len(scopes))
        parts.append(SummaryPart((report_label(scope.reading.report),), _cite(points, notes)))
        progress(done, len(scopes))
    return replace(_empty(scopes), parts=tuple(parts), citations=notes.citations())


def _compared_points(scope: ReportScope, among: int) -> list[Point]:
    """What one of several reports says of a topic: all, or its share of the length."""
    if scope.request.length is None:
        return [point for _, _, points in gather_units(scope) for point in points]
    characters = extent_of(scope.request).characters // among
    return [point for part in DigestWriter(scope).write(characters).parts for point in part.points]


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
    if len(reports) > 1:
        title = caption("title.compare", scope=scope, names=caption("title.join").join(names))
    elif scope:
        title = caption("title.part", name=name, scope=scope)
    else:
        title = caption("title.whole", name=name)
    return Summary(tuple(report.id for report in reports), title, (), (), scope=scope)
