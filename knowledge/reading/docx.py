"""Word documents to the text that their readers see; doc and wps by way of LibreOffice.

The package's parts are XML trees within limits; styles and automatic numbering say what stands
before a paragraph; a paragraph or a row of a table becomes a line.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Final

from knowledge.reading.grid import MOST_COLUMNS, GridCell, GridRow, grid_lines
from knowledge.reading.parts import Element, OfficeParts
from knowledge.reading.processes import run_program
from knowledge.reading.result import refusal
from knowledge.reading.styled import StyledLine, mark_headings, with_number
from knowledge.understanding.rows import repeat_units

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAIN = "word/document.xml"
_BESIDE = frozenset({"styles", "numbering", "footnotes", "endnotes"})
_OFF = frozenset({"0", "false", "off"})
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_TABLE_OF_CONTENTS = re.compile(r"(?:toc|目录)\s*\d", re.IGNORECASE)
_LAST_LEVEL = 8  # of outlineLvl; 9 says that a paragraph is body text
_LONGEST_CHAIN = 20
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_LONGEST_LETTERS = 20
_LEVELS = 9
_LONGEST = 50
_PLACE = re.compile(r"%([1-9])")
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
_SYMBOL_FONTS = ("wingdings", "webdings", "symbol")
_BULLET = "•"
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
LinesOf = Callable[[Element], list[str]]
"""The lines of a cell's, or any body's, paragraphs and tables."""
_NOTE = "（注：{}）"
_PROGRAMS = ("soffice", "libreoffice")
_SECONDS = 60
_WRITER = "WordDocument".encode("utf-16-le")
_PRESENTATION = "PowerPoint Document".encode("utf-16-le")
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


def flag(parent: Element | None, name: str) -> bool | None:
    """What a switch such as w:vanish says; None where it is not set."""
    found = None if parent is None else parent.find(W + name)
    return None if found is None else found.get(W + "val", "1").lower() not in _OFF


def value(parent: Element | None, path: str) -> str | None:
    """The w:val of an element below, by its path of names without prefix."""
    if parent is None:
        return None
    found = parent.find(_in_full(path))
    return None if found is None else found.get(W + "val")


@cache
def _in_full(path: str) -> str:
    return "/".join(W + name for name in path.split("/"))


def number(parent: Element | None, path: str) -> int | None:
    """The same as a whole number; None where it is none, or an absurd one."""
    return whole(value(parent, path))


def whole(text: str | None) -> int | None:
    """An attribute's whole number of at most seven characters; None for anything else."""
    bare = (text or "").strip()
    if not bare.removeprefix("-").isdecimal() or len(bare) > 7:
        return None
    return int(bare)


@dataclass(frozen=True, slots=True)
class DocxStyle:
    """A style with what it has of those below it.

    ``outline`` is the level of a heading, 0 the highest. ``num`` and ``level`` name the automatic
    numbering. None is what no style tells.
    """

    id: str = ""
    outline: int | None = None
    num: int | None = None
    level: int | None = None
    hidden: bool | None = None
    contents: bool = False


_NONE = DocxStyle()


class DocxStyles:
    """The styles of a document, by id."""

    def __init__(self, part: Element | None) -> None:
        self._elements: dict[str, Element] = {}
        self._styles: dict[str, DocxStyle] = {}
        self.usual = ""
        for style in part.iterfind(f"{W}style") if part is not None else ():
            key = style.get(W + "styleId", "")
            self._elements.setdefault(key, style)
            if style.get(W + "type") == "paragraph" and style.get(W + "default") in {"1", "true"}:
                self.usual = self.usual or key

    def style(self, key: str | None) -> DocxStyle:
        """The style of an id; one that says nothing where there is none."""
        if key not in self._styles:
            self._styles[key or ""] = self._resolve(key or "")
        return self._styles[key or ""]

    def num_of(self, key: str) -> int | None:
        """The numbering that a numbering style names."""
        return number(self._elements.get(key), "pPr/numPr/numId")

    def _resolve(self, key: str) -> DocxStyle:
        chain: list[Element] = []
        while (element := self._elements.get(key)) is not None and len(chain) < _LONGEST_CHAIN:
            chain.append(element)
            key = value(element, "basedOn") or ""
        style = _NONE
        for element in reversed(chain):
            style = _inherit(style, element)
        return style


