"""Every chat app that is set up, served by one conversation core.

One process receives; on a shared database any number of workers answer beside it.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    ExitStack,
    closing,
)
from pathlib import Path
from typing import Protocol

from bot.conversation.adapter import Adapter
from bot.conversation.service import ConversationService, check_setup, hold_folder, stop_event
from bot.http_server import health_app, listen_at, serve_http
from bot.settings import Settings
from bot.speech import print_notice
from bot.state.opening import State
from bot.wording import tell
from knowledge.errors import StoreBusy, StoreError, StoreNewer
from knowledge.storage.opening import PlaceCheck, service_lock, workers_lock

_log = logging.getLogger("bot.conversation")
_TRIED_EVERY = _CHECKED_EVERY = 5.0


class ChatApp(Protocol):
    """A chat app that is open: its adapter, and what it serves beside it."""

    @property
    def adapter(self) -> Adapter:
        """What the core speaks to."""

    def serve(self, service: ConversationService) -> AbstractAsyncContextManager[str]:
        """Serve for as long as the block runs; what is said once it can be reached."""


OpenApp = Callable[[Settings, Path, State], AbstractAsyncContextManager[ChatApp]]
"""Opens an app; raises why it cannot be reached."""


def serve_apps(
    settings: Settings,
    folder: Path,
    openers: Sequence[OpenApp],
    announce: Callable[[str], None] = print_notice,
) -> None:
    """Receive and answer until a signal says to stop.

    On a shared database only one process receives; others stand by and take its place.
    Raises AlreadyRunning, and what opening the store, the writers and the apps raises.
    """
    asyncio.run(_serve_in_place(settings, folder, openers, announce, receives=True))


def serve_worker(
    settings: Settings,
    folder: Path,
    openers: Sequence[OpenApp],
    announce: Callable[[str], None] = print_notice,
) -> None:
    """Answer what other processes receive until a signal says to stop; raises as serve_apps.

    While the data is moved elsewhere it waits.
    """
    asyncio.run(_serve_in_place(settings, folder, openers, announce, receives=False))


async def _serve_in_place(
    settings: Settings,
    folder: Path,
    openers: Sequence[OpenApp],
    announce: Callable[[str], None],
    *,
    receives: bool,
) -> None:
    stopping = stop_event()
    if not settings.database:
        with hold_folder(folder):
            await _serve(settings, folder, openers, announce, stopping)
        return
    place = _Place(folder, settings.database, announce, receives=receives)
    while not stopping.is_set():
        again = place.was_taken
        with ExitStack() as held:
            check = await place.take(held, stopping)
            if check is None:
                return
            ending = asyncio.Event()
            watching = asyncio.create_task(_watch_place(check, stopping, ending))
            try:
                await _serve(settings, folder, openers, announce, ending, receives=receives)
            except StoreError as error:
                if not again or isinstance(error, StoreNewer):
                    raise
                _log.error("not begun again: %s", type(error).__name__)
                held.close()  # others may have more luck
                await _wait(stopping, _TRIED_EVERY)
            finally:
                watching.cancel()


class _Place:
    """That of the one process that receives, or of a worker, on a database that several share."""

    def __init__(
        self, folder: Path, database_url: str, announce: Callable[[str], None], *, receives: bool
    ) -> None:
        self._folder = folder
        self._database_url = database_url
        self._announce = announce
        self._receives = receives
        self.was_taken = False
        """Whether it was taken once: then what is in the way is waited for."""

    async def take(self, held: ExitStack, stopping: asyncio.Event) -> PlaceCheck | None:
        """Take the place for as long as ``held`` is open, once it is free; None when told to stop.

        Raises StoreErrors where the database cannot be reached at the first try.
        """
        stands_by = False
        while not stopping.is_set():
            try:
                check = held.enter_context(self._lock())
            except StoreError as error:
                if not (isinstance(error, StoreBusy) or self.was_taken):
                    raise
                if not stands_by:
                    self._announce(self._why(error))
                stands_by = True
                await _wait(stopping, _TRIED_EVERY)
            else:
                self.was_taken = True
                return check
        return None

    def _why(self, error: StoreError) -> str:
        """What is said while it waits."""
        if not isinstance(error, StoreBusy):
            return tell("bot.waits_for_database")
        return tell("bot.standing_by" if self._receives else "bot.worker_stands_by")

    def _lock(self) -> AbstractContextManager[PlaceCheck]:
        if self._receives:
            return service_lock(self._folder, self._database_url, 0.0)
        return workers_lock(self._database_url, shared=True)


async def _watch_place(check: PlaceCheck, stopping: asyncio.Event, ending: asyncio.Event) -> None:
    """Have the service end when it is told to stop, or has lost its place to the database."""
    while not await _wait(stopping, _CHECKED_EVERY):
        try:
            await asyncio.wait_for(asyncio.to_thread(check), _CHECKED_EVERY)
        except (StoreError, TimeoutError) as error:
            _log.error("place lost: %s", type(error).__name__)
            break
    ending.set()


async def _wait(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event no longer than so long; whether it is set."""
    try:
        return await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False


async def _serve(  # noqa: PLR0913 - all that a service is made of
    settings: Settings,
    folder: Path,
    openers: Sequence[OpenApp],
    announce: Callable[[str], None],
    stopping: asyncio.Event,
    *,
    receives: bool = True,
) -> None:
    check_setup(settings, folder)
    async with AsyncExitStack() as stack:
        state = stack.enter_context(closing(State.open(folder, settings.database)))
        apps = [
            await stack.enter_async_context(open_app(settings, folder, state))
            for open_app in openers
        ]
        adapters = [app.adapter for app in apps]
        service = ConversationService(settings, folder, state, adapters, receives=receives)
        stack.enter_context(closing(service))
        if settings.health_listen and not (receives and settings.health_at_webhook):
            watched = health_app(service.health, service.metrics)
            listening = stack.enter_context(closing(listen_at(settings.health_listen)))
            await stack.enter_async_context(serve_http(watched, listening))
        if receives:
            await serve_opened(service, apps, stopping, announce)
        else:
            announce(tell("bot.started_worker"))
            await service.serve(stopping)


async def serve_opened(
    service: ConversationService,
    apps: Sequence[ChatApp],
    stopping: asyncio.Event,
    announce: Callable[[str], None] = print_notice,
) -> None:
    """Serve the apps that a service was made for until it is time to stop."""
    async with AsyncExitStack() as serving:
        for app in apps:
            announce(await serving.enter_async_context(app.serve(service)))
        await service.serve(stopping)
