"""The routes: which feature answers what, and whether who asks may use it; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.assistant.intents import TAKES_LONG, read_intent
from bot.conversation.access import Denial, allows, denial_of
from bot.conversation.context import Run
from bot.conversation.messages import (
    ButtonPress,
    FileRef,
    IncomingMessage,
    Outcome,
    Text,
    Update,
    reply_with,
)
from bot.conversation.queues import STOP, QueuedUpdate
from bot.conversation.wording import command_named, plain, sentence
from bot.state.people import Role

QUESTION = "ask"


class Where(StrEnum):
    """By which workers the work is done, so that the long does not hold up the short."""

    SHORT = "short"
    ASKING = "asking"
    LONG = "long"
    WRITING = "writing"
    """What writes to the store: one at a time."""


@dataclass(frozen=True, slots=True)
class Route:
    """A feature, the least role that may use it, and where the work is done."""

    run: Run
    needs: Role = Role.READER
    where: Where = Where.SHORT


@dataclass(frozen=True, slots=True)
class Routes:
    """Everything that can be asked of the bot.

    ``commands`` by name, ``presses`` by the prefix of a button's data (``q:``), ``upload`` for a
    document; ``refused`` is what a stranger is told, ``unknown`` answers a command there is not.
    """

    commands: Mapping[str, Route]
    presses: Mapping[str, Route]
    upload: Route
    refused: Route
    unknown: Route


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What is to be done: a route's work over some words and a file, or an outcome without work."""

    name: str
    route: Route | None = None
    words: str = ""
    file: FileRef | None = None
    outcome: Outcome = field(default_factory=Outcome)


def _reply(name: str, words: Text) -> Dispatch:
    """Words that need no work."""
    return Dispatch(name, outcome=reply_with(words))


def dispatch(routes: Routes, queued: QueuedUpdate, update: Update, role: Role) -> Dispatch:
    """What is to be done about an update of somebody with a role."""
    verdict = queued.item.verdict
    if verdict in ("crowded", "too_fast"):
        return _reply(verdict, sentence(f"wait.{verdict}"))
    if verdict or queued.is_stopped.is_set():
        # what is stopped before it began is passed over: the answer to /stop says so
        return Dispatch(verdict or "stopped")
    content = update.content
    if isinstance(content, ButtonPress):
        return _press(routes, content, role)
    if content.file:
        upload = Dispatch("upload", routes.upload, content.text, content.file)
        return _permit(routes, upload, role)
    if content.command == STOP and allows(role, Role.READER):
        words = sentence("wait.stopping") if queued.stopped else sentence("wait.nothing_to_stop")
        return _reply(STOP, words)
    return _message(routes, content, role, in_group=update.in_group)


def _press(routes: Routes, press: ButtonPress, role: Role) -> Dispatch:
    prefix, colon, data = press.data.partition(":")
    name = prefix + colon
    route = routes.presses.get(press.data) or routes.presses.get(name)
    denial = denial_of(role, route.needs if route else Role.READER)
    if denial:
        refused = Outcome(toast=plain(f"access.{denial}"), alert=True)
        return Dispatch(f"press {name}", outcome=refused)
    if route is None:
        return Dispatch("stale", outcome=Outcome(toast=plain("button.stale")))
    return Dispatch(f"press {name}", route, data)


def _message(routes: Routes, message: IncomingMessage, role: Role, *, in_group: bool) -> Dispatch:
    if not (message.command or message.text):
        unreadable = _reply("unreadable", sentence("wait.unreadable"))
        return _refusal(routes, "unreadable", denial_of(role, Role.READER)) or unreadable
    named = "" if message.command else command_named(message.text)
    name, words = message.command or named or QUESTION, "" if named else message.text
    if route := routes.commands.get(name):
        if name == QUESTION and read_intent(message.text).kind in TAKES_LONG:
            route = replace(route, where=Where.LONG)
        return _permit(routes, Dispatch(name, route, words), role, in_group=in_group)
    if in_group:  # it may have been for somebody else
        return Dispatch("unknown")
    return _permit(routes, Dispatch("unknown", routes.unknown, f"/{name}"), role)


def _permit(routes: Routes, work: Dispatch, role: Role, *, in_group: bool = False) -> Dispatch:
    """The work if the role covers it, else words that say why not."""
    needs = work.route.needs if work.route else Role.READER
    return _refusal(routes, work.name, denial_of(role, needs, in_group=in_group)) or work


def _refusal(routes: Routes, name: str, denial: Denial | None) -> Dispatch | None:
    if denial is Denial.UNKNOWN_PERSON:
        return Dispatch(name, routes.refused)
    return _reply(name, sentence(f"access.{denial}")) if denial else None
