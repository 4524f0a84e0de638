"""An update as the Bot API gives it, read as far as it concerns us; pure.

Whatever does not fit is nothing to us: fields may be missing, odd, or of a later Bot API.
"""

import re
from dataclasses import dataclass
from typing import Any

from bot.conversation.adapter import number_at, part_at, text_at
from bot.conversation.messages import ButtonPress, FileRef, IncomingMessage, Update

APP = "telegram"
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL | re.ASCII)
_SPOKEN_IN = ("private", "group", "supergroup")


@dataclass(frozen=True, slots=True)
class InlineQuery:
    """A question typed behind the bot's name in some other chat."""

    id: str


@dataclass(frozen=True, slots=True)
class ParsedUpdate:
    """An update's number, and what it asks of us; None where that is nothing."""

    number: int
    content: Update | InlineQuery | None = None


def parse_update(raw: Any, username: str) -> ParsedUpdate | None:
    """What an update asks of the bot called ``username``; None without a number.

    In groups the bot is spoken to when it is mentioned or replied to, or by a command that names
    no other bot. What other bots send, and what is edited afterwards, is passed over.
    """
    number = number_at(raw, "update_id")
    return None if number is None else ParsedUpdate(number, _content(raw, number, username))


def app_id(number: int) -> str:
    """The id that a number of Telegram's has in the conversation core."""
    return f"{APP}:{number}"


def number_of(full: str) -> int:
    """The number again; 0, which nothing has, for an empty id."""
    return int(full.removeprefix(f"{APP}:") or 0)


def _content(raw: Any, number: int, username: str) -> Update | InlineQuery | None:
    """What a message comes with goes before what else an update may hold."""
    query, inline = part_at(raw, "callback_query"), part_at(raw, "inline_query")
    message = part_at(raw, "message") or part_at(query, "message")
    sender = part_at(part_at(raw, "message") or query or inline, "from")
    sender_id = number_at(sender, "id")
    if sender_id is None or part_at(sender, "is_bot"):
        return None
    content: IncomingMessage | ButtonPress | None
    if query:
        under = number_at(query, "message", "message_id")
        pressed = "" if under is None else app_id(under)
        content = ButtonPress(text_at(query, "id"), text_at(query, "data"), pressed)
    elif inline:
        return InlineQuery(text_at(inline, "id"))
    else:
        content = _message(message, username)
    chat = number_at(message, "chat", "id") if message else sender_id
    if content is None or chat is None:
        return None
    return Update(
        id=str(number),
        chat_id=app_id(chat),
        user_id=app_id(sender_id),
        user_name=_name(sender) or str(sender_id),
        in_group=chat < 0,
        content=content,
    )


def _name(sender: Any) -> str:
    full = f"{text_at(sender, 'first_name')} {text_at(sender, 'last_name')}".strip()
    return full or text_at(sender, "username")


def _message(message: Any, username: str) -> IncomingMessage | None:
    """What a message asks; None where the bot is not spoken to.

    Of what a person can send, only text and documents concern us.
    """
    kind, message_id = text_at(message, "chat", "type"), number_at(message, "message_id")
    if message_id is None or kind not in ("", *_SPOKEN_IN):
        return None
    private = kind in ("", "private")
    text = (text_at(message, "text") or text_at(message, "caption")).strip()
    command = _COMMAND.fullmatch(text)
    others = command and command[2] and command[2].lower() != username.lower()
    addressed = private or bool(command) or _speaks_to(message, text, username)
    if others or not addressed:
        return None
    number, words = app_id(message_id), _mention(username).sub(" ", text).strip()
    if file_id := text_at(message, "document", "file_id"):
        size = number_at(message, "document", "file_size") or 0
        file = FileRef(file_id, text_at(message, "document", "file_name"), size)
        return IncomingMessage(number, words, file=file)
    if command:
        return IncomingMessage(number, (command[3] or "").strip(), command[1].lower())
    if words or (private and not text):
        return IncomingMessage(number, words)
    return None


def _speaks_to(message: Any, text: str, username: str) -> bool:
    replied = text_at(message, "reply_to_message", "from", "username")
    return replied.lower() == username.lower() or bool(_mention(username).search(text))


def _mention(username: str) -> re.Pattern[str]:
    return re.compile(rf"@{re.escape(username)}(?!\w)", re.ASCII | re.IGNORECASE)
