"""PDF to text: its text layer in reading order, with where each page begins."""

import ctypes
import math
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from knowledge.formats.glyphs import Glyph, written
from knowledge.formats.paged import PagedText
from knowledge.formats.pagelines import lines_of_pages
from knowledge.formats.paragraphs import joined
from knowledge.formats.runningheads import without_running_heads
from knowledge.refusals import refused

MOST_PAGES = 3_000
MOST_CHARACTERS = 2_000_000
_LEAST_ON_A_PAGE = 10
_LEAST_READABLE = 0.7
_FARTHEST = 20_000.0  # points; a box beyond that is a fault of the file
_PASSWORD, _SECURITY = 4, 5

# pdfium may be used by one thread at a time.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Page:
    """A page's characters, and how many of them stand for nothing: ``lost`` are ``""``."""

    glyphs: list[Glyph]
    lost: int


def read_pdf(data: bytes) -> PagedText:
    """The text of a PDF; raises UnreadableFile.

    Lines are joined into paragraphs, columns follow one another, running heads and page numbers
    are left out. Refused are what is locked or broken, scans, and what is beyond all measure.
    """
    with _ONE_AT_A_TIME:
        pages = list(_pages_of(data))
    _check_readable(pages)
    kept = without_running_heads(lines_of_pages([page.glyphs for page in pages]))
    bare = sum(sum(len(line.text) for line in lines) < _LEAST_ON_A_PAGE for lines in kept)
    if bare * 2 > len(kept) or not any(kept):
        raise refused("pdf.scanned")
    return joined(kept)


def _check_readable(pages: list[_Page]) -> None:
    """Refuse a text layer whose characters stand for nothing: it was made without their codes."""
    characters = Counter(glyph.char for page in pages for glyph in page.glyphs)
    lost = characters["\ufffd"] + sum(page.lost for page in pages)
    total = characters.total()
    if total and 1 - lost / total < _LEAST_READABLE:
        raise refused("pdf.scanned")


def _pages_of(data: bytes) -> Iterator[_Page]:
    import pypdfium2  # type: ignore[import-untyped] # noqa: PLC0415 - 0.17 s; it has no types

    try:
        document = pypdfium2.PdfDocument(data)
        with closing(document):
            if len(document) > MOST_PAGES:
                raise refused("pdf.too_long", pages=len(document), limit=MOST_PAGES)
            left = MOST_CHARACTERS
            for number in range(len(document)):
                page = _page(pypdfium2, document, number, left)
                left -= len(page.glyphs)
                yield page
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) in {_PASSWORD, _SECURITY}
        raise refused("pdf.locked" if locked else "pdf.broken") from error


def _page(pdfium: Any, document: Any, number: int, most: int) -> _Page:
    with closing(document[number]) as page, closing(page.get_textpage()) as text:
        count = text.count_chars()
        if count > most:
            raise refused("pdf.too_much", limit=MOST_CHARACTERS // 10_000)
        found = list(_characters(pdfium.raw, text.raw, count))
    angles = Counter(angle for _, angle in found)
    upright = angles.most_common(1)[0][0] if angles else 0
    glyphs = [_turned(glyph, upright) for glyph, angle in found if angle == upright]
    lost = sum(not glyph.char for glyph in glyphs)
    return _Page(glyphs, lost)


def _characters(raw: Any, text: Any, count: int) -> Iterator[tuple[Glyph, int]]:
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
        char = written(chr(code)) if 0 < code < 0x110000 else ""
        yield Glyph(char, left, bottom, right, top), turns


def _quarter_turns(angle: float) -> int | None:
    if angle == 0:
        return 0
    if not math.isfinite(angle):
        return None
    turns = angle / (math.pi / 2)
    return round(turns) % 4 if abs(turns - round(turns)) < 0.05 else None


def _turned(glyph: Glyph, turns: int) -> Glyph:
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
