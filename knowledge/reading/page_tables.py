"""Tables on pages: which characters stand in which cell, by the rules around them or the gaps.

Ruled tables are read by their rules, wherever these cross; without upright rules, lines that are
parted alike are a table whose columns are what no line crosses. A table that goes on over the
page is one. The rows are then read as those of any other table. Pure.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from knowledge.reading.glyphs import (
    APART,
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
from knowledge.reading.grid import MOST_COLUMNS, GridCell, GridRow, grid_lines, header_depth
from knowledge.reading.page_paragraphs import between_lines, without_running_heads
from knowledge.understanding.headings import marked_heading

_NEAR = 3.0  # points between what stands at one place
MOST_RULES = 4_000  # of a page; a drawing has more
_LEAST_FILLED = 0.34
_COVERED = 0.6
_MOST_ROWS = 400
_FAR = 3.0  # ems from line to line
_LOOSE = 0.25  # ems
_LEAST_STARTED = 0.5  # of the columns
_LARGER = 1.15
_FARTHEST = 1e9
_CLOSES = ("。", "；", "！", "？")


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table of one page: its place, the left edges of its columns, its rows."""

    top: float
    bottom: float
    columns: tuple[float, ...]
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
    glyphs: Sequence[Glyph], rules: Sequence[Rule]
) -> tuple[list[PageTable], list[GlyphRun]]:
    """The tables of a page from the top, and the runs outside of them."""
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
    unruled, runs = _unruled_tables(runs_of(rest))
    return sorted([*tables, *unruled], key=lambda table: -table.top), runs


def lines_with_tables(pages: Sequence[TypePage]) -> list[list[PageLine]]:
    """The lines of pages without running heads; each row of a table is a line at its place."""
    found = [find_tables(page.glyphs, page.rules) for page in pages]
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
            before = [
                n
                for n, other in enumerate(lines[page])
                if other.top > top or (other.cells and other.top >= top)
            ]
            lines[page].insert(before[-1] + 1 if before else 0, line)
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
    alike = len(before.columns) == len(table.columns) and all(
        abs(a - b) < 2 * _NEAR for a, b in zip(before.columns, table.columns, strict=True)
    )
    below = any(line.top < before.bottom for line in bodies[page])
    above = any(line.bottom > table.top for line in bodies[number])
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


_Frame = tuple[tuple[Rule, ...], tuple[Rule, ...]]


def _frames(rules: Sequence[Rule]) -> list[_Frame]:
    """The rules that cross one another, level ones and upright ones: each a table's, or a box's."""
    across = _join([r for r in rules if is_upright(_turn(r))])
    upright = [*map(_turn, _join([_turn(r) for r in rules if is_upright(r)]))]
    frames: dict[Rule, _Frame] = {}  # of each upright rule
    for rule in across:
        frame: _Frame = (rule,), ()
        for crossed in (other for other in upright if _cross(rule, other)):
            met = frames.get(crossed, ((), (crossed,)))
            if met is not frame:
                frame = (*met[0], *frame[0]), (*met[1], *frame[1])
                frames |= dict.fromkeys(frame[1], frame)
    places = {rule: place for place, rule in enumerate(across)}
    return sorted(set(frames.values()), key=lambda frame: min(map(places.__getitem__, frame[0])))


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
        return PageTable(self.ys[0], self.ys[-1], tuple(self.xs), rows, self.ys[:-1])

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


@dataclass(slots=True)
class _TypeRow:
    runs: list[GlyphRun]

    @property
    def top(self) -> float:
        return max(run.top for run in self.runs)

    @property
    def bottom(self) -> float:
        return min(run.bottom for run in self.runs)

    @property
    def em(self) -> float:
        return max(run.em for run in self.runs)

    @property
    def parted(self) -> bool:
        """Whether it stands in several cells."""
        return any(b.left - a.right > APART * a.em for a, b in pairwise(self.runs))


def _unruled_tables(runs: list[GlyphRun]) -> tuple[list[PageTable], list[GlyphRun]]:
    """Tables without upright rules, and the other runs."""
    heights = {round(run.bottom / _NEAR) for run in runs}
    if len(runs) - len(heights) < 2 or gutter_of(runs) is not None:
        return [], runs  # prose, whose columns are parted as well
    tables: list[PageTable] = []
    within: set[int] = set()
    for block in _parted_blocks([_TypeRow(row) for row in rows_of(runs)]):
        table = _unruled_table(block)
        if table:
            tables.append(table)
            within |= {id(glyph) for row in block for run in row.runs for glyph in run.glyphs}
    return tables, [run for run in runs if id(run.glyphs[0]) not in within]


def _parted_blocks(rows: Sequence[_TypeRow]) -> Iterator[list[_TypeRow]]:
    """Rows that follow one another closely: parted ones, with the rest of cells between them."""
    block: list[_TypeRow] = []
    for row in rows:
        near = block and block[-1].bottom - row.top < _FAR * row.em
        if near and (row.parted or _fits_columns(block, row)):
            block.append(row)
            continue
        yield block
        block = [row] if row.parted else []
    yield block


