"""Summaries of the library's reports, with no model."""

import time
from dataclasses import replace

from bot.compositions import Summary
from bot.errors import UnknownKind, UnknownLength
from bot.summary.composing import Progress, compose
from bot.summary.request import SummaryRequest
from bot.summary.units import Reading
from bot.summary.words import Length, choice_words
from knowledge.library import Library
from knowledge.models import SectionKind


def summarise(
    library: Library, request: SummaryRequest, progress: Progress = lambda _done, _of: None
) -> Summary:
    """The summary that is asked for, from the reports' own sentences.

    Raises ReportNotFound, UnknownHeading, UnclearHeading and TopicNeeded.
    """
    begun = time.perf_counter()
    readings = [
        Reading(library.report(report_id), *library.outline(report_id))
        for report_id in request.report_ids
    ]
    summary = compose(readings, request, progress)
    return replace(summary, seconds=round(time.perf_counter() - begun, 4))


def length_named(wanted: str) -> Length:
    """The length that people call so (一句话, 半页, 一页); raises UnknownLength."""
    names = choice_words().lengths
    if wanted not in names:
        raise UnknownLength(wanted=wanted, known="、".join(names))
    return names[wanted]


def kind_named(wanted: str) -> SectionKind:
    """The kind of section that people call so (问题, 打算, problems); raises UnknownKind."""
    names = choice_words().kinds | {kind.value: kind for kind in SectionKind}
    if wanted not in names:
        raise UnknownKind(wanted=wanted, known="、".join(names))
    return names[wanted]
