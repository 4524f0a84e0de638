"""Rich text (rtf) to what its readers see: paragraphs, tables row by row, notes; no pictures.

As the Rich Text Format Specification 1.9.1 has it. Own, since the small libraries leave out
tables, deleted and hidden words, and the outline.
"""

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from knowledge.reading.grid import MOST_COLUMNS, GridCell, GridRow
from knowledge.reading.result import refusal
from knowledge.reading.styled import NOTE, StyledLine, styled_text, table_lines

_TOKEN = re.compile(
    rb"\\(?:(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})?[ ]?"
    rb"|'(?P<hex>[0-9a-fA-F]{2})|(?P<sign>.))|(?P<brace>[{}])|(?P<line>[\r\n]+)|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
# Groups whose words no reader sees where they stand.
_UNSEEN_GROUPS = """
    colortbl stylesheet listtable listoverridetable info pict object header headerl
    headerr headerf footer footerl footerr footerf fldinst bkmkstart bkmkend themedata
    colorschememapping datastore latentstyles rsidtbl generator xmlnstbl nonshppict revtbl filetbl
    annotation atnid atnauthor atntime atnref atndate pgdsctbl listpicture template datafield
    formfield shpinst mmathPr wgrffmtfilter picprop ftnsep ftnsepc aftnsep aftnsepc tc xe rxe
    private userprops docvar fontemb fontfile shprslt
"""
_UNSEEN = _UNSEEN_GROUPS.split()
_SIGNS: Mapping[str, str] = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "emspace": "\u2003",
    "enspace": "\u2002", "qmspace": " ", "bullet": "•", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "nestcell": " ", "nestrow": "\n",
}  # fmt: skip
_ESCAPES = {b"~": "\xa0", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\"}
_CHARSETS = {
    0: "cp1252", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250",
}  # fmt: skip
_WIDER = {"cp936": "gb18030", "cp65001": "utf-8", "cp0": "cp1252"}
_DEEPEST = 500
_MOST_TOKENS = 4_000_000


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside a group; ``fallback`` signs follow one that is written as Unicode."""

    unseen: bool = False
    hidden: bool = False
    deleted: bool = False
    font: int = -1
    fallback: int = 1
    note: bool = False
    fonts: bool = False


@dataclass(slots=True)
class _Table:
    """A table on its way: the cells of the row that is open, the rows before it."""

    rows: list[GridRow] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)
    heads: bool = False


def read_rtf(data: bytes) -> str:
    """The text of a document; raises UnreadableFile in words for its user."""
    return styled_text(_Reader().lines(data))


class _Reader:
    def __init__(self) -> None:
        self._state = _State()
        self._stack: list[_State] = []
        self._codec = "cp1252"
        self._fonts: dict[int, str] = {}
        self._bytes = bytearray()
        self._skip = 0
        self._pieces: list[str] = []
        self._level: int | None = None
        self._in_table = False
        self._starred = False
        self._table = _Table()
        self._lines: list[StyledLine] = []
        self._words: Mapping[str, Callable[[int | None], None]] = {
            **dict.fromkeys(("par", "sect", "page"), self._end_paragraph),
            **dict.fromkeys(("footnote", "endnote"), self._begin_note),
            **dict.fromkeys(_UNSEEN, lambda _: self._set(unseen=True)),
            **{word: partial(self._put, sign) for word, sign in _SIGNS.items()},
            "fonttbl": lambda _: self._set(unseen=True, fonts=True),
            "shptxt": lambda _: self._set(unseen=False),  # in a group that shows nothing else
            "cell": self._end_cell,
            "row": self._end_row,
            "pard": self._reset_paragraph,
            "trowd": self._begin_row,
            "intbl": self._enter_table,
            "trhdr": self._mark_heads,
            "clvmrg": lambda _: self._table.merged.append("below"),
            "clmrg": lambda _: self._table.merged.append("beside"),
            "cellx": self._define_cell,
            "outlinelevel": self._set_level,
            "u": self._put_unicode,
            "uc": lambda n: self._set(fallback=min(max(n or 0, 0), 8)),
            "f": lambda n: self._set(font=n if n is not None else -1),
            "fcharset": self._set_charset,
            "ansicpg": self._set_codec,
            "v": lambda n: self._set(hidden=n != 0),
            "deleted": lambda n: self._set(deleted=n != 0),
            "plain": lambda _: self._set(hidden=False, deleted=False),
        }

    def lines(self, data: bytes) -> list[StyledLine]:
        """The lines of the document."""
        at = tokens = 0
        while at < len(data):
            token = _TOKEN.match(data, at)
            if token is None:
                at += 1
                continue
            at = token.end()
            tokens += 1
            if tokens > _MOST_TOKENS:
                raise refusal("bloated.rtf")
            if token["word"] == b"bin":  # so many bytes follow that are no words
                at += max(int(token["number"] or 0), 0)
            else:
                self._take(token)
            if token["brace"] == b"}" and not self._stack:
                break  # what follows the outermost group is none of the document
        self._flush()
        if any(map(str.strip, self._pieces)):
            self._end_paragraph()
        self._end_table()
        return self._lines

    def _take(self, token: re.Match[bytes]) -> None:
        if token["line"]:
            return
        if token["hex"] or token["text"]:  # a character may have a byte of either kind
            raw = token["text"] or bytes.fromhex(token["hex"].decode())
            self._bytes += raw[self._skip :]
            self._skip = max(self._skip - len(raw), 0)
            return
        self._flush()
        self._skip = 0
        if token["brace"]:
            self._take_brace(token["brace"])
        elif token["word"]:
            starred, self._starred = self._starred, False
            word, number = token["word"].decode(), token["number"]
            if starred and word != "shptxt":
                self._set(unseen=True, fonts=word == "fonttbl")
            elif word in self._words:
                self._words[word](int(number) if number else None)
        elif token["sign"] == b"*":
            self._starred = True
        elif token["sign"] in b"\r\n":
            self._end_paragraph()
        else:
            self._put(_ESCAPES.get(token["sign"], ""))

    def _flush(self) -> None:
        """The bytes so far, as characters of their font's encoding."""
        if self._bytes:
            named = self._fonts.get(self._state.font)
            encoding = named if named and named != "cp1252" else self._codec
            self._put(self._bytes.decode(encoding, "replace"))
            self._bytes.clear()

    def _take_brace(self, brace: bytes) -> None:
        if brace == b"{":
            if len(self._stack) >= _DEEPEST:
                raise refusal("broken.rtf")
            self._stack.append(self._state)
        elif self._stack:
            outer = self._stack.pop()
            if self._state.note and not outer.note:
                self._pieces.append("\0")  # where the note ends
            self._state = outer

    def _set(self, **changes: bool | int) -> None:
        self._state = replace(self._state, **changes)  # type: ignore[arg-type]  # by their names

    def _begin_note(self, _: int | None) -> None:
        self._set(note=True)
        self._pieces.append("\0")

    def _put(self, words: str, _: int | None = None) -> None:
        if not (self._state.unseen or self._state.hidden or self._state.deleted):
            self._pieces.append(words)

    def _put_unicode(self, number: int | None) -> None:
        self._put(chr((number or 0) % 0x10000))
        self._skip = self._state.fallback

    def _set_charset(self, number: int | None) -> None:
        if self._state.fonts and number in _CHARSETS:
            self._fonts[self._state.font] = _CHARSETS[number]

    def _set_codec(self, number: int | None) -> None:
        named = _WIDER.get(f"cp{number}", f"cp{number}")
        try:
            self._codec = codecs.lookup(named).name
        except LookupError:
            self._codec = "cp1252"

    def _set_level(self, number: int | None) -> None:
        self._level = number + 1 if number is not None and 0 <= number < 9 else None

    def _enter_table(self, _: int | None) -> None:
        self._in_table = True

    def _reset_paragraph(self, _: int | None) -> None:
        self._in_table, self._level = False, None

    def _text(self) -> str:
        units = "".join(self._pieces).encode("utf-16-le", "surrogatepass")
        words, *rest = units.decode("utf-16-le", "ignore").split("\0")
        self._pieces = []
        notes = [note.strip() for note in rest[::2]]
        return words + "".join(rest[1::2]) + "".join(NOTE.format(note) for note in notes if note)

    def _end_paragraph(self, _: int | None = None) -> None:
        if self._state.unseen:
            return
        if self._state.note:
            self._put(" ")
        elif self._in_table:
            self._table.lines.append(self._text())
        else:
            text = self._text()
            if text.strip():
                self._end_table()
            self._lines.append(StyledLine(text, self._level))

    def _end_cell(self, _: int | None) -> None:
        lines = [*self._table.lines, self._text()]
        self._table.cells.append([line.strip() for line in lines if line.strip()])
        self._table.lines = []

    def _begin_row(self, _: int | None) -> None:
        self._table.definitions, self._table.merged, self._table.heads = [], [], False

    def _mark_heads(self, _: int | None) -> None:
        self._table.heads = True

    def _define_cell(self, _: int | None) -> None:
        self._table.definitions.append(next(iter(self._table.merged), ""))
        self._table.merged = []

    def _end_row(self, _: int | None) -> None:
        self._table.rows.append(GridRow(list(self._row_cells()), self._table.heads))
        self._table.cells = []

    def _row_cells(self) -> Iterator[GridCell]:
        kinds = [*self._table.definitions, *[""] * len(self._table.cells)]
        cells = self._table.cells[:MOST_COLUMNS]
        for column, (lines, kind) in enumerate(zip(cells, kinds, strict=False)):
            if kind != "beside":
                span = 1
                while column + span < len(cells) and kinds[column + span] == "beside":
                    span += 1
                yield GridCell(column, span, lines, below=kind == "below")

    def _end_table(self) -> None:
        if self._table.rows:
            self._lines += table_lines(self._table.rows)
        self._table = _Table()
