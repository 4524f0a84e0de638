"""The JSON of the command line: scripts rely on these names; more may be added, none renamed.

A model's fields stand in the order in which they are written; the path in ``_at`` says where a
field is found in the value that a record is made of.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasPath, BaseModel, BeforeValidator, ConfigDict, Field

from bot.answers import Answer
from bot.compositions import Draft, Summary
from bot.ledger.gathering import LedgerEntry
from bot.proofreading.findings import ProofResult
from bot.summarising.vocabulary import caption
from knowledge.models import Report, Section
from knowledge.retrieval.search import Hit
from knowledge.storage.protocols import ReportEntry
from knowledge.understanding.figures import Figure
from knowledge.understanding.sums import Doubt

JsonObject = dict[str, Any]
_Text = Annotated[str, BeforeValidator(lambda value: str(value or ""))]
_Score = Annotated[float, BeforeValidator(lambda score: round(score, 4))]
_FigureTexts = Annotated[list[str], BeforeValidator(lambda figures: [f.text for f in figures])]


def json_line(record: JsonObject) -> str:
    """One JSON object on one line, Chinese as it is."""
    return json.dumps(record, ensure_ascii=False)


def hits_record(question: str, hits: Sequence[Hit], seconds: float) -> JsonObject:
    """``search``: ranked passages."""
    return {"question": question, "hits": [_Hit.of(hit) for hit in hits], "seconds": seconds}


def answer_record(answer: Answer) -> JsonObject:
    """``ask``: an answer with its citations."""
    return _Answer.of(answer)


def statement_record(entry: LedgerEntry) -> JsonObject:
    """``figures``: one statement, with the name that it has in the ledger."""
    return _Statement.of(entry)


def entry_record(entry: ReportEntry) -> JsonObject:
    """``reports``: one report of the store's list, under its file's name if it has no title."""
    record = _Entry.of(entry)
    return record | {"title": record["title"] or Path(entry.file).stem}


def outline_record(
    report: Report,
    sections: Sequence[Section],
    figures: Sequence[Figure],
    doubts: Sequence[Doubt] = (),
) -> JsonObject:
    """``outline``: the section tree, each figure at every section that holds it."""
    return {
        "report_id": report.id,
        "title": report.identity.title,
        "sections": [
            _Section.of(s)
            | {"figures": [_Figure.of(f) for f in figures if s.start <= f.start < s.end]}
            for s in sections
        ],
        "doubts": [_Doubt.of(doubt) for doubt in doubts],
    }


def summary_record(summary: Summary) -> JsonObject:
    """``summary``: points with the numbers of their citations.

    In a summary of a whole report the first point under each first heading begins with that
    heading, so that the points' texts alone, joined, name them all.
    """
    points = {"points": list(_points(summary))}
    return _Summary.of(summary) | points | ({"table": _rows(summary)} if summary.table else {})


def _rows(summary: Summary) -> list[JsonObject]:
    """``table``: each indicator with what each report states of it, empty for nothing."""
    return [
        {
            "indicator": row.name,
            "cells": [{"text": c.text, "citations": list(c.citations)} for c in row.cells],
        }
        for row in (summary.table.rows if summary.table else ())
    ]


def _points(summary: Summary) -> Iterator[JsonObject]:
    heading = ""
    for part in summary.parts:
        for point in part.points:
            text = point.text
            if not summary.scope and part.path and part.path[0] != heading:
                heading = part.path[0]
                if heading not in text:
                    text = caption("point.headed", heading=heading, text=text)
            place = {"section": list(part.path), "line": part.line}
            yield {"text": text, "citations": list(point.citations), **place}


def draft_record(draft: Draft) -> JsonObject:
    """``plan``: a draft with its sources; each sentence says where its idea came from."""
    return _Draft.of(draft)


def check_record(result: ProofResult) -> JsonObject:
    """``check``: the findings of a draft, each with its place and what is right."""
    draft = result.draft
    identity = draft.report.identity
    return {
        "file": draft.report.file,
        "bureau": draft.bureau,
        "period": str(identity.period or ""),
        "findings": [
            _Finding.of(finding)
            | {
                "text": draft.text[finding.start : finding.end],
                "section": list(draft.path_at(finding.start)),
                "sentence": draft.text[slice(*draft.sentence_at(finding.start))],
            }
            for finding in result.findings
        ],
        "compared": asdict(result.compared),
        "seconds": result.seconds,
    }


def _at(path: str, default: object = ...) -> Any:
    """Make a field of an attribute of the value, or of attributes of its attributes."""
    return Field(default, validation_alias=AliasPath(*path.split(".")))


def _json_number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


_Number = Annotated[int | float | None, BeforeValidator(_json_number)]


class _Record(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, value: object) -> JsonObject:
        return cls.model_validate(value).model_dump(mode="json")


class _Hit(_Record):
    passage_id: str = _at("passage.id")
    report_id: str = _at("report.id")
    file: str = _at("report.file")
    bureau: str = _at("report.identity.bureau.name", "")
    period: _Text = _at("report.identity.period")
    section: tuple[str, ...] = _at("passage.path")
    kind: str = _at("passage.kind")
    topics: tuple[str, ...] = _at("passage.topics")
    text: str
    score: _Score


class _Citation(_Record):
    n: int
    report_id: str = _at("quote.report.id")
    file: str = _at("quote.report.file")
    bureau: str = _at("quote.report.identity.bureau.name", "")
    period: _Text = _at("quote.report.identity.period")
    section: tuple[str, ...] = _at("quote.path")
    page: int | None = _at("quote.place.number")
    cells: str = _at("quote.place.name")
    quote: str = _at("quote.text")
    start: int = _at("quote.span.start")
    end: int = _at("quote.span.end")


class _Derivation(_Record):
    formula: str
    value: _Number
    unit: str
    citations: tuple[int, ...]


class _Answer(_Record):
    question: str
    status: str
    answer: str = _at("text")
    citations: tuple[_Citation, ...]
    struck: tuple[str, ...]
    recited: tuple[str, ...]
    writer: str
    prompt: str | None
    prompts: tuple[str, ...]
    model: str
    notice: str
    derived: tuple[_Derivation, ...]
    intent: str
    asked_back: tuple[str, ...]
    seconds: float


class _Entry(_Record):
    report_id: str = _at("id")
    file: str
    title: str = _at("identity.title")
    bureau: str = _at("identity.bureau.name", "")
    level: _Text = _at("identity.bureau.level", "")
    period: _Text = _at("identity.period")
    reviews: _Text = _at("identity.reviews")
    sections: int
    passages: int
    figures: int
    loaded_at: str
    superseded_by: str


class _Figure(_Record):
    text: str
    value: _Number
    unit: str
    masked: bool
    approximate: bool
    counted: str
    as_of: str | None
    start: int
    end: int


class _Statement(_Record):
    report_id: str = _at("report.id")
    file: str = _at("report.file")
    bureau: str
    period: _Text = _at("report.identity.period")
    of_period: _Text = _at("period")
    subject: str = _at("statement.subject")
    measure: str = _at("statement.measure")
    condition: str = _at("statement.condition")
    indicator: str = _at("name")
    text: str = _at("statement.figure.text")
    value: _Number = _at("statement.figure.value")
    unit: str = _at("statement.figure.unit")
    masked: bool = _at("statement.figure.masked")
    approximate: bool = _at("statement.figure.approximate")
    as_of: str | None = _at("statement.figure.as_of")
    kind: str = _at("statement.role")
    quantity: str = _at("statement.quantity")
    section: tuple[str, ...] = _at("section.path")
    page: int | None = _at("quote.place.number")
    cells: str = _at("quote.place.name")
    sentence: str = _at("quote.text")
    start: int = _at("statement.figure.start")
    end: int = _at("statement.figure.end")
    doubtful: bool = _at("is_doubtful")


class _Section(_Record):
    path: tuple[str, ...]
    level: int
    kind: str
    start: int
    end: int
    leaf: bool
    furniture: bool


class _Doubt(_Record):
    kind: str
    text: str = _at("sentence")
    figures: _FigureTexts
    start: int = _at("span.start")
    end: int = _at("span.end")


class _Source(_Record):
    report_id: str = _at("report.id")
    file: str = _at("report.file")
    bureau: str = _at("report.identity.bureau.name", "")
    period: _Text = _at("report.identity.period")
    section: tuple[str, ...] = _at("path")
    page: int | None = _at("place.number")
    cells: str = _at("place.name")
    quote: str = _at("text")


class _Finding(_Record):
    start: int
    end: int
    kind: str
    certain: bool
    why: str
    right: str | None
    citation: _Source | None = _at("quote")


class _Summary(_Record):
    report_id: str = Field("", validation_alias=AliasPath("report_ids", 0))
    report_ids: tuple[str, ...]
    title: str
    scope: str
    points: tuple[JsonObject, ...] = ()
    citations: tuple[_Citation, ...]
    left_out: tuple[str, ...]
    lines_left_out: tuple[str, ...]
    struck: tuple[str, ...]
    recited: tuple[str, ...]
    doubtful: tuple[int, ...]
    writer: str
    prompt: str | None
    model: str
    notice: str
    seconds: float


class _Sentence(_Record):
    text: str
    citations: tuple[int, ...]
    origin: str | None
    problems: tuple[int, ...]
    note: str


class _Paragraph(_Record):
    heading: str
    text: str
    citations: tuple[int, ...]
    sentences: tuple[_Sentence, ...]


class _Task(_Record):
    n: int
    task: str
    unit: str
    by: str
    citations: tuple[int, ...]


class _Draft(_Record):
    title: str
    offer: str
    tasks: tuple[_Task, ...]
    paragraphs: tuple[_Paragraph, ...]
    citations: tuple[_Citation, ...]
    findings: tuple[str, ...]
    struck: tuple[str, ...]
    recited: tuple[str, ...]
    writer: str
    prompt: str | None
    model: str
    notice: str
    seconds: float
