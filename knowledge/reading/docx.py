"""Word documents to the text that their readers see; doc and wps by way of LibreOffice."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from knowledge.reading.docx_numbering import Counters
from knowledge.reading.docx_package import (
    DocxStyles,
    Element,
    Package,
    W,
    flag,
    number,
    outline_level,
    value,
)
from knowledge.reading.result import refusal
from knowledge.understanding.headings import STYLED, Rank, marked_heading

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
CHOICES = _MC + "AlternateContent"
_SKIPPED = frozenset(
    W + name
    for name in (
        "pPr", "rPr", "sectPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr", "rt",
        "del", "delText", "delInstrText", "moveFrom", "footnoteRef", "endnoteRef",
        "annotationRef", "pgNum", "object",
    )
)  # fmt: skip
_SIGNS: Mapping[str, str] = {
    W + "tab": "\t", W + "ptab": "\t", W + "cr": "\n", W + "noBreakHyphen": "-",
    W + "softHyphen": "",
}  # fmt: skip
_REFERENCES = {W + "footnoteReference": "footnotes", W + "endnoteReference": "endnotes"}
# Signs of the fonts Wingdings and Symbol, which lie where Unicode has none.
_SYMBOLS = {
    "6C": "●", "6D": "○", "6E": "■", "6F": "□", "71": "□", "75": "◆", "76": "❖", "9F": "•",
    "A8": "□", "B7": "•", "D8": "➢", "E0": "→", "FC": "√", "FE": "☑", "52": "☑", "FB": "×",
    "FD": "☒", "AB": "★", "B4": "×", "B0": "°", "B1": "±", "B3": "≥", "A3": "≤",
}  # fmt: skip
_INSTRUCTION = 100  # characters of an instruction that tell what it is
_UNKNOWN_SYMBOL = "\ufffd"
NoteTexts = Mapping[str, Mapping[str, str]]
"""The texts of footnotes and endnotes by their ids."""
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
_NOTE = "（注：{}）"
_HEADING_LIMIT = 60
_SENTENCE_ENDS = "。；！？，：;!?,:"
_DEEPEST = 6
_LOOKED_AT = 200


def read_docx(data: bytes) -> str:
    """The text of a document; raises UnreadableFile in words for its user.

    Automatic numbers stand as typed ones would, changes are as accepted, tables come row by row
    with the names of their columns, notes at the end of their paragraph, text boxes after theirs.
    A heading that only its style makes one begins with a mark that is blank to the eye.
    """
    package = Package(data)
    document = package.document()
    styles = DocxStyles(package.beside("styles"))
    notes = {
        "footnotes": read_notes(package.beside("footnotes"), "footnote", styles),
        "endnotes": read_notes(package.beside("endnotes"), "endnote", styles),
    }
    numbering = package.beside("numbering")
    body = document.find(W + "body")
    if body is None:
        return ""
    for all_shown in (False, True):
        fields = Fields(all_shown=all_shown)
        story = _Story(styles, notes, Counters(numbering, styles), fields)
        lines = list(story.lines(body))
        if not fields.unclosed:
            break
    return "".join(f"{line}\n" for line in _with_marks(lines))


class Fields:
    """The fields open at the current place: instructions and tables of contents are hidden.

    ``all_shown`` shows all, for files in which a field never ends.
    """

    def __init__(self, *, all_shown: bool) -> None:
        self._open: list[str | bool] = []  # an instruction, then whether its result is hidden
        self._hiding = 0
        self._all_shown = all_shown

    @property
    def hide(self) -> bool:
        """Whether what stands here is not shown."""
        return self._hiding > 0 and not self._all_shown

    @property
    def unclosed(self) -> bool:
        """Whether a field has begun and not ended."""
        return bool(self._open)

    def mark(self, kind: str | None) -> None:
        """Take in a w:fldChar."""
        if kind == "begin":
            self._open.append("")
            self._hiding += 1
        elif kind == "separate" and self._open and isinstance(self._open[-1], str):
            hidden = self._open[-1].upper().split()[:1] == ["TOC"]
            self._open[-1] = hidden
            self._hiding -= not hidden
        elif kind == "end" and self._open:
            self._hiding -= self._open.pop() is not False

    def instruct(self, words: str) -> None:
        """Take in a w:instrText."""
        if self._open and isinstance(instruction := self._open[-1], str):
            self._open[-1] = f"{instruction}{words}"[:_INSTRUCTION]


@dataclass(slots=True)
class DocxParagraph:
    """What a paragraph holds: its text, its notes and the text boxes that hang on it."""

    parts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own words, without number and notes."""
        return "".join(self.parts)


