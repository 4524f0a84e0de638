"""Tables on pages: which characters stand in which cell, by the rules around them or the gaps.

Ruled tables are read by their rules, wherever these cross. Without upright rules, the rows with the
most cells tell the columns, and the figures tell the rows: the other cells of a row lie around
their height. A table that goes on over the page is one. The rows are then read as those of any
other table. Pure.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from knowledge.reading.glyphs import (
    CLOSERS,
    THIN,
    Edges,
    Glyph,
    GlyphRun,
    PageLine,
    Rule,
    TypePage,
    gutter_of,
    is_upright,
    level,
    line_of,
    lines_of_pages,
    rows_of,
    runs_of,
)
from knowledge.reading.grid import (
    MOST_COLUMNS,
    GridCell,
    GridRow,
    grid_lines,
    header_depth,
    is_figure,
    row_of,
)
from knowledge.reading.page_paragraphs import between_lines, without_running_heads
from knowledge.understanding.headings import marked_heading

_NEAR = 3.0  # points between what stands at one place
MOST_RULES = 4_000  # of a page; a drawing has more
_LEAST_FILLED = 0.34
_COVERED = 0.6
_MOST_ROWS = 400
_FAR = 3.0  # ems from line to line
_LEVEL = 0.35  # ems
_OWN = 0.3  # of a cell's width that lies in its column
_CELL_GAP = 0.6  # ems between cells of a row that has others farther apart
_MOST_WRAPPED, _MOST_SPANNED = 8, 12  # lines of a cell without rules, and rows that it is of
_LARGER = 1.15
_FARTHEST = 1e9
_CLOSES = ("。", "；", "！", "？")


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table of one page: its place, where its columns begin and end, its rows."""

    top: float
    bottom: float
    columns: Sequence[Edges]
    rows: Sequence[GridRow]
    tops: Sequence[float]


def rules_of(box: Rule, *, is_box: bool) -> Iterator[Rule]:
    """The rules that a drawn line or box makes."""
    left, bottom, right, top = box
    if right - left <= THIN or top - bottom <= THIN:
        yield box
    elif is_box:
        yield Rule(left, bottom, left, top)
        yield Rule(right, bottom, right, top)
        yield Rule(left, bottom, right, bottom)
        yield Rule(left, top, right, top)


def find_tables(
    glyphs: Sequence[Glyph], rules: Sequence[Rule], before: PageTable | None = None
) -> tuple[list[PageTable], list[GlyphRun]]:
    """The tables of a page from the top, and the runs outside of them.

    The first may go on with the one ``before``, the last of the previous page.
    """
    tables: list[PageTable] = []
    rest = list(glyphs)
    for across, upright in _frames(rules) if len(rules) <= MOST_RULES else ():
        grid = _Grid.of(across, upright)
        inside = [glyph for glyph in rest if grid and grid.place(glyph)]
        table = grid.table(inside) if grid else None
        if table:
            tables.append(table)
            within = set(map(id, inside))
            rest = [glyph for glyph in rest if id(glyph) not in within]
    unruled, runs = _unruled_tables(runs_of(rest), rules, None if tables else before)
    return sorted([*tables, *unruled], key=lambda table: -table.top), runs


def lines_with_tables(pages: Sequence[TypePage]) -> list[list[PageLine]]:
    """The lines of pages without running heads; each row of a table is a line at its place."""
    found: list[tuple[list[PageTable], list[GlyphRun]]] = []
    for page in pages:
        before = found[-1][0][-1] if found and found[-1][0] else None
        found.append(find_tables(page.glyphs, page.rules, before))
    bodies = without_running_heads(
        lines_of_pages([runs for _, runs in found], [page.rules for page in pages])
    )
    return _with_rows([tables for tables, _ in found], bodies)


