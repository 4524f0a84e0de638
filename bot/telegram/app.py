"""Telegram from its start to its end.

Over HTTP it serves updates that Telegram brings, and the state of health.
"""

import contextlib
import hmac
import json
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route as HttpRoute

from bot.conversation.adapter import AppLimits, UpdateSink, connect
from bot.conversation.service import ConversationService
from bot.errors import TelegramRefused, TelegramUnreachable
from bot.http_server import health_routes, listen_at, read_body, serve_http
from bot.settings import Settings, check_connection_settings
from bot.state.notes import Notes
from bot.state.opening import State
from bot.telegram.adapter import LIMITS, TelegramAdapter, Webhook
from bot.wording import tell
from knowledge.errors import StoreError

_MOST_BYTES = 1 << 20
_SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - a header's name


def web_app(
    adapter: TelegramAdapter,
    sink: UpdateSink,
    health: Callable[[], Mapping[str, Any]],
    metrics: Callable[[], str],
) -> Starlette:
    """The endpoints: those of health, and the webhook where there is one."""
    webhook = adapter.webhook

    async def take(request: Request) -> Response:
        """Say that an update was received only once it is written down; else it comes again."""
        shown = request.headers.get(_SECRET_HEADER, "")
        secret = webhook.secret if webhook else ""
        if not hmac.compare_digest(shown.encode(), secret.encode()):
            return _json({"ok": False}, 403)
        if sink.is_full:
            return _json({"ok": False}, 503)
        try:
            adapter.hand_over([json.loads(await read_body(request, _MOST_BYTES))], sink)
        except StoreError:
            return _json({"ok": False}, 503)
        except (ValueError, RecursionError, ClientDisconnect, HTTPException):
            # coming again would not help
            return _json({"ok": False}, 200)
        return _json({"ok": True}, 200)

    routes = health_routes(health, metrics)
    if webhook:
        routes.insert(0, HttpRoute(webhook.path, take, methods=["POST"]))
    app = Starlette(routes=routes, exception_handlers={404: _not_found, 405: _not_found})
    app.router.redirect_slashes = False
    return app


def _json(content: Mapping[str, Any], status: int) -> Response:
    body = json.dumps(content, ensure_ascii=False)
    return Response(body, status, media_type="application/json")


async def _not_found(_request: Request, _error: Exception) -> Response:
    return _json({"ok": False}, 404)


@dataclass(frozen=True, slots=True)
class TelegramApp:
    """Telegram as a chat app, with its web endpoints at an address."""

    adapter: TelegramAdapter
    listen: str

    @contextlib.asynccontextmanager
    async def serve(self, service: ConversationService) -> AsyncIterator[str]:
        """Serve the endpoints for as long as the block runs; raises ListenFailed."""
        async with contextlib.AsyncExitStack() as servers:
            if self.adapter.webhook:
                sink = service.receivers[self.adapter.name]
                app = web_app(self.adapter, sink, service.health, service.metrics)
                await servers.enter_async_context(serve_http(app, listen_at(self.listen)))
            yield tell("bot.started", name=self.adapter.bot_name)


@contextlib.asynccontextmanager
async def open_telegram(
    settings: Settings, folder: Path, state: State, limits: AppLimits = LIMITS
) -> AsyncIterator[TelegramApp]:
    """Telegram, once it has told who we are; raises TelegramRefused and TelegramUnreachable."""
    del folder  # files are fetched to where the core says
    check_connection_settings(settings.https_proxy)
    token, base = settings.telegram_bot_token, settings.telegram_api_base
    adapter = TelegramAdapter(
        token.get_secret_value() if token else "",
        base,
        settings.https_proxy or None,
        _webhook(settings, state.notes),
        limits,
    )
    await connect(adapter.connect, TelegramRefused(), TelegramUnreachable(url=base))
    try:
        yield TelegramApp(adapter, settings.webhook_listen)
    finally:
        await adapter.close()


def _webhook(settings: Settings, notes: Notes) -> Webhook | None:
    if not settings.webhook_url:
        return None
    secret = notes.read("webhook_secret") or secrets.token_urlsafe(32)
    notes.write("webhook_secret", secret)
    return Webhook(settings.webhook_url, secret)
