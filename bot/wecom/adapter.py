"""WeCom as an adapter of the conversation core, over the long connection or the callback.

An answer to a message is a stream: shown while it is written, finished for good. What answers a
button is sent unasked: the frame of a press takes nothing but another look of its card.
"""

import asyncio
import base64
import hashlib
import json
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.conversation.adapter import (
    Abilities,
    Adapter,
    AdapterFault,
    AppLimits,
    ChatClosed,
    Destination,
    MessageGone,
    ReceivedUpdate,
    ReconnectPauses,
    Rejected,
    RunElsewhere,
    SendPace,
    UpdateSink,
)
from bot.conversation.messages import Rows, Text, Update
from bot.errors import WecomRefused
from bot.wecom.callback import CallbackConnection
from bot.wecom.cards import cards_of, markdown_bytes, pressed_card, wecom_markdown
from bot.wecom.connection import LongConnection
from bot.wecom.files import fetch
from bot.wecom.parsing import ChatEntered, Superseded, parse_frame
from bot.wecom.protocol import (
    APP,
    RESPOND,
    RESPOND_WELCOME,
    SEND,
    UPDATE_CARD,
    UPLOAD_BEGIN,
    UPLOAD_END,
    UPLOAD_PART,
    Json,
    StreamClosed,
    is_group,
    phrase,
    stream_body,
    with_address,
)
from knowledge.errors import StoreError

LIMIT = 2000
"""What one message holds, in bytes of UTF-8."""
_log = logging.getLogger("bot.wecom")
_PART = 512 << 10
_KEPT_CARDS = 500
_DISK_SECONDS = 15.0
_TAKES_SECONDS = 300.0
"""How long a stream takes more for certain; WeCom closes it after six to ten minutes."""

LIMITS = AppLimits(
    message_length=LIMIT,
    measure=markdown_bytes,
    file_bytes=20 << 20,
    typing_seconds=60.0,
    pace=SendPace(
        apart=0.4,
        group_most=28,
        group_span=61.0,
        all_most=50,
        all_span=1.0,
        preview_every=1.0,
        group_preview_every=4.0,
    ),
)
"""In groups a little less than what is allowed: 30 messages a minute in a chat, 1,000 an hour. What
is too much in a chat of two is refused, and sent again later."""


CALLBACK_LIMITS = replace(LIMITS, message_length=20_000)
"""Of an answer that is one message: a little less than what a stream holds."""
_ABILITIES = Abilities(
    edits=False,
    streams=True,
    toasts=False,
    typing=False,
    command_menu=False,
    speaks_where_it_receives=True,
)


@dataclass(frozen=True, slots=True)
class _Stream:
    """A message that is being written: the frame that it answers, its own id, since when."""

    req_id: str
    id: str
    since: int

    @property
    def message_id(self) -> str:
        return f"{APP}:{self.id}/{self.since}/{self.req_id}"

    @classmethod
    def of(cls, message_id: str) -> "_Stream":
        """Raises MessageGone where the message is no stream."""
        number, _, rest = message_id.removeprefix(f"{APP}:").partition("/")
        since, _, req_id = rest.partition("/")
        if not (since.isdecimal() and req_id):
            raise MessageGone(message_id)
        return cls(req_id, number, int(since))


