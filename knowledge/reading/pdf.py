"""PDF to text: its text layer in reading order, and where each page begins.

A page's characters become runs, runs become lines in columns and rows, lines become paragraphs;
running heads are left out.
"""

import ctypes
import math
import re
import threading
import unicodedata
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from statistics import median
from typing import Annotated, Any, NamedTuple

from knowledge.models import Page
from knowledge.reading.result import PagedText, refusal
from knowledge.understanding.headings import marked_heading
from knowledge.understanding.sentences import without_blanks
from knowledge.vocabulary import DATA, Vocabulary, any_of, load_vocabulary

_COMPATIBILITY = (("\u2f00", "\u2fdf"), ("\uf900", "\ufaff"), ("\ufb00", "\ufb06"))
_BLANKS = frozenset(" \t\xa0\u2002\u2003\u2009")
_HYPHENS = frozenset("\x02\ufffe")  # how pdfium writes a hyphen that ends a line
# They may not begin a line, so that some programs let them hang over its end.
_CLOSERS = frozenset("，。、；：？！）》」』】〕”’％‰℃,.;:?!)]}%")
_OPENERS = frozenset("（《「『【〔“‘([{")
_EM = 0.75  # of the height of a box, which has room above and below the character
APART = 1.5  # ems between what stands in two columns or cells
LATIN_BLANK = 0.2  # ems
BLANK = 0.35  # ems more than between the other characters of a line
_LEAST_LINES = 5
_LEAST_FILLED = 0.6
_LEAST_WIDTH = 8  # ems of a column of prose
_LEAST_STARTS = 3
_MOST_PARTINGS = 2
_SAME = 3.0  # points
Edges = tuple[float, float]
_DEEP = 3
_SAME_ROW = 4.0  # points
_DIGITS = re.compile(r"\d+")
_BARE_NUMBER = re.compile(r"\d{1,4}")
_Place = tuple[str, int]
_INDENT = 1.4  # ems by which a paragraph's first line is set in
_SLACK = 0.35  # ems
_LARGER = 1.15
_FAR_DOWN = 1.6  # times the usual way from line to line
_A_LITTLE_DOWN = 1.15
_SHORT = 5.0  # ems of room that tell the end of a paragraph for certain
_RAGGED = 3.0  # ems of room that a program may leave which moves words and marks to the next line
_MOST_OF = 0.4
_COUNTED = 0.25
_SURE = 0.8
_ENDS = tuple("。！？；：…”）!?;:.")
MOST_PAGES = 3_000
MOST_CHARACTERS = 2_000_000
_LEAST_ON_A_PAGE = 10
_LEAST_READABLE = 0.7
_FARTHEST = 20_000.0  # points; a box beyond that is a fault of the file
_PASSWORD, _SECURITY = 4, 5
# pdfium may be used by one thread at a time.
_ONE_AT_A_TIME = threading.Lock()


class Glyph(NamedTuple):
    """A character and its box, in points from the foot of the page."""

    char: str
    left: float
    bottom: float
    right: float
    top: float


@cache
def plain_character(char: str) -> str:
    """What stands for a page's character in a text; nothing for one that has no meaning outside.

    Radicals, compatibility ideographs and ligatures become ordinary characters; full-width ones
    stay. A blank of any width but the ideographic is a space.
    """
    if char in _BLANKS:
        return " "
    if char in _HYPHENS:
        return "-"
    if "\u2e80" <= char <= "\u2eff":
        return _radicals().get(char, char)
    if any(first <= char <= last for first, last in _COMPATIBILITY):
        return unicodedata.normalize("NFKC", char)
    return "" if unicodedata.category(char) in {"Cc", "Cf", "Cn", "Co", "Cs"} else char


@cache
def is_wide(char: str) -> bool:
    """Whether a character is as wide as it is high."""
    return char != "" and unicodedata.east_asian_width(char) in "WF"


