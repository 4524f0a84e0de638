"""The page's HTTP side on 127.0.0.1, and who may speak to it."""

import asyncio
import contextlib
import hmac
import json
import secrets
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from threading import Thread
from typing import Any

import uvicorn

from bot.demo.requests import MOST_BYTES, Answer, Refused, Requests, TraceOf
from bot.demo.scene import Feed, Scene
from bot.errors import PortTaken
from bot.loopback.world import Bell

FORBIDDEN, NOT_FOUND = 403, 404

_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", _POLICY),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""What every answer bears."""


def refusal(headers: Mapping[bytes, bytes], path: str, *, port: int, token: str, acts: bool) -> int:
    """The status with which a request is refused, 0 for one that may be answered.

    ``acts``: it does something, or goes on listening; then it must come from the page itself.
    """
    host = headers.get(b"host", b"").decode("latin-1").lower()
    if host not in (f"127.0.0.1:{port}", f"localhost:{port}"):
        return FORBIDDEN
    shown = path.removeprefix("/").partition("/")[0]
    if not hmac.compare_digest(shown.encode(), token.encode()):
        return NOT_FOUND
    return 0 if not acts or _is_of_the_page(headers, host) else FORBIDDEN


def _is_of_the_page(headers: Mapping[bytes, bytes], host: str) -> bool:
    """Whether the browser says so: every one tells the Origin or the site, if only one of them."""
    origin = headers.get(b"origin")
    site = headers.get(b"sec-fetch-site")
    if origin is None and site is None:
        return False
    return origin in (None, f"http://{host}".encode()) and site in (None, b"same-origin")


_HEARTBEAT = 15.0
_BREATH = 0.04  # changes come in crowds

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class PageApp:
    """The application (https://asgi.readthedocs.io): everything lies under ``/<token>/``."""

    def __init__(self, scene: Scene, bell: Bell, requests: Requests, port: int, token: str) -> None:
        self._scene = scene
        self._bell = bell
        self._requests = requests
        self._port = port
        self._token = token
        self.closing = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path, headers = scope["path"], dict(scope["headers"])
        rest = path.removeprefix("/").partition("/")[2]
        listens, reads = rest == "events", scope["method"] == "GET"
        acts = listens or not reads
        refused = refusal(headers, path, port=self._port, token=self._token, acts=acts)
        if refused:
            await _refuse(send, HTTPStatus(refused))
        elif listens and reads:
            await self._tell(receive, send)
        elif reads and path.count("/") > 1:
            await _answered(send, self._read(rest))
        elif scope["method"] == "POST":
            await _answered(send, self._done(scope, rest, receive))
        else:
            await _refuse(send, HTTPStatus.NOT_FOUND)

    async def _read(self, rest: str) -> Answer:
        return self._requests.read(rest)

    async def _done(self, scope: Scope, rest: str, receive: Receive) -> Answer:
        return await self._requests.do(rest, scope["query_string"], await _body(receive))

    async def _tell(self, receive: Receive, send: Send) -> None:
        """Server-sent events until the page goes away or the server ends."""
        await _begin(send, HTTPStatus.OK, "text/event-stream")
        feed, gone = Feed(self._scene), asyncio.create_task(_gone(receive))
        try:
            while not (gone.done() or self.closing):
                change = asyncio.create_task(self._bell.next.wait())
                events = "".join(_event(kind, told) for kind, told in feed.news())
                # the empty comment keeps the connection alive
                await send(_part((events or ":\n\n").encode(), more=True))
                await asyncio.wait(
                    [change, gone], timeout=_HEARTBEAT, return_when=asyncio.FIRST_COMPLETED
                )
                change.cancel()
                await asyncio.sleep(_BREATH)
            await send(_part(b"", more=False))
        finally:
            gone.cancel()


def _event(kind: str, told: Mapping[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _body(receive: Receive) -> bytes:
    """The whole body; raises Refused for one that is larger than any file that may be sent."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return body


async def _answered(send: Send, answering: Awaitable[Answer]) -> None:
    try:
        answer = await answering
    except Refused as refused:
        await _refuse(send, refused.status)
        return
    await _begin(send, HTTPStatus.OK, answer.kind, answer.beside)
    await send(_part(answer.body, more=False))


async def _refuse(send: Send, status: HTTPStatus) -> None:
    await _begin(send, status, "text/plain")
    await send(_part(b"", more=False))


async def _begin(
    send: Send, status: HTTPStatus, kind: str, beside: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    headers = [*HEADERS, (b"content-type", kind.encode()), *beside]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})


def _part(body: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": more}


@contextlib.contextmanager
def page_served(
    scene: Scene, trace_of: TraceOf, worker: ThreadPoolExecutor, port: int = 0
) -> Iterator[str]:
    """The page's address, for as long as the block runs; raises PortTaken."""
    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise PortTaken(port=port) from error
    place, token = listening.getsockname()[1], secrets.token_urlsafe(24)
    config = uvicorn.Config(
        _nothing, http="h11", ws="none", loop="asyncio", lifespan="off", server_header=False,
        log_config=None, log_level="error", access_log=False, timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = uvicorn.Server(config)
    rings: list[Callable[[], None]] = []

    async def serve() -> None:
        bell = Bell(asyncio.get_running_loop())
        app = PageApp(scene, bell, Requests(scene, bell, trace_of, worker), place, token)
        server.config.app = app  # made in the server's own loop, where its bell rings
        rings.append(bell.ring)
        with scene.api.watched(bell.ring):
            ending = asyncio.create_task(_until(server, bell, app))
            await server.serve(sockets=[listening])
            await ending

    thread = Thread(target=lambda: asyncio.run(serve()), name="demo-page")
    thread.start()
    try:
        yield f"http://127.0.0.1:{place}/{token}/"
    finally:
        server.should_exit = True
        for ring in rings:
            ring()
        thread.join()


async def _nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Stands in the configuration until the application is made."""


async def _until(server: uvicorn.Server, bell: Bell, app: PageApp) -> None:
    """Let those who listen go when the server is to end."""
    while not server.should_exit:
        await bell.next.wait()
    app.closing = True
    bell.ring()
