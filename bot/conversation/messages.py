"""What a feature says, as values that know no chat app: texts with marks, buttons, documents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

BUTTON_BYTES = 64
"""How much a button's data may hold in every chat app that we know."""


class MarkKind(StrEnum):
    """How a part of a text is set off."""

    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"
    FOLDED = "folded"
    """A quote that is folded until somebody opens it."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A part of a text and how it is set off; offsets are code points, ``end`` is outside."""

    start: int
    end: int
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class Text:
    """A text with marks. Marks of one kind neither overlap nor touch, and none is empty."""

    plain: str
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        if self.marks:
            object.__setattr__(self, "marks", _merge(self.marks, len(self.plain)))

    def __len__(self) -> int:
        return len(self.plain)

    def __str__(self) -> str:
        return self.plain

    def __add__(self, other: "Text | str") -> "Text":
        return Text("").join((self, other))

    def __radd__(self, other: str) -> "Text":
        return Text("").join((other, self))

    def __getitem__(self, part: slice) -> "Text":
        start, end, _ = part.indices(len(self.plain))
        inside = (Mark(max(m.start, start) - start, min(m.end, end) - start, m.kind)
                  for m in self.marks)  # fmt: skip
        return Text(self.plain[start:end], tuple(m for m in inside if m.start < m.end))

    def join(self, parts: "Iterable[Text | str]") -> "Text":
        """The parts with this text between each two of them."""
        words: list[str] = []
        marks: list[Mark] = []
        length = 0
        for n, part in enumerate(parts):
            for each in (self, as_text(part)) if n else (as_text(part),):
                words.append(each.plain)
                marks += [Mark(m.start + length, m.end + length, m.kind) for m in each.marks]
                length += len(each.plain)
        return Text("".join(words), tuple(marks))

    def styled(self, kind: MarkKind) -> "Text":
        """The text with one more mark over all of it."""
        return Text(self.plain, (*self.marks, Mark(0, len(self.plain), kind)))

    def to_json(self) -> dict[str, Any]:
        """The text as JSON values."""
        return {"plain": self.plain, "marks": [[m.kind, m.start, m.end] for m in self.marks]}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Text":
        """What ``to_json`` gave."""
        marks = (Mark(start, end, MarkKind(kind)) for kind, start, end in value["marks"])
        return cls(value["plain"], tuple(marks))


def as_text(value: Text | str) -> Text:
    """A text; a plain string has no marks."""
    return value if isinstance(value, Text) else Text(value)


def bold(value: Text | str) -> Text:
    """The text in bold."""
    return as_text(value).styled(MarkKind.BOLD)


def fold(value: Text | str) -> Text:
    """The text as a quote that is folded until somebody opens it."""
    return as_text(value).styled(MarkKind.FOLDED)


def _merge(marks: Sequence[Mark], length: int) -> tuple[Mark, ...]:
    """Marks within a text of some length; those of one kind that meet become one."""
    merged: dict[MarkKind, list[Mark]] = {}
    for mark in sorted(marks):
        start, end = max(0, mark.start), min(mark.end, length)
        if start >= end:
            continue
        alike = merged.setdefault(mark.kind, [])
        if alike and start <= alike[-1].end:
            alike[-1] = Mark(alike[-1].start, max(end, alike[-1].end), mark.kind)
        else:
            alike.append(Mark(start, end, mark.kind))
    return tuple(sorted(mark for alike in merged.values() for mark in alike))


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message. ``data`` is ``prefix:…`` for a route, 64 bytes at most."""

    label: str
    data: str


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """A text of any length, made of ``blocks`` that are parted by blank lines, with its buttons.

    An app cuts it into as many messages as it takes; the buttons go under the last. With
    ``one_message`` its long blocks are shortened instead, so that one message holds it.
    """

    blocks: tuple[Text, ...]
    rows: Rows = ()
    one_message: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file to send."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to another chat than the one that asked."""

    chat_id: str
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


def reply_with(*blocks: Text, rows: Rows = ()) -> Outcome:
    """One new message."""
    return Outcome(replies=(Reply(blocks, rows),))
