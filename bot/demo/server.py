"""The page's HTTP side on 127.0.0.1: who may ask, what they get, and what they can do."""

import asyncio
import hmac
import json
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from threading import Thread
from typing import Any, NoReturn, Protocol
from urllib.parse import quote

import uvicorn
from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from bot.demo.chats import LARGEST_FILE, LONGEST_TEXT, CannotBeDone, PressAnswer, utf16_length
from bot.demo.scene import Feed, Json, Scene, questions_of
from bot.demo.words import Player, demo_words
from bot.errors import PortTaken
from knowledge.errors import AssistantError

_PAGE = Path(__file__).parent / "page"
_MEDIA_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
_TAP_SECONDS = 15.0
_HEARTBEAT_SECONDS = 15.0
_BREATH_SECONDS = 0.04  # changes come in crowds
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
"""The headers of every answer."""
TraceOf = Callable[[str, tuple[str, ...]], Json]


class ChangeSignal:
    """Wakes the coroutines of one loop that wait for a change; sent from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.next = asyncio.Event()
        """Set at the next change; whoever waits takes it before looking for the change."""

    def send(self) -> None:
        """Wake them."""
        self._loop.call_soon_threadsafe(self._swap)

    def _swap(self) -> None:
        past, self.next = self.next, asyncio.Event()
        past.set()


class ClosableApp(Protocol):
    """An ASGI application whose open answers can be brought to an end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

    def close(self) -> None:
        """Let those who wait go."""


@contextmanager
def serve_in_thread(
    listening: socket.socket,
    make_app: Callable[[ChangeSignal], ClosableApp],
    watch: Callable[[Callable[[], None]], AbstractContextManager[None]],
    *,
    log_level: str,
) -> Iterator[None]:
    """Serve an application while the block runs, in a thread and a loop of its own.

    It is made in that loop; its signal is sent at every change that ``watch`` tells of.
    """
    config = uvicorn.Config(
        _no_app, http="h11", ws="none", loop="asyncio", lifespan="off", server_header=False,
        log_config=None, log_level=log_level, access_log=False, timeout_graceful_shutdown=5,
    )  # fmt: skip
    server = uvicorn.Server(config)
    signals: list[ChangeSignal] = []

    async def serve() -> None:
        signal = ChangeSignal(asyncio.get_running_loop())
        config.app = app = make_app(signal)
        signals.append(signal)
        with watch(signal.send):
            closing = asyncio.create_task(_close_at_end(server, signal, app))
            await server.serve(sockets=[listening])
            await closing

    thread = Thread(target=lambda: asyncio.run(serve()), name="local-server")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        for signal in signals:
            signal.send()
        thread.join()


