"""What comes in: written down before the app is told, queued in its chat, done by workers."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, local

from bot.conversation.access import Access, allows
from bot.conversation.adapter import Adapter, ReceivedUpdate
from bot.conversation.context import Metrics, Request, RequestContext, Run, Services
from bot.conversation.messages import ButtonPress, Outcome, Update
from bot.ids import app_of
from bot.interruption import interruptible
from bot.state.delivery import Inbox, InboxItem
from bot.state.people import Role

STOP = "stop"
"""The command that stops what somebody asked for in a chat."""
_A_MINUTE = 60.0
_SWEPT_AT = 1000
_MOST_OF_STRANGERS = 5
_PRESSES_FOR_A_QUESTION = 3
_MOST_IN_A_QUEUE = 30
_MOST_IN_ALL = 600


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
            with (
                interruptible(queued.is_stopped.is_set),
                context.library.hiding(context.hidden_reports()),
            ):
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


_log = logging.getLogger("bot.conversation")


class UpdateReceiver:
    """``per_minute`` is how much one person may ask; presses of buttons are cheaper."""

    def __init__(  # noqa: PLR0913 - all that an update passes through
        self,
        adapters: Mapping[str, Adapter],
        inbox: Inbox,
        queues: ChatQueues,
        *,
        access: Access,
        metrics: Metrics,
        per_minute: int,
    ) -> None:
        self._adapters = adapters
        self._inbox = inbox
        self._queues = queues
        self._access = access
        self._metrics = metrics
        self._per_minute = per_minute
        self._counter = RequestCounter(per_minute)

    @property
    def is_full(self) -> bool:
        """Whether so much is waiting that no more should be fetched for now."""
        return len(self._queues) >= _MOST_IN_ALL

    def resume(self) -> None:
        """Queue what an earlier run left."""
        unfinished = self._inbox.unfinished()
        for item in unfinished:
            adapter = self._adapters.get(item.app)
            if adapter:  # what an app left that is not served just now waits for it
                self._queue(item, adapter.read_update(item.raw))
        if unfinished:
            _log.info("resumed=%d", len(unfinished))

    def take(self, received: Sequence[ReceivedUpdate]) -> None:
        """Write updates down and queue those that are new; raises StoreError."""
        updates: dict[tuple[str, str], Update] = {}
        items = []
        for each in received:
            update = each.update
            app = app_of(update.chat_id)
            updates.setdefault((app, update.id), update)
            verdict = self._verdict(update)
            items.append(InboxItem(app, update.id, update.chat_id, each.raw, verdict))
        for item in self._inbox.take_in(items, time.time()) if items else ():
            self._queue(item, updates[item.app, item.app_update_id])

    def sink_of(self, app: str) -> "AppSink":
        """Where an app's adapter hands over what it receives."""
        return AppSink(app, self, self._metrics)

    def _queue(self, item: InboxItem, update: Update | None) -> None:
        queued = QueuedUpdate(item, update)
        if update and _is_stop(update) and not item.composed:
            queued.stopped = self._queues.stop(item.chat_id, update.user_id)
        self._queues.add(queued)

    def _verdict(self, update: Update) -> str:
        """What is decided at the door: empty, ``too_fast``, ``crowded``, or ``dropped``."""
        if _is_stop(update):
            return ""
        pressed = isinstance(update.content, ButtonPress)
        most = self._per_minute * (_PRESSES_FOR_A_QUESTION if pressed else 1)
        known = allows(self._access.role_of(update.user_id), Role.READER)
        if not known:
            most = _MOST_OF_STRANGERS
        over = self._counter.count(update.user_id, time.monotonic(), pressed=pressed) - most
        if over > 0:
            return "too_fast" if over == 1 and known and not pressed else "dropped"
        waiting = self._queues.length(update.chat_id)
        if waiting < _MOST_IN_A_QUEUE:
            return ""
        return "crowded" if waiting == _MOST_IN_A_QUEUE else "dropped"


class AppSink:
    """Takes what one app's adapter receives, and notes how that app is."""

    def __init__(self, app: str, receiver: UpdateReceiver, metrics: Metrics) -> None:
        self._app = app
        self._receiver = receiver
        self._metrics = metrics

    @property
    def is_full(self) -> bool:
        """Whether so much is waiting that no more should be fetched for now."""
        return self._receiver.is_full

    def take(self, received: Sequence[ReceivedUpdate]) -> None:
        """Write updates down and queue those that are new; raises StoreError."""
        self._receiver.take(received)

    def note_receiving(self, *, ok: bool) -> None:
        """Note whether updates can be received just now."""
        self._metrics.note_receiving(self._app, ok=ok)

    def note_error(self, error: Exception) -> None:
        """Note that something went wrong in receiving."""
        self._metrics.note_error(error)


def _is_stop(update: Update) -> bool:
    content = update.content
    return not isinstance(content, ButtonPress) and content.command == STOP and not content.file


class RequestCounter:
    """How much each person asked in the last minute; presses of buttons are counted apart."""

    def __init__(self, per_minute: int) -> None:
        self._most = 10 * per_minute
        self._lately: dict[tuple[str, bool], deque[float]] = {}

    def count(self, user_id: str, now: float, *, pressed: bool) -> int:
        """Count one more request; how many there were, this one included."""
        if len(self._lately) > _SWEPT_AT:
            self._lately = {k: d for k, d in self._lately.items() if now - d[-1] < _A_MINUTE}
        lately = self._lately.setdefault((user_id, pressed), deque(maxlen=self._most))
        while lately and now - lately[0] >= _A_MINUTE:
            lately.popleft()
        lately.append(now)
        return len(lately)
