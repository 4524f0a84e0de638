"""Which feature answers what, and what one must be to be answered; the one table of both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.context import RequestContext
from bot.conversation.messages import Outcome
from bot.state.people import Role

Run = Callable[[RequestContext, str], Outcome]


class Where(StrEnum):
    """By which workers the work is done, so that the long does not hold up the short."""

    SHORT = "short"
    ASKING = "asking"
    LONG = "long"
    WRITING = "writing"
    """What writes to the store: one at a time."""


@dataclass(frozen=True, slots=True)
class Route:
    """A feature, the least role that may use it, and where the work is done."""

    run: Run
    needs: Role = Role.READER
    where: Where = Where.SHORT


@dataclass(frozen=True, slots=True)
class Routes:
    """Everything that can be asked of the bot.

    ``commands`` by name, ``presses`` by the prefix of a button's data (``q:``), ``upload`` for a
    document; ``refused`` is what a stranger is told, ``unknown`` answers a command there is not.
    """

    commands: Mapping[str, Route]
    presses: Mapping[str, Route]
    upload: Route
    refused: Route
    unknown: Route
