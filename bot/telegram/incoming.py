"""An update as the Bot API gives it, read as far as it concerns us; pure.

Whatever does not fit is nothing to us: fields may be missing, odd, or of a later Bot API.
"""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

_NUMBER = Annotated[int, Field(strict=True, ge=-(2**63), lt=2**63)]
_UNSEEN = {code: None for code in range(32) if chr(code) not in "\n\t"} | {127: None}
_Model = TypeVar("_Model", bound=BaseModel)


def _said(value: object) -> object:
    """A text without what no person types: control characters, halves of a surrogate pair."""
    if not isinstance(value, str):
        return value
    return value.encode("utf-8", "ignore").decode().translate(_UNSEEN)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Sender(_Part):
    """Who sent it."""

    id: _NUMBER
    is_bot: bool = False
    first_name: str = ""
    last_name: str = ""
    username: str = ""

    _clean = field_validator("first_name", "last_name", "username", mode="before")(_said)

    @property
    def name(self) -> str:
        """As people call them."""
        full = f"{self.first_name} {self.last_name}".strip()
        return full or self.username or str(self.id)


class Chat(_Part):
    """Where it was sent."""

    id: _NUMBER
    type: str = "private"


class File(_Part):
    """A document, not yet fetched."""

    file_id: str
    file_name: str = ""
    file_size: int = 0

    _clean = field_validator("file_name", mode="before")(_said)


class RepliedTo(_Part):
    """The message that is replied to: all we ask is whose it is."""

    sender: Sender | None = Field(None, alias="from")


class Message(_Part):
    """A message; of what a person can send, only text and documents concern us."""

    message_id: _NUMBER
    chat: Chat
    sender: Sender | None = Field(None, alias="from")
    text: str = ""
    caption: str = ""
    document: File | None = None
    reply_to_message: RepliedTo | None = None

    _clean = field_validator("text", "caption", mode="before")(_said)

    @field_validator("document", mode="before")
    @classmethod
    def _document_or_none(cls, value: object) -> object:
        return _or_none(File, value)

    @field_validator("reply_to_message", mode="before")
    @classmethod
    def _reply_or_none(cls, value: object) -> object:
        return _or_none(RepliedTo, value)


class Tap(_Part):
    """A button that was tapped."""

    id: str
    sender: Sender = Field(alias="from")
    message: Message | None = None
    data: str = ""

    _clean = field_validator("data", mode="before")(_said)


class Inline(_Part):
    """A question typed behind the bot's name in some other chat."""

    id: str
    sender: Sender = Field(alias="from")


class Incoming(_Part):
    """One update; all of its parts are None where it is of no concern."""

    update_id: _NUMBER
    message: Message | None = None
    callback_query: Tap | None = None
    inline_query: Inline | None = None

    @property
    def chat_id(self) -> int:
        """The chat whose turn it is; a sender's own where no chat is told."""
        if self.message:
            return self.message.chat.id
        if self.callback_query and self.callback_query.message:
            return self.callback_query.message.chat.id
        asker = self.callback_query or self.inline_query
        return asker.sender.id if asker else 0

    @property
    def sender(self) -> Sender | None:
        """Who did it."""
        part = self.message or self.callback_query or self.inline_query
        return part.sender if part else None


def read_update(raw: Any) -> Incoming | None:
    """What of an update concerns us; None where its number cannot even be read."""
    try:
        return Incoming.model_validate(raw)
    except ValidationError:
        number = _or_none(_Numbered, raw)
        return Incoming(update_id=number.update_id) if number else None


class _Numbered(_Part):
    update_id: _NUMBER


def _or_none(model: type[_Model], value: object) -> _Model | None:
    try:
        return model.model_validate(value)
    except ValidationError:
        return None
