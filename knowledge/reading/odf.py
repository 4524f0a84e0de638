"""OpenDocument texts and spreadsheets (odt, ods) to what their readers see.

Paragraphs with their automatic numbers, tables row by row as those of Word, notes at the end of
their paragraph; changes as accepted. Cells of sheets are given as the file shows them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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
    {TEXT + "tracked-changes", OFFICE + "annotation", TEXT + "table-of-content", TEXT + "ruby-text"}
    | {
        TEXT + "sequence-decls",
        OFFICE + "forms",
        TABLE + "named-expressions",
        TEXT + "bibliography",
    }
    | {TABLE + "database-ranges", TABLE + "content-validations", TABLE + "tracked-changes"}
)
_FORMS = {
    "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman",
    "一, 二, 三, ...": "chineseCounting", "壹, 贰, 叁, ...": "chineseLegalSimplified",
    "①, ②, ③, ...": "decimalEnclosedCircle", "甲, 乙, 丙, ...": "ideographTraditional",
    "子, 丑, 寅, ...": "ideographZodiac", "１, ２, ３, ...": "decimalFullWidth",
}  # fmt: skip
_LEVELS = 10
_DEEPEST = 60
_MOST_BLANKS = 200


def read_odt(data: bytes) -> str:
    """The text of a document; raises UnreadableFile in words for its user."""
    parts = _open(data)
    content = parts.main("content.xml")
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise parts.broken_refusal()
    story = _Story(_list_styles(content, parts.tree("styles.xml")), parts.broken_refusal())
    return styled_text([*story.lines(body)])


def read_ods(data: bytes) -> PagedText:
    """The text of a workbook; raises UnreadableFile in words for its user."""
    parts = _open(data)
    content = parts.main("content.xml")
    body = content.find(f"{OFFICE}body/{OFFICE}spreadsheet")
    if body is None:
        raise parts.broken_refusal()
    story = _Story({}, parts.broken_refusal())
    hidden = {
        style.get(STYLE + "name")
        for style in content.iterfind(f"{OFFICE}automatic-styles/{STYLE}style")
        if any(p.get(TABLE + "display") == "false" for p in style)
    }
    tables = [
        t for t in body.iterfind(TABLE + "table") if t.get(TABLE + "style-name") not in hidden
    ]
    return workbook_text([_sheet(table, story) for table in tables])


def _open(data: bytes) -> Parts:
    parts = Parts(data, "odf")
    manifest = parts.content("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        raise refusal("unsupported.encrypted")
    return parts


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
    for tree in trees:
        for style in (
            tree.iter(TEXT + "list-style", TEXT + "outline-style") if tree is not None else ()
        ):
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


@dataclass(slots=True)
class _List:
    """A list that is open: its style, and how far each of its levels has counted."""

    style: str
    counters: dict[int, int] = field(default_factory=dict)


class _Story:
    """Reads a body in order, which advances the automatic numbers."""

    def __init__(self, styles: _ListStyles, too_deep: UnreadableFile) -> None:
        self._styles = styles
        self._too_deep = too_deep
        self._depth = 0
        self._headings = _List("")
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
        number = (
            ""
            if block.get(TEXT + "is-list-header") == "true"
            else self._number(self._headings, level)
        )
        first, *rest = self._paragraph(block) or [StyledLine("")]
        yield StyledLine(with_number(number, first.text) if first.text else "", min(level, _LEVELS))
        yield from rest

    def _list(self, block: Element, outer: _List | None, level: int) -> Iterator[StyledLine]:
        if level > _LEVELS:
            raise self._too_deep
        open_list = outer or self._open_list(block)
        for item in block:
            if item.tag not in {TEXT + "list-item", TEXT + "list-header"}:
                continue
            numbered = item.tag == TEXT + "list-header"
            for child in item:
                if child.tag == TEXT + "list":
                    yield from self._list(child, open_list, level + 1)
                elif child.tag in {TEXT + "p", TEXT + "h"}:
                    number = "" if numbered else self._number(open_list, level)
                    numbered = True
                    first, *rest = self._paragraph(child) or [StyledLine("")]
                    heading = (
                        _count(child, TEXT + "outline-level") if child.tag == TEXT + "h" else None
                    )
                    yield StyledLine(with_number(number, first.text), heading)
                    yield from rest

    def _open_list(self, block: Element) -> _List:
        """The list that a list begins, or goes on with."""
        name = block.get(TEXT + "style-name", "-")
        goes_on = block.get(TEXT + "continue-numbering") == "true" or block.get(
            TEXT + "continue-list"
        )
        if not goes_on or name not in self._lists:
            self._lists[name] = _List(name)
        return self._lists[name]

    def _number(self, of: _List, level: int) -> str:
        """The number of the next item, ``""`` where the level has none."""
        levels = self._styles.get(of.style, {})
        own = levels.get(level)
        if own is None or not own.form:
            return ""
        of.counters[level] = of.counters.get(level, own.start - 1) + 1
        for deeper in [known for known in of.counters if known > level]:
            del of.counters[deeper]
        shown = [
            numeral(of.counters.get(n, levels[n].start), levels[n].form)
            for n in range(max(level - own.shown + 1, 1), level + 1)
            if n in levels and levels[n].form
        ]
        return f"{own.before}{'.'.join(shown)}{own.after}"

    def _paragraph(self, paragraph: Element) -> list[StyledLine]:
        """A paragraph in its lines, and those of the text boxes in it."""
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
        column = 0
        for cell in _cells(row):
            repeated = _count(cell, TABLE + "number-columns-repeated", MOST_COLUMNS)
            covered = cell.tag == TABLE + "covered-table-cell"
            words = [] if covered else [ln.text for ln in self.lines(cell) if ln.text.strip()]
            span = _count(cell, TABLE + "number-columns-spanned", MOST_COLUMNS)
            for _ in range(repeated):
                inside = cells and column < cells[-1].column + cells[-1].span
                if column < MOST_COLUMNS and not (covered and inside):
                    cells.append(GridCell(column, span, words, below=covered))
                column += 1
        return GridRow(cells, marked)

    def cell_words(self, cell: Element) -> str:
        """The words of a cell of a sheet."""
        return "\n".join(line.text for line in self.lines(cell) if line.text.strip())


def _fold_blanks(text: str | None) -> str:
    """Blanks of the source are one; several that are meant stand in elements of their own."""
    return (
        " ".join(part for part in (text or "").replace("\n", " ").replace("\t", " ").split(" "))
        if text
        else ""
    )


def table_rows(table: Element) -> Iterator[tuple[Element, bool, int]]:
    """The rows of a table: each with whether it heads the table, and how often it stands there."""
    for child in table:
        if child.tag == TABLE + "table-row":
            heads = table.tag == TABLE + "table-header-rows"
            yield child, heads, _count(child, TABLE + "number-rows-repeated", 1 << 21)
        elif child.tag in {
            TABLE + "table-header-rows",
            TABLE + "table-rows",
            TABLE + "table-row-group",
        }:
            yield from table_rows(child)


def _cells(row: Element) -> Iterator[Element]:
    return row.iterchildren(TABLE + "table-cell", TABLE + "covered-table-cell")  # type: ignore[no-any-return]


def _sheet(table: Element, story: _Story) -> Sheet:
    sheet = Sheet(table.get(TABLE + "name", ""))
    at = 0
    for row, _, times in table_rows(table):
        filled = _read_row(row, story)
        if filled and times * len(filled) > MOST_CELLS:
            raise refusal("bloated.sheet")
        for number in range(at, at + times if filled else at):
            for column, words, down, across in filled:
                sheet.put(number, column, words)
                if down > 1 or across > 1:
                    sheet.merges.append(
                        Merge(number, column, number + down - 1, column + across - 1)
                    )
        at += times
    return sheet


def _read_row(row: Element, story: _Story) -> list[tuple[int, str, int, int]]:
    """The cells of a row that show words: column, words, and over how many rows and columns."""
    found = []
    column = 0
    for cell in _cells(row):
        repeated = _count(cell, TABLE + "number-columns-repeated")
        words = story.cell_words(cell) if cell.tag == TABLE + "table-cell" else ""
        down, across = (
            _count(cell, TABLE + f"number-{way}-spanned") for way in ("rows", "columns")
        )
        if words:
            found += [
                (c, words, down, across)
                for c in range(column, min(column + repeated, MOST_COLUMNS))
            ]
        column += repeated
    return found
