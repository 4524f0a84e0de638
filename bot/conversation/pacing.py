"""How fast is spoken on an app: counted by one process for itself, or by all in their database."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from bot.conversation.adapter import Adapter, SendPace
from bot.state.turns import Turns

_IDLE = 120.0
_LATE = 0.2
"""Seconds by which a busy process may miss its moment; else it would say much at once."""


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


class Pacer(Protocol):
    """Keeps the pace of one app; raises StoreErrors where it is counted in a database."""

    async def await_turn(self, chat_id: str, call: CallKind) -> None:
        """Wait until something may be done, which is done then."""

    async def take_turn(self, chat_id: str, call: CallKind) -> bool:
        """Whether something may be done now, which is done then."""

    async def note_arrival(self, chat_id: str, call: CallKind) -> None:
        """Write down that the app has what was done."""

    async def pause(self, chat_id: str, seconds: float) -> None:
        """Keep quiet in a chat where the app asked for it."""


class LocalPacer:
    """The pace of the only process that speaks on an app."""

    def __init__(self, limiter: RateLimiter) -> None:
        self._limiter = limiter

    async def await_turn(self, chat_id: str, call: CallKind) -> None:
        """Wait until something may be done, which is done then."""
        while delay := self._limiter.wait(chat_id, call, time.monotonic()):  # noqa: ASYNC110 - a time is waited for, no event
            await asyncio.sleep(delay)
        self._limiter.note(chat_id, call, time.monotonic())

    async def take_turn(self, chat_id: str, call: CallKind) -> bool:
        """Whether something may be done now, which is done then."""
        if self._limiter.wait(chat_id, call, time.monotonic()):
            return False
        self._limiter.note(chat_id, call, time.monotonic())
        return True

    async def note_arrival(self, chat_id: str, call: CallKind) -> None:
        """Write down that the app has what was done."""
        self._limiter.note_arrival(chat_id, call, time.monotonic())

    async def pause(self, chat_id: str, seconds: float) -> None:
        """Keep quiet in a chat where the app asked for it."""
        self._limiter.pause(chat_id, seconds, time.monotonic())


class SharedPacer:
    """The pace of an app on which several processes speak.

    A chat's moment is taken first, for the wait may be long; then the app's, of which there are
    few. Those are evenly apart: what several processes send at once is too much if some is late.
    """

    def __init__(self, adapter: Adapter, turns: Turns) -> None:
        self._app = adapter.name
        self._is_group = adapter.is_group
        self._pace = adapter.limits.pace
        self._turns = turns

    async def await_turn(self, chat_id: str, call: CallKind) -> None:
        """Wait until something may be done, which is done then."""
        for limit in self._limits(chat_id, call):
            late = _LATE
            while late >= _LATE:
                due = await asyncio.to_thread(self._reserve, *limit)
                await asyncio.sleep(due - time.monotonic())
                late = time.monotonic() - due

    def _reserve(self, key: str, most: int, span: float) -> float:
        """When the next moment is, by this process's clock."""
        wait = self._turns.reserve(key, most, span)
        return time.monotonic() + wait

    async def take_turn(self, chat_id: str, call: CallKind) -> bool:
        """Whether something may be done now, which is done then."""
        for key, most, span in self._limits(chat_id, call):
            if not await asyncio.to_thread(self._turns.take, key, most, span):
                return False
        return True

    async def note_arrival(self, chat_id: str, call: CallKind) -> None:
        """Write down that the app has it: it may have counted it only now."""
        await asyncio.to_thread(self._turns.delay, f"{chat_id} {call}", 0.0)

    async def pause(self, chat_id: str, seconds: float) -> None:
        """Keep quiet in a chat where the app asked for it; the others go on."""
        for call in CallKind:
            key = f"{chat_id} {call}"
            await asyncio.to_thread(self._turns.delay, key, seconds - self._pace.apart)

    def _limits(self, chat_id: str, call: CallKind) -> list[tuple[str, int, float]]:
        """What is counted, and how much of it there may be in how many seconds."""
        pace = self._pace
        limits = [
            (f"{chat_id} {call}", 1, pace.apart),
            (self._app, 1, pace.all_span / pace.all_most),
        ]
        if call is not CallKind.TYPING and self._is_group(chat_id):
            limits.insert(1, (chat_id, pace.group_most, pace.group_span))
        return limits
