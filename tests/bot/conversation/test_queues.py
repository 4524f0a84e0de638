import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.messages import IncomingMessage, Update
from bot.conversation.queues import QueuedUpdate, UpdateConsumer
from bot.state.delivery import Inbox, InboxItem
from bot.state.opening import State
from tests.bot.conversation.memory_app import MemoryApp
from tests.patience import PATIENCE

CHAT, OTHER = "memory:10", "memory:20"
Handle = Callable[[QueuedUpdate], Awaitable[None]]


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State.open(tmp_path)
    yield opened
    opened.close()


def put(state: State, *chats: str) -> list[InboxItem]:
    """What is written down in some chats, numbered from 1."""
    user, items = "memory:1", []
    for number, chat in enumerate(chats, state.inbox.count_open(["memory"]) + 1):
        update = {"id": str(number), "chat_id": chat, "user_id": user, "user_name": "某"}
        message = {"id": f"memory:{number}", "text": "问"}
        raw = json.dumps({**update, "content": message})
        items.append(InboxItem("memory", str(number), chat, raw, user_id=user))
    return state.inbox.take_in(items, 0.0)


def consumer(inbox: Inbox, handle: Handle, **limits: int) -> UpdateConsumer:
    return UpdateConsumer(inbox, {"memory": MemoryApp()}, handle, shared=False, **limits)


def consume(
    consuming: UpdateConsumer,
    talk: Callable[[], Coroutine[Any, Any, None]],
    seconds: float = PATIENCE,
) -> None:
    """Have it work while something happens."""

    async def run() -> None:
        running = asyncio.create_task(consuming.run())
        talking = asyncio.create_task(talk())
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait({running, talking}, return_when=asyncio.FIRST_COMPLETED)
        assert not running.done() or running.result()
        running.cancel()
        await talking
        await consuming.close(seconds)

    asyncio.run(run())


async def until(happened: Callable[[], bool]) -> None:
    while not happened():  # noqa: ASYNC110 - turns of the loop are waited for
        await asyncio.sleep(0)


def test_a_chat_is_served_in_its_order_and_the_chats_side_by_side(state: State) -> None:
    begun: list[int] = []
    both = asyncio.Event()

    async def handle(each: QueuedUpdate) -> None:
        begun.append(each.item.id)
        if {1, 3} <= set(begun):
            both.set()
        await both.wait()
        state.inbox.finish(each.item.id)

    async def talk() -> None:
        await until(lambda: not state.inbox.count_open(["memory"]))
        await until(lambda: consuming.working == 0)

    put(state, CHAT, CHAT, OTHER, OTHER)
    consuming = consumer(state.inbox, handle)
    consume(consuming, talk)
    assert begun.index(1) < begun.index(2)
    assert begun.index(3) < begun.index(4)


def test_no_more_is_held_at_a_time_than_was_said(state: State) -> None:
    working: list[int] = []

    async def handle(each: QueuedUpdate) -> None:
        working.append(consuming.working)
        await asyncio.sleep(0)
        state.inbox.finish(each.item.id)

    put(state, *(f"memory:{n}" for n in range(9)))
    consuming = consumer(state.inbox, handle, most=2)
    consume(consuming, lambda: until(lambda: len(working) == 9))
    assert set(working) == {1, 2}


def test_what_is_received_here_is_claimed_at_once(state: State) -> None:
    handled: list[Update | None] = []

    async def handle(each: QueuedUpdate) -> None:
        handled.append(each.update)
        state.inbox.finish(each.item.id)

    async def talk() -> None:
        await until(lambda: consuming.working == 0)
        put(state, CHAT)
        consuming.wake()
        await until(lambda: bool(handled))

    consuming = consumer(state.inbox, handle)
    consume(consuming, talk)
    message = IncomingMessage("memory:1", "问")
    assert handled == [Update("1", CHAT, "memory:1", "某", message)]


def test_what_cannot_be_handled_is_tried_again_after_the_next_heartbeat(state: State) -> None:
    attempts: list[int] = []

    async def handle(each: QueuedUpdate) -> None:
        attempts.append(each.item.attempts)

    async def talk() -> None:
        await until(lambda: attempts == [1] and consuming.working == 0)
        consuming.renew()
        await until(lambda: attempts == [1, 2])

    put(state, CHAT)
    consuming = consumer(state.inbox, handle)
    consume(consuming, talk)


def test_work_on_what_another_process_holds_by_now_is_broken_off(state: State) -> None:
    begun: list[QueuedUpdate] = []

    async def handle(each: QueuedUpdate) -> None:
        begun.append(each)
        await asyncio.Event().wait()

    async def talk() -> None:
        await until(lambda: len(begun) == 1)
        state.inbox.release_all()
        other = Inbox(state._database, "other")
        other.claim(["memory"], 9, time.time())
        consuming.renew()
        await until(lambda: consuming.working == 0)
        assert other.renew(time.time()) == {1}

    put(state, CHAT)
    consuming = consumer(state.inbox, handle)
    consume(consuming, talk)
    assert begun[0].is_stopped.is_set()


def test_what_was_stopped_elsewhere_is_stopped(state: State) -> None:
    stopped: list[int] = []

    async def handle(each: QueuedUpdate) -> None:
        await each.stopping.wait()
        stopped.append(each.item.id)

    async def talk() -> None:
        await until(lambda: consuming.working == 1)
        (stop,) = put(state, CHAT)
        state.inbox.stop(stop)
        consuming.renew()
        await until(lambda: bool(stopped))

    put(state, CHAT)
    consuming = UpdateConsumer(state.inbox, {"memory": MemoryApp()}, handle, shared=True)
    consume(consuming, talk)
    assert stopped == [1]


def test_closing_finishes_what_is_under_way_and_begins_nothing(state: State) -> None:
    done: list[int] = []
    going = asyncio.Event()

    async def handle(each: QueuedUpdate) -> None:
        await going.wait()
        done.append(each.item.id)
        state.inbox.finish(each.item.id)

    async def talk() -> None:
        await until(lambda: consuming.working == 1)
        asyncio.get_running_loop().call_soon(going.set)

    put(state, CHAT, CHAT)
    consuming = consumer(state.inbox, handle)
    consume(consuming, talk)
    assert done == [1]


def test_what_cannot_be_read_again_is_handled_as_nothing(state: State) -> None:
    handled: list[Update | None] = []

    async def handle(each: QueuedUpdate) -> None:
        handled.append(each.update)

    state.inbox.take_in([InboxItem("memory", "1", CHAT, "{}")], 0.0)
    consume(consumer(state.inbox, handle), lambda: until(lambda: handled == [None]))


def test_what_does_not_finish_in_time_is_left_to_others(state: State) -> None:
    slow: list[QueuedUpdate] = []

    async def handle(each: QueuedUpdate) -> None:
        slow.append(each)
        await asyncio.Event().wait()

    put(state, CHAT)
    consume(consumer(state.inbox, handle), lambda: until(lambda: bool(slow)), 0.0)
    assert slow[0].is_stopped.is_set()
    assert len(Inbox(state._database, "other").claim(["memory"], 9, 0.0)) == 1