def _inherit(below: DocxStyle, element: Element) -> DocxStyle:
    """A style over the one that it is based on."""
    name = value(element, "name") or ""
    outline = number(element, "pPr/outlineLvl")
    if outline is None and (named := _HEADING.fullmatch(name.strip())):
        outline = int(named[1]) - 1
    num, level = number(element, "pPr/numPr/numId"), number(element, "pPr/numPr/ilvl")
    hidden = flag(element.find(f"{W}rPr"), "vanish")
    return DocxStyle(
        element.get(W + "styleId", ""),
        below.outline if outline is None else outline,
        below.num if num is None else num,
        below.level if level is None else level,
        below.hidden if hidden is None else hidden,
        contents=below.contents or bool(_TABLE_OF_CONTENTS.fullmatch(name.strip())),
    )


def outline_level(style: DocxStyle, properties: Element | None) -> int | None:
    """The heading level of a paragraph, 1 the highest; None for body text."""
    own = number(properties, "outlineLvl")
    level = style.outline if own is None else own
    return level + 1 if level is not None and 0 <= level <= _LAST_LEVEL else None


def numeral(number: int, form: str) -> str:
    """A number in a form that numbering.xml names; a form that is not known is decimal."""
    writer = _WRITERS.get(form)
    return writer(number) if writer and number > 0 else str(number)


def _chinese(number: int, digits: str, units: str) -> str:
    if number >= 10_000:
        return str(number)
    zero = digits[0]
    places = zip(f"{number:04}", (*units, ""), strict=True)
    written = "".join(zero if d == "0" else digits[int(d)] + unit for d, unit in places)
    return re.sub(f"{zero}+", zero, written).strip(zero)


def _chinese_numeral(number: int) -> str:
    written = _chinese(number, _DIGITS, "千百十")
    return written[1:] if written.startswith("一十") else written


def _legal(number: int) -> str:
    return _chinese(number, _LEGAL, "仟佰拾")


def _digit_by_digit(number: int) -> str:
    return "".join(_DIGITS[int(d)] for d in str(number))


def _roman(number: int) -> str:
    if number >= 4000:
        return str(number)
    written = ""
    for worth, letters in _ROMAN:
        count, number = divmod(number, worth)
        written += letters * count
    return written


def _letters(number: int) -> str:
    """A … z, aa, bb: the letter repeated."""
    rounds, place = divmod(number - 1, 26)
    return chr(ord("a") + place) * (rounds + 1) if rounds < _LONGEST_LETTERS else str(number)


def _row(first: str, count: int) -> str:
    """Signs that follow one another in Unicode."""
    return "".join(chr(ord(first) + n) for n in range(count))


def _one_of(signs: str) -> Callable[[int], str]:
    """A writer of signs, the first for 1; decimal beyond them."""
    return lambda number: signs[number - 1] if number <= len(signs) else str(number)


_FORMS: Sequence[tuple[Callable[[int], str], str]] = (
    (lambda _: "", "none"),
    (_chinese_numeral, "chineseCounting chineseCountingThousand taiwaneseCounting"),
    (_chinese_numeral, "taiwaneseCountingThousand japaneseCounting koreanDigital2"),
    (_legal, "chineseLegalSimplified ideographLegalTraditional japaneseLegal"),
    (_digit_by_digit, "ideographDigital japaneseDigitalTenThousand taiwaneseDigital"),
    (_one_of(_STEMS), "ideographTraditional"),
    (_one_of(_BRANCHES), "ideographZodiac"),
    (_one_of(_row("㊀", 10)), "ideographEnclosedCircle"),
    (
        _one_of(_row("①", 20) + _row("㉑", 15) + _row("㊱", 15)),
        "decimalEnclosedCircle decimalEnclosedCircleChinese",
    ),
    (_one_of(_row("⑴", 20)), "decimalEnclosedParen"),
    (_one_of(_row("⒈", 20)), "decimalEnclosedFullstop"),
    (lambda number: f"{number:02}", "decimalZero"),
    (lambda number: str(number).translate(_FULL_WIDTH), "decimalFullWidth decimalFullWidth2"),
    (lambda number: f"- {number} -", "numberInDash"),
    (lambda number: _roman(number).upper(), "upperRoman"),
    (_roman, "lowerRoman"),
    (lambda number: _letters(number).upper(), "upperLetter"),
    (_letters, "lowerLetter"),
)
_WRITERS = {form: writer for writer, forms in _FORMS for form in forms.split()}


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


