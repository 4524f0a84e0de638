"""Events of Feishu, read as far as they concern us; pure.

A private chat has the id of its person (``feishu:ou_…``), a group its own (``feishu:oc_…``). The
id of a message of ours holds that of its card: only a card can be changed.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.conversation.adapter import list_at, part_at, text_at
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

    In groups we are spoken to by a mention. ``user_name`` in an event is ours: Feishu tells only
    the person's id.
    """
    kind = text_at(payload, "header", "event_type")
    if kind == MESSAGE:
        return _message_update(payload, bot_open_id)
    return _press_update(payload) if kind == CARD_ACTION else None


def _message_update(payload: Any, bot_open_id: str) -> Update | None:
    sender, message = part_at(payload, "event", "sender"), part_at(payload, "event", "message")
    user, number = text_at(sender, "sender_id", "open_id"), text_at(message, "message_id")
    if not (user and number) or part_at(sender, "sender_type") not in (None, "user"):
        return None
    in_group = part_at(message, "chat_type") not in (None, "p2p")
    mentions = list_at(message, "mentions")
    names = {text_at(each, "key"): f"@{text_at(each, 'name')}" for each in mentions}
    ours = [text_at(m, "key") for m in mentions if text_at(m, "id", "open_id") == bot_open_id]
    if in_group and not ours:
        return None
    content = _content(message, names | dict.fromkeys(ours, " "))
    if in_group and not (content.text or content.command or content.file):
        return None
    return Update(
        id=number,  # an event may be told anew under another event_id
        chat_id=f"{APP}:{text_at(message, 'chat_id') if in_group else user}",
        user_id=f"{APP}:{user}",
        user_name=text_at(payload, "user_name") or user,
        in_group=in_group,
        content=content,
    )


def _content(message: Any, names: Mapping[str, str]) -> IncomingMessage:
    number = text_at(message, "message_id")
    try:
        told = json.loads(text_at(message, "content"))
    except (ValueError, RecursionError):
        told = None
    key = text_at(told, "file_key")
    if key and part_at(message, "message_type") == "file":
        file = FileRef(f"{number} {key}", text_at(told, "file_name"), 0)
        return IncomingMessage(f"{APP}:{number}", file=file)
    words = _MENTION_KEY.sub(lambda key: names.get(key[0], " "), " ".join(_texts(told)))
    command, rest = split_command(printable(words).strip())
    return IncomingMessage(f"{APP}:{number}", rest, command)


def _texts(told: Any) -> list[str]:
    """The texts of a message, or of a post's lines."""
    if isinstance(told, list):
        return [text for each in told for text in _texts(each)]
    if not isinstance(told, dict):
        return []
    if isinstance(text := told.get("text"), str):
        return [text]
    return _texts(told.get("content"))


def _press_update(payload: Any) -> Update | None:
    event, event_id = part_at(payload, "event"), text_at(payload, "header", "event_id")
    value, user = part_at(event, "action", "value"), text_at(event, "operator", "open_id")
    data, card = text_at(value, "data"), text_at(value, "card")
    if not (event_id and user and data and card):
        return None
    in_group = part_at(value, "in_group") is True
    message_id = f"{APP}:{text_at(event, 'context', 'open_message_id')}/{card}"
    return Update(
        id=event_id,
        chat_id=f"{APP}:{text_at(event, 'context', 'open_chat_id') if in_group else user}",
        user_id=f"{APP}:{user}",
        user_name=text_at(payload, "user_name") or user,
        in_group=in_group,
        content=ButtonPress(event_id, data, message_id),
    )