@cache
def is_latin(char: str) -> bool:
    """Whether lines are not broken before or after a character: letters, digits, masks."""
    return char != "" and char.isascii() and (char.isalnum() or char in "*._-/+@#&")


def opening_of(text: str) -> str:
    """The first characters of a line that no line end may stand between."""
    end = 0
    while end < len(text) and text[end] in _OPENERS:
        end += 1
    if end < len(text) and is_latin(text[end]):
        while end < len(text) and (is_latin(text[end]) or text[end] in ",.%"):
            end += 1
    else:
        end += 1
    while end < len(text) and (text[end] in _CLOSERS or text[end] == text[end - 1] in "—…*"):
        end += 1
    return text[:end]


class _PdfCharacters(Vocabulary):
    radicals: str


@cache
def _radicals() -> dict[str, str]:
    pairs = "".join(load_vocabulary(_PdfCharacters, DATA / "pdf.toml").radicals.split())
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


@dataclass(slots=True)
class GlyphRun:
    """Characters that follow one another closely; ``blanks`` stand before those at their places."""

    glyphs: list[Glyph] = field(default_factory=list)
    blanks: dict[int, str] = field(default_factory=dict)
    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0

    size: float = 0.0

    @property
    def em(self) -> float:
        """The size of its characters; asked for once all of them are there."""
        if not self.size:
            self.size = max(em_of(self.glyphs[:80]), 1.0)
        return self.size

    def add(self, glyph: Glyph) -> None:
        """Put a character at the end; one that is blank is kept as such."""
        if glyph.char.isspace():
            place = len(self.glyphs)
            self.blanks[place] = self.blanks.get(place, "") + glyph.char
        elif not self.glyphs:
            _, self.left, self.bottom, self.right, self.top = glyph
        self.right = max(self.right, glyph.right)
        if not glyph.char.isspace():
            self.glyphs.append(glyph)

    @property
    def text(self) -> str:
        """The characters with their blanks, also those that only a gap shows."""
        em = self.em
        gaps = [b.left - a.right for a, b in pairwise(self.glyphs)]
        usual = max(median(gaps), 0.0) if gaps else 0.0
        gap_places = {
            n
            for n, (gap, (a, b)) in enumerate(zip(gaps, pairwise(self.glyphs), strict=True), 1)
            if gap > _blank_between(a, b, usual, em)
        }
        pieces = [
            self.blanks.get(n, " " if n in gap_places else "") + glyph.char
            for n, glyph in enumerate(self.glyphs)
        ]
        return "".join(pieces) + self.blanks.get(len(self.glyphs), "")


def _blank_between(a: Glyph, b: Glyph, usual: float, em: float) -> float:
    """How far two characters of a line stand apart if there is a blank between them."""
    if are_latin(a, b):
        # the point of a figure is so narrow in some fonts that it seems to stand apart
        pointed = {a.char, b.char} & {".", ","} and (a.char.isdigit() or b.char.isdigit())
        return (2 * BLANK if pointed else LATIN_BLANK) * em
    # where Chinese meets a figure, some programs leave room of their own
    mixed = is_latin(a.char[-1:]) or is_latin(b.char[:1])
    return usual + (2 * BLANK if mixed else BLANK) * em


def are_latin(a: Glyph, b: Glyph) -> bool:
    """Whether two characters beside each other may be of one word or figure."""
    return is_latin(a.char[-1:]) and is_latin(b.char[:1])


def runs_of(glyphs: Sequence[Glyph]) -> list[GlyphRun]:
    """The characters in the order of the file, parted where the pen was set down elsewhere."""
    runs: list[GlyphRun] = []
    for glyph in glyphs:
        last = runs[-1].glyphs[-1] if runs else None
        if glyph.char.isspace():
            if last and level(last, glyph) and abs(glyph.left - runs[-1].right) < _height(last):
                runs[-1].add(glyph)
            continue
        if last is None or not _follows(runs[-1], last, glyph):
            runs.append(GlyphRun())
        runs[-1].add(glyph)
    seen: set[tuple[str, int, int]] = set()
    return [run for run in runs if not _is_twin(run, seen)]


