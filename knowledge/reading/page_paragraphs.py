"""The lines of pages to text: running heads left out, lines joined into paragraphs."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache
from itertools import accumulate, pairwise, takewhile
from statistics import median
from typing import Annotated

from knowledge.models import Page
from knowledge.reading.glyphs import Edges, PageLine, is_latin
from knowledge.reading.result import PagedText
from knowledge.understanding.headings import marked_heading
from knowledge.understanding.rows import with_units
from knowledge.understanding.sentences import without_blanks
from knowledge.vocabulary import DATA, Vocabulary, any_of, load_vocabulary

_DEEP = 3
_SAME_ROW = 4.0  # points
_DIGITS = re.compile(r"\d+")
_BARE_NUMBER = re.compile(r"\d{1,4}")
_Place = tuple[str, int]
_INDENT = 1.4  # ems by which a paragraph's first line is set in
_SLACK = 0.35  # ems
_LARGER = 1.15
_FEW = 4  # characters
_FAR_DOWN = 1.6  # times the usual way from line to line
_A_LITTLE_DOWN = 1.15
_SHORT = 5.0  # ems of room that tell the end of a paragraph for certain
_RAGGED = 3.0  # ems of room that a program may leave which moves words and marks to the next line
_LEAST_OF_WIDEST = 0.75
_COUNTED = 0.25
_SURE = 0.8
_ENDS = tuple("。！？；：…”）!?;:.")


def without_running_heads(pages: Sequence[Sequence[PageLine]]) -> list[list[PageLine]]:
    """The pages without the lines that half of them, and at least two, have at the same height.

    Numbers in such a line may differ. A page number is known by its form; a bare number only if
    other pages have one there, or it is the page's own. A letterhead, which is larger than the
    text, stays at the top of the first page with the lines around it.
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
        if number == 1:
            outer -= {id(line) for line in _letterhead(page, outer)}
        bodies.append([line for line in page if id(line) not in outer])
    if any(bodies):
        return bodies
    return [  # pages that are all alike
        [line for line in page if not _is_page_number(line.text, number)]
        for number, page in enumerate(pages, 1)
    ]


def _letterhead(page: Sequence[PageLine], outer: Collection[int]) -> list[PageLine]:
    """The lines that repeat at the top of a page, where one of them is larger than the text."""
    by_height = sorted(page, key=lambda line: -line.top)
    top = list(takewhile(lambda line: id(line) in outer, by_height))
    sizes = [line.em for line in page if not line.cells and id(line) not in outer]
    usual = median(sizes) if sizes else 0.0
    return top if usual and any(line.em > _LARGER * usual for line in top) else []


def _edges(page: Sequence[PageLine]) -> list[PageLine]:
    by_height = sorted(page, key=lambda line: -line.top)
    return by_height if len(by_height) <= 2 * _DEEP else [*by_height[:_DEEP], *by_height[-_DEEP:]]


