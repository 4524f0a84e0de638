"""The message in which an answer will stand, from before there is one.

It lies in the outbox as the first message of its update. What a crash left of it is used again.
"""

import asyncio
import logging
from dataclasses import replace

from bot.conversation.adapter import AdapterFault
from bot.conversation.messages import Outcome, Reply, Text
from bot.conversation.outgoing import PROGRESS, MessageBody, Recipient, outgoing_messages
from bot.conversation.sender import Sender
from bot.conversation.splitting import split_text
from bot.conversation.wording import plain, sentence
from bot.interruption import raise_if_stopped
from bot.state.delivery import Outbox, OutgoingKind, OutgoingMessage

_log = logging.getLogger("bot.conversation")
_CURSOR = " ▍"


class ProgressMessage:
    """Opened at once or when there is something to show; shows how far the work is.

    ``show`` and ``show_count`` are for a worker's thread, all else for the loop's.
    """

    def __init__(self, sender: Sender, outbox: Outbox, to: Recipient) -> None:
        self._sender = sender
        self._to = to
        self._message = _as_left(outbox, to)
        self._adapter = sender.adapter(to.chat_id)
        self._shown = self._latest = ""
        self._news = asyncio.Event()
        self._opening = asyncio.Lock()
        self._typing: asyncio.Task[None] | None = None
        self._preview: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()
        self._closed: asyncio.Future[None] = self._loop.create_future()

    def begin(self) -> None:
        """Show that we are at work, and whatever is shown from now on."""
        abilities = self._adapter.abilities
        if abilities.typing:
            self._typing = asyncio.create_task(self._keep_typing())
        if abilities.edits:
            self._preview = asyncio.create_task(self._show_preview())

    async def open(self, words: Text) -> None:
        """Open the message with a few words; raises ChatClosed or Rejected."""
        if self._adapter.abilities.edits:
            await self._open(words)

    def show(self, text: str) -> None:
        """Show the text as far as it is written; raises Stopped."""
        raise_if_stopped()
        self._loop.call_soon_threadsafe(self._note, text)

    def show_count(self, done: int, of: int) -> None:
        """Show how much is done; raises Stopped."""
        self.show(plain("wait.progress", done=done, of=of))

    async def close(self) -> None:
        """Show no more; an edit that is on its way arrives before this returns."""
        self._closed.set_result(None)
        self._news.set()
        if self._typing:
            self._typing.cancel()
        tasks = [task for task in (self._typing, self._preview) if task]
        await asyncio.gather(*tasks, return_exceptions=True)

    def settle(self, outcome: Outcome) -> list[OutgoingMessage]:
        """What is to go out, the first text in place of what was shown meanwhile."""
        message = self._message
        if message.message_id is not None and not outcome.replies:
            outcome = replace(outcome, replies=(Reply((sentence("wait.done"),)),))
        return [
            replace(m, message_id=message.message_id, stage=message.stage) if m.n == PROGRESS else m
            for m in outgoing_messages(outcome, self._to, self._sender.limits)
        ]

    async def _open(self, words: Text | None = None) -> None:
        async with self._opening:  # what is to be shown may come while it is being opened
            self._message = await self._sender.open(self._message, words)

    def _note(self, text: str) -> None:
        self._latest = text
        self._news.set()

    async def _keep_typing(self) -> None:
        while True:
            await self._sender.show_typing(self._to.chat_id)
            await asyncio.sleep(self._adapter.limits.typing_seconds)

    async def _show_preview(self) -> None:
        limits, chat_id = self._adapter.limits, self._to.chat_id
        in_group = self._adapter.is_group(chat_id)
        every = limits.pace.group_preview_every if in_group else limits.pace.preview_every
        while not self._closed.done():
            await self._news.wait()
            self._news.clear()
            if self._closed.done() or self._latest == self._shown:
                continue
            try:
                if self._message.message_id is None:
                    await self._open()
            except AdapterFault as fault:
                _log.info("preview chat=%s: %s", chat_id, type(fault).__name__)
                return
            text = self._latest
            room = limits.message_length - len(_CURSOR)
            head = split_text(Text(text), room, limits.measure)[0] + _CURSOR
            if await self._sender.preview(self._message, head):
                self._shown = text
            else:
                self._news.set()
            await asyncio.wait([self._closed], timeout=every)


def _as_left(outbox: Outbox, to: Recipient) -> OutgoingMessage:
    """The message as a crash left it, or a new one, written down."""
    for message in outbox.of(to.update_id):
        if message.n == PROGRESS:
            return message
    body = MessageBody(Text(""), (), to.reply_to).to_json()
    message = OutgoingMessage(to.update_id, PROGRESS, to.chat_id, OutgoingKind.TEXT, body)
    outbox.put(to.update_id, [message])
    return message
