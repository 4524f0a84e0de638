"""Accounts of the page: who they are, where they are signed in, who was invited.

Times are epoch seconds. Tokens are given out once; only their hashes are kept.
"""

import hashlib
import secrets
from dataclasses import dataclass

from bot.state.people import Role
from knowledge.storage.database import Database

IDLE_SECONDS = 12 * 3600
"""How long a session stands that nobody uses."""
LONGEST_SECONDS = 14 * 86_400
"""How long a session stands at most."""
INVITED_SECONDS = 3 * 86_400
"""How long an invitation can be taken."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who signs in; ``password`` is its hash."""

    id: int
    name: str
    password: str


@dataclass(frozen=True, slots=True)
class Session:
    """An account that is signed in; ``guard`` is what its page shows with all that it does."""

    account: Account
    guard: str


class Accounts:
    """Everybody who may sign in, and those who have."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, password: str, now: float) -> Account | None:
        """A new account; None where the name is taken."""
        number = self._database.value(
            "INSERT INTO accounts (name, password, since) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO NOTHING RETURNING id",
            (name, password, now),
        )
        return Account(number, name, password) if number else None

    def find_named(self, name: str) -> Account | None:
        """The account of a name."""
        return self._one("name = ?", name)

    def find(self, number: int) -> Account | None:
        """The account of a number."""
        return self._one("id = ?", number)

    def is_empty(self) -> bool:
        """Whether there is none yet."""
        return not self._database.value("SELECT count(*) FROM accounts")

    def set_password(self, account: Account, password: str) -> None:
        """Change the hash of a password; everywhere else the account is signed out."""
        with self._database.transaction():
            self._database.run(
                "UPDATE accounts SET password = ? WHERE id = ?", (password, account.id)
            )
            self._database.run("DELETE FROM sessions WHERE account = ?", (account.id,))

    # -- sessions

    def sign_in(self, account: Account, now: float) -> str:
        """Begin a session; its token."""
        token = secrets.token_urlsafe(32)
        self._database.run(
            "DELETE FROM sessions WHERE seen < ? OR begun < ?",
            (now - IDLE_SECONDS, now - LONGEST_SECONDS),
        )
        self._database.run(
            "INSERT INTO sessions (token, account, guard, begun, seen) VALUES (?, ?, ?, ?, ?)",
            (_hash(token), account.id, secrets.token_urlsafe(24), now, now),
        )
        return token

    def session(self, token: str, now: float) -> Session | None:
        """The session of a token, which is in use again; None of one that is over."""
        row = self._database.row(
            "SELECT account, guard FROM sessions WHERE token = ? AND seen >= ? AND begun >= ?",
            (_hash(token), now - IDLE_SECONDS, now - LONGEST_SECONDS),
        )
        account = self.find(row[0]) if row else None
        if row is None or account is None:
            return None
        self._database.run(
            "UPDATE sessions SET seen = ? WHERE token = ? AND seen < ?",
            (now, _hash(token), now - IDLE_SECONDS / 100),
        )
        return Session(account, row[1])

    def sign_out(self, token: str) -> None:
        """End a session."""
        self._database.run("DELETE FROM sessions WHERE token = ?", (_hash(token),))

    # -- invitations

    def invite(self, role: Role, made_by: str, now: float) -> str:
        """An invitation to a role, for one person; its token."""
        token = secrets.token_urlsafe(24)
        self._database.run(
            "INSERT INTO invitations (token, role, made_by, made_at) VALUES (?, ?, ?, ?)",
            (_hash(token), role.value, made_by, now),
        )
        return token

    def invited_role(self, token: str, now: float) -> Role | None:
        """The role of an invitation that nobody has taken; None of another."""
        role = self._database.value(
            "SELECT role FROM invitations WHERE token = ? AND made_at >= ?",
            (_hash(token), now - INVITED_SECONDS),
        )
        return Role(role) if role else None

    def take_invitation(self, token: str) -> None:
        """Have an invitation count no more."""
        self._database.run("DELETE FROM invitations WHERE token = ?", (_hash(token),))

    def _one(self, where: str, value: object) -> Account | None:
        row = self._database.row(
            f"SELECT id, name, password FROM accounts WHERE {where}",  # noqa: S608 - a constant
            (value,),
        )
        return Account(*row) if row else None


def _hash(token: str) -> str:
    """Tokens are long and random: a plain hash keeps them secret, and is found by equality."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
