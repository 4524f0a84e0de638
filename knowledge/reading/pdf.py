"""PDF to text: its text layer in reading order, and where each page begins.

A page's characters become runs, runs become lines in columns and rows, lines become paragraphs;
running heads are left out.
"""

import ctypes
import math
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # has no types of its own
from pypdfium2 import raw

from knowledge.reading.glyphs import Glyph, Rule, TypePage, plain_character
from knowledge.reading.page_tables import MOST_RULES, rules_of
from knowledge.reading.pages import (
    LEAST_ON_A_PAGE,
    LONGEST_SIDE,
    MOST_CHARACTERS,
    MOST_PAGES,
    MOST_PICTURES,
    compose,
    is_readable,
    mark_recognised,
)
from knowledge.reading.result import PagedText, left_out_name, left_out_note, refusal
from knowledge.reading.scans import can_recognise, recognise_pages

_PIXELS_A_POINT = 200 / 72  # of a page that is recognised
_FARTHEST = 20_000.0  # points; a box beyond that is a fault of the file
_PASSWORD, _SECURITY = 4, 5
_MOST_OBJECTS = 100_000
_MOST_SEGMENTS = 6  # of a line or a box
# pdfium may be used by one thread at a time.
_ONE_AT_A_TIME = threading.Lock()


def read_pdf(data: bytes) -> PagedText:
    """The text of a PDF, that of its scanned pages recognised; raises UnreadableFile.

    Lines are joined into paragraphs, columns follow one another, running heads and page numbers
    are left out, tables come row by row. Locked, broken and oversized files are refused; of pages
    that are broken the last line tells.
    """
    broken: list[int] = []
    with _ONE_AT_A_TIME:
        pages = list(_pages_of(data, broken))
    if 2 * len(broken) > len(pages):
        raise refusal("pdf.broken")
    bare = _scanned_pages(pages) if can_recognise() else []
    scanned = [number for number in bare if number not in broken]
    seen = recognise_pages(_pictures_of(data, scanned), len(scanned)) if scanned else {}
    pages = [seen.get(number, page) for number, page in enumerate(pages)]
    read = mark_recognised(compose(pages), seen.keys())
    note = left_out_note(left_out_name("page", number=number + 1) for number in broken)
    return replace(read, text=read.text + note)


def _scanned_pages(pages: Sequence[TypePage]) -> list[int]:
    """The numbers, from 0, of pages that have no text layer that can be read."""
    if not is_readable(pages):
        return list(range(len(pages)))
    return [number for number, page in enumerate(pages) if len(page.glyphs) < LEAST_ON_A_PAGE]


def _pictures_of(data: bytes, numbers: Sequence[int]) -> Iterator[tuple[int, Any, float]]:
    """Those of some pages that hold a picture, as pictures (of Pillow), with a pixel's points.

    Raises UnreadableFile where there are too many of them.
    """
    with _ONE_AT_A_TIME, closing(pypdfium2.PdfDocument(data)) as document:
        of_pictures = []
        for number in numbers:
            with closing(document[number]) as page:
                if any(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE])):
                    of_pictures.append(number)
        if len(of_pictures) > MOST_PICTURES:
            raise refusal("scan.too_long", limit=MOST_PICTURES)
        for number in of_pictures:
            with closing(document[number]) as page:
                scale = min(_PIXELS_A_POINT, LONGEST_SIDE / max(*page.get_size(), 1.0))
                yield number, page.render(scale=scale).to_pil().convert("RGB"), 1 / scale


def _pages_of(data: bytes, broken: list[int]) -> Iterator[TypePage]:
    """The characters and rules of each page; a character that stands for nothing is ``""``.

    Pages that are broken are empty, and noted by their numbers, from 0.
    """
    try:
        document = pypdfium2.PdfDocument(data)
        with closing(document):
            if len(document) > MOST_PAGES:
                raise refusal("pdf.too_long", pages=len(document), limit=MOST_PAGES)
            left = MOST_CHARACTERS
            for number in range(len(document)):
                try:
                    page = _page(document, number, left)
                except pypdfium2.PdfiumError:
                    broken.append(number)
                    page = TypePage(())
                left -= len(page.glyphs)
                yield page
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) in {_PASSWORD, _SECURITY}
        raise refusal("pdf.locked" if locked else "pdf.broken") from error


def _page(document: Any, number: int, most: int) -> TypePage:
    with closing(document[number]) as page, closing(page.get_textpage()) as text:
        count = text.count_chars()
        if count > most:
            raise refusal("pdf.too_much", limit=MOST_CHARACTERS // 10_000)
        found = list(_characters(text.raw, count))
        rules = list(islice(_rules(page.raw), MOST_RULES + 1))
    angles = Counter(angle for _, angle in found)
    upright = angles.most_common(1)[0][0] if angles else 0
    glyphs = [_rotate(glyph, upright) for glyph, angle in found if angle == upright]
    return TypePage(glyphs, [Rule(*_rotate(Glyph("", *rule), upright)[1:]) for rule in rules])


def _rules(page: Any) -> Iterator[Rule]:
    """The straight lines and the edges of boxes that are drawn on a page."""
    sides = [ctypes.c_float() for _ in range(4)]
    places = [ctypes.byref(side) for side in sides]
    for index in range(min(raw.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
        drawn = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_PATH:
            continue
        count = raw.FPDFPath_CountSegments(drawn)
        if not 2 <= count <= _MOST_SEGMENTS or not raw.FPDFPageObj_GetBounds(drawn, *places):
            continue
        left, bottom, right, top = (side.value for side in sides)
        if -_FARTHEST < left <= right < _FARTHEST and -_FARTHEST < bottom <= top < _FARTHEST:
            yield from rules_of(Rule(left, bottom, right, top), is_box=count >= 4)


def _characters(text: Any, count: int) -> Iterator[tuple[Glyph, int]]:
    """Each character with its box and the quarter turns it is set at; slanted ones are left out."""
    box = raw.FS_RECTF()
    reference = ctypes.byref(box)
    high = 0
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        if code in {10, 13} or (code == 32 and raw.FPDFText_IsGenerated(text, index) == 1):
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        turns = _quarter_turns(raw.FPDFText_GetCharAngle(text, index))
        if turns is None or not raw.FPDFText_GetLooseCharBox(text, index, reference):
            continue
        left, bottom, right, top = box.left, box.bottom, box.right, box.top
        if left > right:
            left, right = right, left
        if bottom > top:
            bottom, top = top, bottom
        if not (-_FARTHEST < left <= right < _FARTHEST and -_FARTHEST < bottom <= top < _FARTHEST):
            continue  # no place on a page, or no number at all
        char = plain_character(chr(code)) if 0 < code < 0x110000 else ""
        yield Glyph(char, left, bottom, right, top), turns


def _quarter_turns(angle: float) -> int | None:
    if angle == 0:
        return 0
    if not math.isfinite(angle):
        return None
    turns = angle / (math.pi / 2)
    return round(turns) % 4 if abs(turns - round(turns)) < 0.05 else None


def _rotate(glyph: Glyph, turns: int) -> Glyph:
    """A character on the page turned so that lines run from left to right."""
    char, left, bottom, right, top = glyph
    match turns:
        case 1:
            return Glyph(char, bottom, -right, top, -left)
        case 2:
            return Glyph(char, -right, -top, -left, -bottom)
        case 3:
            return Glyph(char, -top, left, -bottom, right)
        case _:
            return glyph
