"""What was asked before in a chat, for questions that follow on."""

import json

from knowledge.store import Database

_REMEMBERED = 6


class Conversations:
    """The last questions of every chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def history(self, chat_id: int) -> list[str]:
        """The questions so far, oldest first."""
        row = self._database.row("SELECT history FROM conversations WHERE chat_id = ?", (chat_id,))
        return list(json.loads(row[0])) if row else []

    def remember(self, chat_id: int, questions: list[str]) -> None:
        """Keep the last of some questions as a chat's history."""
        kept = json.dumps(questions[-_REMEMBERED:], ensure_ascii=False)
        self._database.run(
            "INSERT INTO conversations (chat_id, history) VALUES (?, ?)"
            " ON CONFLICT (chat_id) DO UPDATE SET history = excluded.history",
            (chat_id, kept),
        )

    def forget(self, chat_id: int) -> None:
        """Begin anew."""
        self._database.run("DELETE FROM conversations WHERE chat_id = ?", (chat_id,))
