"""The state of one data folder, opened as a whole."""

import time
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from bot.errors import StateDamaged
from bot.state.accounts import Accounts
from bot.state.answers import Answers, Conversations
from bot.state.delivery import Inbox, Outbox
from bot.state.notes import Choices, Notes
from bot.state.people import Audit, People, Restrictions
from bot.state.turns import LocalTurns, SharedTurns, Turns
from bot.state.uploads import Uploads
from bot.state.web_chats import WebChats
from knowledge.errors import DatabaseDamaged, StoreDamaged
from knowledge.moving import move_tables
from knowledge.storage.database import Database
from knowledge.storage.opening import open_tables

FILE = "chats.sqlite3"
ASKED = "ask"
"""What the audit log calls a question."""
STEPS = Path(__file__).parent / "steps"


_TABLES = {
    **dict.fromkeys(("inbox", "answers", "feedback", "choices", "audit", "uploads"), ("id",)),
    "outbox": ("update_id", "n"),
    "people": ("user_id",),
    "conversations": ("chat_id",),
    "notes": ("name",),
    "accounts": ("id",),
    "sessions": ("token",),
    "invitations": ("token",),
    "web_chats": ("id",),
    "web_files": ("id",),
    "web_messages": ("id",),
    "limited_bureaus": ("bureau",),
    "bureau_readers": ("bureau", "reader"),
    "group_members": ("name", "user_id"),
    "aliases": ("alias",),
}
"""All tables, those first that others refer to, with what tells their rows apart."""
_COUNTERS = {"web_last_change": ("number",)}


class State:
    """Every table behind its own name. May be shared between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.transaction = database.transaction
        holder = uuid4().hex
        self.inbox = Inbox(database, holder)
        self.outbox = Outbox(database, holder)
        self.turns: Turns = (
            SharedTurns(database)
            if database.dialect == "postgresql"
            else LocalTurns(time.monotonic())
        )
        self.people = People(database)
        self.conversations = Conversations(database)
        self.answers = Answers(database)
        self.choices = Choices(database)
        self.audit = Audit(database)
        self.notes = Notes(database)
        self.uploads = Uploads(database)
        self.restrictions = Restrictions(database)
        self.accounts = Accounts(database)
        self.web_chats = WebChats(database)

    @classmethod
    def open(cls, folder: Path, database_url: str = "") -> "State":
        """The state beside a folder's knowledge, made or migrated if need be.

        Raises StateDamaged and other StoreErrors.
        """
        return cls(_open_database(folder, database_url))

    def forget_old(self, before: float) -> None:
        """Let go of all that was asked, answered and noted before a time."""
        self.answers.forget_old(before)
        self.audit.forget_old(before)
        self.web_chats.forget_old(before)

    def forget_person(self, user_id: str, chat_id: str) -> None:
        """Let go of what a person asked and was answered, in ``chat_id`` and everywhere else.

        What they decided on others and on reports stays in the audit log.
        """
        with self._database.transaction():
            for table in ("answers", "feedback", "choices"):
                self._database.run(f"DELETE FROM {table} WHERE user_id = ?", (user_id,))  # noqa: S608 - constants
            self._database.run(
                "DELETE FROM audit WHERE user_id = ? AND action = ?", (user_id, ASKED)
            )
            self._database.run("DELETE FROM notes WHERE name = ?", (f"bureau:{user_id}",))
            self._database.run(
                "DELETE FROM conversations WHERE chat_id IN (?, ?) OR chat_id IN"
                " (SELECT 'web:c' || id FROM web_chats WHERE 'web:' || account = ?)",
                (user_id, chat_id, user_id),
            )
            self._database.run(
                "DELETE FROM web_messages WHERE chat IN"
                " (SELECT id FROM web_chats WHERE 'web:' || account = ?)",
                (user_id,),
            )
            self._database.run(
                "DELETE FROM web_chats WHERE 'web:' || account = ? AND 'web:c' || id <> ?",
                (user_id, chat_id),
            )

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def move_state(folder: Path, url: str, target_url: str) -> int:
    """Move the state beside a folder's knowledge, from where ``url`` says; how many rows it has.

    An empty address means the folder's files. Raises MoveTargetUsed, MoveFailed, StateDamaged and
    other StoreErrors.
    """
    with (
        closing(_open_database(folder, url)) as source,
        closing(_open_database(folder, target_url)) as target,
    ):
        return move_tables(source, target, _TABLES, _COUNTERS)


def _open_database(folder: Path, url: str) -> Database:
    try:
        return open_tables(folder / FILE, url, STEPS)
    except DatabaseDamaged:
        raise
    except StoreDamaged as error:
        raise StateDamaged(path=folder / FILE) from error
