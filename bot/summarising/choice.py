"""Which clauses of which units are told: the worthiest for their length first."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush

from bot.summarising.clauses import DigestClause, closure
from bot.summarising.lines import LinesOfWork
from bot.summarising.units import Unit
from bot.summarising.wording import PointWriter

_LEAST_WORTH, _LEAST_OF_FEW, _LEAST_OF_NODE = 0.4, -0.5, -1.2
NEVER = -9.0
"""What a clause is worth that is told in no case."""
_HIDDEN = -8.0
_AGAIN, _AGAIN_LEADING = 0.75, 0.95
_UNTOLD, _NEW_LINE, _NEW_CHAPTER = 0.6, 1.7, 3.0
_SHORT_ENOUGH, _FALL, _GENTLE_FALL = 12, 0.6, 0.4
_LONGEST_FORCED = 60
_UNCLEAR = 0.25
"""The share of its worth that a clause has where nothing says of which line of work it is."""
_NEEDED = 2.0
"""What a clause adds at most that is told because another needs it."""

Place = tuple[int, int]
"""Where a unit starts, and the number of one of its clauses."""


class ClauseChoice:
    """The clauses chosen so far, and what they say.

    ``varied``: a line of work that is not told yet goes before others, and each chapter is told.
    ``labelled``: the name of a line takes room.
    """

    def __init__(
        self,
        clauses: Mapping[int, Sequence[DigestClause]],
        lines: LinesOfWork,
        writer: PointWriter,
        *,
        varied: bool,
        labelled: bool = False,
    ) -> None:
        self._clauses = clauses
        self._lines = lines
        self._writer = writer
        self._varied = varied
        self._labelled = labelled
        self._chosen: dict[int, frozenset[int]] = {}
        self._texts: dict[int, str] = {}
        self._told: Counter[str] = Counter()
        self._clear: dict[Place, bool] = {}
        self._least = _LEAST_WORTH
        self._treated = frozenset(lines.treated)

    def choose(self, chapters: Sequence[Sequence[Unit]], room: int) -> None:
        """Choose from the units of each chapter until the room is used; one of each at least."""
        chapter_of = {u.span.start: n for n, units in enumerate(chapters) for u in units}
        units = {u.span.start: u for own in chapters for u in own}
        missing = {n for n, own in enumerate(chapters) if own}
        left = room
        length = sum(unit.span.end - unit.span.start for unit in units.values())
        few = _LEAST_OF_FEW if self._varied else _LEAST_OF_NODE
        self._least = _LEAST_WORTH if length > room else few

        def rated(place: Place) -> tuple[float, Place]:
            start, n = place
            return -self._gain(units[start], n, chapter_of[start] in missing), place

        # a gain only falls as more is told, but for the clauses of the same unit
        queue = [rated((start, n)) for start in units for n in range(len(self._clauses[start]))]
        heapify(queue)
        while queue:
            rating, place = heappop(queue)
            if rated(place)[0] > rating:
                heappush(queue, rated(place))
                continue
            (start, n), chapter = place, chapter_of[place[0]]
            forced = chapter in missing and self._clauses[start][n].worth > NEVER
            if rating >= 0 and not forced:
                continue
            cost = self._cost(units[start], n)
            fits = cost <= left or (forced and cost <= max(_LONGEST_FORCED, left))
            if cost and fits and self._take(units[start], n):
                left -= cost
                missing.discard(chapter)
                for other in range(len(self._clauses[start])):
                    heappush(queue, rated((start, other)))

    def text(self, unit: Unit) -> str:
        """What is told of a unit, without its stop; empty for nothing."""
        return self._texts.get(unit.span.start, "")

    def by_line(self, units: Sequence[Unit]) -> Iterator[tuple[str, list[Unit]]]:
        """Those of some units that are told of, by their line of work, the leading ones first."""
        groups: dict[str, list[Unit]] = {}
        for unit in filter(self.text, units):
            groups.setdefault(self._lines.own(unit), []).append(unit)
        for line, own in groups.items():
            yield line, sorted(own, key=lambda u: (self._rank(u), u.span))

    def _rank(self, unit: Unit) -> int:
        told = [self._clauses[unit.span.start][n] for n in self._chosen[unit.span.start]]
        return 0 if any(c.leading for c in told) else 1 if any(c.news for c in told) else 2

    def _new(self, unit: Unit, n: int) -> frozenset[int]:
        start = unit.span.start
        return closure(self._clauses[start], n) - self._chosen.get(start, frozenset())

    def _cost(self, unit: Unit, n: int) -> int:
        clauses = self._clauses[unit.span.start]
        cost = sum(clauses[p].span.end - clauses[p].span.start + 1 for p in self._new(unit, n))
        line = self._lines.own(unit)
        return cost + (len(line) + 1 if cost and self._labelled and not self._told[line] else 0)

    def _gain(self, unit: Unit, n: int, missing: bool) -> float:
        """What a clause is worth for its length; below nothing where it is not worth telling."""
        clauses, new = self._clauses[unit.span.start], self._new(unit, n)
        if not new or (clauses[n].hidden and not clauses[n].news):
            return _HIDDEN
        worth = sum(clauses[p].worth if p == n else min(clauses[p].worth, _NEEDED) for p in new)
        untold = {line for line in self._lines.of(unit) if not self._told[line]}
        worth += _UNTOLD * (self._varied and bool(untold & self._treated))
        if worth < self._least:
            return worth - _NEEDED
        worth = max(worth, _LEAST_WORTH)
        if self._varied:
            worth *= _NEW_LINE if untold & self._treated else 1.0
            again = _AGAIN_LEADING if clauses[n].leading else _AGAIN
            worth = worth * again ** self._told[self._lines.own(unit)] + _NEW_CHAPTER * missing
        if self._varied and not self._labelled and not self._stands_alone(unit, n):
            worth *= _UNCLEAR
        fall = _FALL if self._varied else _GENTLE_FALL
        return float(worth / (self._cost(unit, n) + _SHORT_ENOUGH) ** fall)

    def _stands_alone(self, unit: Unit, n: int) -> bool:
        """Whether a clause with what it needs says of which line of work it is."""
        place, line = (unit.span.start, n), self._lines.own(unit)
        if place not in self._clear:
            clauses, text = self._clauses[unit.span.start], unit.report.text
            spans = [clauses[p].span for p in sorted(closure(clauses, n))]
            words = "，".join(text[slice(*span)] for span in spans)
            self._clear[place] = not line or self._lines.is_told_by(line, words)
        return self._clear[place]

    def _take(self, unit: Unit, n: int) -> bool:
        """Take a clause with what it needs, unless the words would not stand."""
        start = unit.span.start
        clauses, before = self._clauses[start], self._chosen.get(start, frozenset())
        places = closure(clauses, n) | before
        text = self._writer.write([clauses[p].span for p in sorted(places)], unit.span, unit.path)
        if not text:
            return False
        if not before:
            self._told.update(self._lines.of(unit))
        self._chosen[start] = places
        self._texts[start] = text
        return True
