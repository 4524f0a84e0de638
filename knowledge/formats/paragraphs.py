"""Lines of pages joined into the paragraphs that they were set from."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from knowledge.formats.glyphs import is_latin
from knowledge.formats.paged import PagedText
from knowledge.formats.pagelines import Edges, Line
from knowledge.headings import marked_heading
from knowledge.sentences import Span

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


def joined(pages: Sequence[Sequence[Line]]) -> PagedText:
    """The text of pages, a line for each paragraph, with where each page begins."""
    measure = _Measure(pages)
    pieces: list[str] = []
    starts: list[int] = []
    length = 0
    before: Line | None = None
    begins = True
    for page in pages:
        start = None
        for line in page:
            link = ""
            if before:
                link = measure.link(before, line, begins=begins, turned=start is None)
                begins = link == "\n"
                pieces[-1], shorter = _linked(pieces[-1], link, line.text)
                length -= shorter
            start = length if start is None else start
            pieces.append(line.text.strip())
            length += len(pieces[-1])
            before = line
        starts.append(length if start is None else start)
    return PagedText("".join(pieces) + "\n" * bool(pieces), tuple(starts))


def _linked(piece: str, link: str, following: str) -> tuple[str, int]:
    """A line with what links it to the next, and by how much it is shorter for that."""
    parted = link == " " and piece.endswith("-") and piece[-2:-1].isalpha()
    linked = piece[:-1] if parted and following[:1].islower() else piece + link
    return linked, len(piece) - len(linked)


class _Measure:
    """What is usual in a document: the edges of its lines, their size and their distance."""

    def __init__(self, pages: Sequence[Sequence[Line]]) -> None:
        lines = [line for page in pages for line in page if not line.cells]
        self._em = median(line.em for line in lines) if lines else 1.0
        self._edges = self._usual_edges([line for line in lines if line.edges is None])
        steps = [a.top - b.top for page in pages for a, b in pairwise(page) if a.top > b.top]
        self._step = median(steps) if steps else 0.0
        self._close = sorted(steps)[len(steps) // 4] if steps else 0.0  # within a paragraph
        self._sets_in, self._parts = self._habits(pages)
        self._count = _usual_count(lines)

    def _habits(self, pages: Sequence[Sequence[Line]]) -> tuple[bool, bool]:
        """Whether paragraphs are set in, and whether room above parts them: told by sure ends."""
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

    def _usual_edges(self, lines: Sequence[Line]) -> Edges:
        """The outermost edges that several lines share; one that juts out makes none.

        Closing marks do not count, since they may hang over the edge.
        """
        if not lines:
            return 0.0, 0.0
        lefts, rights = sorted(line.left for line in lines), sorted(line.core for line in lines)
        em, count = self._em, len(lines)
        left = next(
            (
                x
                for n, x in enumerate(lefts)
                if bisect_right(lefts, x + em / 2) - n >= _several(count)
            ),
            lefts[0],
        )
        right = next(
            (
                x
                for n, x in reversed(list(enumerate(rights)))
                if n + 1 - bisect_left(rights, x - em) >= _several(count)
            ),
            rights[-1],
        )
        return left, right

    def link(self, before: Line, line: Line, *, begins: bool, turned: bool) -> str:
        r"""What stands between two lines: ``"\n"`` if a paragraph ends, a space, or nothing.

        ``begins`` says that the first of them begins a paragraph, ``turned`` that a page ends.
        """
        larger = max(before.em, line.em) / min(before.em, line.em)
        if before.cells or line.cells or larger > _LARGER:
            return "\n"
        if not turned and self._far_below(before, line):
            return "\n"
        if self._ended(before, line) and not self._goes_on(before, line, turned=turned):
            return "\n"
        if self._is_set_in(line):
            titled = line.em > _LARGER * self._em
            if not titled and not self._goes_on_indented(before, line, begins=begins):
                return "\n"
        elif _is_marked(line) and _closes(before):
            return "\n"
        return _between(before.text, line.text)

    def _edges_of(self, line: Line) -> Edges:
        return line.edges or self._edges

    def _ended(self, before: Line, line: Line) -> bool:
        """Whether a line leaves room in which the next line's first word would have fit."""
        if self._count:
            return len(before.text) < self._count
        return self._room(before) > line.opening + _SLACK * line.em

    def _room(self, line: Line) -> float:
        """What is left of a line; less than nothing where a closing mark hangs over the edge."""
        return self._edges_of(line)[1] - line.right

    def _is_set_in(self, line: Line) -> bool:
        return line.left - self._edges_of(line)[0] > _INDENT * self._em

    def _goes_on(self, before: Line, line: Line, *, turned: bool) -> bool:
        """Whether a line that leaves room goes on all the same: this is no paragraph's beginning.

        Programs break lines by rules of their own: before a quotation mark, after a figure.
        """
        told = self._sets_in or (self._parts and not turned)
        if not told or self._is_set_in(line) or _is_marked(line):
            return False
        left, right = self._edges_of(before)
        room = self._room(before)
        if room < _RAGGED * before.em:
            return True
        return not _closes(before) and right - left - room > _MOST_OF * (right - left)

    def _far_below(self, before: Line, line: Line) -> bool:
        down = before.top - line.top
        if self._parts and down > _A_LITTLE_DOWN * self._close:
            return True
        return down > _FAR_DOWN * max(self._step, before.em)

    def _goes_on_indented(self, before: Line, line: Line, *, begins: bool) -> bool:
        """Whether a line set in goes on with one set in: quoted at length, or under its mark."""
        set_in = [ln.left - self._edges_of(ln)[0] for ln in (before, line)]
        deeper = (set_in[1] - set_in[0]) / self._em
        if not begins:
            return abs(deeper) < 0.5
        return deeper > 0.5 and _is_marked(before)


def _usual_count(lines: Sequence[Line]) -> int:
    """Of how many characters each line is, where a program cut them by number; else 0."""
    counts = Counter(len(line.text) for line in lines)
    most = max(counts, default=0)
    return most if counts[most] > max(2.0, _COUNTED * len(lines)) else 0


def _several(count: int) -> int:
    return min(count, max(2, count // 30))


def _is_marked(line: Line) -> bool:
    """Whether a line opens with the mark of a heading or an item."""
    marked = marked_heading(line.text, Span(0, len(line.text)))
    return marked is not None or line.text.startswith("——")


def _closes(line: Line) -> bool:
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
