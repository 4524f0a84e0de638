"""What goes out, message by message: how far each has come is written down before and after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from knowledge.storage.database import Database


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
