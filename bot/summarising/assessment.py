"""What can be counted of a summary: lines of work, leading indicators, bare headings, length."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.compositions import Summary
from bot.summarising.belonging import lines_of_work
from bot.summarising.clauses import DigestClauseReader
from bot.summarising.fitting import extent_of
from bot.summarising.scope import ReportScope
from bot.summarising.units import span_without_number
from knowledge.models import Statement

_STOPS = "。；：！？ "


@dataclass(frozen=True, slots=True)
class Assessment:
    """The counts of one summary of one report.

    ``lines`` are those that the report treats, ``silent_on`` those neither told nor named as left
    out; ``leading`` the indicators that it states, ``lost`` those not told. ``bare`` are points
    that are a heading alone though the report says more below it. ``size`` is how much of the
    length that is asked for is used, 1 for all.
    """

    lines: tuple[str, ...]
    silent_on: tuple[str, ...]
    leading: tuple[str, ...]
    lost: tuple[str, ...]
    bare: tuple[str, ...]
    size: float


def assess(scope: ReportScope, summary: Summary) -> Assessment:
    """The counts of a summary of a scope."""
    lines = lines_of_work(scope.units)
    told = scope.units_within([citation.quote.span for citation in summary.citations])
    text = "\n".join(point.text for part in summary.parts for point in part.points)
    untold = lines.without(told, text)
    leading = DigestClauseReader(scope.reading, scope.units, lines).leading
    return Assessment(
        lines=lines.treated,
        silent_on=tuple(line for line in untold if line not in summary.lines_left_out),
        leading=tuple(leading),
        lost=tuple(name for name, statement in leading.items() if not _tells(summary, statement)),
        bare=tuple(_bare_headings(scope, summary)),
        size=extent_of(scope.request).size(summary),
    )


def _tells(summary: Summary, statement: Statement) -> bool:
    """Whether a point that cites a statement's sentence says its figure."""
    figure = statement.figure
    cited = {
        c.n for c in summary.citations if c.quote.span.start <= figure.start < c.quote.span.end
    }
    points = (point for part in summary.parts for point in part.points)
    return any(figure.text.strip() in p.text for p in points if cited & {*p.citations})


def _bare_headings(scope: ReportScope, summary: Summary) -> Iterator[str]:
    text = scope.reading.report.text
    with_text = {u.path for u in scope.units if not u.headline}
    heads = {
        text[slice(*span_without_number(u))].strip(_STOPS)
        for u in scope.units
        if u.headline and any(path[: len(u.path)] == u.path for path in with_text)
    }
    for point in (point for part in summary.parts for point in part.points):
        if point.text.strip(_STOPS) in heads:
            yield point.text
