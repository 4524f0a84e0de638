"""Brings outgoing messages to their apps, each once and no faster than the app takes them.

Every step is written down. A text is opened with a few words, and put in by an edit. Where an
answer of the app's is lost on the way, the edit can be repeated; at worst a message with the few
words stays behind, and never an answer twice. An app that cannot edit gets the text at once, or
in place of the words if it can stream.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
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
)
from bot.conversation.messages import Document, Text
from bot.conversation.outgoing import MessageBody, destination_of, read_body, read_document
from bot.conversation.pacing import CallKind, Pacer
from bot.ids import app_of
from bot.state.delivery import Outbox, OutgoingKind, OutgoingMessage, Stage
from bot.state.turns import Turns

_FIRST_PAUSE, _LONGEST_PAUSE = 0.3, 20.0
_Result = TypeVar("_Result")


_log = logging.getLogger("bot.conversation")


@dataclass(frozen=True, slots=True)
class _Channel:
    adapter: Adapter
    pacer: Pacer


class Sender:
    """Delivers in a chat's turn, as fast as its app lets it, until it has arrived."""

    def __init__(
        self,
        adapters: Mapping[str, Adapter],
        outbox: Outbox,
        opening: Text,
        turns: Turns,
    ) -> None:
        self._channels = {
            name: _Channel(adapter, Pacer(adapter, turns)) for name, adapter in adapters.items()
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
        channel = self._channel(chat_id)
        if message_id is None or not await channel.pacer.take_turn(chat_id, CallKind.EDIT):
            return False
        try:
            await channel.adapter.preview(chat_id, message_id, text)
        except AdapterFault as fault:
            self._note(fault, chat_id)
            await self._heed(fault, chat_id)
        return True

    async def show_typing(self, chat_id: str) -> None:
        """Show that we are at work, if there is time for it now; never insists."""
        channel = self._channel(chat_id)
        if not await channel.pacer.take_turn(chat_id, CallKind.TYPING):
            return
        try:
            await channel.adapter.show_typing(chat_id)
        except AdapterFault as fault:
            _log.info("typing chat=%s: %s", chat_id, type(fault).__name__)
            await self._heed(fault, chat_id)

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
        chat_id = to.chat_id
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
        pacer, pause = self._channel(chat_id).pacer, _FIRST_PAUSE
        while True:
            await pacer.await_turn(chat_id, kind)
            try:
                result = await call()
            except RetryLater as fault:
                self._note(fault, chat_id)
                await self._heed(fault, chat_id)
            except OutcomeUnknown as fault:
                self._note(fault, chat_id)
                await pacer.note_arrival(chat_id, kind)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                await pacer.note_arrival(chat_id, kind)
                return result

    async def _heed(self, fault: AdapterFault, chat_id: str) -> None:
        """Wait where a pause was asked for."""
        if isinstance(fault, RetryLater):
            await self._channel(chat_id).pacer.pause(chat_id, fault.seconds)

    def _note(self, fault: AdapterFault, chat_id: str) -> None:
        self.last_fault = f"{type(fault).__name__}: {fault}"
        _log.warning("chat=%s fault=%s: %s", chat_id, type(fault).__name__, fault)
