"""Serves HTTP in the service's own loop; connections that say nothing are cut.

How the service is, it tells there too: ``/health`` for a watcher, ``/metrics`` for Prometheus.
"""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.errors import ListenFailed
from knowledge.errors import StoreError

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

_REQUEST_SECONDS, _BODY_SECONDS = 8.0, 120.0
_WAITING = 1024
_OPEN_FILES = 65_536


class _PatientProtocol(H11Protocol):
    """HTTP/1.1; who has not sent the head of a request after some seconds is cut off.

    uvicorn waits for it for as long as the connection stands.
    """

    _cutting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        """Wait for the first request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what came; wait for the rest of a request that is not whole."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        super().connection_lost(exc)
        if self._cutting:
            self._cutting.cancel()

    def _watch(self) -> None:
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering and self._cutting:
            self._cutting.cancel()
            self._cutting = None
        elif not answering and self._cutting is None:
            self._cutting = self.loop.call_later(_REQUEST_SECONDS, self._cut)

    def _cut(self) -> None:
        self._cutting = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()


class _Server(uvicorn.Server):
    """Signals are the application's affair."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


@contextlib.asynccontextmanager
async def serve_http(app: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """Serve for as long as the block runs."""
    _raise_open_files()
    config = uvicorn.Config(
        app,
        http=_PatientProtocol,
        ws="none",
        lifespan="off",
        server_header=False,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=3,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


def listen_at(address: str) -> socket.socket:
    """A socket that listens at ``host:port``; raises ListenFailed."""
    host, _, port = address.strip().rpartition(":")
    try:
        listening = socket.create_server((host.strip("[]"), int(port)), backlog=_WAITING)
    except (OSError, ValueError, OverflowError) as error:
        raise ListenFailed(where=address) from error
    # Its connections inherit this. An answer is written in parts, and a part that waits until the
    # one before is acknowledged comes 40 ms late.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


async def read_body(request: Request, most: int) -> bytes:
    """The whole body; raises HTTPException where it is too long, or takes too long."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > most:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except TimeoutError:
        raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from None
    return bytes(body)


def _raise_open_files() -> None:
    """Let the process hold as many connections as the system allows it."""
    if not resource:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


_METRICS = "text/plain; version=0.0.4"


def health_app(health: Callable[[], Mapping[str, Any]], metrics: Callable[[], str]) -> Starlette:
    """An application of these two endpoints alone."""
    return Starlette(routes=health_routes(health, metrics))


def health_routes(
    health: Callable[[], Mapping[str, Any]], metrics: Callable[[], str]
) -> list[Route]:
    """The two endpoints; 503 where nothing can be received, or the database cannot be read.

    Both functions are called in threads: the service goes on while they wait for a server.
    """

    async def show_health(_request: Request) -> Response:
        try:
            told = await asyncio.to_thread(health)
        except StoreError as error:
            told = {"status": "down", "polling_ok": False, "last_error": type(error).__name__}
        body = json.dumps(told, ensure_ascii=False)
        status = 200 if told.get("polling_ok") else 503
        return Response(body, status, media_type="application/json")

    async def show_metrics(_request: Request) -> Response:
        try:
            told = await asyncio.to_thread(metrics)
            return Response(f"supervision_database_up 1\n{told}", media_type=_METRICS)
        except StoreError:
            return Response("supervision_database_up 0\n", media_type=_METRICS)

    return [
        Route("/health", show_health, methods=["GET"]),
        Route("/metrics", show_metrics, methods=["GET"]),
    ]
