"""A plan fitted to its length: which measures and targets of each part it has room for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.compositions import Origin
from bot.drafting.arranging import OWN_ORIGINS, PlanBlock
from bot.drafting.material import Measure
from bot.drafting.request import Task
from bot.drafting.rewriting import shorten
from bot.drafting.vocabulary import PlanLength, plan_words

_TOLERANCE = 1.05
_AROUND_HEADING, _ITEM, _LEAD_OF_TARGETS = 4, 2, 5
_FEWEST_TARGETS = 3
_SHARE = 1.3
_WHOLE = 900
"""From so many characters on no part of the bureau's own plan is left out for its length."""
_MOST_PARTS, _MOST_IDEAS, _ANY_NUMBER = 9, 4, 1000


@dataclass(frozen=True, slots=True)
class FittedPlan:
    """The parts of a plan as there is room for; what there was none for.

    ``left_out`` are headings, ``cut`` counts the sentences of the own plan under the others.
    """

    blocks: tuple[PlanBlock, ...]
    left_out: tuple[str, ...] = ()
    cut: int = 0


def fit_length(task: Task, blocks: Sequence[PlanBlock], opening: int) -> FittedPlan:
    """The parts with as many measures and targets as fit behind an ``opening`` of so many.

    Turn by turn, so that no part is starved: every part keeps one measure and three targets go
    first, then answers to problems, the own plan, more targets, what was planned before, what
    goes on, what others do; then what else goes on and, of one topic, what else others do.
    """
    if task.keeps:
        return FittedPlan(tuple(blocks))
    chosen = _choose_blocks(task, blocks)
    most_ideas = task.length.ideas if task.topic is None else _ANY_NUMBER
    plan = _Fitting(task.length, chosen, opening, most_ideas)
    plan.add_targets(_FEWEST_TARGETS)
    plan.open_parts()
    plan.fill(lambda m: m.origin is Origin.PROBLEM)
    plan.fill(lambda m: m.origin is Origin.OWN_PLAN)
    plan.fill(lambda m: bool(m.problems))
    plan.add_targets(task.length.targets)
    plan.fill(lambda m: m.origin is Origin.UNFINISHED, most=task.length.wanted)
    plan.fill(lambda m: m.origin is Origin.CONTINUED, most=task.length.wanted)
    plan.fill(lambda m: m.origin is Origin.SISTER, most=task.length.wanted)
    plan.fill(lambda m: m.origin is Origin.CONTINUED)
    plan.fill(lambda m: m.origin is Origin.SISTER and task.topic is not None)
    left_out = tuple(b.heading for b in blocks if b not in chosen)
    return FittedPlan(tuple(plan.blocks()), left_out, plan.count_cut())


def _choose_blocks(task: Task, blocks: Sequence[PlanBlock]) -> list[PlanBlock]:
    """As many parts as asked for; unless the plan is short, none of the plan's own is lost."""
    most = task.length.paragraphs
    if not task.counted and task.length.characters >= _WHOLE:
        own = sum(any(m.origin in OWN_ORIGINS for m in b.measures) for b in blocks)
        most = max(most, min(own, _MOST_PARTS))
    ranked = sorted(blocks, key=_weight, reverse=True)[:most]
    return [block for block in blocks if block in ranked]


def _weight(block: PlanBlock) -> int:
    """How much of a block is the bureau's own plan and its targets, then how long it is."""
    own = sum(len(m.text) for m in block.measures if m.origin in OWN_ORIGINS)
    own += sum(len(target.text) for target in block.targets)
    return own * 10 + sum(len(m.text) for m in block.measures)


def _shorten(measure: Measure, share: int) -> Measure:
    """A measure, cut to its leading clauses where it is much longer than its share."""
    if len(measure.text) <= share * _SHARE:
        return measure
    return replace(measure, text=shorten(measure.text, share, plan_words()))


def _cost(measure: Measure) -> int:
    return len(measure.text) + _ITEM


def _length_of_heading(block: PlanBlock) -> int:
    return len(block.heading) + _AROUND_HEADING


