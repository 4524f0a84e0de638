"""A question answered, with buttons for its quotes and for what one thinks of it."""

from dataclasses import replace

from bot.answers import Answer, AnswerStatus
from bot.display import names_of
from bot.state.answers import KeptAnswer, KeptQuote
from bot.telegram.features.greeting import nothing_held
from bot.telegram.rendering import answer_blocks
from bot.telegram.replies import Button, Outcome, Reply, Rows, says
from bot.telegram.visit import Desk, Visit
from bot.telegram.words import html, plain, table
from bot.wording import say

MODEL_ERROR = "model_error"
"""The note that keeps what the model's endpoint last failed with; empty once it answers."""

_A_ROW = 5
_MOST_QUOTES = 15
_FOUND = (AnswerStatus.ANSWERED, AnswerStatus.MASKED)


def ask(desk: Desk, visit: Visit, words: str) -> Outcome:
    """Answer a question, in the knowledge of those before it in the chat."""
    if not words:
        return says(html("ask.how"))
    if said := small_talk(words):
        return says(html(f"talk_answer.{said}"))
    if not desk.library.reports():
        return says(nothing_held(visit))
    conversations = desk.state.conversations
    history = conversations.history(visit.chat_id, before=visit.update_id)
    answer = _in_plain_words(desk.assistant.ask(words, history, show=visit.show))
    with desk.state.transaction():
        conversations.remember(visit.chat_id, visit.update_id, words)
        desk.state.answers.keep(kept(answer, visit), visit.now)
        desk.state.audit.note(visit.user_id, "ask", words, visit.now)
        if answer.notice or answer.prompts:
            fault = answer.notice.removesuffix(say("answer.instead", fault=""))
            desk.state.notes.write(MODEL_ERROR, fault)
    return Outcome(replies=(Reply(tuple(answer_blocks(answer)), buttons(answer, visit)),))


def small_talk(words: str) -> str:
    """Which kind of small talk it is, if it is no question; empty where it is one."""
    bare = "".join(c for c in words.lower() if c.isalnum())
    kinds = table("talk").items()
    return next((kind for kind, wordings in kinds if bare in wordings), "")


def _in_plain_words(answer: Answer) -> Answer:
    """What is wrong with the model's endpoint is told to administrators, by /status."""
    if not answer.notice:
        return answer
    text = answer.text.removeprefix(answer.notice)
    return replace(answer, text=plain("ask.model_away") + text)


def tapped(desk: Desk, visit: Visit, data: str) -> Outcome:
    """An example was tapped: asked as if it had been typed."""
    number = int(data) if data.isdecimal() and len(data) < 16 else -1
    held = desk.state.choices.find(number, visit.chat_id, visit.user_id, "example")
    if held is None:
        return Outcome(toast=plain("button.stale"))
    question = str(held["question"])
    answered = ask(desk, visit, question)
    reply = answered.replies[0]
    asked = html("ask.asked", question=question)
    return replace(answered, replies=(replace(reply, blocks=(asked, *reply.blocks)),))


def kept(answer: Answer, visit: Visit) -> KeptAnswer:
    """An answer as it is kept for its buttons."""
    quotes = []
    for citation in answer.citations:
        quote = citation.quote
        bureau, period = names_of(quote.report)
        place = (quote.span.start, quote.span.end)
        quotes.append(
            KeptQuote(citation.n, quote.report.id, bureau, period, quote.path, *place, quote.text)
        )
    return KeptAnswer(
        visit.update_id, visit.chat_id, visit.user_id, answer.question, answer.text,
        tuple(quotes), answer.writer, "+".join(answer.prompts),
    )  # fmt: skip


def buttons(answer: Answer, visit: Visit) -> Rows:
    """A number for each quote; under an answer that found something, thumbs."""
    numbers = [
        Button(f"[{c.n}]", f"q:{visit.update_id}:{c.n}") for c in answer.citations[:_MOST_QUOTES]
    ]
    rows = [tuple(numbers[n : n + _A_ROW]) for n in range(0, len(numbers), _A_ROW)]
    if answer.status in _FOUND:
        rows.append(
            (
                Button(plain("ask.good"), f"f:{visit.update_id}:good"),
                Button(plain("ask.bad"), f"f:{visit.update_id}:bad"),
            )
        )
    return tuple(rows)
