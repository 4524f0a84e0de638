"""The conversation core at work: its parts put together, served until it is told to stop."""

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.assistant.data_folder import check_restored, open_library
from bot.assistant.opening import open_assistant
from bot.conversation.access import Access
from bot.conversation.adapter import (
    GROUP_CHATS,
    PRIVATE_CHATS,
    Adapter,
    AdapterFault,
    try_repeatedly,
)
from bot.conversation.context import Live, Metrics, Services
from bot.conversation.dispatcher import Where
from bot.conversation.features.asking import MODEL_ERROR
from bot.conversation.features.status import health, metrics_text
from bot.conversation.queues import (
    MOST_HELD,
    MOST_HELD_OF_SHARED,
    UpdateConsumer,
    UpdateReceiver,
    WorkerPool,
)
from bot.conversation.routes import ROUTES
from bot.conversation.sender import Sender
from bot.conversation.update_handler import FileFetcher, UpdateHandler
from bot.conversation.wording import sentence, table
from bot.errors import AlreadyRunning
from bot.ids import app_of
from bot.settings import Settings, WriterChoice
from bot.speech import progress_line
from bot.state.opening import State
from knowledge.errors import StoreBusy, StoreError
from knowledge.library import Library
from knowledge.storage.opening import service_lock

_log = logging.getLogger("bot.conversation")
GRACE = 25.0
"""Seconds in which what was begun is finished when the service is stopped."""
_INCOMING = "incoming"
_TIDIED_EVERY = 3600.0
_DAY_SECONDS = 86_400.0
_MODEL_THREADS = {Where.ASKING: 8, Where.LONG: 3}
"""Where most of the time is spent waiting for a model; else one thread, for two take turns."""


