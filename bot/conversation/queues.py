"""What comes in: written down before the app is told, claimed in its chat's turn, and handled."""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from threading import Event, local

from bot.conversation.access import Access, allows
from bot.conversation.adapter import Adapter, ReceivedUpdate
from bot.conversation.context import Metrics, Request, RequestContext, Run, Services
from bot.conversation.messages import ButtonPress, Outcome, Update
from bot.interruption import interruptible
from bot.state.delivery import IGNORED, LEASE_SECONDS, Inbox, InboxItem
from bot.state.people import Role
from knowledge.errors import StoreError

_log = logging.getLogger("bot.conversation")

STOP = "stop"
"""The command that stops what somebody asked for in a chat."""
_A_MINUTE, _AN_HOUR = 60.0, 3600.0
_SWEPT_AT = 1000
_MOST_OF_STRANGERS = 5
_PRESSES_FOR_A_QUESTION = 3
_MOST_IN_A_QUEUE = 30
_MOST_IN_ALL = 600
_MOST_OF_ALL_STRANGERS = 300
MOST_HELD, MOST_HELD_OF_SHARED = 600, 24
"""How many updates a process holds that is alone, and one beside others."""
_MOST_STRANGERS_HELD = 3
HEARTBEAT_SECONDS = 5.0
_POLL_SECONDS, _IDLE_SECONDS = 0.25, 2.0


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

    def stop(self) -> None:
        """Stop the work on it; from the loop's thread."""
        self.is_stopped.set()
        self.stopping.set()


