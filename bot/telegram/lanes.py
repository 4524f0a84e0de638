"""One lane a chat: what a chat sends is done in its order, different chats side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from threading import Event

from bot.state.inbox import Received
from bot.telegram.incoming import Incoming
from bot.telegram.routing import Request


@dataclass(slots=True)
class Job:
    """An update to be dealt with. ``halted`` is set once somebody said /stop."""

    received: Received
    incoming: Incoming
    request: Request | None
    halted: Event = field(default_factory=Event)
    halting: asyncio.Event = field(default_factory=asyncio.Event)
    stopped: int = 0
    let_go: bool = False

    @property
    def user_id(self) -> int:
        """Whose it is."""
        return self.incoming.sender.id if self.incoming.sender else 0

    @property
    def replied_to(self) -> int | None:
        """The message that the answer replies to: in a group, where others write between."""
        message = self.incoming.message
        return message.message_id if message and self.received.chat_id < 0 else None

    def halt(self) -> None:
        """Stop the work on it; from the loop's thread."""
        self.halted.set()
        self.halting.set()


class Lanes:
    """All jobs that are not done with. ``handle`` does one; it must raise nothing."""

    def __init__(self, handle: Callable[[Job], Awaitable[None]]) -> None:
        self._handle = handle
        self._lanes: dict[int, deque[Job]] = {}
        self._running: dict[int, asyncio.Task[None]] = {}
        self._closed = False

    def __len__(self) -> int:
        return sum(len(lane) for lane in self._lanes.values())

    def length(self, chat_id: int) -> int:
        """How many jobs a chat has, the one under way included."""
        return len(self._lanes.get(chat_id, ()))

    @property
    def working(self) -> int:
        """How many chats are being served."""
        return len(self._running)

    def add(self, job: Job) -> None:
        """Queue a job behind those of its chat."""
        chat_id = job.received.chat_id
        self._lanes.setdefault(chat_id, deque()).append(job)
        if chat_id not in self._running and not self._closed:
            self._running[chat_id] = asyncio.create_task(self._run(chat_id))

    def stop(self, chat_id: int, user_id: int) -> int:
        """Stop what somebody asked for in a chat, under way or waiting; how many there were."""
        jobs = [job for job in self._lanes.get(chat_id, ()) if job.user_id == user_id]
        for job in jobs:
            job.halt()
        return len(jobs)

    async def close(self, seconds: float) -> None:
        """Finish what is under way, begin nothing new; what is not done in time is left."""
        self._closed = True
        running = list(self._running.values())
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
            for job in (lane[0] for lane in self._lanes.values() if lane):
                job.halted.set()
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, chat_id: int) -> None:
        lane = self._lanes[chat_id]
        try:
            while lane and not self._closed:
                await self._handle(lane[0])
                lane.popleft()
        finally:
            del self._running[chat_id]
            if not lane:
                del self._lanes[chat_id]