def _is_twin(run: GlyphRun, seen: set[tuple[str, int, int]]) -> bool:
    """Whether characters were set before at the same place, to look bold."""
    step = run.em / 4
    characters = "".join(glyph.char for glyph in run.glyphs)
    place = (characters, round(run.left / step), round(run.bottom / step))
    twin = place in seen
    seen.add(place)
    return twin


def em_of(glyphs: Sequence[Glyph]) -> float:
    """The size of characters: the width of those that are square, else told by their height."""
    wide = [g.right - g.left for g in glyphs if is_wide(g.char[:1])]
    return median(wide) if wide else median(g.top - g.bottom for g in glyphs) * _EM


def _height(glyph: Glyph) -> float:
    return glyph.top - glyph.bottom


def level(one: Glyph | GlyphRun, other: Glyph | GlyphRun) -> bool:
    """Whether two boxes stand beside each other."""
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    return shared >= 0.5 * min(one.top - one.bottom, other.top - other.bottom)


def _follows(run: GlyphRun, last: Glyph, glyph: Glyph) -> bool:
    if not level(last, glyph):
        return False
    em = _height(last) * _EM
    if (glyph.left, glyph.right) == (last.left, last.right):  # one sign for both, such as ——
        return True
    return -0.5 * em < glyph.left - run.right < APART * em


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A line of one column, its box in points and its height in ``em``s.

    ``core`` is where its last character ends that is no closing mark, since such marks may hang
    over the edge. ``opening`` is the width of its first characters that no line end may part;
    ``edges`` are those of its column where the page has several; ``cells`` says that it is a row
    of a table.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    em: float
    core: float
    opening: float
    edges: Edges | None = None
    cells: bool = False


def lines_of_pages(pages: Sequence[Sequence[Glyph]]) -> list[list[PdfLine]]:
    """The lines of each page, column after column, each column from its top."""
    runs = [runs_of(glyphs) for glyphs in pages]
    gutters = [_gutter(of_page) for of_page in runs]
    found = [place for place in gutters if place is not None]
    usual = median(found) if found and len(found) * 2 >= len(pages) else None
    return [_lines(of_page, gutter, usual) for of_page, gutter in zip(runs, gutters, strict=True)]


def _lines(runs: list[GlyphRun], gutter: float | None, usual: float | None) -> list[PdfLine]:
    least = _LEAST_LINES if gutter is not None else 1
    blocks = _blocks(runs, usual if gutter is None else gutter, least)
    lines = [_line(row, edges) for block, edges in blocks for row in _rows(block)]
    return [line for line in lines if line.text.strip()]


def _blocks(
    runs: list[GlyphRun], gutter: float | None, least: int, depth: int = 0
) -> Iterator[tuple[list[GlyphRun], Edges | None]]:
    """The runs of each column in turn; what spans columns stands between those above and below."""
    if gutter is None:
        edges = (min(r.left for r in runs), max(r.right for r in runs)) if runs and depth else None
        yield runs, edges
        return
    plain: list[GlyphRun] = []
    for zone, crossing in _zones(runs, gutter):
        sides = [r for r in zone if r.right <= gutter], [r for r in zone if r.left >= gutter]
        if all(len(side) >= least for side in sides):
            yield plain, None
            plain = []
            for side in sides:
                further = _gutter(side) if depth < _MOST_PARTINGS else None
                yield from _blocks(side, further, _LEAST_LINES, depth + 1)
        else:
            plain += zone
        plain += crossing
    yield plain, None


def _zones(
    runs: Sequence[GlyphRun], gutter: float
) -> Iterator[tuple[list[GlyphRun], list[GlyphRun]]]:
    """From the top, what a gutter does not cross, each time with the run that crosses it then."""
    zone: list[GlyphRun] = []
    for run in sorted(runs, key=lambda r: -r.top):
        if run.left < gutter < run.right:
            yield zone, [run]
            zone = []
        else:
            zone.append(run)
    yield zone, []


