"""One queue a chat: what a chat sends is done in its order, different chats side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from threading import Event

from bot.conversation.updates import Update
from bot.state.inbox import InboxItem


@dataclass(slots=True)
class QueuedUpdate:
    """An update that waits for its turn or is being answered.

    ``update`` is None where what was written down cannot be read any more. ``stopping`` and
    ``is_stopped`` are set once somebody said /stop, for the loop's thread and for a worker's;
    ``stopped`` is how many others this one stopped. ``own_seconds`` is how long a worker took.
    """

    item: InboxItem
    update: Update | None
    is_stopped: Event = field(default_factory=Event)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    stopped: int = 0
    press_answered: bool = False
    own_seconds: float = 0.0

    @property
    def user_id(self) -> str:
        """Whose it is."""
        return self.update.user_id if self.update else ""

    def stop(self) -> None:
        """Stop the work on it; from the loop's thread."""
        self.is_stopped.set()
        self.stopping.set()


class ChatQueues:
    """All updates that are not done with. ``handle`` does one; it must raise nothing."""

    def __init__(self, handle: Callable[[QueuedUpdate], Awaitable[None]]) -> None:
        self._handle = handle
        self._queues: dict[str, deque[QueuedUpdate]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    def __len__(self) -> int:
        return sum(len(queue) for queue in self._queues.values())

    def length(self, chat_id: str) -> int:
        """How many updates a chat has, the one under way included."""
        return len(self._queues.get(chat_id, ()))

    @property
    def working(self) -> int:
        """How many chats are being served."""
        return len(self._running)

    def add(self, queued: QueuedUpdate) -> None:
        """Queue an update behind those of its chat."""
        chat_id = queued.item.chat_id
        self._queues.setdefault(chat_id, deque()).append(queued)
        if chat_id not in self._running and not self._closed:
            self._running[chat_id] = asyncio.create_task(self._run(chat_id))

    def stop(self, chat_id: str, user_id: str) -> int:
        """Stop what somebody asked for in a chat, under way or waiting; how many there were."""
        theirs = [each for each in self._queues.get(chat_id, ()) if each.user_id == user_id]
        for each in theirs:
            each.stop()
        return len(theirs)

    async def close(self, seconds: float) -> None:
        """Finish what is under way, begin nothing new; what is not done in time is left."""
        self._closed = True
        running = list(self._running.values())
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
            for first in (queue[0] for queue in self._queues.values() if queue):
                first.is_stopped.set()
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, chat_id: str) -> None:
        queue = self._queues[chat_id]
        try:
            while queue and not self._closed:
                await self._handle(queue[0])
                queue.popleft()
        finally:
            del self._running[chat_id]
            if not queue:
                del self._queues[chat_id]
