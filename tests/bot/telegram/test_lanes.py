import asyncio
from collections.abc import Awaitable, Callable

from bot.state.inbox import Received
from bot.telegram.incoming import Incoming, read_update
from bot.telegram.lanes import Job, Lanes
from bot.telegram.routing import Command


def job(number: int, chat_id: int, user_id: int = 0) -> Job:
    sender = {"id": user_id or chat_id, "is_bot": False, "first_name": "某"}
    message = {"message_id": number, "chat": {"id": chat_id}, "from": sender, "text": "问"}
    incoming = read_update({"update_id": number, "message": message})
    assert isinstance(incoming, Incoming)
    return Job(Received(number, chat_id, ""), incoming, Command("ask", "问"))


def run(talk: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(talk(), 10))


def test_a_chat_is_served_in_its_order_and_the_chats_side_by_side() -> None:
    begun: list[int] = []

    async def talk() -> None:
        both = asyncio.Event()

        async def handle(each: Job) -> None:
            begun.append(each.received.update_id)
            if {1, 2} <= set(begun):
                both.set()
            await both.wait()

        lanes = Lanes(handle)
        for number, chat in ((1, 10), (3, 10), (2, 20), (4, 20)):
            lanes.add(job(number, chat))
        assert len(lanes) == 4
        while len(lanes):  # noqa: ASYNC110 - turns of the loop are waited for
            await asyncio.sleep(0)
        assert lanes.working == 0

    run(talk)
    assert begun.index(1) < begun.index(3)
    assert begun.index(2) < begun.index(4)


def test_a_stop_halts_what_one_asked_for_and_nobody_elses() -> None:
    async def talk() -> None:
        waiting = asyncio.Event()

        async def handle(_each: Job) -> None:
            await waiting.wait()

        lanes = Lanes(handle)
        own, others, elsewhere = job(1, -5, 7), job(2, -5, 8), job(3, 7, 7)
        for each in (own, others, elsewhere):
            lanes.add(each)
        assert lanes.stop(-5, 7) == 1
        assert [each.halted.is_set() for each in (own, others, elsewhere)] == [True, False, False]
        waiting.set()
        while len(lanes):  # noqa: ASYNC110 - turns of the loop are waited for
            await asyncio.sleep(0)

    run(talk)


def test_closing_finishes_what_is_under_way_and_begins_nothing() -> None:
    done: list[int] = []

    async def talk() -> None:
        going = asyncio.Event()

        async def handle(each: Job) -> None:
            await going.wait()
            done.append(each.received.update_id)

        lanes = Lanes(handle)
        lanes.add(job(1, 10))
        lanes.add(job(2, 10))
        await asyncio.sleep(0)
        closing = asyncio.create_task(lanes.close(5.0))
        await asyncio.sleep(0)
        going.set()
        await closing

    run(talk)
    assert done == [1]


def test_what_does_not_finish_in_time_is_left() -> None:
    async def talk() -> None:
        async def handle(_each: Job) -> None:
            await asyncio.Event().wait()

        lanes = Lanes(handle)
        slow = job(1, 10)
        lanes.add(slow)
        await asyncio.sleep(0)
        await lanes.close(0.0)
        assert slow.halted.is_set()
        assert len(lanes) == 1

    run(talk)