class WecomAdapter(Adapter):
    """Speaks over a connection that is kept open within ``keep_connected``.

    A connection's ``one_answer``: a frame is answered by one message, which bears its card, and by
    no file; ``file_key`` decrypts files that come without a key of their own.
    """

    name = APP
    bot_name = ""

    def __init__(
        self,
        connection: LongConnection | CallbackConnection,
        limits: AppLimits = LIMITS,
        pauses: ReconnectPauses | None = None,
        disk_pause: float = _DISK_SECONDS,
    ) -> None:
        self._connection = connection
        self._pauses = pauses or ReconnectPauses()
        self._disk_pause = disk_pause
        self._cards: dict[str, Json] = {}
        self._untaken: list[ReceivedUpdate] = []
        self._retrying: asyncio.TimerHandle | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._sink: UpdateSink | None = None
        self._greetings: set[asyncio.Task[None]] = set()
        self.limits = limits
        one = connection.one_answer
        self.abilities = replace(_ABILITIES, one_answer=one, documents=not one, pictures=not one)

    def is_group(self, chat_id: str) -> bool:
        """Whether a chat is one of several people."""
        return is_group(chat_id)

    # -- what comes in

    def read_update(self, raw: str) -> Update | None:
        """An update that was written down; None where nothing of it concerns us."""
        frame = json.loads(raw)
        self._connection.remember(frame)
        parsed = parse_frame(frame)
        return parsed if isinstance(parsed, Update) else None

    @asynccontextmanager
    async def keep_connected(self) -> AsyncIterator[None]:
        """Keep the connection open while the block runs.

        It is kept beyond ``receive``: what was begun is still to be sent when the service ends.
        """
        self._keeping = asyncio.create_task(self._keep_connected())
        try:
            yield
        finally:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, *self._greetings, return_exceptions=True)
            if self._retrying:
                self._retrying.cancel()

    async def receive(self, sink: UpdateSink) -> None:
        """Hand over what comes, what came before and what comes while the service ends.

        Raises WecomRefused when the secret is no longer known.
        """
        self._sink = sink
        self._hand_over()
        sink.note_receiving(ok=self._connection.can_receive)
        if self._keeping:
            await asyncio.shield(self._keeping)

    async def _keep_connected(self) -> None:
        while True:
            try:
                await self._connection.connect()
                self._note(None)
                self._pauses.begin_anew()
                await self._connection.listen(self._take)
            except AdapterFault as fault:
                if isinstance(fault, Rejected) and fault.unauthorized:
                    raise WecomRefused from fault
                self._note(fault)
                await asyncio.sleep(self._pauses.after(fault))

    def _note(self, fault: AdapterFault | None) -> None:
        """Note that the connection is open, or why it is not."""
        if fault:
            _log.warning("connection: %s: %s", type(fault).__name__, fault)
        if self._sink:
            self._sink.note_receiving(ok=fault is None)
            if fault:
                self._sink.note_error(fault)

    def _take(self, frame: Json) -> bool:
        """Hand a callback over; whether nothing is left that was not written down.

        Raises RunElsewhere where it says that our place is taken.
        """
        parsed = parse_frame(frame)
        match parsed:
            case Superseded():
                raise RunElsewhere("another connection of the same bot")
            case ChatEntered():
                greeting = asyncio.create_task(self._greet(parsed.req_id))
                self._greetings.add(greeting)
                greeting.add_done_callback(self._greetings.discard)
            case Update():
                raw = json.dumps(frame, ensure_ascii=False)
                self._untaken.append(ReceivedUpdate(parsed, raw))
                self._hand_over()
        return not self._untaken

    def _hand_over(self) -> None:
        """Hand over all that was not yet; a full disk is waited for: nothing comes again."""
        if self._sink is None:
            return
        try:
            self._sink.take(self._untaken)
        except StoreError as error:
            self._sink.note_error(error)
            _log.error("updates not written down: %s", type(error).__name__)
            if self._retrying:
                self._retrying.cancel()
            loop = asyncio.get_running_loop()
            self._retrying = loop.call_later(self._disk_pause, self._hand_over)
        else:
            self._untaken.clear()

    async def _greet(self, req_id: str) -> None:
        body = {"msgtype": "text", "text": {"content": phrase("chat.welcome")}}
        try:
            await self._connection.call(RESPOND_WELCOME, body, req_id)
        except AdapterFault as fault:
            _log.info("welcome: %s", type(fault).__name__)

    # -- what goes out

    async def open(self, to: Destination, words: Text) -> str:
        """Begin a stream; its id holds all that is needed to go on after a restart.

        Where no reply is taken any more, the id is no stream's, and the text will come unasked.
        """
        stream = _Stream(_request_of(to), to.key, int(time.time()))
        try:
            await self._write(stream, words, finish=False)
        except (MessageGone, Rejected) as fault:
            if isinstance(fault, Rejected) and fault.unauthorized:
                raise
            _log.info("reply: %s", fault)
            return f"{APP}:{to.key}"
        return stream.message_id

    async def preview(self, chat_id: str, message_id: str, text: Text) -> None:
        """Show what is written so far."""
        del chat_id  # the stream says it
        await self._write(_Stream.of(message_id), text, finish=False)

    async def edit(self, chat_id: str, message_id: str, text: Text, rows: Rows) -> None:
        """Finish a stream; its buttons follow as a card."""
        stream = _Stream.of(message_id)
        carried, cards = self._cards_of(rows, stream.id)
        try:
            await self._write(stream, text, finish=True, carried=carried)
        except StreamClosed:
            if time.time() - stream.since > _TAKES_SECONDS:
                raise
            # one so young is closed because it was finished: the answer to that was lost
        await self._send_cards(Destination(chat_id, f"{APP}:{stream.req_id}", stream.id), cards)

    async def send(self, to: Destination, text: Text, rows: Rows) -> str:
        """Send a whole text, as a finished stream where it answers a message."""
        carried, cards = self._cards_of(rows, to.key)
        body = stream_body(to.key, wecom_markdown(text), finish=True)
        unasked = {"msgtype": "markdown", "markdown": {"content": wecom_markdown(text)}}
        try:
            await self._say(to, body | carried, unasked | carried)
        except StreamClosed:
            _log.info("%s has arrived before", to.key)
        await self._send_cards(to, cards)
        return f"{APP}:{to.key}"

    async def _write(
        self, stream: _Stream, text: Text, *, finish: bool, carried: Json | None = None
    ) -> None:
        body = stream_body(stream.id, wecom_markdown(text), finish=finish) | (carried or {})
        await self._connection.call(RESPOND, body, stream.req_id)

    async def _say(self, to: Destination, body: Json, unasked: Json | None = None) -> None:
        """Reply with something; unasked where nothing is replied to, or no reply is taken."""
        if to.reply_to is not None:
            try:
                await self._connection.call(RESPOND, body, _request_of(to))
            except StreamClosed:
                raise
            except (MessageGone, Rejected) as fault:
                if isinstance(fault, Rejected) and fault.unauthorized:
                    raise
                _log.info("reply: %s", fault)
            else:
                return
        said = with_address(to.chat_id, unasked or body)
        told = await self._connection.call(SEND, said)
        if replaced := told.get("task_id"):  # its card stands where the pressed one stood
            self._cards[replaced] = said["template_card"]

    def _cards_of(self, rows: Rows, key: str) -> tuple[Json, Sequence[Json]]:
        """Buttons as cards: what a message bears itself, and what follows it."""
        cards = cards_of(rows, key)
        for card in cards:
            self._cards[card["task_id"]] = card
            if len(self._cards) > _KEPT_CARDS:
                del self._cards[next(iter(self._cards))]
        if cards and self._connection.one_answer:
            return {"template_card": cards[0]}, cards[1:]
        return {}, cards

    async def _send_cards(self, to: Destination, cards: Sequence[Json]) -> None:
        """Send cards; the text stands without one that is not taken."""
        for card in cards:
            try:
                await self._say(to, {"msgtype": "template_card", "template_card": card})
            except (Rejected, ChatClosed) as fault:
                _log.warning("card: %s", fault)

    async def send_document(self, to: Destination, name: str, content: bytes) -> str:
        """Send a file."""
        return await self._send_media("file", to, name, content)

    async def send_picture(self, to: Destination, name: str, content: bytes) -> str:
        """Show a picture."""
        return await self._send_media("image", to, name, content)

    async def _send_media(self, kind: str, to: Destination, name: str, content: bytes) -> str:
        call = self._connection.call
        parts = [content[n : n + _PART] for n in range(0, len(content), _PART)] or [b""]
        told = await call(
            UPLOAD_BEGIN,
            {
                "type": kind,
                "filename": name,
                "total_size": len(content),
                "total_chunks": len(parts),
                "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
            },
        )
        upload = {"upload_id": told.get("upload_id", "")}
        for n, part in enumerate(parts):
            encoded = base64.b64encode(part).decode()
            await call(UPLOAD_PART, {**upload, "chunk_index": n, "base64_data": encoded})
        media = {"media_id": (await call(UPLOAD_END, upload)).get("media_id", "")}
        await self._say(to, {"msgtype": kind, kind: media})
        return f"{APP}:{to.key}"

    async def answer_press(self, press_id: str, toast: str, *, alert: bool) -> None:
        """Have the card say which button was pressed; what else is to be said is a message."""
        del toast, alert
        req_id, _, rest = press_id.partition(" ")
        task_id, _, data = rest.partition(" ")
        if card := self._cards.get(task_id):
            body = {"response_type": "update_template_card"}
            card = pressed_card(card, data)
            await self._connection.call(UPDATE_CARD, {**body, "template_card": card}, req_id)

    async def fetch_file(self, file_id: str, to: Path) -> str:
        """Put a file that was sent where it is wanted; its name."""
        return await fetch(file_id, to, self.limits.file_bytes, self._connection.file_key)


def _request_of(to: Destination) -> str:
    """The frame that is replied to."""
    return (to.reply_to or "").removeprefix(f"{APP}:")
