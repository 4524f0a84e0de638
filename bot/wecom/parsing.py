"""Frames of WeCom, read as far as they concern us; pure."""

import re
from dataclasses import dataclass
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
from bot.wecom.protocol import APP, CALLBACKS, SUBMIT, Json, chat_of

_MENTION = re.compile(r"^\s*@\S+\s*|\s+@\S+\s*$")
_CARD = f"{APP}:card/"


@dataclass(frozen=True, slots=True)
class ChatEntered:
    """Somebody opened the chat with the bot, for the first time today."""

    req_id: str


@dataclass(frozen=True, slots=True)
class Superseded:
    """Another connection of the same bot has taken the place of this one."""


def parse_frame(frame: Any) -> Update | ChatEntered | Superseded | None:
    """What a callback asks of us; None where nothing of it concerns us.

    In groups WeCom brings only what mentions the bot.
    """
    parsed = model_or_none(_Frame, frame)
    if parsed is None or parsed.cmd not in CALLBACKS:
        return None
    body, req_id = parsed.body, parsed.headers.req_id
    if event := model_or_none(_Event, body.event):
        match event.eventtype:
            case "disconnected_event":
                return Superseded()
            case "enter_chat":
                return ChatEntered(req_id)
    in_group = body.chattype == "group"
    content = _press(event, req_id) if event else _message(body, req_id, in_group=in_group)
    user = body.sender.userid
    if content is None or not user:
        return None
    return Update(
        id=body.msgid or req_id,
        chat_id=chat_of(body.chatid if in_group else user, in_group=in_group),
        user_id=f"{APP}:{user}",
        user_name=user,
        in_group=in_group,
        content=content,
    )


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class _Headers(_Part):
    req_id: str


class _Sender(_Part):
    userid: str = ""


class _Words(_Part):
    content: str


class _File(_Part):
    url: str
    aeskey: str = ""
    filename: str = ""
    file_size: int = 0


class _Mixed(_Part):
    msg_item: list[Json]


class _Options(_Part):
    option_id: list[str]


class _Selected(_Part):
    option_ids: _Options


class _Selection(_Part):
    selected_item: list[_Selected]


class _CardPress(_Part):
    event_key: str = ""
    task_id: str = ""
    selected_items: Any = None


class _Event(_CardPress):
    """What is told of a card may stand within a part of its own."""

    eventtype: str
    template_card_event: Any = None


class _Body(_Part):
    """Parts that are odd are as if they were missing: who sent it still gets an answer."""

    msgid: str = ""
    chatid: str = ""
    chattype: str = "single"
    sender: _Sender = Field(_Sender(), alias="from")
    text: Any = None
    voice: Any = None
    file: Any = None
    mixed: Any = None
    event: Any = None


class _Frame(_Part):
    cmd: str
    headers: _Headers
    body: _Body


def _message(body: _Body, req_id: str, *, in_group: bool) -> IncomingMessage | None:
    number = f"{APP}:{req_id}"
    if file := model_or_none(_File, body.file):
        sent = FileRef(f"{file.aeskey} {file.url}", printable(file.filename), file.file_size)
        return IncomingMessage(number, file=sent)
    mixed = model_or_none(_Mixed, body.mixed)
    items = [item.get("text") for item in mixed.msg_item] if mixed else []
    parts = [body.text, body.voice, *items]
    told = [part.content for part in (model_or_none(_Words, part) for part in parts) if part]
    text = printable("\n".join(told)).strip()
    if in_group:
        text = _MENTION.sub("", text)
        if told and not text:
            return None
    command, words = split_command(text)
    return IncomingMessage(number, words, command)


def _press(event: _Event, req_id: str) -> ButtonPress | None:
    if event.eventtype != "template_card_event":
        return None
    pressed = model_or_none(_CardPress, event.template_card_event) or event
    data = pressed.event_key
    if data == SUBMIT:
        selection = model_or_none(_Selection, pressed.selected_items)
        items = selection.selected_item if selection else []
        data = next((option for each in items for option in each.option_ids.option_id), "")
    number = f"{req_id} {pressed.task_id} {data}"
    return ButtonPress(number, printable(data), f"{_CARD}{pressed.task_id}") if data else None


def card_id_of(press: ButtonPress) -> str:
    """WeCom's id of the card that was pressed."""
    return press.message_id.removeprefix(_CARD)
