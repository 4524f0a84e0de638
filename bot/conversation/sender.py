"""Brings outgoing messages to their apps, each once and no faster than the app takes them.

Every step is written down. A text is opened with a few words, and put in by an edit. Where an
answer of the app's is lost on the way, the edit can be repeated; at worst a message with the few
words stays behind, and never an answer twice. An app that cannot edit gets the text at once, or
in place of the words if it can stream.
"""

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from bot.conversation.adapter import (
    Adapter,
    AdapterFault,
    AppLimits,
    ChatClosed,
    ChatMoved,
    MessageGone,
    OutcomeUnknown,
    Rejected,
    RetryLater,
    SendPace,
)
from bot.conversation.messages import Document, Text
from bot.conversation.outgoing import MessageBody, destination_of, read_body, read_document
from bot.ids import app_of
from bot.state.delivery import Outbox, OutgoingKind, OutgoingMessage, Stage

_IDLE = 120.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.3, 20.0
_Result = TypeVar("_Result")


class CallKind(StrEnum):
    """What is done to a chat; a new message and an edit are counted apart."""

    SEND = "send"
    EDIT = "edit"
    TYPING = "typing"
    """The sign that it is being worked on; it is no message, but it is a call."""


class RateLimiter:
    """What was sent lately on one app, and who asked us to wait; times are seconds of one clock.

    ``begun`` is when this run began: what an earlier one sent just before is not known.
    """

    def __init__(
        self, pace: SendPace, is_group: Callable[[str], bool], begun: float = -math.inf
    ) -> None:
        self._pace = pace
        self._is_group = is_group
        self._begun = begun
        self._last: dict[tuple[str, CallKind], float] = {}
        self._group: dict[str, deque[float]] = {}
        self._all: deque[float] = deque(maxlen=pace.all_most)
        self._paused: dict[str, float] = {}
        self._swept = begun

    def wait(self, chat_id: str, call: CallKind, now: float) -> float:
        """Seconds until this may be done; 0 is now."""
        pace = self._pace
        until = self._paused.get(chat_id, now)
        if len(self._all) == pace.all_most:
            until = max(until, self._all[0] + pace.all_span)
        until = max(until, self._last.get((chat_id, call), self._begun) + pace.apart)
        lately = self._group.get(chat_id)
        if call is not CallKind.TYPING and lately and len(lately) == pace.group_most:
            until = max(until, lately[0] + pace.group_span)
        return max(0.0, until - now)

    def note(self, chat_id: str, call: CallKind, now: float) -> None:
        """Write down a call that is made."""
        self._sweep(now)
        self._last[chat_id, call] = now
        self._all.append(now)
        if call is not CallKind.TYPING and self._is_group(chat_id):
            lately = self._group.setdefault(chat_id, deque(maxlen=self._pace.group_most))
            lately.append(now)

    def note_arrival(self, chat_id: str, call: CallKind, now: float) -> None:
        """Write down that the app has it: it may have counted it only now."""
        self._last[chat_id, call] = now

    def pause(self, chat_id: str, seconds: float, now: float) -> None:
        """Keep quiet in a chat where the app asked for it; the others go on."""
        self._paused[chat_id] = max(self._paused.get(chat_id, now), now + seconds)

    def _sweep(self, now: float) -> None:
        """Forget chats that have been quiet, now and then."""
        if now - self._swept < _IDLE:
            return
        self._swept = now
        self._last = {key: at for key, at in self._last.items() if now - at < _IDLE}
        self._group = {key: d for key, d in self._group.items() if now - d[-1] < _IDLE}
        self._paused = {key: until for key, until in self._paused.items() if until > now}


_log = logging.getLogger("bot.conversation")


@dataclass(frozen=True, slots=True)
class _Channel:
    adapter: Adapter
    limiter: RateLimiter


