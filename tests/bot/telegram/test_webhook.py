import asyncio
import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from bot.conversation.adapter import ReceivedUpdate
from bot.telegram.adapter import TelegramAdapter, Webhook
from bot.telegram.app import web_app
from knowledge.errors import StoreUnwritable

WEBHOOK = Webhook("https://bot.example/hook", "secret")
SHOWN = {"x-telegram-bot-api-secret-token": "secret"}
SENDER = {"id": 7, "is_bot": False, "first_name": "某"}
MESSAGE = {"message_id": 5, "chat": {"id": 7, "type": "private"}, "from": SENDER, "text": "问"}
UPDATE = json.dumps({"update_id": 1, "message": MESSAGE})


class Sink:
    def __init__(self, *, full: bool = False, unwritable: bool = False) -> None:
        self.is_full = full
        self.unwritable = unwritable
        self.taken: list[str] = []

    def take(self, received: Sequence[ReceivedUpdate]) -> None:
        if self.unwritable:
            raise StoreUnwritable(path="data")
        self.taken += [each.update.id for each in received]

    def note_receiving(self, *, ok: bool) -> None:
        raise AssertionError(ok)

    def note_error(self, error: Exception) -> None:
        raise error


def asked(
    method: str,
    path: str,
    *,
    sink: Sink | None = None,
    webhook: Webhook | None = WEBHOOK,
    healthy: bool = True,
    **more: Any,
) -> tuple[int, Any]:
    """Status and body of an answer."""
    adapter = TelegramAdapter("1:x", "http://127.0.0.1:1", webhook=webhook)

    def health() -> dict[str, object]:
        return {"polling_ok": healthy, "last_error": "无"}

    app = web_app(adapter, sink or Sink(), health, str)

    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
            return await client.request(method, path, **more)

    response = asyncio.run(run())
    assert response.headers["content-type"] == "application/json"
    return response.status_code, json.loads(response.content)


def test_an_update_is_taken_from_who_knows_the_secret() -> None:
    sink = Sink()
    told = asked("POST", "/hook", sink=sink, headers=SHOWN, content=UPDATE)
    assert told == (200, {"ok": True})
    assert sink.taken == ["1"]


@pytest.mark.parametrize("headers", [{}, {"x-telegram-bot-api-secret-token": "Secret"}])
def test_nobody_else_is_listened_to(headers: dict[str, str]) -> None:
    sink = Sink()
    told = asked("POST", "/hook", sink=sink, headers=headers, content=UPDATE)
    assert told == (403, {"ok": False})
    assert not sink.taken


@pytest.mark.parametrize("sink", [Sink(full=True), Sink(unwritable=True)])
def test_what_is_not_written_down_is_to_come_again(sink: Sink) -> None:
    told = asked("POST", "/hook", sink=sink, headers=SHOWN, content=UPDATE)
    assert told == (503, {"ok": False})


@pytest.mark.parametrize("body", [b"{", b"", b"[" * 100_000, b'"' + b"x" * (1 << 20) + b'"'])
def test_what_is_no_update_need_not_come_again(body: bytes) -> None:
    told = asked("POST", "/hook", headers=SHOWN, content=body)
    assert told == (200, {"ok": False})


def test_health_is_told_by_the_status_too() -> None:
    assert asked("GET", "/health") == (200, {"polling_ok": True, "last_error": "无"})
    assert asked("GET", "/health", healthy=False)[0] == 503


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/hook"), ("POST", "/health"), ("POST", "/hook/"), ("PUT", "/hook")],
)
def test_there_is_nothing_else(method: str, path: str) -> None:
    assert asked(method, path) == (404, {"ok": False})


def test_without_a_webhook_updates_are_not_listened_to() -> None:
    assert asked("POST", "/hook", webhook=None, headers=SHOWN, content=UPDATE)[0] == 404
