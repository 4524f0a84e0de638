"""Lines of work (食品安全, 特种设备, …) and the words that mark them, from ``data/topics.toml``."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import add
from pathlib import Path

from knowledge.vocabulary import DATA, Vocabulary, Words, load_vocabulary

_LIMIT = 3


@dataclass(frozen=True, slots=True, eq=False)  # their words are not hashed for each passage
class Topic:
    """A line of work: ``words`` mark a passage as of it, ``aliases`` are what people call it."""

    name: str
    words: Words
    aliases: Words = ()

    def is_called(self, name: str) -> bool:
        """Whether people call it so."""
        return name == self.name or name in self.aliases


class _TopicTable(Vocabulary):
    topic: tuple[Topic, ...]


@cache
def topics(path: Path = DATA / "topics.toml") -> tuple[Topic, ...]:
    """Read all topics, in the file's order; raises DataFileError where it does not fit."""
    return load_vocabulary(_TopicTable, path).topic


@cache
def topic_names() -> frozenset[str]:
    """All that people call the topics, in the words of the file."""
    return frozenset(name for topic in topics() for name in (topic.name, *topic.aliases))


def topic_named(name: str) -> Topic | None:
    """The topic that people call so, or the only one whose name holds theirs or stands in it."""
    called = [t for t in topics() if name == t.name or name in t.aliases]
    near = called or [t for t in topics() if t.name in name or name in t.name]
    return near[0] if called or len(near) == 1 else None


def topics_of(text: str, headings: Sequence[str], known: Sequence[Topic]) -> tuple[str, ...]:
    """The topics of a passage, the strongest first, three at most; a heading counts thrice."""
    words = _by_beginning(tuple(known))
    scores = dict.fromkeys((topic.name for topic in known), 0)
    for part, weight in ((text, 1), ("".join(headings), 3)):
        # most words' first or last two characters do not stand in a text: no search for these
        pairs = {"", *map(add, part, part[1:])}
        for beginning in words.keys() & pairs:
            for word, ending, name in words[beginning]:
                if ending in pairs:
                    scores[name] += weight * part.count(word)
    floor = max(2, max(scores.values(), default=0) // 4)
    ranked = sorted(scores, key=lambda name: -scores[name])
    return tuple(name for name in ranked if scores[name] >= floor)[:_LIMIT]


@cache
def _by_beginning(known: tuple[Topic, ...]) -> dict[str, list[tuple[str, str, str]]]:
    """Words by their first two characters, each with its last two and the name of its topic.

    Of a word of one character both are ``""``.
    """
    words: dict[str, list[tuple[str, str, str]]] = {}
    for topic in known:
        for word in topic.words:
            beginning, ending = (word[:2], word[-2:]) if len(word) > 1 else ("", "")
            words.setdefault(beginning, []).append((word, ending, topic.name))
    return words
