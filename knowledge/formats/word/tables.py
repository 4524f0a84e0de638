"""Tables as lines: each row with what its columns are called, so that a figure says what it is."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.formats.word.package import Element, W, flag, number

_MOST_COLUMNS = 200
_PROSE = 150
_REPEATED = 200  # of a cell that holds for many rows, or the name of a column
_HEADER_LIMIT = 30
_HEADER_ROWS = 4
_DIGIT = re.compile(r"[\d*＊]")
_YEAR = re.compile(r"(?:20\d\d|\d{1,2}[-—至]?\d{0,2}(?=月)|[1-9](?=[季类级]))[年度]{0,2}")
_FIGURE = re.compile(r"[约近超]?\d[\d,，.]*[%％‰]?[^\W\d]{0,4}|[*＊]{1,4}[%％]?|[—-]+")
_SENTENCE = re.compile(r"[。；！？]")
_BLANKS = re.compile(r"\s+")
_WITHIN = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")

LinesOf = Callable[[Element], list[str]]
"""The lines of a cell's, or any body's, paragraphs and tables."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell that begins at a column; ``below``: it goes on with the one above."""

    column: int
    span: int
    lines: Sequence[str]
    below: bool = False

    @property
    def text(self) -> str:
        """Its words in one line."""
        return _BLANKS.sub(" ", " ".join(self.lines)).strip()

    @property
    def is_prose(self) -> bool:
        """Whether it holds paragraphs, as where a whole report is set in a form."""
        return len(self.lines) > 1 and sum(map(len, self.lines)) >= _PROSE


@dataclass(frozen=True, slots=True)
class _Row:
    cells: Sequence[_Cell]
    marked: bool

    def texts(self) -> list[str]:
        return [cell.text for cell in self.cells]


def table_lines(table: Element, lines_of: LinesOf) -> Iterator[str]:
    """The lines of a table; a table of one column is a frame around paragraphs."""
    rows = _filled_down([_row(row, lines_of) for row in _rows(table)])
    width = max((c.column + c.span for row in rows for c in row.cells), default=0)
    if max((len(row.cells) for row in rows), default=0) <= 1:
        framed = (cell for row in rows for cell in row.cells if not cell.below)
        yield from (line for cell in framed for line in cell.lines)
        return
    while rows and len(rows[0].cells) == 1 and rows[0].cells[0].span >= width:
        yield from rows[0].cells[0].lines  # a title inside the table
        rows = rows[1:]
    depth = _header_rows(rows)
    names = _names(rows[:depth], width)
    for row in rows[depth:]:
        yield from _row_lines(row, names)
    if depth == len(rows):
        yield from (" ".join(filter(None, row.texts())) for row in rows)


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == W + "tr":
            properties = child.find(W + "trPr")
            if properties is None or properties.find(W + "del") is None:
                yield child
        elif child.tag not in {W + "tblPr", W + "tblGrid", W + "del", W + "moveFrom"}:
            yield from _rows(child)


def _row(row: Element, lines_of: LinesOf) -> _Row:
    properties = row.find(W + "trPr")
    column = min(max(number(properties, "gridBefore") or 0, 0), _MOST_COLUMNS)
    cells = []
    for cell in _cells(row):
        about = cell.find(W + "tcPr")
        span = min(max(number(about, "gridSpan") or 1, 1), _MOST_COLUMNS)
        merge = about.find(W + "vMerge") if about is not None else None
        below = merge is not None and merge.get(W + "val", "continue") == "continue"
        deleted = about is not None and about.find(W + "cellDel") is not None
        lines = [] if deleted else [line for line in lines_of(cell) if line.strip()]
        cells.append(_Cell(column, span, lines, below))
        column = min(column + span, _MOST_COLUMNS)
    return _Row(cells, bool(flag(properties, "tblHeader")))


def _cells(row: Element) -> Iterator[Element]:
    for child in row:
        if child.tag == W + "tc":
            yield child
        elif child.tag not in {W + "trPr", W + "tblPrEx"}:
            yield from _cells(child)


def _filled_down(rows: Sequence[_Row]) -> list[_Row]:
    """The rows, each cell that goes on with one above with its words."""
    above: dict[int, _Cell] = {}
    filled = []
    for row in rows:
        cells = []
        for own in row.cells:
            cell = own
            held = above.get(cell.column) if cell.below else None
            if held is not None and sum(map(len, held.lines)) <= _REPEATED:
                cell = replace(cell, lines=held.lines)
            above[cell.column] = cell
            cells.append(cell)
        if any(c.lines for c in row.cells):
            filled.append(_Row(cells, row.marked))
    return filled


def _header_rows(rows: Sequence[_Row]) -> int:
    """How many rows at the top name the columns, 0 if none does."""
    if len(rows) < 2:
        return 0
    marked = next((n for n, row in enumerate(rows) if not row.marked), len(rows))
    if marked:
        return min(marked, _HEADER_ROWS)
    if not _names_columns(rows[0]):
        return 0
    depth = 1
    while depth < min(len(rows) - 1, _HEADER_ROWS) and _goes_on(rows[depth]):
        depth += 1
    below = [cell for row in rows[depth:] for cell in row.cells if cell.text]
    counts = Counter(cell.column for cell in below if _FIGURE.fullmatch(cell.text))
    filled = Counter(cell.column for cell in below)
    named = (cell.column for cell in rows[0].cells if cell.text)
    return depth if any(counts[c] and 2 * counts[c] >= filled[c] for c in named) else 0


def _names_columns(row: _Row) -> bool:
    """Whether a row's cells are short names without figures."""
    return all(
        cell.text and len(cell.text) <= _HEADER_LIMIT
        and not _DIGIT.search(_YEAR.sub("", cell.text)) and not _SENTENCE.search(cell.text)
        for cell in row.cells
        if cell.column  # the corner above the names of rows may be empty
    )  # fmt: skip


def _goes_on(row: _Row) -> bool:
    """Whether a row is the lower part of a header: under a name that reaches down to it."""
    return any(cell.below for cell in row.cells) and all(
        cell.below or (cell.text and not _DIGIT.search(_YEAR.sub("", cell.text)))
        for cell in row.cells
    )


def _names(rows: Sequence[_Row], width: int) -> list[str]:
    """What each column is called, from the top down."""
    names: list[list[str]] = [[] for _ in range(width)]
    for row in rows:
        for cell in row.cells:
            text = _WITHIN.sub("", cell.text)
            for column in range(cell.column, min(cell.column + cell.span, width)):
                if text and text not in names[column]:
                    names[column].append(text)
    joined = map("".join, names)
    return [name if len(name) <= _REPEATED else "" for name in joined]


def _row_lines(row: _Row, names: Sequence[str]) -> Iterator[str]:
    """A row in one line, but prose in its own paragraphs."""
    parts: list[tuple[str, str]] = []
    for cell in row.cells:
        if cell.is_prose and not cell.below:
            if parts:
                yield _joined(parts)
                parts = []
            yield from cell.lines
        elif cell.text:
            name = names[cell.column] if cell.column < len(names) else ""
            parts.append((name, cell.text))
    if parts:
        yield _joined(parts)


def _joined(parts: Sequence[tuple[str, str]]) -> str:
    """A row as one sentence, so that a quote of a figure also says whose it is."""
    if not any(name for name, _ in parts):
        return " ".join(text for _, text in parts)
    return "，".join(f"{name}：{text}" if name else text for name, text in parts)
