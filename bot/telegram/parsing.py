"""An update as the Bot API gives it, read as far as it concerns us; pure.

Whatever does not fit is nothing to us: fields may be missing, odd, or of a later Bot API.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.conversation.adapter import model_or_none
from bot.conversation.messages import ButtonPress, FileRef, IncomingMessage, Update, printable

APP = "telegram"
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL | re.ASCII)
_SPOKEN_IN = ("private", "group", "supergroup")
_NUMBER = Annotated[int, Field(strict=True, ge=-(2**63), lt=2**63)]


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
    update = model_or_none(_RawUpdate, raw)
    if update is None:
        numbered = model_or_none(_Numbered, raw)
        return ParsedUpdate(numbered.update_id) if numbered else None
    return ParsedUpdate(update.update_id, _content(update, username))


def app_id(number: int) -> str:
    """The id that a number of Telegram's has in the conversation core."""
    return f"{APP}:{number}"


def number_of(full: str) -> int:
    """The number again; 0, which nothing has, for an empty id."""
    return int(full.removeprefix(f"{APP}:") or 0)


def _printable(value: object) -> object:
    return printable(value) if isinstance(value, str) else value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class _Numbered(_Part):
    update_id: _NUMBER


class _RawSender(_Part):
    id: _NUMBER
    is_bot: bool = False
    first_name: str = ""
    last_name: str = ""
    username: str = ""

    _clean = field_validator("first_name", "last_name", "username", mode="before")(_printable)

    @property
    def name(self) -> str:
        full = f"{self.first_name} {self.last_name}".strip()
        return full or self.username or str(self.id)


class _Chat(_Part):
    id: _NUMBER
    type: str = "private"


class _File(_Part):
    file_id: str
    file_name: str = ""
    file_size: int = 0

    _clean = field_validator("file_name", mode="before")(_printable)


class _RepliedTo(_Part):
    sender: _RawSender | None = Field(None, alias="from")


class _RawMessage(_Part):
    """A message; of what a person can send, only text and documents concern us."""

    message_id: _NUMBER
    chat: _Chat
    sender: _RawSender | None = Field(None, alias="from")
    text: str = ""
    caption: str = ""
    document: _File | None = None
    reply_to_message: _RepliedTo | None = None

    _clean = field_validator("text", "caption", mode="before")(_printable)

    @field_validator("document", mode="before")
    @classmethod
    def _document_or_none(cls, value: object) -> object:
        return model_or_none(_File, value)

    @field_validator("reply_to_message", mode="before")
    @classmethod
    def _reply_or_none(cls, value: object) -> object:
        return model_or_none(_RepliedTo, value)


class _CallbackQuery(_Part):
    id: str
    sender: _RawSender = Field(alias="from")
    message: _RawMessage | None = None
    data: str = ""

    _clean = field_validator("data", mode="before")(_printable)


class _RawInlineQuery(_Part):
    id: str
    sender: _RawSender = Field(alias="from")


class _RawUpdate(_Part):
    update_id: _NUMBER
    message: _RawMessage | None = None
    callback_query: _CallbackQuery | None = None
    inline_query: _RawInlineQuery | None = None


def _content(raw: _RawUpdate, username: str) -> Update | InlineQuery | None:
    """What a message comes with goes before what else an update may hold."""
    part = raw.message or raw.callback_query or raw.inline_query
    sender = part.sender if part else None
    if sender is None or sender.is_bot:
        return None
    content: IncomingMessage | ButtonPress | None
    if raw.callback_query:
        query = raw.callback_query
        message = raw.message or query.message
        under = app_id(query.message.message_id) if query.message else ""
        content = ButtonPress(query.id, query.data, under)
    elif raw.inline_query:
        return InlineQuery(raw.inline_query.id)
    else:
        message = raw.message
        content = _message(message, username) if message else None
    if content is None:
        return None
    chat = message.chat if message else _Chat(id=sender.id)
    return Update(
        id=str(raw.update_id),
        chat_id=app_id(chat.id),
        user_id=app_id(sender.id),
        user_name=sender.name,
        in_group=chat.id < 0,
        content=content,
    )


def _message(message: _RawMessage, username: str) -> IncomingMessage | None:
    """What a message asks; None where the bot is not spoken to."""
    if message.chat.type not in _SPOKEN_IN:
        return None
    private = message.chat.type == "private"
    text = (message.text or message.caption).strip()
    command = _COMMAND.fullmatch(text)
    others = command and command[2] and command[2].lower() != username.lower()
    addressed = private or bool(command) or _speaks_to(message, text, username)
    if others or not addressed:
        return None
    number = app_id(message.message_id)
    words = _mention(username).sub(" ", text).strip()
    if message.document:
        sent = message.document
        file = FileRef(sent.file_id, sent.file_name, sent.file_size)
        return IncomingMessage(number, words, file=file)
    if command:
        return IncomingMessage(number, (command[3] or "").strip(), command[1].lower())
    if words or (private and not text):
        return IncomingMessage(number, words)
    return None


def _speaks_to(message: _RawMessage, text: str, username: str) -> bool:
    replied = message.reply_to_message
    to_us = replied and replied.sender and replied.sender.username.lower() == username.lower()
    return bool(to_us) or bool(_mention(username).search(text))


def _mention(username: str) -> re.Pattern[str]:
    return re.compile(rf"@{re.escape(username)}(?!\w)", re.ASCII | re.IGNORECASE)
