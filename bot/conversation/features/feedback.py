"""What people think of an answer, or of the assistant: a button, a reason, free words."""

from datetime import datetime

from bot.conversation.access import allows
from bot.conversation.context import RequestContext
from bot.conversation.features.people import name_of
from bot.conversation.menus import grid, numbers_in, replace_page, stale_button
from bot.conversation.messages import Button, Outcome, Reply, Text, reply_with
from bot.conversation.wording import plain, sentence
from bot.ids import full_id, short_id
from bot.state.answers import Judgement
from bot.state.people import Role

_REASONS = ("figure", "point", "source", "unclear", "none")
_PER_ROW = 2
_MOST_LISTED = 10
_LONGEST_WORDS = 1000
_LONGEST_SHOWN = 150
_LIST = "list"


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


def on_button(context: RequestContext, data: str) -> Outcome:
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
