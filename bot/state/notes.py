"""Single values that must outlive the process, and menus that somebody is in the middle of."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from knowledge.storage.database import Database, json_array


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


_KEPT_SECONDS = 30 * 86_400


class Choices:
    """Choices in progress. Only whose they are finds them again, and only in their chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(
        self, chat_id: str, user_id: str, kind: str, held: Mapping[str, Any], now: float
    ) -> int:
        """Keep what was chosen so far (JSON values); its number."""
        self._database.run("DELETE FROM choices WHERE made_at < ?", (now - _KEPT_SECONDS,))
        number: int = self._database.value(
            "INSERT INTO choices (chat_id, user_id, made_at, kind, held) VALUES (?, ?, ?, ?, ?)"
            " RETURNING id",
            (chat_id, user_id, now, kind, json.dumps(held, ensure_ascii=False)),
        )
        return number

    def find(self, number: int, chat_id: str, user_id: str, kind: str) -> dict[str, Any] | None:
        """What was chosen so far; None where there is no such choice of theirs."""
        row = self._database.row(
            "SELECT held FROM choices WHERE id = ? AND chat_id = ? AND user_id = ? AND kind = ?",
            (number, chat_id, user_id, kind),
        )
        return dict(json.loads(row[0])) if row else None

    def latest(
        self, chat_id: str, user_id: str, kinds: Sequence[str]
    ) -> tuple[str, dict[str, Any]] | None:
        """The kind and the values of their newest choice of some kinds; None without one."""
        row = self._database.row(
            "SELECT kind, held FROM choices WHERE chat_id = ? AND user_id = ?"  # noqa: S608 - a constant
            f" AND kind {self._database.among} ORDER BY id DESC LIMIT 1",
            (chat_id, user_id, json_array(kinds)),
        )
        return (str(row[0]), dict(json.loads(row[1]))) if row else None

    def change(self, number: int, held: Mapping[str, Any]) -> None:
        """Keep more of what was chosen."""
        self._database.run(
            "UPDATE choices SET held = ? WHERE id = ?",
            (json.dumps(held, ensure_ascii=False), number),
        )
