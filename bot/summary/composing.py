"""A summary put together from values: scope, choice, citations, coverage."""

from collections.abc import Sequence

from bot.answers import Notes
from bot.compositions import Summary, SummaryPart
from bot.errors import TopicNeeded
from bot.retrieval import report_label
from bot.summary.captions import caption
from bot.summary.condensed import Progress
from bot.summary.page import PageOfOne
from bot.summary.request import SummaryRequest
from bot.summary.topicwords import find_topic
from bot.summary.units import Reading


def compose(
    readings: Sequence[Reading],
    request: SummaryRequest,
    progress: Progress = lambda _done, _of: None,
) -> Summary:
    """The summary that is asked for; ``progress`` counts reports.

    Raises UnknownHeading or UnclearHeading for the heading, and TopicNeeded where several
    reports come without a topic.
    """
    topic = find_topic(request.topic)
    if len(readings) > 1 and not topic:
        raise TopicNeeded
    notes, parts, left_out, scope = Notes(), list[SummaryPart](), list[str](), topic
    for number, reading in enumerate(readings, 1):
        page = PageOfOne(reading, request, topic, compared=len(readings) > 1)
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
