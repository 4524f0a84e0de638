"""Word documents to the text that their readers see.

The package's parts are XML trees within limits; styles and automatic numbering say what stands
before a paragraph; a paragraph or a row of a table becomes a line.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final, TypeVar

from knowledge.reading.grid import MOST_COLUMNS, GridCell, GridRow
from knowledge.reading.numerals import numeral
from knowledge.reading.parts import Element, OfficeParts
from knowledge.reading.result import refusal
from knowledge.reading.styled import NOTE, StyledLine, styled_text, table_lines, with_number

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAIN = "word/document.xml"
_BESIDE = frozenset({"styles", "numbering", "footnotes", "endnotes"})
_OFF = frozenset({"0", "false", "off"})
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_TABLE_OF_CONTENTS = re.compile(r"(?:toc|目录)\s*\d", re.IGNORECASE)
_LAST_LEVEL = 8  # of outlineLvl; 9 says that a paragraph is body text
_LONGEST_CHAIN = 20
_LEVELS = 9
_LONGEST = 50
_PLACE = re.compile(r"%([1-9])")
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
_SYMBOL_FONTS = ("wingdings", "webdings", "symbol")
_BULLET = "•"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CHOICES = _MC + "AlternateContent"
_SKIPPED = frozenset(
    W + name
    for name in (
        "pPr", "rPr", "sectPr", "sdtPr", "sdtEndPr", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr",
        "rt", "del", "delText", "delInstrText", "moveFrom", "footnoteRef", "endnoteRef",
        "annotationRef", "pgNum", "object",
    )
)  # fmt: skip
_SIGNS: Mapping[str, str] = {
    W + "tab": "\t", W + "ptab": "\t", W + "cr": "\n", W + "noBreakHyphen": "-",
    W + "softHyphen": "",
}  # fmt: skip
_REFERENCES = {W + "footnoteReference": "footnote", W + "endnoteReference": "endnote"}
# Signs of the fonts Wingdings and Symbol, which lie where Unicode has none.
_SYMBOLS = {
    "6C": "●", "6D": "○", "6E": "■", "6F": "□", "71": "□", "75": "◆", "76": "❖", "9F": "•",
    "A8": "□", "B7": "•", "D8": "➢", "E0": "→", "FC": "√", "FE": "☑", "52": "☑", "FB": "×",
    "FD": "☒", "AB": "★", "B4": "×", "B0": "°", "B1": "±", "B3": "≥", "A3": "≤",
}  # fmt: skip
_INSTRUCTION = 100  # characters of an instruction that tell what it is
_UNKNOWN_SYMBOL = "\ufffd"
_Notes = Mapping[tuple[str, str], str]
"""The texts of footnotes and endnotes by kind and id."""
_Told = TypeVar("_Told")


def read_docx(data: bytes) -> str:
    """The text of a document; raises UnreadableFile in words for its user.

    Automatic numbers stand as typed ones would, changes are as accepted, tables come row by row
    with the names of their columns and their units, notes at the end of their paragraph, text
    boxes after theirs. A heading that only its style makes one begins with a mark that is blank
    to the eye. A part that is damaged is left out, which the last line says.
    """
    parts = OfficeParts(data, "docx")
    main = parts.target("", "officeDocument") or _MAIN
    body = parts.main(main).find(W + "body")
    beside = {
        r.kind: parts.optional(r.target, r.kind)
        for r in reversed(parts.relations(main).values())
        if r.kind in _BESIDE
    }
    if body is None:
        return ""
    styles = _Styles(beside.get("styles"))
    notes = {
        (kind, note.get(W + "id", "")): _note_text(note, styles)
        for kind in _REFERENCES.values()
        for note in _children(beside.get(f"{kind}s"), kind)
    }
    lines: list[StyledLine] = []
    for all_shown in (False, True):
        fields = _Fields(all_shown=all_shown)
        story = _Story(styles, notes, _Counters(beside.get("numbering"), styles), fields)
        lines = list(story.lines(body))
        if not fields.unclosed:
            break
    return parts.with_note(styled_text(lines))


# -- what elements say


def _children(parent: Element | None, name: str) -> Iterable[Element]:
    return () if parent is None else parent.iterfind(W + name)


def _inside(element: Element, name: str) -> Iterator[Element]:
    """The elements of a name below one, through what wraps them."""
    for child in element:
        if child.tag == W + name:
            yield child
        elif child.tag not in _SKIPPED:
            yield from _inside(child, name)


def _flag(parent: Element | None, name: str) -> bool | None:
    """What a switch such as w:vanish says; None where it is not set."""
    found = None if parent is None else parent.find(W + name)
    return None if found is None else found.get(W + "val", "1").lower() not in _OFF


def _value(parent: Element | None, path: str) -> str | None:
    """The w:val of an element below, by its path of names without prefix."""
    found = None if parent is None else parent.find(_in_full(path))
    return None if found is None else found.get(W + "val")


@cache
def _in_full(path: str) -> str:
    return "/".join(W + name for name in path.split("/"))


def _number(parent: Element | None, path: str) -> int | None:
    """The same as a whole number; None where it is none, or an absurd one."""
    return _whole(_value(parent, path))


def _whole(text: str | None) -> int | None:
    """An attribute's whole number of at most seven characters; None for anything else."""
    bare = (text or "").strip()
    return int(bare) if bare.removeprefix("-").isdecimal() and len(bare) <= 7 else None


