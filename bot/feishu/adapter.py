"""Feishu as an adapter of the conversation core: each message is a card.

A card is written while it is shown, and replaced whole by its last text with the buttons. Events
are said to be received once they are kept; Feishu brings what was not said so again.
"""

import asyncio
import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.conversation.adapter import (
    Abilities,
    Adapter,
    AdapterFault,
    AppLimits,
    Destination,
    MessageGone,
    ReceivedUpdate,
    ReconnectPauses,
    Rejected,
    SendPace,
    UpdateSink,
)
from bot.conversation.messages import Rows, Text, Update
from bot.errors import FeishuRefused
from bot.feishu.cards import LIMIT, card_json, feishu_markdown, markdown_bytes
from bot.feishu.client import FeishuClient
from bot.feishu.connection import EventConnection
from bot.feishu.parsing import APP, is_group, own_id, parse_event
from knowledge.errors import StoreError

_log = logging.getLogger("bot.feishu")
_ANSWER_WITHIN = 2.5
"""Seconds in which a press is answered with a few words; Feishu waits for three."""
_NAME_WITHIN = 1.0
_KEPT_CARDS = 500

LIMITS = AppLimits(
    message_length=LIMIT,
    measure=markdown_bytes,
    file_bytes=20 << 20,
    typing_seconds=60.0,
    pace=SendPace(
        apart=0.22,
        group_most=20,
        group_span=5.0,
        all_most=45,
        all_span=1.0,
        preview_every=0.5,
        group_preview_every=1.0,
    ),
)
"""A little less than what is allowed: five calls a second in a chat, 50 over all."""


