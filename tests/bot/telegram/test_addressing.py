from typing import Any

import pytest

from bot.conversation.messages import ButtonPress, FileRef, IncomingMessage, Update
from bot.telegram.parsing import InlineQuery, parse_update

US = "jianguan_bot"
PRIVATE, GROUP = {"id": 7, "type": "private"}, {"id": -9, "type": "group"}
SOMEBODY = {"id": 7, "is_bot": False, "first_name": "某"}
DOCUMENT = {"file_id": "f", "file_name": "a.txt", "file_size": 3}


def content(**parts: Any) -> Update | InlineQuery | None:
    parsed = parse_update({"update_id": 1} | parts, US)
    assert parsed
    return parsed.content


def request(chat: dict[str, Any] = PRIVATE, **message: Any) -> IncomingMessage | None:
    about = {"message_id": 1, "date": 1, "chat": chat, "from": SOMEBODY}
    update = content(message=about | message)
    if update is None:
        return None
    assert isinstance(update, Update)
    assert isinstance(update.content, IncomingMessage)
    return update.content


def asked(text: str, command: str = "") -> IncomingMessage:
    return IncomingMessage("telegram:1", text, command)


def test_plain_text_is_a_question() -> None:
    assert request(text=" 立案多少件 ") == asked("立案多少件")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("/summary", asked("", "summary")),
        ("/Summary  云溪县 一页", asked("云溪县 一页", "summary")),
        (f"/ask@{US} 问", asked("问", "ask")),
        (f"/ask@{US.upper()}\n问", asked("问", "ask")),
        ("/ask@another_bot 问", None),
        ("/不是命令", asked("/不是命令")),
    ],
)
def test_a_command_is_read_with_its_words(text: str, wanted: IncomingMessage | None) -> None:
    assert request(text=text) == wanted
    if wanted != asked("/不是命令"):
        assert request(GROUP, text=text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("立案多少件", None),
        (f"@{US} 立案多少件", asked("立案多少件")),
        (f"立案多少件 @{US.upper()}", asked("立案多少件")),
        (f"@{US}2 立案多少件", None),
        (f"@{US}", None),
    ],
)
def test_in_a_group_only_what_is_for_us_is_heard(text: str, wanted: IncomingMessage | None) -> None:
    assert request(GROUP, text=text) == wanted


def test_a_reply_to_us_is_for_us_and_one_to_another_is_not() -> None:
    ours = {"from": {"id": 1, "is_bot": True, "first_name": "监管助手", "username": US}}
    others = {"from": {"id": 2, "is_bot": False, "first_name": "乙", "username": "yi"}}
    assert request(GROUP, text="问", reply_to_message=ours) == asked("问")
    assert request(GROUP, text="问", reply_to_message=others) is None


def test_a_document_comes_with_its_caption() -> None:
    file = FileRef("f", "a.txt", 3)
    sent = request(document=DOCUMENT, caption="清河县 2023年")
    assert sent == IncomingMessage("telegram:1", "清河县 2023年", file=file)
    assert request(GROUP, document=DOCUMENT) is None
    mentioned = request(GROUP, document=DOCUMENT, caption=f"@{US}")
    assert mentioned == IncomingMessage("telegram:1", file=file)


def test_what_cannot_be_read_is_told_so_in_private_alone() -> None:
    assert request(sticker={}) == asked("")
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
    assert content(**raw) is None


def test_a_pressed_button_is_read_with_its_data() -> None:
    query = {"id": "1", "from": SOMEBODY, "data": "q:12:3"}
    update = content(callback_query=query)
    assert isinstance(update, Update)
    assert update.content == ButtonPress("1", "q:12:3")
    assert update.chat_id == "telegram:7"


def test_an_inline_query_is_known_as_one() -> None:
    assert content(inline_query={"id": "1", "from": SOMEBODY}) == InlineQuery("1")
