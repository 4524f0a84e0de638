"""How the service is, over HTTP: ``/health`` for a watcher, ``/metrics`` for Prometheus."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from knowledge.errors import StoreError

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
