"""Inbox and outbox: what came in and what goes out, each step written down before and after.

Several processes may share them. Each update is held by one at a time, for as long as it renews its
lease; what a process that ended held is free for others once the lease has run out.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from knowledge.storage.database import Database, json_array

LEASE_SECONDS = 25.0
"""How long an update is held without being renewed; the clocks of machines may differ by less."""
IGNORED = "ignored"
"""The verdict on what is not even looked at: it is written down so that it is known, and done."""
_KEPT_SECONDS = 7 * 86_400  # a chat app hands an update out again for a day at most


class LeaseLost(Exception):
    """An update that is worked on is held by another process by now."""


@dataclass(frozen=True, slots=True)
class InboxItem:
    """An update as it came, not yet done with.

    ``app_update_id`` is the app's number of it, ``id`` our own, given when it is written down.
    ``stranger``: it is of somebody who may not ask yet. ``verdict`` is what was decided when it
    came in, if anything. ``composed``: what is said to it is settled and lies in the outbox.
    ``attempts`` counts how often it was claimed before that. ``stopped``: somebody said /stop.
    """

    app: str
    app_update_id: str
    chat_id: str
    raw: str
    verdict: str = ""
    user_id: str = ""
    stranger: bool = False
    id: int = 0
    composed: bool = False
    attempts: int = 0
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class AppQueue:
    """What is open of one app: how many updates wait, how many are held, since when the oldest."""

    app: str
    waiting: int
    held: int
    oldest: float


class Inbox:
    """The updates of all apps, each once. ``holder`` names the process that works on them here."""

    def __init__(self, database: Database, holder: str) -> None:
        self._database = database
        self._holder = holder

    def take_in(self, items: Sequence[InboxItem], now: float) -> list[InboxItem]:
        """Write down what is new, all at once; returns what is new, numbered."""
        values = list[object]()
        for item in items:
            raw, state = ("", "done") if item.verdict == IGNORED else (item.raw, "waiting")
            values += (item.app, item.app_update_id, item.chat_id, raw, now, item.verdict)
            values += (item.user_id, int(item.stranger), state)
        rows = self._database.rows(
            "INSERT INTO inbox (app, app_update_id, chat_id, raw, received_at, verdict, user_id,"  # noqa: S608 - question marks
            f" stranger, state) VALUES {', '.join(['(?, ?, ?, ?, ?, ?, ?, ?, ?)'] * len(items))}"
            " ON CONFLICT (app, app_update_id) DO NOTHING RETURNING app, app_update_id, id",
            values,
        )
        numbers = {(app, app_update_id): number for app, app_update_id, number in rows}
        new = [(numbers.pop((i.app, i.app_update_id), 0), i) for i in items]
        return [replace(i, id=number) for number, i in new if number]

    def claim(
        self, apps: Collection[str], most: int, now: float, *, stranger: bool = False
    ) -> list[InboxItem]:
        """Hold what is next in its chat and not held by anybody, the oldest first.

        Of each chat it is the oldest open update, so that a chat is answered in its order;
        strangers' updates are another queue. Only those of some apps, and at most so many.
        """
        rows = self._database.rows(
            "WITH heads AS MATERIALIZED (SELECT id FROM inbox AS head"  # noqa: S608 - constants
            " WHERE state <> 'done' AND stranger = ? AND held_until <= ?"
            f" AND app {self._database.among}"
            " AND NOT EXISTS (SELECT 1 FROM inbox AS earlier"
            " WHERE earlier.chat_id = head.chat_id AND earlier.state <> 'done'"
            " AND earlier.stranger = head.stranger AND earlier.id < head.id)"
            f" ORDER BY id LIMIT ? {self._database.skip_locked})"
            " UPDATE inbox SET holder = ?, held_until = ?,"
            " attempts = attempts + CASE state WHEN 'waiting' THEN 1 ELSE 0 END"
            " WHERE id IN (SELECT id FROM heads)"
            " RETURNING app, app_update_id, chat_id, raw, verdict, user_id, stranger, id,"
            " state = 'composed', attempts, stopped_by IS NOT NULL",
            (int(stranger), now, json_array(apps), most, self._holder, now + LEASE_SECONDS),
        )
        claimed = [
            InboxItem(
                app, app_id, chat_id, raw, verdict, user_id, bool(of_stranger),
                number, bool(composed), attempts, bool(stopped),
            )
            for app, app_id, chat_id, raw, verdict, user_id, of_stranger,
            number, composed, attempts, stopped in rows
        ]  # fmt: skip
        return sorted(claimed, key=lambda item: item.id)

    def renew(self, now: float) -> set[int]:
        """Go on holding all that is held here; which those are."""
        return set(
            self._database.column(
                "UPDATE inbox SET held_until = ? WHERE state <> 'done' AND holder = ? RETURNING id",
                (now + LEASE_SECONDS, self._holder),
            )
        )

    def release(self, number: int) -> None:
        """Leave an update to whoever claims it next."""
        self._database.run(
            "UPDATE inbox SET held_until = 0, holder = ''"
            " WHERE state <> 'done' AND holder = ? AND id = ?",
            (self._holder, number),
        )

    def release_all(self) -> None:
        """Void every lease; only where nobody else can hold any."""
        self._database.run(
            "UPDATE inbox SET held_until = 0 WHERE state <> 'done' AND held_until > 0"
        )

    def stop(self, item: InboxItem) -> list[int]:
        """Mark all that came before ``item`` of its person in its chat as stopped; which it is."""
        return self._database.column(
            "UPDATE inbox SET stopped_by = ? WHERE state <> 'done' AND chat_id = ? AND user_id = ?"
            " AND id < ? RETURNING id",
            (item.id, item.chat_id, item.user_id, item.id),
        )

    def count_stopped(self, number: int) -> int:
        """How many updates a /stop stopped."""
        sql = "SELECT count(*) FROM inbox WHERE stopped_by = ?"
        return int(self._database.value(sql, (number,)))

    def stopped_updates(self) -> list[int]:
        """What is held here and was stopped."""
        return self._database.column(
            "SELECT id FROM inbox WHERE state <> 'done' AND holder = ? AND stopped_by IS NOT NULL",
            (self._holder,),
        )

    def count_in_chat(self, chat_id: str) -> int:
        """How many updates of a chat are not done with."""
        sql = "SELECT count(*) FROM inbox WHERE state <> 'done' AND chat_id = ?"
        return int(self._database.value(sql, (chat_id,)))

    def is_open(self, app: str, app_update_id: str) -> bool:
        """Whether an update is not done with."""
        sql = "SELECT 1 FROM inbox WHERE app = ? AND app_update_id = ? AND state <> 'done'"
        return bool(self._database.row(sql, (app, app_update_id)))

    def count_open(self, apps: Collection[str], *, stranger: bool = False) -> int:
        """How many updates of some apps are not done with, of strangers or of all others."""
        return int(
            self._database.value(
                "SELECT count(*) FROM inbox WHERE state <> 'done' AND stranger = ?"  # noqa: S608 - a constant
                f" AND app {self._database.among}",
                (int(stranger), json_array(apps)),
            )
        )

    def answered_strangers(self, people: Collection[str], since: float) -> set[str]:
        """Those strangers among some people who were not ignored since a time."""
        return set(
            self._database.column(
                "SELECT user_id FROM inbox WHERE stranger = 1 AND received_at > ?"  # noqa: S608 - a constant
                f" AND verdict = '' AND user_id {self._database.among}",
                (since, json_array(people)),
            )
        )

    def queues(self, now: float) -> list[AppQueue]:
        """What is open of each app that has anything open."""
        rows = self._database.rows(
            "SELECT app, sum(CASE WHEN held_until <= ? THEN 1 ELSE 0 END),"
            " sum(CASE WHEN held_until <= ? THEN 0 ELSE 1 END), min(received_at)"
            " FROM inbox WHERE state <> 'done' GROUP BY app ORDER BY app",
            (now, now),
        )
        return [AppQueue(app, int(waiting), int(held), at) for app, waiting, held, at in rows]

    def mark_composed(self, number: int) -> None:
        """Record that its answer is composed and lies in the outbox: a restart only sends it.

        The caller puts both into one transaction. Raises LeaseLost.
        """
        if not self._database.rows(
            "UPDATE inbox SET state = 'composed' WHERE id = ? AND holder = ? RETURNING id",
            (number, self._holder),
        ):
            raise LeaseLost(number)

    def finish(self, number: int) -> None:
        """All that is said to it has arrived; its words are let go. Raises LeaseLost."""
        with self._database.transaction():
            if not self._database.rows(
                "UPDATE inbox SET state = 'done', raw = '' WHERE id = ? AND holder = ?"
                " RETURNING id",
                (number, self._holder),
            ):
                raise LeaseLost(number)
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
    """All messages on their way. ``holder`` names the process that sends them here."""

    def __init__(self, database: Database, holder: str) -> None:
        self._database = database
        self._holder = holder

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
        """Write down how far a message has come; the message as it is now.

        Raises LeaseLost where another process answers by now: nothing may be sent any more.
        """
        if not self._database.rows(
            "UPDATE outbox SET state = ?, message_id = ? WHERE update_id = ? AND n = ?"
            " AND EXISTS (SELECT 1 FROM inbox WHERE id = update_id AND holder = ?) RETURNING n",
            (stage.value, message_id, message.update_id, message.n, self._holder),
        ):
            raise LeaseLost(message.update_id)
        return replace(message, stage=stage, message_id=message_id)