def _gutter(runs: Sequence[GlyphRun]) -> float | None:
    """Where a page is parted into columns of prose, if it is: a line that few runs cross."""
    if len(runs) < 2 * _LEAST_LINES:
        return None
    first, last = min(r.left for r in runs), max(r.right for r in runs)
    quarter = (last - first) / 4
    starts = Counter(round(r.left / _SAME) for r in runs)
    best: tuple[int, float] | None = None
    for start, count in starts.most_common(12):
        place = (start - 1) * _SAME
        if count < _LEAST_STARTS or not first + quarter < place < last - quarter:
            continue
        crossing = sum(r.left < place < r.right for r in runs)
        if crossing * 2 < len(runs) and _is_prose(runs, place) and (not best or crossing < best[0]):
            best = crossing, place
    return best[1] if best else None


def _is_prose(runs: Sequence[GlyphRun], place: float) -> bool:
    """Whether what stands on either side of a line is prose, whose lines fill their column."""
    for side in ([r for r in runs if r.right <= place], [r for r in runs if r.left >= place]):
        if len(side) < _LEAST_LINES:
            return False
        width = max(r.right for r in side) - min(r.left for r in side)
        mean = sum(r.right - r.left for r in side) / len(side)
        em = median(r.em for r in side)
        if mean < _LEAST_FILLED * width or width < _LEAST_WIDTH * em:
            return False
    return True


def _rows(runs: Sequence[GlyphRun]) -> Iterator[list[GlyphRun]]:
    """Runs that stand beside each other, from the top, each row from the left."""
    rows: list[list[GlyphRun]] = []
    for run in sorted(runs, key=lambda r: -(r.top + r.bottom)):
        beside = [row for row in rows[-3:] if level(row[0], run)]
        if beside:
            beside[0].append(run)
        else:
            rows.append([run])
    return (_interlace(sorted(row, key=lambda r: r.left)) for row in rows)


def _interlace(row: Sequence[GlyphRun]) -> list[GlyphRun]:
    """A row whose runs follow one another: those that stand in the gaps of others are put there.

    Programs set all signs of one font first, such as quotation marks, then those of the next.
    """
    apart: list[GlyphRun] = []
    for run in row:
        if not apart or run.left > apart[-1].right - 0.3 * run.em:
            apart.append(run)
            continue
        both = [
            (glyph, of.blanks.get(n, ""))
            for of in (apart[-1], run)
            for n, glyph in enumerate(of.glyphs)
        ]
        both.sort(key=lambda pair: pair[0].left)
        glyphs = [glyph for glyph, _ in both]
        apart[-1] = GlyphRun(
            glyphs,
            {n: blank for n, (_, blank) in enumerate(both) if blank},
            apart[-1].left,
            min(apart[-1].bottom, run.bottom),
            max(apart[-1].right, run.right),
            max(apart[-1].top, run.top),
        )
    return apart


def _line(row: Sequence[GlyphRun], edges: Edges | None) -> PdfLine:
    text = row[0].text
    cells = False
    em = max(em_of([glyph for run in row for glyph in run.glyphs[:80]]), 1.0)
    for before, run in pairwise(row):
        gap = run.left - before.right
        cells = cells or gap > APART * em
        latin = are_latin(before.glyphs[-1], run.glyphs[0])
        blank = gap > em * (LATIN_BLANK if latin else BLANK)
        text += (" " if blank and not text.endswith(" ") else "") + run.text
    longest = max(row, key=lambda run: len(run.glyphs))
    right = max(run.right for run in row)
    return PdfLine(
        text.lstrip(), row[0].left, longest.bottom, right, longest.top, em, _core(row[-1]),
        _opening(row[0]), edges, cells,
    )  # fmt: skip


def _core(run: GlyphRun) -> float:
    return next((g.right for g in reversed(run.glyphs) if g.char not in _CLOSERS), run.right)


