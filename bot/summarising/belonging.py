"""Whether a sentence belongs to a topic: by its heading, and by its own words."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate, groupby
from pathlib import Path

from bot.summarising.units import HEADING_LED_KINDS, Unit
from knowledge.retrieval.vocabulary import synonyms
from knowledge.understanding.sentences import Span
from knowledge.understanding.topics import Topic, topics
from knowledge.vocabulary import Vocabulary, Words, either, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "summary_topics.toml"
_CLAUSE = re.compile(r"[^，,；;。：:]+[，,；;。：:]*")
_EARLY, _AT_ONCE = 30, 8
_FEWEST = 5
_COUNTED = re.compile(r"(?<![\d“])(?:\d[\d.,]*|[*＊]+)(?![\d”年月日.])")


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


@dataclass(frozen=True)  # no slots: what it finds is cached
class TopicWords:
    """The words of all topics; where they overlap, the first counts, then the longest.

    ``narrow`` says that what is asked for is no topic, but a word of its own (电梯).
    """

    words: Mapping[str, frozenset[str]]
    cross_cutting: frozenset[str]
    broad: frozenset[str]
    narrow: bool

    @cached_property
    def mentions(self) -> Callable[[str], tuple[TopicMention, ...]]:
        """Every word of a topic in a text, in order, not overlapping."""
        pattern = re.compile(either([*self.words]))

        @lru_cache(maxsize=4096)
        def find(text: str) -> tuple[TopicMention, ...]:
            found = pattern.finditer(text)
            return tuple(TopicMention(m[0], Span(*m.span()), self.words[m[0]]) for m in found)

        return find


def canonical_topic(typed: str) -> str:
    """The name of the topic that people call so; what is none stays as it was typed."""
    words = typed.strip()
    for topic in topics():
        if words == topic.name or words in topic.aliases:
            return topic.name
    return words


def topic_words(name: str, path: Path = _FILE) -> TopicWords:
    """The words of all topics and of ``name``, should it be none of theirs.

    A name that is no topic is marked by its own words and what reports write for them.
    Raises DataFileError where the file does not fit.
    """
    return _topic_words("" if name in {topic.name for topic in topics()} else name, path)


@cache
def _topic_words(narrow: str, path: Path) -> TopicWords:
    """The words of all topics, and of a ``narrow`` one that is none of theirs."""
    marks: dict[str, set[str]] = {}
    table = load_vocabulary(_SentenceTopics, path)
    changes = {changed.name: changed for changed in table.topic}
    for topic in topics():
        for word in _words_of(topic, changes.get(topic.name, _Changes(name=topic.name))):
            marks.setdefault(word, set()).add(topic.name)
    if narrow:
        for word in {narrow, *synonyms().of(narrow)}:
            marks.setdefault(word, set()).add(narrow)
            for longer in (m for m in marks if word in m):
                marks[longer].add(narrow)
    words = {word: frozenset(names) for word, names in marks.items()}
    return TopicWords(words, table.cross_cutting, table.broad, bool(narrow))


def _words_of(topic: Topic, changes: _Changes) -> set[str]:
    words = {topic.name, *topic.words, *topic.aliases, *changes.also}
    return {word for word in words - {*changes.drop} if len(word) > 1}


def units_of_topic(units: Sequence[Unit], topic: str) -> list[Unit]:
    """The sentences that belong to a topic, in order; headlines only where no text follows."""
    topic_filter = _TopicFilter(topic)
    with_text = {
        u.path[:depth] for u in units if not u.headline for depth in range(len(u.path) + 1)
    }
    chosen: list[Unit] = []
    for _, group in groupby(units, key=lambda u: u.leaf):
        leaf = list(group)
        sentences = [u for u in leaf if not u.headline]
        chosen += topic_filter.of_leaf(sentences) if sentences else []
        headlines = (u for u in leaf if u.headline and u.path not in with_text)
        chosen += [u for u in headlines if topic_filter.is_named_by(u)]
    return sorted(chosen, key=lambda u: u.span)


class _TopicFilter:
    """Decides which sentences and headlines belong to one topic."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._words: TopicWords = topic_words(topic)

    def is_named_by(self, headline: Unit) -> bool:
        """Whether a headline names the topic."""
        return self._topic in self._heading_topics(headline.path[-1])

    def of_leaf(self, sentences: Sequence[Unit]) -> list[Unit]:
        """The sentences of one leaf that belong, silent ones between two that do among them."""
        path = max((u.path for u in sentences), key=len)
        own = self._heading_topics(path[-1]) if path else frozenset[str]()
        outer = map(self._heading_topics, reversed(path[:-1]))
        above = next(filter(None, outer), frozenset[str]())
        verdicts = _fill_undecided([self._belongs(u.text, own, above) for u in sentences])
        return [u for u, belongs in zip(sentences, verdicts, strict=True) if belongs]

    def _heading_topics(self, title: str) -> frozenset[str]:
        """The topics of a heading: those of the first of its clauses that names any."""
        clauses = _clauses(title, self._words.mentions(title))
        first = next((c for c in clauses if c.mentions), None)
        return frozenset(n for m in first.mentions for n in m.topics) if first else frozenset()

    def _belongs(self, text: str, own: frozenset[str], above: frozenset[str]) -> bool | None:
        """Whether a sentence belongs; None where neither it nor its heading decides."""
        mentions = self._words.mentions(text)
        counts = _counts(mentions)
        mentioned = bool(counts[self._topic])
        if self._words.narrow:
            return mentioned or self._topic in own
        if self._topic in own:
            return mentioned or not any(self._turns_away(m) for m in mentions)
        if self._topic in above and not own:
            return mentioned or not counts
        if not mentioned:
            return False if counts or own else None
        return self._is_about(text, mentions, own - self._words.broad)

    def _is_about(
        self, text: str, mentions: Sequence[TopicMention], binding: frozenset[str]
    ) -> bool:
        """Whether a sentence under another heading is about the topic.

        Under a heading that binds to other topics it must begin with this one and be silent
        about those. A narrow topic that runs through all lines of work is of the line that the
        heading binds to: complaints under 特种设备 are those about such.
        """
        counts = _counts(mentions)
        clauses = _clauses(text, mentions)
        ours = [c for c in clauses if any(self._topic in m.topics for m in c.mentions)]
        start = ours[0].span.start
        runs_through = {*self._words.cross_cutting}
        if self._topic in runs_through - {*self._words.broad} and binding - runs_through:
            return False
        if binding:
            silent = not any(counts[name] for name in binding)
            return silent and start <= _AT_ONCE and self._is_plain(text, ours[0])
        if start > _EARLY and len(ours) * _FEWEST < len(clauses):
            return False
        most = max((counts[n] for m in mentions if self._is_rival(m) for n in m.topics), default=1)
        leads = counts[self._topic] >= most
        return any(
            self._is_plain(text, c) and (leads or not any(map(self._is_rival, c.mentions)))
            for c in ours
        )

    def _turns_away(self, mention: TopicMention) -> bool:
        """Whether a word takes a sentence away from the heading that it stands under.

        Beside a line of work that runs through all others, another such line counts too, where
        the sentence begins with it: complaints under a heading of enforcement.
        """
        if self._is_rival(mention):
            return mention.span.start < _EARLY
        through = self._topic in self._words.cross_cutting and self._topic not in mention.topics
        return through and mention.span.start <= _AT_ONCE

    def _is_rival(self, mention: TopicMention) -> bool:
        """Whether a word speaks of another line of work alone."""
        return self._topic not in mention.topics and not mention.topics <= self._words.cross_cutting

    def _is_plain(self, text: str, clause: "_Clause") -> bool:
        """Whether a clause has the topic, not only in a list of many items without a figure."""
        ours = [m.span.start for m in clause.mentions if self._topic in m.topics]
        items = _items(text, clause.span)
        with_topic = [i for i in items if any(i.start <= at < i.end for at in ours)]
        is_list = len(items) >= 3 and len(with_topic) * 2 <= len(items)
        return not is_list or any(_COUNTED.search(text[slice(*i)]) for i in with_topic)


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause with the words of topics in it."""

    span: Span
    mentions: tuple[TopicMention, ...]


def _clauses(text: str, mentions: Sequence[TopicMention]) -> list[_Clause]:
    spans = [Span(*match.span()) for match in _CLAUSE.finditer(text)]
    return [
        _Clause(s, tuple(m for m in mentions if s.start <= m.span.start < s.end)) for s in spans
    ]


def _fill_undecided(verdicts: Sequence[bool | None]) -> list[bool]:
    """Each verdict; None becomes whether the nearest decided ones on both sides are True."""
    before = list(accumulate(verdicts, _latest))
    after = list(accumulate(reversed(verdicts), _latest))[::-1]
    return [bool(b and a) for b, a in zip(before, after, strict=True)]


def _latest(before: bool | None, verdict: bool | None) -> bool | None:
    return before if verdict is None else verdict


def _counts(mentions: Sequence[TopicMention]) -> Counter[str]:
    """How many different words speak of each topic."""
    words = {m.word: m.topics for m in mentions}
    return Counter(name for names in words.values() for name in names)


def _items(text: str, clause: Span) -> list[Span]:
    """The items of a clause that 、 parts; what follows 等 closes the list."""
    items, start = [], clause.start
    for at in [i for i in range(*clause) if text[i] == "、"] + [clause.end]:
        items.append(Span(start, at))
        start = at + 1
    if len(items) > 1 and (close := text.find("等", *items[-1])) >= 0:
        items[-1] = Span(items[-1].start, close)
    return items


_FIRST_WORDS = 12
_TREATED = 2
_HEADING = 16


@dataclass(frozen=True, slots=True)
class LinesOfWork:
    """For each unit, by where it starts, the lines that it belongs to, its own first.

    A sentence that names no line goes on with that of the one before it. ``sentences`` counts
    those that do name one, ``done`` those of them that are neither problem, plan nor highlight.
    """

    by_place: Mapping[int, tuple[str, ...]]
    sentences: Mapping[str, int]
    done: Mapping[str, int]

    def of(self, unit: Unit) -> tuple[str, ...]:
        """The lines that a unit belongs to, its own first; empty for none."""
        return self.by_place.get(unit.span.start, ())

    def own(self, unit: Unit) -> str:
        """The line that a unit is told under; empty for none."""
        return next(iter(self.of(unit)), "")

    def is_told_by(self, line: str, text: str) -> bool:
        """Whether words alone say of which line they are."""
        return any(line in mention.topics for mention in topic_words(line).mentions(text))

    def without(self, told: Sequence[Unit], text: str) -> tuple[str, ...]:
        """The lines that are treated, and that a ``text`` of some units does not tell.

        It tells those that the units are under, and of their others those that it has words of;
        where a line has work done, its problems and plans alone do not tell it.
        """
        known, of_work = (
            self._known(units, text)
            for units in (told, [unit for unit in told if unit.kind not in HEADING_LED_KINDS])
        )
        return tuple(
            line
            for line in self.treated
            if line not in (of_work if self.done.get(line, 0) >= _TREATED else known)
        )

    def _known(self, told: Sequence[Unit], text: str) -> set[str]:
        own = {self.own(unit) for unit in told}
        others = {line for unit in told for line in self.of(unit)} - own
        return own | {line for line in others if self.is_told_by(line, text)}

    @property
    def treated(self) -> tuple[str, ...]:
        """The lines that two sentences or more are of, in the order of the catalogue."""
        return tuple(t.name for t in topics() if self.sentences.get(t.name, 0) >= _TREATED)


def lines_of_work(units: Sequence[Unit]) -> LinesOfWork:
    """The lines of work of some units."""
    found: dict[int, list[str]] = {}
    for topic in topics():
        for unit in units_of_topic(units, topic.name):
            if not unit.headline:
                found.setdefault(unit.span.start, []).append(topic.name)
    by_place: dict[int, tuple[str, ...]] = {}
    last, leaf = "", -1
    for unit in (unit for unit in units if not unit.headline):
        names = found.get(unit.span.start, ())
        if unit.leaf != leaf:
            last = _line_of_heading(unit)
        elif not names and not unit.figures and len(unit.text) <= _HEADING:
            last = ""  # a heading that the outline does not know: 深入开展行风建设。
        if names or last:
            by_place[unit.span.start] = _rank(unit, names) if names else (last,)
            last = by_place[unit.span.start][0]
        leaf = unit.leaf
    counts = Counter(name for names in found.values() for name in names)
    work = {unit.span.start for unit in units if unit.kind not in HEADING_LED_KINDS}
    done = Counter(name for start, names in found.items() if start in work for name in names)
    return LinesOfWork(by_place, counts, done)


def _rank(unit: Unit, names: Sequence[str]) -> tuple[str, ...]:
    """The lines of a unit, the one first that its words speak of most and at once."""
    words = topic_words(names[0])
    scores = dict.fromkeys(names, 0.0)
    for mention in words.mentions(unit.text):
        for name in mention.topics & scores.keys():
            scores[name] += 2.0 if mention.span.start <= _FIRST_WORDS else 1.0
    for heading in unit.path[-1:]:
        for mention in words.mentions(heading):
            for name in mention.topics & scores.keys():
                scores[name] += 1.0
    through = words.cross_cutting
    return tuple(sorted(names, key=lambda n: -scores[n] * (0.6 if n in through else 1.0)))


def _line_of_heading(unit: Unit) -> str:
    """The first line that the heading of a unit names; empty for none."""
    mentions = topic_words(topics()[0].name).mentions(unit.path[-1]) if unit.path else ()
    return next((min(mention.topics) for mention in mentions), "")
