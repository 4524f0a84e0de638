"""What the command line shows to people: plain Chinese text, made from values."""

from collections.abc import Sequence

from bot.answers import Answer, Quote
from bot.wording import tell
from knowledge.figures import Figure
from knowledge.library import label
from knowledge.models import Report, Section
from knowledge.search import Hit
from knowledge.store import Entry
from knowledge.sums import Doubt

_ARROW = " › "


def source_lines(answer: Answer) -> list[str]:
    """Each quote of an answer with whose it is and where it stands, after an empty line."""
    lines = [""] if answer.citations else []
    for citation in answer.citations:
        bureau, period = names_of(citation.quote.report)
        path = place_of(citation.quote)
        lines.append(tell("answer.source", n=citation.n, bureau=bureau, period=period, path=path))
        lines.append(tell("answer.quote", quote=citation.quote.text.strip()))
    return lines


def place_of(quote: Quote) -> str:
    """Where a quote stands: its headings and, in a file that has pages, the page."""
    return with_page(_ARROW.join(quote.path), quote.page)


def with_page(headings: str, page: int | None) -> str:
    """Headings, followed by the number of a page if there is one."""
    return headings if page is None else tell("answer.on_page", path=headings, page=page)


def names_of(report: Report) -> tuple[str, str]:
    """Bureau and period as they are shown, unknown ones said so."""
    bureau, period = report.identity.bureau, report.identity.period
    return (
        bureau.name if bureau else tell("ingest.unknown_bureau"),
        str(period) if period else tell("ingest.unknown_period"),
    )


def hit_lines(hits: Sequence[Hit]) -> list[str]:
    """Ranked passages."""
    if not hits:
        return [tell("answer.no_hits")]
    lines = []
    for n, hit in enumerate(hits, 1):
        bureau, period = names_of(hit.report)
        path = _ARROW.join(hit.passage.path)
        fields = {"n": n, "bureau": bureau, "period": period, "path": path}
        lines.append(tell("answer.hit", score=hit.score, **fields))
        lines.append(tell("answer.quote", quote=hit.text.strip()))
    return lines


def entry_line(entry: Entry) -> str:
    """One report of the list."""
    identity = entry.identity
    return tell(
        "answer.report_line",
        bureau=identity.bureau.name if identity.bureau else tell("ingest.unknown_bureau"),
        period=str(identity.period or tell("ingest.unknown_period")),
        passages=entry.passages,
        file=entry.file,
        id=entry.id,
        older=tell("answer.older") if entry.superseded_by else "",
    )


def outline_lines(sections: Sequence[Section], figures: Sequence[Figure]) -> list[str]:
    """The section tree, each leaf with its figures."""
    lines = []
    for section in sections:
        indent = "  " * max(section.level - 1, 0)
        kind = tell(f"kind.{section.kind.value}")
        lines.append(tell("answer.section_line", indent=indent, title=section.path[-1], kind=kind))
        inside = [f.text for f in figures if section.start <= f.start < section.end]
        if section.leaf and inside:
            lines.append(tell("answer.section_figures", indent=indent, figures="、".join(inside)))
    return lines


def doubt_lines(doubts: Sequence[Doubt]) -> list[str]:
    """What does not add up, under a heading of its own; nothing where all does."""
    told = [tell("answer.doubt_line", doubt=doubt.sentence) for doubt in doubts]
    return [tell("answer.doubts"), *told] if told else []


def holdings_line(entries: Sequence[Entry]) -> str:
    """All reports in one line, for a greeting; no more than a dozen by name."""
    return "、".join(label(e) for e in entries[:12]) + ("……" if len(entries) > 12 else "")
