"""Tables of any file to lines: rows of cells in, sentences with the names of their columns out.

A reader gives the cells as they stand in its file, with what is merged; here it is decided which
rows at the top name the columns, and what a row says. Pure.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from knowledge.understanding.rows import row_sentence

MOST_COLUMNS = 200
_PROSE = 150
_REPEATED = 200  # of a cell that holds for many rows, or the name of a column
_HEADER_LIMIT = 30
_HEADER_ROWS = 4
_DIGIT = re.compile(r"[\d*＊]")
# Digits that are none of an amount: of a time, a class, a platform, a time limit.
_YEAR = re.compile(
    r"(?:20\d\d|\d{1,2}[-—–－~～至到]{0,2}\d{0,2}(?=月)|[1-9](?=[季类级]))[年度]{0,2}"
    r"|(?<!\d)12[34]\d\d(?!\d)|\d{1,2}(?=个?工?作?[日天])|3[.·]15"
)
_FIGURE = re.compile(r"[约近超+＋±↑↓－-]?\d[\d,，.]*[%％‰]?[^\W\d]{0,4}|[*＊]{1,4}[%％]?|[—-]+")
_UNIT_NOTE = re.compile(r"[（(]?(?:金额|计量)?单位[：:].{1,12}")
_SENTENCE = re.compile(r"[。；！？]")
_BLANKS = re.compile(r"\s+")
_WITHIN = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell that begins at a column, from 0; ``below``: it continues the one above."""

    column: int
    span: int
    lines: Sequence[str]
    below: bool = False

    @property
    def text(self) -> str:
        """Its words in one line."""
        return _BLANKS.sub(" ", " ".join(self.lines)).strip()


@dataclass(frozen=True, slots=True)
class GridRow:
    """The cells of a row in order; ``marked``: its file says that it names the columns.

    ``number`` is what its file calls it, where rows have numbers.
    """

    cells: Sequence[GridCell]
    marked: bool = False
    number: int = 0

    def texts(self) -> list[str]:
        """The words of each cell."""
        return [cell.text for cell in self.cells]


def row_of(texts: Sequence[str], *, marked: bool = False) -> GridRow:
    """A row of cells that have words or none, and are not merged."""
    cells = [GridCell(column, 1, [text] if text else []) for column, text in enumerate(texts)]
    return GridRow(cells, marked)


class GridLine(NamedTuple):
    """A line that a table becomes, and the row that it is of."""

    text: str
    row: GridRow


def grid_lines(table: Sequence[GridRow]) -> Iterator[GridLine]:
    """The lines of a table; one of a single column only frames paragraphs."""
    rows = _fill_down(table)
    width = max((c.column + c.span for row in rows for c in row.cells), default=0)
    if max((len(row.cells) for row in rows), default=0) <= 1:
        for row in rows:
            for cell in row.cells:
                if not cell.below:
                    yield from (GridLine(line, row) for line in cell.lines)
        return
    while rows and _is_caption(rows[0], width):
        caption = rows[0].cells
        lines = caption[0].lines if len(caption) == 1 else [" ".join(rows[0].texts())]
        yield from (GridLine(line, rows[0]) for line in lines)
        rows = rows[1:]
    depth = header_depth(rows)
    names = _names(rows[:depth], width)
    for row in rows[depth:]:
        yield from (GridLine(line, row) for line in _row_lines(row, names))
    if depth == len(rows):
        yield from (GridLine(" ".join(filter(None, row.texts())), row) for row in rows)


def _is_caption(row: GridRow, width: int) -> bool:
    """Whether a row is the table's title, or its unit, or both."""
    filled = [cell for cell in row.cells if cell.text]
    if len(row.cells) == 1:
        return row.cells[0].span >= width
    noted = any(_UNIT_NOTE.fullmatch(cell.text) for cell in filled)
    return noted and len(filled) < 3 and len(row.cells) < width


