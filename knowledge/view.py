"""What the library keeps in mind of one generation of the store."""

from dataclasses import dataclass, field

from knowledge.figures import Figure
from knowledge.models import Report, Section
from knowledge.scope import Listed
from knowledge.store import Entry
from knowledge.sums import Doubt


@dataclass(slots=True)
class View:
    """What was read of one generation of the store."""

    generation: str | None
    entries: list[Entry]
    listed: list[Listed]
    reports: dict[str, Report] = field(default_factory=dict)
    outlines: dict[str, tuple[tuple[Section, ...], tuple[Figure, ...]]] = field(
        default_factory=dict
    )
    doubts: dict[str, tuple[Doubt, ...]] = field(default_factory=dict)
