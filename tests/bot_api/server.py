"""The server with webhooks, flood limits and faults, for as long as a block runs."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from threading import Thread
from typing import Any

import httpx

from bot.loopback.calls import ApiRequest
from bot.loopback.dispatcher import Dispatcher
from bot.loopback.methods import Method, delete_webhook
from bot.loopback.records import Json
from bot.loopback.refusals import ApiError, conflict, too_many
from bot.loopback.server import BotApi, Receive, Scope, Send, serve_api
from bot.loopback.world import TOKEN, World
from tests.bot_api.driving import LoopbackDriver
from tests.bot_api.faults import Fault, Faults
from tests.bot_api.limits import FloodLimits, Rules
from tests.bot_api.methods import MoreMethods, check_webhook

RETRY_AFTER = 0.2
"""Seconds before an update that was not taken is posted again; Telegram's own are longer."""
_PATIENCE = 30.0
_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
_BROKEN = {500: "Internal Server Error", 502: "Bad Gateway"}
_WRITING = (
    "sendMessage", "sendDocument", "editMessageText", "editMessageCaption",
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
        super().__init__(World(), self.more.all() | self._webhook_methods())

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
        with httpx.Client(timeout=_PATIENCE, trust_env=False) as client:
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
