"""Who did what: kept for the bureau, never changed."""

from dataclasses import dataclass

from knowledge.storage.database import Database


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the log: when (epoch seconds), who, what they did, and to what."""

    at: float
    user_id: int
    deed: str
    matter: str


class Audit:
    """The log of who asked, uploaded, removed, and let whom in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, user_id: int, deed: str, matter: str, now: float) -> None:
        """Write one line."""
        self._database.run(
            "INSERT INTO audit (at, user_id, deed, matter) VALUES (?, ?, ?, ?)",
            (now, user_id, deed, matter),
        )

    def latest(self, limit: int, without: str = "") -> list[Deed]:
        """The newest lines first, those of one deed left out."""
        rows = self._database.rows(
            "SELECT at, user_id, deed, matter FROM audit WHERE deed <> ? ORDER BY id DESC LIMIT ?",
            (without, limit),
        )
        return [Deed(*row) for row in rows]