async def _no_app(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Stands in the configuration until the application is made in the server's own loop."""


async def _close_at_end(server: uvicorn.Server, signal: ChangeSignal, app: ClosableApp) -> None:
    while not server.should_exit:
        await signal.next.wait()
    app.close()
    signal.send()


@contextmanager
def serve_page(
    scene: Scene, trace_of: TraceOf, worker: ThreadPoolExecutor, port: int = 0
) -> Iterator[str]:
    """The page's address, for as long as the block runs; raises PortTaken.

    ``trace_of`` runs in ``worker``.
    """
    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise PortTaken(port=port) from error
    place, token = listening.getsockname()[1], secrets.token_urlsafe(24)

    def make_app(signal: ChangeSignal) -> PageApp:
        return PageApp(DemoPage(scene, signal, trace_of, worker), place, token)

    with serve_in_thread(listening, make_app, scene.chats.watch, log_level="error"):
        yield f"http://127.0.0.1:{place}/{token}/"


def refusal(headers: Mapping[str, str], path: str, *, port: int, token: str, acts: bool) -> int:
    """The status with which a request is refused, 0 for one that may be answered.

    ``acts``: it does something, or goes on listening; then it must come from the page itself.
    """
    host = headers.get("host", "").lower()
    if host not in (f"127.0.0.1:{port}", f"localhost:{port}"):
        return HTTPStatus.FORBIDDEN
    first = path.removeprefix("/").partition("/")[0]
    if not hmac.compare_digest(first.encode(), token.encode()):
        return HTTPStatus.NOT_FOUND
    return 0 if not acts or _is_from_page(headers, host) else HTTPStatus.FORBIDDEN


def _is_from_page(headers: Mapping[str, str], host: str) -> bool:
    """Whether the browser says so: each one sends the Origin or the site, some only one of them."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is None and site is None:
        return False
    return origin in (None, f"http://{host}") and site in (None, "same-origin")


class PageApp:
    """The application: guards the page, everything of which lies under ``/<token>/``."""

    def __init__(self, page: "DemoPage", port: int, token: str) -> None:
        self._page = page
        self._port = port
        self._token = token
        routes = [
            Route("/{token}/events", page.events),
            Route("/{token}/words.json", page.words),
            Route("/{token}/file/{file_id}", page.file),
            Route("/{token}/say", page.say, methods=["POST"]),
            Route("/{token}/tap", page.tap, methods=["POST"]),
            Route("/{token}/trace", page.trace, methods=["POST"]),
            Route("/{token}/upload", page.upload, methods=["POST"]),
            Route("/{token}/{name:path}", page.part),
        ]
        errors = (HTTPException, CannotBeDone, ValidationError, AssistantError)
        self._app = Starlette(routes=routes, exception_handlers=dict.fromkeys(errors, _refuse))
        self._app.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                common = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*common, *message["headers"]]
            await send(message)

        path = scope["path"]
        acts = path.partition("/")[2].partition("/")[2] == "events" or scope["method"] != "GET"
        headers = Headers(scope=scope)
        status = refusal(headers, path, port=self._port, token=self._token, acts=acts)
        answer = Response(status_code=status) if status else self._app
        await answer(scope, receive, send_with_headers)

    def close(self) -> None:
        """Let those who listen go, as the server is to end."""
        self._page.closing = True


async def _refuse(_request: Request, error: Exception) -> Response:
    match error:
        case HTTPException(status_code=HTTPStatus.METHOD_NOT_ALLOWED):
            status = HTTPStatus.NOT_FOUND
        case HTTPException():
            status = HTTPStatus(error.status_code)
        case ValidationError():
            status = HTTPStatus.BAD_REQUEST
        case CannotBeDone():
            status = HTTPStatus.CONFLICT
        case _:
            status = HTTPStatus.SERVICE_UNAVAILABLE
    return Response(status_code=status)


class _Act(BaseModel):
    """What a person does; ``message`` is the number of one of their chat."""

    user: int
    message: int = 0
    text: str = ""
    data: str = ""
    name: str = ""
    caption: str = ""


class DemoPage:
    """What the page asks for, and what people do on it."""

    def __init__(
        self, scene: Scene, signal: ChangeSignal, trace_of: TraceOf, worker: ThreadPoolExecutor
    ) -> None:
        self._scene = scene
        self._signal = signal
        self._trace_of = trace_of
        self._worker = worker
        self.closing = False

    async def part(self, request: Request) -> Response:
        """A file of the page."""
        path = _PAGE / (request.path_params["name"] or "index.html")
        if path.parent != _PAGE or path.suffix not in _MEDIA_TYPES or not path.is_file():
            _fail(HTTPStatus.NOT_FOUND)
        return Response(path.read_bytes(), media_type=_MEDIA_TYPES[path.suffix])

    async def words(self, _request: Request) -> Response:
        """The page's words, people and limits."""
        people = [{"user": p.number, "name": p.name} for p in self._scene.players]
        limits = {"text": LONGEST_TEXT, "file": LARGEST_FILE}
        tables = demo_words().model_dump(include={"page", "trace", "trace_value"})
        return JSONResponse(tables | {"people": people, "limits": limits})

    async def file(self, request: Request) -> Response:
        """A file of a chat, to be saved: shown by the browser it might be a page.

        Only what the bot itself sent as a picture is named as one.
        """
        try:
            file = self._scene.chats.file(request.path_params["file_id"])
        except KeyError:
            _fail(HTTPStatus.NOT_FOUND)
        name = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        kind = "image/png" if file.is_picture else "application/octet-stream"
        return Response(file.content, media_type=kind, headers={"content-disposition": name})

    async def events(self, _request: Request) -> Response:
        """Server-sent events until the page goes away or the server ends."""
        return StreamingResponse(self._stream(), media_type="text/event-stream")

    async def _stream(self) -> AsyncIterator[str]:
        feed = Feed(self._scene)
        while not self.closing:
            change = self._signal.next
            # the empty comment keeps the connection alive
            yield "".join(_event(kind, news) for kind, news in feed.news()) or ":\n\n"
            with suppress(TimeoutError):
                await asyncio.wait_for(change.wait(), _HEARTBEAT_SECONDS)
            await asyncio.sleep(_BREATH_SECONDS)

    async def say(self, request: Request) -> Response:
        """Write a text to the bot."""
        act = _Act.model_validate_json(await _read_body(request))
        player, text = self._player(act), act.text.strip()
        if not text or utf16_length(text) > LONGEST_TEXT:
            _fail(HTTPStatus.BAD_REQUEST)
        return JSONResponse({"id": self._scene.chats.say(player.number, text).number})

    async def upload(self, request: Request) -> Response:
        """Write a file to the bot; the body is its content."""
        content = await _read_body(request)
        act = _Act.model_validate(dict(request.query_params))
        player, name = self._player(act), act.name.strip()
        if not name or not content:
            _fail(HTTPStatus.BAD_REQUEST)
        message = self._scene.chats.upload(player.number, name, content, act.caption)
        return JSONResponse({"id": message.number})

    async def tap(self, request: Request) -> Response:
        """Tap a button and return the bot's answer; ``answered`` is false where none came."""
        act = _Act.model_validate_json(await _read_body(request))
        press = self._scene.chats.press(self._player(act).number, act.message, act.data)
        answer: PressAnswer | None = None
        with suppress(TimeoutError):
            answer = await asyncio.wait_for(self._answer(press), _TAP_SECONDS)
        text, alert = (answer.text, answer.alert) if answer else ("", False)
        return JSONResponse({"answered": answer is not None, "text": text, "alert": alert})

    async def _answer(self, press: str) -> PressAnswer:
        while True:
            change = self._signal.next
            if answer := self._scene.chats.answer(press):
                return answer
            await change.wait()

    async def trace(self, request: Request) -> Response:
        """How the answer of a message came about."""
        act = _Act.model_validate_json(await _read_body(request))
        history = self._scene.chats.history(self._player(act).number)
        asked = questions_of(history).get(act.message)
        if asked is None:
            _fail(HTTPStatus.CONFLICT)
        loop = asyncio.get_running_loop()
        arguments = asked.question, asked.history
        return JSONResponse(await loop.run_in_executor(self._worker, self._trace_of, *arguments))

    def _player(self, act: _Act) -> Player:
        for player in self._scene.players:
            if player.number == act.user:
                return player
        return _fail(HTTPStatus.BAD_REQUEST)


def _fail(status: HTTPStatus) -> NoReturn:
    raise HTTPException(status)


def _event(kind: str, news: Mapping[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(news, ensure_ascii=False)}\n\n"


async def _read_body(request: Request) -> bytes:
    """The whole body; refused where it is larger than any file that may be sent."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FILE:
            _fail(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return bytes(body)
