"""Frames of WeCom, read as far as they concern us; pure."""

import re
from dataclasses import dataclass
from typing import Any

from bot.conversation.adapter import list_at, number_at, part_at, text_at
from bot.conversation.messages import (
    ButtonPress,
    FileRef,
    IncomingMessage,
    Update,
    printable,
    split_command,
)
from bot.wecom.protocol import APP, CALLBACKS, SUBMIT, chat_of

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

    In groups WeCom brings only what mentions the bot. Parts that are odd are as if they were
    missing: who sent it still gets an answer.
    """
    req_id, body = text_at(frame, "headers", "req_id"), part_at(frame, "body")
    if part_at(frame, "cmd") not in CALLBACKS or not req_id:
        return None
    event, in_group = part_at(body, "event"), part_at(body, "chattype") == "group"
    match text_at(event, "eventtype"):
        case "disconnected_event":
            return Superseded()
        case "enter_chat":
            return ChatEntered(req_id)
        case "":
            content = _message(body, req_id, in_group=in_group)
        case kind:
            content = _press(event, req_id) if kind == "template_card_event" else None
    user = text_at(body, "from", "userid")
    if content is None or not user:
        return None
    return Update(
        id=text_at(body, "msgid") or req_id,
        chat_id=chat_of(text_at(body, "chatid") if in_group else user, in_group=in_group),
        user_id=f"{APP}:{user}",
        user_name=user,
        in_group=in_group,
        content=content,
    )


def _message(body: Any, req_id: str, *, in_group: bool) -> IncomingMessage | ButtonPress | None:
    number = f"{APP}:{req_id}"
    if url := text_at(body, "file", "url"):
        name, size = text_at(body, "file", "filename"), number_at(body, "file", "file_size")
        key = text_at(body, "file", "aeskey")
        return IncomingMessage(number, file=FileRef(f"{key} {url}", name, size or 0))
    items = list_at(body, "mixed", "msg_item")
    parts = [part_at(part, "text", "content") for part in (body, *items)]
    told = [part for part in (*parts, part_at(body, "voice", "content")) if isinstance(part, str)]
    text = printable("\n".join(told)).strip()
    if in_group:
        text = _MENTION.sub("", text)
        if told and not text:
            return None
    command, words = split_command(text)
    return IncomingMessage(number, words, command)


def _press(event: Any, req_id: str) -> ButtonPress | None:
    """The press; what is told of a card may stand within a part of its own."""
    inner = part_at(event, "template_card_event")
    pressed = inner if isinstance(inner, dict) else event
    task, data = text_at(pressed, "task_id"), text_at(pressed, "event_key")
    if data == SUBMIT:
        items = list_at(pressed, "selected_items", "selected_item")
        options = [option for item in items for option in list_at(item, "option_ids", "option_id")]
        data = next((printable(option) for option in options if isinstance(option, str)), "")
    return ButtonPress(f"{req_id} {task} {data}", data, f"{_CARD}{task}") if data else None


def card_id_of(press: ButtonPress) -> str:
    """WeCom's id of the card that was pressed."""
    return press.message_id.removeprefix(_CARD)
