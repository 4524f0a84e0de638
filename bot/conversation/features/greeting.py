"""The first words: what can be asked, with examples that the store can answer."""

from itertools import islice

from bot.assistant.examples import example_questions
from bot.conversation.access import allows
from bot.conversation.context import RequestContext
from bot.conversation.menus import store_choice
from bot.conversation.messages import Button, Outcome, Text, reply_with
from bot.conversation.wording import plain, sentence
from bot.display import describe_holdings
from bot.state.people import Role

_EXAMPLES = 3


def start(context: RequestContext, _words: str) -> Outcome:
    """``/start``: what the assistant can do, and three questions as buttons."""
    entries = context.library.reports()
    if not entries:
        return reply_with(sentence("start.hello"), empty_library_text(context))
    rows = []
    for question in islice(example_questions(context.library), _EXAMPLES):
        number = store_choice(context, "example", {"question": question})
        rows.append((Button(question, f"e:{number}"),))
    holdings = Text(describe_holdings(entries))
    return reply_with(sentence("start.hello"), holdings, sentence("start.try"), rows=tuple(rows))


def empty_library_text(context: RequestContext) -> Text:
    """What is said while there is no report yet."""
    return sentence("start.empty_admin" if allows(context.role, Role.EDITOR) else "start.empty")


def show_help(context: RequestContext, _words: str) -> Outcome:
    """``/help``: everything, and for those who may, what else there is."""
    blocks = [sentence("help.asking"), sentence("help.commands")]
    if allows(context.role, Role.EDITOR):
        blocks.append(sentence("help.editor"))
    if allows(context.role, Role.ADMIN):
        blocks.append(sentence("help.admin"))
    return reply_with(*blocks)


def start_anew(context: RequestContext, _words: str) -> Outcome:
    """``/new``: the next question stands alone."""
    context.state.conversations.forget(context.chat_id)
    return reply_with(sentence("start.fresh"))


def forget(_context: RequestContext, _words: str) -> Outcome:
    """``/forget``: asks whether all that this person asked is to be deleted."""
    rows = ((Button(plain("forget.sure"), "o:forget"),),)
    return reply_with(sentence("forget.what"), rows=rows)


def on_forget_press(context: RequestContext, _data: str) -> Outcome:
    """Delete all that this person asked and was answered."""
    context.state.forget_person(context.user_id, context.chat_id)
    return reply_with(sentence("forget.done"))


def reject_command(_context: RequestContext, words: str) -> Outcome:
    """A command that there is not."""
    return reply_with(sentence("help.unknown", command=words))
