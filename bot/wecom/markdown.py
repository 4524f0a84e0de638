"""Texts as WeCom's Markdown: what a report says never becomes markup; pure.

``**县`` would make bold what follows it. No way to escape is documented, so characters that
could be markup are shown as their full-width forms.
"""

from bot.conversation.messages import MarkKind, Text

LIMIT = 2000
"""What one message holds, in bytes of UTF-8."""
_FULL_WIDTH = str.maketrans("*`~<>", "＊｀～＜＞")


def render_markdown(text: Text) -> str:
    """A text as Markdown: whole lines in bold, folded quotes as quotes, other marks left out."""
    lines = []
    start = 0
    for line in text.plain.split("\n"):
        lines.append(_render_line(text, start, start + len(line)))
        start += len(line) + 1
    return "\n".join(lines)


def markdown_bytes(text: Text) -> int:
    """How much of a message a text takes."""
    return len(render_markdown(text).encode())


def _render_line(text: Text, start: int, end: int) -> str:
    words = text.plain[start:end].encode("utf-8", "replace").decode().translate(_FULL_WIDTH)
    if words.startswith("#"):
        words = f"＃{words[1:]}"
    if not words.strip():
        return words
    kinds = {mark.kind for mark in text.marks if mark.start <= start and end <= mark.end}
    if MarkKind.BOLD in kinds and words == words.strip():
        words = f"**{words}**"
    touched = {mark.kind for mark in text.marks if mark.start < end and start < mark.end}
    return f"> {words}" if MarkKind.FOLDED in touched else words