def _places(line: PageLine) -> list[_Place]:
    """A line's words, its numbers all alike, with its height, which may be a little off."""
    words = _DIGITS.sub("#", without_blanks(line.text))
    step = int(line.bottom // _SAME_ROW)
    return [(words, step), (words, step + (1 if line.bottom % _SAME_ROW > _SAME_ROW / 2 else -1))]


def _is_page_number(text: str, number: int) -> bool:
    bare = text.strip()
    if _BARE_NUMBER.fullmatch(bare):
        return int(bare) == number
    return bool(_page_numbers().fullmatch(bare))


class _PageWords(Vocabulary):
    page_numbers: Annotated[re.Pattern[str], any_of(flags=re.IGNORECASE)]


@cache
def _page_numbers() -> re.Pattern[str]:
    return load_vocabulary(_PageWords, DATA / "pdf.toml").page_numbers


def join_paragraphs(pages: Sequence[Sequence[PageLine]]) -> PagedText:
    """The text of pages, a line for each paragraph, with where each page begins."""
    measure = _Measure(pages)
    pieces: list[str] = []
    firsts: list[int] = []  # the first piece of each page
    before: PageLine | None = None
    begins = True
    for page in pages:
        firsts.append(len(pieces))
        for line in page:
            if before:
                turned = len(pieces) == firsts[-1]
                link = measure.link(before, line, begins=begins, turned=turned)
                begins = link == "\n"
                pieces[-1] = _linked(pieces[-1], link, line.text)
            pieces.append(line.text.strip())
            before = line
    ends = [0, *accumulate(map(len, pieces))]
    text, moved = with_units(
        "".join(pieces) + "\n" * bool(pieces), [ends[first] for first in firsts]
    )
    return PagedText(text, tuple(map(Page, moved)))


def _linked(piece: str, link: str, following: str) -> str:
    parted = link == " " and piece.endswith("-") and piece[-2:-1].isalpha()
    return piece[:-1] if parted and following[:1].islower() else piece + link


class _Measure:
    """What is usual in a document: the edges of its lines, their size and their distance."""

    def __init__(self, pages: Sequence[Sequence[PageLine]]) -> None:
        lines = [line for page in pages for line in page if not line.cells]
        self._em = median(line.em for line in lines) if lines else 1.0
        self._edges = self._usual_edges([line for line in lines if line.edges is None])
        steps = [a.top - b.top for page in pages for a, b in pairwise(page) if a.top > b.top]
        self._step = median(steps) if steps else 0.0
        self._close = sorted(steps)[len(steps) // 4] if steps else 0.0  # within a paragraph
        self._sets_in, self._parts = self._habits(pages)
        self._count = _usual_count(lines)

    def _habits(self, pages: Sequence[Sequence[PageLine]]) -> tuple[bool, bool]:
        """Whether paragraphs are indented, and whether space parts them, judged by sure ends."""
        ends = [
            (a, b)
            for page in pages
            for a, b in pairwise(page)
            if not (a.cells or b.cells) and _closes(a) and self._room(a) > _SHORT * a.em
        ]
        set_in = [self._is_set_in(b) for _, b in ends]
        parted = [a.top - b.top > _A_LITTLE_DOWN * self._close for a, b in ends]
        least = max(2.0, _SURE * len(ends))
        return sum(set_in) >= least, sum(parted) >= least

    def _usual_edges(self, lines: Sequence[PageLine]) -> Edges:
        """The outermost edges that several lines share; one that juts out makes none.

        Lines that end at one place make no edge either where others are far longer.

        Closing marks do not count, since they may hang over the edge.
        """
        if not lines:
            return 0.0, 0.0
        lefts, rights = sorted(line.left for line in lines), sorted(line.core for line in lines)
        others = min(len(lines), max(2, len(lines) // 30)) - 1
        shared = (a for a, b in zip(lefts, lefts[others:], strict=False) if b - a <= self._em / 2)
        left = next(shared, lefts[0])
        shared = (b for a, b in zip(rights, rights[others:], strict=False) if b - a <= self._em)
        right = max(shared, default=rights[-1])
        far = right - left < _LEAST_OF_WIDEST * (rights[-1] - left)
        return left, rights[-1] if far else right

    def link(self, before: PageLine, line: PageLine, *, begins: bool, turned: bool) -> str:
        r"""What stands between two lines: ``"\n"`` if a paragraph ends, a space, or nothing.

        ``begins`` says that the first of them begins a paragraph, ``turned`` that a page ends.
        """
        ends = (
            before.cells
            or line.cells
            or self._is_of_other_size(before, line)
            or (not turned and self._is_far_below(before, line))
            or self._ends_short(before, line, turned=turned)
            or self._begins_anew(before, line, begins=begins)
        )
        return "\n" if ends else between_lines(before.text, line.text)

    def _is_of_other_size(self, before: PageLine, line: PageLine) -> bool:
        """Whether type is larger or smaller; few last characters may only seem to be."""
        if max(before.em, line.em) <= _LARGER * min(before.em, line.em):
            return False
        is_rest = len(line.text) <= _FEW and _closes(line) and not _closes(before)
        return not is_rest or self._is_set_in(line)

    def _is_far_below(self, before: PageLine, line: PageLine) -> bool:
        down = before.top - line.top
        parted = self._parts and down > _A_LITTLE_DOWN * self._close
        return parted or down > _FAR_DOWN * max(self._step, before.em)

    def _ends_short(self, before: PageLine, line: PageLine, *, turned: bool) -> bool:
        """Whether a line leaves room in which the next line's first word would have fit.

        Where paragraphs begin in ways of their own, some room tells nothing: programs leave it
        that break lines by own rules.
        """
        room = self._room(before)
        fits = room > line.opening + _SLACK * line.em
        if not (len(before.text) < self._count if self._count else fits):
            return False
        shown = self._sets_in or (self._parts and not turned)
        begins = self._is_set_in(line) or _is_marked(line)
        return not shown or begins or room >= _RAGGED * before.em

    def _begins_anew(self, before: PageLine, line: PageLine, *, begins: bool) -> bool:
        """Whether a line is set in as the first of a paragraph is, or has the mark of one."""
        if not self._is_set_in(line):
            return _is_marked(line) and _closes(before)
        if line.em > _LARGER * self._em:  # a title in the middle
            return False
        deeper = (self._inset(line) - self._inset(before)) / self._em
        if abs(deeper) < 0.5:  # an item that is set in as a block goes on
            return (begins and (_closes(before) or not _is_marked(before))) or _is_marked(line)
        return not (begins and deeper > 0 and _is_marked(before))  # what stands under its mark

    def _edges_of(self, line: PageLine) -> Edges:
        return line.edges or self._edges

    def _room(self, line: PageLine) -> float:
        """What is left of a line; less than nothing where a closing mark hangs over the edge."""
        return self._edges_of(line)[1] - line.right

    def _inset(self, line: PageLine) -> float:
        return line.left - self._edges_of(line)[0]

    def _is_set_in(self, line: PageLine) -> bool:
        return self._inset(line) > _INDENT * self._em


def _usual_count(lines: Sequence[PageLine]) -> int:
    """Of how many characters each line is, where a program cut them by number; else 0."""
    counts = Counter(len(line.text) for line in lines)
    most = max(counts, default=0)
    return most if counts[most] > max(2.0, _COUNTED * len(lines)) else 0


def _is_marked(line: PageLine) -> bool:
    marked = marked_heading(line.text)
    return marked is not None or line.text.startswith("——")


def _closes(line: PageLine) -> bool:
    return line.text.rstrip().endswith(_ENDS)


def between_lines(before: str, following: str) -> str:
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
