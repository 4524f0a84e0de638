"""Brings parcels to Telegram, each once: how far it came is written down at every step.

A text is opened with a few words, and put in by an edit. Where an answer of Telegram's is lost on
the way, the edit can be repeated; at worst a message with the few words stays behind, and never
an answer twice.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from html import unescape
from typing import Protocol, TypeVar

from bot.conversation.messages import Rows
from bot.state.opening import State
from bot.state.parcels import Kind, Parcel, Stage
from bot.telegram.faults import Gone, LineFault, Lost, Moved, Refused, Unsure, Wait
from bot.telegram.pacing import Deed, Pacing
from bot.telegram.packing import contents, document_name

_log = logging.getLogger("bot.telegram")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.3, 20.0
_TAGS = re.compile(r"<[^>]*>")
_Result = TypeVar("_Result")


class Line(Protocol):
    """What the courier needs of the line; every call may raise a LineFault."""

    async def send(self, chat_id: int, text: str, reply_to: int | None = None) -> int:
        """A new message; its number."""

    async def edit(self, chat_id: int, message_id: int, text: str, rows: Rows = ()) -> None:
        """A message's text and buttons."""

    async def edit_plain(self, chat_id: int, message_id: int, text: str, rows: Rows = ()) -> None:
        """The same without any formatting."""

    async def send_document(self, chat_id: int, name: str, content: bytes) -> int:
        """A file; the number of its message."""


class Courier:
    """Delivers in a chat's turn, as fast as Telegram lets it, until it has arrived."""

    def __init__(self, line: Line, state: State, opening: str, pacing: Pacing) -> None:
        self._line = line
        self._state = state
        self._opening = opening
        self.pacing = pacing
        self.last_fault = ""

    async def opened(self, parcel: Parcel, words: str = "") -> Parcel:
        """A parcel whose message is there, with a few words in it; raises Gone."""
        if parcel.message_id is not None:
            return parcel
        reply_to = contents(parcel)[2]
        chat_id = parcel.chat_id
        parcel = self._state.parcels.move(parcel, Stage.OPENING)
        message_id = await self._insisted(
            chat_id, Deed.SEND, lambda: self._line.send(chat_id, words or self._opening, reply_to)
        )
        return self._state.parcels.move(parcel, Stage.OPEN, message_id)

    async def deliver(self, parcel: Parcel) -> None:
        """Bring a parcel to its chat; one whose chat is closed to us counts as delivered."""
        if parcel.stage is Stage.DONE:
            return
        try:
            parcel = await self._brought(parcel)
        except Moved as fault:  # a group became a supergroup
            self._note(fault, parcel.chat_id)
            await self.deliver(replace(parcel, chat_id=fault.chat_id, message_id=None))
            return
        except (Gone, Refused) as fault:
            if isinstance(fault, Refused) and fault.token:
                raise
            self._note(fault, parcel.chat_id)
        self._state.parcels.move(parcel, Stage.DONE, parcel.message_id)

    async def _brought(self, parcel: Parcel) -> Parcel:
        if parcel.kind is Kind.DOCUMENT:
            await self._hand_over(parcel)
            return parcel
        return await self._put_in(parcel)

    async def preview(self, parcel: Parcel, text: str) -> bool:
        """Show what is written so far, if there is time for it now; never insists."""
        chat_id, message_id = parcel.chat_id, parcel.message_id
        now = time.monotonic()
        if message_id is None or self.pacing.wait(chat_id, Deed.EDIT, now):
            return False
        self.pacing.note(chat_id, Deed.EDIT, now)
        try:
            await self._line.edit(chat_id, message_id, text)
        except LineFault as fault:
            self._note(fault, chat_id)
            self.heed(fault, chat_id)
        return True

    def heed(self, fault: LineFault, chat_id: int) -> None:
        """Wait where a pause was asked for."""
        if isinstance(fault, Wait):
            self.pacing.hold(chat_id, fault.seconds, time.monotonic())

    async def _put_in(self, parcel: Parcel) -> Parcel:
        text, rows, _ = contents(parcel)
        opened = await self.opened(parcel)
        try:
            await self._edited(opened, text, rows)
        except Lost:  # somebody deleted it: the words come as a new message
            if parcel.kind is Kind.PAGE:
                return opened
            again = self._state.parcels.move(opened, Stage.NEW)
            opened = await self.opened(again)
            await self._edited(opened, text, rows)
        return opened

    async def _edited(self, parcel: Parcel, text: str, rows: Rows) -> None:
        chat_id, message_id = parcel.chat_id, parcel.message_id or 0
        try:
            await self._insisted(
                chat_id, Deed.EDIT, lambda: self._line.edit(chat_id, message_id, text, rows)
            )
        except Refused as fault:
            if fault.token:
                raise
            _log.error("refused text chat=%s: %s", chat_id, fault)
            bare = unescape(_TAGS.sub("", text))
            await self._insisted(
                chat_id, Deed.EDIT, lambda: self._line.edit_plain(chat_id, message_id, bare, rows)
            )

    async def _hand_over(self, parcel: Parcel) -> None:
        parcel = self._state.parcels.move(parcel, Stage.OPENING)
        name, content = document_name(parcel), parcel.content or b""
        chat_id = parcel.chat_id
        await self._insisted(
            chat_id, Deed.SEND, lambda: self._line.send_document(chat_id, name, content)
        )

    async def _insisted(
        self, chat_id: int, deed: Deed, call: Callable[[], Awaitable[_Result]]
    ) -> _Result:
        """Do it in the chat's turn, again and again while Telegram cannot; raises what is final."""
        pause = _FIRST_PAUSE
        while True:
            await self._turn(chat_id, deed)
            try:
                result = await call()
            except Wait as fault:
                self._note(fault, chat_id)
                self.heed(fault, chat_id)
            except Unsure as fault:
                self._note(fault, chat_id)
                self.pacing.arrived(chat_id, deed, time.monotonic())
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                self.pacing.arrived(chat_id, deed, time.monotonic())
                return result

    async def _turn(self, chat_id: int, deed: Deed) -> None:
        while pause := self.pacing.wait(chat_id, deed, time.monotonic()):  # noqa: ASYNC110 - a time is waited for, no event
            await asyncio.sleep(pause)
        self.pacing.note(chat_id, deed, time.monotonic())

    def _note(self, fault: LineFault, chat_id: int) -> None:
        self.last_fault = f"{type(fault).__name__}: {fault}"
        _log.warning("telegram chat=%s fault=%s: %s", chat_id, type(fault).__name__, fault)
