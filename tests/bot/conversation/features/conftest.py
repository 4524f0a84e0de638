"""Contexts over the sample reports, with a state of its own for every test."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.assistant.assistant import Assistant
from bot.conversation.access import Access
from bot.conversation.context import Live, RequestContext
from bot.settings import Settings
from bot.state.opening import State
from bot.state.people import Role
from knowledge.library import Library
from tests.conftest import loaded_library

CHAT, USER = "telegram:40", "telegram:7"


def visitor(library: Library, state: State) -> RequestContext:
    """A reader in a private chat."""
    return RequestContext(
        settings=Settings(), data_dir=Path("nowhere"), library=library,
        assistant=Assistant(library), condenser=None, polisher=None, state=state,
        access=Access(state.people, (), state.restrictions), live=lambda: Live(started_at=0.0),
        update_id=1, chat_id=CHAT, user_id=USER, user_name="甲", role=Role.READER,
        private=True, message_id="telegram:9", now=1_700_000_000.0,
        show=lambda _text: None, progress=lambda _done, _of: None,
    )  # fmt: skip


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with closing(State.open(tmp_path)) as opened:
        yield opened


@pytest.fixture
def context(sample_library: Library, state: State) -> RequestContext:
    return visitor(sample_library, state)


ContextOver = Callable[[dict[str, str]], RequestContext]


@pytest.fixture
def context_over(tmp_path: Path, state: State) -> Iterator[ContextOver]:
    """Makes a context over reports written for a test."""
    opened: list[Library] = []

    def make(reports: dict[str, str]) -> RequestContext:
        folder = tmp_path / "written"
        folder.mkdir(exist_ok=True)
        for name, report in reports.items():
            (folder / name).write_text(report, encoding="utf-8")
        opened.append(loaded_library(tmp_path / "store", folder))
        return visitor(opened[-1], state)

    yield make
    for library in opened:
        library.close()


@pytest.fixture
def empty_context(tmp_path: Path, state: State) -> Iterator[RequestContext]:
    folder = tmp_path / "none"
    folder.mkdir()
    with closing(loaded_library(tmp_path / "empty", folder)) as library:
        yield visitor(library, state)
