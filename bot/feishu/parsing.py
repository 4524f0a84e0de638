"""Events of Feishu, read as far as they concern us; pure.

A private chat has the id of its person (``feishu:ou_…``), a group its own (``feishu:oc_…``). The
id of a message of ours holds that of its card: only a card can be changed.
"""

import json
import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.conversation.adapter import model_or_none
from bot.conversation.messages import (
    ButtonPress,
    FileRef,
    IncomingMessage,
    Update,
    printable,
    split_command,
)

APP = "feishu"
MESSAGE, CARD_ACTION = "im.message.receive_v1", "card.action.trigger"
_GROUP = "oc_"
_MENTION_KEY = re.compile(r"@_user_\d+|@_all")


def is_group(chat_id: str) -> bool:
    """Whether a chat is one of several people."""
    return own_id(chat_id).startswith(_GROUP)


def own_id(full: str) -> str:
    """An id as Feishu has it."""
    return full.removeprefix(f"{APP}:")


def parse_event(payload: Any, bot_open_id: str) -> Update | None:
    """What an event asks of us; None where nothing of it concerns us.

    In groups we are spoken to by a mention.
    """
    parsed = model_or_none(_Event, payload)
    if parsed is None:
        return None
    if parsed.header.event_type == MESSAGE:
        return _message_update(parsed, bot_open_id)
    if parsed.header.event_type == CARD_ACTION:
        return _press_update(parsed)
    return None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Header(_Part):
    event_id: str
    event_type: str


class _Event(_Part):
    """``user_name`` is ours: Feishu tells only the person's id."""

    header: _Header
    event: dict[str, Any]
    user_name: str = ""


class _PersonIds(_Part):
    open_id: str


class _Sender(_Part):
    sender_id: _PersonIds
    sender_type: str = "user"


class _Mention(_Part):
    key: str
    id: _PersonIds
    name: str = ""


class _Message(_Part):
    message_id: str
    chat_id: str = ""
    chat_type: str = "p2p"
    message_type: str = ""
    content: str = ""
    mentions: list[_Mention] = Field(default_factory=list)


class _MessageEvent(_Part):
    sender: _Sender
    message: _Message


class _File(_Part):
    file_key: str
    file_name: str = ""


class _ButtonValue(_Part):
    data: str
    card: str
    in_group: bool = False


class _Action(_Part):
    value: _ButtonValue


class _Context(_Part):
    open_message_id: str = ""
    open_chat_id: str = ""


class _ActionEvent(_Part):
    operator: _PersonIds
    action: _Action
    context: _Context = _Context()


def _message_update(parsed: _Event, bot_open_id: str) -> Update | None:
    told = model_or_none(_MessageEvent, parsed.event)
    if told is None or told.sender.sender_type != "user":
        return None
    message, user = told.message, told.sender.sender_id.open_id
    in_group = message.chat_type != "p2p"
    ours = [mention.key for mention in message.mentions if mention.id.open_id == bot_open_id]
    if in_group and not ours:
        return None
    content = _content(message, ours)
    if in_group and not (content.text or content.command or content.file):
        return None
    return Update(
        id=message.message_id,  # an event may be told anew under another event_id
        chat_id=f"{APP}:{message.chat_id if in_group else user}",
        user_id=f"{APP}:{user}",
        user_name=parsed.user_name or user,
        in_group=in_group,
        content=content,
    )


def _content(message: _Message, ours: list[str]) -> IncomingMessage:
    number = f"{APP}:{message.message_id}"
    try:
        told = json.loads(message.content)
    except (ValueError, RecursionError):
        told = None
    if message.message_type == "file" and (file := model_or_none(_File, told)):
        name = printable(file.file_name)
        return IncomingMessage(
            number, file=FileRef(f"{message.message_id} {file.file_key}", name, 0)
        )
    names = {mention.key: f"@{mention.name}" for mention in message.mentions}
    names |= dict.fromkeys(ours, " ")
    words = _MENTION_KEY.sub(lambda key: names.get(key[0], " "), " ".join(_texts(told)))
    command, rest = split_command(printable(words).strip())
    return IncomingMessage(number, rest, command)


def _texts(told: Any) -> list[str]:
    """The texts of a message, or of a post's lines."""
    if isinstance(told, list):
        return [text for each in told for text in _texts(each)]
    if not isinstance(told, dict):
        return []
    if isinstance(text := told.get("text"), str):
        return [text]
    return _texts(told.get("content"))


def _press_update(parsed: _Event) -> Update | None:
    told = model_or_none(_ActionEvent, parsed.event)
    if told is None:
        return None
    value, user = told.action.value, told.operator.open_id
    chat = told.context.open_chat_id if value.in_group else user
    event_id = parsed.header.event_id
    message_id = f"{APP}:{told.context.open_message_id}/{value.card}"
    return Update(
        id=event_id,
        chat_id=f"{APP}:{chat}",
        user_id=f"{APP}:{user}",
        user_name=parsed.user_name or user,
        in_group=value.in_group,
        content=ButtonPress(event_id, printable(value.data), message_id),
    )
