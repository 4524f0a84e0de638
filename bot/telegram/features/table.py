"""The table of routes: every feature, and the role that it needs."""

from bot.telegram.features import asking, greeting, quoting
from bot.telegram.replies import Outcome, says
from bot.telegram.routes import Route, Routes
from bot.telegram.visit import Desk, Upload, Visit
from bot.telegram.words import html


def _refused(_desk: Desk, visit: Visit) -> Outcome:
    return says(html("access.short") + str(visit.user_id))


def _load(_desk: Desk, _visit: Visit, _upload: Upload, _caption: str) -> Outcome:
    return says("x")


def make_routes() -> Routes:
    """All of them."""
    return Routes(
        commands={
            "start": Route(greeting.start),
            "help": Route(greeting.help_),
            "ask": Route(asking.ask),
            "new": Route(greeting.new),
        },
        taps={"e:": Route(asking.tapped), "q:": Route(quoting.tapped)},
        load=_load,
        refused=_refused,
        unknown=greeting.unknown,
    )
