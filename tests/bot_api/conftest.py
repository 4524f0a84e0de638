"""A server for a file's tests, and python-telegram-bot's own client against it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import httpx
import pytest
from telegram import Bot

from tests.bot_api.driving import LoopbackDriver
from tests.bot_api.server import serving

T = TypeVar("T")


class Caller:
    """Calls the server: as a bot does, or with fields as they are."""

    def __init__(self, api: LoopbackDriver, client: httpx.Client) -> None:
        self.api = api
        self.client = client

    def bot(self, work: Callable[[Bot], Awaitable[T]]) -> T:
        """What some work with a bot gives."""

        async def run() -> T:
            root = self.api.url
            bot = Bot(self.api.token, base_url=f"{root}/bot", base_file_url=f"{root}/file/bot")
            async with bot:
                return await work(bot)

        return asyncio.run(run())

    def post(self, method: str, **fields: Any) -> Any:
        """The answer to a call with JSON fields."""
        url = f"{self.api.url}/bot{self.api.token}/{method}"
        return self.client.post(url, json=fields).json()

    def refusal(self, method: str, **fields: Any) -> str:
        """The words of a refusal."""
        answer = self.post(method, **fields)
        assert not answer["ok"], answer
        return str(answer["description"])


@pytest.fixture(scope="module")
def api() -> Iterator[LoopbackDriver]:
    with serving() as loopback:
        yield loopback


@pytest.fixture
def caller(api: LoopbackDriver) -> Iterator[Caller]:
    with httpx.Client(trust_env=False) as client:
        yield Caller(api, client)
    api.faults.clear()
