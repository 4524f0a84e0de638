from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StillServed
from bot.state.accounts import Account
from bot.state.delivery import InboxItem
from bot.state.opening import _COUNTERS, _TABLES, State
from bot.state.people import Role
from bot.terminal.backup import FILES, move
from knowledge.errors import MoveFailed, MoveTargetUsed, StoreBusy, StoreMissing
from knowledge.library import Library
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from knowledge.storage.opening import open_store, service_lock, workers_lock
from knowledge.storage.store import TABLES, Store
from tests.conftest import loaded_library
from tests.knowledge.material import write_reports


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A deployment in files: two reports, a person, an account with a chat, an update."""
    data = tmp_path / "data"
    loaded_library(data, *write_reports(tmp_path / "reports", 2)).close()
    with closing(State.open(data)) as state:
        state.people.give("t:7", "老王\0", Role.EDITOR, 1.5)
        account = state.accounts.add("小李", "hash", 2.0)
        assert account
        chat = state.web_chats.begin(account.id, "对话", 3.0)
        file = state.web_chats.keep_file(chat.id, "图.png", b"\0\xff", picture=True)
        state.web_chats.add(chat.id, "问", 4.0, file=file)
        state.inbox.take_in([InboxItem("t", str(n), f"t:{n}", "{}") for n in range(3)], 5.0)
        state.inbox.claim(["t"], 3, 5.0)
        state.inbox.finish(3)
        state.inbox.forget_old(10**9)
        state.notes.write("a", "1")
    return data


def contents(data_dir: Path, url: str) -> list[object]:
    """What people see of a deployment."""
    with (
        closing(Library(data_dir, BuiltinEmbedder(), database_url=url)) as library,
        closing(State.open(data_dir, url)) as state,
    ):
        entries = library.all_reports()
        question = library.read_question("青禾县检查食品安全单位多少家")
        hits = [(hit.passage, hit.text, hit.score) for hit in library.search(question)]
        whole = [(library.report(e.id), library.outline(e.id)) for e in entries]
        generation = library._store.generation
        account = state.accounts.find_named("小李")
        assert isinstance(account, Account)
        chats = state.web_chats.chats_of(account.id)
        messages = [state.web_chats.messages(chat.id) for chat in chats]
        files = [state.web_chats.file(m.file.id) for of in messages for m in of if m.file]
        said: list[object] = [state.people.everybody(), chats, messages, files]
        numbers = [state.inbox.queues(5.0), state.web_chats.last_change(), state.notes.read("a")]
        return [entries, hits, whole, generation, account, *said, *numbers]


def moved(data_dir: Path, url: str, to: str) -> Sequence[str]:
    return [part for part, rows in move(data_dir, url, to) if rows]


def test_all_is_there_after_a_move_and_after_the_way_back(folder: Path, postgres_url: str) -> None:
    before = contents(folder, "")
    assert moved(folder, "", postgres_url) == ["reports", "chats"]
    assert contents(folder, postgres_url) == before
    for path in folder.glob("*.sqlite3*"):
        path.unlink()
    with pytest.raises(StoreMissing):
        open_store(folder, "", create=False)
    assert moved(folder, postgres_url, FILES) == ["reports", "chats"]
    assert contents(folder, "") == before
    with closing(State.open(folder)) as state:  # a number that was given is not given again
        (new,) = state.inbox.take_in([InboxItem("t", "new", "t:7", "{}")], 6.0)
        assert new.id == 4


def test_a_move_that_broke_off_is_begun_again(
    folder: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(folder, "")
    with monkeypatch.context() as patch:
        patch.setattr("bot.terminal.backup.move_state", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            moved(folder, "", postgres_url)
    assert moved(folder, "", postgres_url) == ["reports", "chats"]
    assert contents(folder, postgres_url) == before


def test_what_is_read_back_otherwise_is_not_kept(
    folder: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.storage.postgres._NUL", "老")
    with pytest.raises(MoveFailed, match="people"):
        moved(folder, "", postgres_url)
    with closing(State.open(folder, postgres_url)) as state:
        assert state.people.everybody() == []


def test_other_data_is_not_written_over(folder: Path, postgres_url: str, tmp_path: Path) -> None:
    assert moved(folder, "", postgres_url)
    with pytest.raises(MoveTargetUsed):
        moved(folder, "", postgres_url)
    with pytest.raises(MoveTargetUsed):
        moved(folder, postgres_url, FILES)
    with pytest.raises(MoveTargetUsed):
        moved(folder, "", FILES)
    other = tmp_path / "other"
    loaded_library(other, *write_reports(tmp_path / "more", 1, first=5)).close()
    with pytest.raises(MoveTargetUsed):
        moved(other, "", postgres_url)


def test_nothing_is_moved_while_a_service_runs(folder: Path, postgres_url: str) -> None:
    with service_lock(folder, "", 0.0), pytest.raises(StillServed):
        moved(folder, "", postgres_url)


def test_nothing_is_moved_while_workers_run_and_none_begins_meanwhile(
    folder: Path, postgres_url: str
) -> None:
    with workers_lock(postgres_url, shared=True), workers_lock(postgres_url, shared=True):
        with pytest.raises(StillServed):
            moved(folder, "", postgres_url)
        with pytest.raises(StillServed):
            moved(folder, postgres_url, FILES)
    moving = move(folder, "", postgres_url)
    next(moving)
    with pytest.raises(StoreBusy), workers_lock(postgres_url, shared=True):
        pass
    assert list(moving)
    with workers_lock(postgres_url, shared=True):
        pass


def test_every_table_is_moved(folder: Path) -> None:
    """A table that a later step makes is named beside the others, or is an index."""
    with (
        closing(open_store(folder, "", create=False)) as store,
        closing(State.open(folder)) as state,
    ):
        assert isinstance(store, Store)
        for database, named in ((store.database, TABLES), (state._database, _TABLES | _COUNTERS)):
            there = database.column(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'lexicon%'"
                " AND name NOT LIKE 'sqlite%'"
            )
            assert set(there) == set(named)