class UpdateConsumer:
    """Claims updates from the inbox and has them handled, each chat's one after another.

    ``handle`` does one; it must raise nothing. At most ``most`` are held at a time. Where other
    processes claim as well, ``shared``, the inbox is looked at every moment.
    """

    def __init__(
        self,
        inbox: Inbox,
        adapters: Mapping[str, Adapter],
        handle: Callable[[QueuedUpdate], Awaitable[None]],
        *,
        shared: bool,
        most: int = MOST_HELD,
    ) -> None:
        self._inbox = inbox
        self._adapters = adapters
        self._handle = handle
        self._shared = shared
        self._most = {False: most, True: _MOST_STRANGERS_HELD}
        self._running: dict[int, QueuedUpdate] = {}
        self._tasks: dict[int, asyncio.Future[None]] = {}
        self._woken = asyncio.Event()
        self._renewed_at = time.monotonic()
        self.apps: Collection[str] = adapters.keys()
        """The apps whose updates are claimed."""

    @property
    def working(self) -> int:
        """How many updates are being handled."""
        return len(self._running)

    def wake(self) -> None:
        """Look for what there is to claim now."""
        self._woken.set()

    def stop(self, numbers: Iterable[int]) -> None:
        """Stop the work on some updates, if it is done here."""
        for number in numbers:
            if queued := self._running.get(number):
                queued.stop()

    async def run(self) -> None:
        """Claim and have handled until cancelled."""
        if not self._shared:  # whoever held anything is no more
            self._inbox.release_all()
        while True:
            self._woken.clear()
            try:
                self._claim()
            except StoreError as error:
                _log.error("nothing claimed: %s", type(error).__name__)
                await asyncio.sleep(_IDLE_SECONDS)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL_SECONDS if self._shared else _IDLE_SECONDS):
                    await self._woken.wait()

    def _claim(self) -> None:
        if self._shared and self._running:
            self.stop(self._inbox.stopped_updates())
        for stranger, most in self._most.items():
            free = most - sum(q.item.stranger is stranger for q in self._running.values())
            if free > 0:
                claimed = self._inbox.claim(self.apps, free, time.time(), stranger=stranger)
                for item in claimed:
                    if item.id not in self._running:  # else it is being broken off
                        self._begin(item)

    def _begin(self, item: InboxItem) -> None:
        queued = QueuedUpdate(item, self._read(item))
        if item.stopped:
            queued.stop()
        if queued.update and is_stop(queued.update):
            queued.stopped = self._inbox.count_stopped(item.id)
        self._running[item.id] = queued
        self._tasks[item.id] = asyncio.ensure_future(self._handle(queued))
        self._tasks[item.id].add_done_callback(lambda _done: self._end(item.id))

    def _read(self, item: InboxItem) -> Update | None:
        try:
            return self._adapters[item.app].read_update(item.raw)
        except (ValueError, LookupError, TypeError):  # else no process would get past it
            _log.exception("update=%d cannot be read", item.id)
            return None

    def _end(self, number: int) -> None:
        del self._running[number], self._tasks[number]
        self._woken.set()

    async def keep_leases(self) -> None:
        """Renew what is held until cancelled; work on what is not held any more is broken off."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            self.renew()

    def renew(self) -> None:
        """Renew what is being handled, and let go of what could not be handled to its end."""
        try:
            held = self._inbox.renew(time.time())
            self._renewed_at = time.monotonic()
            for number in held - self._running.keys():
                self._inbox.release(number)
        except StoreError as error:
            _log.error("leases not renewed: %s", type(error).__name__)
            if time.monotonic() - self._renewed_at < LEASE_SECONDS:
                return
            held = set()
        for number in self._running.keys() - held:
            _log.warning("update=%d is held elsewhere", number)
            self._break_off(number)
        self._woken.set()

    def _break_off(self, number: int) -> None:
        self._running[number].is_stopped.set()
        self._tasks[number].cancel()

    async def close(self, seconds: float) -> None:
        """Finish what is under way, begin nothing new; what is not done in time is left."""
        tasks = list(self._tasks.values())
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
            for number in list(self._running):
                self._break_off(number)
            await asyncio.gather(*tasks, return_exceptions=True)
        try:
            for number in self._inbox.renew(time.time()):
                self._inbox.release(number)
        except StoreError as error:
            _log.error("leases left: %s", type(error).__name__)


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
                self._pool, copy_context().run, self._work, run, queued, request, words
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


class UpdateReceiver:
    """Takes what one app's adapter receives, and notes how that app is: its ``UpdateSink``.

    ``per_minute`` is how much one person may ask; presses of buttons are cheaper.
    """

    def __init__(  # noqa: PLR0913 - all that an update is judged by
        self,
        app: str,
        inbox: Inbox,
        consumer: UpdateConsumer,
        *,
        access: Access,
        metrics: Metrics,
        per_minute: int,
    ) -> None:
        self._app = app
        self._inbox = inbox
        self._consumer = consumer
        self._access = access
        self._metrics = metrics
        self._per_minute = per_minute
        self._counter = RequestCounter(10 * per_minute)
        self._strangers = RequestCounter(2, _AN_HOUR)

    @property
    def is_full(self) -> bool:
        """Whether so much is waiting, or it cannot be told, that no more should be fetched now."""
        try:
            return self._inbox.count_open(self._consumer.apps) >= _MOST_IN_ALL
        except StoreError as error:
            self._metrics.note_error(error)
            return True

    def take(self, received: Sequence[ReceivedUpdate]) -> None:
        """Write updates down and have those that are new claimed; raises StoreError."""
        if not received:
            return
        updates = {each.update.id: each.update for each in reversed(received)}
        for item in self._inbox.take_in(self._items(received), time.time()):
            _log.info(
                "update=%d received app=%s id=%s verdict=%s",
                item.id, item.app, item.app_update_id, item.verdict or "-",
            )  # fmt: skip
            if item.verdict != IGNORED and is_stop(updates[item.app_update_id]):
                self._consumer.stop(self._inbox.stop(item))
        self._consumer.wake()

    def note_receiving(self, *, ok: bool) -> None:
        """Note whether updates can be received just now."""
        self._metrics.note_receiving(self._app, ok=ok)

    def note_error(self, error: Exception) -> None:
        """Note that something went wrong in receiving."""
        self._metrics.note_error(error)

    def _items(self, received: Sequence[ReceivedUpdate]) -> list[InboxItem]:
        """Updates with what is decided at the door.

        What the database has to say is asked for all at once: strangers may be thousands.
        """
        roles = self._access.roles_of({each.update.user_id for each in received})
        strangers = {person for person, role in roles.items() if not allows(role, Role.READER)}
        answered, room = set[str](), 0
        if strangers:
            answered = self._inbox.answered_strangers(strangers, time.time() - _AN_HOUR)
            room = _MOST_OF_ALL_STRANGERS - self._inbox.count_open([self._app], stranger=True)
        items = []
        for each in received:
            update, person = each.update, each.update.user_id
            if is_stranger := person in strangers:
                much = self._asks_much(update) or (person in answered and not update.press)
                verdict = _no_answer(update) if much or room <= 0 else ""
                room -= not verdict
            else:
                verdict = self._verdict(update)
            chat = update.chat_id
            items.append(
                InboxItem(self._app, update.id, chat, each.raw, verdict, person, is_stranger)
            )
        return items

    def _asks_much(self, stranger: Update) -> bool:
        """Whether a stranger asked within the hour, or pressed buttons again and again."""
        person, now = stranger.user_id, time.monotonic()
        if stranger.press:
            return self._counter.count(person, now, pressed=True) > _MOST_OF_STRANGERS
        return self._strangers.count(person, now, pressed=False) > 1

    def _verdict(self, update: Update) -> str:
        """What is decided on who may ask: empty, ``too_fast``, ``crowded``, or not to answer."""
        if is_stop(update):
            return ""
        pressed = bool(update.press)
        most = self._per_minute * (_PRESSES_FOR_A_QUESTION if pressed else 1)
        over = self._counter.count(update.user_id, time.monotonic(), pressed=pressed) - most
        if over > 0:
            return "too_fast" if over == 1 and not pressed else _no_answer(update)
        waiting = self._inbox.count_in_chat(update.chat_id)
        if waiting < _MOST_IN_A_QUEUE:
            return ""
        return "crowded" if waiting == _MOST_IN_A_QUEUE else _no_answer(update)


def _no_answer(update: Update) -> str:
    """The verdict on what is not answered: the button of a press has to be released."""
    return "dropped" if update.press else IGNORED


def is_stop(update: Update) -> bool:
    """Whether it is /stop."""
    content = update.content
    return not isinstance(content, ButtonPress) and content.command == STOP and not content.file


class RequestCounter:
    """How much each person asked in the last seconds; presses of buttons are counted apart.

    It counts up to ``most``.
    """

    def __init__(self, most: int, seconds: float = _A_MINUTE) -> None:
        self._most = most
        self._sweep_at = _SWEPT_AT
        self._seconds = seconds
        self._lately: dict[tuple[str, bool], deque[float]] = {}

    def count(self, user_id: str, now: float, *, pressed: bool) -> int:
        """Count one more request; how many there were, this one included."""
        if len(self._lately) > self._sweep_at:
            self._lately = {k: d for k, d in self._lately.items() if now - d[-1] < self._seconds}
            self._sweep_at = max(_SWEPT_AT, 2 * len(self._lately))
        lately = self._lately.setdefault((user_id, pressed), deque(maxlen=self._most))
        while lately and now - lately[0] >= self._seconds:
            lately.popleft()
        lately.append(now)
        return len(lately)
