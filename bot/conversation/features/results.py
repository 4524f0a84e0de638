"""Summaries and drafts that were sent, and the buttons under them: as a file, at other lengths.

They are stored behind their buttons, as JSON: what is saved as a file is what was shown, whoever
wrote it. Quotes are stored as they are behind an answer, with their reports by id.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter

from bot.answers import Answer, AnswerStatus, Citation, Quote, names_of
from bot.compositions import Draft, Summary
from bot.conversation.context import RequestContext
from bot.conversation.features.pages import draft_blocks, summary_blocks
from bot.conversation.menus import MenuPress, button_data, grid, stale_button, store_choice
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
from bot.state.answers import KeptAnswer, KeptQuote
from bot.summarising.request import SummaryRequest
from bot.summarising.summarising import summarise
from bot.summarising.vocabulary import SummaryLength
from knowledge.models import Report
from knowledge.understanding.sentences import Span

SAVE, SAVE_BARE, RESIZE, OTHER, OTHER_PERIOD, WAY, TASKS = "d", "e", "l", "o", "q", "w", "t"
"""What the buttons do: files, bare too; another length, topic, period, way; tasks."""
SUMMARY_GIVEN, COMPARISON_GIVEN, DRAFT_GIVEN = "summary given", "comparison given", "draft given"
"""The kinds of choices behind the buttons."""
_ALL = "all"
_QUOTES_PER_ROW = 5
_LENGTHS = (*(length.value for length in SummaryLength), _ALL)

FindReport = Callable[[str], Report]
"""A report by id; raises ReportNotFound."""


# -- as JSON values, and back

_CODECS: dict[Any, TypeAdapter[Any]] = {
    kind: TypeAdapter(kind) for kind in (Summary, Draft, SummaryRequest, PlanRequest, KeptQuote)
}
_Given = TypeVar("_Given", Summary, Draft)
_Value = TypeVar("_Value")


def store_given(given: Summary | Draft, request: SummaryRequest | PlanRequest) -> dict[str, Any]:
    """What was given and what was asked, as JSON values."""
    quotes = [asdict(quote) for quote in quotes_to_store(given.citations)]
    made = _CODECS[type(given)].dump_python(replace(given, citations=()), mode="json")
    asked = _CODECS[type(request)].dump_python(request, mode="json")
    return {"request": asked, "given": made, "quotes": quotes}


def restore_given(kind: type[_Given], stored: Mapping[str, Any], find: FindReport) -> _Given:
    """The summary or the draft that was given; raises ReportNotFound."""
    given: _Given = _CODECS[kind].validate_python(stored["given"])
    return replace(given, citations=_citations_of(stored_quotes(stored), find))


def restore_request(kind: type[_Value], stored: Mapping[str, Any]) -> _Value:
    """What was asked."""
    request: _Value = _CODECS[kind].validate_python(stored["request"])
    return request


def stored_quotes(stored: Mapping[str, Any]) -> list[KeptQuote]:
    """The quotes of what was given."""
    return list(map(_CODECS[KeptQuote].validate_python, stored.get("quotes", ())))


def quotes_to_store(citations: Iterable[Citation]) -> tuple[KeptQuote, ...]:
    """The quotes of a message as they are stored for the buttons under it."""
    quotes = []
    for citation in citations:
        quote = citation.quote
        bureau, period = names_of(quote.report)
        place = (quote.span.start, quote.span.end)
        quotes.append(
            KeptQuote(citation.n, quote.report.id, bureau, period, quote.path, *place, quote.text)
        )
    return tuple(quotes)


def keep_answer(context: RequestContext, answer: Answer) -> None:
    """Keep an answer for the buttons of its quotes."""
    quotes = quotes_to_store(answer.citations)
    kept = KeptAnswer(
        context.update_id, context.chat_id, context.user_id, answer.question, answer.text,
        quotes, answer.writer, "+".join(answer.prompts),
    )  # fmt: skip
    context.state.answers.keep(kept, context.now)


def quote_buttons(context: RequestContext, citations: Iterable[Citation], most: int) -> Rows:
    """A number for each quote of an answer that is kept."""
    numbers = [Button(f"[{c.n}]", f"q:{context.update_id}:{c.n}") for c in citations]
    return grid(numbers[:most], _QUOTES_PER_ROW)


def _citations_of(quotes: Iterable[KeptQuote], find: FindReport) -> tuple[Citation, ...]:
    return tuple(
        Citation(q.n, Quote(find(q.report_id), q.path, Span(q.start, q.end))) for q in quotes
    )


# -- summaries and comparisons


@dataclass(frozen=True, slots=True)
class SummaryButtons:
    """The buttons under a result: the route's prefix, the kind of choice, the last one's label."""

    prefix: str
    kind: str
    other: str


def length_of(request: SummaryRequest) -> str:
    """How long a summary is, as it is stored; without a length a topic is told whole."""
    usual = _ALL if request.topic else SummaryLength.PAGE.value
    return request.length.value if request.length else usual


def with_stored_length(request: SummaryRequest, length: str) -> SummaryRequest:
    """A request at such a length."""
    named = None if length == _ALL else SummaryLength(length)
    return replace(request, length=named, characters=0)


def reply_with_summary(
    context: RequestContext, request: SummaryRequest, buttons: SummaryButtons
) -> Reply | None:
    """The summary with its buttons; None where it has nothing to say. Raises ReportNotFound."""
    if not request.characters:
        request = with_stored_length(request, length_of(request))
    summary = summarise(context.library, request, context.progress, context.condenser)
    if not summary.says_something:
        return None
    number = store_choice(context, buttons.kind, store_given(summary, request))
    data = button_data(buttons.prefix, number)
    lengths = tuple(
        Button(plain(f"length.{name}"), data(RESIZE, _LENGTHS.index(name)))
        for name in _other_lengths(request)
    )
    save = Button(plain("choosing.save"), data(SAVE))
    rows = ((save, Button(plain(buttons.other), data(OTHER))), lengths)
    return Reply(summary_blocks(summary), rows)


def _other_lengths(request: SummaryRequest) -> list[str]:
    """The other lengths there are; only a topic can be told whole."""
    present = "" if request.characters else length_of(request)
    return [n for n in _LENGTHS if n != present and (request.topic or n != _ALL)]


def on_given_summary_press(
    context: RequestContext, press: MenuPress, buttons: SummaryButtons
) -> Outcome:
    """The file of a summary, or the same at another length; raises ReportNotFound."""
    if press.action == SAVE:
        return _send_summary(context, press.stored)
    request = restore_request(SummaryRequest, press.stored)
    length = press.option(_LENGTHS) if press.action == RESIZE else None
    if length is None or length not in _other_lengths(request):
        return stale_button()
    reply = reply_with_summary(context, with_stored_length(request, length), buttons)
    return Outcome(replies=(reply,)) if reply else stale_button()


# -- drafts


def reply_with_draft(context: RequestContext, request: PlanRequest, prefix: str) -> Reply:
    """The draft with its buttons; raises a PlanError or ReportNotFound."""
    draft = draft_plan(context.library, request, context.progress, context.polisher)
    number = store_choice(context, DRAFT_GIVEN, store_given(draft, request))
    return Reply(draft_blocks(draft), _draft_rows(request, number, prefix))


def on_draft_press(context: RequestContext, press: MenuPress, prefix: str) -> Outcome:
    """The file of a draft, or the draft at another length; raises as ``reply_with_draft``."""
    if press.action in (SAVE, SAVE_BARE):
        return _send_draft(context, press.stored, with_sources=press.action == SAVE)
    request = _changed_request(press)
    if request is None:
        return stale_button()
    try:
        return Outcome(replies=(reply_with_draft(context, request, prefix),))
    except NothingToPlan:  # what it was drafted from has left the store
        return stale_button()


def _changed_request(press: MenuPress) -> PlanRequest | None:
    """The request of a draft as a button changes it; None for a button of something else."""
    request = restore_request(PlanRequest, press.stored)
    words = plan_words()
    if press.action == RESIZE:
        name = press.option(list(words.lengths))
        return replace(request, length=name) if name else None
    if press.action == WAY:
        return replace(request, way=words.detail if request.way == words.keep else words.keep)
    return replace(request, tasks=not request.tasks) if press.action == TASKS else None


def _draft_rows(request: PlanRequest, number: int, prefix: str) -> Rows:
    data = button_data(prefix, number)
    names = list(plan_words().lengths)  # the usual one in the middle
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


def send_latest(context: RequestContext) -> Outcome | None:
    """The last summary or draft that this user was given in the chat, as a file; None of none."""
    kinds = (SUMMARY_GIVEN, COMPARISON_GIVEN, DRAFT_GIVEN)
    found = context.state.choices.latest(context.chat_id, context.user_id, kinds)
    if found is None:
        return None
    kind, stored = found
    if kind == DRAFT_GIVEN:
        return _send_draft(context, stored, with_sources=True)
    return _send_summary(context, stored)


def send_answer(context: RequestContext) -> Outcome | None:
    """The last answer that this user was given in the chat, as a file; None of none."""
    found = context.state.answers.latest(context.chat_id, context.user_id)
    return _send_file(answer_document(found, context.library.report), context) if found else None


def answer_document(kept: KeptAnswer, find: FindReport) -> OfficialDocument:
    """An answer as it was shown, with its sources; raises ReportNotFound."""
    citations = _citations_of(kept.quotes, find)
    return from_answer(Answer(kept.question, AnswerStatus.ANSWERED, kept.answer, citations))


def _send_summary(context: RequestContext, stored: Mapping[str, Any]) -> Outcome:
    summary = restore_given(Summary, stored, context.library.report)
    return _send_file(from_summary(summary, with_sources=True), context)


def _send_draft(
    context: RequestContext, stored: Mapping[str, Any], *, with_sources: bool
) -> Outcome:
    draft = restore_given(Draft, stored, context.library.report)
    return _send_file(from_draft(draft, with_sources=with_sources), context)


def _send_file(document: OfficialDocument, context: RequestContext) -> Outcome:
    """The .docx, named by its title."""
    content = docx_bytes(document, at=datetime.fromtimestamp(context.now, UTC))
    return Outcome(documents=(Document(file_name(document.title, "docx"), content),))