class FeishuAdapter(Adapter):
    """Speaks through the client; receives over a connection that is kept open."""

    name = APP
    abilities = Abilities(typing=False, command_menu=False, toasts_where_received=True)

    def __init__(
        self,
        client: FeishuClient,
        connection: EventConnection,
        limits: AppLimits = LIMITS,
        pauses: ReconnectPauses | None = None,
    ) -> None:
        self._client = client
        self._connection = connection
        self._pauses = pauses or ReconnectPauses()
        self._cards: dict[str, tuple[str, str]] = {}
        self._presses: dict[str, asyncio.Future[str]] = {}
        self._names: dict[str, str] = {}
        self._order = asyncio.Lock()
        self.bot_name = client.name
        self.limits = limits

    def is_group(self, chat_id: str) -> bool:
        """Whether a chat is one of several people."""
        return is_group(chat_id)

    # -- what comes in

    def read_update(self, raw: str) -> Update | None:
        """An update that was written down; None where nothing of it concerns us."""
        return parse_event(json.loads(raw), self._client.open_id)

    async def receive(self, sink: UpdateSink) -> None:
        """Hand over what comes until cancelled, connecting anew where the connection ends.

        Raises FeishuRefused when the app is no longer known.
        """

        def note_opened() -> None:
            self._pauses.begin_anew()
            sink.note_receiving(ok=True)

        while True:
            try:
                await self._connection.listen(
                    lambda payload: self._answer(payload, sink), note_opened
                )
            except AdapterFault as fault:
                if isinstance(fault, Rejected) and fault.unauthorized:
                    raise FeishuRefused from fault
                sink.note_receiving(ok=False)
                sink.note_error(fault)
                _log.warning("connection: %s: %s", type(fault).__name__, fault)
                await asyncio.sleep(self._pauses.after(fault))

    async def _answer(self, payload: Any, sink: UpdateSink) -> dict[str, Any] | None:
        """Hand an event over; what is answered to it, None where it could not be kept."""
        update = parse_event(payload, self._client.open_id)
        if update is None:
            return {}
        if not update.press:
            return {} if await self._hand_over(update, payload, sink) else None
        waiting = self._presses[update.id] = asyncio.get_running_loop().create_future()
        try:
            if not await self._hand_over(update, payload, sink):
                return None
            await asyncio.wait([waiting], timeout=_ANSWER_WITHIN)
        finally:
            self._presses.pop(update.id, None)
        toast = waiting.result() if waiting.done() else ""
        return {"toast": {"type": "info", "content": toast}} if toast else {}

    async def _hand_over(self, update: Update, payload: Any, sink: UpdateSink) -> bool:
        """Hand an update over with its person's name, after those before it; whether it is kept."""
        async with self._order:
            name = await self._name_of(update.user_id) or update.user_name
            if sink.is_full:
                return False
            raw = json.dumps({**payload, "user_name": name}, ensure_ascii=False)
            try:
                sink.take([ReceivedUpdate(replace(update, user_name=name), raw)])
            except StoreError as error:  # a full disk: Feishu brings it again
                sink.note_error(error)
                _log.error("updates not written down: %s", type(error).__name__)
                return False
        return True

    async def _name_of(self, user_id: str) -> str:
        """What a person is called; empty where we may not know, or are not told in time."""
        if user_id not in self._names:
            try:
                async with asyncio.timeout(_NAME_WITHIN):
                    self._names[user_id] = await self._client.user_name(own_id(user_id))
            except Rejected as fault:
                _log.info("name: %s", fault)
                self._names[user_id] = ""
            except (AdapterFault, TimeoutError) as fault:
                _log.info("name: %s", type(fault).__name__)
                return ""
        return self._names[user_id]

    # -- what goes out

    async def open(self, to: Destination, words: Text) -> str:
        """Send a card to be written; tried again, the same card goes out under the same name."""
        if to.key not in self._cards:
            card = card_json(words, chat_id=to.chat_id)
            self._cards[to.key] = await self._client.create_card(card), uuid4().hex
            if len(self._cards) > _KEPT_CARDS:
                del self._cards[next(iter(self._cards))]
        card_id, uuid = self._cards[to.key]
        content = {"type": "card", "data": {"card_id": card_id}}
        message_id = await self._send(to, "interactive", content, uuid)
        self._cards.pop(to.key, None)
        return f"{APP}:{message_id}/{card_id}"

    async def preview(self, chat_id: str, message_id: str, text: Text) -> None:
        """Show what is written so far."""
        del chat_id  # the card says it
        await self._client.write_card(_card_of(message_id), feishu_markdown(text))

    async def edit(self, chat_id: str, message_id: str, text: Text, rows: Rows) -> None:
        """Replace a card."""
        card_id = _card_of(message_id)
        card = card_json(text, rows, chat_id=chat_id, card_id=card_id)
        await self._client.replace_card(card_id, card)

    async def send(self, to: Destination, text: Text, rows: Rows) -> str:
        """Send a whole text: its buttons must know its card."""
        message_id = await self.open(to, text)
        await self.edit(to.chat_id, message_id, text, rows)
        return message_id

    async def send_document(self, to: Destination, name: str, content: bytes) -> str:
        """Send a file."""
        key = await self._client.upload_file(name, content)
        return f"{APP}:{await self._send(to, 'file', {'file_key': key}, to.key)}"

    async def send_picture(self, to: Destination, name: str, content: bytes) -> str:
        """Show a picture."""
        key = await self._client.upload_image(name, content)
        return f"{APP}:{await self._send(to, 'image', {'image_key': key}, to.key)}"

    async def _send(self, to: Destination, kind: str, content: dict[str, Any], uuid: str) -> str:
        """Send a message; where what it answers was withdrawn, as one of its own."""
        send = self._client.send
        try:
            return await send(to.chat_id, kind, content, reply_to=to.reply_to, uuid=uuid)
        except MessageGone:
            if to.reply_to is None:
                raise
            return await send(to.chat_id, kind, content, reply_to=None, uuid=uuid)

    async def answer_press(self, press_id: str, toast: str, *, alert: bool) -> None:
        """Answer a press while Feishu waits for it; later its words are lost."""
        del alert
        waiting = self._presses.get(press_id)
        if waiting and not waiting.done():
            waiting.set_result(toast)

    async def fetch_file(self, file_id: str, to: Path) -> str:
        """Put a file that was sent where it is wanted; its name came with the message."""
        await self._client.fetch_file(file_id, to, self.limits.file_bytes)
        return ""


def _card_of(message_id: str) -> str:
    """The card of a message; raises MessageGone where it has none."""
    card_id = message_id.partition("/")[2]
    if not card_id:
        raise MessageGone(message_id)
    return card_id
