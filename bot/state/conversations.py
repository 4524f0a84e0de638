"""What was asked before in a chat, for questions that follow on."""

import json

from knowledge.storage.database import Database

_REMEMBERED = 6


class Conversations:
    """The last questions of every chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def history(self, chat_id: str, before: int) -> list[str]:
        """The questions so far, oldest first, without that of the update ``before``."""
        return [text for number, text in self._asked(chat_id) if number != before]

    def remember(self, chat_id: str, update_id: int, question: str) -> None:
        """Keep what an update asked; asked again after a crash, it is kept once."""
        asked = [pair for pair in self._asked(chat_id) if pair[0] != update_id]
        kept = json.dumps([*asked, (update_id, question)][-_REMEMBERED:], ensure_ascii=False)
        self._database.run(
            "INSERT INTO conversations (chat_id, history) VALUES (?, ?)"
            " ON CONFLICT (chat_id) DO UPDATE SET history = excluded.history",
            (chat_id, kept),
        )

    def _asked(self, chat_id: str) -> list[tuple[int, str]]:
        row = self._database.row("SELECT history FROM conversations WHERE chat_id = ?", (chat_id,))
        return [(number, text) for number, text in json.loads(row[0])] if row else []

    def forget(self, chat_id: str) -> None:
        """Begin anew."""
        self._database.run("DELETE FROM conversations WHERE chat_id = ?", (chat_id,))
