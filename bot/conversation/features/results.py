"""Summaries and drafts that were sent, and the buttons under them: as a file, at other lengths.

They are stored behind their buttons as JSON: what is saved as a file is what was shown, whoever
wrote it. Reports are stored by id alone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.answers import Answer, AnswerStatus, Citation, Quote
from bot.compositions import (
    CitedText,
    Draft,
    DraftTask,
    Origin,
    Paragraph,
    Summary,
    SummaryPart,
    SummaryTable,
    TableRow,
)
from bot.conversation.context import RequestContext
from bot.conversation.features.pages import draft_blocks, summary_blocks
from bot.conversation.menus import MenuPress, button_data, stale_button, store_choice
from bot.conversation.messages import Button, Document, Outcome, Reply, Rows
from bot.conversation.wording import plain
from bot.drafting.drafting import draft_plan
from bot.drafting.request import PlanRequest
from bot.drafting.vocabulary import plan_words
from bot.errors import NothingToPlan
from bot.official.document import (
    OfficialDocument,
    file_name,
    from_answer,
    from_draft,
    from_summary,
)
from bot.official.docx import docx_bytes
from bot.state.answers import KeptAnswer
from bot.summarising.request import SummaryRequest, with_length
from bot.summarising.summarising import summarise
from bot.summarising.vocabulary import SummaryLength
from knowledge.models import Report, SectionKind
from knowledge.understanding.sentences import Span

SAVE, SAVE_BARE, RESIZE, OTHER, OTHER_PERIOD, WAY, TASKS = "d", "e", "l", "o", "q", "w", "t"
"""What the buttons do: files, bare too; another length, topic, period, way; tasks."""
_ALL = "all"
_LENGTHS = (*(length.value for length in SummaryLength), _ALL)

Json = dict[str, Any]
FindReport = Callable[[str], Report]
"""A report by id; raises ReportNotFound."""


# -- summaries and comparisons


@dataclass(frozen=True, slots=True)
class SummaryButtons:
    """The buttons under a result: the route's prefix, the kind of choice, the last one's label."""

    prefix: str
    kind: str
    other: str


@dataclass(frozen=True, slots=True)
class StoredSummary:
    """What was asked, as it is stored behind the buttons, and the summary that was shown."""

    reports: list[str]
    section: str
    topic: str
    kind: str
    length: str
    summary: Json | None = None

    @classmethod
    def of_request(cls, request: SummaryRequest) -> "StoredSummary":
        """What a request asks; without a length a topic is told whole, all else on a page."""
        usual = request.length or (_ALL if request.topic else SummaryLength.PAGE)
        length = request.characters or usual
        kind = request.kind.value if request.kind else ""
        return cls(list(request.report_ids), request.section, request.topic, kind, str(length))

    @property
    def request(self) -> SummaryRequest:
        """The request again."""
        request = SummaryRequest(
            tuple(self.reports),
            section=self.section,
            topic=self.topic,
            kind=SectionKind(self.kind) if self.kind else None,
        )
        if self.length.isdecimal():
            return with_length(request, self.length)
        length = None if self.length == _ALL else SummaryLength(self.length)
        return replace(request, length=length)

    @property
    def other_lengths(self) -> list[str]:
        """The other lengths there are; only a topic can be told whole."""
        return [n for n in _LENGTHS if n != self.length and (self.topic or n != _ALL)]


def reply_with_summary(
    context: RequestContext, stored: StoredSummary, buttons: SummaryButtons
) -> Reply | None:
    """The summary with its buttons; None where it has nothing to say. Raises ReportNotFound."""
    summary = summarise(context.library, stored.request, context.progress, context.condenser)
    if not summary.says_something:
        return None
    stored = replace(stored, summary=summary_to_json(summary))
    number = store_choice(context, buttons.kind, asdict(stored))
    data = button_data(buttons.prefix, number)
    lengths = tuple(
        Button(plain(f"length.{name}"), data(RESIZE, _LENGTHS.index(name)))
        for name in stored.other_lengths
    )
    save = Button(plain("choosing.save"), data(SAVE))
    rows = ((save, Button(plain(buttons.other), data(OTHER))), lengths)
    return Reply(summary_blocks(summary), rows)


def on_stored_summary_press(
    context: RequestContext, press: MenuPress, buttons: SummaryButtons
) -> Outcome:
    """The file of a summary, or the same at another length; raises ReportNotFound."""
    stored = StoredSummary(**press.stored)
    if press.action == SAVE and stored.summary:
        summary = summary_from_json(stored.summary, context.library.report)
        return _send_file(from_summary(summary, with_sources=True), context)
    length = press.option(_LENGTHS) if press.action == RESIZE else None
    if length is None or length not in stored.other_lengths:
        return stale_button()
    resized = replace(stored, length=length, summary=None)
    reply = reply_with_summary(context, resized, buttons)
    return Outcome(replies=(reply,)) if reply else stale_button()


# -- drafts


def reply_with_draft(
    context: RequestContext, request: PlanRequest, prefix: str, kind: str
) -> Reply:
    """The draft with its buttons; raises a PlanError or ReportNotFound."""
    draft = draft_plan(context.library, request, context.progress, context.polisher)
    values = {"request": asdict(request), "draft": draft_to_json(draft)}
    number = store_choice(context, kind, values)
    return Reply(draft_blocks(draft), _draft_rows(request, number, prefix))


def on_draft_press(context: RequestContext, press: MenuPress, prefix: str, kind: str) -> Outcome:
    """The file of a draft, or the draft at another length; raises as ``reply_with_draft``."""
    if press.action in (SAVE, SAVE_BARE):
        draft = draft_from_json(press.stored["draft"], context.library.report)
        return _send_file(from_draft(draft, with_sources=press.action == SAVE), context)
    request = _changed_request(press)
    if request is None:
        return stale_button()
    try:
        return Outcome(replies=(reply_with_draft(context, request, prefix, kind),))
    except NothingToPlan:  # what it was drafted from has left the store
        return stale_button()


def _changed_request(press: MenuPress) -> PlanRequest | None:
    """The request of a draft as a button changes it; None for a button of something else."""
    request = PlanRequest(**press.stored["request"])
    words = plan_words()
    if press.action == RESIZE:
        name = press.option(_draft_lengths())
        return replace(request, length=name) if name else None
    if press.action == WAY:
        return replace(request, way=words.detail if request.way == words.keep else words.keep)
    return replace(request, tasks=not request.tasks) if press.action == TASKS else None


def _draft_lengths() -> list[str]:
    """What the lengths of a draft are called, the usual one in the middle."""
    return list(plan_words().lengths)


def _draft_rows(request: PlanRequest, number: int, prefix: str) -> Rows:
    data = button_data(prefix, number)
    names = _draft_lengths()
    present = request.length or names[len(names) // 2]
    keeps = request.way == plan_words().keep
    lengths = tuple(
        Button(name, data(RESIZE, n)) for n, name in enumerate(names) if name != present
    )
    return (
        (Button(plain("plan.save"), data(SAVE)), Button(plain("plan.save_bare"), data(SAVE_BARE))),
        lengths,
        (
            Button(plain("plan.detail" if keeps else "plan.keep"), data(WAY)),
            Button(plain("plan.no_tasks" if request.tasks else "plan.tasks"), data(TASKS)),
        ),
        (
            Button(plain("plan.other_topic"), data(OTHER)),
            Button(plain("plan.other_period"), data(OTHER_PERIOD)),
        ),
    )


# -- files

_DRAFTED = "drafted"
_SUMMARISED = ("summarised", "compared")


def send_latest(context: RequestContext) -> Outcome | None:
    """The last summary or draft that this user was given in the chat, as a file; None of none."""
    found = context.state.choices.latest(context.chat_id, context.user_id, (*_SUMMARISED, _DRAFTED))
    if found is None:
        return None
    kind, values = found
    if kind == _DRAFTED:
        draft = draft_from_json(values["draft"], context.library.report)
        return _send_file(from_draft(draft, with_sources=True), context)
    summary = summary_from_json(values["summary"], context.library.report)
    return _send_file(from_summary(summary, with_sources=True), context)


def send_answer(context: RequestContext) -> Outcome | None:
    """The last answer that this user was given in the chat, as a file; None of none."""
    found = context.state.answers.latest(context.chat_id, context.user_id)
    return _send_file(answer_document(found, context.library.report), context) if found else None


def answer_document(kept: KeptAnswer, find: FindReport) -> OfficialDocument:
    """An answer as it was shown, with its sources; raises ReportNotFound."""
    citations = tuple(
        Citation(q.n, Quote(find(q.report_id), q.path, Span(q.start, q.end))) for q in kept.quotes
    )
    return from_answer(Answer(kept.question, AnswerStatus.ANSWERED, kept.answer, citations))


def _send_file(document: OfficialDocument, context: RequestContext) -> Outcome:
    """The .docx, named by its title."""
    content = docx_bytes(document, at=datetime.fromtimestamp(context.now, UTC))
    return Outcome(documents=(Document(file_name(document.title, "docx"), content),))


# -- as JSON values, and back


def summary_to_json(summary: Summary) -> Json:
    """A summary as JSON values."""
    return {
        "report_ids": list(summary.report_ids),
        "title": summary.title,
        "scope": summary.scope,
        "parts": [
            {
                "path": list(part.path),
                "kind": part.kind.value if part.kind else None,
                "points": _texts_to_json(part.points),
                "line": part.line,
            }
            for part in summary.parts
        ],
        "lines_left_out": list(summary.lines_left_out),
        "digest": summary.digest,
        "table": _table_to_json(summary.table) if summary.table else None,
        "citations": _citations_to_json(summary.citations),
    }


def summary_from_json(values: Json, find: FindReport) -> Summary:
    """What ``summary_to_json`` was given, of the store's reports; raises ReportNotFound."""
    return Summary(
        report_ids=tuple(values["report_ids"]),
        title=values["title"],
        scope=values["scope"],
        parts=tuple(
            SummaryPart(
                tuple(part["path"]),
                _texts_from_json(part["points"]),
                SectionKind(part["kind"]) if part["kind"] else None,
                part.get("line", ""),
            )
            for part in values["parts"]
        ),
        lines_left_out=tuple(values.get("lines_left_out", ())),
        digest=values.get("digest", False),
        table=_table_from_json(values["table"]) if values.get("table") else None,
        citations=_citations_from_json(values["citations"], find),
    )


