"""A services over the sample reports, with a state of its own for every test."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.assistant.assistant import Assistant
from bot.conversation.access import Access
from bot.conversation.context import RequestContext, Services
from bot.conversation.metrics import Live
from bot.settings import Settings
from bot.state.opening import State
from bot.state.people import Role
from knowledge.library import Library
from tests.conftest import loaded_library

CHAT, USER = "telegram:40", "telegram:7"


def desk_of(library: Library, state: State) -> Services:
    return Services(
        Settings(), Path("nowhere"), library, Assistant(library), None, None, state,
        Access(state.people, ()), lambda: Live(started_at=0.0),
    )  # fmt: skip


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(State.open(tmp_path)) as opened:
        yield opened


@pytest.fixture
def services(sample_library: Library, state: State) -> Services:
    return desk_of(sample_library, state)


@pytest.fixture
def context() -> RequestContext:
    return visitor()


def visitor(chat_id: str = CHAT, user_id: str = USER) -> RequestContext:
    return RequestContext(
        update_id=1, chat_id=chat_id, user_id=user_id, user_name="甲", role=Role.READER,
        private=True, message_id="telegram:9", now=1_700_000_000.0,
        show=lambda _text: None, progress=lambda _done, _of: None,
    )  # fmt: skip


Written = Callable[[dict[str, str]], Services]


@pytest.fixture
def desk_with(tmp_path: Path, state: State) -> Iterator[Written]:
    """A services over reports written for a test."""
    opened: list[Library] = []

    def written(reports: dict[str, str]) -> Services:
        folder = tmp_path / "written"
        folder.mkdir(exist_ok=True)
        for name, report in reports.items():
            (folder / name).write_text(report, encoding="utf-8")
        opened.append(loaded_library(tmp_path / "store", folder))
        return desk_of(opened[-1], state)

    yield written
    for library in opened:
        library.close()


@pytest.fixture
def empty_desk(tmp_path: Path, state: State) -> Iterator[Services]:
    folder = tmp_path / "none"
    folder.mkdir()
    with closing(loaded_library(tmp_path / "empty", folder)) as library:
        yield desk_of(library, state)
