"""The characters of a page to its lines: runs, and from them lines in columns and rows."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from knowledge.vocabulary import DATA, Vocabulary, load_vocabulary

_COMPATIBILITY = (("\u2f00", "\u2fdf"), ("\uf900", "\ufaff"), ("\ufb00", "\ufb06"))
_BLANKS = frozenset(" \t\xa0\u2002\u2003\u2009")
_HYPHENS = frozenset("\x02\ufffe")  # how pdfium writes a hyphen that ends a line
# They may not begin a line, so that some programs let them hang over its end.
CLOSERS = frozenset("，。、；：？！）》」』】〕”’％‰℃,.;:?!)]}%")
# The first characters of a line that no line end may stand between.
_OPENING = re.compile(
    r"[（《「『【〔“‘(\[{]*(?:[\w*.\-/+@#&][\w*.\-/+@#&,%]*|[^\x00-\x7f]|.)?"
    rf"(?:[{re.escape(''.join(CLOSERS))}]|(?<=—)—|(?<=…)…|(?<=\*)\*)*",
    re.ASCII | re.DOTALL,
)
_EM = 0.75  # of the height of a box, which has room above and below the character
APART = 1.5  # ems between what stands in two columns or cells
LATIN_BLANK = 0.2  # ems
BLANK = 0.35  # ems more than between the other characters of a line
_LEAST_LINES = 5
_LEAST_RULED = 2  # lines of a column beside a rule
_LEAST_FILLED = 0.6
_LEAST_WIDTH = 8  # ems of a column of prose
_LEAST_STARTS = 3
_MOST_PARTINGS = 2
_SAME = 3.0  # points
THIN, _SHORT = 3.0, 6.0  # points of a rule
Edges = tuple[float, float]


class Glyph(NamedTuple):
    """A character and its box, in points from the foot of the page."""

    char: str
    left: float
    bottom: float
    right: float
    top: float


class Rule(NamedTuple):
    """A straight line of a drawing, or the edge of a box, in points from the foot of the page."""

    left: float
    bottom: float
    right: float
    top: float


class TypePage(NamedTuple):
    """A page: its characters in the order of the file, and the rules that are drawn on it."""

    glyphs: Sequence[Glyph]
    rules: Sequence[Rule] = ()


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


class _PdfCharacters(Vocabulary):
    radicals: str


@cache
def _radicals() -> dict[str, str]:
    pairs = "".join(load_vocabulary(_PdfCharacters, DATA / "pdf.toml").radicals.split())
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


@dataclass
class GlyphRun:
    """Characters that follow one another closely; ``blanks`` stand before those at their places."""

    glyphs: list[Glyph] = field(default_factory=list)
    blanks: dict[int, str] = field(default_factory=dict)
    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0

    @cached_property
    def em(self) -> float:
        """The size of its characters; asked for once all of them are there."""
        return max(em_of(self.glyphs[:80]), 1.0)

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
        pairs = list(pairwise(self.glyphs))
        gaps = [b.left - a.right for a, b in pairs]
        usual = max(median(gaps), 0.0) if gaps else 0.0
        pieces = [self.blanks.get(0, "") + self.glyphs[0].char]
        for n, (gap, (a, b)) in enumerate(zip(gaps, pairs, strict=True), 1):
            apart = gap > _blank_between(a, b, usual, self.em)
            pieces.append(self.blanks.get(n, " " if apart else "") + b.char)
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
    return list({_words_and_place(run): run for run in reversed(runs)}.values())[::-1]


def _words_and_place(run: GlyphRun) -> tuple[str, int, int]:
    """What characters that are set twice, to look bold, have in common."""
    step = run.em / 4
    characters = "".join(glyph.char for glyph in run.glyphs)
    return characters, round(run.left / step), round(run.bottom / step)


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
class PageLine:
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


def lines_of_pages(
    pages: Sequence[list[GlyphRun]], rules: Sequence[Sequence[Rule]]
) -> list[list[PageLine]]:
    """The lines of each page's runs, column after column, each column from its top.

    ``rules`` are those that are drawn on each page.
    """
    gutters = [gutter_of(of_page) for of_page in pages]
    found = [place for place in gutters if place is not None]
    usual = median(found) if found and len(found) * 2 >= len(pages) else None
    lines = []
    for runs, gutter, drawn in zip(pages, gutters, rules, strict=True):
        ruled = (rule.left for rule in drawn if gutter is None and _parts_columns(rule, runs))
        if (parted := next(ruled, None)) is not None:
            lines.append(_lines(runs, parted, _LEAST_RULED))
        else:
            least = _LEAST_LINES if gutter is not None else 1
            lines.append(_lines(runs, usual if gutter is None else gutter, least))
    return lines


def _parts_columns(rule: Rule, runs: Sequence[GlyphRun]) -> bool:
    """Whether a line that is drawn down a page has prose on both sides and crosses none."""
    if not is_upright(rule):
        return False
    beside = [run for run in runs if run.bottom < rule.top and run.top > rule.bottom]
    sides = _sides(beside, rule.left)
    if sum(map(len, sides)) < len(beside) or min(map(len, sides)) < _LEAST_RULED:
        return False
    return all(
        median(run.right - run.left for run in side) > _LEAST_WIDTH * median(run.em for run in side)
        for side in sides
    )


def is_upright(rule: Rule) -> bool:
    """Whether a rule runs up the page, and is no dot."""
    return rule.right - rule.left <= THIN and rule.top - rule.bottom > _SHORT


def _lines(runs: list[GlyphRun], gutter: float | None, least: int) -> list[PageLine]:
    blocks = _blocks(runs, gutter, least)
    lines = [line_of(row, edges) for block, edges in blocks for row in rows_of(block)]
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
        sides = _sides(zone, gutter)
        if all(len(side) >= least for side in sides):
            yield plain, None
            plain = []
            for side in sides:
                further = gutter_of(side) if depth < _MOST_PARTINGS else None
                yield from _blocks(side, further, _LEAST_LINES, depth + 1)
        else:
            plain += zone
        plain += crossing
    yield plain, None


def _sides(runs: Sequence[GlyphRun], place: float) -> tuple[list[GlyphRun], list[GlyphRun]]:
    """What stands to the left of a line down the page, and to its right."""
    return [r for r in runs if r.right <= place], [r for r in runs if r.left >= place]


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


def gutter_of(runs: Sequence[GlyphRun]) -> float | None:
    """Where a page is parted into columns of prose, if it is: a line that few runs cross."""
    if len(runs) < 2 * _LEAST_LINES:
        return None
    first, last = min(r.left for r in runs), max(r.right for r in runs)
    quarter = (last - first) / 4
    starts = Counter(round(r.left / _SAME) for r in runs)
    best: tuple[int, float] | None = None
    for start, count in starts.most_common(12):
        place = (start - 1) * _SAME
        if (
            count + starts[start + 1] < _LEAST_STARTS
            or not first + quarter < place < last - quarter
        ):
            continue
        crossing = sum(r.left < place < r.right for r in runs)
        if crossing * 2 < len(runs) and _is_prose(runs, place) and (not best or crossing < best[0]):
            best = crossing, place
    return best[1] if best else None


def _is_prose(runs: Sequence[GlyphRun], place: float) -> bool:
    """Whether what stands on either side of a line is prose, whose lines fill their column."""
    for side in _sides(runs, place):
        if len(side) < _LEAST_LINES:
            return False
        width = max(r.right for r in side) - min(r.left for r in side)
        mean = sum(r.right - r.left for r in side) / len(side)
        em = median(r.em for r in side)
        if mean < _LEAST_FILLED * width or width < _LEAST_WIDTH * em:
            return False
    return True


def rows_of(runs: Sequence[GlyphRun]) -> Iterator[list[GlyphRun]]:
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


def line_of(row: Sequence[GlyphRun], edges: Edges | None = None) -> PageLine:
    """The line of runs that stand beside each other, in a column with the edges."""
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
    last = row[-1]
    core = next((g.right for g in reversed(last.glyphs) if g.char not in CLOSERS), last.right)
    return PageLine(
        text.lstrip(), row[0].left, longest.bottom, right, longest.top, em, core,
        _opening(row[0]), edges, cells,
    )  # fmt: skip


def _opening(run: GlyphRun) -> float:
    found = _OPENING.match("".join(glyph.char for glyph in run.glyphs[:40]))
    last = run.glyphs[min(len(found[0]) if found else 1, len(run.glyphs)) - 1]
    return last.right - run.left
