import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.messages import (
    Button,
    ButtonPress,
    FileRef,
    IncomingMessage,
    Text,
    Update,
    bold,
    fold,
)
from bot.feishu.cards import LIMIT, card_json, feishu_markdown, markdown_bytes
from bot.feishu.connection import headers_of, new_frame, read_frame
from bot.feishu.parsing import parse_event

US = "ou_bot"
NUMBERS = st.integers(min_value=0, max_value=2**31 - 1)


def event(kind: str, **told: Any) -> dict[str, Any]:
    return {"header": {"event_id": "e1", "event_type": kind}, "event": told}


def message(content: Any, *, kind: str = "text", group: bool = False, **more: Any) -> Any:
    sent = {
        "message_id": "om_1",
        "chat_id": "oc_1",
        "chat_type": "group" if group else "p2p",
        "message_type": kind,
        "content": content if isinstance(content, str) else json.dumps(content),
        **more,
    }
    sender = {"sender_id": {"open_id": "ou_li"}, "sender_type": "user"}
    return parse_event(event("im.message.receive_v1", sender=sender, message=sent), US)


def asked(words: str, command: str = "") -> IncomingMessage:
    return IncomingMessage("feishu:om_1", words, command)


MENTION = {"key": "@_user_1", "id": {"open_id": US}, "name": "监管助手"}
OTHER = {"key": "@_user_2", "id": {"open_id": "ou_x"}, "name": "小李"}


def test_whose_it_is_and_where_is_read() -> None:
    private = Update("om_1", "feishu:ou_li", "feishu:ou_li", "ou_li", asked("问"))
    assert message({"text": "问"}) == private
    group = message({"text": "@_user_1 问"}, group=True, mentions=[MENTION])
    assert (group.chat_id, group.user_id, group.in_group) == ("feishu:oc_1", "feishu:ou_li", True)
    assert group.content == asked("问")


def test_in_a_group_only_what_mentions_us_is_heard() -> None:
    assert message({"text": "问"}, group=True) is None
    assert message({"text": "@_user_2 问"}, group=True, mentions=[OTHER]) is None
    assert message({"text": "@_user_1"}, group=True, mentions=[MENTION]) is None
    both = message({"text": "@_user_1 问@_user_2"}, group=True, mentions=[MENTION, OTHER])
    assert both.content == asked("问@小李")


def test_commands_posts_and_what_cannot_be_read() -> None:
    assert message({"text": "/Summary 云溪县"}).content == asked("云溪县", "summary")
    post = {"title": "", "content": [[{"tag": "text", "text": "立案"}], [{"text": "多少"}]]}
    assert message(post, kind="post").content == asked("立案 多少")
    for odd in ("no JSON", "7", {"image_key": "k"}, {"text": 7}):
        assert message(odd, kind="image").content == asked("")


def test_a_file_is_known_by_its_message_and_its_key() -> None:
    sent = message({"file_key": "k", "file_name": "a.txt"}, kind="file")
    assert sent.content == IncomingMessage("feishu:om_1", file=FileRef("om_1 k", "a.txt", 0))


def test_a_press_is_of_the_chat_where_its_card_is() -> None:
    def press(value: dict[str, Any]) -> Update | None:
        context = {"open_message_id": "om_2", "open_chat_id": "oc_1"}
        told = {"operator": {"open_id": "ou_li"}, "action": {"value": value}, "context": context}
        return parse_event(event("card.action.trigger", **told), US)

    pressed = ButtonPress("e1", "q:1:1", "feishu:om_2/card")
    value = {"data": "q:1:1", "card": "card", "in_group": False}
    assert press(value) == Update("e1", "feishu:ou_li", "feishu:ou_li", "ou_li", pressed)
    group = press(value | {"in_group": True})
    assert group
    assert group.chat_id == "feishu:oc_1"
    assert press({"data": 7}) is None


@pytest.mark.parametrize("odd", [None, 7, {}, event("im.message.receive_v1"), event("other")])
def test_what_is_no_event_of_ours_is_nothing(odd: object) -> None:
    assert parse_event(odd, US) is None


def test_a_card_that_is_being_written_has_no_buttons() -> None:
    rows = ((Button("甲", "x:1"), Button("乙", "x:2")), (Button("丙", "x:3"),))
    written = json.loads(card_json(Text("答"), rows, chat_id="feishu:ou_1"))
    final = json.loads(card_json(Text("答"), rows, chat_id="feishu:oc_1", card_id="c"))
    assert (len(written["body"]["elements"]), written["config"]["streaming_mode"]) == (1, True)
    assert (len(final["body"]["elements"]), final["config"]["streaming_mode"]) == (3, False)
    (single,) = final["body"]["elements"][2]["behaviors"]
    assert single["value"] == {"data": "x:3", "card": "c", "in_group": True}


def test_a_card_holds_what_a_message_may_hold() -> None:
    longest = Text("县" * (LIMIT // 3))
    rows = tuple((Button("一个很长的标签" * 3, "x" * 64),) for _ in range(10))
    card = card_json(longest, rows, chat_id="feishu:ou_1", card_id="7" * 19)
    assert len(card.encode()) < 30_000


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (Text("**县[1](家)"), "&#42;&#42;县[1]&#40;家)"),
        (bold("一、工作") + "\n二", "**一、工作**\n二"),
        (fold("甲\n乙") + "\n丙", "> 甲\n> 乙\n丙"),
    ],
)
def test_only_our_own_marks_are_markup(told: Text, shown: str) -> None:
    assert feishu_markdown(told) == shown


@given(st.text(alphabet="县*#\n](a", max_size=12), st.text(alphabet="县*#\n](a", max_size=12))
def test_a_measure_grows_and_joins(one: str, other: str) -> None:
    for make in (Text, bold, fold):
        joined = markdown_bytes(make(one) + make(other))
        assert len(one + other) <= joined <= markdown_bytes(make(one)) + markdown_bytes(make(other))


LATER_FIELD = b"\x4a\x03log"
WORDS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.integers(0, 1), NUMBERS, st.dictionaries(WORDS, WORDS), st.binary(max_size=300))
def test_a_frame_is_read_as_it_was_written(
    method: int, service: int, headers: dict[str, str], payload: bytes
) -> None:
    written = new_frame(method, service, headers, payload).SerializeToString()
    frame = read_frame(written + LATER_FIELD)
    assert (frame.method, frame.service, frame.payload) == (method, service, payload)
    assert headers_of(frame) == headers
    assert frame.SerializeToString() == written + LATER_FIELD


def test_a_frame_of_ours_holds_every_number_as_feishu_wants_it() -> None:
    ping = new_frame(0, 7, {"type": "ping"}).SerializeToString()
    assert ping == b"\x08\x00\x10\x00\x18\x07\x20\x00\x2a\x0c\x0a\x04type\x12\x04ping\x42\x00"


@given(st.binary(max_size=60))
def test_what_is_no_frame_is_refused(raw: bytes) -> None:
    with suppress(ValueError):
        read_frame(raw)
