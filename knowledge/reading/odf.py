"""OpenDocument texts and spreadsheets (odt, ods) to what their readers see.

Paragraphs with their automatic numbers, tables row by row as those of Word, notes at the end of
their paragraph; changes as accepted. Cells of sheets are given as the file shows them.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from knowledge.errors import UnreadableFile
from knowledge.reading.grid import MOST_COLUMNS, GridCell, GridRow
from knowledge.reading.numerals import numeral
from knowledge.reading.parts import Element, Parts
from knowledge.reading.result import PagedText, refusal
from knowledge.reading.sheets import MOST_CELLS, Merge, Sheet, workbook_text
from knowledge.reading.styled import NOTE, StyledLine, styled_text, table_lines, with_number

_NAMESPACE = "{{urn:oasis:names:tc:opendocument:xmlns:{}:1.0}}"
OFFICE: Final = _NAMESPACE.format("office")
TEXT: Final = _NAMESPACE.format("text")
TABLE: Final = _NAMESPACE.format("table")
STYLE: Final = _NAMESPACE.format("style")
DRAW: Final = _NAMESPACE.format("drawing")
_UNSEEN = frozenset(
    {
        OFFICE + "annotation", OFFICE + "forms", TEXT + "tracked-changes", TEXT + "bibliography",
        TEXT + "table-of-content", TEXT + "ruby-text", TEXT + "sequence-decls",
        TABLE + "named-expressions", TABLE + "database-ranges", TABLE + "content-validations",
        TABLE + "tracked-changes",
    }
)  # fmt: skip
_FORMS = {
    "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
    "一, 二, 三, ...": "chineseCounting", "壹, 贰, 叁, ...": "chineseLegalSimplified",
    "①, ②, ③, ...": "decimalEnclosedCircle", "甲, 乙, 丙, ...": "ideographTraditional",
    "子, 丑, 寅, ...": "ideographZodiac", "１, ２, ３, ...": "decimalFullWidth",
}  # fmt: skip
_ROW_GROUPS = {TABLE + "table-header-rows", TABLE + "table-rows", TABLE + "table-row-group"}
_BLANKS = re.compile(r"[ \t\r\n]+")
_LEVELS = 10
_DEEPEST = 60
_MOST_BLANKS = 200


def read_odf(data: bytes) -> PagedText:
    """The text of a document or a workbook; raises UnreadableFile in words for its user.

    What it is its content says: a damaged mimetype tells nothing.
    """
    parts = Parts(data, "odf")
    manifest = b""
    with suppress(UnreadableFile):
        manifest = parts.content("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        raise refusal("unsupported.encrypted")
    content = parts.main("content.xml")
    bodies = content.find(OFFICE + "body")
    for body in bodies if bodies is not None else ():
        if body.tag == OFFICE + "text":
            return PagedText(_document_text(parts, content, body))
        if body.tag == OFFICE + "spreadsheet":
            return _workbook_text(parts, content, body)
    raise parts.broken_refusal() if bodies is None else refusal("unsupported.odf")


def _document_text(parts: Parts, content: Element, body: Element) -> str:
    styles = _list_styles(content, parts.optional("styles.xml", "styles"))
    story = _Story(styles, parts.broken_refusal())
    return parts.with_note(styled_text(list(story.lines(body))))


def _workbook_text(parts: Parts, content: Element, body: Element) -> PagedText:
    story = _Story({}, parts.broken_refusal())
    hidden = {
        style.get(STYLE + "name")
        for style in content.iterfind(f"{OFFICE}automatic-styles/{STYLE}style")
        if any(p.get(TABLE + "display") == "false" for p in style)
    }
    tables = body.iterfind(TABLE + "table")
    return workbook_text(
        [_sheet(table, story) for table in tables if table.get(TABLE + "style-name") not in hidden]
    )


@dataclass(frozen=True, slots=True)
class _ListLevel:
    """How a level of a list is numbered; ``form`` is empty where it has no numbers."""

    form: str = ""
    before: str = ""
    after: str = ""
    start: int = 1
    shown: int = 1


_ListStyles = Mapping[str, Mapping[int, _ListLevel]]


def _list_styles(*trees: Element | None) -> _ListStyles:
    """The styles of lists by name, that of headings under ``""``."""
    styles: dict[str, dict[int, _ListLevel]] = {}
    kinds = TEXT + "list-style", TEXT + "outline-style"
    for style in (style for tree in trees if tree is not None for style in tree.iter(*kinds)):
        name = style.get(STYLE + "name", "") if style.tag == TEXT + "list-style" else ""
        styles.setdefault(name, dict(map(_list_level, style)))
    return styles


def _list_level(element: Element) -> tuple[int, _ListLevel]:
    form = element.get(STYLE + "num-format", "")
    return _count(element, TEXT + "level"), _ListLevel(
        _FORMS.get(form, "decimal") if form else "",
        element.get(STYLE + "num-prefix", ""),
        element.get(STYLE + "num-suffix", ""),
        _count(element, TEXT + "start-value"),
        _count(element, TEXT + "display-levels"),
    )


def _count(element: Element, name: str, most: int = 100_000) -> int:
    """An attribute that is a number, 1 if it is none."""
    said = element.get(name, "1")
    return min(int(said), most) if said.isdecimal() and len(said) < 10 else 1


_List = tuple[str, dict[int, int]]
"""A list that is open: its style, and how far each of its levels has counted."""


class _Story:
    """Reads a body in order, which advances the automatic numbers."""

    def __init__(self, styles: _ListStyles, too_deep: UnreadableFile) -> None:
        self._styles = styles
        self._too_deep = too_deep
        self._depth = 0
        self._headings: _List = "", {}
        self._lists: dict[str, _List] = {}

    def lines(self, body: Element) -> Iterator[StyledLine]:
        """The lines of a body, a cell or a text box."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._too_deep
        for block in body:
            if block.tag == TEXT + "h":
                yield from self._heading(block)
            elif block.tag == TEXT + "p":
                yield from self._paragraph(block)
            elif block.tag == TEXT + "list":
                yield from self._list(block, None, 1)
            elif block.tag == TABLE + "table":
                rows = [self._row(row, marked=marked) for row, marked, _ in table_rows(block)]
                yield from table_lines(rows)
            elif block.tag not in _UNSEEN:
                yield from self.lines(block)
        self._depth -= 1

    def _heading(self, block: Element) -> Iterator[StyledLine]:
        level = _count(block, TEXT + "outline-level")
        bare = block.get(TEXT + "is-list-header") == "true"
        number = "" if bare else self._number(self._headings, level)
        first, *rest = self._paragraph(block)
        yield StyledLine(with_number(number, first.text) if first.text else "", min(level, _LEVELS))
        yield from rest

    def _list(self, block: Element, outer: _List | None, level: int) -> Iterator[StyledLine]:
        if level > _LEVELS:
            raise self._too_deep
        open_list = outer or self._open_list(block)
        for item in block.iterchildren(TEXT + "list-item", TEXT + "list-header"):
            numbered = item.tag == TEXT + "list-header"
            for child in item.iterchildren(TEXT + "list", TEXT + "p", TEXT + "h"):
                if child.tag == TEXT + "list":
                    yield from self._list(child, open_list, level + 1)
                    continue
                number = "" if numbered else self._number(open_list, level)
                numbered = True
                first, *rest = self._paragraph(child)
                heads = child.tag == TEXT + "h"
                heading = _count(child, TEXT + "outline-level") if heads else None
                yield StyledLine(with_number(number, first.text), heading)
                yield from rest

    def _open_list(self, block: Element) -> _List:
        """The list that a list begins, or goes on with."""
        name = block.get(TEXT + "style-name", "-")
        goes_on = block.get(TEXT + "continue-numbering") == "true" or block.get(
            TEXT + "continue-list"
        )
        if not goes_on or name not in self._lists:
            self._lists[name] = name, {}
        return self._lists[name]

    def _number(self, of: _List, level: int) -> str:
        """The number of the next item, ``""`` where the level has none."""
        style, counters = of
        levels = self._styles.get(style, {})
        own = levels.get(level)
        if own is None or not own.form:
            return ""
        counters[level] = counters.get(level, own.start - 1) + 1
        for deeper in [known for known in counters if known > level]:
            del counters[deeper]
        shown = [
            numeral(counters.get(n, levels[n].start), levels[n].form)
            for n in range(max(level - own.shown + 1, 1), level + 1)
            if n in levels and levels[n].form
        ]
        return f"{own.before}{'.'.join(shown)}{own.after}"

    def _paragraph(self, paragraph: Element) -> list[StyledLine]:
        """A paragraph in its lines, at least one, and those of the text boxes in it."""
        pieces: list[str] = []
        notes: list[str] = []
        boxes: list[Element] = []
        self._collect(paragraph, pieces, notes, boxes)
        text = "".join(pieces) + "".join(map(NOTE.format, notes))
        inner = [line for box in boxes for line in self.lines(box)]
        return [StyledLine(text.strip()), *inner]

    def _collect(
        self, element: Element, pieces: list[str], notes: list[str], boxes: list[Element]
    ) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._too_deep
        pieces.append(_fold_blanks(element.text))
        for child in element:
            match child.tag:
                case tag if tag in _UNSEEN:
                    pass
                case tag if tag == TEXT + "s":
                    pieces.append(" " * min(_count(child, TEXT + "c"), _MOST_BLANKS))
                case tag if tag == TEXT + "tab":
                    pieces.append("\t")
                case tag if tag == TEXT + "line-break":
                    pieces.append("\n")
                case tag if tag == TEXT + "note":
                    body = child.find(TEXT + "note-body")
                    found = self.lines(body) if body is not None else ()
                    notes.append(" ".join(line.text for line in found if line.text))
                case tag if tag == DRAW + "text-box":
                    boxes.append(child)
                case _:
                    self._collect(child, pieces, notes, boxes)
            pieces.append(_fold_blanks(child.tail))
        self._depth -= 1

    def _row(self, row: Element, *, marked: bool) -> GridRow:
        cells: list[GridCell] = []
        for first, cell in _cells(row):
            covered = cell.tag == TABLE + "covered-table-cell"
            words = [] if covered else self.cell_lines(cell)
            span = _count(cell, TABLE + "number-columns-spanned", MOST_COLUMNS)
            for column in range(first, min(first + _times(cell), MOST_COLUMNS)):
                inside = cells and column < cells[-1].column + cells[-1].span
                if not (covered and inside):
                    cells.append(GridCell(column, span, words, below=covered))
        return GridRow(cells, marked)

    def cell_lines(self, cell: Element) -> list[str]:
        """The words of a cell."""
        return [line.text for line in self.lines(cell) if line.text.strip()]


