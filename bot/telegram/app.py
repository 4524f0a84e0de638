"""The Telegram bot from its start to its end, alone on its data folder.

Over HTTP it serves updates that Telegram brings, and the state of health.
"""

import asyncio
import contextlib
import hmac
import json
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route as HttpRoute

from bot.conversation.adapter import AdapterFault, AppLimits, Rejected, UpdateSink, try_repeatedly
from bot.conversation.service import ConversationService, check_setup, hold_folder, stop_event
from bot.errors import ListenFailed, TelegramRefused, TelegramUnreachable
from bot.settings import Settings, check_connection_settings
from bot.speech import print_notice
from bot.state.notes import Notes
from bot.state.opening import State
from bot.telegram.adapter import LIMITS, TelegramAdapter, Webhook
from bot.telegram.client import TelegramClient
from bot.wording import tell
from knowledge.errors import StoreError

_MOST_BYTES = 1 << 20
_SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - a header's name


class BotWebApp:
    """The endpoints: ``GET /health``, and the webhook where there is one."""

    def __init__(
        self,
        adapter: TelegramAdapter,
        sink: UpdateSink,
        webhook: Webhook | None,
        health: Callable[[], Mapping[str, Any]],
    ) -> None:
        self._adapter = adapter
        self._sink = sink
        self._webhook = webhook
        self._health = health

    def build(self) -> Starlette:
        """The ASGI application."""
        routes = [HttpRoute("/health", self._show_health, methods=["GET"])]
        if self._webhook:
            routes.insert(0, HttpRoute(self._webhook.path, self._take, methods=["POST"]))
        app = Starlette(routes=routes, exception_handlers={404: _not_found, 405: _not_found})
        app.router.redirect_slashes = False
        return app

    async def _show_health(self, _request: Request) -> Response:
        health = self._health()
        return _json(health, 200 if health.get("polling_ok") else 503)

    async def _take(self, request: Request) -> Response:
        """Say that an update was received only once it is written down; else it comes again."""
        shown = request.headers.get(_SECRET_HEADER, "")
        secret = self._webhook.secret if self._webhook else ""
        if not hmac.compare_digest(shown.encode(), secret.encode()):
            return _json({"ok": False}, 403)
        if self._sink.is_full:
            return _json({"ok": False}, 503)
        try:
            self._adapter.hand_over([json.loads(await _body(request))], self._sink)
        except StoreError:
            return _json({"ok": False}, 503)
        except (ValueError, RecursionError, ClientDisconnect):  # coming again would not help
            return _json({"ok": False}, 200)
        return _json({"ok": True}, 200)


def _json(content: Mapping[str, Any], status: int) -> Response:
    body = json.dumps(content, ensure_ascii=False)
    return Response(body, status, media_type="application/json")


async def _not_found(_request: Request, _error: Exception) -> Response:
    return _json({"ok": False}, 404)


async def _body(request: Request) -> bytes:
    """The body as far as an update can be long."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) >= _MOST_BYTES:
            break
    return body[:_MOST_BYTES]


class _Server(uvicorn.Server):
    """Signals are the application's affair."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


@contextlib.asynccontextmanager
async def serve_http(app: Starlette, listen: str) -> AsyncIterator[None]:
    """Serve at ``host:port`` for as long as the block runs; raises ListenFailed."""
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", server_header=False
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[_socket(listen)]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


def _socket(listen: str) -> socket.socket:
    host, _, port = listen.strip().rpartition(":")
    try:
        return socket.create_server((host.strip("[]"), int(port)))
    except (OSError, ValueError, OverflowError) as error:
        raise ListenFailed(where=listen) from error


def run(settings: Settings, data_dir: Path | None) -> None:
    """Answer until a signal says to stop.

    Raises TelegramRefused, TelegramUnreachable, ListenFailed, and what opening the store and the
    writers raises.
    """
    asyncio.run(_run(settings, data_dir or settings.data_dir))


class TelegramBot:
    """The conversation core with Telegram as its app, and its web endpoints."""

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        state: State,
        client: TelegramClient,
        limits: AppLimits = LIMITS,
    ) -> None:
        self._settings = settings
        self._webhook = _webhook(settings, state.notes)
        self._adapter = TelegramAdapter(client, self._webhook, limits)
        self.service = ConversationService(settings, folder, state, [self._adapter])

    async def serve(self, stopping: asyncio.Event) -> None:
        """Answer until it is time to stop, then finish what was begun."""
        service = self.service
        async with contextlib.AsyncExitStack() as servers:
            app = BotWebApp(self._adapter, service.receiver, self._webhook, service.health)
            for listen in self._addresses():
                await servers.enter_async_context(serve_http(app.build(), listen))
            print_notice(tell("bot.started", name=self._adapter.bot_name))
            await service.serve(stopping)

    def _addresses(self) -> list[str]:
        """Where to listen: for updates if they are brought, for those who look after health."""
        settings = self._settings
        hook = settings.webhook_listen if self._webhook else ""
        return list(dict.fromkeys(a for a in (hook, settings.health_listen) if a))


def _webhook(settings: Settings, notes: Notes) -> Webhook | None:
    if not settings.webhook_url:
        return None
    secret = notes.read("webhook_secret") or secrets.token_urlsafe(32)
    notes.write("webhook_secret", secret)
    return Webhook(settings.webhook_url, secret)


async def _run(settings: Settings, folder: Path) -> None:
    with hold_folder(folder):
        check_setup(settings, folder)
        with contextlib.closing(State.open(folder)) as state:
            async with _connected(settings) as client:
                bot = TelegramBot(settings, folder, state, client)
                with contextlib.closing(bot.service):
                    await bot.serve(stop_event())


@contextlib.asynccontextmanager
async def _connected(settings: Settings) -> AsyncIterator[TelegramClient]:
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
