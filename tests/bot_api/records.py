"""Users, chats, messages and files as immutable values, each as the Bot API writes it."""

import re
import struct
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
ChatType = Literal["private", "group"]

_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@])")
_MENTION = re.compile(r"(?<!\w)@[A-Za-z0-9_]{2,32}(?!\w)")


def utf16_length(text: str) -> int:
    """The length that Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def find_entities(text: str) -> list[Json]:
    """The commands and mentions that Telegram finds in what a person writes."""
    return [
        {"type": kind, "offset": utf16_length(text[: m.start()]), "length": utf16_length(m[0])}
        for kind, pattern in (("bot_command", _COMMAND), ("mention", _MENTION))
        for m in pattern.finditer(text)
    ]


def addresses(text: str, username: str) -> bool:
    """Whether a text mentions a bot, or holds a command that is not another bot's."""
    mentions = (match[0] for match in _MENTION.finditer(text))
    bots = (match[0].partition("@")[2] for match in _COMMAND.finditer(text))
    return f"@{username}" in mentions or any(bot in ("", username) for bot in bots)


@dataclass(frozen=True, slots=True)
class ApiUser:
    """An account, of a person or of the bot."""

    id: int
    first_name: str
    username: str = ""
    is_bot: bool = False

    def as_json(self) -> Json:
        """As the Bot API writes it."""
        user: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        return user | ({"username": self.username} if self.username else {})


@dataclass(frozen=True, slots=True)
class ApiChat:
    """A conversation; a private chat has the id of its user.

    ``closed`` is Telegram's reason why the bot may not write there, empty while it may.
    """

    id: int
    type: ChatType
    title: str = ""
    closed: str = ""

    def as_json(self) -> Json:
        """As the Bot API writes it."""
        name = "first_name" if self.type == "private" else "title"
        return {"id": self.id, "type": self.type, name: self.title}


@dataclass(frozen=True, slots=True)
class ApiFile:
    """A file that was sent, with its content."""

    file_id: str
    name: str
    mime_type: str
    content: bytes = field(repr=False)
    is_photo: bool = False

    def as_json(self) -> Json:
        """As the Bot API writes it; of a PNG that is shown, with the size that it begins with."""
        about: Json = {"file_id": self.file_id, "file_unique_id": self.file_id[-16:]}
        about["file_size"] = len(self.content)
        if self.is_photo:
            width, height = struct.unpack(">II", self.content[16:24])
            return about | {"width": width, "height": height}
        return about | {"file_name": self.name, "mime_type": self.mime_type}


@dataclass(frozen=True, slots=True)
class ApiButton:
    """A button under a message."""

    text: str
    data: str


Buttons = tuple[tuple[ApiButton, ...], ...]


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A plain text, and the tags that mark parts of it."""

    plain: str = ""
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ApiMessage:
    """A message as it stands, with its earlier texts; of a document, the text is its caption."""

    id: int
    chat_id: int
    sender: ApiUser
    date: int
    marked: MarkedText = MarkedText()
    buttons: Buttons = ()
    document: ApiFile | None = None
    reply_to: int = 0
    forwarded_from: ApiUser | None = None
    edited_at: int = 0
    earlier: tuple[str, ...] = ()
    deleted: bool = False

    @property
    def text(self) -> str:
        """The plain text."""
        return self.marked.plain

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of its buttons, row by row."""
        return tuple(button.text for row in self.buttons for button in row)

    def button(self, label_or_data: str) -> ApiButton | None:
        """The button with this label, else the one with this data, else None."""
        flat = [button for row in self.buttons for button in row]
        fitting = [b for b in flat if b.text == label_or_data]
        return next(iter(fitting or [b for b in flat if b.data == label_or_data]), None)


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call with its fields and its answer; the status of a lost answer is 0."""

    method: str
    fields: Json
    status: int
    result: Any


@dataclass(frozen=True, slots=True)
class PendingQuery:
    """A tap or an inline question that waits for its answer."""

    id: str
    answer: Json | None = None
