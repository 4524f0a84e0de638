"""A server for a file's tests, and python-telegram-bot's own client against it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import httpx
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from tests.bot_api.driving import LoopbackDriver
from tests.bot_api.server import serving
from tests.patience import PATIENCE

T = TypeVar("T")


def _patient_request() -> HTTPXRequest:
    return HTTPXRequest(
        connect_timeout=PATIENCE,
        read_timeout=PATIENCE,
        write_timeout=PATIENCE,
        pool_timeout=PATIENCE,
        media_write_timeout=PATIENCE,
    )


class Caller:
    """Calls the server: as a bot does, or with fields as they are."""

    def __init__(self, api: LoopbackDriver, client: httpx.Client) -> None:
        self.api = api
        self.client = client

    def bot(self, work: Callable[[Bot], Awaitable[T]]) -> T:
        """What some work with a bot gives."""

        async def run() -> T:
            root = self.api.url
            bot = Bot(
                self.api.token,
                base_url=f"{root}/bot",
                base_file_url=f"{root}/file/bot",
                request=_patient_request(),
            )
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
    with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
        yield Caller(api, client)
    api.faults.clear()
