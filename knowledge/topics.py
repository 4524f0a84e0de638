"""Lines of work (食品安全, 特种设备, …) and the words that mark them, from ``data/topics.toml``."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
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

    def marks_in(self, text: str) -> int:
        """How often the topic's words stand in a text."""
        return sum(text.count(word) for word in self.words)


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
    path = "".join(headings)
    scores = {topic.name: topic.marks_in(text) + 3 * topic.marks_in(path) for topic in known}
    floor = max(2, max(scores.values(), default=0) // 4)
    ranked = sorted(scores, key=lambda name: -scores[name])
    return tuple(name for name in ranked if scores[name] >= floor)[:_LIMIT]
