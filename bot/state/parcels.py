"""What goes out, piece by piece: how far each has come is written down before and after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from knowledge.storage.database import Database


class Kind(StrEnum):
    """How a parcel is delivered."""

    TEXT = "text"
    """A message of its own: opened, then its text put in."""
    PAGE = "page"
    """Takes the place of a message that is there: ``message_id`` is known from the start."""
    DOCUMENT = "document"


class Stage(StrEnum):
    """How far a parcel has come."""

    NEW = "new"
    OPENING = "opening"
    """Its message was being sent: whether it is there is not known."""
    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message of what is said to an update; ``body`` is the courier's JSON."""

    update_id: int
    n: int
    chat_id: int
    kind: Kind
    body: str = "{}"
    content: bytes | None = None
    message_id: int | None = None
    stage: Stage = Stage.NEW


_COLUMNS = "update_id, n, chat_id, kind, body, content, message_id, state"


class Parcels:
    """All parcels on their way."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, update_id: int) -> list[Parcel]:
        """An update's parcels in order."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM parcels WHERE update_id = ? ORDER BY n",  # noqa: S608 - a constant
            (update_id,),
        )
        return [
            Parcel(number, n, chat, Kind(kind), body, content, message_id, Stage(stage))
            for number, n, chat, kind, body, content, message_id, stage in rows
        ]

    def pack(self, parcels: Sequence[Parcel]) -> None:
        """Write down what is to go out; a message that was opened for one of them is kept."""
        for parcel in parcels:
            self._database.run(
                f"INSERT INTO parcels ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - a constant
                " ON CONFLICT (update_id, n) DO UPDATE SET chat_id = excluded.chat_id,"
                " kind = excluded.kind, body = excluded.body, content = excluded.content,"
                " message_id = coalesce(excluded.message_id, message_id)",
                (
                    parcel.update_id, parcel.n, parcel.chat_id, parcel.kind.value, parcel.body,
                    parcel.content, parcel.message_id, parcel.stage.value,
                ),
            )  # fmt: skip

    def move(self, parcel: Parcel, stage: Stage, message_id: int | None = None) -> Parcel:
        """Write down how far a parcel has come; the parcel as it is now."""
        self._database.run(
            "UPDATE parcels SET state = ?, message_id = ? WHERE update_id = ? AND n = ?",
            (stage.value, message_id, parcel.update_id, parcel.n),
        )
        return replace(parcel, stage=stage, message_id=message_id)

    def drop(self, parcel: Parcel) -> None:
        """A parcel that there is nothing to put into."""
        self._database.run(
            "DELETE FROM parcels WHERE update_id = ? AND n = ?", (parcel.update_id, parcel.n)
        )
