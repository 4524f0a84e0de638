"""The lines of work that a report treats: which of its sentences belong to which."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.summarising.belonging import topic_words, units_of_topic
from bot.summarising.units import HEADING_LED_KINDS, Unit
from knowledge.understanding.topics import topics

_EARLY = 12
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
            scores[name] += 2.0 if mention.span.start <= _EARLY else 1.0
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