def _opening(run: GlyphRun) -> float:
    length = len(opening_of("".join(glyph.char for glyph in run.glyphs[:40])))
    last = run.glyphs[min(length, len(run.glyphs)) - 1]
    return last.right - run.left


def read_pdf(data: bytes) -> PagedText:
    """The text of a PDF; raises UnreadableFile.

    Lines are joined into paragraphs, columns follow one another, running heads and page numbers
    are left out. Locked, broken, scanned and oversized files are refused.
    """
    with _ONE_AT_A_TIME:
        pages = list(_pages_of(data))
    _check_readable(pages)
    bodies = without_running_heads(lines_of_pages(pages))
    bare = sum(sum(len(line.text) for line in lines) < _LEAST_ON_A_PAGE for lines in bodies)
    if bare * 2 > len(bodies) or not any(bodies):
        raise refusal("pdf.scanned")
    return join_paragraphs(bodies)


def without_running_heads(pages: Sequence[Sequence[PdfLine]]) -> list[list[PdfLine]]:
    """The pages without the lines that half of them, and at least two, have at the same height.

    Numbers in such a line may differ. A page number is known by its form; a bare number only if
    other pages have one there, or it is the page's own.
    """
    edges = [_edges(page) for page in pages]
    places = Counter(place for page in edges for place in {p for ln in page for p in _places(ln)})
    least = max(2, -(-len(pages) // 2) if len(pages) < 8 else len(pages) // 4)
    bodies = []
    for number, page in enumerate(pages, 1):
        outer = {
            id(line)
            for line in edges[number - 1]
            if _is_page_number(line.text, number) or any(places[p] >= least for p in _places(line))
        }
        bodies.append([line for line in page if id(line) not in outer])
    return bodies


def _edges(page: Sequence[PdfLine]) -> list[PdfLine]:
    """The highest and the lowest lines of a page."""
    by_height = sorted(page, key=lambda line: -line.top)
    return by_height if len(by_height) <= 2 * _DEEP else [*by_height[:_DEEP], *by_height[-_DEEP:]]


def _places(line: PdfLine) -> list[_Place]:
    """A line's words, its numbers all alike, with its height, which may be a little off."""
    words = _DIGITS.sub("#", without_blanks(line.text))
    step = int(line.bottom // _SAME_ROW)
    return [(words, step), (words, step + (1 if line.bottom % _SAME_ROW > _SAME_ROW / 2 else -1))]


def _is_page_number(text: str, number: int) -> bool:
    bare = text.strip()
    if _BARE_NUMBER.fullmatch(bare):
        return int(bare) == number
    return bool(_page_numbers().fullmatch(bare))


class _PdfLines(Vocabulary):
    page_numbers: Annotated[re.Pattern[str], any_of(flags=re.IGNORECASE)]


@cache
def _page_numbers() -> re.Pattern[str]:
    return load_vocabulary(_PdfLines, DATA / "pdf.toml").page_numbers


def join_paragraphs(pages: Sequence[Sequence[PdfLine]]) -> PagedText:
    """The text of pages, a line for each paragraph, with where each page begins."""
    measure = _Measure(pages)
    pieces: list[str] = []
    starts: list[int] = []
    length = 0
    before: PdfLine | None = None
    begins = True
    for page in pages:
        start = None
        for line in page:
            link = ""
            if before:
                link = measure.link(before, line, begins=begins, turned=start is None)
                begins = link == "\n"
                pieces[-1], shorter = _append_link(pieces[-1], link, line.text)
                length -= shorter
            start = length if start is None else start
            pieces.append(line.text.strip())
            length += len(pieces[-1])
            before = line
        starts.append(length if start is None else start)
    return PagedText("".join(pieces) + "\n" * bool(pieces), tuple(map(Page, starts)))


def _append_link(piece: str, link: str, following: str) -> tuple[str, int]:
    """A line with what links it to the next, and by how much it is shorter for that."""
    parted = link == " " and piece.endswith("-") and piece[-2:-1].isalpha()
    linked = piece[:-1] if parted and following[:1].islower() else piece + link
    return linked, len(piece) - len(linked)


class _Measure:
    """What is usual in a document: the edges of its lines, their size and their distance."""

    def __init__(self, pages: Sequence[Sequence[PdfLine]]) -> None:
        lines = [line for page in pages for line in page if not line.cells]
        self._em = median(line.em for line in lines) if lines else 1.0
        self._edges = self._usual_edges([line for line in lines if line.edges is None])
        steps = [a.top - b.top for page in pages for a, b in pairwise(page) if a.top > b.top]
        self._step = median(steps) if steps else 0.0
        self._close = sorted(steps)[len(steps) // 4] if steps else 0.0  # within a paragraph
        self._sets_in, self._parts = self._habits(pages)
        self._count = _usual_count(lines)

    def _habits(self, pages: Sequence[Sequence[PdfLine]]) -> tuple[bool, bool]:
        """Whether paragraphs are indented, and whether space parts them, judged by sure ends."""
        ends = [
            (a, b)
            for page in pages
            for a, b in pairwise(page)
            if not (a.cells or b.cells) and _closes(a) and self._room(a) > _SHORT * a.em
        ]
        least = max(2.0, _SURE * len(ends))
        set_in = sum(self._is_set_in(b) for _, b in ends)
        parted = sum(a.top - b.top > _A_LITTLE_DOWN * self._close for a, b in ends)
        return set_in >= least, parted >= least

    def _usual_edges(self, lines: Sequence[PdfLine]) -> Edges:
        """The outermost edges that several lines share; one that juts out makes none.

        Closing marks do not count, since they may hang over the edge.
        """
        if not lines:
            return 0.0, 0.0
        lefts, rights = sorted(line.left for line in lines), sorted(line.core for line in lines)
        em, several = self._em, _several(len(lines))
        shared_lefts = (
            x for n, x in enumerate(lefts) if bisect_right(lefts, x + em / 2) - n >= several
        )
        shared_rights = (
            x for n, x in enumerate(rights) if n + 1 - bisect_left(rights, x - em) >= several
        )
        return next(shared_lefts, lefts[0]), max(shared_rights, default=rights[-1])

    def link(self, before: PdfLine, line: PdfLine, *, begins: bool, turned: bool) -> str:
        r"""What stands between two lines: ``"\n"`` if a paragraph ends, a space, or nothing.

        ``begins`` says that the first of them begins a paragraph, ``turned`` that a page ends.
        """
        larger = max(before.em, line.em) / min(before.em, line.em)
        if before.cells or line.cells or larger > _LARGER:
            return "\n"
        if not turned and self._far_below(before, line):
            return "\n"
        if self._leaves_room(before, line) and not self._goes_on(before, line, turned=turned):
            return "\n"
        if self._is_set_in(line):
            titled = line.em > _LARGER * self._em
            if not titled and not self._goes_on_indented(before, line, begins=begins):
                return "\n"
        elif _is_marked(line) and _closes(before):
            return "\n"
        return _between(before.text, line.text)

    def _edges_of(self, line: PdfLine) -> Edges:
        return line.edges or self._edges

    def _leaves_room(self, before: PdfLine, line: PdfLine) -> bool:
        """Whether a line leaves room in which the next line's first word would have fit."""
        if self._count:
            return len(before.text) < self._count
        return self._room(before) > line.opening + _SLACK * line.em

    def _room(self, line: PdfLine) -> float:
        """What is left of a line; less than nothing where a closing mark hangs over the edge."""
        return self._edges_of(line)[1] - line.right

    def _is_set_in(self, line: PdfLine) -> bool:
        return line.left - self._edges_of(line)[0] > _INDENT * self._em

    def _goes_on(self, before: PdfLine, line: PdfLine, *, turned: bool) -> bool:
        """Whether a line continues one that left room, as programs break lines by own rules."""
        sure = self._sets_in or (self._parts and not turned)
        if not sure or self._is_set_in(line) or _is_marked(line):
            return False
        left, right = self._edges_of(before)
        room = self._room(before)
        if room < _RAGGED * before.em:
            return True
        return not _closes(before) and right - left - room > _MOST_OF * (right - left)

    def _far_below(self, before: PdfLine, line: PdfLine) -> bool:
        down = before.top - line.top
        if self._parts and down > _A_LITTLE_DOWN * self._close:
            return True
        return down > _FAR_DOWN * max(self._step, before.em)

    def _goes_on_indented(self, before: PdfLine, line: PdfLine, *, begins: bool) -> bool:
        """Whether a line set in goes on with one set in: quoted at length, or under its mark."""
        set_in = [ln.left - self._edges_of(ln)[0] for ln in (before, line)]
        deeper = (set_in[1] - set_in[0]) / self._em
        if not begins:
            return abs(deeper) < 0.5
        return deeper > 0.5 and _is_marked(before)


def _usual_count(lines: Sequence[PdfLine]) -> int:
    """Of how many characters each line is, where a program cut them by number; else 0."""
    counts = Counter(len(line.text) for line in lines)
    most = max(counts, default=0)
    return most if counts[most] > max(2.0, _COUNTED * len(lines)) else 0


def _several(count: int) -> int:
    return min(count, max(2, count // 30))


def _is_marked(line: PdfLine) -> bool:
    """Whether a line opens with the mark of a heading or an item."""
    marked = marked_heading(line.text)
    return marked is not None or line.text.startswith("——")


def _closes(line: PdfLine) -> bool:
    return line.text.rstrip().endswith(_ENDS)


def _between(before: str, following: str) -> str:
    """What parts the words of two lines of one paragraph; Chinese goes on without a blank."""
    if before.endswith("\u3000"):
        return "\u3000"
    last, first = before.rstrip()[-1:], following[:1]
    if not (is_latin(first) or first == "(") or not (is_latin(last) or last in ",;:.)%"):
        return ""
    if last in "*/@_" or first in "*/@_.":
        return ""
    if last in ".," and first.isdigit() and before.rstrip()[-2:-1].isdigit():
        return ""
    if last.isdigit() and first.isdigit():  # a figure that the edge parted, unless a blank is told
        return " " if before.endswith(" ") else ""
    return " "


def _check_readable(pages: list[list[Glyph]]) -> None:
    """Refuse a text layer that was made without its characters' codes."""
    characters = Counter(glyph.char for page in pages for glyph in page)
    lost = characters["\ufffd"] + characters[""]
    total = characters.total()
    if total and 1 - lost / total < _LEAST_READABLE:
        raise refusal("pdf.scanned")


def _pages_of(data: bytes) -> Iterator[list[Glyph]]:
    """The characters of each page; one that stands for nothing is ``""``."""
    import pypdfium2  # type: ignore[import-untyped] # noqa: PLC0415 - 0.17 s; it has no types

    try:
        document = pypdfium2.PdfDocument(data)
        with closing(document):
            if len(document) > MOST_PAGES:
                raise refusal("pdf.too_long", pages=len(document), limit=MOST_PAGES)
            left = MOST_CHARACTERS
            for number in range(len(document)):
                page = _page(pypdfium2, document, number, left)
                left -= len(page)
                yield page
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) in {_PASSWORD, _SECURITY}
        raise refusal("pdf.locked" if locked else "pdf.broken") from error


def _page(pdfium: Any, document: Any, number: int, most: int) -> list[Glyph]:
    with closing(document[number]) as page, closing(page.get_textpage()) as text:
        count = text.count_chars()
        if count > most:
            raise refusal("pdf.too_much", limit=MOST_CHARACTERS // 10_000)
        found = list(_characters(pdfium.raw, text.raw, count))
    angles = Counter(angle for _, angle in found)
    upright = angles.most_common(1)[0][0] if angles else 0
    return [_rotate(glyph, upright) for glyph, angle in found if angle == upright]


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
