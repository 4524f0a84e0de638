"""What is typed in plain words, led to the feature that does it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.assistant.command_words import topics_joined
from bot.assistant.intents import AnswerForm, Intent, IntentKind
from bot.assistant.use_cases import (
    is_of_one_name,
    is_one_page,
    read_draft,
    read_summary,
    read_tables,
    tells_each,
)
from bot.conversation.context import RequestContext
from bot.conversation.features import asking, ledger, plans, results, summaries
from bot.conversation.menus import stale_button
from bot.conversation.messages import Outcome, reply_with
from bot.conversation.wording import sentence
from bot.errors import UnknownLength


def carry_out(context: RequestContext, words: str) -> Outcome:
    """Do what a message wants, in the knowledge of those before it in the chat."""
    if not any(map(str.isalnum, words)):
        return reply_with(sentence("ask.how"))
    reading = asking.read_message(context, words)
    if not context.library.reports():
        return asking.answer(context, reading)
    intent = reading.intent
    if intent.name == "document_of":
        told = asking.answer(context, replace(reading, intent=intent.besides[0]))
        saved = results.send_answer(context)
        return replace(told, documents=saved.documents) if saved else told
    is_plain = intent.form is AnswerForm.PLAIN
    is_plain = is_plain and not (intent.besides or intent.edits)
    feature = _FEATURES.get(intent.kind)
    changes = intent.kind is IntentKind.CHANGE
    outcome = feature(context, intent) if feature and (is_plain or changes) else None
    if outcome is None:
        return asking.answer(context, reading)
    context.state.conversations.remember(context.chat_id, context.update_id, words)
    return outcome


def ask_example(context: RequestContext, data: str) -> Outcome:
    """Ask the example, or the name asked back, whose button was pressed, as if it were typed."""
    number = int(data) if data.isdecimal() and len(data) < 16 else -1
    example = context.state.choices.find(number, context.chat_id, context.user_id, "example")
    if example is None:
        return stale_button()
    question = str(example["question"])
    outcome = carry_out(context, question)
    reply = outcome.replies[0]
    blocks = (sentence("ask.asked", question=question), *reply.blocks)
    return replace(outcome, replies=(replace(reply, blocks=blocks),))


def _summarise(context: RequestContext, intent: Intent) -> Outcome | None:
    """The summary with its buttons; a menu of reports where several may be meant."""
    try:
        request = read_summary(context.library, intent)
    except UnknownLength:
        request = None
    library = context.library
    if request is None or tells_each(request) or is_of_one_name(library, intent, request):
        return None
    if len(request.report_ids) == 1 or is_one_page(library, intent, request):
        return summaries.reply_to_request(context, request)
    if request.section:
        return None
    return summaries.summary(context, f"{intent.matter} {intent.length}".strip())


def _draft(context: RequestContext, intent: Intent) -> Outcome | None:
    """The draft with its buttons; a menu of bureaus where it is open for whom.

    None of several lines of work, which have no draft in common.
    """
    request, _ = read_draft(context.library, intent)
    if request.bureau and topics_joined(intent.matter):
        return None
    if not request.bureau:
        words = (request.topic, request.period, request.length)
        return plans.plan(context, " ".join(filter(None, words)))
    return plans.reply_to_request(context, request)


def _tabulate(context: RequestContext, intent: Intent) -> Outcome | None:
    """The tables, or the chart of the first; None where the ledger holds nothing of the kind."""
    tables = read_tables(context.library, intent)
    if not tables:
        return None
    return ledger.reply_to_request(context, tables, as_chart=intent.kind is IntentKind.CHART)


def _change(context: RequestContext, intent: Intent) -> Outcome | None:
    """What was given last as a file; None where nothing was."""
    made = intent.besides[0] if intent.besides else None
    if made is None:
        return None
    if made.kind in _FEATURES and made.form is AnswerForm.PLAIN and not made.besides:
        return results.send_latest(context)
    return results.send_answer(context)


_FEATURES: Mapping[IntentKind, Callable[[RequestContext, Intent], Outcome | None]] = {
    IntentKind.SUMMARISE: _summarise,
    IntentKind.COMPARE: _summarise,
    IntentKind.DRAFT: _draft,
    IntentKind.TABLE: _tabulate,
    IntentKind.CHART: _tabulate,
    IntentKind.CHANGE: _change,
}