class Counters:
    """The counters of a document's lists, advanced paragraph by paragraph."""

    def __init__(self, part: Element | None, styles: DocxStyles) -> None:
        self._styles = styles
        self._abstract: dict[int, Element] = {}
        self._nums: dict[int, Element] = {}
        self._numberings: dict[int, _Numbering | None] = {}
        self._counters: dict[int, dict[int, int]] = {}
        self._started: set[tuple[int, int]] = set()
        for element in part if part is not None else ():
            if element.tag == W + "abstractNum":
                self._abstract[whole(element.get(W + "abstractNumId")) or 0] = element
            elif element.tag == W + "num":
                self._nums[whole(element.get(W + "numId")) or 0] = element

    def next(self, style: DocxStyle, properties: Element | None) -> str:
        """The number of the next paragraph; "" for none."""
        own = number(properties, "numPr/numId")
        num = style.num if own is None else own
        numbering = self._numbering(num) if num else None
        if numbering is None or num is None:
            return ""
        at = self._level_of(numbering, style, properties, direct=own is not None)
        level = numbering.levels.get(at)
        if level is None:
            return ""
        counters = self._advance(num, numbering, at)
        return _format_number(numbering.levels, at, counters)

    def _level_of(
        self, numbering: _Numbering, style: DocxStyle, properties: Element | None, *, direct: bool
    ) -> int:
        own = number(properties, "numPr/ilvl")
        if own is None:
            linked = (at for at, lv in numbering.levels.items() if lv.style == style.id != "")
            own = next(linked, 0 if direct else style.level or 0)
        return min(max(own, 0), _LEVELS - 1)

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

    def _numbering(self, num: int) -> _Numbering | None:
        if num not in self._numberings:
            self._numberings[num] = self._resolve(num)
        return self._numberings[num]

    def _resolve(self, num: int) -> _Numbering | None:
        element = self._nums.get(num)
        key = number(element, "abstractNumId")
        abstract = None if key is None else self._abstract.get(key)
        linked = value(abstract, "numStyleLink")
        if linked:  # the levels stand where the style's own numbering says
            key = number(self._nums.get(self._styles.num_of(linked) or 0), "abstractNumId")
            abstract = None if key is None else self._abstract.get(key)
        if abstract is None or element is None or key is None:
            return None
        levels = {whole(lv.get(W + "ilvl")) or 0: _level(lv) for lv in abstract.iterfind(f"{W}lvl")}
        starts: dict[int, int] = {}
        for override in element.iterfind(f"{W}lvlOverride"):
            at = whole(override.get(W + "ilvl")) or 0
            if (own := override.find(f"{W}lvl")) is not None:
                levels[at] = _level(own)
            if (start := number(override, "startOverride")) is not None:
                starts[at] = start
        return _Numbering(key, levels, starts)


def _level(element: Element) -> _Level:
    form = value(element, "numFmt") or ""
    text = (value(element, "lvlText") or "")[:_LONGEST]
    fonts = element.find(f"{W}rPr/{W}rFonts")
    if form == "bullet":
        font = str(fonts.get(W + "ascii") or "").lower() if fonts is not None else ""
        text = _BULLET if _PRIVATE.search(text) or font.startswith(_SYMBOL_FONTS) else text
    level = _Level(
        start=number(element, "start") or 0,
        form=form or _form_beside(element) or "decimal",
        text=text,
        style=value(element, "pStyle") or "",
        legal=bool(flag(element, "isLgl")),
        restart=number(element, "lvlRestart"),
    )
    return replace(level, text="") if flag(element.find(f"{W}rPr"), "vanish") else level


def _form_beside(element: Element) -> str:
    """The form where newer programs write it beside one for older ones."""
    choice = next(element.iter(f"{W}numFmt"), None)
    return "" if choice is None else str(choice.get(W + "val") or "")


def _format_number(levels: Mapping[int, _Level], at: int, counters: Mapping[int, int]) -> str:
    level = levels[at]

    def number_at(place: re.Match[str]) -> str:
        of = int(place[1]) - 1
        named = levels.get(of, _Level())
        form = "decimal" if level.legal else named.form
        return "" if form == "bullet" else numeral(counters.get(of, named.start), form)

    return _PLACE.sub(number_at, level.text)


