"""Telegram from its start to its end.

Over HTTP it serves updates that Telegram brings, and the state of health.
"""

import contextlib
import hmac
import json
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route as HttpRoute

from bot.conversation.adapter import AdapterFault, AppLimits, Rejected, UpdateSink, try_repeatedly
from bot.conversation.service import ConversationService
from bot.errors import TelegramRefused, TelegramUnreachable
from bot.http_server import health_routes, listen_at, read_body, serve_http
from bot.settings import Settings, check_connection_settings
from bot.state.notes import Notes
from bot.state.opening import State
from bot.telegram.adapter import LIMITS, TelegramAdapter, Webhook
from bot.telegram.client import TelegramClient
from bot.wording import tell
from knowledge.errors import StoreError

_MOST_BYTES = 1 << 20
_SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - a header's name


class BotWebApp:
    """The endpoints: those of health, and the webhook where there is one."""

    def __init__(
        self,
        adapter: TelegramAdapter,
        sink: UpdateSink,
        webhook: Webhook | None,
        health: Callable[[], Mapping[str, Any]],
        metrics: Callable[[], str],
    ) -> None:
        self._adapter = adapter
        self._sink = sink
        self._webhook = webhook
        self._health = health
        self._metrics = metrics

    def build(self) -> Starlette:
        """The ASGI application."""
        routes = health_routes(self._health, self._metrics)
        if self._webhook:
            routes.insert(0, HttpRoute(self._webhook.path, self._take, methods=["POST"]))
        app = Starlette(routes=routes, exception_handlers={404: _not_found, 405: _not_found})
        app.router.redirect_slashes = False
        return app

    async def _take(self, request: Request) -> Response:
        """Say that an update was received only once it is written down; else it comes again."""
        shown = request.headers.get(_SECRET_HEADER, "")
        secret = self._webhook.secret if self._webhook else ""
        if not hmac.compare_digest(shown.encode(), secret.encode()):
            return _json({"ok": False}, 403)
        if self._sink.is_full:
            return _json({"ok": False}, 503)
        try:
            body = await read_body(request, _MOST_BYTES)
            self._adapter.hand_over([json.loads(body)], self._sink)
        except StoreError:
            return _json({"ok": False}, 503)
        except (ValueError, RecursionError, ClientDisconnect, HTTPException):
            # coming again would not help
            return _json({"ok": False}, 200)
        return _json({"ok": True}, 200)


def _json(content: Mapping[str, Any], status: int) -> Response:
    body = json.dumps(content, ensure_ascii=False)
    return Response(body, status, media_type="application/json")


async def _not_found(_request: Request, _error: Exception) -> Response:
    return _json({"ok": False}, 404)


class TelegramApp:
    """Telegram as a chat app, with its web endpoints."""

    def __init__(
        self, settings: Settings, state: State, client: TelegramClient, limits: AppLimits = LIMITS
    ) -> None:
        self._settings = settings
        self._webhook = _webhook(settings, state.notes)
        self.adapter = TelegramAdapter(client, self._webhook, limits)

    @contextlib.asynccontextmanager
    async def serve(self, service: ConversationService) -> AsyncIterator[str]:
        """Serve the endpoints for as long as the block runs; raises ListenFailed."""
        async with contextlib.AsyncExitStack() as servers:
            if self._webhook:
                sink = service.receiver.sink_of(self.adapter.name)
                app = BotWebApp(
                    self.adapter, sink, self._webhook, service.health, service.metrics
                ).build()
                listening = listen_at(self._settings.webhook_listen)
                await servers.enter_async_context(serve_http(app, listening))
            yield tell("bot.started", name=self.adapter.bot_name)


def _webhook(settings: Settings, notes: Notes) -> Webhook | None:
    if not settings.webhook_url:
        return None
    secret = notes.read("webhook_secret") or secrets.token_urlsafe(32)
    notes.write("webhook_secret", secret)
    return Webhook(settings.webhook_url, secret)


@contextlib.asynccontextmanager
async def open_telegram(
    settings: Settings, folder: Path, state: State
) -> AsyncIterator[TelegramApp]:
    """Telegram, once it has told who we are; raises TelegramRefused and TelegramUnreachable."""
    del folder  # files are fetched to where the core says
    async with _open_client(settings) as client:
        yield TelegramApp(settings, state, client)


@contextlib.asynccontextmanager
async def _open_client(settings: Settings) -> AsyncIterator[TelegramClient]:
    """The client, once Telegram has told who we are."""
    check_connection_settings(settings.https_proxy)
    token = settings.telegram_bot_token
    client = TelegramClient(
        token.get_secret_value() if token else "",
        settings.telegram_api_base,
        settings.https_proxy or None,
    )
    try:
        await try_repeatedly(client.open)
    except Rejected as fault:
        raise TelegramRefused from fault
    except AdapterFault as fault:
        raise TelegramUnreachable(url=settings.telegram_api_base) from fault
    try:
        yield client
    finally:
        await client.close()
