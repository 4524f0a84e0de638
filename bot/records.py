"""The JSON of the command line: scripts rely on these names; more may be added, none renamed."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.answers import Answer, Citation
from bot.compositions import CitedText, Draft, Summary
from bot.summarising.vocabulary import caption
from knowledge.models import Report, Section
from knowledge.retrieval.search import Hit
from knowledge.storage.protocols import ReportEntry
from knowledge.understanding.figures import Figure
from knowledge.understanding.sums import Doubt

Record = dict[str, Any]


def json_line(record: Record) -> str:
    """One JSON object on one line, Chinese as it is."""
    return json.dumps(record, ensure_ascii=False)


def hits_record(question: str, hits: Sequence[Hit], seconds: float) -> Record:
    """``search``: ranked passages."""
    return {"question": question, "hits": [_hit(h) for h in hits], "seconds": seconds}


def _hit(hit: Hit) -> Record:
    return {
        "passage_id": hit.passage.id,
        **_source(hit.report),
        "section": list(hit.passage.path),
        "kind": hit.passage.kind.value,
        "topics": list(hit.passage.topics),
        "text": hit.text,
        "score": round(hit.score, 4),
    }


def _source(report: Report) -> Record:
    bureau, period = report.identity.bureau, report.identity.period
    return {
        "report_id": report.id,
        "file": report.file,
        "bureau": bureau.name if bureau else "",
        "period": str(period or ""),
    }


def answer_record(answer: Answer) -> Record:
    """``ask``: an answer with its citations."""
    return {
        "question": answer.question,
        "status": answer.status.value,
        "answer": answer.text,
        "citations": [citation_record(c) for c in answer.citations],
        "struck": list(answer.struck),
        "writer": answer.writer,
        "prompt": answer.prompt,
        "prompts": list(answer.prompts),
        "model": answer.model,
        "notice": answer.notice,
        "seconds": answer.seconds,
    }


def citation_record(citation: Citation) -> Record:
    """A quote under its number, with whose it is and where it stands."""
    quote = citation.quote
    return {
        "n": citation.n,
        **_source(quote.report),
        "section": list(quote.path),
        "page": quote.page,
        "quote": quote.text,
        "start": quote.span.start,
        "end": quote.span.end,
    }


def entry_record(entry: ReportEntry) -> Record:
    """``reports``: one report of the store's list."""
    identity = entry.identity
    return {
        "report_id": entry.id,
        "file": entry.file,
        "title": identity.title or Path(entry.file).stem,
        "bureau": identity.bureau.name if identity.bureau else "",
        "level": identity.bureau.level or "" if identity.bureau else "",
        "period": str(identity.period or ""),
        "sections": entry.sections,
        "passages": entry.passages,
        "figures": entry.figures,
        "loaded_at": entry.loaded_at,
        "superseded_by": entry.superseded_by,
    }


def outline_record(
    report: Report,
    sections: Sequence[Section],
    figures: Sequence[Figure],
    doubts: Sequence[Doubt] = (),
) -> Record:
    """``outline``: the section tree, each figure at every section that holds it."""
    return {
        "report_id": report.id,
        "title": report.identity.title,
        "sections": [
            {
                "path": list(s.path),
                "level": s.level,
                "kind": s.kind.value,
                "start": s.start,
                "end": s.end,
                "leaf": s.leaf,
                "furniture": s.furniture,
                "figures": [_figure(f) for f in figures if s.start <= f.start < s.end],
            }
            for s in sections
        ],
        "doubts": [_doubt(d) for d in doubts],
    }


def _doubt(doubt: Doubt) -> Record:
    return {
        "kind": doubt.kind.value,
        "text": doubt.sentence,
        "figures": [f.text for f in doubt.figures],
        "start": doubt.span.start,
        "end": doubt.span.end,
    }


def _figure(figure: Figure) -> Record:
    return {
        "text": figure.text,
        "value": None if figure.value is None else _number(figure.value),
        "unit": figure.unit,
        "masked": figure.masked,
        "approximate": figure.approximate,
        "counted": figure.counted,
        "as_of": figure.as_of,
        "start": figure.start,
        "end": figure.end,
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def summary_record(summary: Summary) -> Record:
    """``summary``: points with the numbers of their citations.

    In a summary of a whole report the first point under each first heading begins with that
    heading, so that the points' texts alone, joined, name them all.
    """
    return {
        "report_id": summary.report_ids[0] if summary.report_ids else "",
        "report_ids": list(summary.report_ids),
        "title": summary.title,
        "scope": summary.scope,
        "points": _points(summary),
        "citations": [citation_record(c) for c in summary.citations],
        "left_out": list(summary.left_out),
        "struck": list(summary.struck),
        "doubtful": list(summary.doubtful),
        "writer": summary.writer,
        "prompt": summary.prompt,
        "model": summary.model,
        "notice": summary.notice,
        "seconds": summary.seconds,
    }


def _points(summary: Summary) -> list[Record]:
    points, heading = list[Record](), ""
    for part in summary.parts:
        for point in part.points:
            text = point.text
            if not summary.scope and part.path and part.path[0] != heading:
                heading = part.path[0]
                if heading not in text:
                    text = caption("point.headed", heading=heading, text=text)
            points.append(
                {"text": text, "citations": list(point.citations), "section": list(part.path)}
            )
    return points


def draft_record(draft: Draft) -> Record:
    """A draft with its sources; each sentence says where its idea came from."""
    return {
        "title": draft.title,
        "paragraphs": [
            {
                "heading": paragraph.heading,
                "text": paragraph.text,
                "citations": list(paragraph.citations),
                "sentences": [_sentence(sentence) for sentence in paragraph.sentences],
            }
            for paragraph in draft.paragraphs
        ],
        "citations": [citation_record(citation) for citation in draft.citations],
        "findings": list(draft.findings),
        "struck": list(draft.struck),
        "writer": draft.writer,
        "prompt": draft.prompt,
        "model": draft.model,
        "notice": draft.notice,
        "seconds": draft.seconds,
    }


def _sentence(sentence: CitedText) -> Record:
    return {
        "text": sentence.text,
        "citations": list(sentence.citations),
        "origin": sentence.origin.value if sentence.origin else None,
    }
