"""The message that an answer will stand in, from before there is one."""

import asyncio
import logging
import time

from bot.conversation.messages import Text
from bot.conversation.splitting import split_text
from bot.state.parcels import Parcel
from bot.telegram.courier import Courier
from bot.telegram.faults import LineFault
from bot.telegram.line import TelegramLine
from bot.telegram.pacing import Deed
from bot.telegram.rendering import LIMIT, html_units, render_html

_log = logging.getLogger("bot.telegram")
_ALIVE = 4.5  # Telegram shows "typing" for five seconds
_STEP, _STEP_IN_GROUPS = 1.2, 4.0
_CURSOR = " ▍"


class Anchor:
    """Opened at once or when there is something to show; shows how far the work is.

    ``show`` and ``progress`` are for the loop's thread.
    """

    def __init__(self, courier: Courier, line: TelegramLine, parcel: Parcel) -> None:
        self._courier = courier
        self._line = line
        self.parcel = parcel
        self._shown = self._latest = ""
        self._news = asyncio.Event()
        self._opening = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def is_open(self) -> bool:
        """Whether its message is there."""
        return self.parcel.message_id is not None

    def begin(self) -> None:
        """Show that it is being worked on, and whatever is told from now on."""
        self._tasks = [asyncio.create_task(self._typing()), asyncio.create_task(self._preview())]

    async def open(self, words: str) -> None:
        """Open the message with a few words; raises Gone or Refused."""
        async with self._opening:  # what is to be shown may come while it is being opened
            self.parcel = await self._courier.opened(self.parcel, words)

    def show(self, text: str) -> None:
        """The text as far as it is written."""
        self._latest = text
        self._news.set()

    async def close(self) -> None:
        """Show no more; an edit that is on its way arrives before this returns."""
        self._closed.set_result(None)
        self._news.set()
        typing, preview = self._tasks
        typing.cancel()
        await asyncio.gather(typing, preview, return_exceptions=True)

    async def _typing(self) -> None:
        pacing, chat_id = self._courier.pacing, self.parcel.chat_id
        while True:
            now = time.monotonic()
            if not pacing.wait(chat_id, Deed.TYPE, now):
                pacing.note(chat_id, Deed.TYPE, now)
                try:
                    await self._line.typing(chat_id)
                except LineFault as fault:
                    _log.info("typing chat=%s: %s", chat_id, type(fault).__name__)
                    self._courier.heed(fault, chat_id)
            await asyncio.sleep(_ALIVE)

    async def _preview(self) -> None:
        step = _STEP_IN_GROUPS if self.parcel.chat_id < 0 else _STEP
        while not self._closed.done():
            await self._news.wait()
            self._news.clear()
            if self._closed.done() or self._latest == self._shown:
                continue
            try:
                if not self.is_open:
                    await self.open("")
            except LineFault as fault:
                _log.info("preview chat=%s: %s", self.parcel.chat_id, type(fault).__name__)
                return
            text = self._latest
            head = render_html(split_text(Text(text), LIMIT - len(_CURSOR), html_units)[0])
            if await self._courier.preview(self.parcel, head + _CURSOR):
                self._shown = text
            else:
                self._news.set()
            await asyncio.wait([self._closed], timeout=step)