class ParagraphReader:
    """Reads paragraphs of one story of the document."""

    def __init__(self, styles: DocxStyles, notes: NoteTexts, fields: Fields) -> None:
        self._styles = styles
        self._notes = notes
        self._fields = fields
        self._shown_notes: set[tuple[str, str]] = (
            set()
        )  # a note is told where it is first referred to
        self._readers: Mapping[str, Callable[[Element, DocxParagraph, bool], None]] = {
            W + "t": self._words,
            _MATH + "t": self._words,
            W + "r": self._run,
            W + "br": self._break,
            W + "sym": self._symbol,
            W + "fldChar": self._field,
            W + "instrText": self._instruction,
            W + "fldSimple": self._simple_field,
            W + "sdt": self._control,
            W + "txbxContent": self._box,
            CHOICES: self._choice,
            **dict.fromkeys(_SIGNS, self._sign),
            **dict.fromkeys(_REFERENCES, self._note),
        }

    def read(self, paragraph: Element) -> DocxParagraph:
        """A w:p."""
        read = DocxParagraph()
        style = self._styles.style(value(paragraph, "pPr/pStyle") or self._styles.usual)
        self._below(paragraph, read, bool(style.hidden))
        return read

    def _below(self, element: Element, read: DocxParagraph, hidden: bool) -> None:
        for child in element:
            tag = child.tag
            if tag not in _SKIPPED:
                self._readers.get(tag, self._below)(child, read, hidden)

    def _run(self, run: Element, read: DocxParagraph, hidden: bool) -> None:
        properties = run.find(W + "rPr")
        if properties is not None:
            own = flag(properties, "vanish")
            if own is None and (key := value(properties, "rStyle")):
                own = self._styles.style(key).hidden
            hidden = hidden if own is None else own
        self._below(run, read, hidden)

    def _append(self, text: str, read: DocxParagraph, hidden: bool) -> None:
        if not hidden and not self._fields.hide:
            read.parts.append(text)

    def _words(self, element: Element, read: DocxParagraph, hidden: bool) -> None:
        text = element.text or ""
        preserved = element.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
        self._append(text if preserved else text.strip(" \t\r\n"), read, hidden)

    def _sign(self, element: Element, read: DocxParagraph, hidden: bool) -> None:
        self._append(_SIGNS[element.tag], read, hidden)

    def _break(self, element: Element, read: DocxParagraph, hidden: bool) -> None:
        if element.get(W + "type", "textWrapping") == "textWrapping":
            self._append("\n", read, hidden)

    def _symbol(self, element: Element, read: DocxParagraph, hidden: bool) -> None:
        code = element.get(W + "char", "").upper()
        shown = _SYMBOLS.get(code[-2:]) if len(code) < 3 or code.startswith("F0") else None
        if shown is None and len(code) == 4 and code[0] not in "DEF":
            shown = _character(code)
        self._append(shown or _UNKNOWN_SYMBOL, read, hidden)

    def _field(self, element: Element, _read: DocxParagraph, _hidden: bool) -> None:
        self._fields.mark(element.get(W + "fldCharType"))

    def _instruction(self, element: Element, _read: DocxParagraph, _hidden: bool) -> None:
        self._fields.instruct(element.text or "")

    def _simple_field(self, element: Element, read: DocxParagraph, hidden: bool) -> None:
        self._fields.mark("begin")
        self._fields.instruct(element.get(W + "instr") or "")
        self._fields.mark("separate")
        self._below(element, read, hidden)
        self._fields.mark("end")

    def _control(self, element: Element, read: DocxParagraph, hidden: bool) -> None:
        if not is_left_out(element):
            self._below(element, read, hidden)

    def _box(self, element: Element, read: DocxParagraph, hidden: bool) -> None:
        if not hidden and not self._fields.hide:
            read.boxes.append(element)

    def _choice(self, element: Element, read: DocxParagraph, hidden: bool) -> None:
        for branch in element:  # the first that shows anything; the others are the same again
            shown, boxes = len(read.parts), len(read.boxes)
            self._below(branch, read, hidden)
            if (len(read.parts), len(read.boxes)) != (shown, boxes):
                break

    def _note(self, element: Element, read: DocxParagraph, hidden: bool) -> None:
        key = (_REFERENCES[element.tag], element.get(W + "id", ""))
        note = self._notes.get(key[0], {}).get(key[1])
        if note and key not in self._shown_notes and not hidden and not self._fields.hide:
            self._shown_notes.add(key)
            read.notes.append(note)


