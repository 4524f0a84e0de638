"""The demonstration's words and people, from ``data/demo.toml``: prose is data."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.state.people import Role
from knowledge.vocabulary import Vocabulary, fill_in, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "demo.toml"
_FIRST_NUMBER = 1001


@dataclass(frozen=True, slots=True)
class Player:
    """A person whom the page plays: the number of the account, and the role to begin with."""

    number: int
    name: str
    role: Role


class _Person(Vocabulary):
    name: str
    role: Role


class DemoWords(Vocabulary):
    """The people, and the tables that the page fills in itself."""

    person: tuple[_Person, ...]
    page: dict[str, str]
    trace: dict[str, str]
    trace_value: dict[str, str]


@cache
def demo_words() -> DemoWords:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(DemoWords, _FILE)


def phrase(key: str, /, **fields: object) -> str:
    """A sentence of ``table.name``, its fields filled in; raises DataFileError."""
    return fill_in(_FILE, key, fields)


def players() -> tuple[Player, ...]:
    """The people whom the page plays, in its order; raises DataFileError."""
    people = demo_words().person
    return tuple(Player(n, p.name, p.role) for n, p in enumerate(people, _FIRST_NUMBER))
