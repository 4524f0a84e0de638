"""A page's characters to runs: what was set without putting the pen down, with its blanks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from knowledge.formats.glyphs import Glyph, is_latin, is_wide

_EM = 0.75  # of the height of a box, which has room above and below the character
APART = 1.5  # ems between what stands in two columns or cells
LATIN_BLANK = 0.2  # ems
BLANK = 0.35  # ems more than between the other characters of a line


@dataclass(slots=True)
class Run:
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
        """The characters with their blanks, also those that are only seen."""
        em = self.em
        gaps = [b.left - a.right for a, b in pairwise(self.glyphs)]
        usual = max(median(gaps), 0.0) if gaps else 0.0
        seen = {
            n
            for n, (gap, (a, b)) in enumerate(zip(gaps, pairwise(self.glyphs), strict=True), 1)
            if gap > _blank_between(a, b, usual, em)
        }
        pieces = [
            self.blanks.get(n, " " if n in seen else "") + glyph.char
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


def runs_of(glyphs: Sequence[Glyph]) -> list[Run]:
    """The characters in the order of the file, parted where the pen was set down elsewhere."""
    runs: list[Run] = []
    for glyph in glyphs:
        last = runs[-1].glyphs[-1] if runs else None
        if glyph.char.isspace():
            if last and level(last, glyph) and abs(glyph.left - runs[-1].right) < _height(last):
                runs[-1].add(glyph)
            continue
        if last is None or not _follows(runs[-1], last, glyph):
            runs.append(Run())
        runs[-1].add(glyph)
    seen: set[tuple[str, int, int]] = set()
    return [run for run in runs if not _is_twin(run, seen)]


def _is_twin(run: Run, seen: set[tuple[str, int, int]]) -> bool:
    """Whether characters were set before at the same place, to look bold."""
    step = run.em / 4
    told = "".join(glyph.char for glyph in run.glyphs)
    place = (told, round(run.left / step), round(run.bottom / step))
    twin = place in seen
    seen.add(place)
    return twin


def em_of(glyphs: Sequence[Glyph]) -> float:
    """The size of characters: the width of those that are square, else told by their height."""
    wide = [g.right - g.left for g in glyphs if is_wide(g.char[:1])]
    return median(wide) if wide else median(g.top - g.bottom for g in glyphs) * _EM


def _height(glyph: Glyph) -> float:
    return glyph.top - glyph.bottom


def level(one: Glyph | Run, other: Glyph | Run) -> bool:
    """Whether two boxes stand beside each other."""
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    return shared >= 0.5 * min(one.top - one.bottom, other.top - other.bottom)


def _follows(run: Run, last: Glyph, glyph: Glyph) -> bool:
    if not level(last, glyph):
        return False
    em = _height(last) * _EM
    if (glyph.left, glyph.right) == (last.left, last.right):  # one sign for both, such as ——
        return True
    return -0.5 * em < glyph.left - run.right < APART * em
