"""A question answered, with buttons for its quotes and for what one thinks of it."""

from dataclasses import replace
from datetime import datetime

from bot.answers import Answer, AnswerStatus, headings_of, with_place
from bot.assistant.assistant import MessageReading
from bot.conversation.access import allows
from bot.conversation.context import RequestContext
from bot.conversation.features.greeting import empty_library_text
from bot.conversation.features.pages import answer_blocks
from bot.conversation.features.people import name_of
from bot.conversation.features.results import keep_answer, quote_buttons
from bot.conversation.menus import (
    grid,
    numbers_in,
    replace_page,
    stale_button,
    store_choice,
)
from bot.conversation.messages import (
    Button,
    Outcome,
    Reply,
    Rows,
    Text,
    bold,
    cut_short,
    fold,
    reply_with,
)
from bot.conversation.wording import plain, sentence
from bot.ids import full_id, short_id
from bot.state.answers import Judgement, KeptAnswer, KeptQuote
from bot.state.opening import ASKED
from bot.state.people import Role
from bot.wording import say
from knowledge.errors import ReportNotFound

MODEL_ERROR = "model_error"
"""The note that keeps what the model's endpoint last failed with; empty once it answers."""

_OWN_BUREAU = "bureau:"
"""The notes that keep whose bureau 我们局 is, for each user."""

_MOST_OPTIONS = 12
_MOST_QUOTES = 15
_AROUND = 700
_LONGEST_HEAD = 1200
_FOUND = (AnswerStatus.ANSWERED, AnswerStatus.MASKED)
_REASONS = ("figure", "point", "source", "unclear", "none")
_PER_ROW = 2
_MOST_LISTED = 10
_LONGEST_WORDS = 1000
_LONGEST_SHOWN = 150
_LIST = "list"


def read_message(context: RequestContext, words: str) -> MessageReading:
    """What a message wants, in the knowledge of those before it in the chat."""
    history = context.state.conversations.history(context.chat_id, before=context.update_id)
    return context.assistant.read_message(words, history, own_bureau(context))


def answer(context: RequestContext, reading: MessageReading) -> Outcome:
    """The answer to a message that was read, with its buttons; it is remembered in the chat."""
    words, known = reading.typed, own_bureau(context)
    told = context.assistant.answer(reading, context.show)
    if told.status is AnswerStatus.TALK and not context.library.reports():
        return reply_with(empty_library_text(context))
    shown = _hide_model_error(told)
    with context.state.transaction():
        context.state.conversations.remember(context.chat_id, context.update_id, words)
        if shown.own_bureau and shown.own_bureau != known:
            context.state.notes.write(_OWN_BUREAU + context.user_id, shown.own_bureau)
        if shown.status is AnswerStatus.TALK:
            return Outcome(replies=(Reply(answer_blocks(shown)),))
        keep_answer(context, shown)
        context.note_action(ASKED, words)
        if shown.notice or shown.prompts:
            context.state.notes.write(MODEL_ERROR, _endpoint_fault(shown))
        rows = _buttons(shown, context) + _options(shown, context)
    return Outcome(replies=(Reply(answer_blocks(shown), rows),))


def own_bureau(context: RequestContext) -> str:
    """The bureau of who asks, as they have said it once; empty where they have not."""
    return context.state.notes.read(_OWN_BUREAU + context.user_id)


def set_own_bureau(context: RequestContext, words: str) -> Outcome:
    """``/bureau``: which bureau 我们局 is for who asks; without words, which it is now."""
    known = own_bureau(context)
    if not words.strip():
        key = "bureau.known" if known else "bureau.how"
        return reply_with(sentence(key, bureau=known))
    names = context.library.bureaus_like(words.strip())
    if len(names) != 1:
        there = names or context.library.bureau_names()
        return reply_with(sentence("bureau.unclear", wanted=words.strip(), names="、".join(there)))
    context.state.notes.write(_OWN_BUREAU + context.user_id, names[0])
    return reply_with(sentence("bureau.kept", bureau=names[0]))


