"""What all menus share: taps that are read back, names of reports, the last row of a menu."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.conversation.context import RequestContext, Services
from bot.conversation.menus import page_held, paged, shortened
from bot.conversation.messages import Button, Outcome, Reply, Rows, Text, reply_with
from bot.conversation.wording import plain, sentence
from knowledge.storage.rows import Entry

_DATA = re.compile(r"([0-9]{1,12}):([a-z])([0-9]{0,4})")
TURN, BACK, CANCEL = "n", "u", "x"
"""What the buttons of every menu do: turn to a page, go back a step, cancel."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A button of a choice in progress: ``act`` says which, ``index`` which of several (or -1)."""

    number: int
    act: str
    index: int
    held: dict[str, Any]

    def picked(self, listed: Sequence[str]) -> str | None:
        """What the tap means of a list; None where the list has no such place."""
        return listed[self.index] if 0 <= self.index < len(listed) else None


def read_tap(services: Services, context: RequestContext, data: str, kind: str) -> Tap | None:
    """The tap that some data tells of, if it is of a choice of this visitor in this chat."""
    match = _DATA.fullmatch(data)
    if not match:
        return None
    number, act, index = int(match[1]), match[2], int(match[3] or -1)
    held = services.state.choices.find(number, context.chat_id, context.user_id, kind)
    return Tap(number, act, index, held) if held else None


def data_for(prefix: str, number: int) -> Callable[..., str]:
    """Makes the data of a choice's buttons: ``s:17:b3``."""

    def data(act: str, index: int | None = None) -> str:
        return f"{prefix}:{number}:{act}{'' if index is None else index}"

    return data


def keep(
    services: Services,
    context: RequestContext,
    kind: str,
    held: Mapping[str, Any],
    tap: Tap | None = None,
) -> int:
    """Keep what was chosen, in place of what the tapped menu held; its number."""
    if tap is None:
        return services.state.choices.make(
            context.chat_id, context.user_id, kind, held, context.now
        )
    services.state.choices.change(tap.number, held)
    return tap.number


def stale() -> Outcome:
    """What is said to a button that means nothing any more."""
    return Outcome(toast=plain("button.stale"))


def cancelled(services: Services, tap: Tap) -> Outcome:
    """The menu is put away; its buttons mean nothing any more."""
    services.state.choices.change(tap.number, {})
    return paging(sentence("choosing.cancelled"))


def paging(*blocks: Text, rows: Rows = ()) -> Outcome:
    """A page in place of the message that was tapped."""
    return Outcome(page=Reply(blocks, rows))


def shown(reply: Reply, *, anew: bool) -> Outcome:
    """A menu's page: a new message, or in place of the one that was tapped."""
    return Outcome(replies=(reply,)) if anew else Outcome(page=reply)


def gone() -> Outcome:
    """A report that was chosen has left the store."""
    return reply_with(sentence("choosing.gone"))


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to choose from: what its buttons say and do, which page of it, how many a row."""

    labels: Sequence[str]
    act: str
    page: int = 0
    per_row: int = 1

    def rows(self, data: Callable[..., str], *, back: bool) -> Rows:
        """The list's buttons, and under them the ways back and out."""
        buttons = [Button(shortened(name), data(self.act, n)) for n, name in enumerate(self.labels)]
        last = [Button(plain("button.cancel"), data(CANCEL))]
        if back:
            last.insert(0, Button(plain("button.back"), data(BACK)))
        rows = paged(buttons, self.page, lambda to: data(TURN, to), per_row=self.per_row)
        return (*rows, tuple(last))


def is_page(page: int, listed: Sequence[str], *, per_row: int = 1) -> bool:
    """Whether a list that is shown so has such a page."""
    return page >= 0 and page_held(len(listed), page, per_row=per_row) == page


def bureau_of(entry: Entry) -> str:
    """Whose report it is, as it is shown."""
    bureau = entry.identity.bureau
    return bureau.name if bureau else plain("choosing.unknown_bureau")


def period_of(entry: Entry, among: Sequence[Entry]) -> str:
    """For when a report is, with its file where another of the same bureau is alike or unknown."""
    identity = entry.identity
    period = str(identity.period) if identity.period else plain("choosing.unknown_period")
    alike = [e for e in among if bureau_of(e) == bureau_of(entry)]
    same = [e for e in alike if e.identity.period == identity.period]
    if len(same) > 1 or identity.period is None:
        return plain("choosing.same_period", period=period, file=Path(entry.file).stem)
    return period


def name_of(entry: Entry, among: Sequence[Entry]) -> str:
    """A report as people call it: bureau and period."""
    return f"{bureau_of(entry)} {period_of(entry, among)}"


def bureaus_of(entries: Sequence[Entry]) -> list[str]:
    """The bureaus of some reports, each once, in order."""
    return list(dict.fromkeys(map(bureau_of, entries)))
