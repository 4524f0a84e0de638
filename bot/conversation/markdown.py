"""Texts as Markdown, of which every app has its own; pure.

Only what is sure to be understood everywhere is used: whole lines in bold, and quotes.
"""

from collections.abc import Callable

from bot.conversation.messages import MarkKind, Text


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
