"""The page from its start to its end: what stands behind it, and where it is reached."""

import socket
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, closing
from functools import cache
from pathlib import Path

from bot.assistant.data_folder import open_library
from bot.assistant.opening import open_assistant
from bot.conversation.access import Access
from bot.conversation.service import ConversationService
from bot.http_server import listen_at, serve_http
from bot.settings import Settings
from bot.speech import progress_line
from bot.state.opening import State
from bot.state.people import Role
from bot.web.adapter import WebAdapter
from bot.web.entry import invitation_url
from bot.web.server import WebApp
from bot.web.services import PageServices, Player
from bot.web.words import phrase
from knowledge.library import Library

LISTEN = "127.0.0.1:8600"
"""Where the page is, if nothing else is said."""
_THE_PROGRAM = "web:0"


class WebPage:
    """The page as a chat app."""

    def __init__(
        self,
        adapter: WebAdapter,
        listening: socket.socket,
        services_of: Callable[[Access], PageServices],
    ) -> None:
        self.adapter = adapter
        self._listening = listening
        self._services_of = services_of

    @asynccontextmanager
    async def serve(self, service: ConversationService) -> AsyncIterator[str]:
        """Serve the page for as long as the block runs; where it is reached.

        Of a demonstration that is the address alone.
        """
        services = self._services_of(service.access)
        app = WebApp(services)
        async with serve_http(app, self._listening):
            try:
                yield _greeting(services)
            finally:
                app.chats.close()


def _greeting(services: PageServices) -> str:
    """The address; where nobody can sign in yet, that of the first administrator's account."""
    if services.players:
        return services.address + services.players[0].path
    if services.state.accounts.is_empty():
        return phrase("terminal.first", url=invitation_url(services, Role.ADMIN, _THE_PROGRAM))
    return phrase("terminal.ready", url=services.address)


@asynccontextmanager
async def open_page(
    settings: Settings, folder: Path, state: State, players: Sequence[Player] = ()
) -> AsyncIterator[WebPage]:
    """The page, open at its address; raises ListenFailed."""
    listening = listen_at(settings.web_listen or LISTEN)
    adapter = WebAdapter(state)
    with ExitStack() as stack:
        stack.enter_context(closing(listening))
        worker = stack.enter_context(ThreadPoolExecutor(1, "web-reading"))
        opened = ExitStack()
        stack.callback(lambda: worker.submit(opened.close).result())

        @cache
        def library() -> Library:
            return opened.enter_context(
                closing(open_library(settings, folder, progress_line("ingest.indexing")))
            )

        def services_of(access: Access) -> PageServices:
            return PageServices(
                state=state,
                adapter=adapter,
                access=access,
                library=library,
                assistant=cache(lambda: open_assistant(settings, library())),
                worker=worker,
                address=settings.web_url.rstrip("/") or _address(listening),
                players=tuple(players),
                user_header=settings.web_user_header,
            )

        yield WebPage(adapter, listening, services_of)


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - only how it is shown
    return f"http://{shown}:{port}"
