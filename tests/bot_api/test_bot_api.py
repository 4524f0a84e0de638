"""The server as a bot meets it: what it refuses, loses, limits and brings."""

import socket
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.bot_api.driving import LoopbackDriver
from tests.bot_api.faults import Fault, Faults, broken, dropped, flood
from tests.bot_api.limits import FloodLimits, Rules
from tests.bot_api.records import ApiChat, find_entities
from tests.bot_api.server import serving
from tests.patience import PATIENCE

Call = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def api() -> Iterator[LoopbackDriver]:
    with serving() as loopback:
        yield loopback


@pytest.fixture
def call(api: LoopbackDriver) -> Iterator[Call]:
    with httpx.Client(trust_env=False, timeout=PATIENCE) as client:

        def post(method: str, **fields: Any) -> dict[str, Any]:
            told: dict[str, Any] = client.post(
                f"{api.url}/bot{api.token}/{method}", json=fields
            ).json()
            return told

        yield post
    api.faults.clear()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": " \n"}, "message text is empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "𠮷" * 2049}, "message is too long"),
        ({"text": "<b>甲", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "<b><blockquote>甲</b></blockquote>", "parse_mode": "HTML"}, "can't parse"),
        ({"text": "<p>甲</p>", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "1<2", "parse_mode": "HTML"}, "can't parse entities"),
    ],
)
def test_a_text_is_refused(
    api: LoopbackDriver, call: Call, fields: dict[str, str], reason: str
) -> None:
    user = api.user("甲", 1)
    assert reason in call("sendMessage", chat_id=user.id, **fields)["description"]
    assert not api.bot_messages(user)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[{"text": "甲", "callback_data": "𠮷" * 17}]], "BUTTON_DATA_INVALID"),
        ([[{"text": " ", "callback_data": "a"}]], "text must be non-empty"),
        ([[{"text": "甲", "callback_data": "a"}] * 9], "reply markup is too long"),
        ([[{"text": "甲", "callback_data": "a"}] * 5] * 21, "reply markup is too long"),
    ],
)
def test_a_keyboard_is_refused(api: LoopbackDriver, call: Call, rows: Any, reason: str) -> None:
    user, markup = api.user("甲", 2), {"inline_keyboard": rows}
    told = call("sendMessage", chat_id=user.id, text="甲", reply_markup=markup)
    assert reason in told["description"]


def test_what_is_marked_is_kept_as_plain_text_with_its_tags(
    api: LoopbackDriver, call: Call
) -> None:
    user = api.user("甲", 3)
    text = "<b>甲&lt;3</b>\n<blockquote expandable><i>乙</i></blockquote>"
    call("sendMessage", chat_id=user.id, text=text, parse_mode="HTML")
    [message] = api.bot_messages(user)
    assert message.text == "甲<3\n乙"
    assert message.marked.tags == {"b", "blockquote expandable", "i"}


def test_an_edit_is_refused_where_nothing_changes_or_there_is_none(
    api: LoopbackDriver, call: Call
) -> None:
    user = api.user("甲", 4)
    said = api.user_says(user, user, "问")
    number = call("sendMessage", chat_id=user.id, text="甲")["result"]["message_id"]
    edit = {"chat_id": user.id, "text": "甲"}
    for message_id, reason in (
        (number, "not modified"), (said.id, "can't be edited"), (10**6, "to edit not found")
    ):  # fmt: skip
        told = call("editMessageText", message_id=message_id, **edit)
        assert reason in told["description"]


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [(dropped(after=False), 0), (dropped(after=True), 1), (broken(500), 0), (flood(7), 0)],
)
def test_an_answer_is_lost_before_or_after_the_message_is_kept(
    api: LoopbackDriver, call: Call, fault: Fault, arrives: int
) -> None:
    user = api.user("甲", 10 + hash(fault) % 10**6)
    api.faults.plan(fault, "sendMessage")
    try:
        told = call("sendMessage", chat_id=user.id, text="甲")
    except httpx.HTTPError:
        told = {"error_code": 0}
    assert told["error_code"] == fault.status
    assert len(api.bot_messages(user)) == arrives


def test_chance_is_repeated_by_its_seed() -> None:
    def drawn(seed: int) -> list[Fault]:
        faults = Faults()
        faults.at_random(seed, {flood(1): 0.3, dropped(after=True): 0.3})
        return [faults.decide("sendMessage", 1) for _ in range(50)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert set(drawn(1)) == {Fault(), flood(1), dropped(after=True)}


def test_a_private_chat_takes_a_burst_and_then_one_a_second() -> None:
    limits, chat = FloodLimits(Rules(private_burst=3)), ApiChat(1, "private")
    assert [limits.wait(chat, 0.0) for _ in range(4)] == [0, 0, 0, 1]
    assert [limits.wait(chat, 1.0) for _ in range(2)] == [0, 1]


def test_a_group_takes_twenty_a_minute() -> None:
    limits, chat = FloodLimits(Rules()), ApiChat(-1, "group")
    assert [limits.wait(chat, 0.0) for _ in range(21)] == [0] * 20 + [60]
    assert limits.wait(chat, 50.5) == 10
    assert limits.wait(chat, 60.0) == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("𠮷 /ask@jianguan_bot 甲", [("bot_command", 3, 17)]),
        ("你好/start", []),
        ("@jianguan_bot 问", [("mention", 0, 13)]),
        ("2023/6/30", []),
    ],
)
def test_telegram_finds_commands_and_mentions(text: str, found: list[tuple[str, int, int]]) -> None:
    assert [(e["type"], e["offset"], e["length"]) for e in find_entities(text)] == found


def test_a_bot_in_a_group_sees_what_is_said_to_it(api: LoopbackDriver, call: Call) -> None:
    user, group = api.user("甲", 5), api.group()
    before = len(api.pending())
    for text in ("话", "@jianguan_bot2 话", "/new@other_bot"):
        api.user_says(group, user, text)
    assert len(api.pending()) == before
    api.user_says(group, user, "@jianguan_bot 话")
    api.user_says(group, user, "/new")
    assert len(api.pending()) == before + 2
    last = api.pending()[-1]["update_id"]
    assert call("getUpdates", offset=last + 1)["result"] == []


def test_a_person_who_blocks_the_bot_is_not_written_to(api: LoopbackDriver, call: Call) -> None:
    user = api.user("甲", 6)
    api.blocks(user)
    told = call("sendMessage", chat_id=user.id, text="在吗")
    assert told["description"] == "Forbidden: bot was blocked by the user"


def test_a_request_that_is_cut_off_is_none() -> None:
    with serving() as api:
        address = urlsplit(api.url)
        with socket.create_connection((address.hostname, address.port), PATIENCE) as cut:
            path = f"/bot{api.token}/setMyCommands"
            cut.sendall(f"POST {path} HTTP/1.1\r\nContent-Length: 9\r\n\r\n{{".encode())
            cut.shutdown(socket.SHUT_WR)
            assert cut.recv(1) == b""
        assert not api.calls("setMyCommands")
