"""Telegram as an adapter of the conversation core; its texts go out as Telegram's HTML.

Lengths are UTF-16 code units, as the Bot API counts them.
"""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.conversation.adapter import (
    Abilities,
    AdapterFault,
    AppLimits,
    Destination,
    ReceivedUpdate,
    Rejected,
    RetryLater,
    RunElsewhere,
    SendPace,
    UpdateSink,
    try_repeatedly,
)
from bot.conversation.messages import (
    Mark,
    MarkKind,
    Rows,
    Text,
    Update,
    utf16_length,
)
from bot.errors import TelegramRefused
from bot.telegram.client import TelegramClient
from bot.telegram.parsing import APP, InlineQuery, app_id, number_of, parse_update
from knowledge.errors import StoreError

LIMIT = 4096
"""What one message holds."""
_OPENING = {
    MarkKind.BOLD: "<b>",
    MarkKind.ITALIC: "<i>",
    MarkKind.CODE: "<code>",
    MarkKind.FOLDED: "<blockquote expandable>",
}
_CLOSING = {
    MarkKind.BOLD: "</b>",
    MarkKind.ITALIC: "</i>",
    MarkKind.CODE: "</code>",
    MarkKind.FOLDED: "</blockquote>",
}
_POLL_SECONDS = 30
_FIRST_PAUSE, _LONGEST_PAUSE = 0.3, 15.0
_FULL_PAUSE = 0.1
PACE = SendPace(
    apart=1.05,
    group_most=18,
    group_span=61.0,
    all_most=24,
    all_span=1.1,
    preview_every=1.2,
    group_preview_every=4.0,
)
"""A little less than what is allowed (https://core.telegram.org/bots/faq, on hitting limits).

One message a second in a chat, 20 a minute in a group, about 30 a second over all.
"""


def html_units(text: Text) -> int:
    """How much of a message a text takes, tags and escapes included."""
    return utf16_length(render_html(text))


def escape_html(text: str) -> str:
    """Any string as HTML that shows it as it is; what no UTF-8 can hold is left out."""
    return escape(text.encode("utf-8", "ignore").decode(), quote=False)


def render_html(text: Text) -> str:
    """A text as HTML, its tags properly nested, quotes outermost."""
    if not text.marks:
        return escape_html(text.plain)
    edges = sorted({0, len(text), *(e for m in text.marks for e in (m.start, m.end))})
    html: list[str] = []
    opened: list[Mark] = []
    for start, end in pairwise(edges):
        wanted = sorted((m for m in text.marks if m.start <= start and end <= m.end), key=_nesting)
        same = next((n for n, m in enumerate(opened) if wanted[n : n + 1] != [m]), len(opened))
        html += [_CLOSING[mark.kind] for mark in reversed(opened[same:])]
        html += [_OPENING[mark.kind] for mark in wanted[same:]]
        html.append(escape_html(text.plain[start:end]))
        opened = wanted
    html += [_CLOSING[mark.kind] for mark in reversed(opened)]
    return "".join(html)


def _nesting(mark: Mark) -> tuple[bool, int, int, MarkKind]:
    """Sorts marks from the outermost inwards: quotes first, then what begins or reaches farther."""
    return mark.kind is not MarkKind.FOLDED, mark.start, -mark.end, mark.kind


_log = logging.getLogger("bot.telegram")