def _columns(rows: Sequence[_TypeRow]) -> list[tuple[float, float]]:
    """The stretches across a page that no gap of all the rows parts."""
    columns: list[tuple[float, float]] = []
    for run in sorted((run for row in rows for run in row.runs), key=lambda run: run.left):
        if columns and run.left < columns[-1][1] + 0.3 * run.em:
            columns[-1] = columns[-1][0], max(columns[-1][1], run.right)
        else:
            columns.append((run.left, run.right))
    return columns


def _fits_columns(block: Sequence[_TypeRow], row: _TypeRow) -> bool:
    """Whether a row that is not parted is the rest of a cell: it lies within one column."""
    if max(row.em, block[-1].em) > _LARGER * min(row.em, block[-1].em):
        return False
    if marked_heading(line_of(row.runs).text):
        return False
    columns = _columns([other for other in block if other.parted])
    left, right = row.runs[0].left, row.runs[-1].right
    behind = [columns[0][0] - row.em, *(end for _, end in columns)]
    before = [*(start for start, _ in columns[1:]), columns[-1][1] + row.em]
    return any(a <= left and right <= b for a, b in zip(behind, before, strict=False))


def _unruled_table(block: Sequence[_TypeRow]) -> PageTable | None:
    """The table that rows make; None where none of them names the columns."""
    parted = [row for row in block if row.parted]
    columns = _columns(parted)
    if len(parted) < 2 or not 2 <= len(columns) <= MOST_COLUMNS:
        return None
    bands = _bands(block, columns)
    cells = [_band_cells(band, columns) for band in bands]
    most = max(map(len, cells))
    full = next(n for n, found in enumerate(cells) if len(found) == most)
    rows = [
        GridRow(list(_row_cells(found, len(columns) if n < full else 0)))
        for n, found in enumerate(cells)
    ]
    if not header_depth(rows):
        return None
    lefts = tuple(left for left, _ in columns)
    tops = [band[0].top for band in bands]
    return PageTable(block[0].top, block[-1].bottom, lefts, rows, tops)


def _band_cells(
    band: Sequence[_TypeRow], columns: Sequence[tuple[float, float]]
) -> dict[int, list[Glyph]]:
    cells: dict[int, list[Glyph]] = {}
    for run in (run for row in band for run in row.runs):
        shared = [min(right, run.right) - max(left, run.left) for left, right in columns]
        cells.setdefault(shared.index(max(shared)), []).extend(run.glyphs)
    return dict(sorted(cells.items()))


def _row_cells(cells: Mapping[int, list[Glyph]], width: int) -> Iterator[GridCell]:
    """The cells of a row; over columns that a lower row of the head parts, up to a ``width``."""
    ends = [*list(cells)[1:], width]
    for (column, glyphs), end in zip(cells.items(), ends, strict=True):
        yield GridCell(column, end - column if width else 1, _cell_lines(glyphs))


def _bands(
    block: Sequence[_TypeRow], columns: Sequence[tuple[float, float]]
) -> list[list[_TypeRow]]:
    """The lines of each row of a table.

    The lines of a cell that is wrapped stand closer than rows do; where all stand alike, what is
    wrapped fills fewer columns than what begins a row.
    """
    if all(row.parted for row in block):
        return [[row] for row in block]
    filled = [len(_band_cells([row], columns)) for row in block]
    full = [count > _LEAST_STARTED * max(filled) for count in filled]
    gaps = sorted(gap for column in _boxes(block, columns) for gap, _ in column)
    wider = (b for a, b in pairwise(gaps) if b - a > _LOOSE * block[0].em)
    least = next(wider, _FARTHEST)
    alike = any(
        one and other and above.bottom - below.top < least
        for (above, one), (below, other) in pairwise(zip(block, full, strict=True))
    )
    begins = full
    if not alike:
        ends = _row_ends(_boxes(block, columns), least)
        numbers = [sum(row.top <= end for end in ends) for row in block]
        begins = [a != b for a, b in pairwise([None, *numbers])]
    bands: list[list[_TypeRow]] = []
    for row, new in zip(block, begins, strict=True):
        if new or not bands:
            bands.append([])
        bands[-1].append(row)
    return bands


_Box = tuple[float, Edges]


def _boxes(block: Sequence[_TypeRow], columns: Sequence[tuple[float, float]]) -> list[list[_Box]]:
    """The lines of each column from the top: the gap above each, its foot and its top."""
    boxes: list[list[_Box]] = [[] for _ in columns]
    for row in block:
        for column, glyphs in _band_cells([row], columns).items():
            foot, top = min(g.bottom for g in glyphs), max(g.top for g in glyphs)
            if boxes[column]:
                boxes[column].append((boxes[column][-1][1][0] - top, (foot, top)))
            else:
                boxes[column].append((_FARTHEST, (foot, top)))
    return boxes


def _row_ends(boxes: Sequence[Sequence[_Box]], least: float) -> list[float]:
    """Where rows end: heights that no cell spans; those of a cell's lines are less than apart."""
    cells: list[Edges] = []
    for column in boxes:
        for gap, (foot, top) in column:
            if gap < least and cells:
                cells[-1] = (foot, cells[-1][1])
            else:
                cells.append((foot, top))
    ends: list[float] = []
    for foot, top in sorted(cells, key=lambda cell: -cell[1]):
        if ends and top > ends[-1]:
            ends[-1] = min(ends[-1], foot)
        else:
            ends.append(foot)
    return ends
