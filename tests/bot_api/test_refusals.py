"""What Telegram refuses, in its own words."""

from typing import Any

import pytest

from tests.bot_api.conftest import Caller
from tests.bot_api.driving import LoopbackDriver

BAD = "Bad Request: "


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "message text is empty"),
        ({"text": ""}, "message text is empty"),
        ({"text": " \n"}, "text must be non-empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "甲" * 4097}, "message is too long"),
        ({"text": "𠮷" * 2049}, "message is too long"),
        ({"text": "甲", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        (
            {"text": "<b>甲", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            {"text": "甲", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
            (
                "entity beginning at UTF-16 offset 0 ends after the end of the text "
                "at UTF-16 offset 2"
            ),
        ),
        ({"text": "甲", "reply_to_message_id": 10**6}, "message to be replied not found"),
        (
            {"text": "甲", "reply_parameters": {"message_id": 10**6}},
            "message to be replied not found",
        ),
        ({"text": "甲", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
    ],
)
def test_a_message_is_refused(
    api: LoopbackDriver, caller: Caller, fields: dict[str, Any], reason: str
) -> None:
    user = api.user()
    assert caller.refusal("sendMessage", chat_id=user.id, **fields) == BAD + reason
    assert not api.history(user)


def test_a_text_of_the_full_length_is_taken(api: LoopbackDriver, caller: Caller) -> None:
    user = api.user()
    text = "<b>" + "&lt;" * 4096 + "</b>"
    assert caller.post("sendMessage", chat_id=user.id, text=text, parse_mode="HTML")["ok"]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[{"text": "甲", "callback_data": "𠮷" * 17}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "甲", "callback_data": ""}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "", "callback_data": "a"}]], "inline keyboard button text must be non-empty"),
        (
            [[{"text": "甲"}]],
            (
                "can't parse inline keyboard button: "
                "Text buttons are unallowed in the inline keyboard"
            ),
        ),
        ([[{"text": "甲", "callback_data": "a"}] * 9], "reply markup is too long"),
        ([[{"text": "甲", "callback_data": "a"}] * 5] * 21, "reply markup is too long"),
        (
            [[{"text": "甲", "url": "nowhere"}]],
            "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
        ),
    ],
)
def test_a_keyboard_is_refused(api: LoopbackDriver, caller: Caller, rows: Any, reason: str) -> None:
    user = api.user()
    markup = {"inline_keyboard": rows}
    told = caller.refusal("sendMessage", chat_id=user.id, text="甲", reply_markup=markup)
    assert told == BAD + reason


def test_a_full_keyboard_is_taken(api: LoopbackDriver, caller: Caller) -> None:
    user = api.user()
    row = [{"text": "甲", "callback_data": "x" * 64}] * 5
    markup = {"inline_keyboard": [row] * 20}
    assert caller.post("sendMessage", chat_id=user.id, text="甲", reply_markup=markup)["ok"]
    assert len(api.bot_messages(user)[0].labels) == 100


def test_edits_are_refused(api: LoopbackDriver, caller: Caller) -> None:
    user = api.user()
    asked = api.user_says(user, user, "问")
    caller.post("sendMessage", chat_id=user.id, text="答")
    said = api.wait_for_message(user)

    def refusal(number: int, text: str = "新") -> str:
        return caller.refusal("editMessageText", chat_id=user.id, message_id=number, text=text)

    assert refusal(said.id, "答") == (
        "Bad Request: message is not modified: specified new message content and reply markup "
        "are exactly the same as a current content and reply markup of the message"
    )
    assert refusal(10**6) == BAD + "message to edit not found"
    assert refusal(asked.id) == BAD + "message can't be edited"
    assert refusal(0) == BAD + "message identifier is not specified"
    assert not api.now(said).versions


def test_deletions_and_reactions_are_refused(api: LoopbackDriver, caller: Caller) -> None:
    user, group = api.user(), api.group()
    asked = api.user_says(group, user, "/ask")
    about: dict[str, Any] = {"chat_id": group.id, "message_id": 10**6}
    assert caller.refusal("deleteMessage", **about) == BAD + "message to delete not found"
    about["message_id"] = asked.id
    assert caller.refusal("deleteMessage", **about) == BAD + "message can't be deleted"
    reaction = [{"type": "emoji", "emoji": "x"}]
    told = caller.refusal("setMessageReaction", reaction=reaction, **about)
    assert told == BAD + "REACTION_INVALID"


