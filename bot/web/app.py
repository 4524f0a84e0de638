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
from bot.web.office import PageServices, Player
from bot.web.server import WebApp
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
        office_of: Callable[[Access], PageServices],
    ) -> None:
        self.adapter = adapter
        self._listening = listening
        self._office_of = office_of

    @asynccontextmanager
    async def serve(self, service: ConversationService) -> AsyncIterator[str]:
        """Serve the page for as long as the block runs; where it is reached.

        Of a demonstration that is the address alone.
        """
        office = self._office_of(service.access)
        app = WebApp(office)
        async with serve_http(app, self._listening):
            try:
                yield _greeting(office)
            finally:
                app.chats.close()


def _greeting(office: PageServices) -> str:
    """The address; where nobody can sign in yet, that of the first administrator's account."""
    if office.players:
        return office.address + office.players[0].path
    if office.state.accounts.is_empty():
        return phrase("terminal.first", url=invitation_url(office, Role.ADMIN, _THE_PROGRAM))
    return phrase("terminal.ready", url=office.address)


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

        def office_of(access: Access) -> PageServices:
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

        yield WebPage(adapter, listening, office_of)


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - only how it is shown
    return f"http://{shown}:{port}"
