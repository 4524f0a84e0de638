"""What passes between WeCom and us: frames, ids, and its errors in the core's words; pure.

A frame is ``{cmd, headers: {req_id}, body}``, its answer ``{headers: {req_id}, errcode, errmsg}``
(https://developer.work.weixin.qq.com/document/path/101463). The id of a message holds the
``req_id`` of the frame that brought it: a reply must repeat it.
"""

from pathlib import Path
from typing import Any

from bot.conversation.adapter import AdapterFault, ChatClosed, MessageGone, Rejected, RetryLater
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
SUBMIT = "choose"
"""The key of a list of options, and of what sends it."""


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
