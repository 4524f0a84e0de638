"""Plain text and Markdown to text: paragraphs joined, tables as rows, no page furniture."""

import re
from collections.abc import Iterator, Sequence

from knowledge.reading.encoding import NotText, decode, decode_damaged
from knowledge.reading.grid import MOST_COLUMNS, GridCell, GridRow, grid_lines
from knowledge.reading.plain_text import split_at_blanks, unwrap_lines, without_unseen
from knowledge.reading.saved_pages import clean_saved_page
from knowledge.understanding.rows import repeat_units

_BELOW_HEAD = re.compile(
    r"[ \t]*+(?:\|[ \t]*+)?:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)+\|?[ \t]*+"
)
_BAR = re.compile(r"(?<!\\)\|")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BOLD = re.compile(r"\*\*(?![\s省市州盟县区旗乡镇村街局])([^*]+)\*\*")  # **县 is a mask
_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)


def read_text(data: bytes) -> str:
    """The text that the bytes hold, in its paragraphs; raises NotText.

    A few damaged characters are marked (U+FFFD).
    """
    try:
        text = decode(data)
    except NotText:
        text = decode_damaged(data)
    text = without_unseen(text)
    return unwrap_lines(split_at_blanks(clean_saved_page(tables_as_rows(text))))


def tables_as_rows(text: str) -> str:
    """A text with its tables, of bars or of HTML, as rows with the names of their columns."""
    if not _TABLE.search(text) and "|" not in text:
        return text
    return repeat_units("\n".join(_without_bars("".join(_without_tags(text)).split("\n"))))


def _without_tags(text: str) -> Iterator[str]:
    at = 0
    while begin := _TABLE.search(text, at):
        end = _TABLE_END.search(text, begin.end())
        if end is None:
            break
        from knowledge.reading.html import source_lines  # noqa: PLC0415 - few texts have such

        yield text[at : begin.start()]
        yield "\n".join(source_lines(text[begin.start() : end.end()]))
        at = end.end()
    yield text[at:]


def _without_bars(lines: Sequence[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        below = lines[at + 1] if at + 1 < len(lines) else ""
        if "|" not in lines[at] or not _BELOW_HEAD.fullmatch(below):
            yield lines[at]
            at += 1
            continue
        end = at + 2
        while end < len(lines) and "|" in lines[end]:
            end += 1
        head, body = lines[at], lines[at + 2 : end]
        rows = [GridRow(_cells(head), marked=True), *(GridRow(_cells(line)) for line in body)]
        yield from (line.text for line in grid_lines(rows))
        at = end


def _cells(line: str) -> list[GridCell]:
    words = _BAR.split(line.strip().removeprefix("|").removesuffix("|"))[:MOST_COLUMNS]
    plain = [_ESCAPE.sub(r"\1", _BREAK.sub("", cell)).strip() for cell in words]
    plain = [bold[1] if (bold := _BOLD.fullmatch(cell)) else cell for cell in plain]
    return [GridCell(column, 1, [cell] if cell else []) for column, cell in enumerate(plain)]
