from typing import Any

import pytest

from bot.telegram.incoming import read_update
from bot.telegram.routing import Command, Inquired, Request, Sent, Tapped, Unreadable, request_of

US = "jianguan_bot"
PRIVATE, GROUP = {"id": 7, "type": "private"}, {"id": -9, "type": "group"}
SOMEBODY = {"id": 7, "is_bot": False, "first_name": "某"}
DOCUMENT = {"file_id": "f", "file_name": "a.txt", "file_size": 3}


def request(chat: dict[str, Any] = PRIVATE, **message: Any) -> Request | None:
    about = {"message_id": 1, "date": 1, "chat": chat, "from": SOMEBODY}
    incoming = read_update({"update_id": 1, "message": about | message})
    assert incoming
    return request_of(incoming, US)


def test_plain_text_is_a_question() -> None:
    assert request(text=" 立案多少件 ") == Command("ask", "立案多少件")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("/summary", Command("summary")),
        ("/Summary  云溪县 一页", Command("summary", "云溪县 一页")),
        (f"/ask@{US} 问", Command("ask", "问")),
        (f"/ask@{US.upper()}\n问", Command("ask", "问")),
        ("/ask@another_bot 问", None),
        ("/不是命令", Command("ask", "/不是命令")),
    ],
)
def test_a_command_is_read_with_its_words(text: str, wanted: Request | None) -> None:
    assert request(text=text) == wanted
    if wanted != Command("ask", "/不是命令"):
        assert request(GROUP, text=text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("立案多少件", None),
        (f"@{US} 立案多少件", Command("ask", "立案多少件")),
        (f"立案多少件 @{US.upper()}", Command("ask", "立案多少件")),
        (f"@{US}2 立案多少件", None),
        (f"@{US}", None),
    ],
)
def test_in_a_group_only_what_is_for_us_is_heard(text: str, wanted: Request | None) -> None:
    assert request(GROUP, text=text) == wanted


def test_a_reply_to_us_is_for_us_and_one_to_another_is_not() -> None:
    ours = {"from": {"id": 1, "is_bot": True, "first_name": "监管助手", "username": US}}
    others = {"from": {"id": 2, "is_bot": False, "first_name": "乙", "username": "yi"}}
    assert request(GROUP, text="问", reply_to_message=ours) == Command("ask", "问")
    assert request(GROUP, text="问", reply_to_message=others) is None


def test_a_document_comes_with_its_caption() -> None:
    sent = request(document=DOCUMENT, caption="清河县 2023年")
    assert isinstance(sent, Sent)
    assert (sent.file.file_name, sent.caption) == ("a.txt", "清河县 2023年")
    assert request(GROUP, document=DOCUMENT) is None
    assert isinstance(request(GROUP, document=DOCUMENT, caption=f"@{US}"), Sent)


def test_what_cannot_be_read_is_told_so_in_private_alone() -> None:
    assert request(sticker={}) == Unreadable()
    assert request(GROUP, sticker={}) is None


@pytest.mark.parametrize(
    "raw",
    [
        {"edited_message": {"message_id": 1, "chat": PRIVATE, "from": SOMEBODY, "text": "问"}},
        {"channel_post": {"message_id": 1, "chat": {"id": -5, "type": "channel"}, "text": "问"}},
        {"message": {"message_id": 1, "chat": {"id": -5, "type": "channel"}, "text": "问"}},
        {"message": {"message_id": 1, "chat": PRIVATE, "text": "问"}},
        {
            "message": {
                "message_id": 1,
                "chat": PRIVATE,
                "from": {**SOMEBODY, "is_bot": True},
                "text": "问",
            }
        },
        {"my_chat_member": {"chat": PRIVATE}},
    ],
)
def test_what_no_person_asks_of_us_is_passed_over(raw: dict[str, Any]) -> None:
    incoming = read_update({"update_id": 1} | raw)
    assert incoming
    assert request_of(incoming, US) is None


def test_a_tap_is_told_by_its_prefix_and_the_rest() -> None:
    query = {"id": "1", "from": SOMEBODY, "data": "q:12:3"}
    incoming = read_update({"update_id": 1, "callback_query": query})
    assert incoming
    assert request_of(incoming, US) == Tapped("q:", "12:3")
    assert incoming.chat_id == 7


def test_an_inline_query_is_known_as_one() -> None:
    incoming = read_update({"update_id": 1, "inline_query": {"id": "1", "from": SOMEBODY}})
    assert incoming
    assert request_of(incoming, US) == Inquired()
