"""What a feature says, as values: texts, buttons, documents, words to others."""

from dataclasses import dataclass

BUTTON_BYTES = 64
"""What the Bot API lets a button's data hold."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message. ``data`` is ``prefix:…`` for a route, 64 bytes at most."""

    label: str
    data: str


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """A text in Telegram's HTML, of any length, made of ``blocks`` that are joined by blank lines.

    Each block is whole in itself (its tags are closed) and within 4096 UTF-16 units; the buttons
    go under the last message that it takes.
    """

    blocks: tuple[str, ...]
    rows: Rows = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A file to send."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """Words to another chat than the one that asked."""

    chat_id: int
    reply: Reply


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that comes of a request.

    ``page`` takes the place of the message whose button was tapped; ``replies`` are new messages.
    ``toast`` is shown for a moment where a button was tapped, as a window to be closed with
    ``alert``.
    """

    replies: tuple[Reply, ...] = ()
    page: Reply | None = None
    documents: tuple[Document, ...] = ()
    notices: tuple[Notice, ...] = ()
    toast: str = ""
    alert: bool = False


def says(*blocks: str, rows: Rows = ()) -> Outcome:
    """One new message."""
    return Outcome(replies=(Reply(blocks, rows),))
