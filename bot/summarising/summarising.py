"""Summaries of the library's reports: by the extractive writer, or in a model's words."""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bot.answering.doubts import doubtful_numbers
from bot.answering.passages import report_label
from bot.answers import Footnotes
from bot.compositions import CitedText, Progress, Summary, SummaryPart
from bot.errors import EndpointFailed, TopicNeeded
from bot.summarising.belonging import canonical_topic
from bot.summarising.condenser import CondensedPoints, Condenser, Excerpt, Point
from bot.summarising.page import ReportPage
from bot.summarising.request import SummaryRequest
from bot.summarising.units import Reading, Unit
from bot.summarising.vocabulary import SummaryLength, caption, choice_words
from knowledge.library import Library
from knowledge.understanding.sentences import Span

_LONGEST = 900
"""Characters of an excerpt, so that a citation names a place and not a chapter."""
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
        readings = [
            Reading(library.report(report_id), *library.outline(report_id))
            for report_id in request.report_ids
        ]
        if condenser is None:
            summary = compose(readings, request, progress)
        else:
            summary = _compose_or_fall_back(condenser, readings, request, progress)
        numbers = doubtful_numbers(summary.citations, library.doubts)
    return replace(summary, doubtful=numbers, seconds=round(time.perf_counter() - start, 4))


def _compose_or_fall_back(
    condenser: Condenser, readings: Sequence[Reading], request: SummaryRequest, progress: Progress
) -> Summary:
    try:
        return compose_with(condenser, readings, request, progress)
    except EndpointFailed as error:
        _log.warning("model: %s", type(error).__name__)
        return replace(compose(readings, request), notice=caption("page.instead", fault=error))


def compose(
    readings: Sequence[Reading],
    request: SummaryRequest,
    progress: Progress = lambda _done, _of: None,
) -> Summary:
    """The summary in the reports' own sentences; ``progress`` counts reports.

    Raises UnknownHeading or UnclearHeading for the heading, and TopicNeeded where several
    reports come without a topic.
    """
    topic = canonical_topic(request.topic)
    if len(readings) > 1 and not topic:
        raise TopicNeeded
    notes, parts, left_out, scope = Footnotes(), list[SummaryPart](), list[str](), topic
    for number, reading in enumerate(readings, 1):
        page = ReportPage(reading, request, topic, compared=len(readings) > 1)
        parts += page.parts(notes)
        left_out += page.left_out()
        scope = page.scope
        progress(number, len(readings))
    return Summary(
        report_ids=tuple(reading.report.id for reading in readings),
        title=_title(readings, scope),
        parts=tuple(parts),
        citations=notes.citations(),
        left_out=tuple(left_out),
        scope=scope,
    )


def _title(readings: Sequence[Reading], scope: str) -> str:
    names = [report_label(reading.report) for reading in readings]
    if len(readings) > 1:
        return caption("title.compare", scope=scope, names=caption("title.join").join(names))
    title = readings[0].report.identity.title
    name = title or caption("title.untitled", name=names[0])
    if scope:
        return caption("title.part", name=name, scope=scope)
    return caption("title.whole", name=name)


def compose_with(
    condenser: Condenser, readings: Sequence[Reading], request: SummaryRequest, progress: Progress
) -> Summary:
    """The summary in a model's words; raises as ``compose`` does, and EndpointFailed."""
    own = compose(readings, request)
    notes, parts, left_out = Footnotes(), list[SummaryPart](), list[str]()
    struck, prompts, model = list[str](), list[str](), ""
    compared = len(readings) > 1
    length = request.length or SummaryLength.PAGE
    characters = choice_words().characters[length] // len(readings)
    for reading in readings:
        page = ReportPage(reading, request, own.scope if request.topic else "", compared=compared)
        excerpts = list(_excerpts_of(page.units))
        made = condenser.condense(excerpts, own.scope or own.title, characters, progress)
        struck += made.struck
        prompts += made.prompts
        model = made.model
        missing = page.headings_without(_quoted_units(page, made))
        if compared:
            points = [_cite(point, notes) for point in made.points]
            parts.append(SummaryPart((report_label(reading.report),), tuple(points)))
            left_out += missing
        else:
            substitute = own if length is SummaryLength.PAGE else None
            parts += _parts_by_heading(page, made, substitute, notes)
            covered = {part.path[:1] for part in parts}
            left_out += [heading for heading in missing if (heading,) not in covered]
    return replace(
        own,
        parts=tuple(parts),
        citations=notes.citations(),
        left_out=tuple(left_out),
        struck=tuple(struck),
        writer=condenser.name,
        prompt="+".join(dict.fromkeys(prompts)) or None,
        model=model,
    )


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
    page: ReportPage, made: CondensedPoints, substitute: Summary | None, notes: Footnotes
) -> Iterator[SummaryPart]:
    """The points by outermost heading; ``substitute`` fills in headings that have none."""
    by_heading: dict[tuple[str, ...], list[Point]] = {}
    for unit in page.units:
        by_heading.setdefault(page.outermost(unit), [])
    for point in made.points:
        by_heading.setdefault(_heading(page, point), []).append(point)
    for heading, points in by_heading.items():
        shown = points or (_first_point(substitute, heading) if substitute and heading else [])
        if shown:
            yield SummaryPart(heading, tuple(_cite(point, notes) for point in shown))


def _heading(page: ReportPage, point: Point) -> tuple[str, ...]:
    start = point.quotes[0].span.start
    before = [unit for unit in page.units if unit.span.start <= start] or page.units[:1]
    return page.outermost(before[-1])


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


def _quoted_units(page: ReportPage, made: CondensedPoints) -> list[Unit]:
    """The units that a point quotes."""
    spans = [quote.span for point in made.points for quote in point.quotes]
    return [
        unit
        for unit in page.units
        if any(unit.span.start < span.end and span.start < unit.span.end for span in spans)
    ]
