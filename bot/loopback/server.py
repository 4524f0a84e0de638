"""The HTTP side: uvicorn on a free port of 127.0.0.1, in a thread of its own."""

import asyncio
import json
import re
import socket
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

import httpx
import uvicorn

from bot.loopback.calls import NOT_UTF8, Given, Upload, checked
from bot.loopback.dispatcher import Desk
from bot.loopback.driving import Loopback
from bot.loopback.methods import LARGEST_DOWNLOAD
from bot.loopback.records import Json
from bot.loopback.refusals import Refused, bad_request, conflict, not_found
from bot.loopback.sending import LARGEST_UPLOAD
from bot.loopback.world import Bell, FloodLimits, Rules, Webhook, World

_PARAMETER = re.compile(rb';\s*([a-zA-Z-]+\*?)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))')


def read_call(query: bytes, content_type: bytes, body: bytes) -> Given:
    """The fields and files of a request; raises Refused."""
    fields: dict[str, Any] = _form(query)
    kind = content_type.split(b";")[0].strip().lower()
    if kind == b"application/json":
        return Given(fields | _json(body))
    if kind == b"application/x-www-form-urlencoded":
        return Given(fields | _form(body))
    if kind != b"multipart/form-data":
        return Given(fields)
    boundary = _parameters(content_type).get(b"boundary", b"")
    if not boundary:
        raise bad_request("boundary of the multipart form is empty")
    files = {}
    for head, content in _parts(body, boundary):
        name, upload = _part(head, content)
        if upload:
            files[name] = upload
        else:
            fields[name] = _decoded(content)
    return Given(fields, files)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise bad_request(NOT_UTF8) from None


def _form(raw: bytes) -> dict[str, str]:
    try:
        text = raw.decode("ascii")
        return dict(parse_qsl(text, keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise bad_request(NOT_UTF8) from None


def _json(raw: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(_decoded(raw) or "{}")
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise bad_request("can't parse JSON object")
    checked(fields)
    return fields


def _parameters(header: bytes) -> dict[bytes, bytes]:
    """The parameters of a header's value, their names in small letters."""
    return {
        match[1].lower(): re.sub(rb"\\(.)", rb"\1", match[2]) if match[2] is not None else match[3]
        for match in _PARAMETER.finditer(header)
    }


def _parts(body: bytes, boundary: bytes) -> list[tuple[bytes, bytes]]:
    """Each part's head and content; raises Refused for a form that is cut off."""
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise bad_request("the multipart form is not closed")
    parts = []
    for piece in pieces[1:-1]:
        head, found, content = piece.lstrip(b" \t").partition(b"\r\n\r\n")
        if not found:
            raise bad_request("a part of the multipart form has no head")
        parts.append((head, content))
    return parts


def _part(head: bytes, content: bytes) -> tuple[str, Upload | None]:
    """The field that a part is of, and its file if it is one."""
    headers = {
        line.split(b":", 1)[0].strip().lower(): line.split(b":", 1)[1]
        for line in head.split(b"\r\n")
        if b":" in line
    }
    about = _parameters(headers.get(b"content-disposition", b""))
    name = _decoded(about.get(b"name", b""))
    if not name:
        raise bad_request("a part of the multipart form has no name")
    if b"filename" not in about:
        return name, None
    mime_type = _decoded(headers.get(b"content-type", b"")).strip()
    return name, Upload(_decoded(about[b"filename"]), mime_type, content)


RETRY_AFTER = 0.2
"""Seconds before an update that was not taken is posted again; Telegram's own are longer."""
_PATIENCE = 30.0
_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name


async def deliver(desk: Desk, bell: Bell) -> None:
    """Post updates for as long as a webhook is set; runs until it is cancelled."""
    async with httpx.AsyncClient(timeout=_PATIENCE, trust_env=False) as client:
        while True:
            change = bell.next
            with desk.changed:
                hook, pending = desk.world.updates.webhook, desk.world.updates.pending[:1]
            if hook is None or not pending:
                await change.wait()
            elif not await _taken(desk, client, hook, pending[0]):
                with suppress(TimeoutError):
                    await asyncio.wait_for(change.wait(), RETRY_AFTER)


async def _taken(desk: Desk, client: httpx.AsyncClient, hook: Webhook, update: Json) -> bool:
    headers = {"Content-Type": "application/json"}
    headers |= {_SECRET: hook.secret} if hook.secret else {}
    try:
        answer = await client.post(hook.url, content=json.dumps(update), headers=headers)
        reason = (
            ""
            if answer.is_success
            else f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
        )
    except httpx.HTTPError:
        reason = "Connection refused"
    with desk.changed:
        if reason:
            desk.world.updates.failed(reason, desk.world.now())
        else:
            desk.world.updates.forget(update["update_id"])
            desk.ring()
    return not reason


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
