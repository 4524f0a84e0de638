"""The HTTP side: an ASGI application (https://asgi.readthedocs.io) in a thread of its own."""

import asyncio
import json
import re
import socket
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import Thread
from typing import Any, Protocol

import uvicorn

from bot.loopback.calls import ApiRequest, read_request
from bot.loopback.dispatcher import GET_UPDATES, ChangeSignal, Dispatcher
from bot.loopback.driving import Loopback
from bot.loopback.methods import LARGEST_DOWNLOAD
from bot.loopback.refusals import ApiError, conflict, not_found
from bot.loopback.world import TOKEN, World
from bot.loopback.writing import LARGEST_UPLOAD

_LONGEST_POLL = 50
_ROOM_FOR_FIELDS = 1024 * 1024
_PATH = re.compile(r"/(?P<file>file/)?bot(?P<token>[^/]*)/(?P<rest>.*)", re.DOTALL)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class BotApi:
    """The application: methods at ``/bot<token>/METHOD``, files at ``/file/bot<token>/PATH``."""

    def __init__(self, dispatcher: Dispatcher, signal: ChangeSignal) -> None:
        self.dispatcher = dispatcher
        self.closing = asyncio.Event()
        self._signal = signal
        self._polling: object | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            status, kind, body = await self._answer(scope, receive)
        except Exception as error:
            self.dispatcher.failures.append(error)
            raise
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def close(self) -> None:
        """Let those who wait go, as the server is to end."""
        self.closing.set()

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes, bytes]:
        try:
            body = await _read_body(receive)
            path = _PATH.fullmatch(scope["path"])
            if path is None:
                raise not_found()
            self.dispatcher.check_token(path["token"])
            if path["file"]:
                return 200, b"application/octet-stream", self._file(path["rest"])
            kind = dict(scope["headers"]).get(b"content-type", b"")
            request = read_request(scope["query_string"], kind, body)
            result = await self.call(self.dispatcher.method_name(path["rest"]), request)
        except ApiError as error:
            return error.code, b"application/json", json.dumps(error.as_json()).encode()
        return 200, b"application/json", json.dumps({"ok": True, "result": result}).encode()

    async def call(self, method: str, request: ApiRequest) -> Any:
        """Carry out a call and return its result; raises ApiError."""
        if method == GET_UPDATES:
            return await self._poll(request)
        return self.dispatcher.carry_out(method, request)

    async def _poll(self, request: ApiRequest) -> Any:
        """Updates, waited for; a second poll ends the first."""
        self.dispatcher.begin_poll(request)
        mine = self._polling = object()
        self._signal.send()
        loop = asyncio.get_running_loop()
        until = loop.time() + min(request.number("timeout"), _LONGEST_POLL)
        while True:
            change = self._signal.next
            if self._polling is not mine:
                raise conflict(
                    "terminated by other getUpdates request; "
                    "make sure that only one bot instance is running"
                )
            updates = self.dispatcher.pending_updates(request)
            remaining = until - loop.time()
            if updates or remaining <= 0 or self.closing.is_set():
                self._polling = None
                return updates
            with suppress(TimeoutError):
                await asyncio.wait_for(change.wait(), remaining)

    def _file(self, path: str) -> bytes:
        file = self.dispatcher.world.files.get(path.removeprefix("documents/"))
        if file is None or len(file.content) > LARGEST_DOWNLOAD:
            raise not_found()
        return file.content


async def _read_body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_UPLOAD + _ROOM_FOR_FIELDS:
            raise ApiError(413, "Request Entity Too Large")
    return body


@contextmanager
def serving() -> Iterator[Loopback]:
    """A server for as long as the block runs; an error of its own is raised at the end."""
    dispatcher = Dispatcher(World())
    with serve_api(dispatcher, lambda signal: BotApi(dispatcher, signal)) as url:
        yield Loopback(dispatcher, url, TOKEN)


@contextmanager
def serve_api(dispatcher: Dispatcher, make_api: Callable[[ChangeSignal], BotApi]) -> Iterator[str]:
    """The root of a server for as long as the block runs; its own errors are raised at the end."""
    # with the protocol named, asyncio sends small answers at once: without, each waits 40 ms
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    with serve_in_thread(listening, make_api, dispatcher.watch, log_level="critical"):
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    if dispatcher.failures:
        raise dispatcher.failures[0]


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

    thread = Thread(target=lambda: asyncio.run(serve()), name="loopback-server")
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
