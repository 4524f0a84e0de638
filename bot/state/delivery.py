"""Inbox and outbox: what came in and what goes out, each step written down before and after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

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
                if self._database.row(
                    "SELECT 1 FROM inbox WHERE app = ? AND app_update_id = ?",
                    (item.app, item.app_update_id),
                ):
                    continue
                number = self._database.value(
                    "INSERT INTO inbox (app, app_update_id, chat_id, raw, received_at, verdict)"
                    " VALUES (?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT (app, app_update_id) DO NOTHING RETURNING id",
                    (item.app, item.app_update_id, item.chat_id, item.raw, now, item.verdict),
                )
                if number:
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
        """Record that its answer is composed and lies in the outbox: a restart only sends it.

        The caller puts both into one transaction.
        """
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


class OutgoingKind(StrEnum):
    """How a message is delivered."""

    TEXT = "text"
    """A message of its own: opened, then its text put in."""
    PAGE = "page"
    """Takes the place of a message that is there: ``message_id`` is known from the start."""
    DOCUMENT = "document"


class Stage(StrEnum):
    """How far a message has come."""

    NEW = "new"
    OPENING = "opening"
    """It was being sent: whether it is there is not known."""
    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """The ``n``-th message of what is said to an update; ``body`` is JSON."""

    update_id: int
    n: int
    chat_id: str
    kind: OutgoingKind
    body: str = "{}"
    content: bytes | None = None
    message_id: str | None = None
    stage: Stage = Stage.NEW


_COLUMNS = "update_id, n, chat_id, kind, body, content, message_id, state"


class Outbox:
    """All messages on their way."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, update_id: int) -> list[OutgoingMessage]:
        """What is said to an update, in order."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM outbox WHERE update_id = ? ORDER BY n",  # noqa: S608 - a constant
            (update_id,),
        )
        return [
            OutgoingMessage(
                number, n, chat, OutgoingKind(kind), body, content, message_id, Stage(stage)
            )
            for number, n, chat, kind, body, content, message_id, stage in rows
        ]

    def put(self, update_id: int, messages: Sequence[OutgoingMessage]) -> None:
        """Write down what is to be said to an update, in place of what was there.

        Two statements: a transaction around them is the caller's to make.
        """
        self._database.run("DELETE FROM outbox WHERE update_id = ?", (update_id,))
        self._database.run_many(
            f"INSERT INTO outbox ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
            [
                (
                    update_id, m.n, m.chat_id, m.kind.value, m.body, m.content, m.message_id,
                    m.stage.value,
                )
                for m in messages
            ],
        )  # fmt: skip

    def move(
        self, message: OutgoingMessage, stage: Stage, message_id: str | None = None
    ) -> OutgoingMessage:
        """Write down how far a message has come; the message as it is now."""
        self._database.run(
            "UPDATE outbox SET state = ?, message_id = ? WHERE update_id = ? AND n = ?",
            (stage.value, message_id, message.update_id, message.n),
        )
        return replace(message, stage=stage, message_id=message_id)
