"""The page's HTTP application: routes, and the guard before them."""

import time
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

from bot.web.adapter import CannotBeDone
from bot.web.chatting import ChatEndpoints
from bot.web.entry import EntryEndpoints
from bot.web.guard import COOKIE, ENCRYPTED_HEADERS, HEADERS, refusal, refused_host
from bot.web.reading import ReadingEndpoints
from bot.web.requests import fail, refuse
from bot.web.services import PageServices
from bot.web.words import web_words
from knowledge.errors import AssistantError, StoreError

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
