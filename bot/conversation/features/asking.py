"""A question answered, with buttons for its quotes and for what one thinks of it."""

from dataclasses import replace

from bot.answers import Answer, AnswerStatus
from bot.conversation.context import RequestContext, Services
from bot.conversation.features.greeting import nothing_held
from bot.conversation.features.pages import answer_blocks
from bot.conversation.messages import Button, Outcome, Reply, Rows, reply_with
from bot.conversation.wording import plain, sentence, table
from bot.display import names_of
from bot.state.answers import KeptAnswer, KeptQuote
from bot.wording import say

MODEL_ERROR = "model_error"
"""The note that keeps what the model's endpoint last failed with; empty once it answers."""

_A_ROW = 5
_MOST_QUOTES = 15
_FOUND = (AnswerStatus.ANSWERED, AnswerStatus.MASKED)


def ask(services: Services, context: RequestContext, words: str) -> Outcome:
    """Answer a question, in the knowledge of those before it in the chat."""
    if not words:
        return reply_with(sentence("ask.how"))
    if said := small_talk(words):
        return reply_with(sentence(f"talk_answer.{said}"))
    if not services.library.reports():
        return reply_with(nothing_held(context))
    conversations = services.state.conversations
    history = conversations.history(context.chat_id, before=context.update_id)
    answer = _in_plain_words(services.assistant.ask(words, history, show=context.show))
    with services.state.transaction():
        conversations.remember(context.chat_id, context.update_id, words)
        services.state.answers.keep(kept(answer, context), context.now)
        services.state.audit.note(context.user_id, "ask", words, context.now)
        if answer.notice or answer.prompts:
            fault = answer.notice.removesuffix(say("answer.instead", fault=""))
            services.state.notes.write(MODEL_ERROR, fault)
    return Outcome(replies=(Reply(answer_blocks(answer), buttons(answer, context)),))


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


def tapped(services: Services, context: RequestContext, data: str) -> Outcome:
    """An example was tapped: asked as if it had been typed."""
    number = int(data) if data.isdecimal() and len(data) < 16 else -1
    held = services.state.choices.find(number, context.chat_id, context.user_id, "example")
    if held is None:
        return Outcome(toast=plain("button.stale"))
    question = str(held["question"])
    answered = ask(services, context, question)
    reply = answered.replies[0]
    asked = sentence("ask.asked", question=question)
    return replace(answered, replies=(replace(reply, blocks=(asked, *reply.blocks)),))


def kept(answer: Answer, context: RequestContext) -> KeptAnswer:
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
        context.update_id, context.chat_id, context.user_id, answer.question, answer.text,
        tuple(quotes), answer.writer, "+".join(answer.prompts),
    )  # fmt: skip


def buttons(answer: Answer, context: RequestContext) -> Rows:
    """A number for each quote; under an answer that found something, thumbs."""
    numbers = [
        Button(f"[{c.n}]", f"q:{context.update_id}:{c.n}") for c in answer.citations[:_MOST_QUOTES]
    ]
    rows = [tuple(numbers[n : n + _A_ROW]) for n in range(0, len(numbers), _A_ROW)]
    if answer.status in _FOUND:
        rows.append(
            (
                Button(plain("ask.good"), f"f:{context.update_id}:good"),
                Button(plain("ask.bad"), f"f:{context.update_id}:bad"),
            )
        )
    return tuple(rows)
