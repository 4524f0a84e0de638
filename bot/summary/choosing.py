"""Which units fill a summary of some length: headings covered first, then the worthiest."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.summary.units import Unit
from bot.summary.weighing import is_announcing, told_by_headings, weight
from bot.summary.words import Length, choice_words

_LEAST_WORTH, _LEAST_OF_ALL = 0.7, -1.0
_LEAST_ROOM = 320
_LEAST_FIGURES = 8
_FIGURES_REACH = 1.3
_SCARCE, _SCARCE_WORTH = 20, 2.0
_HEADINGS_SHARE, _FEW_HEADINGS_SHARE = 0.34, 0.16
_SLACK = 1.03
_AGAIN_LEAF, _AGAIN_BRANCH = 0.72, 0.85
_SHORTEST_CAP = 42
_SHORT_ENOUGH = 40
_SECOND_WORTH = 2.5

Path = tuple[str, ...]
Shown = Callable[[Unit], Path]
"""The headings that a unit is shown under."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit with its worth, the heading to cover that it is under, and the one below that."""

    unit: Unit
    worth: float
    head: Path
    branch: Path


def choose(
    units: Sequence[Unit], length: Length, base: int, shown: Shown, branches: frozenset[Path]
) -> list[Unit]:
    """The units of a summary in their order; ``base`` is the level of what is summarised.

    A page names every heading just below that level, if only with the heading's own words;
    ``branches`` are the headings below those that deserve a sentence each where there is room.
    """
    candidates = [_candidate(u, base, branches) for u in units]
    whole = sum(len(u.text) for u in units if not u.headline)
    room = min(choice_words().characters[length], max(_LEAST_ROOM, whole // 2))
    page = _Page(candidates, room, shown)
    match length:
        case Length.SENTENCE:
            page.fill_line()
        case Length.HALF:
            page.cover_heads(_heads(candidates), always=False)
            page.fill()
        case Length.PAGE:
            page.cover_heads(_heads(candidates), always=True)
            page.add_figures()
            page.cover_branches()
            page.fill()
    page.say_something()
    return page.units()


def _candidate(unit: Unit, base: int, branches: frozenset[Path]) -> Candidate:
    branch = next(
        (p for n in range(base + 2, len(unit.path) + 1) if (p := unit.path[:n]) in branches),
        unit.path[: base + 1],
    )
    return Candidate(unit, weight(unit), unit.path[: base + 1], branch)


def _heads(candidates: Sequence[Candidate]) -> dict[Path, list[int]]:
    """The places of the candidates under each heading to cover; what stands above all has none."""
    heads: dict[Path, list[int]] = {}
    for place, candidate in enumerate(candidates):
        if candidate.head:
            heads.setdefault(candidate.head, []).append(place)
    return heads


class _Page:
    """A summary in the making: what was taken, and how much room it uses."""

    def __init__(self, candidates: Sequence[Candidate], budget: int, shown: Shown) -> None:
        self._candidates = candidates
        self._budget = budget
        self._shown = shown
        self._taken: set[int] = set()
        self._used = 0
        self._headings: set[Path] = set()
        self._leaves: Counter[int] = Counter()
        self._branches: Counter[Path] = Counter()
        self._usable = [
            n for n, c in enumerate(candidates)
            if not is_announcing(c.unit) and not (c.unit.headline and c.unit.path == c.head)
        ]  # fmt: skip
        self._scarce = sum(len(self._plain(n)) for n in self._usable) < _SCARCE

    def units(self) -> list[Unit]:
        """What was taken, in the order of the report."""
        return [self._candidates[n].unit for n in sorted(self._taken)]

    def cover_heads(self, heads: dict[Path, list[int]], *, always: bool) -> None:
        """The best under every heading; where headings say it themselves, those below it."""
        cap = max(_SHORTEST_CAP, self._budget * 0.8 / max(1, len(heads)))
        usable = set(self._usable)
        for head, places in heads.items():
            open_to = [n for n in places if n in usable] or places
            below = [n for n in open_to if self._is_child(n, head)]
            if len(below) > 1 and told_by_headings(self._candidates[below[0]].unit):
                self._take_headlines(below, _HEADINGS_SHARE if always else _FEW_HEADINGS_SHARE)
                continue
            best = max(open_to, key=lambda n: self._compact_worth(n, cap))
            if always or (self._fits(best) and self._candidates[best].worth > 0):
                self._take(best)

    def cover_branches(self) -> None:
        """A sentence for each heading that is shown below the first, the worthiest first."""
        best: dict[Path, int] = {}
        for n in self._usable:
            branch = self._candidates[n].branch
            if branch not in best or self._compact_worth(n, _SHORTEST_CAP * 2) > (
                self._compact_worth(best[branch], _SHORTEST_CAP * 2)
            ):
                best[branch] = n
        for n in sorted(best.values(), key=lambda n: -self._candidates[n].worth):
            missing = not self._branches[self._candidates[n].branch]
            if missing and self._candidates[n].worth > 0 and self._fits(n):
                self._take(n)

    def fill(self) -> None:
        """The worthiest of the rest, each place counting for less the more it has said."""
        for least in (_LEAST_WORTH, _LEAST_OF_ALL):
            open_to = {n for n in self._usable if self._may_fill(n, least)}
            while open_to := {n for n in open_to - self._taken if self._fits(n)}:
                self._take(max(open_to, key=lambda n: (self._yield(n), -n)))

    def add_figures(self) -> None:
        """Figures that are not masked, the worthiest first, until the page holds enough."""
        while True:
            told = [figure for n in self._taken for figure in self._plain(n)]
            new = [n for n in self._usable if n not in self._taken and self._plain(n)
                   and self._used + self._cost(n) <= self._budget * _FIGURES_REACH]  # fmt: skip
            unheard = [n for n in new if not self._plain(n) <= set(told)]
            if not new or (len(told) >= _LEAST_FIGURES and not unheard):
                return
            if len(set(told)) >= _LEAST_FIGURES:
                return
            self._take(max(unheard or new, key=lambda n: (self._yield(n), -n)))

    def fill_line(self) -> None:
        """The worthiest sentences that a line holds; a longer one only if none is short enough."""
        bodies = [n for n in self._usable if not self._candidates[n].unit.headline]
        open_to = bodies or self._usable or list(range(len(self._candidates)))
        short = [n for n in open_to if len(self._candidates[n].unit.text) <= self._budget]
        if not short:
            short = sorted(open_to, key=lambda n: len(self._candidates[n].unit.text))[:1]
        while short:
            self._take(max(short, key=lambda n: (self._candidates[n].worth, -n)))
            room = self._budget - self._used
            short = [
                n for n in short
                if n not in self._taken and len(self._candidates[n].unit.text) <= room
                and self._candidates[n].worth >= _SECOND_WORTH
            ]  # fmt: skip

    def say_something(self) -> None:
        """The worthiest of all, where nothing was worth a place."""
        if not self._taken and self._candidates:
            usable = self._usable or range(len(self._candidates))
            self._take(max(usable, key=lambda n: (self._candidates[n].worth, -n)))

    def _is_child(self, n: int, head: Path) -> bool:
        unit = self._candidates[n].unit
        return unit.headline and len(unit.path) == len(head) + 1

    def _take_headlines(self, places: Sequence[int], share: float) -> None:
        room = self._budget * share
        for n in places:
            length = len(self._candidates[n].unit.text)
            if room < length and n != places[0]:
                return
            room -= length
            self._take(n)

    def _may_fill(self, n: int, least: float) -> bool:
        candidate = self._candidates[n]
        if candidate.unit.headline:
            below = len(candidate.unit.path) == len(candidate.head) + 1
            return below and told_by_headings(candidate.unit)
        return candidate.worth >= least

    def _compact_worth(self, n: int, cap: float) -> float:
        candidate = self._candidates[n]
        worth = candidate.worth - max(0.0, len(candidate.unit.text) - cap) / 18
        return worth + (_SCARCE_WORTH if self._scarce and self._plain(n) else 0.0)

    def _yield(self, n: int) -> float:
        candidate = self._candidates[n]
        said: float = _AGAIN_LEAF ** self._leaves[candidate.unit.leaf]
        said *= _AGAIN_BRANCH ** self._branches[candidate.branch]
        return candidate.worth * said / math.sqrt(self._cost(n) + _SHORT_ENOUGH)

    def _plain(self, n: int) -> set[str]:
        """The figures of a candidate that are not masked, each once."""
        return {figure.text for figure in self._candidates[n].unit.figures if not figure.masked}

    def _cost(self, n: int) -> int:
        unit = self._candidates[n].unit
        return len(unit.text) + sum(len(p[-1]) for p in _prefixes(self._shown(unit))
                                    if p not in self._headings)  # fmt: skip

    def _fits(self, n: int) -> bool:
        return self._used + self._cost(n) <= self._budget * _SLACK

    def _take(self, n: int) -> None:
        candidate = self._candidates[n]
        self._used += self._cost(n)
        self._headings.update(_prefixes(self._shown(candidate.unit)))
        self._leaves[candidate.unit.leaf] += 1
        self._branches[candidate.branch] += 1
        self._taken.add(n)


def _prefixes(path: Path) -> Iterator[Path]:
    return (path[:n] for n in range(1, len(path) + 1))
