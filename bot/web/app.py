"""The page from its start to its end: what stands behind it, and where it is reached."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, closing
from functools import cache
from pathlib import Path

from bot.assistant.assistant import Assistant
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
from bot.web.office import Office, Player
from bot.web.server import WebApp
from bot.web.words import phrase
from knowledge.library import Library

LISTEN = "127.0.0.1:8600"
"""Where the page is, if nothing else is said."""
_THE_PROGRAM = "web:0"


class WebPage:
    """The page as a chat app; ``players`` are the people of a demonstration."""

    def __init__(self, office: Office, listening: socket.socket) -> None:
        self._office = office
        self._listening = listening
        self.adapter = office.adapter

    @asynccontextmanager
    async def serve(self, service: ConversationService) -> AsyncIterator[str]:
        """Serve the page for as long as the block runs; where it is reached.

        Of a demonstration that is the address alone.
        """
        del service  # what people do comes by way of the adapter
        app = WebApp(self._office)
        async with serve_http(app, self._listening):
            try:
                yield self._greeting()
            finally:
                app.chats.closing.set()
                await asyncio.sleep(0)

    def _greeting(self) -> str:
        """The address; where nobody can sign in yet, that of the first administrator's account."""
        if players := self._office.players:
            return self._office.address + players[0].path
        if not self._office.state.accounts.is_empty():
            return phrase("terminal.ready", url=self._office.address)
        return phrase("terminal.first", url=invitation_url(self._office, Role.ADMIN, _THE_PROGRAM))


@asynccontextmanager
async def open_page(
    settings: Settings, folder: Path, state: State, players: Sequence[Player] = ()
) -> AsyncIterator[WebPage]:
    """The page, open at its address; raises ListenFailed."""
    listening = listen_at(settings.web_listen or LISTEN)
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

        @cache
        def assistant() -> Assistant:
            return open_assistant(settings, library())

        office = Office(
            state=state,
            adapter=WebAdapter(state),
            access=Access(state.people, settings.admin_ids),
            library=library,
            assistant=assistant,
            worker=worker,
            address=settings.web_url.rstrip("/") or _address(listening),
            players=tuple(players),
        )
        yield WebPage(office, listening)


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - only how it is shown
    return f"http://{shown}:{port}"
