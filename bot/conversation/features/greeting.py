"""The first words: what can be asked, with examples that the store can answer."""

from collections.abc import Iterator

from bot.assistant.assistant import describe_holdings
from bot.conversation.access import allows
from bot.conversation.context import RequestContext
from bot.conversation.menus import shorten_label
from bot.conversation.messages import Button, Outcome, Text, reply_with
from bot.conversation.wording import plain, sentence
from bot.state.people import Role
from knowledge.library import Library, label
from knowledge.models import SectionKind

_EXAMPLES = 3


def start(context: RequestContext, _words: str) -> Outcome:
    """``/start``: what I can do, and three questions to tap."""
    entries = context.library.reports()
    if not entries:
        return reply_with(sentence("start.hello"), nothing_held(context))
    rows = []
    for question in list(examples(context.library))[:_EXAMPLES]:
        example = {"question": question}
        number = context.state.choices.make(
            context.chat_id, context.user_id, "example", example, context.now
        )
        rows.append((Button(shorten_label(question), f"e:{number}"),))
    held = Text(describe_holdings(entries))
    return reply_with(sentence("start.hello"), held, sentence("start.try"), rows=tuple(rows))


def nothing_held(context: RequestContext) -> Text:
    """What is said where there is no report yet."""
    return sentence("start.empty_admin" if allows(context.role, Role.EDITOR) else "start.empty")


def help_(context: RequestContext, _words: str) -> Outcome:
    """``/help``: everything, and for those who may, what else there is."""
    blocks = [sentence("help.asking"), sentence("help.commands")]
    if allows(context.role, Role.EDITOR):
        blocks.append(sentence("help.editor"))
    if allows(context.role, Role.ADMIN):
        blocks.append(sentence("help.admin"))
    return reply_with(*blocks)


def new(context: RequestContext, _words: str) -> Outcome:
    """``/new``: the next question stands alone."""
    context.state.conversations.forget(context.chat_id)
    return reply_with(sentence("start.fresh"))


def unknown(_context: RequestContext, words: str) -> Outcome:
    """A command that there is not."""
    return reply_with(sentence("help.unknown", command=words))


def examples(library: Library) -> Iterator[str]:
    """Questions that the store can answer, of different kinds and different reports.

    A figure that stands unmasked, the problems that a report names, and what is planned.
    """
    asked: set[str] = set()
    kinds = (SectionKind.PROBLEMS, SectionKind.PLAN, SectionKind.HIGHLIGHTS)
    for kind, key in zip(kinds, ("problems", "plan", "highlights"), strict=True):
        for entry in library.reports():
            sections, _ = library.outline(entry.id)
            if entry.id not in asked and any(s.kind is kind for s in sections):
                asked.add(entry.id)
                yield plain(f"example.{key}", who=label(entry))
                break
    yield from (plain("example.figure", who=label(entry)) for entry in library.reports())
