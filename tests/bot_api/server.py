"""The HTTP side of the fake Bot API, with webhooks, flood limits and faults."""

import asyncio
import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from threading import Thread
from typing import Any

import httpx
from starlette.types import Receive, Scope, Send

from tests.bot_api.calls import ApiRequest, read_request
from tests.bot_api.dispatcher import GET_UPDATES, Dispatcher
from tests.bot_api.driving import LoopbackDriver
from tests.bot_api.faults import Fault, Faults
from tests.bot_api.limits import FloodLimits, Rules
from tests.bot_api.methods import (
    LARGEST_DOWNLOAD,
    Method,
    MoreMethods,
    check_webhook,
    delete_webhook,
)
from tests.bot_api.records import Json
from tests.bot_api.refusals import ApiError, conflict, not_found, too_many
from tests.bot_api.serving import ChangeSignal, serve_in_thread
from tests.bot_api.world import TOKEN, World
from tests.bot_api.writing import LARGEST_UPLOAD
from tests.patience import PATIENCE

_LONGEST_POLL = 50
_ROOM_FOR_FIELDS = 1024 * 1024
_PATH = re.compile(r"/(?P<file>file/)?bot(?P<token>[^/]*)/(?P<rest>.*)", re.DOTALL)


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


RETRY_AFTER = 0.2
"""Seconds before an update that was not taken is posted again; Telegram's own are longer."""
_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
_BROKEN = {500: "Internal Server Error", 502: "Bad Gateway"}
_WRITING = (
    "sendMessage", "sendDocument", "sendPhoto", "editMessageText", "editMessageCaption",
    "editMessageReplyMarkup",
)  # fmt: skip
"""The methods that count against the flood limits."""


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """An address of the bot's own to which updates are posted."""

    url: str
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_at: int = 0


class FullDispatcher(Dispatcher):
    """The dispatcher with every method, webhooks, flood limits and faults."""

    def __init__(self, rules: Rules | None) -> None:
        self.more = MoreMethods()
        self.limits = FloodLimits(rules)
        self.faults = Faults()
        self.webhook: WebhookAddress | None = None
        super().__init__(World(query_seconds=PATIENCE), self.more.all() | self._webhook_methods())

    def _webhook_methods(self) -> dict[str, Method]:
        return {
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
            "setWebhook": self._set_webhook,
        }

    def run_method(self, method: str, request: ApiRequest) -> Any:
        if method in _WRITING:
            chat = self.world.writable_chat(request.text("chat_id"))
            if seconds := self.limits.wait(chat, self.world.clock()):
                raise too_many(seconds)
        return super().run_method(method, request)

    def fault_of(self, method: str, request: ApiRequest) -> Fault:
        """The fault of a call."""
        with self.changed:
            fault = self.faults.decide(method, request.number("chat_id") or None)
            self.notify()
            return fault

    def begin_poll(self, request: ApiRequest) -> None:
        if self.webhook:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        super().begin_poll(request)

    def pending_updates(self, request: ApiRequest) -> list[Json]:
        if self.webhook:
            raise conflict("terminated by setWebhook request")
        return super().pending_updates(request)

    def _set_webhook(self, world: World, request: ApiRequest) -> bool:
        url, secret = request.text("url").strip(), request.text("secret_token")
        if not url:
            return self._delete_webhook(world, request)
        check_webhook(url, secret)
        self.allow_kinds(request)
        if request.flag("drop_pending_updates"):
            world.updates.pending.clear()
        self.webhook = WebhookAddress(url, secret, request.number("max_connections", 40))
        return True

    def _delete_webhook(self, world: World, request: ApiRequest) -> bool:
        self.webhook = None
        return delete_webhook(world, request)

    def _webhook_info(self, world: World, _request: ApiRequest) -> Json:
        hook = self.webhook or WebhookAddress("")
        info: Json = {
            "url": hook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(world.updates.pending),
        }
        if hook.url:
            info["max_connections"] = hook.max_connections
        if hook.last_error:
            info |= {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
        allowed = list(world.updates.allowed)
        return info | ({"allowed_updates": allowed} if allowed else {})


class ConnectionCut(Exception):
    """The connection is to be cut before an answer is whole."""


class FaultyBotApi(BotApi):
    """The application with the faults of its dispatcher."""

    dispatcher: FullDispatcher

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except ConnectionCut as cut:  # uvicorn closes it where the body is missing
            self.dispatcher.failures.remove(cut)
            headers = [(b"content-type", b"application/json"), (b"content-length", b"1")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})

    async def call(self, method: str, request: ApiRequest) -> Any:
        fault = self.dispatcher.fault_of(method, request)
        if fault.delay:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.closing.wait(), fault.delay)
        if not fault.loses:
            return await super().call(method, request)
        if fault.after:
            with suppress(ApiError):  # its own refusal is lost as well
                await super().call(method, request)
        else:
            self.dispatcher.record(method, request, fault.status, None)
        if fault.drop:
            raise ConnectionCut
        if fault.status == 429:
            raise too_many(fault.retry_after)
        raise ApiError(fault.status, _BROKEN.get(fault.status, "Internal Server Error"))


@contextmanager
def serving(*, rules: Rules | None = None) -> Iterator[LoopbackDriver]:
    """A server for as long as the block runs.

    Without ``rules`` nothing floods. An error of the server's own is raised at the end.
    """
    dispatcher = FullDispatcher(rules)
    api = serve_api(dispatcher, lambda signal: FaultyBotApi(dispatcher, signal))
    with api as url, _posting_updates(dispatcher):
        yield LoopbackDriver(dispatcher, url, TOKEN)


@contextmanager
def _posting_updates(dispatcher: FullDispatcher) -> Iterator[None]:
    """Post updates, from a thread, for as long as a webhook is set."""
    over = False

    def run() -> None:
        with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
            while not over:
                with dispatcher.changed:
                    dispatcher.changed.wait_for(lambda: over or _next_post(dispatcher))
                    post = _next_post(dispatcher)
                if not over and post and not _post_update(dispatcher, client, *post):
                    with dispatcher.changed:
                        dispatcher.changed.wait(RETRY_AFTER)

    thread = Thread(target=run, name="bot-api-webhook")
    thread.start()
    try:
        yield
    finally:
        over = True
        dispatcher.notify()
        thread.join()


def _next_post(dispatcher: FullDispatcher) -> tuple[WebhookAddress, Json] | None:
    pending = dispatcher.world.updates.pending
    return (dispatcher.webhook, pending[0]) if dispatcher.webhook and pending else None


def _post_update(
    dispatcher: FullDispatcher, client: httpx.Client, hook: WebhookAddress, update: Json
) -> bool:
    """Post one update; forget it where it was taken, else note why not."""
    headers = {"Content-Type": "application/json"}
    headers |= {_SECRET: hook.secret} if hook.secret else {}
    try:
        answer = client.post(hook.url, content=json.dumps(update), headers=headers)
        reason = (
            ""
            if answer.is_success
            else f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
        )
    except httpx.HTTPError:
        reason = "Connection refused"
    with dispatcher.changed:
        updates = dispatcher.world.updates
        if not reason:
            updates.pending = [u for u in updates.pending if u is not update]
            dispatcher.notify()
        elif dispatcher.webhook:
            now = dispatcher.world.now()
            dispatcher.webhook = replace(dispatcher.webhook, last_error=reason, last_error_at=now)
    return not reason
