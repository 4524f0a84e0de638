"""The HTTP side: uvicorn on a free port of 127.0.0.1, in a thread of its own."""

import asyncio
import json
import re
import socket
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

import uvicorn

from bot.loopback.account import LARGEST_DOWNLOAD
from bot.loopback.bells import Bell
from bot.loopback.bodies import read_call
from bot.loopback.desk import Desk
from bot.loopback.driving import Loopback
from bot.loopback.given import Given
from bot.loopback.limits import FloodLimits, Rules
from bot.loopback.refusals import Refused, conflict, not_found
from bot.loopback.sending import LARGEST_UPLOAD
from bot.loopback.webhooks import deliver
from bot.loopback.world import World

TOKEN = "123456:loopback-AAAAAAAAAAAAAAAAAAAAAAAAAAA"  # noqa: S105 - nobody's token
LONGEST_POLL = 50
_ROOM_FOR_FIELDS = 1024 * 1024
_PATH = re.compile(r"/(?P<file>file/)?bot(?P<token>[^/]*)/(?P<rest>.*)", re.DOTALL)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class BotApi:
    """The application: methods at ``/bot<token>/METHOD``, files at ``/file/bot<token>/PATH``."""

    def __init__(self, desk: Desk, bell: Bell) -> None:
        self._desk = desk
        self._bell = bell
        self._polling: object | None = None
        self.closing = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            status, kind, body = await self._answer(scope, receive)
        except Exception as error:
            self._desk.failures.append(error)
            raise
        length = str(len(body)).encode()
        headers = [(b"content-type", kind), (b"content-length", length if status else b"1")]
        await send({"type": "http.response.start", "status": status or 200, "headers": headers})
        if status:  # else the connection is cut: uvicorn closes it where the body is missing
            await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes, bytes]:
        try:
            body = await _body(receive)
            path = _PATH.fullmatch(scope["path"])
            if path is None:
                raise not_found()
            self._desk.admit(path["token"])
            if path["file"]:
                return 200, b"application/octet-stream", self._file(path["rest"])
            headers = dict(scope["headers"])
            kind = headers.get(b"content-type", b"")
            given = read_call(scope["query_string"], kind, body)
            result = await self._call(self._desk.method_of(path["rest"]), given)
        except Refused as refused:
            told = json.dumps(refused.as_json()).encode()
            return refused.code, b"application/json", told
        if result is None:
            return 0, b"application/json", b""
        told = json.dumps({"ok": True, "result": result}).encode()
        return 200, b"application/json", told

    async def _call(self, method: str, given: Given) -> Any:
        """The result of a call, None where the connection is to be cut; raises Refused."""
        fault = self._desk.fault_of(method, given)
        if fault.delay:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.closing.wait(), fault.delay)
        if not fault.loses:
            return await self._carried_out(method, given)
        if fault.after:
            with suppress(Refused):  # its own refusal is lost as well
                await self._carried_out(method, given)
        refused = self._desk.give_up(method, given, fault)
        if refused:
            raise refused
        return None

    async def _carried_out(self, method: str, given: Given) -> Any:
        if method == "getUpdates":
            return await self._poll(given)
        return self._desk.carry_out(method, given)

    async def _poll(self, given: Given) -> Any:
        """Updates, waited for; a second poll ends the first."""
        self._desk.begin_poll(given)
        mine = self._polling = object()
        self._bell.ring()
        loop = asyncio.get_running_loop()
        until = loop.time() + min(given.number("timeout"), LONGEST_POLL)
        while True:
            change = self._bell.next
            if self._polling is not mine:
                raise conflict(
                    "terminated by other getUpdates request; "
                    "make sure that only one bot instance is running"
                )
            updates = self._desk.waiting_updates(given)
            left = until - loop.time()
            if updates or left <= 0 or self.closing.is_set():
                self._polling = None
                return updates
            with suppress(TimeoutError):
                await asyncio.wait_for(change.wait(), left)

    def _file(self, path: str) -> bytes:
        document = self._desk.world.files.get(path.removeprefix("documents/"))
        if document is None or len(document.content) > LARGEST_DOWNLOAD:
            raise not_found()
        return document.content


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_UPLOAD + _ROOM_FOR_FIELDS:
            raise Refused(413, "Request Entity Too Large")
    return body


@contextmanager
def serving(
    *,
    token: str = TOKEN,
    privacy: bool = True,
    rules: Rules | None = None,
    world: World | None = None,
) -> Iterator[Loopback]:
    """A server for as long as the block runs.

    Without ``rules`` nothing floods. An error of the server's own is raised at the end.
    """
    desk = Desk(world or World(token, privacy=privacy), FloodLimits(rules))
    # with the protocol named, asyncio sends small answers at once: without, each waits 40 ms
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    config = uvicorn.Config(
        _nothing, http="h11", ws="none", loop="asyncio", lifespan="off",
        log_config=None, log_level="critical", access_log=False, timeout_graceful_shutdown=5,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = Thread(target=lambda: asyncio.run(_serve(server, desk, listening)), name="bot-api")
    thread.start()
    try:
        yield Loopback(desk, f"http://127.0.0.1:{listening.getsockname()[1]}", token)
    finally:
        server.should_exit = True
        desk.ring()
        thread.join()
    if desk.failures:
        raise desk.failures[0]


async def _nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Stands in the configuration until the application is made in the server's own loop."""


async def _serve(server: uvicorn.Server, desk: Desk, listening: socket.socket) -> None:
    bell = Bell(asyncio.get_running_loop())
    api = BotApi(desk, bell)
    server.config.app = api
    with desk.changed:
        desk.rings.append(bell.ring)
    tasks = [
        asyncio.create_task(_until(server, bell, api)),
        asyncio.create_task(deliver(desk, bell)),
    ]
    try:
        await server.serve(sockets=[listening])
    finally:
        with desk.changed:
            desk.rings.remove(bell.ring)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _until(server: uvicorn.Server, bell: Bell, api: BotApi) -> None:
    """Let those who wait go when the server is to end."""
    while not server.should_exit:
        await bell.next.wait()
    api.closing.set()
    bell.ring()
