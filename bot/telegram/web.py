"""What is served over HTTP: updates that Telegram brings, and the state of health."""

import asyncio
import contextlib
import hmac
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import uvicorn

from bot.errors import ListenFailed
from bot.telegram.intake import Intake
from knowledge.errors import StoreError

_MOST_BYTES = 1 << 20
_SECRET_HEADER = b"x-telegram-bot-api-secret-token"
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram brings updates, and the secret that it shows."""

    url: str
    secret: str

    @property
    def path(self) -> str:
        """The path of the address."""
        return urlsplit(self.url).path or "/"


class WebApp:
    """An ASGI application (https://asgi.readthedocs.io) of two addresses."""

    def __init__(
        self, intake: Intake, webhook: Webhook | None, health: Callable[[], Mapping[str, Any]]
    ) -> None:
        self._intake = intake
        self._webhook = webhook
        self._health = health

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        method, path = scope["method"], scope["path"]
        told: Mapping[str, Any]
        if self._webhook and method == "POST" and path == self._webhook.path:
            status, told = await self._taken(dict(scope["headers"]), receive, self._webhook)
        elif method == "GET" and path == "/health":
            told = self._health()
            status = 200 if told.get("polling_ok") else 503
        else:
            status, told = 404, {"ok": False}
        body = json.dumps(told, ensure_ascii=False).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _taken(
        self, headers: Mapping[bytes, bytes], receive: Receive, webhook: Webhook
    ) -> tuple[int, dict[str, Any]]:
        """Told to be received only once it is written down; else Telegram brings it again."""
        shown = headers.get(_SECRET_HEADER, b"")
        if not hmac.compare_digest(shown, webhook.secret.encode()):
            return 403, {"ok": False}
        if self._intake.is_full:
            return 503, {"ok": False}
        body = await _body(receive)
        try:
            self._intake.take([json.loads(body)])
        except StoreError:
            return 503, {"ok": False}
        except (ValueError, RecursionError):  # no JSON: bringing it again would not help
            return 200, {"ok": False}
        return 200, {"ok": True}


async def _body(receive: Receive) -> bytes:
    body = b""
    while len(body) < _MOST_BYTES:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body


class _Server(uvicorn.Server):
    """Signals are the application's affair."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


@contextlib.asynccontextmanager
async def serving(app: WebApp, listen: str) -> AsyncIterator[None]:
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
