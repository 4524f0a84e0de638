"""Presentations (pptx) to text: each slide's title as a heading, its words from the top, tables."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from knowledge.models import Page
from knowledge.reading.grid import MOST_COLUMNS, GridCell, GridRow, grid_lines
from knowledge.reading.parts import RELATION_IDS, Element, OfficeParts
from knowledge.reading.result import PagedText
from knowledge.understanding.headings import STYLED
from knowledge.understanding.rows import repeat_units

P: Final = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MAIN = "ppt/presentation.xml"
_TITLES = frozenset({"title", "ctrTitle"})
_FURNITURE = frozenset({"sldNum", "dt", "ftr", "hdr"})
_LONGEST_TITLE = 60
_SAME_HEIGHT = 100_000  # English metric units, a tenth of an inch
_CELL_TEXT = A + "txBody"
_BLANKS = re.compile(r"\s+")


def read_pptx(data: bytes) -> PagedText:
    """The text of a presentation with its slides; raises UnreadableFile in words for its user."""
    parts = OfficeParts(data, "pptx")
    main = parts.target("", "officeDocument") or _MAIN
    relations = parts.relations(main)
    pieces: list[str] = []
    pages: list[Page] = []
    for listed in parts.main(main).iterfind(f"{P}sldIdLst/{P}sldId"):
        relation = relations.get(listed.get(RELATION_IDS + "id", ""))
        slide = parts.tree(relation.target) if relation and relation.kind == "slide" else None
        if slide is None or slide.get("show") in {"0", "false"}:
            continue
        pages.append(Page(sum(map(len, pieces))))
        titled = len(pages) > 1  # the first slide's title is that of the report
        pieces.append(
            repeat_units("".join(f"{line}\n" for line in _slide_lines(slide, titled=titled)))
        )
    return PagedText("".join(pieces), tuple(pages))


class _Shape(NamedTuple):
    """A shape with words: where it stands, whether it is the title, and its lines."""

    top: int
    left: int
    lines: list[str]
    title: bool = False


def _slide_lines(slide: Element, *, titled: bool) -> Iterator[str]:
    shapes = [shape for shape in _shapes(slide) if shape.lines]
    shapes.sort(key=lambda shape: (not shape.title, shape.top // _SAME_HEIGHT, shape.left))
    for shape in shapes:
        if shape.title and titled and sum(map(len, shape.lines)) <= _LONGEST_TITLE:
            yield STYLED + "".join(shape.lines)
        else:
            yield from shape.lines


def _shapes(element: Element, top: int = 0, left: int = 0) -> Iterator[_Shape]:
    """The shapes of a slide; those of a group stand where it does."""
    for child in element.iterchildren():
        if child.tag in {P + "cSld", P + "spTree"}:
            yield from _shapes(child, top, left)
        elif child.tag == P + "grpSp":
            yield from _shapes(child, *_offset(child.find(f"{P}grpSpPr/{A}xfrm"), top, left))
        elif child.tag == P + "sp":
            kind = _placeholder(child)
            if kind not in _FURNITURE:
                body = child.find(P + "txBody")
                place = _offset(child.find(f"{P}spPr/{A}xfrm"), top, left)
                lines = _paragraphs(body) if body is not None else []
                yield _Shape(*place, lines, kind in _TITLES)
        elif child.tag == P + "graphicFrame":
            place = _offset(child.find(P + "xfrm"), top, left)
            for table in child.iter(A + "tbl"):
                yield _Shape(*place, [line.text for line in grid_lines(_rows(table))])


def _placeholder(shape: Element) -> str:
    found = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
    return found.get("type", "body") if found is not None else ""


def _offset(transform: Element | None, top: int, left: int) -> tuple[int, int]:
    """Where something stands, as far as it says so itself."""
    found = transform.find(A + "off") if transform is not None else None
    if found is None:
        return top, left
    return top + _whole(found.get("y", "0")), left + _whole(found.get("x", "0"))


def _whole(said: str) -> int:
    return int(said) if said.removeprefix("-").isdecimal() and len(said) < 12 else 0


def _paragraphs(body: Element) -> list[str]:
    """The paragraphs of a text, their line breaks as blanks."""
    lines = (
        "".join(
            " " if piece.tag == A + "br" else piece.text or ""
            for piece in paragraph.iter(A + "t", A + "br")
        )
        for paragraph in body.iterchildren(A + "p")
    )
    return [line for line in (_BLANKS.sub(" ", line).strip() for line in lines) if line]


def _rows(table: Element) -> list[GridRow]:
    properties = table.find(A + "tblPr")
    heads = properties is not None and properties.get("firstRow") in {"1", "true"}
    return [
        GridRow(list(_cells(row)), marked=heads and number == 0)
        for number, row in enumerate(table.iterchildren(A + "tr"))
    ]


def _cells(row: Element) -> Iterator[GridCell]:
    for column, cell in enumerate(row.iterchildren(A + "tc")):
        if column < MOST_COLUMNS and cell.get("hMerge") not in {"1", "true"}:
            body = cell.find(_CELL_TEXT)
            below = cell.get("vMerge") in {"1", "true"}
            span = min(max(_whole(cell.get("gridSpan", "1")), 1), MOST_COLUMNS)
            lines = _paragraphs(body) if body is not None and not below else []
            yield GridCell(column, span, lines, below)
