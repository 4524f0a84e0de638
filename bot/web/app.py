"""The page from its start to its end: what stands behind it, and where it is reached."""

import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, closing
from functools import cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from bot.assistant.data_folder import open_library
from bot.assistant.opening import open_assistant
from bot.conversation.access import Access
from bot.conversation.service import ConversationService
from bot.http_server import listen_at, serve_http
from bot.settings import Settings
from bot.speech import progress_line
from bot.state.opening import State
from bot.state.people import Role
from bot.web.adapter import CannotBeDone, WebAdapter
from bot.web.chatting import ChatEndpoints
from bot.web.entry import EntryEndpoints, invitation_url
from bot.web.reading import ReadingEndpoints
from bot.web.requests import COOKIE, ENCRYPTED_HEADERS, HEADERS, fail, refusal, refuse, refused_host
from bot.web.services import PageServices, Player
from bot.web.words import phrase, web_words
from knowledge.errors import AssistantError, StoreError
from knowledge.library import Library

# -- routes and the guard before them


_PAGE = Path(__file__).parent / "page"
_MEDIA_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}


class WebApp:
    """Answers every request that the guard lets through; ``services.address`` names our host."""

    def __init__(self, services: PageServices) -> None:
        self._services = services
        self._headers = ENCRYPTED_HEADERS if services.https else HEADERS
        self._host_names = {urlsplit(services.address).hostname or ""}
        self.chats = ChatEndpoints(services)
        self._entry = EntryEndpoints(services)
        errors = (HTTPException, CannotBeDone, ValidationError, AssistantError)
        app = Starlette(routes=self._routes(), exception_handlers=dict.fromkeys(errors, refuse))
        app.router.redirect_slashes = False
        self._app = app

    def _routes(self) -> list[Route]:
        chats, entry = self.chats, self._entry
        reading = ReadingEndpoints(self._services)
        return [
            Route("/", self._page),
            Route("/sign-in", _entry_page),
            Route("/join/{token}", _entry_page),
            Route("/play/{token}/{number:int}", entry.play),
            Route("/page/{name}", _part),
            Route("/api/words", _entry_words),
            Route("/api/sign-in", entry.sign_in, methods=["POST"]),
            Route("/api/join", entry.join, methods=["POST"]),
            Route("/api/apply", entry.apply, methods=["POST"]),
            Route("/api/sign-out", entry.sign_out, methods=["POST"]),
            Route("/api/password", entry.change_password, methods=["POST"]),
            Route("/api/invitations", entry.invite, methods=["POST"]),
            Route("/api/me", chats.me),
            Route("/api/events", chats.events),
            Route("/api/chats", chats.list),
            Route("/api/chats", chats.begin, methods=["POST"]),
            Route("/api/chats/{chat:int}", chats.open),
            Route("/api/chats/{chat:int}", chats.rename, methods=["PATCH"]),
            Route("/api/chats/{chat:int}", chats.delete, methods=["DELETE"]),
            Route("/api/chats/{chat:int}/export", reading.export),
            Route("/api/say", chats.say, methods=["POST"]),
            Route("/api/press", chats.press, methods=["POST"]),
            Route("/api/upload", chats.upload, methods=["POST"]),
            Route("/api/files/{file}", chats.file),
            Route("/api/sources/{message:int}/{n:int}", reading.source),
            Route("/api/answers/{message:int}", reading.answer_file),
            Route("/api/examples", reading.examples),
            Route("/api/trace", reading.trace, methods=["POST"]),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                known = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *(
                        (n.encode(), v.encode())
                        for n, v in self._headers.items()
                        if n.encode() not in known
                    ),
                    *message["headers"],
                ]
            await send(message)

        try:
            answer = self._refusal(scope)
        except StoreError as error:
            answer = await refuse(Request(scope), error)
        await (answer or self._app)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        """Why a request is not answered; its session is noted in the scope."""
        headers = Headers(scope=scope)
        if refused_host(headers.get("host", ""), self._host_names):
            return Response(status_code=HTTPStatus.MISDIRECTED_REQUEST)
        token = HTTPConnection(scope).cookies.get(COOKIE, "")
        session = self._services.state.accounts.session(token, time.time()) if token else None
        scope["session"] = session
        status = refusal(headers, scope["method"], session)
        return JSONResponse({"error": ""}, status) if status else None

    async def _page(self, request: Request) -> Response:
        """The page, or the way in."""
        if request.scope.get("session") is None:
            entered = await self._entry.enter(request)
            return entered or RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
        return _static("index.html")


async def _entry_page(_request: Request) -> Response:
    return _static("entry.html")


async def _part(request: Request) -> Response:
    return _static(request.path_params["name"])


async def _entry_words(_request: Request) -> Response:
    """The words of the way in, for whoever is not signed in."""
    return JSONResponse(web_words().entry)


def _static(name: str) -> Response:
    """A file of the page."""
    path = _PAGE / name
    if path.parent != _PAGE or path.suffix not in _MEDIA_TYPES or not path.is_file():
        fail(HTTPStatus.NOT_FOUND)
    return Response(path.read_bytes(), media_type=_MEDIA_TYPES[path.suffix])


# -- the page


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