def _table_to_json(table: SummaryTable) -> Json:
    rows = [{"name": row.name, "cells": _texts_to_json(row.cells)} for row in table.rows]
    return {"reports": list(table.reports), "rows": rows}


def _table_from_json(values: Json) -> SummaryTable:
    rows = (TableRow(row["name"], _texts_from_json(row["cells"])) for row in values["rows"])
    return SummaryTable(tuple(values["reports"]), tuple(rows))


def draft_to_json(draft: Draft) -> Json:
    """A draft as JSON values."""
    return {
        "title": draft.title,
        "paragraphs": [
            {"heading": p.heading, "sentences": _texts_to_json(p.sentences)}
            for p in draft.paragraphs
        ],
        "citations": _citations_to_json(draft.citations),
        "tasks": [asdict(task) for task in draft.tasks],
    }


def draft_from_json(values: Json, find: FindReport) -> Draft:
    """What ``draft_to_json`` was given, of the store's reports; raises ReportNotFound."""
    return Draft(
        title=values["title"],
        paragraphs=tuple(
            Paragraph(p["heading"], _texts_from_json(p["sentences"])) for p in values["paragraphs"]
        ),
        citations=_citations_from_json(values["citations"], find),
        tasks=tuple(
            DraftTask(**task | {"citations": tuple(task["citations"])})
            for task in values.get("tasks", ())
        ),
    )


def _texts_to_json(texts: Iterable[CitedText]) -> list[Json]:
    return [
        {
            "text": t.text,
            "of": list(t.citations),
            "origin": t.origin.value if t.origin else None,
            "note": t.note,
            "problems": list(t.problems),
        }
        for t in texts
    ]


def _texts_from_json(values: Sequence[Json]) -> tuple[CitedText, ...]:
    return tuple(
        CitedText(
            t["text"],
            tuple(t["of"]),
            Origin(t["origin"]) if t["origin"] else None,
            t.get("note", ""),
            tuple(t.get("problems", ())),
        )
        for t in values
    )


def _citations_to_json(citations: Iterable[Citation]) -> list[Json]:
    return [
        {
            "n": c.n,
            "report": c.quote.report.id,
            "path": list(c.quote.path),
            "span": [c.quote.span.start, c.quote.span.end],
        }
        for c in citations
    ]


def _citations_from_json(values: Sequence[Json], find: FindReport) -> tuple[Citation, ...]:
    return tuple(
        Citation(c["n"], Quote(find(c["report"]), tuple(c["path"]), Span(*c["span"])))
        for c in values
    )
