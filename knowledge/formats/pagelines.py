"""A page's characters to its lines in reading order: runs, columns, rows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from knowledge.formats.glyphs import Glyph, is_latin, is_wide, opening_of

_EM = 0.75  # of the height of a box, which has room above and below the character
_APART = 1.5  # ems between what stands in two columns or cells
_LEAST_LINES = 5
_LEAST_FILLED = 0.6
_LEAST_WIDTH = 8  # ems of a column of prose
_SAME = 3.0  # points


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one column, its box in points and its height in ``em``s.

    ``opening`` is the width of its first characters that no line end may part; ``edges`` are those
    of its column where the page has several; ``cells`` says that it is a row of a table.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    em: float
    opening: float
    edges: tuple[float, float] | None = None
    cells: bool = False


@dataclass(slots=True)
class _Run:
    """Characters that follow one another closely; blanks are in the text alone."""

    glyphs: list[Glyph] = field(default_factory=list)
    text: str = ""
    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0

    @property
    def em(self) -> float:
        return max(_em_of(self.glyphs[:80]), 1.0)

    def add(self, glyph: Glyph) -> None:
        if glyph.char.isspace():
            self.text += glyph.char
            self.right = max(self.right, glyph.right)
            return
        if not self.glyphs:
            _, self.left, self.bottom, self.right, self.top = glyph
        elif self._gap_before(glyph):
            self.text += " "
        self.glyphs.append(glyph)
        self.text += glyph.char
        self.right = max(self.right, glyph.right)

    def _gap_before(self, glyph: Glyph) -> bool:
        """Whether a blank is seen that was not written."""
        last = self.glyphs[-1]
        if self.text[-1:].isspace():
            return False
        gap, em = glyph.left - last.right, (last.top - last.bottom) * _EM
        both = is_latin(last.char[-1:]) and is_latin(glyph.char[:1])
        return gap > em * (0.2 if both else 0.9)


def lines_of_page(glyphs: Sequence[Glyph]) -> list[Line]:
    """The lines of a page, column after column, each column from its top."""
    lines: list[Line] = []
    for block, edges in _blocks(_runs(glyphs), depth=0):
        lines += [_line(row, edges) for row in _rows(block)]
    return [line for line in lines if line.text.strip()]


def _runs(glyphs: Sequence[Glyph]) -> list[_Run]:
    """The characters in the order of the file, parted where the pen was set down elsewhere."""
    runs: list[_Run] = []
    for glyph in glyphs:
        last = runs[-1].glyphs[-1] if runs else None
        if glyph.char.isspace():
            if last and _level(last, glyph) and abs(glyph.left - runs[-1].right) < _height(last):
                runs[-1].add(glyph)
            continue
        if last and _is_twin(last, glyph):
            continue
        if last is None or not _follows(runs[-1], last, glyph):
            runs.append(_Run())
        runs[-1].add(glyph)
    return runs


def _em_of(glyphs: Sequence[Glyph]) -> float:
    """The size of characters: the width of those that are square, else told by their height."""
    wide = [g.right - g.left for g in glyphs if is_wide(g.char[:1])]
    return median(wide) if wide else median(g.top - g.bottom for g in glyphs) * _EM


def _height(glyph: Glyph) -> float:
    return glyph.top - glyph.bottom


def _level(one: Glyph | _Run, other: Glyph | _Run) -> bool:
    """Whether two boxes stand beside each other."""
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    return shared >= 0.5 * min(one.top - one.bottom, other.top - other.bottom)


def _is_twin(last: Glyph, glyph: Glyph) -> bool:
    """Whether a character is set twice to look bold."""
    near = 0.25 * (last.right - last.left)
    return (
        glyph.char == last.char
        and abs(glyph.left - last.left) < near
        and abs(glyph.bottom - last.bottom) < near
    )


def _follows(run: _Run, last: Glyph, glyph: Glyph) -> bool:
    if not _level(last, glyph):
        return False
    em = _height(last) * _EM
    return -0.5 * em < glyph.left - run.right < _APART * em


def _blocks(
    runs: list[_Run], depth: int
) -> Iterator[tuple[list[_Run], tuple[float, float] | None]]:
    """The runs of each column in turn; what spans columns stands between those above and below."""
    gutter = _gutter(runs) if depth < 3 else None
    if gutter is None:
        edges = (min(r.left for r in runs), max(r.right for r in runs)) if runs and depth else None
        yield runs, edges
        return
    zone: list[_Run] = []
    plain: list[_Run] = []
    for run in [*sorted(runs, key=lambda r: -r.top), None]:
        if run and not run.left < gutter < run.right:
            zone.append(run)
            continue
        sides = [r for r in zone if r.right <= gutter], [r for r in zone if r.left >= gutter]
        if all(len(side) >= _LEAST_LINES for side in sides):
            if plain:
                yield plain, None
            plain = []
            for side in sides:
                yield from _blocks(side, depth + 1)
        else:
            plain += zone
        zone = []
        plain += [run] if run else []
    if plain:
        yield plain, None


def _gutter(runs: Sequence[_Run]) -> float | None:
    """Where a page is parted into columns of prose, if it is: a line that few runs cross."""
    if len(runs) < 2 * _LEAST_LINES:
        return None
    first, last = min(r.left for r in runs), max(r.right for r in runs)
    quarter = (last - first) / 4
    starts = Counter(round(r.left / _SAME) for r in runs)
    best: tuple[int, float] | None = None
    for start, count in starts.most_common(12):
        place = (start - 1) * _SAME
        if count < _LEAST_LINES or not first + quarter < place < last - quarter:
            continue
        crossing = sum(r.left < place < r.right for r in runs)
        if crossing * 2 < len(runs) and _is_prose(runs, place) and (not best or crossing < best[0]):
            best = crossing, place
    return best[1] if best else None


def _is_prose(runs: Sequence[_Run], place: float) -> bool:
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


def _rows(runs: Sequence[_Run]) -> Iterator[list[_Run]]:
    """Runs that stand beside each other, from the top, each row from the left."""
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda r: -(r.top + r.bottom)):
        beside = [row for row in rows[-3:] if _level(row[0], run)]
        if beside:
            beside[0].append(run)
        else:
            rows.append([run])
    return (sorted(row, key=lambda r: r.left) for row in rows)


def _line(row: Sequence[_Run], edges: tuple[float, float] | None) -> Line:
    text = row[0].text
    cells = False
    for before, run in zip(row, row[1:], strict=False):
        gap = run.left - before.right
        apart = gap > _APART * _EM * min(before.em, run.em)
        cells = cells or apart
        both = is_latin(before.text[-1:]) and is_latin(run.text[:1])
        blank = apart or (both and gap > 0.2 * before.em)
        text += (" " if blank and not text.endswith(" ") else "") + run.text
    longest = max(row, key=lambda run: len(run.text))
    return Line(
        text=text.lstrip(),
        left=row[0].left,
        bottom=longest.bottom,
        right=max(run.right for run in row),
        top=longest.top,
        em=max(_em_of([g for run in row for g in run.glyphs][:80]), 1.0),
        opening=_opening(row[0]),
        edges=edges,
        cells=cells,
    )


def _opening(run: _Run) -> float:
    length = len(opening_of(run.text.strip()))
    width = 0.0
    taken = 0
    for glyph in run.glyphs:
        if taken >= length:
            break
        taken += len(glyph.char)
        width += glyph.right - glyph.left
    return width


