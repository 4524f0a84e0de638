"""Texts cut to what one message of a chat app holds.

The app says how much that is: ``limit``, and ``measure``, which tells how much a text takes of it.
A measure grows with the text by at least one for each character, and for joined texts it is at
most the sum of theirs.
"""

from collections.abc import Callable, Sequence

from bot.conversation.messages import Text

MeasureText = Callable[[Text], int]

_SENTENCE_ENDS = "。！？；\n"
_MASKS = "*＊×"
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
            tail = tail.styled(mark.kind)
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
