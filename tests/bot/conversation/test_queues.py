import asyncio
from collections.abc import Awaitable, Callable

from bot.conversation.messages import IncomingMessage, Update
from bot.conversation.queues import ChatQueues, QueuedUpdate
from bot.state.delivery import InboxItem
from tests.patience import PATIENCE


def queued(number: int, chat_id: str, user_id: str = "") -> QueuedUpdate:
    message = IncomingMessage(f"t:{number}", "问")
    update = Update(str(number), chat_id, user_id or chat_id, "某", message)
    return QueuedUpdate(InboxItem("t", str(number), chat_id, "", id=number), update)


def run(talk: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(talk(), PATIENCE))


def test_a_chat_is_served_in_its_order_and_the_chats_side_by_side() -> None:
    begun: list[int] = []

    async def talk() -> None:
        both = asyncio.Event()

        async def handle(each: QueuedUpdate) -> None:
            begun.append(each.item.id)
            if {1, 2} <= set(begun):
                both.set()
            await both.wait()

        queues = ChatQueues(handle)
        for number, chat in ((1, "t:10"), (3, "t:10"), (2, "t:20"), (4, "t:20")):
            queues.add(queued(number, chat))
        assert len(queues) == 4
        while len(queues):  # noqa: ASYNC110 - turns of the loop are waited for
            await asyncio.sleep(0)
        assert queues.working == 0

    run(talk)
    assert begun.index(1) < begun.index(3)
    assert begun.index(2) < begun.index(4)


def test_a_stop_stops_what_one_asked_for_and_nobody_elses() -> None:
    async def talk() -> None:
        waiting = asyncio.Event()

        async def handle(_each: QueuedUpdate) -> None:
            await waiting.wait()

        queues = ChatQueues(handle)
        own, others, elsewhere = (
            queued(1, "t:-5", "t:7"),
            queued(2, "t:-5", "t:8"),
            queued(3, "t:7", "t:7"),
        )
        for each in (own, others, elsewhere):
            queues.add(each)
        assert queues.stop("t:-5", "t:7") == 1
        assert [each.is_stopped.is_set() for each in (own, others, elsewhere)] == [
            True,
            False,
            False,
        ]
        waiting.set()
        while len(queues):  # noqa: ASYNC110 - turns of the loop are waited for
            await asyncio.sleep(0)

    run(talk)


def test_closing_finishes_what_is_under_way_and_begins_nothing() -> None:
    done: list[int] = []

    async def talk() -> None:
        going = asyncio.Event()

        async def handle(each: QueuedUpdate) -> None:
            await going.wait()
            done.append(each.item.id)

        queues = ChatQueues(handle)
        queues.add(queued(1, "t:10"))
        queues.add(queued(2, "t:10"))
        await asyncio.sleep(0)
        closing = asyncio.create_task(queues.close(PATIENCE))
        await asyncio.sleep(0)
        going.set()
        await closing

    run(talk)
    assert done == [1]


def test_what_does_not_finish_in_time_is_left() -> None:
    async def talk() -> None:
        async def handle(_each: QueuedUpdate) -> None:
            await asyncio.Event().wait()

        queues = ChatQueues(handle)
        slow = queued(1, "t:10")
        queues.add(slow)
        await asyncio.sleep(0)
        await queues.close(0.0)
        assert slow.is_stopped.is_set()
        assert len(queues) == 1

    run(talk)
