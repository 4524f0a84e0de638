"""How long a summary is: characters in its text, or lines as its document is set.

A character is as wide as it is high, one of ASCII half so; raised marks are smaller. A line never
begins with a mark that closes. It is off by a line at most where fonts differ.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from bot.compositions import Summary
from bot.official.document import DocumentBlock, OfficialDocument, from_summary
from bot.official.layout import OfficialLayout, ParagraphStyle, official_layout
from bot.summarising.request import SummaryRequest
from bot.summarising.vocabulary import SummaryLength, choice_words

_NARROW, _RAISED = 0.52, 0.62
_PADDING = 1.2  # what stands empty at the sides of a cell, in characters
_MARKS = re.compile(r"(?:\[\d+\])+")
_CLOSING = "，。；：、！？”’）》】"


def line_count(document: OfficialDocument, layout: OfficialLayout) -> int:
    """The lines of a document without its sources, the blank ones after its title counted."""
    title, body = layout.styles["title"], layout.styles["body"]
    lines = _lines(document.title, title, layout) + title.lines_after
    if document.table:
        rows = (document.table.heads, *document.table.rows)
        height = layout.styles["cell"].line_points / layout.page.line_points or 1
        lines += math.ceil(sum(_row_lines(row, layout) for row in rows) * height)
    return lines + sum(_lines(text, body, layout) for text in map(_text_of, document.blocks))


def _row_lines(cells: Sequence[str], layout: OfficialLayout) -> int:
    """The lines of a row of the table."""
    scale = layout.styles["body"].size / layout.styles["cell"].size
    widths = (column * scale - _PADDING for column in layout.comparison_columns(len(cells)))
    return max(
        math.ceil(sum(size for _, size in _character_widths(text)) / width) or 1
        for text, width in zip(cells, widths, strict=True)
    )


def _text_of(block: DocumentBlock) -> str:
    return block.heading + block.text


def _lines(text: str, style: ParagraphStyle, layout: OfficialLayout) -> int:
    """The lines of one paragraph."""
    width = layout.page.characters * layout.styles["body"].size / style.size
    lines, used = 1, float(style.indent)
    for piece, size in _character_widths(text):
        if used + size > width and piece not in _CLOSING:
            lines, used = lines + 1, 0.0
        used += size
    return lines


def _character_widths(text: str) -> Iterator[tuple[str, float]]:
    """The characters of a text, each with its width."""
    raised = {i for match in _MARKS.finditer(text) for i in range(*match.span())}
    for i, character in enumerate(text):
        wide = unicodedata.east_asian_width(character) in "WFA"
        yield character, (1.0 if wide else _NARROW) * (_RAISED if i in raised else 1.0)


_TRIALS, _FINE = 8, 4
_CLOSE, _ENOUGH = 0.97, 0.9
_SHARES = (0.5, 0.65, 0.8, 0.9, 1.15, 1.3, 1.5)
_SPARE = 1
"""Lines left free, for fonts that are wider than the usual."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How long a summary is to be: so many lines of its document, or else characters."""

    lines: int
    characters: int

    def size(self, summary: Summary) -> float:
        """How much of it a summary fills; 1 is all."""
        if not self.lines:
            return text_length(summary) / self.characters
        layout = official_layout().compact_form()
        return line_count(from_summary(summary, with_sources=True), layout) / self.lines


def extent_of(request: SummaryRequest) -> Extent:
    """The extent that is asked for; a page where none is."""
    length = request.length or SummaryLength.PAGE
    characters = request.characters or choice_words().characters[length]
    page = official_layout().compact.page.lines
    lines = {SummaryLength.PAGE: page - _SPARE, SummaryLength.HALF: page // 2}
    return Extent(0 if request.characters else lines.get(length, 0), characters)


def text_length(summary: Summary) -> int:
    """The characters of a summary without its title, its marks and its sources."""
    headings = {part.path[:1] for part in summary.parts if part.path}
    labels = sum(len(part.line) + 1 for part in summary.parts if part.line)
    points = sum(len(point.text) for part in summary.parts for point in part.points)
    return points + labels + sum(len(path[0]) for path in headings)


def fit(write: Callable[[int], Summary], extent: Extent) -> Summary:
    """The longest summary of an extent, else the shortest: ``write`` is given its characters.

    More characters do not always make a longer summary, as headings come and go: where halving
    leaves much room, some more are tried.
    """

    def attempt(characters: int) -> tuple[float, Summary]:
        summary = write(characters)
        return extent.size(summary), summary

    low, high = 0, 2 * extent.characters
    tried: list[tuple[float, Summary]] = []
    trial = extent.characters
    for _ in range(_TRIALS):
        tried.append(attempt(trial))
        size = tried[-1][0]
        if _CLOSE <= size <= 1.0 or high - low < _FINE:
            break
        low, high = (trial, high) if size <= 1.0 else (low, trial)
        trial = (low + high) // 2
    if max((size for size, _ in tried if size <= 1.0), default=0.0) < _ENOUGH:
        tried += [attempt(int(extent.characters * share)) for share in _SHARES]
    fitting = [(size, made) for size, made in tried if size <= 1.0]
    best = max(fitting, key=itemgetter(0)) if fitting else min(tried, key=itemgetter(0))
    return best[1]
