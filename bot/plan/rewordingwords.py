"""The words that a rewording may add, and what is said of it, from ``data/rewording.toml``."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.plan.words import plan_words
from knowledge.errors import DataFileError
from knowledge.vocabulary import read_toml

_FILE = Path(__file__).parent.parent / "data" / "rewording.toml"
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class RewordingWords:
    """``plain`` are the words that anybody may add, the longest first; see the file for the rest.

    ``kept``, ``instead`` are templates.
    """

    plain: tuple[str, ...]
    particles: frozenset[str]
    negations: frozenset[str]
    untitled: str
    kept: str
    kept_whole: str
    instead: str
    struck: str


@cache
def rewording_words(path: Path = _FILE) -> RewordingWords:
    """Read the file; raises DataFileError where it does not fit."""
    data = read_toml(path)
    try:
        own = [*data["links"], *data["manners"], *data["plain"]]
        verbs = [verb for verb in plan_words().verbs if len(verb) >= _SHORTEST]
        return RewordingWords(
            plain=tuple(sorted({*own, *verbs}, key=lambda word: (-len(word), word))),
            particles=frozenset(data["particles"]),
            negations=frozenset(data["negations"]),
            untitled=data["untitled"],
            kept=data["kept"],
            kept_whole=data["kept_whole"],
            instead=data["instead"],
            struck=data["struck"],
        )
    except (KeyError, TypeError) as error:
        raise DataFileError(name=path.name, fault=f"{error}。") from error
