"""A summary or a draft as a file to send."""

from datetime import UTC, datetime

from bot.conversation.messages import Document
from bot.official.document import OfficialDocument
from bot.official.docx import docx_bytes

_NOT_IN_NAMES = str.maketrans({**dict.fromkeys('\\/:?"<>|\n\r\t'), "*": "＊"})
_LONGEST = 60


def filed(document: OfficialDocument, now: float) -> Document:
    """The .docx, made at ``now``; named by its title as far as any system lets a file be named."""
    name = document.title.translate(_NOT_IN_NAMES).strip(". ")[:_LONGEST]
    return Document(f"{name}.docx", docx_bytes(document, at=datetime.fromtimestamp(now, UTC)))
