"""Single values that must outlive the process, by name."""

from knowledge.storage.database import Database


class Notes:
    """A value for each name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, name: str) -> str:
        """The value of a name; empty where there is none."""
        row = self._database.row("SELECT value FROM notes WHERE name = ?", (name,))
        return str(row[0]) if row else ""

    def write(self, name: str, value: str) -> None:
        """Keep a value."""
        self._database.run(
            "INSERT INTO notes (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )
