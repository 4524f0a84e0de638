"""Lines of work (食品安全, 特种设备, …) and the words that mark them, from ``data/topics.toml``."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import add
from pathlib import Path

from knowledge.datafiles import DATA, read_toml
from knowledge.errors import DataFileError

_LIMIT = 3


@dataclass(frozen=True, slots=True)
class Topic:
    """A line of work: ``words`` mark a passage as of it, ``aliases`` are what people call it."""

    name: str
    words: tuple[str, ...]
    aliases: tuple[str, ...]


@cache
def topics(path: Path = DATA / "topics.toml") -> tuple[Topic, ...]:
    """All topics of the file, in its order; raises DataFileError where it does not fit."""
    try:
        return tuple(
            Topic(t["name"], tuple(t["words"]), tuple(t.get("aliases", ())))
            for t in read_toml(path)["topic"]
        )
    except (KeyError, TypeError) as error:
        raise DataFileError(name=path.name, fault=f"每个 [[topic]] 要有 {error}。") from error


def topics_of(text: str, headings: Sequence[str], known: Sequence[Topic]) -> tuple[str, ...]:
    """The topics of a passage, the strongest first, three at most; a heading counts thrice."""
    words = _by_beginning(tuple(known))
    scores = dict.fromkeys((topic.name for topic in known), 0)
    for part, weight in ((text, 1), ("".join(headings), 3)):
        # most words' first two characters do not stand in a text, and these need no search
        for beginning in {*part, *map(add, part, part[1:])} & words.keys():
            for word, name in words[beginning]:
                scores[name] += weight * part.count(word)
    floor = max(2, max(scores.values(), default=0) // 4)
    ranked = sorted(scores, key=lambda name: -scores[name])
    return tuple(name for name in ranked if scores[name] >= floor)[:_LIMIT]


@cache
def _by_beginning(known: tuple[Topic, ...]) -> dict[str, list[tuple[str, str]]]:
    words: dict[str, list[tuple[str, str]]] = {}
    for topic in known:
        for word in topic.words:
            words.setdefault(word[:2], []).append((word, topic.name))
    return words
