"""How long a summary is: characters in its text, or lines as its document is set."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.compositions import Summary
from bot.official.document import from_summary
from bot.official.layout import official_layout
from bot.official.measuring import line_count
from bot.summarising.request import SummaryRequest
from bot.summarising.vocabulary import SummaryLength, choice_words

_TRIALS = 8
_CLOSE = 0.97
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
        layout = official_layout().compacted()
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
    """The longest summary of an extent, else the shortest: ``write`` is given its characters."""
    low, high = 0, 2 * extent.characters
    best, trial = None, extent.characters
    for _ in range(_TRIALS):
        summary = write(trial)
        size = extent.size(summary)
        if size <= 1.0:
            best, low = summary, trial
        else:
            high = trial
        if (best and size <= 1.0 and size >= _CLOSE) or high - low < 4:
            break
        trial = (low + high) // 2
    return best or summary
