"""Word documents (.docx) to the text that their readers see, a paragraph a line."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from knowledge.formats.word.numbering import Numbers
from knowledge.formats.word.package import Element, Package, W, flag, value
from knowledge.formats.word.runs import Fields, Notes, Runs, blocks_in, read_notes
from knowledge.formats.word.styles import Styles, outline_level
from knowledge.formats.word.tables import table_lines
from knowledge.headings import STYLED, Rank, marked_heading
from knowledge.sentences import Span

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
    styles = Styles(package.beside("styles"))
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
        story = _Story(styles, notes, Numbers(numbering, styles), fields)
        lines = list(story.lines(body))
        if not fields.unclosed:
            break
    return "".join(f"{line}\n" for line in _with_marks(lines))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the text; ``level`` is that of a heading by its style, ``alone`` not in a table."""

    text: str
    level: int | None = None


class _Story:
    """The walk through a body, which moves the numbering on."""

    def __init__(self, styles: Styles, notes: Notes, numbers: Numbers, fields: Fields) -> None:
        self._styles = styles
        self._numbers = numbers
        self._fields = fields
        self._runs = Runs(styles, notes, fields)
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
        yield _Line((_numbered(number, text) if text.strip() else text) + notes, level)
        for box in read.boxes:
            yield from self.lines(box)


def _numbered(number: str, text: str) -> str:
    """A number before its text, parted from it where both would run together."""
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
    found = marked_heading(text, Span(0, min(len(text), _LOOKED_AT)))
    return found.rank if found else None


def _depths(styled: Mapping[int, int]) -> dict[int, int]:
    """The levels that a document uses, counted from 1."""
    order = sorted(set(styled.values()))
    return {at: min(order.index(level) + 1, _DEEPEST) for at, level in styled.items()}