@pytest.mark.parametrize(
    ("method", "fields", "reason"),
    [
        ("sendMessage", {"chat_id": 1, "text": "甲"}, "chat not found"),
        ("sendMessage", {"text": "甲"}, "chat_id is empty"),
        ("getFile", {"file_id": "x"}, "invalid file_id"),
        ("setMyCommands", {"commands": [{"command": "开始", "description": "x"}]},
         "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "x"}]},
         "command length must not exceed 32"),
        ("setMyCommands", {"commands": [{"command": "a", "description": ""}]},
         "command description must be non-empty"),
        ("setMyCommands", {"commands": [{"command": "a", "description": "x" * 257}]},
         "command description length must not exceed 256"),
        ("setMyCommands", {"commands": [{"command": "a", "description": "x"}] * 101},
         "BOT_COMMANDS_TOO_MUCH"),
        ("setWebhook", {"url": "x"}, "bad webhook: invalid webhook URL specified"),
        ("setWebhook", {"url": "http://127.0.0.1/", "secret_token": "a b"},
         "secret token contains unallowed characters"),
        ("answerCallbackQuery", {"callback_query_id": "1"},
         "query is too old and response timeout expired or query ID is invalid"),
    ],
)  # fmt: skip
def test_a_call_is_refused(
    caller: Caller, method: str, fields: dict[str, Any], reason: str
) -> None:
    assert caller.refusal(method, **fields) == BAD + reason


@pytest.mark.parametrize(
    ("method", "fields", "reason"),
    [
        ("sendChatAction", {"action": "dance"}, "wrong parameter action in request"),
        ("sendDocument", {}, "there is no document in the request"),
        ("sendPhoto", {}, "there is no photo in the request"),
        ("sendDocument", {"caption": "甲" * 1025}, "message caption is too long"),
        (
            "sendDocument",
            {"document": "x"},
            "wrong remote file identifier specified: Wrong string length",
        ),
        ("sendMessageDraft", {"text": "甲"}, "draft identifier must be non-zero"),
        ("sendMessageDraft", {"text": "甲" * 4097, "draft_id": 1}, "message is too long"),
    ],
)
def test_a_call_to_a_chat_is_refused(
    api: LoopbackDriver, caller: Caller, method: str, fields: dict[str, Any], reason: str
) -> None:
    assert caller.refusal(method, chat_id=api.user().id, **fields) == BAD + reason


def test_the_bot_does_not_begin_nor_stay_where_it_is_not_wanted(
    api: LoopbackDriver, caller: Caller
) -> None:
    stranger, group = api.stranger(), api.group()
    told = caller.refusal("sendMessage", chat_id=stranger.id, text="甲")
    assert told == "Forbidden: bot can't initiate conversation with a user"
    api.kicks_bot(group, stranger)
    told = caller.refusal("sendMessage", chat_id=group.id, text="甲")
    assert told == "Forbidden: bot was kicked from the group chat"


def test_drafts_are_for_private_chats(api: LoopbackDriver, caller: Caller) -> None:
    told = caller.refusal("sendMessageDraft", chat_id=api.group().id, text="甲", draft_id=1)
    assert told.startswith(BAD)


def test_a_group_that_became_a_supergroup_is_told_of(api: LoopbackDriver, caller: Caller) -> None:
    group = api.group()
    supergroup = api.upgrade(group)
    answer = caller.post("sendMessage", chat_id=group.id, text="甲")
    assert answer["parameters"] == {"migrate_to_chat_id": supergroup.id}
    assert caller.post("sendMessage", chat_id=supergroup.id, text="甲")["ok"]


@pytest.mark.parametrize(
    ("path", "code", "description"),
    [
        ("/bot1:nobody/getMe", 401, "Unauthorized"),
        ("/botnobody/getMe", 404, "Not Found"),
        ("/getMe", 404, "Not Found"),
        ("/bot{token}/getNothing", 404, "Not Found"),
        ("/file/bot{token}/documents/x", 404, "Not Found"),
    ],
)
def test_an_address_is_refused(
    api: LoopbackDriver, caller: Caller, path: str, code: int, description: str
) -> None:
    answer = caller.client.get(api.url + path.format(token=api.token))
    assert (answer.status_code, answer.json()["description"]) == (code, description)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"chat_id=1&text=%ED%A0%80"),
        ("application/json", b'{"text": "\\ud83d"}'),
        ("application/json", b'{"text": "\xff"}'),
    ],
)
def test_half_a_character_is_refused(
    api: LoopbackDriver, caller: Caller, kind: str, body: bytes
) -> None:
    url = f"{api.url}/bot{api.token}/sendMessage"
    answer = caller.client.post(url, content=body, headers={"Content-Type": kind})
    assert answer.json()["description"] == BAD + "strings must be encoded in UTF-8"
