"""The model's part of a summary as values: excerpts in, points with their quotes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.answers import Quote
from bot.compositions import Progress
from knowledge.models import Report
from knowledge.understanding.sentences import Span


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Sentences of a report that stand together under the same headings."""

    report: Report
    span: Span
    path: tuple[str, ...]

    @property
    def text(self) -> str:
        """The report's own words."""
        return self.report.text[slice(*self.span)]


@dataclass(frozen=True, slots=True)
class Point:
    """A statement in the model's words, without marks, and the quotes found for it."""

    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class CondensedPoints:
    """Points that stand, in report order, what was struck, and the prompts and model behind.

    ``recited`` are statements whose citation was put right.
    """

    points: tuple[Point, ...]
    struck: tuple[str, ...]
    prompts: tuple[str, ...]
    model: str
    recited: tuple[str, ...] = ()


class Condenser(Protocol):
    """Shortens excerpts; every call may raise EndpointFailed."""

    @property
    def name(self) -> str:
        """Its name as a writer."""

    def condense(
        self, excerpts: Sequence[Excerpt], scope: str, characters: int, progress: Progress
    ) -> CondensedPoints:
        """At most about so many characters on the excerpts; ``progress`` counts calls."""