# -- styles


@dataclass(frozen=True, slots=True)
class _Style:
    """A style with what it has of those that it is based on.

    ``outline`` is the level of a heading, 0 the highest. ``num`` and ``level`` name the automatic
    numbering. None is what no style tells.
    """

    id: str
    outline: int | None
    num: int | None
    level: int | None
    hidden: bool | None
    contents: bool

    def heading_level(self, properties: Element | None) -> int | None:
        """The heading level of a paragraph of this style, 1 the highest; None for body text."""
        own = _number(properties, "outlineLvl")
        level = self.outline if own is None else own
        return level + 1 if level is not None and 0 <= level <= _LAST_LEVEL else None


class _Styles:
    def __init__(self, part: Element | None) -> None:
        self._elements: dict[str, Element] = {}
        self._styles: dict[str, _Style] = {}
        self._usual = ""
        for style in _children(part, "style"):
            key = style.get(W + "styleId", "")
            self._elements.setdefault(key, style)
            if style.get(W + "type") == "paragraph" and style.get(W + "default") in {"1", "true"}:
                self._usual = self._usual or key

    def of_paragraph(self, properties: Element | None) -> _Style:
        """The style of a paragraph, by its properties."""
        return self.style(_value(properties, "pStyle") or self._usual)

    def style(self, key: str) -> _Style:
        """The style of an id; one that says nothing where there is none."""
        if key not in self._styles:
            self._styles[key] = self._resolve(key)
        return self._styles[key]

    def num_of(self, key: str) -> int | None:
        """The numbering that a numbering style names."""
        return _number(self._elements.get(key), "pPr/numPr/numId")

    def _resolve(self, key: str) -> _Style:
        chain: list[Element] = []
        below = key
        while (element := self._elements.get(below)) is not None and len(chain) < _LONGEST_CHAIN:
            chain.append(element)
            below = _value(element, "basedOn") or ""

        def first(told: Callable[[Element], _Told | None]) -> _Told | None:
            return next((found for one in chain if (found := told(one)) is not None), None)

        return _Style(
            key if chain else "",
            first(_outline),
            first(lambda one: _number(one, "pPr/numPr/numId")),
            first(lambda one: _number(one, "pPr/numPr/ilvl")),
            first(lambda one: _flag(one.find(W + "rPr"), "vanish")),
            any(_TABLE_OF_CONTENTS.fullmatch(_name(one)) for one in chain),
        )


def _name(style: Element) -> str:
    return (_value(style, "name") or "").strip()


def _outline(style: Element) -> int | None:
    own = _number(style, "pPr/outlineLvl")
    named = _HEADING.fullmatch(_name(style))
    return int(named[1]) - 1 if own is None and named else own


