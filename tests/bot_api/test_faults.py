"""What goes wrong on the way, and how much is let through."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Bot
from telegram.error import NetworkError, RetryAfter

from tests.bot_api.conftest import Caller
from tests.bot_api.driving import LoopbackDriver
from tests.bot_api.faults import Fault, Faults, broken, dropped, flood, slow
from tests.bot_api.limits import FloodLimits, Rules
from tests.bot_api.records import ApiChat, ApiUser
from tests.bot_api.server import serving
from tests.patience import PATIENCE

# its RetryAfter warns of itself wherever it is made
pytestmark = pytest.mark.filterwarnings("ignore:.*retry_after:DeprecationWarning")

PRIVATE, GROUP = ApiChat(1, "private"), ApiChat(-1, "group")


def write(caller: Caller, user: ApiUser) -> None:
    async def work(bot: Bot) -> None:
        await bot.send_message(user.id, "甲")

    caller.bot(work)


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [
        (dropped(after=False), 0),
        (dropped(after=True), 1),
        (broken(500), 0),
        (broken(502), 0),
        (broken(502, after=True), 1),
    ],
)
def test_an_answer_is_lost_before_or_after_the_message_is_kept(
    api: LoopbackDriver, caller: Caller, fault: Fault, arrives: int
) -> None:
    user = api.user()
    api.faults.plan(fault, "sendMessage")
    with pytest.raises(NetworkError):
        write(caller, user)
    assert len(api.bot_messages(user)) == arrives
    write(caller, user)
    assert len(api.bot_messages(user)) == arrives + 1


def test_a_flood_befalls_one_chat_alone(api: LoopbackDriver, caller: Caller) -> None:
    user, other = api.user(), api.user()
    api.faults.plan(flood(7), chat_id=user.id)
    write(caller, other)
    with pytest.raises(RetryAfter) as caught:
        write(caller, user)
    assert "7" in str(caught.value)
    api.hold(other, 3600)
    with pytest.raises(RetryAfter):
        write(caller, other)


def test_a_slow_answer_comes(api: LoopbackDriver, caller: Caller) -> None:
    user = api.user()
    api.faults.plan(slow(0.01))
    write(caller, user)
    assert api.bot_messages(user)


def test_a_server_that_is_left_lets_the_slow_go() -> None:
    with ThreadPoolExecutor() as pool, httpx.Client(trust_env=False, timeout=PATIENCE) as client:
        with serving() as api:
            user = api.user()
            api.faults.plan(slow(3600))
            fields = {"chat_id": user.id, "text": "甲"}
            call = pool.submit(Caller(api, client).post, "sendMessage", **fields)
            api.wait_for(lambda loopback: not loopback.faults.remaining())
        assert call.result()["ok"]


def test_chance_is_repeated_by_its_seed() -> None:
    def drawn(seed: int) -> list[Fault]:
        faults = Faults()
        faults.at_random(seed, {flood(1): 0.3, dropped(after=True): 0.3})
        return [faults.decide("sendMessage", 1) for _ in range(50)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert set(drawn(1)) == {Fault(), flood(1), dropped(after=True)}


def test_a_poll_goes_wrong_only_when_it_is_named() -> None:
    faults = Faults()
    faults.plan(broken())
    assert faults.decide("getUpdates", None) == Fault()
    faults.plan(broken(), "getUpdates")
    assert faults.decide("getUpdates", None) == broken()
    assert faults.decide("getMe", None) == broken()
    assert faults.decide("getMe", None) == Fault()


def test_without_rules_nothing_floods() -> None:
    limits = FloodLimits()
    assert [limits.wait(PRIVATE, 0) for _ in range(99)] == [0] * 99


def test_a_private_chat_takes_a_burst_and_then_one_a_second() -> None:
    limits = FloodLimits(Rules(private_burst=3))
    assert [limits.wait(PRIVATE, 0.0) for _ in range(4)] == [0, 0, 0, 1]
    assert [limits.wait(PRIVATE, 1.0) for _ in range(2)] == [0, 1]


def test_a_group_takes_twenty_a_minute() -> None:
    limits = FloodLimits(Rules())
    assert [limits.wait(GROUP, 0.0) for _ in range(21)] == [0] * 20 + [60]
    assert limits.wait(GROUP, 50.5) == 10
    assert limits.wait(GROUP, 60.0) == 0


@given(st.lists(st.tuples(st.integers(1, 60), st.floats(0, 0.2)), max_size=80))
@settings(max_examples=30)
def test_no_second_sees_more_than_the_rules_let_through(
    writing: list[tuple[int, float]],
) -> None:
    limits = FloodLimits(Rules())
    now, let_through = 0.0, []
    for number, pause in writing:
        now += pause
        wait = limits.wait(ApiChat(number, "private"), now)
        if wait == 0:
            let_through.append(now)
    for time in let_through:
        assert sum(time <= other < time + 0.999 for other in let_through) <= 30


def test_a_flood_is_answered_with_its_wait() -> None:
    with serving(rules=Rules(private_burst=1, private_per_second=0.0001)) as api:
        user = api.user()

        async def work(bot: Bot) -> None:
            await bot.send_message(user.id, "一")
            await bot.send_message(user.id, "二")

        with httpx.Client(trust_env=False, timeout=PATIENCE) as client, pytest.raises(RetryAfter):
            Caller(api, client).bot(work)
        assert [message.text for message in api.bot_messages(user)] == ["一"]
