"""Which words mark a single sentence as of a topic: topics.toml and ``summary_topics.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.sentences import Span
from knowledge.synonyms import synonyms
from knowledge.topics import Topic, topics
from knowledge.vocabulary import Vocabulary, Words, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "summary_topics.toml"


@dataclass(frozen=True, slots=True)
class TopicMention:
    """A word that marks topics, where it stands in a text."""

    word: str
    span: Span
    topics: frozenset[str]


class _Changes(Vocabulary):
    """What is added to a topic's words for single sentences, and what is dropped."""

    name: str
    also: Words = ()
    drop: Words = ()


class _SentenceTopics(Vocabulary):
    cross_cutting: frozenset[str]
    broad: frozenset[str]
    topic: tuple[_Changes, ...]


class TopicWords:
    """The words of all topics; where they overlap, the longest counts.

    ``narrow`` says that what is wanted is no topic, but a word of its own (电梯).
    """

    def __init__(
        self,
        words: Mapping[str, frozenset[str]],
        cross_cutting: frozenset[str],
        broad: frozenset[str],
        *,
        narrow: bool,
    ) -> None:
        self.narrow = narrow
        self.cross_cutting = cross_cutting
        self.broad = broad
        self._by_beginning: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for word in sorted(words, key=len, reverse=True):
            self._by_beginning.setdefault(word[:2], []).append((word, words[word]))

    def mentions(self, text: str) -> list[TopicMention]:
        """Every word of a topic in a text, in order, not overlapping."""
        found: list[TopicMention] = []
        position = 0
        while position < len(text) - 1:
            for word, names in self._by_beginning.get(text[position : position + 2], ()):
                if text.startswith(word, position):
                    end = position + len(word)
                    found.append(TopicMention(word, Span(position, end), names))
                    position = end - 1
                    break
            position += 1
        return found


def find_topic(wanted: str) -> str:
    """The name of the topic that people call so; what is none stays as it was typed."""
    words = wanted.strip()
    for topic in topics():
        if words == topic.name or words in topic.aliases:
            return topic.name
    return words


@cache
def topic_words(wanted: str, path: Path = _FILE) -> TopicWords:
    """The words of all topics and of the one wanted, should it be none of theirs.

    What is wanted and no topic is marked by its own words and what reports write for them.
    Raises DataFileError where the file does not fit.
    """
    marks: dict[str, set[str]] = {}
    table = load_vocabulary(_SentenceTopics, path)
    changes = {changed.name: changed for changed in table.topic}
    for topic in topics():
        for word in _of(topic, changes.get(topic.name, _Changes(name=topic.name))):
            marks.setdefault(word, set()).add(topic.name)
    narrow = wanted not in {topic.name for topic in topics()}
    if narrow:
        for word in {wanted, *synonyms().of(wanted)}:
            marks.setdefault(word, set()).add(wanted)
            for longer in (m for m in marks if word in m):
                marks[longer].add(wanted)
    words = {word: frozenset(names) for word, names in marks.items()}
    return TopicWords(words, table.cross_cutting, table.broad, narrow=narrow)


def _of(topic: Topic, changes: _Changes) -> set[str]:
    words = {topic.name, *topic.words, *topic.aliases, *changes.also}
    return {word for word in words - {*changes.drop} if len(word) > 1}