def _with_rows(
    pages: Sequence[Sequence[PageTable]], bodies: Sequence[Sequence[PageLine]]
) -> list[list[PageLine]]:
    lines = [list(body) for body in bodies]
    for chain in _chains(pages, bodies):
        rows = _chained_rows(chain)
        tops = {row.number: (page, top) for row, page, top in rows}
        for text, row in grid_lines([row for row, _, _ in rows]):
            page, top = tops[row.number]
            line = PageLine(text, 0.0, top, 0.0, top, 1.0, 0.0, 0.0, None, cells=True)
            over = (one.top > top or (one.cells and one.top >= top) for one in lines[page])
            place = max((n for n, is_over in enumerate(over, 1) if is_over), default=0)
            lines[page].insert(place, line)
    return lines


_Chain = list[tuple[int, PageTable]]


def _chains(
    pages: Sequence[Sequence[PageTable]], bodies: Sequence[Sequence[PageLine]]
) -> Iterator[_Chain]:
    """The tables, those that go on over pages together with the numbers of their pages."""
    chain: _Chain = []
    for number, tables in enumerate(pages):
        for at, table in enumerate(tables):
            if chain and not (at == 0 and _continues(chain[-1], number, table, bodies)):
                yield chain
                chain = []
            chain.append((number, table))
    if chain:
        yield chain


def _continues(
    last: tuple[int, PageTable], number: int, table: PageTable, bodies: Sequence[Sequence[PageLine]]
) -> bool:
    page, before = last
    below = any(line.top < before.bottom for line in bodies[page])
    above = any(line.bottom > table.top for line in bodies[number])
    alike = _are_alike(before.columns, table.columns)
    return alike and page + 1 == number and not below and not above


def _chained_rows(chain: _Chain) -> list[tuple[GridRow, int, float]]:
    """The rows of tables that are one, numbered, less the header where it is repeated."""
    first = chain[0][1].rows
    rows: list[tuple[GridRow, int, float]] = []
    for at, (page, table) in enumerate(chain):
        repeated = 0
        if at:
            same = zip(first, table.rows, strict=False)
            repeated = next((n for n, (a, b) in enumerate(same) if a.texts() != b.texts()), 0)
        for row, top in list(zip(table.rows, table.tops, strict=True))[repeated:]:
            rows.append((replace(row, number=len(rows)), page, top))
    return rows


_Frame = tuple[list[Rule], list[Rule]]


def _frames(rules: Sequence[Rule]) -> list[_Frame]:
    """The rules that cross one another, level ones and upright ones: each a table's, or a box's."""
    upright = map(_turn, _join([_turn(rule) for rule in rules if is_upright(rule)]))
    frames: list[_Frame] = [([], [rule]) for rule in upright]
    for rule in _join([rule for rule in rules if is_upright(_turn(rule))]):
        apart: list[_Frame] = []
        frame: _Frame = [rule], []
        for other in frames:
            if any(_cross(rule, crossed) for crossed in other[1]):
                frame = [*other[0], *frame[0]], [*other[1], *frame[1]]
            else:
                apart.append(other)
        frames = [*apart, frame] if frame[1] else apart
    return frames


def _turn(rule: Rule) -> Rule:
    return Rule(rule.bottom, rule.left, rule.top, rule.right)


def _join(rules: list[Rule]) -> list[Rule]:
    """Level rules, those joined into one that lie on a line and touch."""
    joined: list[Rule] = []
    for rule in sorted(rules, key=lambda r: (round((r.bottom + r.top) / 2 / _NEAR), r.left)):
        last = joined[-1] if joined else None
        if last and abs(last.bottom - rule.bottom) < _NEAR and rule.left - last.right < _NEAR:
            joined[-1] = last._replace(right=max(last.right, rule.right))
        else:
            joined.append(rule)
    return joined


def _cross(across: Rule, upright: Rule) -> bool:
    return (
        across.left - _NEAR <= upright.left <= across.right + _NEAR
        and upright.bottom - _NEAR <= across.bottom <= upright.top + _NEAR
    )


