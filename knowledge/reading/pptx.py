"""Presentations (pptx) to text: each slide's title as a heading, its words from the top, tables.

The figures of a chart are read as a table; what the speaker noted follows the slide.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from knowledge.models import Page
from knowledge.reading.grid import MOST_COLUMNS, GridCell, GridRow, grid_lines, row_of
from knowledge.reading.parts import Element, OfficeParts
from knowledge.reading.result import PagedText
from knowledge.understanding.headings import STYLED
from knowledge.understanding.rows import repeat_units

P: Final = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
C: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MAIN = "ppt/presentation.xml"
_TITLES = frozenset({"title", "ctrTitle"})
_FURNITURE = frozenset({"sldNum", "dt", "ftr", "hdr"})
_LONGEST_TITLE = 60
_SAME_HEIGHT = 100_000  # English metric units, a tenth of an inch
_BLANKS = re.compile(r"\s+")


def read_pptx(data: bytes) -> PagedText:
    """The text of a presentation with its slides; raises UnreadableFile in words for its user."""
    parts = OfficeParts(data, "pptx")
    main = parts.target("", "officeDocument") or _MAIN
    text = ""
    pages: list[Page] = []
    slides = parts.main(main).iterfind(f"{P}sldIdLst/{P}sldId")
    for number, listed in enumerate(slides, 1):
        slide, place = parts.related(main, listed, "slide", number=number)
        if slide is None or slide.get("show") in {"0", "false"}:
            continue
        titled = bool(pages)  # the first slide's title is that of the report
        pages.append(Page(len(text)))
        shapes = [shape for shape in _shapes(slide, parts, place) if shape.lines]
        lines = [*_slide_lines(shapes, titled=titled), *_notes(parts, place)]
        text += repeat_units("".join(f"{line}\n" for line in lines))
    return PagedText(parts.with_note(text), tuple(pages))


def _notes(parts: OfficeParts, slide: str) -> Iterator[str]:
    place = parts.target(slide, "notesSlide")
    notes = parts.optional(place, "notesSlide") if place else None
    for shape in notes.iter(P + "sp") if notes is not None else ():
        if _placeholder(shape) == "body":
            yield from _paragraphs(shape.find(P + "txBody"))


def _chart_lines(chart: Element) -> Iterator[str]:
    title = chart.find(f"{C}chart/{C}title")
    if title is not None:
        yield from filter(None, ("".join(piece.text or "" for piece in title.iter(A + "t")),))
    series = list(chart.iter(C + "ser"))[: MOST_COLUMNS - 1]
    named = next(filter(None, (_points(one.find(C + "cat")) for one in series)), {})
    if not named:
        return
    names = ["".join(_points(one.find(C + "tx")).values()) for one in series]
    values = [_points(one.find(C + "val")) for one in series]
    rows = [row_of([name, *(own.get(n, "") for own in values)]) for n, name in named.items()]
    yield from (line.text for line in grid_lines([row_of(["", *names], marked=True), *rows]))


def _points(element: Element | None) -> dict[str, str]:
    """What a chart keeps of a series' name, categories or values, by their numbers."""
    if element is None:
        return {}
    points = {}
    for point in element.iter(C + "pt"):
        value = point.findtext(C + "v", "").strip()
        points[point.get("idx", "")] = _BLANKS.sub(" ", value)
    return points


class _Shape(NamedTuple):
    """A shape with words: where it stands, whether it is the title, and its lines."""

    top: int
    left: int
    lines: list[str]
    title: bool = False


def _slide_lines(shapes: list[_Shape], *, titled: bool) -> Iterator[str]:
    shapes.sort(key=lambda shape: (not shape.title, shape.top // _SAME_HEIGHT, shape.left))
    for shape in shapes:
        if shape.title and titled and sum(map(len, shape.lines)) <= _LONGEST_TITLE:
            yield STYLED + "".join(shape.lines)
        else:
            yield from shape.lines


def _shapes(
    element: Element, parts: OfficeParts, slide: str, top: int = 0, left: int = 0
) -> Iterator[_Shape]:
    for child in element.iterchildren():
        if child.tag in {P + "cSld", P + "spTree"}:
            yield from _shapes(child, parts, slide, top, left)
        elif child.tag == P + "grpSp":
            own = child.find(f"{P}grpSpPr/{A}xfrm")
            inner = _offset(own, 0, 0, "chOff")
            outer = _offset(own, top, left)
            yield from _shapes(child, parts, slide, outer[0] - inner[0], outer[1] - inner[1])
        elif child.tag == P + "sp" and (kind := _placeholder(child)) not in _FURNITURE:
            place = _offset(child.find(f"{P}spPr/{A}xfrm"), top, left)
            yield _Shape(*place, _paragraphs(child.find(P + "txBody")), kind in _TITLES)
        elif child.tag == P + "graphicFrame":
            place = _offset(child.find(P + "xfrm"), top, left)
            for table in child.iter(A + "tbl"):
                yield _Shape(*place, [line.text for line in grid_lines(_rows(table))])
            for named in islice(child.iter(C + "chart"), 1):
                chart, _ = parts.related(slide, named, "chart")
                yield _Shape(*place, list(_chart_lines(chart)) if chart is not None else [])


def _placeholder(shape: Element) -> str:
    found = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
    return found.get("type", "body") if found is not None else ""


def _offset(transform: Element | None, top: int, left: int, name: str = "off") -> tuple[int, int]:
    """Where something stands, or begins to count (``chOff``), as far as it says so itself."""
    found = transform.find(A + name) if transform is not None else None
    if found is None:
        return top, left
    return top + _whole(found.get("y", "0")), left + _whole(found.get("x", "0"))


def _whole(said: str) -> int:
    return int(said) if said.removeprefix("-").isdecimal() and len(said) < 12 else 0


def _paragraphs(body: Element | None) -> list[str]:
    """The paragraphs of a text, their line breaks as blanks."""
    lines = (
        "".join(
            " " if piece.tag == A + "br" else piece.text or ""
            for piece in paragraph.iter(A + "t", A + "br")
        )
        for paragraph in (body.iterchildren(A + "p") if body is not None else ())
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
            below = cell.get("vMerge") in {"1", "true"}
            span = min(max(_whole(cell.get("gridSpan", "1")), 1), MOST_COLUMNS)
            lines = [] if below else _paragraphs(cell.find(A + "txBody"))
            yield GridCell(column, span, lines, below)