LIMITS = AppLimits(
    message_length=LIMIT,
    measure=html_units,
    file_bytes=20 << 20,  # https://core.telegram.org/bots/api#getfile
    typing_seconds=4.5,  # Telegram shows it for five
    pace=PACE,
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram brings updates, and the secret that it shows."""

    url: str
    secret: str

    @property
    def path(self) -> str:
        """The path of the address."""
        return urlsplit(self.url).path or "/"


class TelegramAdapter:
    """Sends texts as HTML, and fetches updates unless they are brought to a webhook."""

    name = APP
    abilities = Abilities()

    def __init__(
        self,
        client: TelegramClient,
        webhook: Webhook | None = None,
        limits: AppLimits = LIMITS,
    ) -> None:
        self._client = client
        self._webhook = webhook
        self._inline_answers: set[asyncio.Task[None]] = set()
        self.bot_name = client.name
        self.limits = limits

    def is_group(self, chat_id: str) -> bool:
        """Whether a chat is one of several people: their numbers are below 0."""
        return number_of(chat_id) < 0

    def read_update(self, raw: str) -> Update | None:
        """An update that was written down; None where nothing of it concerns us."""
        parsed = parse_update(json.loads(raw), self.bot_name)
        return parsed.content if parsed and isinstance(parsed.content, Update) else None

    async def receive(self, sink: UpdateSink) -> None:
        """Set the webhook, which brings them, or poll until cancelled.

        Raises TelegramRefused when the token is no longer known.
        """
        hook = self._webhook
        try:
            if hook:
                await try_repeatedly(partial(self._client.set_webhook, hook.url, hook.secret))
            else:
                await try_repeatedly(self._client.drop_webhook)
        except AdapterFault as fault:
            sink.note_error(fault)
            _log.error("webhook: %s", type(fault).__name__)
        if not hook:
            await self._poll(sink)

    async def _poll(self, sink: UpdateSink) -> None:
        offset: int | None = None
        pause = _FIRST_PAUSE
        while True:
            if sink.is_full:  # what is not fetched is kept by Telegram
                await asyncio.sleep(_FULL_PAUSE)
                continue
            try:
                updates = await self._client.updates(offset, _POLL_SECONDS)
                highest = self.hand_over(updates, sink)
            except StoreError as error:  # a full disk: what was not written down is fetched again
                sink.note_error(error)
                _log.error("updates not written down: %s", type(error).__name__)
                await asyncio.sleep(_LONGEST_PAUSE)
            except AdapterFault as fault:
                if isinstance(fault, Rejected) and fault.unauthorized:
                    raise TelegramRefused from fault
                sink.note_receiving(ok=False)
                sink.note_error(fault)
                twice = ", run twice?" if isinstance(fault, RunElsewhere) else ""
                _log.warning("updates: %s%s", type(fault).__name__, twice)
                await asyncio.sleep(fault.seconds if isinstance(fault, RetryLater) else pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                sink.note_receiving(ok=True)
                pause = _FIRST_PAUSE
                if highest is not None:  # the next fetch tells that these are written down
                    offset = highest + 1
                elif updates:  # nothing that could be told to be received: it will come again
                    await asyncio.sleep(_LONGEST_PAUSE)

    def hand_over(self, updates: Sequence[Any], sink: UpdateSink) -> int | None:
        """Give updates to the core; the highest number there was. Raises StoreError."""
        highest: int | None = None
        received, inline = [], []
        for raw in updates:
            parsed = parse_update(raw, self.bot_name)
            if parsed is None:
                continue
            highest = parsed.number if highest is None else max(highest, parsed.number)
            if isinstance(parsed.content, InlineQuery):
                inline.append(parsed.content)
            elif parsed.content:
                received.append(ReceivedUpdate(parsed.content, json.dumps(raw)))
        sink.take(received)
        for query in inline:
            answering = asyncio.create_task(self._answer_inline(query))
            self._inline_answers.add(answering)
            answering.add_done_callback(self._inline_answers.discard)
        return highest

    async def _answer_inline(self, query: InlineQuery) -> None:
        """Tell whoever types behind the bot's name elsewhere that there is nothing for them."""
        try:
            await self._client.answer_inline(query.id)
        except AdapterFault as fault:
            _log.info("inline: %s", type(fault).__name__)

    async def open(self, to: Destination, words: Text) -> str:
        """Send a message whose text is put in later."""
        return await self.send(to, words, ())

    async def preview(self, chat_id: str, message_id: str, text: Text) -> None:
        """Show what is written so far."""
        await self.edit(chat_id, message_id, text, ())

    async def send(self, to: Destination, text: Text, rows: Rows) -> str:
        """Send a new message; its id."""
        replied = None if to.reply_to is None else number_of(to.reply_to)
        html = render_html(text)
        return app_id(await self._client.send(number_of(to.chat_id), html, rows, replied))

    async def edit(self, chat_id: str, message_id: str, text: Text, rows: Rows) -> None:
        """Give a message another text and other buttons."""
        html = render_html(text)
        await self._client.edit(number_of(chat_id), number_of(message_id), html, rows)

    async def send_document(self, to: Destination, name: str, content: bytes) -> str:
        """Send a file; the id of its message."""
        return app_id(await self._client.send_document(number_of(to.chat_id), name, content))

    async def send_picture(self, to: Destination, name: str, content: bytes) -> str:
        """Show a picture; the id of its message."""
        return app_id(await self._client.send_picture(number_of(to.chat_id), name, content))

    async def show_typing(self, chat_id: str) -> None:
        """Show for a few seconds that we are at work."""
        await self._client.show_typing(number_of(chat_id))

    async def answer_press(self, press_id: str, toast: str, *, alert: bool) -> None:
        """Release a button that was pressed."""
        await self._client.answer_press(press_id, toast, alert=alert)

    async def fetch_file(self, file_id: str, to: Path) -> str:
        """Put a file that was sent where it is wanted; its name came with the message."""
        await self._client.fetch_file(file_id, to)
        return ""

    async def set_commands(self, commands: Mapping[str, str], place: str) -> None:
        """Set the menu of commands of all private chats, of all groups, or of one chat."""
        is_chat = place.startswith(f"{APP}:")
        await self._client.set_commands(commands, number_of(place) if is_chat else place)
