"""Which bureaus' reports are limited to some readers, and to whom."""

from collections.abc import Collection

from knowledge.storage.database import Database

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