def read_docx(data: bytes) -> str:
    """The text of a document; raises UnreadableFile in words for its user.

    Automatic numbers stand as typed ones would, changes are as accepted, tables come row by row
    with the names of their columns and their units, notes at the end of their paragraph, text
    boxes after theirs. A heading that only its style makes one begins with a mark that is blank
    to the eye.
    """
    parts = OfficeParts(data, "docx")
    main = parts.target("", "officeDocument") or _MAIN
    body = parts.main(main).find(W + "body")
    beside = {
        r.kind: parts.tree(r.target)
        for r in reversed(parts.relations(main).values())
        if r.kind in _BESIDE
    }
    styles = DocxStyles(beside.get("styles"))
    notes = {
        "footnotes": read_notes(beside.get("footnotes"), "footnote", styles),
        "endnotes": read_notes(beside.get("endnotes"), "endnote", styles),
    }
    numbering = beside.get("numbering")
    if body is None:
        return ""
    for all_shown in (False, True):
        fields = Fields(all_shown=all_shown)
        story = _Story(styles, notes, Counters(numbering, styles), fields)
        lines = list(story.lines(body))
        if not fields.unclosed:
            break
    return repeat_units("".join(f"{line}\n" for line in mark_headings(lines)))


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
            _MATH + "f": self._fraction,
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

    def _fraction(self, element: Element, read: DocxParagraph, hidden: bool) -> None:
        above, below = (element.find(_MATH + part) for part in ("num", "den"))
        self._below(above if above is not None else (), read, hidden)
        self._append("/", read, hidden)
        self._below(below if below is not None else (), read, hidden)

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


def _table_lines(table: Element, lines_of: LinesOf) -> list[str]:
    """The lines of a table."""
    return [line.text for line in grid_lines([_outer_row(row, lines_of) for row in _rows(table)])]


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == W + "tr":
            properties = child.find(W + "trPr")
            if properties is None or properties.find(W + "del") is None:
                yield child
        elif child.tag not in {W + "tblPr", W + "tblGrid", W + "del", W + "moveFrom"}:
            yield from _rows(child)


def _outer_row(row: Element, lines_of: LinesOf) -> GridRow:
    properties = row.find(W + "trPr")
    column = min(max(number(properties, "gridBefore") or 0, 0), MOST_COLUMNS)
    cells = []
    for cell in _cells(row):
        about = cell.find(W + "tcPr")
        span = min(max(number(about, "gridSpan") or 1, 1), MOST_COLUMNS)
        merge = about.find(W + "vMerge") if about is not None else None
        below = merge is not None and merge.get(W + "val", "continue") == "continue"
        deleted = about is not None and about.find(W + "cellDel") is not None
        lines = [] if deleted else [line for line in lines_of(cell) if line.strip()]
        cells.append(GridCell(column, span, lines, below))
        column = min(column + span, MOST_COLUMNS)
    return GridRow(cells, bool(flag(properties, "tblHeader")))


def _cells(row: Element) -> Iterator[Element]:
    for child in row:
        if child.tag == W + "tc":
            yield child
        elif child.tag not in {W + "trPr", W + "tblPrEx"}:
            yield from _cells(child)


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

    def lines(self, body: Element) -> Iterator[StyledLine]:
        """The lines of all that a body, cell or text box holds."""
        for block in blocks_in(body):
            if block.tag == W + "p":
                yield from self._paragraph(block)
            elif not self._fields.hide:
                yield from map(StyledLine, _table_lines(block, self._plain_lines))

    def _plain_lines(self, body: Element) -> list[str]:
        return [line.text for line in self.lines(body)]

    def _paragraph(self, paragraph: Element) -> Iterator[StyledLine]:
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
        yield StyledLine((with_number(number, text) if text.strip() else text) + notes, level)
        for box in read.boxes:
            yield from self.lines(box)


def read_office(data: bytes) -> str:
    """The text of a doc or wps document; raises UnreadableFile in words for its user."""
    if _WRITER not in data and _PRESENTATION in data:
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
    command = [
        program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
        "--norestore", "--nolockcheck", "--convert-to", "docx", "--outdir",
        str(folder / "made"), str(source),
    ]  # fmt: skip
    try:
        run_program(command, _SECONDS)
        return (folder / "made" / "source.docx").read_bytes()
    except OSError as error:
        raise refusal("not_converted") from error
    except subprocess.TimeoutExpired as error:
        raise refusal("convert_slow", seconds=_SECONDS) from error
