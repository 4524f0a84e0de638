"""Which feature answers what, and what one must be to be answered; the one table of both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.state.people import Role
from bot.telegram.replies import Outcome
from bot.telegram.visit import Desk, Upload, Visit

Run = Callable[[Desk, Visit, str], Outcome]
Load = Callable[[Desk, Visit, Upload, str], Outcome]


@dataclass(frozen=True, slots=True)
class Route:
    """A feature, and the least role that may use it.

    What ``writes`` to the store is done one at a time.
    """

    run: Run
    needs: Role = Role.READER
    writes: bool = False


@dataclass(frozen=True, slots=True)
class Routes:
    """Everything that can be asked of the bot.

    ``commands`` by name, ``taps`` by the prefix of a button's data (``q:``), ``load`` for a
    document; ``refused`` is what a stranger is told, ``unknown`` answers a command there is not.
    """

    commands: Mapping[str, Route]
    taps: Mapping[str, Route]
    load: Load
    refused: Callable[[Desk, Visit], Outcome]
    unknown: Run
    loads: Role = Role.EDITOR
