"""What people think of an answer, or of the assistant: a tap, a reason, free words."""

from datetime import datetime

from bot.conversation.access import allows
from bot.conversation.context import RequestContext
from bot.conversation.features.people import name_of
from bot.conversation.menus import numbers_in
from bot.conversation.messages import Button, Outcome, Reply, Rows, Text, reply_with
from bot.conversation.wording import plain, sentence
from bot.ids import full_id, short_id
from bot.state.answers import Judgement
from bot.state.people import Role

_REASONS = ("figure", "point", "source", "unclear", "none")
_PER_ROW = 2
_LISTED = 10
_LONGEST_WORDS = 1000
_LONGEST_SHOWN = 150
_LIST = "list"


def feedback(context: RequestContext, words: str) -> Outcome:
    """``/feedback``: free words are kept; ``list`` shows administrators what was said last."""
    said = " ".join("".join(c for c in words if c.isprintable() or c.isspace()).split())
    if said.lower() == _LIST and allows(context.role, Role.ADMIN):
        return _listed(context)
    if not said:
        return reply_with(sentence("feedback.how"))
    context.state.answers.judge(None, context.user_id, "words", said[:_LONGEST_WORDS], context.now)
    return reply_with(sentence("feedback.kept"))


def tapped(context: RequestContext, data: str) -> Outcome:
    """``<answer>:good``, ``<answer>:bad``, or why: ``<answer>:<reason>:<whose>``."""
    first, _, rest = data.partition(":")
    verdict, _, whose = rest.partition(":")
    numbers = numbers_in(first)
    judges = verdict in ("good", "bad") and not whose
    explains = verdict in _REASONS and bool(whose)
    if numbers is None or not (judges or explains):
        return Outcome(toast=plain("button.stale"))
    answer_id = numbers[0]
    if context.state.answers.find(answer_id, context.chat_id) is None:
        return Outcome(toast=plain("feedback.old"))
    if judges:
        return _judged(context, answer_id, verdict)
    if full_id(whose) != context.user_id:
        return Outcome(toast=plain("button.not_yours"))
    return _explained(context, answer_id, verdict)


def _judged(context: RequestContext, answer_id: int, verdict: str) -> Outcome:
    """Keep the verdict; who finds it bad is asked why, until they have told."""
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
    rows: Rows = tuple(tuple(buttons[n : n + _PER_ROW]) for n in range(0, len(buttons), _PER_ROW))
    return Reply((sentence("feedback.why"),), rows)


def _explained(context: RequestContext, answer_id: int, reason: str) -> Outcome:
    if reason == "none":
        return Outcome(page=Reply((sentence("feedback.nothing_more"),)))
    context.state.answers.judge(answer_id, context.user_id, "bad", reason, context.now)
    told = plain(f"feedback.reason_{reason}")
    return Outcome(page=Reply((sentence("feedback.noted", reason=told),)))


def _listed(context: RequestContext) -> Outcome:
    judgements = context.state.answers.latest_judgements(_LISTED)
    if not judgements:
        return reply_with(sentence("feedback.none"))
    return reply_with(
        sentence("feedback.list"), Text("\n").join(_line(context, j) for j in judgements)
    )


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
