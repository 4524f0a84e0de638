"""Users, chats, messages and files as immutable values, each as the Bot API writes it."""

import struct
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.bot_api.markup import Entity

Json = dict[str, Any]
ChatType = Literal["private", "group", "supergroup"]


@dataclass(frozen=True, slots=True)
class ApiUser:
    """An account, of a person or of the bot."""

    id: int
    first_name: str
    username: str = ""
    language_code: str = ""
    is_bot: bool = False

    def as_json(self) -> Json:
        """As the Bot API writes it."""
        user: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        optional = {"username": self.username, "language_code": self.language_code}
        return user | {key: value for key, value in optional.items() if value}


@dataclass(frozen=True, slots=True)
class ApiChat:
    """A conversation; a private chat has the id of its user.

    ``closed`` is Telegram's reason why the bot may not write there, empty while it may.
    """

    id: int
    type: ChatType
    title: str = ""
    username: str = ""
    closed: str = ""
    moved_to: int = 0

    def as_json(self) -> Json:
        """As the Bot API writes it."""
        name = "first_name" if self.type == "private" else "title"
        chat: Json = {"id": self.id, "type": self.type, name: self.title}
        return chat | ({"username": self.username} if self.username else {})


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
        if self.is_photo:
            width, height = struct.unpack(">II", self.content[16:24])
            sizes = {"width": width, "height": height, "file_size": len(self.content)}
            return {"file_id": self.file_id, "file_unique_id": self.file_id[-16:]} | sizes
        return {
            "file_id": self.file_id,
            "file_unique_id": self.file_id[-16:],
            "file_name": self.name,
            "mime_type": self.mime_type,
            "file_size": len(self.content),
        }


@dataclass(frozen=True, slots=True)
class ApiButton:
    """A button under a message, with data or a URL."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class MessageVersion:
    """A message as it stood before an edit."""

    text: str
    entities: tuple[Entity, ...]
    markup: Json | None


@dataclass(frozen=True, slots=True)
class ApiMessage:
    """A message as it stands; of a document, the text is its caption."""

    id: int
    chat_id: int
    sender: ApiUser
    date: int
    text: str = ""
    entities: tuple[Entity, ...] = ()
    markup: Json | None = None
    document: ApiFile | None = None
    reply_to: int = 0
    forwarded_from: ApiUser | None = None
    edited_at: int = 0
    versions: tuple[MessageVersion, ...] = ()
    deleted: bool = False

    @property
    def from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.sender.is_bot

    @property
    def buttons(self) -> tuple[tuple[ApiButton, ...], ...]:
        """The rows of buttons under it."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return tuple(
            tuple(ApiButton(b["text"], b.get("callback_data", ""), b.get("url", "")) for b in row)
            for row in rows
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of its buttons, row by row."""
        return tuple(button.text for row in self.buttons for button in row)

    def button(self, label_or_data: str) -> ApiButton | None:
        """The button with this label, else the one with this data, else None."""
        flat = [button for row in self.buttons for button in row]
        return next((b for b in flat if b.text == label_or_data), None) or next(
            (b for b in flat if b.data == label_or_data), None
        )


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
    user: ApiUser
    asked_at: float
    message: ApiMessage | None = None
    answer: Json | None = None
