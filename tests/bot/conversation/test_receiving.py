from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.conversation.access import Access
from bot.conversation.adapter import ReceivedUpdate
from bot.conversation.context import Metrics
from bot.conversation.messages import IncomingMessage, Update
from bot.conversation.queues import UpdateConsumer, UpdateReceiver
from bot.state.opening import State
from bot.state.people import Role
from tests.bot.conversation.memory_app import MemoryApp

STAFF = "memory:1"


@pytest.fixture
def state(tmp_path: Path, database_url: str) -> Iterator[State]:
    with closing(State.open(tmp_path, database_url)) as opened:
        opened.people.give(STAFF, "某", Role.READER, 0.0)
        yield opened


def receiver_of(state: State) -> UpdateReceiver:
    async def handle(_queued: object) -> None:
        raise AssertionError

    consumer = UpdateConsumer(state.inbox, {"memory": MemoryApp()}, handle, shared=True)
    access = Access(state.people, [], state.restrictions)
    inbox, metrics = state.inbox, Metrics()
    return UpdateReceiver("memory", inbox, consumer, access=access, metrics=metrics, per_minute=9)


def written_by(*people: str) -> list[ReceivedUpdate]:
    """A message of each, as an app hands them over."""
    updates = []
    for n, person in enumerate(people):
        content = IncomingMessage(id=f"memory:{n}", text="在吗")
        update = Update(f"{person} {n}", person, person, "某", content)
        updates.append(ReceivedUpdate(update, "{}"))
    return updates


def test_a_stranger_is_answered_once_an_hour_whoever_receives(state: State) -> None:
    receiver_of(state).take(written_by("memory:7", "memory:7", "memory:8"))
    receiver_of(state).take(written_by("memory:9", "memory:8", "memory:7"))
    waiting = state.inbox.claim(["memory"], 9, 0.0, stranger=True)
    assert [item.chat_id for item in waiting] == ["memory:7", "memory:8", "memory:9"]


def test_of_a_flood_of_strangers_only_so_many_wait_and_staff_is_taken_in(state: State) -> None:
    flood = written_by(*(f"memory:{n}" for n in range(1_000, 1_400)), STAFF)
    receiver_of(state).take(flood)
    assert state.inbox.count_open(["memory"], stranger=True) == 300
    assert state.inbox.count_open(["memory"]) == 1


def test_a_flood_asks_no_more_of_the_database_than_one_stranger(tmp_path: Path) -> None:
    counts = []
    for many in (1, 100):
        with closing(State.open(tmp_path / str(many))) as state:
            statements: list[str] = []
            state._database._connection.set_trace_callback(statements.append)  # type: ignore[attr-defined] # SQLite's
            strangers = (f"memory:{n}" for n in range(many))
            receiver_of(state).take(written_by(*strangers))
            assert state.inbox.count_open(["memory"], stranger=True) == many
            counts.append(len(statements))
    assert counts[0] == counts[1]
