"""What the server knows: users, chats, messages, files, as values that never change."""

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.loopback.markup import Entity

Json = dict[str, Any]
ChatType = Literal["private", "group", "supergroup"]


@dataclass(frozen=True, slots=True)
class User:
    """An account, of a person or of the bot."""

    id: int
    first_name: str
    username: str = ""
    language_code: str = ""
    is_bot: bool = False

    def as_json(self) -> Json:
        """As the Bot API writes it."""
        told: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        beside = {"username": self.username, "language_code": self.language_code}
        return told | {key: value for key, value in beside.items() if value}


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation; a private one bears the number of its user.

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
        told: Json = {"id": self.id, "type": self.type}
        name = "first_name" if self.type == "private" else "title"
        told[name] = self.title
        return told | ({"username": self.username} if self.username else {})


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was sent, with its content."""

    file_id: str
    name: str
    mime_type: str
    content: bytes = field(repr=False)

    def as_json(self) -> Json:
        """As the Bot API writes it."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.file_id[-16:],
            "file_name": self.name,
            "mime_type": self.mime_type,
            "file_size": len(self.content),
        }


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; one of data, url and the others is given."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A message as it stood before an edit."""

    text: str
    entities: tuple[Entity, ...]
    markup: Json | None


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands; of a document, the text is its caption."""

    id: int
    chat_id: int
    sender: User
    date: int
    text: str = ""
    entities: tuple[Entity, ...] = ()
    markup: Json | None = None
    document: Document | None = None
    reply_to: int = 0
    forwarded_from: User | None = None
    edited_at: int = 0
    versions: tuple[Version, ...] = ()
    reactions: tuple[str, ...] = ()
    deleted: bool = False

    @property
    def from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.sender.is_bot

    @property
    def buttons(self) -> tuple[tuple[Button, ...], ...]:
        """The rows of buttons under it."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return tuple(
            tuple(Button(b["text"], b.get("callback_data", ""), b.get("url", "")) for b in row)
            for row in rows
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """What its buttons say, row after row."""
        return tuple(button.text for row in self.buttons for button in row)

    def button(self, wanted: str) -> Button | None:
        """The button with a label, or with a data, or none."""
        flat = [button for row in self.buttons for button in row]
        return next((b for b in flat if b.text == wanted), None) or next(
            (b for b in flat if b.data == wanted), None
        )


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a method: what was given, and what was answered; a lost answer is status 0."""

    method: str
    given: Json
    status: int
    result: Any


@dataclass(frozen=True, slots=True)
class Draft:
    """A message in the making, as its reader sees it grow."""

    chat_id: int
    id: int
    text: str
    entities: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A tap or an inline question that waits for its answer."""

    id: str
    user: User
    asked_at: float
    message: Message | None = None
    answer: Json | None = None
