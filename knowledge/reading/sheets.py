"""Sheets of any program to text: titles and notes as lines, tables as sentences, cells named.

``Sheet`` is what the readers of xlsx, xls and ods give; ``workbook_text`` makes the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from knowledge.models import Page
from knowledge.reading.csv import csv_rows
from knowledge.reading.encoding import decode
from knowledge.reading.grid import MOST_COLUMNS, GridCell, GridRow, grid_lines
from knowledge.reading.result import PagedText, refusal
from knowledge.understanding.headings import STYLED
from knowledge.understanding.rows import NAMED_BY, repeat_units

MOST_CELLS = 200_000
_FIGURE = re.compile(r"[\d*＊]")
_SAYS = re.compile(r"[：:。]")
_NOTE = re.compile(r"\s*[（(]?(?:注|备注|说明|填表|制表|审核|数据来源)")


class Merge(NamedTuple):
    """A merged stretch of cells: its first and last row and column, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """The words that the cells of a sheet show, by row and column from 0, and what is merged."""

    name: str
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)

    def put(self, row: int, column: int, words: str) -> None:
        """Set a cell that shows something; raises UnreadableFile for too many."""
        if words.strip() and column < MOST_COLUMNS:
            self.cells[row, column] = words
            if len(self.cells) > MOST_CELLS:
                raise refusal("bloated.sheet")


def read_csv(data: bytes) -> PagedText:
    """The text of a table of plain text (csv); raises NotText."""
    sheet = Sheet("")
    for number, row in enumerate(csv_rows(decode(data))):
        for column, words in enumerate(row):
            sheet.put(number, column, words.strip())
    return workbook_text([sheet])


_IN_BRACKETS = re.compile(r"[（(][^（）()]*[)）]")


def workbook_text(sheets: Sequence[Sheet]) -> PagedText:
    """The text of sheets in order, each row under the name of its cells (``抽检!A5:F5``).

    Each sheet begins with its name as a heading; above that of the first may stand the title.
    """
    filled = [sheet for sheet in sheets if sheet.cells]
    lines: list[tuple[str, str]] = []
    for sheet in filled:
        found = list(_sheet_lines(sheet))
        above = 1 if not lines and NAMED_BY not in _IN_BRACKETS.sub("", found[0][0]) else 0
        heading = [(STYLED + sheet.name, found[0][1])] if sheet.name else []
        lines += [*found[:above], *heading, *found[above:]]
    text = repeat_units("".join(f"{line}\n" for line, _ in lines))
    return PagedText(text, tuple(_pages(text, [place for _, place in lines])))


def _pages(text: str, places: Sequence[str]) -> Iterator[Page]:
    start = 0
    before = ""
    for line, place in zip(text.splitlines(keepends=True), places, strict=True):
        if place != before:
            yield Page(start, place)
        before = place
        start += len(line)


def _sheet_lines(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """The lines of a sheet, each with the name of its cells."""
    for block in _blocks(_rows(sheet)):
        rows = list(block)
        width = max(cell.column + cell.span for row in rows for cell in row.cells)
        first = next((n for n, row in enumerate(rows) if not _stands_alone(row, width)), len(rows))
        table = [row for row in rows[first:] if not _is_note(row, width)]
        notes = [row for row in rows[first:] if _is_note(row, width)]
        for row in rows[:first]:
            yield " ".join(filter(None, row.texts())), _place(sheet, row)
        for line in grid_lines(table):
            yield line.text, _place(sheet, line.row)
        for row in notes:
            yield " ".join(filter(None, row.texts())), _place(sheet, row)


def _rows(sheet: Sheet) -> list[GridRow]:
    merged = {(merge.top, merge.left): merge for merge in sheet.merges}
    rows: dict[int, dict[int, GridCell]] = {row: {} for row, _ in sorted(sheet.cells)}
    for (row, column), words in sheet.cells.items():
        merge = merged.get((row, column))
        span = min(merge.right - column + 1, MOST_COLUMNS) if merge else 1
        rows[row][column] = GridCell(column, span, [*filter(str.strip, words.splitlines())])
    for top, left, bottom, right in sheet.merges:
        if (top, left) in sheet.cells:
            for row in range(top + 1, min(bottom, top + MOST_CELLS) + 1):
                if row in rows:
                    rows[row].setdefault(left, GridCell(left, right - left + 1, (), below=True))
    return [
        GridRow([cells[column] for column in sorted(cells)], number=row + 1)
        for row, cells in rows.items()
    ]


def _blocks(rows: Sequence[GridRow]) -> Iterator[list[GridRow]]:
    """The tables of a sheet: rows parted by empty ones, unless figures go on below."""
    block: list[GridRow] = []
    for row in rows:
        goes_on = not block or row.number == block[-1].number + 1
        figures = len(row.cells) > 1 and any(map(_FIGURE.match, row.texts()[1:]))
        if not goes_on and not figures:
            yield block
            block = []
        block.append(row)
    if block:
        yield block


def _stands_alone(row: GridRow, width: int) -> bool:
    """Whether a row over a table is a title, a unit or the like."""
    return len(row.cells) == 1 or _is_note(row, width)


def _is_note(row: GridRow, width: int) -> bool:
    """Whether a row tells of the table, as 注：… and 填表人：… do, and is none of its rows."""
    texts = [text for text in row.texts() if text]
    if len(texts) == 1 and (_NOTE.match(texts[0]) or "。" in texts[0]):
        return True
    return 2 * len(texts) <= width and all(_SAYS.search(text[1:]) for text in texts)


def _place(sheet: Sheet, row: GridRow) -> str:
    ends = (row.cells[0].column, row.cells[-1].column)
    cells = ":".join(dict.fromkeys(f"{column_name(column)}{row.number}" for column in ends))
    return f"{sheet.name}!{cells}" if sheet.name else cells


def column_name(column: int) -> str:
    """The letters of a column, counted from 0: A … Z, AA."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name
