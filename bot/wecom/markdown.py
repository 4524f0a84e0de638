"""Texts as WeCom's Markdown: what a report says never becomes markup; pure.

``**县`` would make bold what follows it. No way to escape is documented, so characters that
could be markup are shown as their full-width forms.
"""

from bot.conversation.markdown import render_markdown
from bot.conversation.messages import Text

LIMIT = 2000
"""What one message holds, in bytes of UTF-8."""
_FULL_WIDTH = str.maketrans("*`~<>", "＊｀～＜＞")


def wecom_markdown(text: Text) -> str:
    """A text as WeCom shows it."""
    return render_markdown(text, _escape)


def markdown_bytes(text: Text) -> int:
    """How much of a message a text takes."""
    return len(wecom_markdown(text).encode())


def _escape(line: str) -> str:
    words = line.translate(_FULL_WIDTH)
    return f"＃{words[1:]}" if words.startswith("#") else words