def is_left_out(control: Element) -> bool:
    """Whether a content control shows only its prompt, or is a table of contents."""
    properties = control.find(W + "sdtPr")
    gallery = value(properties, "docPartObj/docPartGallery") or ""
    return gallery == "Table of Contents" or bool(flag(properties, "showingPlcHdr"))


def blocks_in(element: Element) -> Iterator[Element]:
    """The paragraphs and tables of a body, a cell or a text box, through what wraps them."""
    for child in element:
        if child.tag in {W + "p", W + "tbl"}:
            yield child
        elif child.tag in {W + "altChunk", W + "subDoc"}:  # another file, whose text we have not
            raise refusal("embedded_docx")
        elif child.tag == CHOICES:
            yield from blocks_in(next(iter(child), ()))
        elif child.tag not in _SKIPPED and not (child.tag == W + "sdt" and is_left_out(child)):
            yield from blocks_in(child)


def read_notes(part: Element | None, kind: str, styles: DocxStyles) -> Mapping[str, str]:
    """The texts of one part of notes, by id; ``kind`` is w:footnote or w:endnote."""
    texts = {}
    for note in part.iterfind(W + kind) if part is not None else ():
        runs = ParagraphReader(styles, {}, Fields(all_shown=False))
        lines = (runs.read(p).text.strip() for p in blocks_in(note) if p.tag == W + "p")
        texts[note.get(W + "id", "")] = " ".join(filter(None, lines))
    return texts


def _character(code: str) -> str | None:
    try:
        shown = chr(int(code, 16))
    except ValueError:
        return None
    return shown if shown.isprintable() else None


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell that begins at a column; ``below``: it continues the one above."""

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
    """The lines of a table; one of a single column only frames paragraphs."""
    rows = _fill_down([_row(row, lines_of) for row in _rows(table)])
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


def _fill_down(rows: Sequence[_Row]) -> list[_Row]:
    """The rows; a cell that continues a short one above repeats its words."""
    above: dict[int, _Cell] = {}
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
                yield _row_sentence(parts)
                parts = []
            yield from cell.lines
        elif cell.text:
            name = names[cell.column] if cell.column < len(names) else ""
            parts.append((name, cell.text))
    if parts:
        yield _row_sentence(parts)


def _row_sentence(parts: Sequence[tuple[str, str]]) -> str:
    """A row as one sentence, so that a quote of a figure also says whose it is."""
    if not any(name for name, _ in parts):
        return " ".join(text for _, text in parts)
    return "，".join(f"{name}：{text}" if name else text for name, text in parts)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the text; ``level`` is that of a heading by its style."""

    text: str
    level: int | None = None


class _Story:
    """Reads a body in order, which advances the automatic numbers."""

    def __init__(
        self, styles: DocxStyles, notes: NoteTexts, numbers: Counters, fields: Fields
    ) -> None:
        self._styles = styles
        self._numbers = numbers
        self._fields = fields
        self._runs = ParagraphReader(styles, notes, fields)
        self._carried: list[str] = []  # a paragraph whose end was deleted goes on in the next

    def lines(self, body: Element) -> Iterator[_Line]:
        """The lines of all that a body, cell or text box holds."""
        for block in blocks_in(body):
            if block.tag == W + "p":
                yield from self._paragraph(block)
            elif not self._fields.hide:
                yield from map(_Line, table_lines(block, self._plain_lines))

    def _plain_lines(self, body: Element) -> list[str]:
        return [line.text for line in self.lines(body)]

    def _paragraph(self, paragraph: Element) -> Iterator[_Line]:
        properties = paragraph.find(W + "pPr")
        style = self._styles.style(value(properties, "pStyle") or self._styles.usual)
        hid = self._fields.hide
        read = self._runs.read(paragraph)
        hid = hid or self._fields.hide
        mark = properties.find(W + "rPr") if properties is not None else None
        if mark is not None and (mark.find(W + "del") is not None):
            self._carried.append(read.text)
            return
        text = "".join((*self._carried, read.text))
        self._carried.clear()
        unseen = not text and bool(flag(mark, "vanish"))
        if style.contents or unseen or (hid and not text):
            return
        number = self._numbers.next(style, properties)
        notes = "".join(_NOTE.format(note) for note in read.notes)
        level = outline_level(style, properties) if text.strip() else None
        if level:
            text = "".join(text.splitlines())
        yield _Line((_with_number(number, text) if text.strip() else text) + notes, level)
        for box in read.boxes:
            yield from self.lines(box)


