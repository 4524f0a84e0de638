"""What the reading of a question knows of the store."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from knowledge.models import Bureau
from knowledge.understanding.periods import Period


class Occurs(Protocol):
    """Finds the reports whose texts contain a phrase."""

    def __call__(self, phrase: str, within: Collection[str] | None = None) -> frozenset[str]:
        """The ids of the reports, of all or ``within`` some."""


@dataclass(frozen=True, slots=True)
class KnownReport:
    """A report as the reading of questions knows it."""

    id: str
    bureau: Bureau | None
    period: Period | None
    names: tuple[str, ...] = ()


Tells = Callable[[int, Collection[str]], frozenset[str]]
"""Those of some reports that tell of a year, whatever their own period."""


def tells_nothing(_year: int, _within: Collection[str]) -> frozenset[str]:
    """Tell of no report's statements."""
    return frozenset()
