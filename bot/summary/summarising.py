"""Summaries of the library's reports, with no model."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from bot.compositions import Summary
from bot.doubting import doubtful
from bot.errors import EndpointFailed, UnknownKind, UnknownLength
from bot.summary.captions import caption
from bot.summary.composing import compose
from bot.summary.condensed import Condenser, Progress
from bot.summary.modelled import compose_with
from bot.summary.request import SummaryRequest
from bot.summary.units import Reading
from bot.summary.words import Length, choice_words
from knowledge.library import Library
from knowledge.models import SectionKind

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
        summary = _composed(readings, request, progress, condenser)
        numbers = doubtful(summary.citations, library.doubts)
    return replace(summary, doubtful=numbers, seconds=round(time.perf_counter() - begun, 4))


def _composed(
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
