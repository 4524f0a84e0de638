import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
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
from bot.wecom.cards import cards_of, markdown_bytes, wecom_markdown
from bot.wecom.encryption import decrypt, encrypt, read_key
from bot.wecom.parsing import ChatEntered, Superseded, parse_frame


def frame(cmd: str = "aibot_msg_callback", **body: Any) -> dict[str, Any]:
    about = {"msgid": "m1", "chattype": "single", "from": {"userid": "li"}}
    return {"cmd": cmd, "headers": {"req_id": "r1"}, "body": about | body}


def request(**body: Any) -> IncomingMessage | ButtonPress | None:
    update = parse_frame(frame(**body))
    return update.content if isinstance(update, Update) else None


def text(words: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": words}}


def test_whose_it_is_and_where_is_read() -> None:
    single, group = (
        parse_frame(frame(**text("问"))),
        parse_frame(frame(**text("@助手 问"), chattype="group", chatid="g1")),
    )
    assert single == Update("m1", "wecom:li", "wecom:li", "li", IncomingMessage("wecom:r1", "问"))
    assert isinstance(group, Update)
    assert (group.chat_id, group.user_id, group.in_group) == ("wecom:group:g1", "wecom:li", True)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (" 立案多少件 ", IncomingMessage("wecom:r1", "立案多少件")),
        ("/Summary 云溪县", IncomingMessage("wecom:r1", "云溪县", "summary")),
        ("立案\x00多少\ud800件", IncomingMessage("wecom:r1", "立案多少件")),
        ("", IncomingMessage("wecom:r1")),
    ],
)
def test_a_text_is_a_question_or_a_command(words: str, wanted: IncomingMessage) -> None:
    assert request(**text(words)) == wanted


@pytest.mark.parametrize("words", ["@助手 /ask 问", "/ask 问 @助手", "@助手\n/ask 问"])
def test_in_a_group_a_mention_at_either_end_is_left_out(words: str) -> None:
    asked = request(**text(words), chattype="group", chatid="g")
    assert asked == IncomingMessage("wecom:r1", "问", "ask")


def test_what_was_spoken_and_what_stands_beside_pictures_is_read() -> None:
    item = {"msgtype": "text", "text": {"content": "问"}}
    picture = {"msgtype": "image", "image": {"url": "u"}}
    asked = IncomingMessage("wecom:r1", "问")
    assert request(msgtype="voice", voice={"content": "问"}) == asked
    assert request(msgtype="mixed", mixed={"msg_item": [picture, item]}) == asked


def test_a_file_is_known_by_its_key_and_its_address() -> None:
    sent = request(msgtype="file", file={"url": "http://h/1", "aeskey": "k", "filename": "a.txt"})
    assert sent == IncomingMessage("wecom:r1", file=FileRef("k http://h/1", "a.txt", 0))


@pytest.mark.parametrize(
    "odd",
    [
        {"text": None},
        {"text": {"content": 7}},
        {"file": {"name": "a"}},
        {"mixed": {"msg_item": [1]}},
        {"image": {"url": "u"}},
    ],
)
def test_what_cannot_be_read_is_a_message_without_words(odd: dict[str, Any]) -> None:
    assert request(msgtype="text", **odd) == IncomingMessage("wecom:r1")


@pytest.mark.parametrize("odd", [None, 7, [], {}, {"cmd": "aibot_msg_callback"}, {"cmd": "ping"}])
def test_what_is_no_callback_is_nothing(odd: object) -> None:
    assert parse_frame(odd) is None


def test_events_are_told_apart() -> None:
    cmd = "aibot_event_callback"
    assert parse_frame(frame(cmd, event={"eventtype": "enter_chat"})) == ChatEntered("r1")
    assert parse_frame(frame(cmd, event={"eventtype": "disconnected_event"})) == Superseded()
    assert parse_frame(frame(cmd, event={"eventtype": "feedback_event"})) is None


def test_a_press_is_read_wherever_it_is_told() -> None:
    told = {"event_key": "q:1:1", "task_id": "t"}
    pressed = ButtonPress("r1 t q:1:1", "q:1:1", "wecom:card/t")
    kind = {"eventtype": "template_card_event"}
    assert request(event=kind | told) == pressed
    assert request(event=kind | {"template_card_event": told}) == pressed
    chosen = {"selected_item": [{"option_ids": {"option_id": ["q:1:1"]}}]}
    listed = told | {"event_key": "choose", "selected_items": chosen}
    assert request(event=kind | {"template_card_event": listed}) == pressed
    assert request(event=kind | {"event_key": "choose"}) is None


def test_few_buttons_are_buttons_and_many_are_lists() -> None:
    buttons = [Button(f"第{n}个", f"x:{n}") for n in range(27)]
    few, (first, second) = cards_of((tuple(buttons[:6]),), "k"), cards_of((tuple(buttons),), "k")
    assert [b["key"] for b in few[0]["button_list"]] == [f"x:{n}" for n in range(6)]
    listed = first["checkbox"]["option_list"] + second["checkbox"]["option_list"]
    assert [o["id"] for o in listed] == [f"x:{n}" for n in range(27)]
    assert (first["task_id"], second["task_id"]) == ("k-0", "k-1")
    assert cards_of((), "k") == []


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (Text("**县*家"), "＊＊县＊家"),
        (Text("#一\n二#"), "＃一\n二#"),
        (bold("一、工作") + "\n二", "**一、工作**\n二"),
        (bold("一") + "二", "一二"),
        (bold("一\n\n二"), "**一**\n\n**二**"),
        (fold("甲\n乙") + "\n丙", "> 甲\n> 乙\n丙"),
        (Text("<b>`~"), "＜b＞｀～"),
    ],
)
def test_only_our_own_marks_are_markup(told: Text, shown: str) -> None:
    assert wecom_markdown(told) == shown


@given(st.text(alphabet="县*#\n>a", max_size=12), st.text(alphabet="县*#\n>a", max_size=12))
def test_a_measure_grows_and_joins(one: str, other: str) -> None:
    for make in (Text, bold, fold):
        joined = markdown_bytes(make(one) + make(other))
        assert len(one + other) <= joined <= markdown_bytes(make(one)) + markdown_bytes(make(other))


def sealed(content: bytes, key: bytes) -> bytes:
    sealing = Cipher(AES(key), CBC(key[:16])).encryptor()
    return sealing.update(content) + sealing.finalize()


@given(st.binary(max_size=70), st.binary(min_size=32, max_size=32))
def test_a_file_is_decrypted(content: bytes, key: bytes) -> None:
    length = 32 - len(content) % 32
    padded = content + bytes([length]) * length
    for written in (base64.b64encode(key).decode(), base64.b64encode(key).decode().rstrip("=")):
        assert decrypt(sealed(padded, key), read_key(written)) == content
        assert encrypt(content, read_key(written)) == sealed(padded, key)


@pytest.mark.parametrize("content", [b"", b"0" * 15, b"0" * 32])
@pytest.mark.parametrize("key", ["", "no key!", base64.b64encode(b"k" * 32).decode()])
def test_a_file_that_cannot_be_decrypted_is_refused(content: bytes, key: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of any kind
        decrypt(content, read_key(key))