def _places(values: Sequence[float]) -> list[float]:
    """Values in order, those that are near each other once."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found


_Place = tuple[int, int]


@dataclass(slots=True)
class _Grid:
    """The places where rules cross: ``xs`` from the left, ``ys`` from the top."""

    xs: list[float]
    ys: list[float]
    across: Sequence[Rule]
    upright: Sequence[Rule]
    owners: dict[_Place, _Place] = field(default_factory=dict)

    @classmethod
    def of(cls, across: Sequence[Rule], upright: Sequence[Rule]) -> "_Grid | None":
        """The grid that rules make, open sides closed; None where they make no table."""
        if not upright or len(across) < 2:
            return None
        ends = [min(r.left for r in across), max(r.right for r in across)]
        xs = _places([*(r.left for r in upright), *ends])
        ys = _places([r.bottom for r in across])[::-1]
        if not (3 <= len(xs) <= MOST_COLUMNS and 2 <= len(ys) <= _MOST_ROWS):
            return None
        grid = cls(xs, ys, across, upright)
        grid._merge()
        return grid

    def _merge(self) -> None:
        """Note for each place of the grid the first of the cell that it belongs to."""
        levels = [[r for r in self.across if abs(r.bottom - y) <= _NEAR] for y in self.ys]
        sides = [[_turn(r) for r in self.upright if abs(r.left - x) <= _NEAR] for x in self.xs]
        for row, (top, bottom) in enumerate(pairwise(self.ys)):
            for column, (left, right) in enumerate(pairwise(self.xs)):
                owner = (row, column)
                if row and not _is_ruled(levels[row], left, right):
                    owner = self.owners[row - 1, column]
                elif column and not _is_ruled(sides[column], bottom, top):
                    owner = self.owners[row, column - 1]
                self.owners[row, column] = owner

    def place(self, glyph: Glyph) -> _Place | None:
        """The cell in which a character stands."""
        x, y = (glyph.left + glyph.right) / 2, (glyph.bottom + glyph.top) / 2
        column = bisect_right(self.xs, x) - 1
        row = bisect_right([-y for y in self.ys], -y) - 1
        return self.owners.get((row, column))

    def table(self, inside: Sequence[Glyph]) -> PageTable | None:
        """The table with these characters; None where most of its cells are empty."""
        cells: dict[_Place, list[Glyph]] = {}
        before: tuple[Glyph, _Place] | None = None
        for glyph in inside:
            place = self.place(glyph)
            if before and glyph.char in CLOSERS and _hangs(before[0], glyph):
                place = before[1]  # closing marks may hang over the edge of a cell
            if place:
                cells.setdefault(place, []).append(glyph)
                before = glyph, place
        words = {place: _cell_lines(found) for place, found in cells.items()}
        owners = set(self.owners.values())
        if len({column for _, column in words}) < 2 or len(words) < _LEAST_FILLED * len(owners):
            return None
        rows = [GridRow(list(self._cells(row, words))) for row in range(len(self.ys) - 1)]
        return PageTable(self.ys[0], self.ys[-1], list(pairwise(self.xs)), rows, self.ys[:-1])

    def _cells(self, row: int, words: dict[_Place, list[str]]) -> Iterator[GridCell]:
        column = 0
        while column < len(self.xs) - 1:
            owner = self.owners[row, column]
            span = 1
            while self.owners.get((row, column + span)) == owner:
                span += 1
            below = owner[0] < row
            yield GridCell(column, span, [] if below else words.get(owner, []), below)
            column += span


def _hangs(before: Glyph, mark: Glyph) -> bool:
    em = before.top - before.bottom
    return level(before, mark) and abs(mark.left - before.right) < 0.3 * em


def _is_ruled(rules: Sequence[Rule], start: float, end: float) -> bool:
    """Whether rules on one line run from a place to another."""
    covered = sum(max(0.0, min(rule.right, end) - max(rule.left, start)) for rule in rules)
    return covered >= _COVERED * (end - start)


def _cell_lines(glyphs: Sequence[Glyph]) -> list[str]:
    """The words of a cell: its lines joined, unless a sentence ends with room behind it."""
    lines = [line_of(row) for row in rows_of(runs_of(glyphs))]
    edge = max((line.right for line in lines), default=0.0)
    paragraphs: list[str] = []
    before: PageLine | None = None
    for line in lines:
        ends = before is None or (
            before.text.rstrip().endswith(_CLOSES) and edge - before.right > 2 * before.em
        )
        if ends:
            paragraphs.append(line.text.strip())
        else:
            paragraphs[-1] += between_lines(paragraphs[-1], line.text) + line.text.strip()
        before = line
    return [paragraph for paragraph in paragraphs if paragraph]


class _Row(NamedTuple):
    """Runs that stand beside each other, and the line that they make; ``cells``: in several."""

    line: PageLine
    runs: list[GlyphRun]


def _cells_in(run: GlyphRun) -> Iterator[GlyphRun]:
    """The pieces of a run between its wider gaps: a figure at the right edge of its cell."""
    piece = GlyphRun()
    for before, glyph in pairwise([run.glyphs[0], *run.glyphs]):
        if glyph.left - before.right > _CELL_GAP * run.em:
            yield piece
            piece = GlyphRun()
        piece.add(glyph)
    yield piece


def _unruled_tables(
    runs: list[GlyphRun], rules: Sequence[Rule], before: PageTable | None
) -> tuple[list[PageTable], list[GlyphRun]]:
    """Tables without upright rules, and the other runs; the first may go on with one ``before``."""
    heights = {round(run.bottom / _NEAR) for run in runs}
    if len(runs) - len(heights) < 2 or gutter_of(runs) is not None:
        return [], runs  # prose, whose columns are parted as well
    tables: list[PageTable] = []
    within: set[int] = set()
    rows = [
        _Row(line_of(row), [cell for run in row for cell in _cells_in(run)])
        for row in rows_of(runs)
    ]
    for block in _parted_blocks(rows, rules):
        table = _UnruledTable(block).table(None if tables else before)
        if table:
            tables.append(table)
            within |= {id(glyph) for row in block for run in row.runs for glyph in run.glyphs}
    return tables, [run for run in runs if id(run.glyphs[0]) not in within]


def _parted_blocks(rows: Sequence[_Row], rules: Sequence[Rule]) -> Iterator[list[_Row]]:
    """Rows that follow one another closely: parted ones, with the rest of cells between them.

    What stands under the rule over a table is of its head as well.
    """
    for close in _close_rows(rows):
        columns = _columns([row for row in close if row.line.cells])
        block: list[_Row] = []
        for number, row in enumerate(close):
            if row.line.cells or (block and _is_within(row.line, columns)):
                block = block or _under_rule(close[:number], row.line, rules)
                block.append(row)
            elif block:
                yield block
                block = []
        if block:
            yield block


def _close_rows(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Rows of one size that follow one another closely; a heading begins anew."""
    close: list[_Row] = []
    for row in rows:
        line, last = row.line, (close[-1] if close else row).line
        far = last.bottom - line.top >= _FAR * line.em
        larger = max(line.em, last.em) > _LARGER * min(line.em, last.em)
        if far or larger or (not line.cells and marked_heading(line.text)):
            yield close
            close = []
        close.append(row)
    yield close


