"""A summary in a language model's words: its points under the report's own headings.

What the model passes over is filled in: a first heading of which it says nothing keeps the
sentence that the report's own summary gives it.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.answers import Notes
from bot.compositions import CitedText, Summary, SummaryPart
from bot.retrieval import report_label
from bot.summary.composing import compose
from bot.summary.condensed import Condensed, Condenser, Point, Progress, Stretch
from bot.summary.page import PageOfOne
from bot.summary.request import SummaryRequest
from bot.summary.units import Reading, Unit
from bot.summary.words import Length, choice_words
from knowledge.sentences import Span

_LONGEST = 900
"""Characters of a stretch, so that a citation names a place and not a chapter."""


def compose_with(
    condenser: Condenser, readings: Sequence[Reading], request: SummaryRequest, progress: Progress
) -> Summary:
    """The summary that is asked for; raises as ``compose`` does, and EndpointFailed."""
    own = compose(readings, request)
    notes, parts, left_out = Notes(), list[SummaryPart](), list[str]()
    struck, prompts, model = list[str](), list[str](), ""
    length = request.length or Length.PAGE
    characters = choice_words().characters[length] // len(readings)
    for reading in readings:
        compared = len(readings) > 1
        page = PageOfOne(reading, request, own.scope if request.topic else "", compared=compared)
        scope = own.scope or own.title
        made = condenser.condense(list(stretches_of(page.units)), scope, characters, progress)
        struck += made.struck
        prompts += made.prompts
        model = made.model
        if compared:
            points = [_cited(point, notes) for point in made.points]
            parts.append(SummaryPart((report_label(reading.report),), tuple(points)))
            left_out += page.passed_over(_told(page, made))
        else:
            filled = length is Length.PAGE
            parts += _parts(page, made, own if filled else None, notes)
            told = {part.path[:1] for part in parts}
            missed = page.passed_over(_told(page, made))
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


def stretches_of(units: Sequence[Unit]) -> Iterator[Stretch]:
    """Neighbouring units under the same headings, together while they are not too long."""
    for (_, path), group in groupby(units, key=lambda unit: (unit.report.id, unit.path)):
        waiting: list[Unit] = []
        for unit in group:
            if waiting and unit.span.end - waiting[0].span.start > _LONGEST:
                yield _stretch(waiting, path)
                waiting = []
            waiting.append(unit)
        yield _stretch(waiting, path)


def _stretch(units: Sequence[Unit], path: tuple[str, ...]) -> Stretch:
    return Stretch(units[0].report, Span(units[0].span.start, units[-1].span.end), path)


def _parts(
    page: PageOfOne, made: Condensed, own: Summary | None, notes: Notes
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
            yield SummaryPart(heading, tuple(_cited(point, notes) for point in filled))


def _heading(page: PageOfOne, point: Point) -> tuple[str, ...]:
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


def _cited(point: Point, notes: Notes) -> CitedText:
    return CitedText(point.text, tuple(dict.fromkeys(map(notes.number, point.quotes))))


def _told(page: PageOfOne, made: Condensed) -> list[Unit]:
    """The units that a point quotes."""
    spans = [quote.span for point in made.points for quote in point.quotes]
    return [unit for unit in page.units if any(_overlap(unit, span) for span in spans)]


def _overlap(unit: Unit, span: Span) -> bool:
    return unit.span.start < span.end and span.start < unit.span.end
