"""Who did what: kept for the bureau, never changed."""

from dataclasses import dataclass

from knowledge.storage.database import Database


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the log: when (epoch seconds), who, what they did, to what."""

    at: float
    user_id: str
    action: str
    subject: str


class Audit:
    """The log of who asked, uploaded, removed, and let whom in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, user_id: str, action: str, subject: str, now: float) -> None:
        """Write one line."""
        self._database.run(
            "INSERT INTO audit (at, user_id, action, subject) VALUES (?, ?, ?, ?)",
            (now, user_id, action, subject),
        )

    def latest(self, limit: int, without: str = "") -> list[AuditEntry]:
        """The newest lines first, those of one action left out."""
        rows = self._database.rows(
            "SELECT at, user_id, action, subject FROM audit WHERE action <> ?"
            " ORDER BY id DESC LIMIT ?",
            (without, limit),
        )
        return [AuditEntry(*row) for row in rows]