def _under_rule(above: Sequence[_Row], line: PageLine, rules: Sequence[Rule]) -> list[_Row]:
    """The rows between a parted one and the rule over all of it, if that is near."""
    over = (r.bottom for r in rules if r.left <= line.left and line.right <= r.right)
    head = min((height for height in over if height > line.top - _NEAR), default=_FARTHEST)
    near = head - line.top < 2 * _FAR * line.em
    return [row for row in above if near and row.line.top < head + _NEAR and not row.line.cells]


def _columns(rows: Sequence[_Row]) -> list[Edges]:
    """The stretches of a table's columns, told by the rows that have the most cells.

    Names over several columns lie across the gaps between them, and rows have empty cells. A row
    has one cell in a column: a name in its middle and words at its edge are of one.
    """
    counts = sorted((len(row.runs) for row in rows), reverse=True)
    most = next(iter(counts[1:] or counts), 0)  # a blank within a cell parts one row
    full = [(run, n) for n, row in enumerate(rows) if len(row.runs) >= most for run in row.runs]
    columns: list[Edges] = []
    known: set[int] = set()  # the rows that have a cell in the last column
    for run, number in sorted(full, key=lambda one: one[0].left):
        if columns and (run.left < columns[-1][1] + 0.3 * run.em or number not in known):
            columns[-1] = columns[-1][0], max(columns[-1][1], run.right)
            known.add(number)
        else:
            columns.append((run.left, run.right))
            known = {number}
    for run in (run for row in rows for run in row.runs):
        met = [n for n, (a, b) in enumerate(columns) if min(b, run.right) > max(a, run.left)]
        if len(met) == 1:
            left, right = columns[met[0]]
            columns[met[0]] = min(left, run.left), max(right, run.right)
    return columns