@dataclass(slots=True)
class _Fitting:
    """A plan while it is filled: of each part the measures, by place, and how many targets."""

    length: PlanLength
    parts: list[PlanBlock]
    used: int
    most_ideas: int
    measures: list[dict[int, Measure]] = field(init=False)
    targets: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.measures = [{} for _ in self.parts]
        self.targets = [0] * len(self.parts)
        self.used += sum(map(_length_of_heading, self.parts))

    @property
    def room(self) -> float:
        """How many characters are left."""
        return self.length.characters * _TOLERANCE - self.used

    def open_parts(self) -> None:
        """Give every part its first measure, shortened where it would take others' room."""
        for left, index in zip(range(len(self.parts), 0, -1), range(len(self.parts)), strict=True):
            measures = self.parts[index].measures
            if not measures:
                continue
            share = int(self.room / left)
            own = [(i, m) for i, m in enumerate(measures) if m.origin in OWN_ORIGINS]
            offered = [(i, _shorten(m, share)) for i, m in own or enumerate(measures)]
            fitting = (each for each in offered if len(each[1].text) <= share * _SHARE)
            shortest = min(offered, key=lambda each: len(each[1].text))
            self._add(index, *next(fitting, shortest))

    def fill(self, is_wanted: Callable[[Measure], bool], most: int = _ANY_NUMBER) -> None:
        """Add what is wanted, a measure a part in turn, to parts of fewer than ``most``."""
        waiting = [list(self._open_places(i, is_wanted)) for i in range(len(self.parts))]
        while any(waiting):
            for index, places in enumerate(waiting):
                if places:
                    place = self._next_place(index, places)
                    places.remove(place)
                    measure = self.parts[index].measures[place]
                    few = len(self.measures[index]) < most
                    if few and self._may_borrow(index, measure) and _cost(measure) <= self.room:
                        self._add(index, place, measure)

    def add_targets(self, most: int) -> None:
        """Add targets, one a part in turn, until there are ``most`` in all."""
        before = -1
        while before != sum(self.targets) < most:
            before = sum(self.targets)
            for index, part in enumerate(self.parts):
                place = self.targets[index]
                if place < len(part.targets) and sum(self.targets) < most:
                    cost = len(part.targets[place].text) + 1 + _LEAD_OF_TARGETS * (place == 0)
                    if cost <= self.room:
                        self.targets[index] += 1
                        self.used += cost

    def blocks(self) -> Iterator[PlanBlock]:
        """The parts as filled; those of which nothing is left are dropped."""
        for part, measures, count in zip(self.parts, self.measures, self.targets, strict=True):
            if measures or count:
                ordered = tuple(measures[place] for place in sorted(measures))
                yield replace(part, measures=ordered, targets=part.targets[:count])

    def count_cut(self) -> int:
        """How many sentences of the own plan there was no room for."""
        return sum(
            m.origin in OWN_ORIGINS and place not in self.measures[index]
            for index, part in enumerate(self.parts)
            for place, m in enumerate(part.measures)
        )

    def _open_places(self, index: int, is_wanted: Callable[[Measure], bool]) -> Iterator[int]:
        for place, measure in enumerate(self.parts[index].measures):
            if place not in self.measures[index] and is_wanted(measure):
                yield place

    def _next_place(self, index: int, places: Sequence[int]) -> int:
        """The first of some measures of a part that is of a line of work not yet in it, if any.

        A line that the part's heading names goes first.
        """
        measures, named = self.parts[index].measures, self.parts[index].named
        told = {measure.lead_topic for measure in self.measures[index].values()}
        new = [place for place in places if measures[place].lead_topic not in told]
        headed = (place for place in new if measures[place].lead_topic in named)
        return next(headed, next(iter(new), places[0]))

    def _may_borrow(self, index: int, measure: Measure) -> bool:
        """Whether a measure is no other bureau's, or one may be added to a part and in all."""
        if measure.origin is not Origin.SISTER:
            return True
        ideas = [sum(m.origin is Origin.SISTER for m in each.values()) for each in self.measures]
        most = max(_MOST_IDEAS, self.most_ideas // len(self.parts))
        return sum(ideas) < self.most_ideas and ideas[index] < most

    def _add(self, index: int, place: int, measure: Measure) -> None:
        self.measures[index][place] = measure
        self.used += _cost(measure)
