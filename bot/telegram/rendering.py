"""Texts as Telegram's HTML; lengths are UTF-16 code units, as the Bot API counts them."""

from html import escape
from itertools import pairwise

from bot.conversation.messages import Mark, MarkKind, Text, utf16_length

_TAGS = {
    MarkKind.BOLD: "b",
    MarkKind.ITALIC: "i",
    MarkKind.CODE: "code",
    MarkKind.FOLDED: "blockquote expandable",
}


def html_units(text: Text) -> int:
    """How much of a message a text takes, tags and escapes included."""
    return utf16_length(render_html(text))


def escape_html(text: str) -> str:
    """Any string as HTML that shows it as it is; what no UTF-8 can hold is left out."""
    return escape(text.encode("utf-8", "ignore").decode(), quote=False)


def render_html(text: Text) -> str:
    """A text as HTML, its tags properly nested, quotes outermost."""
    if not text.marks:
        return escape_html(text.plain)
    edges = sorted({0, len(text), *(e for m in text.marks for e in (m.start, m.end))})
    html: list[str] = []
    opened: list[Mark] = []
    for start, end in pairwise(edges):
        wanted = sorted((m for m in text.marks if m.start <= start and end <= m.end), key=_nesting)
        same = next((n for n, m in enumerate(opened) if wanted[n : n + 1] != [m]), len(opened))
        html += map(_closing, reversed(opened[same:]))
        html += [f"<{_TAGS[mark.kind]}>" for mark in wanted[same:]]
        html.append(escape_html(text.plain[start:end]))
        opened = wanted
    html += map(_closing, reversed(opened))
    return "".join(html)


def _closing(mark: Mark) -> str:
    return f"</{_TAGS[mark.kind].split()[0]}>"


def _nesting(mark: Mark) -> tuple[bool, int, int, MarkKind]:
    """Sorts marks from the outermost inwards: quotes first, then what begins or reaches farther."""
    return mark.kind is not MarkKind.FOLDED, mark.start, -mark.end, mark.kind
