"""What came in: kept until all that is said to it has arrived."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.storage.database import Database

_KEPT_SECONDS = 7 * 86_400  # a chat app hands an update out again for a day at most


@dataclass(frozen=True, slots=True)
class Received:
    """An update as it came, not yet done with.

    ``composed``: what is said to it is settled and lies among the parcels. ``attempts`` counts
    how often it was begun; ``verdict`` is what was decided when it came in, if anything.
    """

    update_id: int
    chat_id: int
    raw: str
    composed: bool = False
    attempts: int = 0
    verdict: str = ""


class Inbox:
    """The updates of one bot, each once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_in(self, received: Sequence[Received], now: float) -> list[Received]:
        """Write down what is new, all at once; gives back what is new."""
        new = []
        with self._database.transaction():
            for each in received:
                known = self._database.row(
                    "SELECT 1 FROM inbox WHERE update_id = ?", (each.update_id,)
                )
                if not known:
                    self._database.run(
                        "INSERT INTO inbox (update_id, chat_id, raw, received_at, verdict)"
                        " VALUES (?, ?, ?, ?, ?)",
                        (each.update_id, each.chat_id, each.raw, now, each.verdict),
                    )
                    new.append(each)
        return new

    def open(self) -> list[Received]:
        """What is not done with, in the order in which it came."""
        rows = self._database.rows(
            "SELECT update_id, chat_id, raw, state = 'composed', attempts, verdict"
            " FROM inbox WHERE state <> 'done' ORDER BY update_id"
        )
        return [
            Received(number, chat, raw, bool(composed), attempts, verdict)
            for number, chat, raw, composed, attempts, verdict in rows
        ]

    def begin(self, update_id: int) -> None:
        """Count one more attempt."""
        self._database.run(
            "UPDATE inbox SET attempts = attempts + 1 WHERE update_id = ?", (update_id,)
        )

    def compose(self, update_id: int) -> None:
        """What is said to it is settled."""
        self._database.run("UPDATE inbox SET state = 'composed' WHERE update_id = ?", (update_id,))

    def finish(self, update_id: int) -> None:
        """All that is said to it has arrived; its words are let go."""
        with self._database.transaction():
            self._database.run(
                "UPDATE inbox SET state = 'done', raw = '' WHERE update_id = ?", (update_id,)
            )
            self._database.run("DELETE FROM parcels WHERE update_id = ?", (update_id,))

    def forget_old(self, now: float) -> None:
        """Let go of what was done with long ago."""
        self._database.run(
            "DELETE FROM inbox WHERE state = 'done' AND received_at < ?", (now - _KEPT_SECONDS,)
        )