def _is_within(line: PageLine, columns: Sequence[Edges]) -> bool:
    """Whether a line that is not parted is the rest of a cell: it lies within one column."""
    behind = [0.0, *(end for _, end in columns[:-1])]
    before = [*(start for start, _ in columns[1:]), _FARTHEST]
    return any(a <= line.left and line.core <= b for a, b in zip(behind, before, strict=True))


class _CellLine(NamedTuple):
    """A line of a cell: its middle, and its characters."""

    middle: float
    glyphs: Sequence[Glyph]


class _Placing(NamedTuple):
    """The characters of each row's cells; the least is that which fits best.

    ``misfits`` are lines that fit no row, ``spanned`` counts the rows over which cells stand
    beside their first, ``above`` is the depth of the head, negative.
    """

    misfits: int
    spanned: int
    above: int
    rows: list[dict[int, list[Glyph]]]


class _UnruledTable:
    """A block of lines read as a table: which line stands in which row and column.

    A row is where a figure stands; the lines of its other cells lie around that height, or begin
    at it. What is left above the first row names the columns.
    """

    def __init__(self, block: Sequence[_Row]) -> None:
        self._block = block
        self._em = median(row.line.em for row in block)
        self._columns = _columns([row for row in block if row.line.cells])
        self._lines: list[list[_CellLine]] = [[] for _ in self._columns]
        for row in block:
            for column, glyphs in self._cells_of(row.runs).items():
                box = min(g.bottom for g in glyphs), max(g.top for g in glyphs)
                self._lines[column].append(_CellLine(sum(box) / 2, glyphs))

    def table(self, before: PageTable | None) -> PageTable | None:
        """The table; None where nothing names its columns, and it does not go on with another."""
        heights = self._row_heights()
        if not heights or not 2 <= len(self._columns) <= MOST_COLUMNS:
            return None
        middles = [(row.line.bottom + row.line.top) / 2 for row in self._block]
        above = sum(middle > heights[0] + self._em / 2 for middle in middles)
        tried = (
            self._place_lines(heights, depth, by_top=by_top)
            for depth in range(min(above, _MOST_WRAPPED) + 1)
            for by_top in (True, False)
        )
        placed = min(tried, key=lambda one: one[:3])
        rows = [*map(_grid_row, placed.rows)]
        top, bottom = self._block[0].line.top, self._block[-1].line.bottom
        tops = list(heights)
        if placed.above:
            rows.insert(0, row_of(self._names(-placed.above)))
            tops.insert(0, top)
        elif before and _are_alike(before.columns, self._columns):
            return PageTable(top, bottom, self._columns, rows, tops)
        return PageTable(top, bottom, self._columns, rows, tops) if header_depth(rows) else None

    def _cells_of(self, runs: Sequence[GlyphRun]) -> dict[int, list[Glyph]]:
        cells: dict[int, list[Glyph]] = {}
        for run in runs:
            shared = [min(b, run.right) - max(a, run.left) for a, b in self._columns]
            if max(shared) < _OWN * (run.right - run.left):  # a name beside what it names
                shared = [-abs(a + b - run.left - run.right) for a, b in self._columns]
            cells.setdefault(shared.index(max(shared)), []).extend(run.glyphs)
        return cells

    def _row_heights(self) -> list[float]:
        """The heights at which columns that mostly have figures have one."""
        heights: list[float] = []
        for lines in self._lines:
            own = [ln.middle for ln in lines if is_figure("".join(_cell_lines(ln.glyphs)))]
            heights += own if 2 * len(own) >= len(lines) else []
        rows: list[float] = []
        for height in sorted(heights, reverse=True):
            if not rows or rows[-1] - height > self._em / 2:
                rows.append(height)
        return rows

    def _place_lines(self, heights: Sequence[float], depth: int, *, by_top: bool) -> _Placing:
        """Share out the lines below a head among the rows."""
        misfits = spanned = 0
        rows: list[dict[int, list[Glyph]]] = [{} for _ in heights]
        foot = self._block[depth - 1].line.bottom if depth else _FARTHEST
        for column, of_column in enumerate(self._lines):
            lines = [line for line in of_column if line.middle < foot]
            row = 0
            while lines:
                count, span = self._fit(lines, heights[row:], by_top=by_top)
                if not count and row < len(rows) - 1 and lines[0].middle < heights[row]:
                    row += 1  # an empty cell
                    continue
                misfits += not count
                spanned += span - 1
                for line in lines[: max(count, 1)]:
                    for cells in rows[row : row + span]:
                        cells.setdefault(column, []).extend(line.glyphs)
                del lines[: max(count, 1)]
                row = min(row + span * bool(count), len(rows) - 1)
        return _Placing(misfits, spanned, -depth, rows)

    def _fit(
        self, lines: Sequence[_CellLine], heights: Sequence[float], *, by_top: bool
    ) -> tuple[int, int]:
        """How many lines are the next cell, 0 if none are, and over how many rows it stands."""
        if by_top:
            level_at = abs(lines[0].middle - heights[0]) < _LEVEL * self._em
            below = heights[1] + _LEVEL * self._em if len(heights) > 1 else 0.0
            return level_at * sum(line.middle > below for line in lines), 1
        for span in range(1, min(_MOST_SPANNED, len(heights)) + 1):
            middle = (heights[0] + heights[span - 1]) / 2
            for count, last in enumerate(lines[:_MOST_WRAPPED], 1):
                if abs((lines[0].middle + last.middle) / 2 - middle) < _LEVEL * self._em:
                    return count, span
        return 0, 1

    def _names(self, depth: int) -> list[str]:
        """What each column is called by the rows of a head, from the top down."""
        names = [""] * len(self._columns)
        parted = self._cells_of(self._block[depth - 1].runs)
        for row in self._block[:depth]:
            taken = self._cells_of(row.runs)
            for run in row.runs:
                own = next(iter(self._cells_of([run])))
                below = parted.keys() - taken.keys() if own in parted else set()
                for column in self._named_by(run, own, below):
                    names[column] += between_lines(names[column], run.text) + run.text.strip()
        return names

    def _named_by(self, run: GlyphRun, own: int, below: Collection[int]) -> range:
        """The columns that a name stands over: in the middle of them, else where they begin.

        ``own`` is one of them; others are those that are named ``below``, and not beside it.
        """
        first = last = own
        while first - 1 in below:
            first -= 1
        while last + 1 in below:
            last += 1
        spans = [(a, b) for a in range(first, own + 1) for b in range(own, last + 1)]
        ends = {(a, b): (self._columns[a][0], self._columns[b][1]) for a, b in spans}
        off = {span: abs(sum(ends[span]) - run.left - run.right) / 2 for span in spans}
        widest = max((b - a, a) for a, b in spans if off[a, b] < self._em or a == b)
        if not widest[0] and abs(run.left - self._columns[own][0]) < self._em / 2:
            return range(own, last + 1)
        return range(widest[1], widest[1] + widest[0] + 1)


def _grid_row(cells: Mapping[int, Sequence[Glyph]]) -> GridRow:
    return GridRow([GridCell(n, 1, _cell_lines(glyphs)) for n, glyphs in sorted(cells.items())])


def _are_alike(columns: Sequence[Edges], others: Sequence[Edges]) -> bool:
    """Whether columns on two pages lie alike."""
    return len(columns) == len(others) and all(
        min(b, d) - max(a, c) > 0.5 * min(b - a, d - c)
        for (a, b), (c, d) in zip(columns, others, strict=True)
    )
