"""Who waits for what: a queue for each chat, and pools of threads that run the features."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, local

from bot.conversation.context import Request, RequestContext, Run, Services
from bot.conversation.messages import Outcome, Update
from bot.interruption import interruptible
from bot.state.delivery import InboxItem


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


class WorkerPool:
    """``workers`` threads; ``open_services`` opens what one of them works with, in its thread."""

    def __init__(self, open_services: Callable[[], Services], workers: int) -> None:
        self._open_services = open_services
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="conversation")
        self._own = local()
        self._opened: list[Services] = []
        self._workers = workers
        self._under_way = 0

    @property
    def waiting(self) -> int:
        """How many requests wait for a free thread."""
        return max(0, self._under_way - self._workers)

    async def run(self, run: Run, queued: QueuedUpdate, request: Request, words: str) -> Outcome:
        """Run a feature in a thread; raises what it raises, and Stopped."""
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._pool, self._work, run, queued, request, words
            )
        finally:
            self._under_way -= 1

    def _work(self, run: Run, queued: QueuedUpdate, request: Request, words: str) -> Outcome:
        context = RequestContext.of(request, self._services())
        begun = time.perf_counter()
        try:
            with interruptible(queued.is_stopped.is_set):
                return run(context, words)
        finally:
            queued.own_seconds = time.perf_counter() - begun

    def _services(self) -> Services:
        if not hasattr(self._own, "services"):
            self._own.services = self._open_services()
            self._opened.append(self._own.services)
        services: Services = self._own.services
        return services

    def close(self) -> None:
        """Wait for what is under way, and close the libraries."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for services in self._opened:
            services.library.close()