def _with_number(number: str, text: str) -> str:
    """A text with its number, a blank between them where both would run together."""
    if not number.strip():
        return text
    last = number[-1]
    word = last.isalnum() and unicodedata.category(last) != "No"
    bullet = not any(map(str.isalnum, number)) or text[:1].isdigit()
    return f"{number} {text}" if word or bullet else number + text


def _with_marks(lines: list[_Line]) -> Iterator[str]:
    """The lines with a mark before headings, where their words alone do not show the outline.

    That is where one has no number, unless those with 一、 have no style: then the style is no
    guide to what stands below what. The title needs no mark.
    """
    lines = [_Line(line.text.replace(STYLED, " "), line.level) for line in lines]
    ranks = [_rank(line.text) for line in lines]
    opening = _opening(lines)
    styled = {
        at: line.level
        for at, line in enumerate(lines)
        if line.level and at not in opening and _is_heading(line.text)
    }
    bare = any(ranks[at] is None for at in styled)
    led = any(
        rank is not None and rank <= Rank.CHINESE and at not in styled
        for at, rank in enumerate(ranks)
    )
    deep = _depths(styled) if bare and not led else {}
    for at, line in enumerate(lines):
        yield STYLED * deep.get(at, 0) + line.text


def _is_heading(text: str) -> bool:
    bare = text.strip()
    return 0 < len(bare) <= _HEADING_LIMIT and bare[-1] not in _SENTENCE_ENDS


def _opening(lines: list[_Line]) -> frozenset[int]:
    """The lines of a title in several, all of one style, that open the document."""
    run: list[int] = []
    for at, line in enumerate(lines):
        if not line.text.strip():
            continue
        if line.level is None or (run and lines[run[0]].level != line.level):
            break
        if _rank(line.text) is not None:
            break
        run.append(at)
    return frozenset(run if len(run) > 1 else ())


def _rank(text: str) -> int | None:
    found = marked_heading(text[:_LOOKED_AT])
    return found.rank if found else None


def _depths(styled: Mapping[int, int]) -> dict[int, int]:
    """The levels that a document uses, counted from 1."""
    order = sorted(set(styled.values()))
    return {at: min(order.index(level) + 1, _DEEPEST) for at, level in styled.items()}


_PROGRAMS = ("soffice", "libreoffice")
_SECONDS = 60
_WRITER = "WordDocument".encode("utf-16-le")
_OTHERS = tuple(name.encode("utf-16-le") for name in ("Workbook", "PowerPoint Document"))
# A profile of its own: nobody's settings, nobody's running LibreOffice. Documents may neither run
# anything nor fetch anything.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item></oor:items>
"""


def read_office(data: bytes) -> str:
    """The text of a doc or wps document; raises UnreadableFile in words for its user."""
    if _WRITER not in data and any(name in data for name in _OTHERS):
        raise refusal("unsupported.office")
    program = find_libreoffice()
    if program is None:
        raise refusal("no_libreoffice")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return read_docx(_convert(program, data, Path(folder)))


def find_libreoffice() -> str | None:
    """Where the program is, None where it is not on the PATH."""
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


def _convert(program: str, data: bytes, folder: Path) -> bytes:
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_SETTINGS, encoding="utf-8")
    source = folder / "source.doc"
    source.write_bytes(data)
    _run(
        [
            program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
            "--norestore", "--nolockcheck", "--convert-to", "docx", "--outdir",
            str(folder / "made"), str(source),
        ]
    )  # fmt: skip
    try:
        return (folder / "made" / "source.docx").read_bytes()
    except OSError as error:
        raise refusal("not_converted") from error


def _run(command: list[str]) -> None:
    """Run to the end, or to the time limit; what it started ends with it."""
    try:
        running = subprocess.Popen(  # noqa: S603 - the program that the PATH names, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise refusal("not_converted") from error
    with running:
        try:
            running.wait(_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise refusal("convert_slow", seconds=_SECONDS) from error
        finally:
            if running.poll() is None:
                _end(running)


def _end(running: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(running.pid, signal.SIGKILL)
    else:
        running.kill()
