"""The layout of an official document, from ``data/official.toml``, measured for WordprocessingML.

Lengths are in twips (1/1440 inch). The grid is worked out from the page: its lines share the
height, its characters the width.
"""

import math
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from knowledge.vocabulary import Vocabulary, Words, at, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "official.toml"
_STYLES = {
    "title", "body", "heading1", "heading2", "heading3", "sources", "origin", "odd",
    "even", "cell",
}  # fmt: skip
_WORDS = {
    "sources",
    "run_in",
    "citation",
    "origin",
    "origin_without_headings",
    "line",
    "left_out",
    "indicator",
    "no_figure",
    "alone",
    "tasks",
}
_TWIPS_PER_POINT = 20
_POINTS_PER_MM = 72 / 25.4
_GRID_UNITS = 4096  # of a point: w:charSpace


class ParagraphStyle(Vocabulary, extra="forbid"):
    """One paragraph style; ``indent`` in characters, ``outline`` 0 for none.

    ``size`` and ``line_points`` are in points; 0 is the line of the page.
    """

    id: str
    name: str
    font: str
    size: float
    align: str
    bold: bool = False
    indent: int = 0
    outline: int = 0
    lines_after: int = 0
    line_points: float = 0
    keep_next: bool = False
    new_page: bool = False
    page_number: bool = False


class PageLayout(Vocabulary, extra="forbid"):
    """The page, in millimetres, and the grid on it; ``line_points`` is the fixed line spacing."""

    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float
    footer: float
    lines: int
    characters: int
    line_points: float

    @property
    def line_pitch(self) -> int:
        """The height of a line of the grid, in twips; never so high that a line is lost."""
        height = (self.height - self.top - self.bottom) * _POINTS_PER_MM * _TWIPS_PER_POINT
        return math.floor(height / self.lines)

    def tracking(self, size: float) -> int:
        """What to add between characters of a size, in twips, so that a line holds its number.

        Never more than nothing: a full line is drawn together, as the standard's own measures
        (28 characters of 16 points in 156 mm) ask.
        """
        width = (self.width - self.left - self.right) * _POINTS_PER_MM
        return min(0, math.floor((width / self.characters - size) * _TWIPS_PER_POINT))

    def character_space(self, size: float) -> int:
        """What the grid adds to a character of ``size`` points, in 1/4096 of a point."""
        pitch = (self.width - self.left - self.right) * _POINTS_PER_MM / self.characters
        return math.floor((pitch - size) * _GRID_UNITS)

    def characters_wide(self, count: float) -> int:
        """The width of some characters on the grid, in twips."""
        return twips((self.width - self.left - self.right) * count / self.characters)


class CompactLayout(Vocabulary, extra="forbid"):
    """What differs on a page of summaries: the page, sizes of body, titles and cells of tables.

    ``cell_line`` is the height of a line in a cell, ``first_column`` how many characters wide the
    first column of a table is.
    """

    size: float
    title: float
    cell: float
    cell_line: float
    first_column: float
    page: PageLayout


def _require_keys(needed: set[str]) -> AfterValidator:
    def check_keys(table: Mapping[str, Any]) -> Mapping[str, Any]:
        if missing := sorted(needed - set(table)):
            raise ValueError(f"缺少 {'、'.join(missing)}")
        return table

    return AfterValidator(check_keys)


def _with_ids(table: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: {"id": name, **style} for name, style in table.items()}


class OfficialLayout(Vocabulary):
    """All that is laid down: the page, the styles by id, fonts with their stand-ins, words."""

    page: PageLayout
    compact: CompactLayout
    styles: Annotated[
        Mapping[str, ParagraphStyle], _require_keys(_STYLES), BeforeValidator(_with_ids)
    ]
    fonts: Mapping[str, str]
    words: Annotated[Mapping[str, str], _require_keys(_WORDS)]
    task_heads: Words = at("tasks.heads")
    task_columns: tuple[int, ...] = at("tasks.columns")

    def compact_form(self) -> "OfficialLayout":
        """The same, closer: what is as large as the body gets its smaller size."""
        compact, body, title = self.compact, self.styles["body"].size, self.styles["title"].size
        sizes = {body: compact.size, title: compact.title}
        styles = {
            name: style.model_copy(update={"size": sizes.get(style.size, style.size)})
            for name, style in self.styles.items()
        }
        cell = {"size": compact.cell, "line_points": compact.cell_line}
        styles["cell"] = styles["cell"].model_copy(update=cell)
        return self.model_copy(update={"page": compact.page, "styles": styles})

    def comparison_columns(self, count: int) -> tuple[float, ...]:
        """The widths, in characters, of the columns of a table that compares."""
        first = self.compact.first_column
        return (first, *((self.page.characters - first) / (count - 1),) * (count - 1))


official_layout = cache(partial(load_vocabulary, OfficialLayout, path=_FILE))


def twips(millimetres: float) -> int:
    """Millimetres in twips."""
    return round(millimetres * _POINTS_PER_MM * _TWIPS_PER_POINT)