# -- automatic numbering


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level is numbered; ``restart`` is the level whose use begins it anew."""

    start: int = 0
    form: str = "decimal"
    text: str = ""
    style: str = ""
    legal: bool = False
    restart: int | None = None


@dataclass(frozen=True, slots=True)
class _Numbering:
    """A w:num: the abstract one whose counters it shares, its levels and where it starts anew."""

    abstract: int
    levels: Mapping[int, _Level]
    starts: Mapping[int, int]

    def text(self, at: int, counters: Mapping[int, int]) -> str:
        """The number of a paragraph at a level."""
        level = self.levels[at]

        def number_at(place: re.Match[str]) -> str:
            of = int(place[1]) - 1
            named = self.levels.get(of, _Level())
            form = "decimal" if level.legal else named.form
            return "" if form == "bullet" else numeral(counters.get(of, named.start), form)

        return _PLACE.sub(number_at, level.text)


class _Counters:
    """The counters of a document's lists, advanced paragraph by paragraph."""

    def __init__(self, part: Element | None, styles: _Styles) -> None:
        self._styles = styles
        self._abstract, self._nums = (
            {_whole(one.get(f"{W}{name}Id")) or 0: one for one in _children(part, name)}
            for name in ("abstractNum", "num")
        )
        self._numberings: dict[int, _Numbering | None] = {}
        self._counters: dict[int, dict[int, int]] = {}
        self._started: set[tuple[int, int]] = set()

    def next(self, style: _Style, properties: Element | None) -> str:
        """The number of the next paragraph; "" for none."""
        own = _number(properties, "numPr/numId")
        num = (style.num if own is None else own) or 0
        if num not in self._numberings:
            self._numberings[num] = self._resolve(num)
        numbering = self._numberings[num]
        if numbering is None or not num:
            return ""
        at = _number(properties, "numPr/ilvl")
        if at is None:
            linked = (n for n, level in numbering.levels.items() if level.style == style.id != "")
            at = next(linked, 0 if own is not None else style.level or 0)
        at = min(max(at, 0), _LEVELS - 1)
        if at not in numbering.levels:
            return ""
        return numbering.text(at, self._advance(num, numbering, at))

    def _advance(self, num: int, numbering: _Numbering, at: int) -> Mapping[int, int]:
        """The counters after one more paragraph at a level."""
        counters = self._counters.setdefault(numbering.abstract, {})
        for level, start in numbering.starts.items():
            if level <= at and (num, level) not in self._started:
                self._started.add((num, level))
                counters.pop(level, None)
                if level < at:
                    counters[level] = start
        usual = numbering.levels[at].start
        counters[at] = counters[at] + 1 if at in counters else numbering.starts.get(at, usual)
        for level in [lv for lv in counters if lv > at]:
            restart = numbering.levels.get(level, _Level()).restart
            if restart is None or at < restart:
                del counters[level]
        return counters

    def _resolve(self, num: int) -> _Numbering | None:
        element = self._nums.get(num)
        key = _number(element, "abstractNumId")
        linked = _value(self._abstract.get(key or 0), "numStyleLink") if key is not None else None
        if linked:  # the levels stand where the style's own numbering says
            key = _number(self._nums.get(self._styles.num_of(linked) or 0), "abstractNumId")
        if key is None or key not in self._abstract:
            return None
        levels = {
            _whole(level.get(W + "ilvl")) or 0: _level(level)
            for level in _children(self._abstract[key], "lvl")
        }
        starts: dict[int, int] = {}
        for override in _children(element, "lvlOverride"):
            at = _whole(override.get(W + "ilvl")) or 0
            if (own := override.find(f"{W}lvl")) is not None:
                levels[at] = _level(own)
            if (start := _number(override, "startOverride")) is not None:
                starts[at] = start
        return _Numbering(key, levels, starts)


def _level(element: Element) -> _Level:
    form = _value(element, "numFmt") or ""
    text = (_value(element, "lvlText") or "")[:_LONGEST]
    if form == "bullet":
        fonts = element.find(f"{W}rPr/{W}rFonts")
        font = str(fonts.get(W + "ascii") or "").lower() if fonts is not None else ""
        text = _BULLET if _PRIVATE.search(text) or font.startswith(_SYMBOL_FONTS) else text
    if not form:  # newer programs write it beside one for older ones
        form = next((str(one.get(W + "val") or "") for one in element.iter(f"{W}numFmt")), "")
    return _Level(
        start=_number(element, "start") or 0,
        form=form or "decimal",
        text="" if _flag(element.find(f"{W}rPr"), "vanish") else text,
        style=_value(element, "pStyle") or "",
        legal=bool(_flag(element, "isLgl")),
        restart=_number(element, "lvlRestart"),
    )


