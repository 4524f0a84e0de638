"""How many lines a document fills as it is laid out, worked out without a program that lays out.

A character is as wide as it is high, one of ASCII half so; raised marks are smaller. A line never
begins with a mark that closes. It is off by a line at most where fonts differ.
"""

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence

from bot.official.document import DocumentBlock, OfficialDocument
from bot.official.layout import OfficialLayout, ParagraphStyle

_NARROW, _RAISED = 0.52, 0.62
_PADDING = 1.2  # what stands empty at the sides of a cell, in characters
_MARKS = re.compile(r"(?:\[\d+\])+")
_CLOSING = "，。；：、！？”’）》】"


def line_count(document: OfficialDocument, layout: OfficialLayout) -> int:
    """The lines of a document without its sources, the blank ones after its title counted."""
    title, body = layout.styles["title"], layout.styles["body"]
    lines = _lines(document.title, title, layout) + title.lines_after
    if document.subtitle:
        subtitle = layout.styles["subtitle"]
        lines += _lines(document.subtitle, subtitle, layout) + subtitle.lines_after
    if document.table:
        rows = (document.table.heads, *document.table.rows)
        height = layout.styles["cell"].line_points / layout.page.line_points or 1
        lines += math.ceil(sum(_row_lines(row, layout) for row in rows) * height)
    return lines + sum(_lines(text, body, layout) for text in map(_text_of, document.blocks))


def _row_lines(cells: Sequence[str], layout: OfficialLayout) -> int:
    """The lines of a row of the table."""
    scale = layout.styles["body"].size / layout.styles["cell"].size
    widths = (column * scale - _PADDING for column in layout.comparison_columns(len(cells)))
    return max(
        math.ceil(sum(size for _, size in _sized(text)) / width) or 1
        for text, width in zip(cells, widths, strict=True)
    )


def _text_of(block: DocumentBlock) -> str:
    return block.heading + block.text


def _lines(text: str, style: ParagraphStyle, layout: OfficialLayout) -> int:
    """The lines of one paragraph."""
    width = layout.page.characters * layout.styles["body"].size / style.size
    lines, used = 1, float(style.indent)
    for piece, size in _sized(text):
        if used + size > width and piece not in _CLOSING:
            lines, used = lines + 1, 0.0
        used += size
    return lines


def _sized(text: str) -> Iterator[tuple[str, float]]:
    """The characters of a text, each with its width."""
    raised = {i for match in _MARKS.finditer(text) for i in range(*match.span())}
    for i, character in enumerate(text):
        wide = unicodedata.east_asian_width(character) in "WFA"
        yield character, (1.0 if wide else _NARROW) * (_RAISED if i in raised else 1.0)
