"""What came in: kept until all that is said to it has arrived."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.storage.database import Database

_KEPT_SECONDS = 7 * 86_400  # a chat app hands an update out again for a day at most


@dataclass(frozen=True, slots=True)
class InboxItem:
    """An update as it came, not yet done with.

    ``app_update_id`` is the app's number of it, ``id`` our own, given when it is written down.
    ``composed``: what is said to it is settled and lies in the outbox. ``attempts`` counts how
    often it was begun; ``verdict`` is what was decided when it came in, if anything.
    """

    app: str
    app_update_id: str
    chat_id: str
    raw: str
    verdict: str = ""
    id: int = 0
    composed: bool = False
    attempts: int = 0


class Inbox:
    """The updates of all apps, each once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_in(self, items: Sequence[InboxItem], now: float) -> list[InboxItem]:
        """Write down what is new, all at once; returns what is new, numbered."""
        new = []
        with self._database.transaction():
            for item in items:
                known = self._database.row(
                    "SELECT 1 FROM inbox WHERE app = ? AND app_update_id = ?",
                    (item.app, item.app_update_id),
                )
                if not known:
                    number = self._database.run(
                        "INSERT INTO inbox (app, app_update_id, chat_id, raw, received_at, verdict)"
                        " VALUES (?, ?, ?, ?, ?, ?)",
                        (item.app, item.app_update_id, item.chat_id, item.raw, now, item.verdict),
                    )
                    new.append(replace(item, id=number))
        return new

    def unfinished(self) -> list[InboxItem]:
        """What is not done with, in the order in which it came."""
        rows = self._database.rows(
            "SELECT app, app_update_id, chat_id, raw, verdict, id, state = 'composed', attempts"
            " FROM inbox WHERE state <> 'done' ORDER BY id"
        )
        return [
            InboxItem(app, app_id, chat_id, raw, verdict, number, bool(composed), attempts)
            for app, app_id, chat_id, raw, verdict, number, composed, attempts in rows
        ]

    def begin(self, number: int) -> None:
        """Count one more attempt."""
        self._database.run("UPDATE inbox SET attempts = attempts + 1 WHERE id = ?", (number,))

    def mark_composed(self, number: int) -> None:
        """What is said to it is settled."""
        self._database.run("UPDATE inbox SET state = 'composed' WHERE id = ?", (number,))

    def finish(self, number: int) -> None:
        """All that is said to it has arrived; its words are let go."""
        with self._database.transaction():
            self._database.run("UPDATE inbox SET state = 'done', raw = '' WHERE id = ?", (number,))
            self._database.run("DELETE FROM outbox WHERE update_id = ?", (number,))

    def forget_old(self, now: float) -> None:
        """Let go of what was done with long ago."""
        self._database.run(
            "DELETE FROM inbox WHERE state = 'done' AND received_at < ?", (now - _KEPT_SECONDS,)
        )
