"""What an update asks of us; pure."""

import re
from dataclasses import dataclass

from bot.telegram.incoming import File, Incoming, Message

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL | re.ASCII)


@dataclass(frozen=True, slots=True)
class Command:
    """``/name words``. A plain question is the command ``ask``."""

    name: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button: the route's prefix, and what stands after it."""

    prefix: str
    data: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A document with what is written under it."""

    file: File
    caption: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A picture, a voice, a sticker: sent to us, and nothing that we can read."""


@dataclass(frozen=True, slots=True)
class Inquired:
    """An inline query."""


Request = Command | Tapped | Sent | Unreadable | Inquired
QUESTION = "ask"
_SPOKEN_IN = ("private", "group", "supergroup")


def request_of(incoming: Incoming, username: str) -> Request | None:
    """What is asked of the bot called ``username``; None where it is not spoken to.

    In groups it is spoken to when it is mentioned or replied to, or by a command that names no
    other bot. What other bots send, and what is edited afterwards, is passed over.
    """
    sender = incoming.sender
    if sender is None or sender.is_bot:
        return None
    if incoming.callback_query:
        prefix, colon, data = incoming.callback_query.data.partition(":")
        return Tapped(prefix + colon, data)
    if incoming.inline_query:
        return Inquired()
    message = incoming.message
    spoken = message is not None and message.chat.type in _SPOKEN_IN
    return _of_message(message, username) if message and spoken else None


def _of_message(message: Message, username: str) -> Request | None:
    private = message.chat.type == "private"
    text = (message.text or message.caption).strip()
    command = _COMMAND.fullmatch(text)
    others = command and command[2] and command[2].lower() != username.lower()
    addressed = private or bool(command) or _speaks_to(message, text, username)
    if others or not addressed:
        return None
    said = _mention(username).sub(" ", text).strip()
    if message.document:
        return Sent(message.document, said)
    if command:
        return Command(command[1].lower(), (command[3] or "").strip())
    if said:
        return Command(QUESTION, said)
    return Unreadable() if private and not text else None


def _speaks_to(message: Message, text: str, username: str) -> bool:
    replied = message.reply_to_message
    to_us = replied and replied.sender and replied.sender.username.lower() == username.lower()
    return bool(to_us) or bool(_mention(username).search(text))


def _mention(username: str) -> re.Pattern[str]:
    return re.compile(rf"@{re.escape(username)}(?!\w)", re.ASCII | re.IGNORECASE)
