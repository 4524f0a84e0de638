"""Summaries and drafts as they are kept behind their buttons, and back.

What is saved as a file is what was shown, whoever wrote it. Reports are kept by id alone.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bot.answers import Citation, Quote
from bot.compositions import CitedText, Draft, Origin, Paragraph, Summary, SummaryPart
from knowledge.models import Report, SectionKind
from knowledge.understanding.sentences import Span

Held = dict[str, Any]
Reports = Callable[[str], Report]
"""A report by id; raises ReportNotFound."""


def held_summary(summary: Summary) -> Held:
    """A summary as JSON values."""
    return {
        "report_ids": list(summary.report_ids),
        "title": summary.title,
        "scope": summary.scope,
        "parts": [
            {
                "path": list(part.path),
                "kind": part.kind.value if part.kind else None,
                "points": _held_texts(part.points),
            }
            for part in summary.parts
        ],
        "citations": _held_citations(summary.citations),
    }


def summary_of(held: Held, reports: Reports) -> Summary:
    """The summary again."""
    return Summary(
        report_ids=tuple(held["report_ids"]),
        title=held["title"],
        scope=held["scope"],
        parts=tuple(
            SummaryPart(
                tuple(part["path"]),
                _texts(part["points"]),
                SectionKind(part["kind"]) if part["kind"] else None,
            )
            for part in held["parts"]
        ),
        citations=_citations(held["citations"], reports),
    )


def held_draft(draft: Draft) -> Held:
    """A draft as JSON values."""
    return {
        "title": draft.title,
        "paragraphs": [
            {"heading": p.heading, "sentences": _held_texts(p.sentences)} for p in draft.paragraphs
        ],
        "citations": _held_citations(draft.citations),
    }


def draft_of(held: Held, reports: Reports) -> Draft:
    """The draft again."""
    return Draft(
        title=held["title"],
        paragraphs=tuple(
            Paragraph(p["heading"], _texts(p["sentences"])) for p in held["paragraphs"]
        ),
        citations=_citations(held["citations"], reports),
    )


def _held_texts(texts: Iterable[CitedText]) -> list[Held]:
    return [
        {"text": t.text, "of": list(t.citations), "origin": t.origin.value if t.origin else None}
        for t in texts
    ]


def _texts(held: Sequence[Held]) -> tuple[CitedText, ...]:
    return tuple(
        CitedText(t["text"], tuple(t["of"]), Origin(t["origin"]) if t["origin"] else None)
        for t in held
    )


def _held_citations(citations: Iterable[Citation]) -> list[Held]:
    return [
        {
            "n": c.n,
            "report": c.quote.report.id,
            "path": list(c.quote.path),
            "span": [c.quote.span.start, c.quote.span.end],
        }
        for c in citations
    ]


def _citations(held: Sequence[Held], reports: Reports) -> tuple[Citation, ...]:
    return tuple(
        Citation(c["n"], Quote(reports(c["report"]), tuple(c["path"]), Span(*c["span"])))
        for c in held
    )
