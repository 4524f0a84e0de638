"""Figures of a report that do not add up among themselves; pure."""

from knowledge.sums.doubt import Doubt, DoubtKind
from knowledge.sums.finding import find_doubts

__all__ = ["Doubt", "DoubtKind", "find_doubts"]
