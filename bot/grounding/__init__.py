"""The checks on what a model writes: pure functions from a text and passages to faults."""

from bot.grounding.checking import Checking, check
from bot.grounding.faults import Checked, Fault, FaultKind, Role, Statement
from bot.grounding.quotes import quote_for
from bot.grounding.sources import Given
from bot.grounding.statements import fold_thinking, renumbered, settled, showable

__all__ = [
    "Checked",
    "Checking",
    "Fault",
    "FaultKind",
    "Given",
    "Role",
    "Statement",
    "check",
    "fold_thinking",
    "quote_for",
    "renumbered",
    "settled",
    "showable",
]
