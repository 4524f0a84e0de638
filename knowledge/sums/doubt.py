"""What is doubted of a report's figures, and the sentence that says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.figures import Figure
from knowledge.sentences import Span
from knowledge.sums.words import SUMS
from knowledge.vocabulary import fill_in


class DoubtKind(StrEnum):
    """What does not fit."""

    PARTS = "parts"
    RATE = "rate"
    GROWTH = "growth"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Figures of one report that contradict each other.

    ``span`` reaches from the first of the ``figures`` to the last; ``sentence`` is Chinese and
    quotes the figures as they are written.
    """

    kind: DoubtKind
    span: Span
    figures: tuple[Figure, ...]
    sentence: str


def doubt(kind: DoubtKind, wording: str, figures: Sequence[Figure], **fields: str) -> Doubt:
    """A doubt in the words of ``data/sums.toml``; raises DataFileError where they do not fit."""
    ordered = tuple(sorted(figures, key=lambda figure: figure.start))
    span = Span(ordered[0].start, ordered[-1].end)
    return Doubt(kind, span, ordered, fill_in(SUMS, f"sentences.{wording}", fields))