# -- the text


class _Fields:
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
class _Paragraph:
    """What a paragraph holds: its words, its notes and the text boxes that hang on it."""

    words: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)


class _Story:
    """Reads a body in order, which advances the automatic numbers."""

    def __init__(
        self, styles: _Styles, notes: _Notes, counters: _Counters, fields: _Fields
    ) -> None:
        self._styles = styles
        self._notes = dict(notes)  # a note is told where it is first referred to
        self._counters = counters
        self._fields = fields
        self._carried: list[str] = []  # a paragraph whose end was deleted goes on in the next
        self._readers: Mapping[str, Callable[[Element, _Paragraph, bool], None]] = {
            W + "t": self._words,
            _MATH + "t": self._words,
            _MATH + "f": self._fraction,
            W + "r": self._run,
            W + "br": self._break,
            W + "sym": self._symbol,
            W + "fldChar": lambda field, *_: fields.mark(field.get(W + "fldCharType")),
            W + "instrText": lambda said, *_: fields.instruct(said.text or ""),
            W + "fldSimple": self._simple_field,
            W + "sdt": self._control,
            W + "txbxContent": self._box,
            _CHOICES: self._choice,
            **dict.fromkeys(_SIGNS, self._sign),
            **dict.fromkeys(_REFERENCES, self._note),
        }

    def lines(self, body: Element) -> Iterator[StyledLine]:
        """The lines of all that a body, cell or text box holds."""
        for block in _blocks(body):
            if block.tag == W + "p":
                yield from self._paragraph(block)
            elif not self._fields.hide:
                yield from table_lines(list(self._rows(block)))

    def _paragraph(self, paragraph: Element) -> Iterator[StyledLine]:
        properties = paragraph.find(W + "pPr")
        style = self._styles.of_paragraph(properties)
        hid = self._fields.hide
        read = _Paragraph()
        self._below(paragraph, read, bool(style.hidden))
        hid = hid or self._fields.hide
        mark = properties.find(W + "rPr") if properties is not None else None
        text = "".join((*self._carried, *read.words))
        self._carried.clear()
        if mark is not None and mark.find(W + "del") is not None:
            self._carried.append(text)
            return
        unseen = not text and bool(_flag(mark, "vanish"))
        if style.contents or unseen or (hid and not text):
            return
        number = self._counters.next(style, properties)
        level = style.heading_level(properties) if text.strip() else None
        if level:
            text = "".join(text.splitlines())
        numbered = with_number(number, text) if text.strip() else text
        yield StyledLine(numbered + "".join(map(NOTE.format, read.notes)), level)
        for box in read.boxes:
            yield from self.lines(box)

    def _rows(self, table: Element) -> Iterator[GridRow]:
        for row in _inside(table, "tr"):
            properties = row.find(W + "trPr")
            if properties is not None and properties.find(W + "del") is not None:
                continue
            column = min(max(_number(properties, "gridBefore") or 0, 0), MOST_COLUMNS)
            cells = []
            for cell in _inside(row, "tc"):
                about = cell.find(W + "tcPr")
                span = min(max(_number(about, "gridSpan") or 1, 1), MOST_COLUMNS)
                merge = about.find(W + "vMerge") if about is not None else None
                below = merge is not None and merge.get(W + "val", "continue") == "continue"
                deleted = about is not None and about.find(W + "cellDel") is not None
                told = () if deleted else self.lines(cell)
                lines = [line.text for line in told if line.text.strip()]
                cells.append(GridCell(column, span, lines, below))
                column = min(column + span, MOST_COLUMNS)
            yield GridRow(cells, bool(_flag(properties, "tblHeader")))

    def _below(self, element: Iterable[Element], read: _Paragraph, hidden: bool) -> None:
        for child in element:
            if child.tag not in _SKIPPED:
                self._readers.get(child.tag, self._below)(child, read, hidden)

    def _run(self, run: Element, read: _Paragraph, hidden: bool) -> None:
        properties = run.find(W + "rPr")
        if properties is not None:
            own = _flag(properties, "vanish")
            if own is None and (key := _value(properties, "rStyle")):
                own = self._styles.style(key).hidden
            hidden = hidden if own is None else own
        self._below(run, read, hidden)

    def _append(self, text: str, read: _Paragraph, hidden: bool) -> None:
        if not hidden and not self._fields.hide:
            read.words.append(text)

    def _words(self, element: Element, read: _Paragraph, hidden: bool) -> None:
        text = element.text or ""
        preserved = element.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
        self._append(text if preserved else text.strip(" \t\r\n"), read, hidden)

    def _fraction(self, element: Element, read: _Paragraph, hidden: bool) -> None:
        self._below(element.iterfind(_MATH + "num"), read, hidden)
        self._append("/", read, hidden)
        self._below(element.iterfind(_MATH + "den"), read, hidden)

    def _sign(self, element: Element, read: _Paragraph, hidden: bool) -> None:
        self._append(_SIGNS[element.tag], read, hidden)

    def _break(self, element: Element, read: _Paragraph, hidden: bool) -> None:
        if element.get(W + "type", "textWrapping") == "textWrapping":
            self._append("\n", read, hidden)

    def _symbol(self, element: Element, read: _Paragraph, hidden: bool) -> None:
        code = element.get(W + "char", "").upper()
        shown = _SYMBOLS.get(code[-2:]) if len(code) < 3 or code.startswith("F0") else None
        if shown is None and re.fullmatch(r"[0-9ABC][0-9A-F]{3}", code):
            shown = chr(int(code, 16))
        self._append(shown if shown and shown.isprintable() else _UNKNOWN_SYMBOL, read, hidden)

    def _simple_field(self, element: Element, read: _Paragraph, hidden: bool) -> None:
        self._fields.mark("begin")
        self._fields.instruct(element.get(W + "instr") or "")
        self._fields.mark("separate")
        self._below(element, read, hidden)
        self._fields.mark("end")

    def _control(self, element: Element, read: _Paragraph, hidden: bool) -> None:
        if not _is_left_out(element):
            self._below(element, read, hidden)

    def _box(self, element: Element, read: _Paragraph, hidden: bool) -> None:
        if not hidden and not self._fields.hide:
            read.boxes.append(element)

    def _choice(self, element: Element, read: _Paragraph, hidden: bool) -> None:
        for branch in element:  # the first that shows anything; the others are the same again
            shown = len(read.words) + len(read.boxes)
            self._below(branch, read, hidden)
            if len(read.words) + len(read.boxes) != shown:
                break

    def _note(self, element: Element, read: _Paragraph, hidden: bool) -> None:
        if not hidden and not self._fields.hide:
            key = (_REFERENCES[element.tag], element.get(W + "id", ""))
            read.notes += filter(None, [self._notes.pop(key, "")])


def _note_text(note: Element, styles: _Styles) -> str:
    story = _Story(styles, {}, _Counters(None, styles), _Fields(all_shown=False))
    return " ".join(filter(None, (line.text.strip() for line in story.lines(note))))


def _is_left_out(control: Element) -> bool:
    """Whether a content control shows only its prompt, or is a table of contents."""
    properties = control.find(W + "sdtPr")
    gallery = _value(properties, "docPartObj/docPartGallery") or ""
    return gallery == "Table of Contents" or bool(_flag(properties, "showingPlcHdr"))


def _blocks(element: Iterable[Element]) -> Iterator[Element]:
    """The paragraphs and tables of a body, a cell or a text box, through what wraps them."""
    for child in element:
        if child.tag in {W + "p", W + "tbl"}:
            yield child
        elif child.tag in {W + "altChunk", W + "subDoc"}:  # another file, whose text we have not
            raise refusal("embedded_docx")
        elif child.tag == _CHOICES:
            yield from _blocks(next(iter(child), ()))
        elif child.tag not in _SKIPPED and not (child.tag == W + "sdt" and _is_left_out(child)):
            yield from _blocks(child)
