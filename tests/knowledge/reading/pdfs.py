"""PDF files written by hand: Chinese at any place of a page, with no font in them."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 595, 842
LEFT, TOP, SIZE, PITCH = 80, 740, 16, 28
ROW = 27  # characters


@dataclass(frozen=True)
class Words:
    """Words on a page, from their lower left corner."""

    text: str
    left: float
    bottom: float
    size: float = SIZE


@dataclass(frozen=True)
class Rule:
    """A line that is drawn from one place to another, or a box between them."""

    left: float
    bottom: float
    right: float
    top: float
    box: bool = False


def pdf_of(*pages: Sequence[Words | Rule], trailer: str = "") -> bytes:
    """A file with these pages; Latin characters are half as wide as the others."""
    kids = " ".join(f"{10 + 2 * n} 0 R" for n in range(len(pages)))
    codes = sorted(
        {c for page in pages for one in page if isinstance(one, Words) for c in one.text}
    )
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        3: "<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H"
        " /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>",
        4: "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000 /W [32 126 500]"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        " /FontDescriptor 5 0 R >>",
        5: "<< /Type /FontDescriptor /FontName /Song /Flags 4 /FontBBox [0 -120 1000 880]"
        " /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >>",
        6: _stream(_unicode(codes)),
    }
    for number, page in enumerate(pages):
        first = 10 + 2 * number
        objects[first] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}]"
            f" /Resources << /Font << /F 3 0 R >> >> /Contents {first + 1} 0 R >>"
        )
        objects[first + 1] = _stream("".join(map(_drawn, page)))
    return _file(objects, trailer)


def _stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def _drawn(words: Words | Rule) -> str:
    if isinstance(words, Rule):
        left, bottom, right, top = words.left, words.bottom, words.right, words.top
        if words.box:
            return f"{left} {bottom} {right - left} {top - bottom} re S\n"
        return f"{left} {bottom} m {right} {top} l S\n"
    codes = words.text.encode("utf-16-be").hex()
    return f"BT /F {words.size} Tf 1 0 0 1 {words.left} {words.bottom} Tm <{codes}> Tj ET\n"


def _unicode(codes: Sequence[str]) -> str:
    pairs = [f"<{ord(c):04x}> <{c.encode('utf-16-be').hex()}>" for c in codes]
    groups = [pairs[n : n + 100] for n in range(0, len(pairs), 100)]
    told = "".join(
        f"{len(g)} beginbfchar\n" + "\n".join(g) + "\nendbfchar\n" for g in groups
    )  # fmt: skip
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{told}endcmap end end"
    )


def _file(objects: dict[int, str], trailer: str) -> bytes:
    out = b"%PDF-1.7\n"
    places = {}
    for number, content in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("ascii")
    size = max(objects) + 1
    rows = [
        f"{places[n]:010} 00000 n \n" if n in places else "0000000000 65535 f \n"
        for n in range(size)
    ]
    told = f"xref\n0 {size}\n{''.join(rows)}trailer << /Size {size} /Root 1 0 R {trailer} >>\n"
    return out + told.encode() + f"startxref\n{len(out)}\n%%EOF\n".encode()


def set_in_type(text: str, *, per_page: int = 22, row: int = ROW) -> list[list[Words]]:
    """Paragraphs as an office sets them: two characters in, full rows, — 3 — at the foot."""
    lines = [line for paragraph in text.splitlines() for line in _rows(paragraph, row)]
    pages = [lines[n : n + per_page] for n in range(0, len(lines), per_page)]
    return [
        [
            *(
                Words(words, LEFT + set_in * SIZE, TOP - place * PITCH)
                for place, (words, set_in) in enumerate(page)
            ),
            Words(f"— {number} —", 280, 50, 12),
        ]
        for number, page in enumerate(pages, 1)
    ]


def _rows(paragraph: str, row: int) -> list[tuple[str, int]]:
    """A paragraph's rows with how far they are set in; no stop begins one."""
    rows = []
    taken, set_in = 0, 2
    while taken < len(paragraph):
        end, width = taken, float(set_in)
        while end < len(paragraph) and width + _width(paragraph[end]) <= row:
            width += _width(paragraph[end])
            end += 1
        if end == len(paragraph) - 1:  # without a font's boxes pdfium sees no lone character
            end -= 1
        while taken + 1 < end < len(paragraph) and _clings(paragraph, end):
            end -= 1
        rows.append((paragraph[taken:end], set_in))
        taken, set_in = end, 0
    return rows


def _width(char: str) -> float:
    return 0.5 if char.isascii() else 1.0


def _clings(text: str, place: int) -> bool:
    """Whether no row may end before a place: figures and dashes stay whole."""
    before, after = text[place - 1], text[place]
    return after in "，。、；：？！）》”%％" or before in "（《“" or (
        (before.isascii() and after.isascii()) or before == after == "—"
    )  # fmt: skip


def set_ragged(text: str, *, set_in: int = 2, gap: float = 0.0) -> list[list[Words]]:
    """As programs do that let stops hang over the edge and move on what clings to a quotation."""
    rows: list[tuple[str, int, float]] = []
    for paragraph in text.splitlines():
        taken = 0
        while taken < len(paragraph):
            left = 0 if taken else set_in
            end, width = taken, float(left)
            while end < len(paragraph) and width + _width(paragraph[end]) <= ROW:
                width += _width(paragraph[end])
                end += 1
            while end < len(paragraph) and paragraph[end] in "，。、；：！？）》”%％":
                end += 1
            if paragraph[end - 1 : end] in {"“", "《", "（"}:
                end -= 1
            if end == len(paragraph) - 1:
                end -= 1
            rows.append((paragraph[taken:end], left, 0 if taken else gap))
            taken = end
    return _placed(rows)


def set_by_count(text: str, count: int = 24) -> list[list[Words]]:
    """As a few lines of code do: so many characters a row, whatever their width."""
    return _placed(
        [
            (paragraph[n : n + count], 0, 0.0)
            for paragraph in text.splitlines()
            for n in range(0, len(paragraph), count)
        ]
    )


def _placed(rows: Sequence[tuple[str, int, float]]) -> list[list[Words]]:
    pages: list[list[Words]] = [[]]
    bottom = float(TOP)
    for words, set_in, above in rows:
        bottom -= above
        if bottom < 100:
            pages.append([])
            bottom = TOP
        pages[-1].append(Words(words, LEFT + set_in * SIZE, bottom))
        bottom -= PITCH
    return pages