def _options(answer: Answer, context: RequestContext) -> Rows:
    """A button for each name that is asked back; to press it is to type it."""
    options = answer.asked_back[:_MOST_OPTIONS]
    numbers = (store_choice(context, "example", {"question": option}) for option in options)
    return tuple(
        (Button(option, f"e:{number}"),) for option, number in zip(options, numbers, strict=True)
    )


def _endpoint_fault(answer: Answer) -> str:
    """Why the endpoint wrote nothing; empty where it wrote, or needed not."""
    told = say("answer.instead", fault="")
    return answer.notice.removesuffix(told) if answer.notice.endswith(told) else ""


def _hide_model_error(answer: Answer) -> Answer:
    """An answer that says less of a failing endpoint: /status tells administrators the rest."""
    if not _endpoint_fault(answer):
        return answer
    text = answer.text.removeprefix(answer.notice)
    return replace(answer, text=plain("ask.model_away") + text)


def _buttons(answer: Answer, context: RequestContext) -> Rows:
    """A number for each quote; under an answer that found something, thumbs."""
    rows = list(quote_buttons(context, answer.citations, _MOST_QUOTES))
    if answer.status in _FOUND:
        rows.append(
            (
                Button(plain("ask.good"), f"f:{context.update_id}:good"),
                Button(plain("ask.bad"), f"f:{context.update_id}:bad"),
            )
        )
    return tuple(rows)


# -- quotes


def open_quote(context: RequestContext, data: str) -> Outcome:
    """``answer:n`` opens a quote in a new message; ``answer:n:here`` turns to it in the same."""
    number, n, here = _read_data(data)
    answer = context.state.answers.find(number, context.chat_id)
    places = {quote.n: place for place, quote in enumerate(answer.quotes)} if answer else {}
    if answer is None or n not in places:
        return stale_button()
    if answer.quotes[places[n]].bureau in context.closed_bureaus:
        return stale_button()
    reply = Reply(
        _quote_blocks(context, answer.quotes[places[n]]), _turn_buttons(answer, places[n])
    )
    return Outcome(page=reply) if here else Outcome(replies=(reply,))


def _read_data(data: str) -> tuple[int, int, bool]:
    number, _, rest = data.partition(":")
    n, _, here = rest.partition(":")
    readable = number.isdecimal() and n.isdecimal() and len(number) < 16 and len(n) < 5
    return (int(number), int(n), here == "here") if readable else (-1, -1, False)


def _quote_blocks(context: RequestContext, quote: KeptQuote) -> tuple[Text, ...]:
    """Whose a quote is, where it stands, and its paragraph; a note where it left the store."""
    head = sentence("quote.head", n=quote.n, bureau=quote.bureau, period=quote.period)
    path, before, after = cut_short(headings_of(quote.path), _LONGEST_HEAD), "", ""
    try:
        report = context.library.report(quote.report_id)
        is_there = report.text[quote.start : quote.end] == quote.text
    except ReportNotFound:
        is_there = False
    if is_there:
        path = with_place(path, report.place_in_file(quote.start))
        before, after = _around(report.text, quote)
    paragraph = fold(before + bold(quote.text.strip()) + after)
    return (head + "\n" + path, paragraph, *([] if is_there else [sentence("quote.gone")]))


def _around(text: str, quote: KeptQuote) -> tuple[str, str]:
    """What stands before and after a quote in its paragraph."""
    first = text.rfind("\n", 0, quote.start) + 1
    last = text.find("\n", quote.end)
    before = text[first : quote.start].lstrip()
    after = text[quote.end : len(text) if last < 0 else last].rstrip()
    cut_before = plain("quote.cut") if len(before) > _AROUND else ""
    cut_after = plain("quote.cut") if len(after) > _AROUND else ""
    return cut_before + before[-_AROUND:], after[:_AROUND] + cut_after


def _turn_buttons(answer: KeptAnswer, place: int) -> Rows:
    """Buttons to the quote before and the one after."""
    buttons = []
    for label, other in (("quote.earlier", place - 1), ("quote.later", place + 1)):
        if 0 <= other < len(answer.quotes):
            n = answer.quotes[other].n
            buttons.append(Button(plain(label, n=n), f"q:{answer.id}:{n}:here"))
    return (tuple(buttons),) if buttons else ()


