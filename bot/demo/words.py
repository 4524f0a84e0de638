"""The demonstration's words and people, from ``data/demo.toml``: prose is data."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.state.people import Role
from bot.wording import filled
from knowledge.errors import DataFileError
from knowledge.vocabulary import read_toml

_FILE = Path(__file__).parent.parent / "data" / "demo.toml"
_FIRST_NUMBER = 1001


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody whom the page plays: ``number`` is the account's, ``role`` the one to begin with."""

    number: int
    name: str
    role: Role


@cache
def _tables() -> dict[str, Any]:
    return read_toml(_FILE)


def told(key: str, /, **fields: object) -> str:
    """A sentence of ``table.name``, its fields filled in; raises DataFileError."""
    return filled(_FILE, key, fields)


def tables(*names: str) -> dict[str, dict[str, str]]:
    """Whole tables, for the page to fill in; raises DataFileError."""
    try:
        return {name: dict(_tables()[name]) for name in names}
    except (KeyError, ValueError, TypeError) as error:
        raise DataFileError(name=_FILE.name, fault=f"{error} 缺失。") from error


@cache
def players() -> tuple[Player, ...]:
    """All whom the page plays, in its order; raises DataFileError."""
    try:
        return tuple(
            Player(number, str(row["name"]), Role(row["role"]))
            for number, row in enumerate(_tables()["person"], _FIRST_NUMBER)
        )
    except (KeyError, ValueError, TypeError) as error:
        raise DataFileError(name=_FILE.name, fault=f"[[person]] {error}。") from error
