"""Tables as text (csv): what tells them from prose, and their cells."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress

from knowledge.reading.encoding import NotText, decode

_DELIMITERS = ",\t;"
_LOOKED_AT = 1 << 16
_HEAD = 4096
_LINES = 30
_LONGEST_CELL = 60
_LEAST_ROWS = 3
_FIGURE = re.compile(r"-?\d+(?:\.\d+)?|\d{4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?月?")


def is_csv(data: bytes) -> bool:
    """Whether a text is a table: short cells, as many in each line, figures below the head."""
    lines = data[:_HEAD].replace(b"\0", b"").splitlines()[:_LINES]
    parted = sum(any(mark in line for mark in _DELIMITERS.encode()) for line in lines)
    if 2 * parted < len(lines):
        return False
    with suppress(NotText):
        return bool(_delimiter(decode(data[:_LOOKED_AT])))
    return False


def csv_rows(text: str) -> Iterator[list[str]]:
    """The cells of a table, row by row."""
    return _rows(text, _delimiter(text) or ",")


def _delimiter(text: str) -> str:
    """What parts the cells, ``""`` where the text is no table."""
    return next((mark for mark in _DELIMITERS if _is_table(text, mark)), "")


def _is_table(text: str, delimiter: str) -> bool:
    if delimiter not in text:
        return False
    rows = [row for row in _rows(text[:_LOOKED_AT], delimiter) if any(map(str.strip, row))][:_LINES]
    width = len(rows[-2]) if len(rows) >= _LEAST_ROWS else 0
    alike = sum(len(row) == width for row in rows)
    if width < 2 or alike < 0.8 * len(rows) or any(len(c) > _LONGEST_CELL for r in rows for c in r):
        return False
    figures = sum(any(_is_figure(cell) for cell in row[1:]) for row in rows)
    return 3 * figures >= len(rows)


def _is_figure(cell: str) -> bool:
    bare = cell.strip().replace(",", "").removesuffix("%")
    return bare in {"*", "**"} or _FIGURE.fullmatch(bare) is not None


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    with suppress(csv.Error):  # a cell beyond all measure: no table
        yield from reader
