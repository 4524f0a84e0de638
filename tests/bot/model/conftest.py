"""A model endpoint on the loopback, and the assistant over the samples that talks to it."""

from collections.abc import Iterator

import pytest

from bot.assistant import Assistant
from bot.opening import open_assistant
from bot.settings import Settings
from knowledge.library import Library
from tests.bot.model.chat_server import KEY, ChatServer, says, serving


@pytest.fixture(scope="session")
def _server() -> Iterator[ChatServer]:
    with serving() as server:
        yield server


@pytest.fixture
def server(_server: ChatServer) -> Iterator[ChatServer]:
    for seen in (_server.script, _server.requests, _server.keys):
        seen.clear()
    _server.always = says("好的。")
    _server.gone.clear()
    _server.released.clear()
    yield _server
    _server.released.set()


def settings_for(server: ChatServer, **more: object) -> Settings:
    values = {"openai_api_key": KEY, "openai_base_url": server.url, "chat_model": "m"}
    return Settings.model_validate(values | more)


@pytest.fixture
def model_assistant(server: ChatServer, sample_library: Library) -> Assistant:
    return open_assistant(settings_for(server, model_timeout=20), sample_library)
