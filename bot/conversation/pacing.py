"""How fast is spoken on an app."""

import asyncio
import time
from enum import StrEnum

from bot.conversation.adapter import Adapter, SendPace
from bot.state.turns import Turns

_LATE = 0.2
"""Seconds by which a busy process may miss its moment; else it would say much at once."""


class CallKind(StrEnum):
    """What is done to a chat; a new message and an edit are counted apart."""

    SEND = "send"
    EDIT = "edit"
    TYPING = "typing"
    """The sign that it is being worked on; it is no message, but it is a call."""


Limit = tuple[str, int, float]
"""What is counted, and how much of it there may be in how many seconds."""


def limits_of(
    app: str, pace: SendPace, chat_id: str, call: CallKind, *, in_group: bool
) -> list[Limit]:
    """What a call in a chat of an app has to keep to, in the order in which it is waited for.

    A chat's moment is taken first, for the wait may be long; then the app's, of which there are
    few. Those are evenly apart: what several processes send at once is too much if some is late.
    """
    limits = [(f"{chat_id} {call}", 1, pace.apart)]
    if in_group and call is not CallKind.TYPING:
        limits.append((chat_id, pace.group_most, pace.group_span))
    return [*limits, (app, 1, pace.all_span / pace.all_most)]


class Pacer:
    """Keeps the pace of one app; raises StoreErrors where it is counted in a database."""

    def __init__(self, adapter: Adapter, turns: Turns) -> None:
        self._adapter = adapter
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

    def _limits(self, chat_id: str, call: CallKind) -> list[Limit]:
        in_group = self._adapter.is_group(chat_id)
        return limits_of(self._adapter.name, self._pace, chat_id, call, in_group=in_group)
