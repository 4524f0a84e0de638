"""Signing in: names, passwords, and how often somebody may try.

Passwords are hashed with Argon2id as RFC 9106 recommends where memory is limited.
"""

import unicodedata
from collections import deque
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

LONGEST_NAME = 20
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200
NO_PASSWORD = ""
"""In place of a hash: no password fits it."""
_SPAN = 15 * 60.0
_MOST_OF_NAME, _MOST_OF_ADDRESS = 5, 30
_SWEPT_AT = 10_000

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


class Unfit(StrEnum):
    """What is wrong with a name or a password that somebody chose."""

    NAME = "bad_name"
    SHORT = "short_password"
    LONG = "long_password"
    LIKE_NAME = "password_like_name"


def clean_name(typed: str) -> str:
    """A name as it is kept: one spelling of what looks the same, no spaces around it."""
    return unicodedata.normalize("NFKC", typed).strip()


def unfit(name: str, password: str) -> Unfit | None:
    """What is wrong with a cleaned name and a password; None where nothing is."""
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        return Unfit.NAME
    if len(password) < SHORTEST_PASSWORD:
        return Unfit.SHORT
    if len(password) > LONGEST_PASSWORD:
        return Unfit.LONG
    return Unfit.LIKE_NAME if password.lower() == name.lower() else None


def hash_password(password: str) -> str:
    """The hash under which a password is kept; takes some 50 ms of a processor."""
    return _hasher.hash(password)


def is_password(password: str, kept: str) -> bool:
    """Whether a password is that of a hash. An empty hash is nobody's, and takes as long."""
    try:
        return _hasher.verify(kept or _any_hash(), password) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _any_hash() -> str:
    """A hash to compare with where there is none, so that it takes as long."""
    return _hasher.hash("")


class SignInThrottle:
    """How often it failed lately, for each name and each address; times are of one clock."""

    def __init__(self) -> None:
        self._failed: dict[str, deque[float]] = {}

    def wait(self, name: str, address: str, now: float) -> float:
        """Seconds until the next try; 0 is now."""
        return max(
            self._wait(f"name {name}", _MOST_OF_NAME, now),
            self._wait(f"address {address}", _MOST_OF_ADDRESS, now),
        )

    def _wait(self, key: str, most: int, now: float) -> float:
        failed = self._failed.get(key, deque[float]())
        while failed and now - failed[0] >= _SPAN:
            failed.popleft()
        return failed[-most] + _SPAN - now if len(failed) >= most else 0.0

    def note_failure(self, name: str, address: str, now: float) -> None:
        """Count a try that failed."""
        if len(self._failed) > _SWEPT_AT:
            self._failed = {k: d for k, d in self._failed.items() if now - d[-1] < _SPAN}
        for key, most in (
            (f"name {name}", _MOST_OF_NAME),
            (f"address {address}", _MOST_OF_ADDRESS),
        ):
            self._failed.setdefault(key, deque(maxlen=most)).append(now)

    def note_success(self, name: str) -> None:
        """Forget the failures of a name."""
        self._failed.pop(f"name {name}", None)