def _fill_down(rows: Sequence[GridRow]) -> list[GridRow]:
    """The rows; a cell that continues a short one above repeats its words."""
    above: dict[int, GridCell] = {}
    filled = []
    for row in rows:
        cells = []
        for own in row.cells:
            cell = own
            upper = above.get(cell.column) if cell.below else None
            if upper is not None and sum(map(len, upper.lines)) <= _REPEATED:
                cell = replace(cell, lines=upper.lines)
            above[cell.column] = cell
            cells.append(cell)
        if any(c.lines for c in row.cells):
            filled.append(replace(row, cells=cells))
    return filled


def is_figure(text: str) -> bool:
    """Whether a cell has an amount and no more, and no year."""
    return _FIGURE.fullmatch(text) is not None and not _YEAR.fullmatch(text)


def header_depth(rows: Sequence[GridRow]) -> int:
    """How many rows at the top name the columns, 0 if none does."""
    if len(rows) < 2:
        return 0
    marked = next((n for n, row in enumerate(rows) if not row.marked), len(rows))
    if marked:
        return min(marked, _HEADER_ROWS)
    if not _names_columns(rows[0]):
        return 0
    depth = 1
    while depth < min(len(rows) - 1, _HEADER_ROWS) and _goes_on(rows[depth - 1], rows[depth]):
        depth += 1
    below = [cell for row in rows[depth:] for cell in row.cells if cell.text]
    counts = Counter(cell.column for cell in below if _FIGURE.fullmatch(cell.text))
    filled = Counter(cell.column for cell in below)
    named = (cell.column for cell in rows[0].cells if cell.text)
    return depth if any(counts[c] and 2 * counts[c] >= filled[c] for c in named) else 0


def _names_columns(row: GridRow) -> bool:
    """Whether a row's cells are short names without figures."""
    return all(
        cell.text and len(cell.text) <= _HEADER_LIMIT
        and not _DIGIT.search(_YEAR.sub("", cell.text)) and not _SENTENCE.search(cell.text)
        for cell in row.cells
        if cell.column  # the corner above the names of rows may be empty
    )  # fmt: skip


def _goes_on(upper: GridRow, row: GridRow) -> bool:
    """Whether a row is the lower part of a header: names above are divided by it or go on in it."""
    wide = [cell for cell in upper.cells if cell.span > 1 and cell.text]
    divided = [
        cell
        for cell in row.cells
        if any(w.column <= cell.column < w.column + w.span and cell.span < w.span for w in wide)
    ]
    if not (divided or any(cell.below for cell in row.cells)):
        return False
    return all(
        cell.below
        or (not cell.text and cell not in divided)
        or (cell.text and not _DIGIT.search(_YEAR.sub("", cell.text)))
        for cell in row.cells
    )


def _names(rows: Sequence[GridRow], width: int) -> list[str]:
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


def _row_lines(row: GridRow, names: Sequence[str]) -> Iterator[str]:
    """A row in one line, but prose in its own paragraphs, and a sentence over all columns alone."""
    filled = [cell for cell in row.cells if cell.text]
    if len(filled) == 1 and filled[0].span > 1 and filled[0].text.endswith("。"):
        yield from filled[0].lines
        return
    parts: list[tuple[str, str]] = []
    for cell in row.cells:
        # as where a whole report is set in a form
        is_prose = len(cell.lines) > 1 and sum(map(len, cell.lines)) >= _PROSE
        if is_prose and not cell.below:
            if parts:
                yield row_sentence(_pair_labels(parts))
                parts = []
            yield from cell.lines
        elif cell.text:
            name = names[cell.column] if cell.column < len(names) else ""
            parts.append((name, cell.text))
    if parts:
        yield row_sentence(_pair_labels(parts))


def _pair_labels(parts: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """The parts of a row; without a header, words before a figure are its name: 立案 | 3件."""
    words = [text for name, text in parts if not name]
    labels, figures = words[::2], words[1::2]
    if len(words) < len(parts) or len(labels) > len(figures):
        return parts
    named = all(map(_FIGURE.fullmatch, figures)) and not any(map(_FIGURE.fullmatch, labels))
    return list(zip(labels, figures, strict=True)) if named else parts
