"""What passes over the long connection, as far as it concerns us; pure.

A frame is ``{cmd, headers: {req_id}, body}``, its answer ``{headers: {req_id}, errcode, errmsg}``
(https://developer.work.weixin.qq.com/document/path/101463). The id of a message holds the
``req_id`` of the frame that brought it: a reply must repeat it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.conversation.adapter import (
    AdapterFault,
    ChatClosed,
    MessageGone,
    Rejected,
    RetryLater,
    model_or_none,
)
from bot.conversation.messages import (
    Button,
    ButtonPress,
    FileRef,
    IncomingMessage,
    Rows,
    Update,
    printable,
    split_command,
)
from knowledge.vocabulary import fill_in

APP = "wecom"
SUBSCRIBE, PING = "aibot_subscribe", "ping"
RESPOND, RESPOND_WELCOME = "aibot_respond_msg", "aibot_respond_welcome_msg"
UPDATE_CARD, SEND = "aibot_respond_update_msg", "aibot_send_msg"
UPLOAD_BEGIN, UPLOAD_PART = "aibot_upload_media_init", "aibot_upload_media_chunk"
UPLOAD_END = "aibot_upload_media_finish"
MESSAGE, EVENT = "aibot_msg_callback", "aibot_event_callback"
CALLBACKS = (MESSAGE, EVENT)

Json = dict[str, Any]
_WORDS = Path(__file__).parent.parent / "data" / "wecom.toml"
_GROUP = "group:"
_MENTION = re.compile(r"^\s*@\S+\s*|\s+@\S+\s*$")
_BUTTONS, _OPTIONS = 6, 20
"""How many buttons and how many options one card has at most."""
_SUBMIT = "choose"
_CARD = f"{APP}:card/"


def phrase(key: str, /, **fields: object) -> str:
    """A sentence of wecom.toml."""
    return fill_in(_WORDS, key, fields)


class StreamClosed(MessageGone):
    """A message that was streamed takes no more: it is finished, or too old."""


_SLOWER = {45009: 10.0, 45033: 10.0, 45047: 10.0, 6000: 0.5, -1: 1.0}
_CLOSED = (40003, 60111, 81013, 93006)
_BAD_SECRET, _NO_REQUEST, _STREAM_CLOSED = 853000, 846605, 846608


def fault_of(code: int, words: str) -> AdapterFault:
    """What an ``errcode`` means to the conversation core."""
    said = f"{code} {words}"
    if code in _SLOWER:
        return RetryLater(_SLOWER[code])
    if code == _STREAM_CLOSED:
        return StreamClosed(said)
    if code == _NO_REQUEST:
        return MessageGone(said)
    if code in _CLOSED:
        return ChatClosed(said)
    return Rejected(said, unauthorized=code == _BAD_SECRET)


# -- what comes in


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
    if data == _SUBMIT:
        selection = model_or_none(_Selection, pressed.selected_items)
        items = selection.selected_item if selection else []
        data = next((option for each in items for option in each.option_ids.option_id), "")
    number = f"{req_id} {pressed.task_id} {data}"
    return ButtonPress(number, printable(data), f"{_CARD}{pressed.task_id}") if data else None


def card_id_of(press: ButtonPress) -> str:
    """WeCom's id of the card that was pressed."""
    return press.message_id.removeprefix(_CARD)


# -- what goes out


def frame_of(cmd: str, req_id: str, body: Json | None) -> Json:
    """A frame of ours."""
    frame: Json = {"cmd": cmd, "headers": {"req_id": req_id}}
    return frame if body is None else frame | {"body": body}


def stream_body(stream_id: str, markdown: str, *, finish: bool) -> Json:
    """A reply as far as it is written."""
    stream = {"id": stream_id, "finish": finish, "content": markdown}
    return {"msgtype": "stream", "stream": stream}


def with_address(chat_id: str, body: Json) -> Json:
    """A message that replies to nothing, for a chat of the core's."""
    own = chat_id.removeprefix(f"{APP}:")
    in_group = own.startswith(_GROUP)
    return {"chatid": own.removeprefix(_GROUP), "chat_type": 2 if in_group else 1, **body}


def chat_of(own: str, *, in_group: bool) -> str:
    """A chat of the core's: WeCom's id of a group, or of who writes alone."""
    return f"{APP}:{_GROUP}{own}" if in_group else f"{APP}:{own}"


def is_group(chat_id: str) -> bool:
    """Whether a chat is one of several people."""
    return chat_id.startswith(f"{APP}:{_GROUP}")


def cards_of(rows: Rows, key: str) -> list[Json]:
    """Buttons as cards: six or fewer as such, more as a list to choose from."""
    buttons = [button for row in rows for button in row]
    parts = [buttons[n : n + _OPTIONS] for n in range(0, len(buttons), _OPTIONS)]
    return [_card(part, f"{key}-{n}") for n, part in enumerate(parts)]


def _card(buttons: Sequence[Button], task_id: str) -> Json:
    card: Json = {"main_title": {"title": phrase("card.title")}, "task_id": task_id}
    if len(buttons) <= _BUTTONS:
        listed = [{"text": b.label, "style": 1, "key": b.data} for b in buttons]
        return {"card_type": "button_interaction", "button_list": listed, **card}
    options = [{"id": b.data, "text": b.label} for b in buttons]
    checkbox = {"question_key": _SUBMIT, "mode": 0, "option_list": options}
    submit = {"text": phrase("card.choose"), "key": _SUBMIT}
    return {"card_type": "vote_interaction", "checkbox": checkbox, "submit_button": submit, **card}


def pressed_card(card: Json, data: str) -> Json:
    """A card that says which of its buttons was pressed; it can be pressed again."""
    listed = card.get("button_list") or card["checkbox"]["option_list"]
    label = next((b["text"] for b in listed if data in (b.get("key"), b.get("id"))), "")
    title = card["main_title"] | {"desc": phrase("card.pressed", label=label)}
    return card | {"main_title": title}
