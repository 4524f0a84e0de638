"""Every chat app that is set up, served by one conversation core that is alone on its folder."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, closing
from pathlib import Path
from typing import Protocol

from bot.conversation.adapter import Adapter
from bot.conversation.service import ConversationService, check_setup, hold_folder, stop_event
from bot.settings import Settings
from bot.speech import print_notice
from bot.state.opening import State


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
    """Serve until a signal says to stop.

    Raises AlreadyRunning, and what opening the store, the writers and the apps raises.
    """
    asyncio.run(_serve(settings, folder, openers, announce))


async def _serve(
    settings: Settings,
    folder: Path,
    openers: Sequence[OpenApp],
    announce: Callable[[str], None],
) -> None:
    with hold_folder(folder, settings.database):
        check_setup(settings, folder)
        async with AsyncExitStack() as stack:
            state = stack.enter_context(closing(State.open(folder, settings.database)))
            apps = [
                await stack.enter_async_context(open_app(settings, folder, state))
                for open_app in openers
            ]
            adapters = [app.adapter for app in apps]
            service = ConversationService(settings, folder, state, adapters)
            stack.enter_context(closing(service))
            await serve_opened(service, apps, stop_event(), announce)


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