class Sender:
    """Delivers in a chat's turn, as fast as its app lets it, until it has arrived."""

    def __init__(
        self, adapters: Mapping[str, Adapter], outbox: Outbox, opening: Text, begun: float
    ) -> None:
        self._channels = {
            name: _Channel(adapter, RateLimiter(adapter.limits.pace, adapter.is_group, begun))
            for name, adapter in adapters.items()
        }
        self._outbox = outbox
        self._opening = opening
        self.last_fault = ""

    def adapter(self, chat_id: str) -> Adapter:
        """The app of a chat; raises ChatClosed where it is not served."""
        return self._channel(chat_id).adapter

    def limits(self, chat_id: str) -> AppLimits:
        """What the app of a chat takes; of one that is not served what any takes."""
        served = self._channels.get(app_of(chat_id)) or next(iter(self._channels.values()))
        return served.adapter.limits

    def _channel(self, chat_id: str) -> _Channel:
        try:
            return self._channels[app_of(chat_id)]
        except KeyError:
            raise ChatClosed(f"no such app: {app_of(chat_id)}") from None

    async def open(self, message: OutgoingMessage, words: Text | None = None) -> OutgoingMessage:
        """Send a message with a few words in it, if it is not there yet; raises ChatClosed."""
        if message.message_id is not None:
            return message
        adapter, to = self.adapter(message.chat_id), destination_of(message)
        message = self._outbox.move(message, Stage.OPENING)
        message_id = await self._insist(
            to.chat_id, CallKind.SEND, lambda: adapter.open(to, words or self._opening)
        )
        return self._outbox.move(message, Stage.OPEN, message_id)

    async def deliver(self, message: OutgoingMessage) -> None:
        """Bring a message to its chat; one whose chat is closed to us counts as delivered.

        Raises Rejected where the app does not know us any more.
        """
        if message.stage is Stage.DONE:
            return
        try:
            message = await self._bring(message)
        except ChatMoved as fault:  # a group became a supergroup
            self._note(fault, message.chat_id)
            await self.deliver(replace(message, chat_id=fault.chat_id, message_id=None))
            return
        except (ChatClosed, Rejected) as fault:
            if isinstance(fault, Rejected) and fault.unauthorized:
                raise
            self._note(fault, message.chat_id)
        self._outbox.move(message, Stage.DONE, message.message_id)

    async def preview(self, message: OutgoingMessage, text: Text) -> bool:
        """Show what is written so far, if there is time for it now; never insists."""
        chat_id, message_id = message.chat_id, message.message_id
        channel, now = self._channel(chat_id), time.monotonic()
        if message_id is None or channel.limiter.wait(chat_id, CallKind.EDIT, now):
            return False
        channel.limiter.note(chat_id, CallKind.EDIT, now)
        try:
            await channel.adapter.preview(chat_id, message_id, text)
        except AdapterFault as fault:
            self._note(fault, chat_id)
            self._heed(fault, chat_id)
        return True

    async def show_typing(self, chat_id: str) -> None:
        """Show that we are at work, if there is time for it now; never insists."""
        channel, now = self._channel(chat_id), time.monotonic()
        if channel.limiter.wait(chat_id, CallKind.TYPING, now):
            return
        channel.limiter.note(chat_id, CallKind.TYPING, now)
        try:
            await channel.adapter.show_typing(chat_id)
        except AdapterFault as fault:
            _log.info("typing chat=%s: %s", chat_id, type(fault).__name__)
            self._heed(fault, chat_id)

    async def _bring(self, message: OutgoingMessage) -> OutgoingMessage:
        if message.kind is OutgoingKind.DOCUMENT:
            return await self._send_document(message, read_document(message))
        body, abilities = read_body(message), self.adapter(message.chat_id).abilities
        if not abilities.edits:
            is_open = message.kind is OutgoingKind.TEXT and message.message_id is not None
            return await (self._finish if is_open else self._send)(message, body)
        opened = await self.open(message)
        try:
            await self._edit(opened, body)
        except MessageGone:  # somebody deleted it: the words come as a new message
            if message.kind is OutgoingKind.PAGE:
                return opened
            opened = await self.open(self._outbox.move(opened, Stage.NEW))
            await self._edit(opened, body)
        return opened

    async def _finish(self, message: OutgoingMessage, body: MessageBody) -> OutgoingMessage:
        """Put the text into a message that can be streamed; one that is closed is left behind."""
        try:
            await self._edit(message, body)
        except MessageGone:
            return await self._send(self._outbox.move(message, Stage.NEW), body)
        return message

    async def _send(self, message: OutgoingMessage, body: MessageBody) -> OutgoingMessage:
        """Send a text at once, with all that belongs to it."""
        adapter, to = self.adapter(message.chat_id), destination_of(message)
        rows = body.rows if adapter.abilities.buttons else ()
        message = self._outbox.move(message, Stage.OPENING)
        message_id = await self._insist(
            to.chat_id, CallKind.SEND, lambda: adapter.send(to, body.text, rows)
        )
        return replace(message, message_id=message_id)

    async def _edit(self, message: OutgoingMessage, body: MessageBody) -> None:
        """Put a text in; where its marks are refused, without them."""
        adapter, chat_id = self.adapter(message.chat_id), message.chat_id
        rows = body.rows if adapter.abilities.buttons else ()
        message_id = message.message_id or ""
        try:
            await self._insist(
                chat_id,
                CallKind.EDIT,
                lambda: adapter.edit(chat_id, message_id, body.text, rows),
            )
        except Rejected as fault:
            if fault.unauthorized:
                raise
            _log.error("refused text chat=%s: %s", chat_id, fault)
            bare = Text(body.text.plain)
            await self._insist(
                chat_id, CallKind.EDIT, lambda: adapter.edit(chat_id, message_id, bare, rows)
            )

    async def _send_document(self, message: OutgoingMessage, document: Document) -> OutgoingMessage:
        adapter, to = self.adapter(message.chat_id), destination_of(message)
        chat_id, abilities = to.chat_id, adapter.abilities
        if not (abilities.pictures if document.as_picture else abilities.documents):
            _log.warning("chat=%s takes no such file", chat_id)
            return message
        message = self._outbox.move(message, Stage.OPENING)
        send = adapter.send_picture if document.as_picture else adapter.send_document
        try:
            await self._insist(
                chat_id, CallKind.SEND, lambda: send(to, document.name, document.content)
            )
        except Rejected as fault:
            if not document.as_picture:
                raise
            self._note(fault, chat_id)  # a server may know of no pictures; the file follows
        return message

    async def _insist(
        self, chat_id: str, kind: CallKind, call: Callable[[], Awaitable[_Result]]
    ) -> _Result:
        """Call in the chat's turn, again and again while the app cannot; raises what is final."""
        limiter, pause = self._channel(chat_id).limiter, _FIRST_PAUSE
        while True:
            while delay := limiter.wait(chat_id, kind, time.monotonic()):  # noqa: ASYNC110 - a time is waited for, no event
                await asyncio.sleep(delay)
            limiter.note(chat_id, kind, time.monotonic())
            try:
                result = await call()
            except RetryLater as fault:
                self._note(fault, chat_id)
                self._heed(fault, chat_id)
            except OutcomeUnknown as fault:
                self._note(fault, chat_id)
                limiter.note_arrival(chat_id, kind, time.monotonic())
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                limiter.note_arrival(chat_id, kind, time.monotonic())
                return result

    def _heed(self, fault: AdapterFault, chat_id: str) -> None:
        """Wait where a pause was asked for."""
        if isinstance(fault, RetryLater):
            limiter = self._channel(chat_id).limiter
            limiter.pause(chat_id, fault.seconds, time.monotonic())

    def _note(self, fault: AdapterFault, chat_id: str) -> None:
        self.last_fault = f"{type(fault).__name__}: {fault}"
        _log.warning("chat=%s fault=%s: %s", chat_id, type(fault).__name__, fault)
