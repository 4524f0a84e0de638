"""Whether a sentence belongs to a topic: by its heading, and by what it plainly speaks of."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, groupby

from bot.summary.topicwords import Mention, TopicWords, topic_words
from bot.summary.units import Unit
from knowledge.sentences import Span

_CLAUSE = re.compile(r"[^，,；;。：:]+[，,；;。：:]*")
_FIRST_CLAUSE = 30
_OTHER_LINE = 2


def of_topic(units: Sequence[Unit], topic: str) -> list[Unit]:
    """The sentences that belong to a topic, in order; headlines only where nothing follows them."""
    judge = _Judge(topic)
    kept: list[Unit] = []
    for _, group in groupby(units, key=lambda u: u.leaf):
        leaf = list(group)
        sentences = [u for u in leaf if not u.headline]
        kept += judge.of_leaf(sentences) if sentences else []
        kept += [u for u in leaf if u.headline and judge.heads(u)]
    return sorted(_told_once(kept, units), key=lambda u: u.span)


def _told_once(kept: Sequence[Unit], units: Sequence[Unit]) -> list[Unit]:
    """Without the headlines under which sentences stand: those say it better."""
    spoken = {u.path[:depth] for u in units if not u.headline for depth in range(len(u.path) + 1)}
    return [u for u in kept if not u.headline or u.path not in spoken]


class _Judge:
    """Judges sentences for one topic."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._words: TopicWords = topic_words(topic)

    def heads(self, headline: Unit) -> bool:
        """Whether a headline names the topic."""
        return self._topic in self._named(headline.path[-1])

    def of_leaf(self, sentences: Sequence[Unit]) -> list[Unit]:
        """The sentences of one leaf that belong, silent ones between two that do among them."""
        path = sentences[0].path
        own = self._named(path[-1]) if path else frozenset[str]()
        above = next((n for title in reversed(path[:-1]) if (n := self._named(title))), frozenset())
        verdicts = [self._belongs(u.text, own, above) for u in sentences]
        return [u for u, belongs in zip(sentences, _settled(verdicts), strict=True) if belongs]

    def _named(self, title: str) -> frozenset[str]:
        """The topics that a heading names."""
        return frozenset(n for m in self._words.mentions(title) for n in m.topics)

    def _belongs(
        self, text: str, own: frozenset[str], above: frozenset[str]
    ) -> bool | None:
        """Whether a sentence belongs; None where neither it nor its heading tells."""
        mentions = self._words.mentions(text)
        counts = _counts(mentions)
        spoken = counts[self._topic]
        rival = self._rival(counts, own or above)
        if self._topic in own:
            return bool(spoken) or rival < _OTHER_LINE
        if self._topic in above and not own:
            return bool(spoken) or not rival
        if not spoken:
            return False if counts or own else None
        plainly = spoken >= max(rival, 1) and not self._in_passing(text, mentions)
        if own:
            silent = not any(counts[name] for name in own)
            return plainly and silent and self._leads(mentions)
        return plainly

    def _rival(self, counts: Counter[str], headed: frozenset[str]) -> int:
        """How much a sentence speaks of the line of work, other than this, that it speaks of most."""
        others = [
            count
            for name, count in counts.items()
            if name != self._topic and name not in self._words.cross_cutting
            and not (self._topic in headed and name in headed)
        ]  # fmt: skip
        return max(others, default=0)

    def _leads(self, mentions: Sequence[Mention]) -> bool:
        """Whether the topic is named early: a sentence begins with what it is about."""
        first = next(m for m in mentions if self._topic in m.topics)
        return first.span.start <= _FIRST_CLAUSE

    def _in_passing(self, text: str, mentions: Sequence[Mention]) -> bool:
        """Whether every mention of the topic is a small share of a list that counts nothing."""
        ours = [m.span for m in mentions if self._topic in m.topics]
        for clause in _CLAUSE.finditer(text):
            items = _items(text, Span(*clause.span()))
            held = [i for i in items if any(i.start <= m.start < i.end for m in ours)]
            named = [m for m in ours if clause.start() <= m.start < clause.end()]
            if not named:
                continue
            listed = len(items) >= 3 and len(held) * 2 < len(items)
            if not listed or any(_counted(text[slice(*i)]) for i in held):
                return False
        return True


def _settled(verdicts: Sequence[bool | None]) -> list[bool]:
    """Each verdict; where there is none, whether the neighbours who have one both say yes."""
    before = list(accumulate(verdicts, _latest))
    after = list(accumulate(reversed(verdicts), _latest))[::-1]
    return [bool(b and a) for b, a in zip(before, after, strict=True)]


def _latest(known: bool | None, verdict: bool | None) -> bool | None:
    return known if verdict is None else verdict


def _counts(mentions: Sequence[Mention]) -> Counter[str]:
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


def _counted(item: str) -> bool:
    return any(c.isdigit() or c in "*＊" for c in item)
