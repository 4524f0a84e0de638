"""Summaries of the library's reports: by the extractive writer, or in a model's words."""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from bot.answering.doubts import doubtful_numbers
from bot.answering.passages import report_label
from bot.answers import Footnotes
from bot.compositions import CitedText, Summary, SummaryPart
from bot.errors import EndpointFailed, TopicNeeded, UnknownKind, UnknownLength
from bot.summarising.belonging import canonical_topic
from bot.summarising.condenser import CondensedPoints, Condenser, Excerpt, Point, Progress
from bot.summarising.page import ReportPage
from bot.summarising.request import SummaryRequest
from bot.summarising.units import Reading, Unit
from bot.summarising.vocabulary import SummaryLength, caption, choice_words
from knowledge.library import Library
from knowledge.models import SectionKind
from knowledge.understanding.sentences import Span


def compose(
    readings: Sequence[Reading],
    request: SummaryRequest,
    progress: Progress = lambda _done, _of: None,
) -> Summary:
    """The summary that is asked for; ``progress`` counts reports.

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
    names = [report_label(reading.report) for reading in readings]
    return Summary(
        report_ids=tuple(reading.report.id for reading in readings),
        title=title_of(readings, scope, names),
        parts=tuple(parts),
        citations=notes.citations(),
        left_out=tuple(left_out),
        scope=scope,
    )


def title_of(readings: Sequence[Reading], scope: str, names: Sequence[str]) -> str:
    """What a summary is called; ``names`` are the reports' bureaus and periods."""
    if len(readings) > 1:
        joined = caption("title.join").join(names)
        return caption("title.compare", scope=scope, names=joined)
    title = readings[0].report.identity.title
    name = title or caption("title.untitled", name=names[0])
    if scope:
        return caption("title.part", name=name, scope=scope)
    return caption("title.whole", name=name)


_LONGEST = 900
"""Characters of a excerpt, so that a citation names a place and not a chapter."""


def compose_with(
    condenser: Condenser, readings: Sequence[Reading], request: SummaryRequest, progress: Progress
) -> Summary:
    """The summary that is asked for; raises as ``compose`` does, and EndpointFailed."""
    own = compose(readings, request)
    notes, parts, left_out = Footnotes(), list[SummaryPart](), list[str]()
    struck, prompts, model = list[str](), list[str](), ""
    length = request.length or SummaryLength.PAGE
    characters = choice_words().characters[length] // len(readings)
    for reading in readings:
        compared = len(readings) > 1
        page = ReportPage(reading, request, own.scope if request.topic else "", compared=compared)
        scope = own.scope or own.title
        made = condenser.condense(list(excerpts_of(page.units)), scope, characters, progress)
        struck += made.struck
        prompts += made.prompts
        model = made.model
        if compared:
            points = [_cite(point, notes) for point in made.points]
            parts.append(SummaryPart((report_label(reading.report),), tuple(points)))
            left_out += page.passed_over(_quoted_units(page, made))
        else:
            filled = length is SummaryLength.PAGE
            parts += _parts_by_heading(page, made, own if filled else None, notes)
            told = {part.path[:1] for part in parts}
            missed = page.passed_over(_quoted_units(page, made))
            left_out += [heading for heading in missed if (heading,) not in told]
    return Summary(
        report_ids=own.report_ids,
        title=own.title,
        parts=tuple(parts),
        citations=notes.citations(),
        left_out=tuple(left_out),
        struck=tuple(struck),
        scope=own.scope,
        writer=condenser.name,
        prompt="+".join(dict.fromkeys(prompts)) or None,
        model=model,
    )


def excerpts_of(units: Sequence[Unit]) -> Iterator[Excerpt]:
    """Neighbouring units under the same headings, together while they are not too long."""
    for (_, path), group in groupby(units, key=lambda unit: (unit.report.id, unit.path)):
        waiting: list[Unit] = []
        for unit in group:
            if waiting and unit.span.end - waiting[0].span.start > _LONGEST:
                yield _excerpt(waiting, path)
                waiting = []
            waiting.append(unit)
        yield _excerpt(waiting, path)


def _excerpt(units: Sequence[Unit], path: tuple[str, ...]) -> Excerpt:
    return Excerpt(units[0].report, Span(units[0].span.start, units[-1].span.end), path)


def _parts_by_heading(
    page: ReportPage, made: CondensedPoints, own: Summary | None, notes: Footnotes
) -> Iterator[SummaryPart]:
    """The points by outermost heading; ``own`` fills in headings that have none."""
    by_heading: dict[tuple[str, ...], list[Point]] = {}
    for unit in page.units:
        by_heading.setdefault(page.outermost(unit), [])
    for point in made.points:
        by_heading.setdefault(_heading(page, point), []).append(point)
    for heading, points in by_heading.items():
        filled = points or (list(_first_of(own, heading)) if own and heading else [])
        if filled:
            yield SummaryPart(heading, tuple(_cite(point, notes) for point in filled))


def _heading(page: ReportPage, point: Point) -> tuple[str, ...]:
    start = point.quotes[0].span.start
    within = [unit for unit in page.units if unit.span.start <= start] or page.units[:1]
    return page.outermost(within[-1])


def _first_of(own: Summary, heading: tuple[str, ...]) -> Iterator[Point]:
    """The first point that the report's own summary has under a heading."""
    quotes = {citation.n: citation.quote for citation in own.citations}
    for part in own.parts:
        if part.path[:1] == heading and part.points:
            first = part.points[0]
            yield Point(first.text, tuple(quotes[n] for n in first.citations))
            return


def _cite(point: Point, notes: Footnotes) -> CitedText:
    return CitedText(point.text, tuple(dict.fromkeys(map(notes.number, point.quotes))))


def _quoted_units(page: ReportPage, made: CondensedPoints) -> list[Unit]:
    """The units that a point quotes."""
    spans = [quote.span for point in made.points for quote in point.quotes]
    return [unit for unit in page.units if any(_overlap(unit, span) for span in spans)]


def _overlap(unit: Unit, span: Span) -> bool:
    return unit.span.start < span.end and span.start < unit.span.end


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
    begun = time.perf_counter()
    with library.snapshot():
        readings = [
            Reading(library.report(report_id), *library.outline(report_id))
            for report_id in request.report_ids
        ]
        summary = _compose_or_fall_back(readings, request, progress, condenser)
        numbers = doubtful_numbers(summary.citations, library.doubts)
    return replace(summary, doubtful=numbers, seconds=round(time.perf_counter() - begun, 4))


def _compose_or_fall_back(
    readings: Sequence[Reading],
    request: SummaryRequest,
    progress: Progress,
    condenser: Condenser | None,
) -> Summary:
    if condenser is None:
        return compose(readings, request, progress)
    try:
        return compose_with(condenser, readings, request, progress)
    except EndpointFailed as error:
        _log.warning("model: %s", type(error).__name__)
        notice = caption("page.instead", fault=error)
        return replace(compose(readings, request), notice=notice)


def parse_length(wanted: str) -> SummaryLength:
    """The length that people call so (一句话, 半页, 一页); raises UnknownLength."""
    names = choice_words().lengths
    if wanted not in names:
        raise UnknownLength(wanted=wanted, known="、".join(names))
    return names[wanted]


def parse_kind(wanted: str) -> SectionKind:
    """The kind of section that people call so (问题, 打算, problems); raises UnknownKind."""
    names = choice_words().kinds | {kind.value: kind for kind in SectionKind}
    if wanted not in names:
        raise UnknownKind(wanted=wanted, known="、".join(names))
    return names[wanted]