def feedback(context: RequestContext, words: str) -> Outcome:
    """``/feedback``: free words are stored; ``list`` shows administrators the last ones."""
    comment = " ".join("".join(c for c in words if c.isprintable() or c.isspace()).split())
    if comment.lower() == _LIST and allows(context.role, Role.ADMIN):
        return _list_latest(context)
    if not comment:
        return reply_with(sentence("feedback.how"))
    context.state.answers.judge(
        None, context.user_id, "words", comment[:_LONGEST_WORDS], context.now
    )
    return reply_with(sentence("feedback.kept"))


def on_feedback_press(context: RequestContext, data: str) -> Outcome:
    """``<answer>:good``, ``<answer>:bad``, or why: ``<answer>:<reason>:<whose>``."""
    first, _, rest = data.partition(":")
    verdict, _, whose = rest.partition(":")
    numbers = numbers_in(first)
    judges = verdict in ("good", "bad") and not whose
    explains = verdict in _REASONS and bool(whose)
    if numbers is None or not (judges or explains):
        return stale_button()
    answer_id = numbers[0]
    if context.state.answers.find(answer_id, context.chat_id) is None:
        return Outcome(toast=plain("feedback.old"))
    if judges:
        return _judge(context, answer_id, verdict)
    if full_id(whose) != context.user_id:
        return Outcome(toast=plain("button.not_yours"))
    return _explain(context, answer_id, verdict)


def _judge(context: RequestContext, answer_id: int, verdict: str) -> Outcome:
    """Store the verdict; who finds the answer bad is asked why, until they have said it."""
    before = context.state.answers.judgement(answer_id, context.user_id)
    if before and before[0] == verdict and before[1]:
        return Outcome(toast=plain("feedback.thanks"))
    context.state.answers.judge(answer_id, context.user_id, verdict, "", context.now)
    replies = (_why(answer_id, context.user_id),) if verdict == "bad" else ()
    return Outcome(replies=replies, toast=plain("feedback.thanks"))


def _why(answer_id: int, user_id: str) -> Reply:
    buttons = [
        Button(plain(f"feedback.reason_{reason}"), f"f:{answer_id}:{reason}:{short_id(user_id)}")
        for reason in _REASONS
    ]
    return Reply((sentence("feedback.why"),), grid(buttons, _PER_ROW))


def _explain(context: RequestContext, answer_id: int, reason: str) -> Outcome:
    if reason == "none":
        return replace_page(sentence("feedback.nothing_more"))
    context.state.answers.judge(answer_id, context.user_id, "bad", reason, context.now)
    return replace_page(sentence("feedback.noted", reason=plain(f"feedback.reason_{reason}")))


def _list_latest(context: RequestContext) -> Outcome:
    judgements = context.state.answers.latest_judgements(_MOST_LISTED)
    if not judgements:
        return reply_with(sentence("feedback.none"))
    lines = [_line(context, judgement) for judgement in judgements]
    return reply_with(sentence("feedback.list"), Text("\n").join(lines))


def _line(context: RequestContext, judgement: Judgement) -> Text:
    at = datetime.fromtimestamp(judgement.said_at).astimezone()
    verdict = plain(f"verdict.{judgement.verdict}")
    who = name_of(context, judgement.user_id)
    line = sentence("feedback.line", at=f"{at:%m-%d %H:%M}", who=who, verdict=verdict)
    if judgement.reason:
        known = judgement.verdict == "bad" and judgement.reason in _REASONS
        reason = plain(f"feedback.reason_{judgement.reason}") if known else judgement.reason
        line += sentence("feedback.line_reason", reason=reason[:_LONGEST_SHOWN])
    if judgement.question:
        writer = judgement.prompt or judgement.writer
        question = judgement.question[:_LONGEST_SHOWN]
        line += "\n" + sentence("feedback.line_question", question=question, writer=writer)
    return line