def _fold_blanks(text: str | None) -> str:
    """Blanks of the source are one; several that are meant stand in elements of their own."""
    return _BLANKS.sub(" ", text or "")


def table_rows(table: Element) -> Iterator[tuple[Element, bool, int]]:
    """The rows of a table: each with whether it heads the table, and how often it stands there."""
    for child in table:
        if child.tag == TABLE + "table-row":
            heads = table.tag == TABLE + "table-header-rows"
            yield child, heads, _count(child, TABLE + "number-rows-repeated", 1 << 21)
        elif child.tag in _ROW_GROUPS:
            yield from table_rows(child)


def _cells(row: Element) -> Iterator[tuple[int, Element]]:
    """The cells of a row, each with the first of the columns in which it stands."""
    column = 0
    for cell in row.iterchildren(TABLE + "table-cell", TABLE + "covered-table-cell"):
        yield column, cell
        column += _times(cell)


def _times(cell: Element) -> int:
    return _count(cell, TABLE + "number-columns-repeated")


def _sheet(table: Element, story: _Story) -> Sheet:
    sheet = Sheet(table.get(TABLE + "name", ""))
    at = 0
    for row, _, times in table_rows(table):
        shown = list(_shown_cells(row, story))
        if shown and times * len(shown) > MOST_CELLS:
            raise refusal("bloated.sheet")
        for number in range(at, at + times if shown else at):
            for column, words, cell in shown:
                sheet.put(number, column, words)
                down = _count(cell, TABLE + "number-rows-spanned")
                across = _count(cell, TABLE + "number-columns-spanned")
                if down > 1 or across > 1:
                    end = number + down - 1, column + across - 1
                    sheet.merges.append(Merge(number, column, *end))
        at += times
    return sheet


def _shown_cells(row: Element, story: _Story) -> Iterator[tuple[int, str, Element]]:
    for first, cell in _cells(row):
        lines = story.cell_lines(cell) if cell.tag == TABLE + "table-cell" else []
        for column in range(first, min(first + _times(cell), MOST_COLUMNS)) if lines else ():
            yield column, "\n".join(lines), cell
