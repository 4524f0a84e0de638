"""Texts as Telegram messages: escaped HTML, split after rendering, masks whole.

Lengths are UTF-16 code units, as the Bot API counts them (4096 a message).
"""

from collections.abc import Sequence

from bot.answers import Answer
from bot.conversation.wording import escaped
from bot.display import names_of, place_of
from bot.wording import tell

LIMIT = 4096
_LONGEST_SOURCE = 1024
_ENDS = "。！？；\n"


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def answer_blocks(answer: Answer) -> list[str]:
    """An answer as HTML blocks: its text, then each quote folded under whose words it is."""
    blocks = [escaped(piece) for piece in split(answer.text, LIMIT)]
    for citation in answer.citations:
        bureau, period = names_of(citation.quote.report)
        path = place_of(citation.quote)
        source = tell("answer.source", n=citation.n, bureau=bureau, period=period, path=path)
        head = f"<b>{escaped(split(source, _LONGEST_SOURCE)[0])}</b>\n"
        blocks += _quoted(head, citation.quote.text.strip())
    return blocks


def _quoted(head: str, quote: str) -> list[str]:
    """A quote as expandable blockquotes, each within the limit with its tags."""
    tags = "<blockquote expandable></blockquote>"
    pieces = split(quote, LIMIT - units(head) - units(tags))
    return [
        (head if not n else "") + f"<blockquote expandable>{escaped(piece)}</blockquote>"
        for n, piece in enumerate(pieces)
    ]


def packed(blocks: Sequence[str]) -> list[str]:
    """Blocks joined by blank lines into as few messages as the limit allows; one at least."""
    messages: list[str] = []
    for block in blocks:
        if messages and units(messages[-1]) + units(block) + 2 <= LIMIT:
            messages[-1] += "\n\n" + block
        else:
            messages.append(block)
    return messages or [""]


def split(text: str, room: int) -> list[str]:
    """Pieces that join to the text again, each at most ``room`` units once it is escaped.

    Cut after a sentence where one ends, and never inside a surrogate pair.
    """
    pieces: list[str] = []
    start = used = 0
    last_end = 0
    for place, character in enumerate(text):
        size = units(escaped(character))
        while used and used + size > room:
            cut = last_end if last_end > start else place
            pieces.append(text[start:cut])
            used = units(escaped(text[cut:place]))
            start = cut
        used += size
        if character in _ENDS:
            last_end = place + 1
    return [*pieces, text[start:]] if text[start:] or not pieces else pieces
