"""Who may do what, who may read what, and who did what.

Everybody is a stranger until an administrator says otherwise.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from knowledge.storage.database import Database, json_array


class Role(StrEnum):
    """What somebody is to the bot, from the least to the most that they may."""

    REFUSED = "refused"
    STRANGER = "stranger"
    ASKING = "asking"
    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Whether who has this role may do what needs another."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who wrote to the bot; ``since`` is when the role was given (epoch seconds)."""

    user_id: str
    name: str
    role: Role
    since: float


class People:
    """Everybody whom the bot knows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, user_id: str) -> Person | None:
        """Somebody by number."""
        row = self._database.row(
            "SELECT user_id, name, role, since FROM people WHERE user_id = ?", (user_id,)
        )
        return Person(row[0], row[1], Role(row[2]), row[3]) if row else None

    def everybody(self) -> list[Person]:
        """All, those who ask to be let in first, then by role and name."""
        rows = self._database.rows("SELECT user_id, name, role, since FROM people")
        people = [Person(number, name, Role(role), since) for number, name, role, since in rows]
        order = list(reversed(Role))
        return sorted(
            people, key=lambda p: (p.role is not Role.ASKING, order.index(p.role), p.name)
        )

    def give(self, user_id: str, name: str, role: Role, now: float) -> None:
        """Give somebody a role, whatever it was before; an empty name keeps the one known."""
        self._database.run(
            "INSERT INTO people (user_id, name, role, since) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (user_id) DO UPDATE SET role = excluded.role, since = excluded.since,"
            " name = CASE excluded.name WHEN '' THEN people.name ELSE excluded.name END",
            (user_id, name, role.value, now),
        )

    def remove(self, user_id: str) -> None:
        """Know somebody no more: they are a stranger again, and so are their aliases."""
        self._database.run("DELETE FROM people WHERE user_id = ?", (user_id,))
        self._database.run("DELETE FROM aliases WHERE ? IN (alias, person)", (user_id,))

    # -- one person at several apps

    def link(self, alias: str, person: str) -> None:
        """Have an id be another id of a person's, whose role and rights it has from now on."""
        self._database.run(
            "INSERT INTO aliases (alias, person) VALUES (?, ?)"
            " ON CONFLICT (alias) DO UPDATE SET person = excluded.person",
            (alias, person),
        )

    def unlink(self, alias: str) -> None:
        """Have an id stand for itself again."""
        self._database.run("DELETE FROM aliases WHERE alias = ?", (alias,))

    def roles(self, user_ids: Collection[str]) -> dict[str, Role]:
        """The roles of those whom the bot knows among some people."""
        sql = f"SELECT user_id, role FROM people WHERE user_id {self._database.among}"  # noqa: S608 - a constant
        return {key: Role(role) for key, role in self._database.rows(sql, (json_array(user_ids),))}

    def persons_of(self, user_ids: Collection[str]) -> dict[str, str]:
        """For each of some ids, that of the person whose alias it is; itself where it is none."""
        sql = f"SELECT alias, person FROM aliases WHERE alias {self._database.among}"  # noqa: S608 - a constant
        aliases: dict[str, str] = dict(self._database.rows(sql, (json_array(user_ids),)))
        return {key: aliases.get(key, key) for key in user_ids}

    def person_of(self, user_id: str) -> str:
        """The same for one id."""
        return self.persons_of([user_id])[user_id]

    def aliases_of(self, person: str) -> list[str]:
        """The other ids of a person."""
        return self._database.column(
            "SELECT alias FROM aliases WHERE person = ? ORDER BY alias", (person,)
        )


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the log: when (epoch seconds), who, what they did, to what."""

    at: float
    user_id: str
    action: str
    subject: str


class Audit:
    """The log of what people did (asked, uploaded, removed, let somebody in), one entry each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, user_id: str, action: str, subject: str, now: float) -> None:
        """Write one line."""
        self._database.run(
            "INSERT INTO audit (at, user_id, action, subject) VALUES (?, ?, ?, ?)",
            (now, user_id, action, subject),
        )

    def forget_old(self, before: float) -> None:
        """Let go of the lines from before a time."""
        self._database.run("DELETE FROM audit WHERE at < ?", (before,))

    def latest(self, limit: int, without: str = "") -> list[AuditEntry]:
        """The newest lines first, those of one action left out."""
        rows = self._database.rows(
            "SELECT at, user_id, action, subject FROM audit WHERE action <> ?"
            " ORDER BY id DESC LIMIT ?",
            (without, limit),
        )
        return [AuditEntry(*row) for row in rows]


_GROUP = "group:"


def group_reader(name: str) -> str:
    """A group of persons as a reader."""
    return _GROUP + name


class Restrictions:
    """Everybody may read the reports of a bureau that is not limited.

    A reader is the id of a person or of a chat of several people, or ``group_reader`` of a group.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def limited_bureaus(self) -> frozenset[str]:
        """The bureaus whose reports are limited."""
        return frozenset(self._database.column("SELECT bureau FROM limited_bureaus"))

    def limit(self, bureau: str) -> None:
        """Limit a bureau's reports to its readers, who are none at first."""
        self._database.run(
            "INSERT INTO limited_bureaus VALUES (?) ON CONFLICT DO NOTHING", (bureau,)
        )

    def open(self, bureau: str) -> None:
        """Let everybody read a bureau's reports; its readers are forgotten."""
        self._database.run("DELETE FROM limited_bureaus WHERE bureau = ?", (bureau,))

    def readers(self, bureau: str) -> list[str]:
        """Who may read the reports of a limited bureau."""
        return self._database.column(
            "SELECT reader FROM bureau_readers WHERE bureau = ? ORDER BY reader", (bureau,)
        )

    def allow(self, bureau: str, reader: str) -> None:
        """Let a reader read a bureau's reports, which are limited by that."""
        self.limit(bureau)
        self._database.run(
            "INSERT INTO bureau_readers VALUES (?, ?) ON CONFLICT DO NOTHING", (bureau, reader)
        )

    def disallow(self, bureau: str, reader: str) -> None:
        """Have a reader read a bureau's reports no more."""
        self._database.run(
            "DELETE FROM bureau_readers WHERE bureau = ? AND reader = ?", (bureau, reader)
        )

    def closed_bureaus(self, reader: str) -> frozenset[str]:
        """The bureaus whose reports a person, or a chat, may not read."""
        allowed = self._database.column(
            "SELECT bureau FROM bureau_readers WHERE reader = ? OR reader IN"
            " (SELECT ? || name FROM group_members WHERE user_id = ?)",
            (reader, _GROUP, reader),
        )
        return self.limited_bureaus() - frozenset(allowed)

    # -- groups

    def groups(self) -> list[str]:
        """The names of all groups."""
        return self._database.column("SELECT DISTINCT name FROM group_members ORDER BY name")

    def set_members(self, name: str, persons: Collection[str]) -> None:
        """Make a group of some persons, and of no others; of none, there is no such group."""
        with self._database.transaction():
            self._database.run("DELETE FROM group_members WHERE name = ?", (name,))
            self._database.run_many(
                "INSERT INTO group_members VALUES (?, ?) ON CONFLICT DO NOTHING",
                [(name, person) for person in persons],
            )
            if not persons:
                self._database.run(
                    "DELETE FROM bureau_readers WHERE reader = ?", (group_reader(name),)
                )
