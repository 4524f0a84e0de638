"""The text of a paragraph's runs as a reader sees it: changes accepted, nothing hidden shown."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from knowledge.formats.word.package import Element, W, flag, value
from knowledge.formats.word.styles import Styles
from knowledge.refusals import refused

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
Notes = Mapping[str, Mapping[str, str]]
"""The texts of footnotes and endnotes by their ids."""


class Fields:
    """Which fields are open where the reading stands: a field's instruction is not shown.

    Neither is a table of contents, unless ``all_shown``, for files in which a field never ends.
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
        if self._open and isinstance(told := self._open[-1], str):
            self._open[-1] = f"{told}{words}"[:_INSTRUCTION]


@dataclass(slots=True)
class Paragraph:
    """What a paragraph holds: its text, its notes and the text boxes that hang on it."""

    parts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own words, without number and notes."""
        return "".join(self.parts)


class Runs:
    """Reads paragraphs of one story of the document."""

    def __init__(self, styles: Styles, notes: Notes, fields: Fields) -> None:
        self._styles = styles
        self._notes = notes
        self._fields = fields
        self._told: set[tuple[str, str]] = set()  # a note is told where it is first referred to
        self._readers: Mapping[str, Callable[[Element, Paragraph, bool], None]] = {
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

    def read(self, paragraph: Element) -> Paragraph:
        """A w:p."""
        read = Paragraph()
        style = self._styles.style(value(paragraph, "pPr/pStyle") or self._styles.usual)
        self._below(paragraph, read, bool(style.hidden))
        return read

    def _below(self, element: Element, read: Paragraph, hidden: bool) -> None:
        for child in element:
            tag = child.tag
            if tag not in _SKIPPED:
                self._readers.get(tag, self._below)(child, read, hidden)

    def _run(self, run: Element, read: Paragraph, hidden: bool) -> None:
        properties = run.find(W + "rPr")
        if properties is not None:
            own = flag(properties, "vanish")
            if own is None and (key := value(properties, "rStyle")):
                own = self._styles.style(key).hidden
            hidden = hidden if own is None else own
        self._below(run, read, hidden)

    def _put(self, text: str, read: Paragraph, hidden: bool) -> None:
        if not hidden and not self._fields.hide:
            read.parts.append(text)

    def _words(self, element: Element, read: Paragraph, hidden: bool) -> None:
        text = element.text or ""
        kept = element.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
        self._put(text if kept else text.strip(" \t\r\n"), read, hidden)

    def _sign(self, element: Element, read: Paragraph, hidden: bool) -> None:
        self._put(_SIGNS[element.tag], read, hidden)

    def _break(self, element: Element, read: Paragraph, hidden: bool) -> None:
        if element.get(W + "type", "textWrapping") == "textWrapping":
            self._put("\n", read, hidden)

    def _symbol(self, element: Element, read: Paragraph, hidden: bool) -> None:
        code = element.get(W + "char", "").upper()
        shown = _SYMBOLS.get(code[-2:]) if len(code) < 3 or code.startswith("F0") else None
        if shown is None and len(code) == 4 and code[0] not in "DEF":
            shown = _character(code)
        self._put(shown or _UNKNOWN_SYMBOL, read, hidden)

    def _field(self, element: Element, _read: Paragraph, _hidden: bool) -> None:
        self._fields.mark(element.get(W + "fldCharType"))

    def _instruction(self, element: Element, _read: Paragraph, _hidden: bool) -> None:
        self._fields.instruct(element.text or "")

    def _simple_field(self, element: Element, read: Paragraph, hidden: bool) -> None:
        self._fields.mark("begin")
        self._fields.instruct(element.get(W + "instr") or "")
        self._fields.mark("separate")
        self._below(element, read, hidden)
        self._fields.mark("end")

    def _control(self, element: Element, read: Paragraph, hidden: bool) -> None:
        if not is_left_out(element):
            self._below(element, read, hidden)

    def _box(self, element: Element, read: Paragraph, hidden: bool) -> None:
        if not hidden and not self._fields.hide:
            read.boxes.append(element)

    def _choice(self, element: Element, read: Paragraph, hidden: bool) -> None:
        for branch in element:  # the first that shows anything; the others are the same again
            shown, boxes = len(read.parts), len(read.boxes)
            self._below(branch, read, hidden)
            if (len(read.parts), len(read.boxes)) != (shown, boxes):
                break

    def _note(self, element: Element, read: Paragraph, hidden: bool) -> None:
        key = (_REFERENCES[element.tag], element.get(W + "id", ""))
        note = self._notes.get(key[0], {}).get(key[1])
        if note and key not in self._told and not hidden and not self._fields.hide:
            self._told.add(key)
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
            raise refused("embedded_docx")
        elif child.tag == CHOICES:
            yield from blocks_in(next(iter(child), ()))
        elif child.tag not in _SKIPPED and not (child.tag == W + "sdt" and is_left_out(child)):
            yield from blocks_in(child)


def read_notes(part: Element | None, kind: str, styles: Styles) -> Mapping[str, str]:
    """The texts of one part of notes, by id; ``kind`` is w:footnote or w:endnote."""
    texts = {}
    for note in part.iterfind(W + kind) if part is not None else ():
        runs = Runs(styles, {}, Fields(all_shown=False))
        lines = (runs.read(p).text.strip() for p in blocks_in(note) if p.tag == W + "p")
        texts[note.get(W + "id", "")] = " ".join(filter(None, lines))
    return texts


def _character(code: str) -> str | None:
    try:
        shown = chr(int(code, 16))
    except ValueError:
        return None
    return shown if shown.isprintable() else None