class ConversationService:
    """All parts of the core over one data folder, for some chat apps.

    ``access`` tells what people may. One that does not receive, ``receives``, answers what others
    received: of those apps on which any process can speak.
    """

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        state: State,
        adapters: Sequence[Adapter],
        *,
        receives: bool = True,
    ) -> None:
        self._receives = receives
        self._settings = settings
        self._folder = folder
        self._state = state
        self._adapters = {adapter.name: adapter for adapter in adapters}
        self.access = Access(state.people, settings.admin_ids, state.restrictions)
        self._metrics = Metrics()
        self._library = self._open_library()
        opening = sentence("wait.opening")
        self._sender = Sender(self._adapters, state.outbox, opening, state.turns)
        models = settings.has_endpoint and settings.writer is not WriterChoice.EXTRACTIVE
        threads = _MODEL_THREADS if models else {}
        self._pools = {
            where: WorkerPool(self._open_services, threads.get(where, 1)) for where in Where
        }
        handler = UpdateHandler(
            ROUTES,
            state,
            self._sender,
            pools=self._pools,
            access=self.access,
            fetcher=FileFetcher(folder / _INCOMING, shared=bool(settings.database)),
            metrics=self._metrics,
            receives=receives,
        )
        self._consumer = UpdateConsumer(
            state.inbox,
            {
                name: adapter
                for name, adapter in self._adapters.items()
                if receives or not adapter.abilities.speaks_where_it_receives
            },
            handler.handle,
            shared=bool(settings.database),
            most=MOST_HELD_OF_SHARED if settings.database else MOST_HELD,
        )
        self.receivers = {
            name: UpdateReceiver(
                name,
                state.inbox,
                self._consumer,
                access=self.access,
                metrics=self._metrics,
                per_minute=settings.rate_per_minute,
            )
            for name in self._adapters
        }

    def _open_library(self) -> Library:
        return open_library(self._settings, self._folder, lambda _done, _of: None, create=True)

    def _open_services(self) -> Services:
        library = self._open_library()
        assistant = open_assistant(self._settings, library)
        return Services(
            settings=self._settings,
            data_dir=self._folder,
            library=library,
            assistant=assistant,
            condenser=assistant.condenser,
            polisher=assistant.polisher,
            state=self._state,
            access=self.access,
            live=self.live,
        )

    async def serve(self, stopping: asyncio.Event) -> None:
        """Answer until it is time to stop, then finish what was begun.

        Raises what an adapter raises that cannot receive any more.
        """
        works: list[Coroutine[Any, Any, None]] = [
            self._consumer.run(),
            self._consumer.keep_leases(),
            self._tidy(),
        ]
        if self._receives:
            works.append(self._set_command_menus())
            works += [
                adapter.receive(self.receivers[name]) for name, adapter in self._adapters.items()
            ]
        tasks = [asyncio.create_task(work) for work in works]
        waiting = asyncio.create_task(stopping.wait())
        try:
            await _wait_until_stopped(tasks, waiting)
        finally:
            for task in (*tasks, waiting):
                task.cancel()
            await asyncio.gather(*tasks, waiting, return_exceptions=True)
            await self._consumer.close(GRACE)

    async def _set_command_menus(self) -> None:
        """Set the menus of commands; an app without them works as well."""
        try:
            admins = self.access.admins()
        except StoreError as error:
            self._metrics.note_error(error)
            admins = []
        for adapter in self._adapters.values():
            menus = {PRIVATE_CHATS: "private", GROUP_CHATS: "group"}
            menus |= {chat: "admin" for chat in admins if app_of(chat) == adapter.name}
            for place, menu in menus.items() if adapter.abilities.command_menu else ():
                commands = table(f"commands_{menu}")
                try:
                    await try_repeatedly(partial(adapter.set_commands, commands, place))
                except AdapterFault as fault:  # one who never opened the chat has no menu there
                    _log.info("commands: %s", type(fault).__name__)

    async def _tidy(self) -> None:
        """Let go of what is old, now and then."""
        while True:
            try:
                self._state.inbox.forget_old(time.time())
                self._state.turns.forget_old(_TIDIED_EVERY)
                if days := self._settings.keep_days:
                    self._state.forget_old(time.time() - days * _DAY_SECONDS)
            except StoreError as error:
                self._metrics.note_error(error)
            await asyncio.sleep(_TIDIED_EVERY)

    def live(self) -> Live:
        """How the service is just now."""
        metrics = self._metrics
        return Live(
            started_at=metrics.started_at,
            waiting=sum(queue.waiting for queue in self._state.inbox.queues(time.time())),
            working=self._consumer.working,
            answered=metrics.answered,
            median_ms=metrics.median_ms,
            p95_ms=metrics.p95_ms,
            cut_off=metrics.cut_off,
            app_error=self._sender.last_fault,
            model_error=self._state.notes.read(MODEL_ERROR),
            last_error=metrics.last_error,
            chroma_ok=self._library.index_server_answers(),
        )

    def metrics(self) -> str:
        """The same as Prometheus reads it; raises StoreErrors."""
        now = time.time()
        return metrics_text(self.live(), self._state.inbox.queues(now), now)

    def health(self) -> dict[str, Any]:
        """The same for those who look after it; raises StoreErrors."""
        reports, passages = len(self._library.reports()), self._library.passage_count()
        return health(self.live(), reports, passages, time.time())

    def close(self) -> None:
        """Close the libraries."""
        for pool in self._pools.values():
            pool.close()
        self._library.close()


async def _wait_until_stopped(
    tasks: list["asyncio.Task[None]"], waiting: "asyncio.Task[bool]"
) -> None:
    """Raises what one of the tasks raises."""
    running = list(tasks)
    while not waiting.done() and running:
        done, _ = await asyncio.wait({*running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        for task in [task for task in running if task in done]:
            running.remove(task)
            task.result()


@dataclass(frozen=True, slots=True)
class AdapterApp:
    """A chat app that is its adapter alone, which has the service take what comes."""

    adapter: Adapter
    announcement: str

    @contextlib.asynccontextmanager
    async def serve(self, service: ConversationService) -> AsyncIterator[str]:
        """Serve nothing beside the adapter."""
        del service
        yield self.announcement


@contextlib.contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Be the only service of a data folder: two would answer everything twice.

    Raises AlreadyRunning and RestoreUnfinished.
    """
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(service_lock(folder, "", GRACE))
        except StoreBusy as error:
            raise AlreadyRunning(path=folder) from error
        check_restored(folder)
        yield


def check_setup(settings: Settings, folder: Path) -> None:
    """See that there is a store and that the writers open, before anybody is greeted."""
    library = open_library(settings, folder, progress_line("ingest.indexing"), create=True)
    with contextlib.closing(library):
        if not library.reports():
            with library.loader():
                pass
        open_assistant(settings, library)


def stop_event() -> asyncio.Event:
    """Set by the signal that ends the process; from within the loop that is to end."""
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(name, stopping.set)
        except NotImplementedError:  # Windows
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(stopping.set))
    return stopping
