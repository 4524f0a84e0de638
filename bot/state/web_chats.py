"""The chats of the page: each person's conversations, their messages and files.

Times are epoch seconds. Every change of a message has a number, higher than all before it, so that
a page asks for what it does not know yet.
"""

import json
import secrets
from dataclasses import dataclass
from enum import StrEnum

from knowledge.storage.database import Database

_COLUMNS = "m.id, m.chat, m.mine, m.at, m.text, m.buttons, m.file, m.edits, m.change"
_SELECT = (
    f"SELECT {_COLUMNS}, f.name, f.picture, length(f.content)"  # noqa: S608 - a constant
    " FROM web_messages m LEFT JOIN web_files f ON f.id = m.file"
)


class ChatKind(StrEnum):
    """What a chat is for."""

    TALK = "talk"
    NOTICES = "notices"
    """What the assistant says unasked; one for each person."""


@dataclass(frozen=True, slots=True)
class WebChat:
    """A conversation of an account; ``at`` is when something last happened in it."""

    id: int
    account: int
    kind: ChatKind
    title: str
    at: float


@dataclass(frozen=True, slots=True)
class WebFile:
    """A file in a chat; ``picture``: it is shown there."""

    id: str
    name: str
    size: int
    picture: bool


@dataclass(frozen=True, slots=True)
class WebMessage:
    """A message; ``text`` and ``buttons`` are JSON. ``mine``: the person wrote it."""

    id: int
    chat: int
    mine: bool
    at: float
    text: str
    buttons: str
    file: WebFile | None
    edits: int
    change: int


