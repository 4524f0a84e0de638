"""A page's characters to its lines in reading order: columns and rows of runs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from knowledge.formats.glyphs import Glyph, is_closer, opening_of
from knowledge.formats.pageruns import (
    APART,
    BLANK,
    LATIN_BLANK,
    Run,
    are_latin,
    em_of,
    level,
    runs_of,
)

_LEAST_LINES = 5
_LEAST_FILLED = 0.6
_LEAST_WIDTH = 8  # ems of a column of prose
_LEAST_STARTS = 3
_MOST_PARTINGS = 2
_SAME = 3.0  # points

Edges = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
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


def lines_of_pages(pages: Sequence[Sequence[Glyph]]) -> list[list[Line]]:
    """The lines of each page, column after column, each column from its top."""
    runs = [runs_of(glyphs) for glyphs in pages]
    gutters = [_gutter(of_page) for of_page in runs]
    found = [place for place in gutters if place is not None]
    usual = median(found) if found and len(found) * 2 >= len(pages) else None
    return [_lines(of_page, gutter, usual) for of_page, gutter in zip(runs, gutters, strict=True)]


def _lines(runs: list[Run], gutter: float | None, usual: float | None) -> list[Line]:
    least = _LEAST_LINES if gutter is not None else 1
    blocks = _blocks(runs, usual if gutter is None else gutter, least)
    lines = [_line(row, edges) for block, edges in blocks for row in _rows(block)]
    return [line for line in lines if line.text.strip()]


def _blocks(
    runs: list[Run], gutter: float | None, least: int, depth: int = 0
) -> Iterator[tuple[list[Run], Edges | None]]:
    """The runs of each column in turn; what spans columns stands between those above and below."""
    if gutter is None:
        edges = (min(r.left for r in runs), max(r.right for r in runs)) if runs and depth else None
        yield runs, edges
        return
    plain: list[Run] = []
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


def _zones(runs: Sequence[Run], gutter: float) -> Iterator[tuple[list[Run], list[Run]]]:
    """From the top, what a gutter does not cross, each time with the run that crosses it then."""
    zone: list[Run] = []
    for run in sorted(runs, key=lambda r: -r.top):
        if run.left < gutter < run.right:
            yield zone, [run]
            zone = []
        else:
            zone.append(run)
    yield zone, []


def _gutter(runs: Sequence[Run]) -> float | None:
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


def _is_prose(runs: Sequence[Run], place: float) -> bool:
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


def _rows(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Runs that stand beside each other, from the top, each row from the left."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda r: -(r.top + r.bottom)):
        beside = [row for row in rows[-3:] if level(row[0], run)]
        if beside:
            beside[0].append(run)
        else:
            rows.append([run])
    return (_interlaced(sorted(row, key=lambda r: r.left)) for row in rows)


def _interlaced(row: Sequence[Run]) -> list[Run]:
    """A row whose runs follow one another: those that stand in the gaps of others are put there.

    Programs set all signs of one font first, such as quotation marks, then those of the next.
    """
    apart: list[Run] = []
    for run in row:
        if not apart or run.left > apart[-1].right - 0.3 * run.em:
            apart.append(run)
            continue
        both = [
            (glyph, of.blanks.get(n, ""))
            for of in (apart[-1], run)
            for n, glyph in enumerate(of.glyphs)
        ]
        both.sort(key=lambda told: told[0].left)
        glyphs = [glyph for glyph, _ in both]
        apart[-1] = Run(
            glyphs,
            {n: blank for n, (_, blank) in enumerate(both) if blank},
            apart[-1].left,
            min(apart[-1].bottom, run.bottom),
            max(apart[-1].right, run.right),
            max(apart[-1].top, run.top),
        )
    return apart


def _line(row: Sequence[Run], edges: Edges | None) -> Line:
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
    return Line(
        text.lstrip(), row[0].left, longest.bottom, right, longest.top, em, _core(row[-1]),
        _opening(row[0]), edges, cells,
    )  # fmt: skip


def _core(run: Run) -> float:
    return next((g.right for g in reversed(run.glyphs) if not is_closer(g.char)), run.right)


def _opening(run: Run) -> float:
    length = len(opening_of("".join(glyph.char for glyph in run.glyphs[:40])))
    last = run.glyphs[min(length, len(run.glyphs)) - 1]
    return last.right - run.left
