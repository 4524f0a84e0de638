"""What passes between people and features, as values that know no chat app.

Updates come in: what people write and press. Texts with marks, buttons and documents go out.
A text is cut to what one message of an app holds. The app says how much that is: ``limit``, and
``measure``, how much a text takes of it. A measure grows with the text by at least one for each
character, and for joined texts it is at most the sum of theirs.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

BUTTON_BYTES = 64
"""How much a button's data may hold in every chat app that we know."""
_SENTENCE_ENDS = "。！？；\n"
_MASKS = "*＊×"
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:\s+(.*))?", re.DOTALL | re.ASCII)
_UNSEEN = {code: None for code in range(32) if chr(code) not in "\n\t"} | {127: None}


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

    def with_mark(self, kind: MarkKind) -> "Text":
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
    return as_text(value).with_mark(MarkKind.BOLD)


def fold(value: Text | str) -> Text:
    """The text as a quote that is folded until somebody opens it."""
    return as_text(value).with_mark(MarkKind.FOLDED)


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
    """A file to send. One ``as_picture`` is shown in the chat; apps that cannot leave it out."""

    name: str
    content: bytes
    as_picture: bool = False


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


def utf16_length(text: str) -> int:
    """The length of a string in UTF-16 code units, as browsers and some apps count it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


MeasureText = Callable[[Text], int]

_BLANK_LINE = Text("\n\n")


def split_text(text: Text, limit: int, measure: MeasureText) -> list[Text]:
    """Pieces that join to the text again, each within the limit; one at least.

    Cut after a line or else a sentence where one ends, and not inside a run of mask characters if
    that can be helped. Marks that are cut go on in the next piece.
    """
    pieces = []
    while measure(text) > limit and len(text) > 1:
        cut = _cut_position(text.plain[: _longest_start(text, limit, measure)], text.plain)
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text]


def pack_blocks(blocks: Sequence[Text], limit: int, measure: MeasureText) -> list[Text]:
    """Blocks joined by blank lines into as few messages as the limit allows; one at least."""
    messages: list[Text] = []
    gap, used = measure(_BLANK_LINE), 0
    for block in blocks:
        for piece in split_text(block, limit, measure):
            size = measure(piece)
            if messages and used + gap + size <= limit:
                messages[-1] = _BLANK_LINE.join((messages[-1], piece))
                used += gap + size
            else:
                messages.append(piece)
                used = size
    return messages or [Text("")]


def fit_blocks(
    blocks: Sequence[Text], ellipsis: str, limit: int, measure: MeasureText
) -> list[Text]:
    """Blocks that one message holds: where they are too long, all but the first are shortened.

    What is shortened ends with the ellipsis.
    """
    if len(pack_blocks(blocks, limit, measure)) == 1:
        return list(blocks)
    first, *others = blocks
    room = limit - measure(first) - measure(_BLANK_LINE) * len(others)
    share = _fair_share([measure(block) for block in others], room)
    return [first, *(_shorten(block, ellipsis, share, measure) for block in others)]


def cut_short(text: str, longest: int) -> str:
    """The beginning of a string of at most so many characters, cut as ``split_text`` cuts."""
    return split_text(Text(text), longest, len)[0].plain


def _fair_share(sizes: Sequence[int], room: int) -> int:
    """How much each may take at most, so that all have room; what the small leave is shared."""
    share = room
    for n, size in enumerate(sorted(sizes)):
        share = room // (len(sizes) - n)
        if size > share:
            break
        room -= size
    return share


def _shorten(text: Text, ellipsis: str, limit: int, measure: MeasureText) -> Text:
    """A text within a limit; the ellipsis bears the marks that it cuts off."""
    if measure(text) <= limit:
        return text
    head = split_text(text, limit - measure(Text(ellipsis)), measure)[0]
    tail = Text(ellipsis)
    for mark in text.marks:
        if mark.start < len(head) < mark.end:
            tail = tail.with_mark(mark.kind)
    return head + tail


def _longest_start(text: Text, limit: int, measure: MeasureText) -> int:
    """How many characters from the start are within the limit; one at least."""
    fits, too_many = 1, min(len(text), limit + 1)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if measure(text[:middle]) <= limit:
            fits = middle
        else:
            too_many = middle
    return fits


def _cut_position(start: str, whole: str) -> int:
    """Where to cut a text whose longest start that fits is given."""
    line_end = start.rfind("\n") + 1
    if line_end * 2 > len(start):
        return line_end
    if sentence_end := max(start.rfind(end) for end in _SENTENCE_ENDS) + 1:
        return sentence_end
    if whole[len(start)] in _MASKS and (before := start.rstrip(_MASKS)):
        return len(before)
    return len(start)


@dataclass(frozen=True, slots=True)
class FileRef:
    """A document, not yet fetched: the app's name of it, the sender's name for it, its size."""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """What somebody wrote or sent to us.

    ``command`` is a command's name in small letters, ``text`` the words after it, or under the
    ``file``. Where all three are empty it is something that we cannot read: a picture, a voice.
    """

    id: str
    text: str = ""
    command: str = ""
    file: FileRef | None = None


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A pressed button. ``id`` is what the app wants to be answered.

    ``message_id`` is the message under which it stands; empty where that is not known.
    """

    id: str
    data: str
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """Something that a person asks of us. ``id`` is the app's own number of it."""

    id: str
    chat_id: str
    user_id: str
    user_name: str
    content: IncomingMessage | ButtonPress
    in_group: bool = False

    @property
    def press(self) -> ButtonPress | None:
        """The button, if one was pressed."""
        return self.content if isinstance(self.content, ButtonPress) else None

    @property
    def message_id(self) -> str:
        """The message that was sent, or whose button was pressed."""
        content = self.content
        return content.message_id if isinstance(content, ButtonPress) else content.id

    @property
    def reply_to(self) -> str | None:
        """The message that an answer replies to: in a group, where others write between."""
        return self.message_id if self.in_group and not self.press else None


def split_command(text: str) -> tuple[str, str]:
    """A command's name in small letters and the words after it; the name is empty without one."""
    command = _COMMAND.fullmatch(text.strip())
    return (command[1].lower(), (command[2] or "").strip()) if command else ("", text.strip())


def printable(text: str) -> str:
    """A text without what no person types: control characters, halves of a surrogate pair."""
    return text.encode("utf-8", "ignore").decode().translate(_UNSEEN)


def render_markdown(text: Text, escape: Callable[[str], str]) -> str:
    """A text as Markdown; ``escape`` makes a line's words show as they are."""
    lines = []
    start = 0
    for line in text.plain.split("\n"):
        words = escape(line.encode("utf-8", "replace").decode())
        lines.append(_mark_line(text, start, start + len(line), words))
        start += len(line) + 1
    return "\n".join(lines)


def _mark_line(text: Text, start: int, end: int, words: str) -> str:
    if not words.strip():
        return words
    marks = [mark for mark in text.marks if mark.start < end and start < mark.end]
    whole = {mark.kind for mark in marks if mark.start <= start and end <= mark.end}
    if MarkKind.BOLD in whole and words == words.strip():
        words = f"**{words}**"
    return f"> {words}" if any(mark.kind is MarkKind.FOLDED for mark in marks) else words