class WebChats:
    """All conversations of all accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- conversations

    def begin(self, account: int, title: str, now: float) -> WebChat:
        """A new conversation."""
        number = self._database.value(
            "INSERT INTO web_chats (account, kind, title, at) VALUES (?, 'talk', ?, ?)"
            " RETURNING id",
            (account, title, now),
        )
        return WebChat(number, account, ChatKind.TALK, title, now)

    def notices(self, account: int, title: str, now: float) -> WebChat:
        """The conversation of what an account is told unasked; made where there is none."""
        if found := self._chats("account = ? AND kind = 'notices'", account):
            return found[0]
        self._database.run(
            "INSERT INTO web_chats (account, kind, title, at) VALUES (?, 'notices', ?, ?)"
            " ON CONFLICT (account) WHERE kind = 'notices' DO NOTHING",
            (account, title, now),
        )
        return self._chats("account = ? AND kind = 'notices'", account)[0]

    def chat(self, number: int) -> WebChat | None:
        """A conversation by its number."""
        return next(iter(self._chats("id = ?", number)), None)

    def chats_of(self, account: int, words: str = "") -> list[WebChat]:
        """The conversations of an account that hold some words, the latest first."""
        if not words:
            return self._chats("account = ?", account)
        held = "instr(lower(title), lower(CAST(? AS TEXT))) > 0 OR EXISTS (SELECT 1"
        held += " FROM web_messages m WHERE m.chat = web_chats.id"
        held += " AND instr(lower(m.text), lower(CAST(? AS TEXT))) > 0)"
        as_kept = json.dumps(words, ensure_ascii=False)[1:-1]
        return self._chats(f"account = ? AND ({held})", account, words, as_kept)

    def rename(self, number: int, title: str) -> None:
        """Give a conversation another title."""
        self._database.run("UPDATE web_chats SET title = ? WHERE id = ?", (title, number))

    def delete(self, number: int) -> None:
        """Delete a conversation, with all that was said and sent in it."""
        with self._database.transaction():
            self._database.run("DELETE FROM web_messages WHERE chat = ?", (number,))
            self._database.run("DELETE FROM web_chats WHERE id = ?", (number,))

    def forget_old(self, before: float) -> None:
        """Delete conversations in which nothing has happened since a time."""
        for number in self._database.column("SELECT id FROM web_chats WHERE at < ?", (before,)):
            self.delete(number)

    def _chats(self, where: str, *values: object) -> list[WebChat]:
        rows = self._database.rows(
            f"SELECT id, account, kind, title, at FROM web_chats WHERE {where}"  # noqa: S608 - constants
            " ORDER BY at DESC, id DESC",
            values,
        )
        return [WebChat(n, account, ChatKind(kind), *rest) for n, account, kind, *rest in rows]

    # -- messages

    def add(  # noqa: PLR0913 - what a message is made of
        self,
        chat: int,
        text: str,
        now: float,
        *,
        mine: bool = False,
        buttons: str = "[]",
        file: str | None = None,
        key: str | None = None,
    ) -> int:
        """Add a message; its number. One whose key is known is not added again."""
        known = "SELECT id FROM web_messages WHERE key = ?"
        with self._database.transaction():
            if number := self._database.value(known, (key,)):
                return int(number)
            self._count_change()
            number = self._database.value(
                "INSERT INTO web_messages (chat, key, mine, at, text, buttons, file, change)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, (SELECT number FROM web_last_change)) RETURNING id",
                (chat, key, int(mine), now, text, buttons, file),
            )
            self._database.run("UPDATE web_chats SET at = ? WHERE id = ?", (now, chat))
            return int(number)

    def edit(self, number: int, text: str, buttons: str) -> bool:
        """Give a message another text and other buttons; whether it is still there."""
        with self._database.transaction():
            self._count_change()
            self._database.run(
                "UPDATE web_messages SET text = ?, buttons = ?, edits = edits + 1,"
                " change = (SELECT number FROM web_last_change)"
                " WHERE id = ? AND (text, buttons) <> (?, ?)",
                (text, buttons, number, text, buttons),
            )
        return self.message(number) is not None

    def message(self, number: int) -> WebMessage | None:
        """A message by its number."""
        return next(iter(self._messages("WHERE m.id = ?", number)), None)

    def messages(self, chat: int) -> list[WebMessage]:
        """All messages of a conversation, in order."""
        return self._messages("WHERE m.chat = ? ORDER BY m.id", chat)

    def first_message(self, chat: int) -> int:
        """The number of the first message of a conversation; 0 of an empty one."""
        sql = "SELECT coalesce(min(id), 0) FROM web_messages WHERE chat = ?"
        return int(self._database.value(sql, (chat,)))

    def changed_since(self, account: int, change: int) -> list[WebMessage]:
        """The messages of an account that changed after some change, in the order of changes."""
        return self._messages(
            "WHERE m.change > ? AND m.chat IN (SELECT id FROM web_chats WHERE account = ?)"
            " ORDER BY m.change",
            change,
            account,
        )

    def last_change(self) -> int:
        """The number of the newest change; 0 before the first."""
        return int(self._database.value("SELECT number FROM web_last_change"))

    def _count_change(self) -> None:
        """Count one more; numbers of messages that were deleted do not come again.

        First in its transaction: who counts next waits, so a change that can be seen never has a
        higher number than one that cannot yet.
        """
        self._database.run("UPDATE web_last_change SET number = number + 1")

    def _messages(self, where: str, *values: object) -> list[WebMessage]:
        rows = self._database.rows(f"{_SELECT} {where}", values)
        return [
            WebMessage(
                number, chat, bool(mine), at, text, buttons,
                WebFile(file, name, size, bool(picture)) if file and name is not None else None,
                edits, change,
            )
            for number, chat, mine, at, text, buttons, file, edits, change, name, picture, size
            in rows
        ]  # fmt: skip

    # -- files

    def keep_file(self, chat: int, name: str, content: bytes, *, picture: bool = False) -> str:
        """Keep a file of a conversation; its id, which cannot be guessed."""
        token = secrets.token_urlsafe(18)
        self._database.run(
            "INSERT INTO web_files (id, chat, name, picture, content) VALUES (?, ?, ?, ?, ?)",
            (token, chat, name, int(picture), content),
        )
        return token

    def file(self, token: str) -> tuple[WebFile, int, bytes] | None:
        """A file, the number of its conversation, and its content."""
        row = self._database.row(
            "SELECT id, name, length(content), picture, chat, content FROM web_files WHERE id = ?",
            (token,),
        )
        return (WebFile(row[0], row[1], row[2], bool(row[3])), row[4], row[5]) if row else None
