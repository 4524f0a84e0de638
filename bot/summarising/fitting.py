"""How long a summary is: characters in its text, or lines as its document is set."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter

from bot.compositions import Summary
from bot.official.document import from_summary
from bot.official.layout import official_layout
from bot.official.measuring import line_count
from bot.summarising.request import SummaryRequest
from bot.summarising.vocabulary import SummaryLength, choice_words

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
    """The longest summary of an extent, else the shortest: ``write`` is given its characters.

    More characters do not always make a longer summary, as headings come and go: where halving
    leaves much room, some more are tried.
    """
    low, high = 0, 2 * extent.characters
    tried: list[tuple[float, Summary]] = []
    trial = extent.characters
    for _ in range(_TRIALS):
        tried.append(_attempt(write, extent, trial))
        size = tried[-1][0]
        if _CLOSE <= size <= 1.0 or high - low < _FINE:
            break
        low, high = (trial, high) if size <= 1.0 else (low, trial)
        trial = (low + high) // 2
    if max((size for size, _ in tried if size <= 1.0), default=0.0) < _ENOUGH:
        tried += [_attempt(write, extent, int(extent.characters * share)) for share in _SHARES]
    fitting = [(size, made) for size, made in tried if size <= 1.0]
    best = max(fitting, key=itemgetter(0)) if fitting else min(tried, key=itemgetter(0))
    return best[1]


def _attempt(
    write: Callable[[int], Summary], extent: Extent, characters: int
) -> tuple[float, Summary]:
    summary = write(characters)
    return extent.size(summary), summary
