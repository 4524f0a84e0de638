"""Summaries of the library's reports: by the extractive writer, or in a model's words.

A page per report: which units fill it, in what order, with which citations.
"""

import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from zlib import crc32

from bot.answers import Footnotes, Quote, doubtful_numbers, report_label
from bot.compositions import CitedText, Progress, Summary, SummaryPart
from bot.errors import EndpointFailed, TopicNeeded
from bot.summarising.belonging import canonical_topic, units_of_topic
from bot.summarising.condenser import CondensedPoints, Condenser, Excerpt, Point
from bot.summarising.headings import find_heading, titled_sections
from bot.summarising.request import SummaryRequest
from bot.summarising.units import (
    HEADING_LED_KINDS,
    Reading,
    Unit,
    has_unit_within,
    span_without_number,
    units_of,
)
from bot.summarising.vocabulary import SummaryLength, caption, choice_words
from knowledge.library import Library
from knowledge.models import Section, SectionKind
from knowledge.understanding.figures import Figure
from knowledge.understanding.sentences import Span

Path = tuple[str, ...]
DisplayPath = Callable[[Unit], Path]
"""The headings that a unit is shown under."""

# Choosing: worths are those of weight(), room and lengths are in characters.
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
# Repeats
_SHINGLE = 3
_KEYS, _NEAREST = 6, 8
_ALIKE = 0.7
_LEAST = 8
# Weighing
_SHORT, _LONG = 18, 75
_MANY = 20
_RATES = ("%", "‰", "百分点")
_LONGEST = 900
"""Characters of an excerpt, so that a citation names a place and not a chapter."""


class ReportPage:
    """What a summary says of one report.

    ``scope`` names the part that is summarised, empty for all; ``units`` are what may be shown.
    """

    def __init__(
        self, reading: Reading, request: SummaryRequest, topic: str, *, compared: bool
    ) -> None:
        self._reading = reading
        self._compared = compared
        self._topic = topic
        self._length = request.length or (None if topic else SummaryLength.PAGE)
        self._extent = Extent(self._length or SummaryLength.PAGE, request.characters)
        self._titled = titled_sections(reading.sections)
        self._branches = _branches(self._titled)
        self._base: Path = ()
        self.scope = topic
        self.units = self._select_scope(units_of(reading), request)
        self._groups = {id(group[0]): group for group in group_repeats(self.units)}
        self._chosen = self._choose()

    def parts(self, notes: Footnotes) -> Iterator[SummaryPart]:
        """The chosen units under the headings that they are shown under."""
        if self._compared:
            points = [self._point(u, notes) for u in sorted(self._chosen, key=_order_to_compare)]
            yield SummaryPart((report_label(self._reading.report),), tuple(points))
            return
        for (path, kind), units in groupby(
            self._chosen, key=lambda u: (self._display_path(u), u.kind)
        ):
            yield SummaryPart(path, tuple(self._point(u, notes) for u in units), kind)

    def left_out(self) -> Iterator[str]:
        """The outermost headings of the scope that have text, none of it in the summary."""
        covered = [u for unit in self._chosen for u in self._groups[id(unit)]]
        yield from self.headings_without(sorted(covered, key=lambda u: u.span))

    def headings_without(self, covered: Sequence[Unit]) -> Iterator[str]:
        """The outermost headings of the scope with text, none of it ``covered``, in order."""
        passed, whose = -1, f"{report_label(self._reading.report)}›" if self._compared else ""
        for section in self._titled:
            span = Span(section.start, section.end)
            has_text = section.start >= passed and has_unit_within(self.units, span)
            if has_text and not has_unit_within(covered, span):
                passed = section.end
                yield whose + section.path[-1]

    def outermost(self, unit: Unit) -> Path:
        """The highest heading that a unit stands under, below what is summarised."""
        depth = len(self._base)
        return unit.path[depth : depth + 1]

    def _select_scope(self, units: list[Unit], request: SummaryRequest) -> list[Unit]:
        """The units that the summary may choose from; sets ``scope`` and the base heading."""
        if self._topic:
            return units_of_topic(units, self._topic)
        if request.section:
            section = find_heading(self._reading.sections, request.section)
            self._base, self.scope = section.path, section.path[-1]
            inner = [u for u in units if section.start <= u.span.start < section.end]
            return [u for u in inner if u.path != self._base or not u.headline] or inner
        if request.kind:
            kinds = choice_words().kinds.items()
            self.scope = next(name for name, kind in kinds if kind is request.kind)
            of_kind = [u for u in units if u.kind is request.kind]
            if request.kind is SectionKind.PROBLEMS and not of_kind:
                return [u for u in units if _is_problem_in_plan(u)]
            return of_kind
        return units

    def _choose(self) -> list[Unit]:
        shown = [group[0] for group in self._groups.values()]
        if self._length is None:
            return shown
        return choose_units(
            shown, self._extent, len(self._base), self._display_path, self._branches
        )

    def _display_path(self, unit: Unit) -> Path:
        """The headings that a unit is shown under, below the section that is summarised.

        Two levels at most, but all for a topic, and none for a sentence.
        """
        heads_itself = len(unit.path) == len(self._base) + 1
        path = unit.path[:-1] if unit.headline and not heads_itself else unit.path
        if self._topic or self._length is None:
            return path
        if self._length is SummaryLength.SENTENCE:
            return ()
        depth = len(self._base) + 1
        stands_out = path[: depth + 1] in self._branches
        if self._length is SummaryLength.PAGE and stands_out and not is_heading_led(unit):
            depth += 1
        return path[len(self._base) : depth]

    def _point(self, unit: Unit, notes: Footnotes) -> CitedText:
        """A unit as it is shown, citing every place that says it."""
        span = unit.span if self._keeps_number(unit) else span_without_number(unit)
        group = self._groups[id(unit)]
        quotes = [Quote(u.report, u.path, span if u is unit else u.span) for u in group]
        return CitedText(unit.report.text[slice(*span)], tuple(map(notes.number, quotes)))

    def _keeps_number(self, unit: Unit) -> bool:
        """Whether a unit keeps its number: a headline does where all beside it are shown."""
        if not unit.headline or len(unit.path) == len(self._base) + 1:
            return True
        beside = [u for u in self.units if u.headline and u.path[:-1] == unit.path[:-1]]
        chosen = {id(u) for u in self._chosen}
        return all(id(u) in chosen for u in beside)


def is_heading_led(unit: Unit) -> bool:
    """Whether a unit stands where the headings hold the content: problems, plans."""
    return unit.kind in HEADING_LED_KINDS


def _is_problem_in_plan(unit: Unit) -> bool:
    """Whether a sentence of a plan names a problem: some reports name them nowhere else."""
    is_plan = unit.kind is SectionKind.PLAN and not unit.headline
    return is_plan and choice_words().problems.search(unit.text) is not None


def _branches(sections: Sequence[Section]) -> frozenset[Path]:
    """The headings that stand out beside their neighbours; where one only runs in, none do."""
    running = {s.path[:-1] for s in sections if s.run_in and s.leaf}
    return frozenset(s.path for s in sections if s.path[:-1] not in running)


def _order_to_compare(unit: Unit) -> tuple[int, int]:
    """Where a unit stands in a comparison: by its kind, then by its matter."""
    order = choice_words().matters
    matter = next((n for n, m in enumerate(order) if m.search(unit.text)), len(order))
    return list(SectionKind).index(unit.kind), matter


@dataclass(frozen=True, slots=True)
class WeighedUnit:
    """A unit with its worth, the heading to cover that it is under, and the one below that."""

    unit: Unit
    worth: float
    head: Path
    branch: Path


@dataclass(frozen=True, slots=True)
class Extent:
    """How long a summary is: so many characters, 0 for as many as its length usually has."""

    length: SummaryLength
    characters: int = 0


def choose_units(
    units: Sequence[Unit],
    extent: Extent,
    base: int,
    display_path: DisplayPath,
    branches: frozenset[Path],
) -> list[Unit]:
    """The units of a summary in their order; ``base`` is the level of what is summarised.

    A page names every heading just below that level, if only with the heading's own words;
    ``branches`` are the headings below those that deserve a sentence each where there is room.
    """
    candidates = [_weigh(u, base, branches) for u in units]
    whole = sum(len(u.text) for u in units if not u.headline)
    usual = min(choice_words().characters[extent.length], max(_LEAST_ROOM, whole // 2))
    page = _Page(candidates, extent.characters or usual, display_path)
    match extent.length:
        case SummaryLength.SENTENCE:
            page.fill_line()
        case SummaryLength.HALF:
            page.cover_heads(always=False)
            page.fill()
        case SummaryLength.PAGE:
            page.cover_heads(always=True)
            page.add_figures()
            page.cover_branches()
            page.fill()
    page.say_something()
    return page.units()


def _weigh(unit: Unit, base: int, branches: frozenset[Path]) -> WeighedUnit:
    branch = next(
        (p for n in range(base + 2, len(unit.path) + 1) if (p := unit.path[:n]) in branches),
        unit.path[: base + 1],
    )
    return WeighedUnit(unit, weight(unit), unit.path[: base + 1], branch)


class _Page:
    """A summary in the making: which candidates were taken, and how much room they use."""

    def __init__(
        self, candidates: Sequence[WeighedUnit], budget: int, display_path: DisplayPath
    ) -> None:
        self._candidates = candidates
        self._budget = budget
        self._display_path = display_path
        self._taken: set[int] = set()
        self._used = 0
        self._headings: set[Path] = set()
        self._leaves: Counter[int] = Counter()
        self._branches: Counter[Path] = Counter()
        self._usable = [
            n for n, c in enumerate(candidates)
            if not is_announcing(c.unit) and not (c.unit.headline and c.unit.path == c.head)
        ]  # fmt: skip
        self._scarce = sum(len(self._plain_figures(n)) for n in self._usable) < _SCARCE

    def units(self) -> list[Unit]:
        """What was taken, in the order of the report."""
        return [self._candidates[n].unit for n in sorted(self._taken)]

    def cover_heads(self, *, always: bool) -> None:
        """The best under every heading; where headings hold the content, those below it."""
        heads: dict[Path, list[int]] = {}
        for n, candidate in enumerate(self._candidates):
            if candidate.head:
                heads.setdefault(candidate.head, []).append(n)
        cap = max(_SHORTEST_CAP, self._budget * 0.8 / max(1, len(heads)))
        usable = set(self._usable)
        for places in heads.values():
            open_to = [n for n in places if n in usable] or places
            below = [n for n in open_to if self._is_subheading(n)]
            if len(below) > 1 and is_heading_led(self._candidates[below[0]].unit):
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
        """The worthiest of the rest; a place counts for less the more was taken from it."""
        for least in (_LEAST_WORTH, _LEAST_OF_ALL):
            open_to = {n for n in self._usable if self._may_fill(n, least)}
            while open_to := {n for n in open_to - self._taken if self._fits(n)}:
                self._take(max(open_to, key=lambda n: (self._gain(n), -n)))

    def add_figures(self) -> None:
        """Figures that are not masked, the worthiest first, until the page holds enough."""
        while True:
            figures = [figure for n in self._taken for figure in self._plain_figures(n)]
            new = [n for n in self._usable if n not in self._taken and self._plain_figures(n)
                   and self._used + self._cost(n) <= self._budget * _FIGURES_REACH]  # fmt: skip
            with_new = [n for n in new if not self._plain_figures(n) <= set(figures)]
            if not new or (len(figures) >= _LEAST_FIGURES and not with_new):
                return
            if len(set(figures)) >= _LEAST_FIGURES:
                return
            self._take(max(with_new or new, key=lambda n: (self._gain(n), -n)))

    def fill_line(self) -> None:
        """The worthiest sentences that a line holds; a longer one only if none is short enough."""
        bodies = [n for n in self._usable if not self._candidates[n].unit.headline]
        open_to = bodies or self._usable or list(range(len(self._candidates)))
        short = [n for n in open_to if self._length(n) <= self._budget]
        short = short or sorted(open_to, key=self._length)[:1]
        while short:
            self._take(self._worthiest(short))
            room = self._budget - self._used
            short = [
                n for n in short
                if n not in self._taken and self._length(n) <= room
                and self._candidates[n].worth >= _SECOND_WORTH
            ]  # fmt: skip

    def say_something(self) -> None:
        """The worthiest of all, where nothing was worth a place."""
        if not self._taken and self._candidates:
            self._take(self._worthiest(self._usable or range(len(self._candidates))))

    def _worthiest(self, places: Sequence[int]) -> int:
        return max(places, key=lambda n: (self._candidates[n].worth, -n))

    def _length(self, n: int) -> int:
        return len(self._candidates[n].unit.text)

    def _is_subheading(self, n: int) -> bool:
        """Whether a candidate is a heading just below the one to cover."""
        candidate = self._candidates[n]
        return candidate.unit.headline and len(candidate.unit.path) == len(candidate.head) + 1

    def _take_headlines(self, places: Sequence[int], share: float) -> None:
        room = self._budget * share
        for n in places:
            if room < self._length(n) and n != places[0]:
                return
            room -= self._length(n)
            self._take(n)

    def _may_fill(self, n: int, least: float) -> bool:
        candidate = self._candidates[n]
        if candidate.unit.headline:
            return self._is_subheading(n) and is_heading_led(candidate.unit)
        return candidate.worth >= least

    def _compact_worth(self, n: int, cap: float) -> float:
        """The worth less what a unit is longer than ``cap``; more for figures where few are."""
        worth = self._candidates[n].worth - max(0.0, self._length(n) - cap) / 18
        return worth + (_SCARCE_WORTH if self._scarce and self._plain_figures(n) else 0.0)

    def _gain(self, n: int) -> float:
        """The worth of a candidate for its cost, less the more was taken from its place."""
        candidate = self._candidates[n]
        share: float = _AGAIN_LEAF ** self._leaves[candidate.unit.leaf]
        share *= _AGAIN_BRANCH ** self._branches[candidate.branch]
        return candidate.worth * share / math.sqrt(self._cost(n) + _SHORT_ENOUGH)

    def _plain_figures(self, n: int) -> set[str]:
        """The figures of a candidate that are not masked, each once."""
        return {figure.text for figure in self._candidates[n].unit.figures if not figure.masked}

    def _cost(self, n: int) -> int:
        """The characters that a candidate takes, with the headings that it brings."""
        return self._length(n) + sum(
            len(p[-1]) for p in self._headings_of(n) if p not in self._headings
        )

    def _headings_of(self, n: int) -> Iterator[Path]:
        path = self._display_path(self._candidates[n].unit)
        return (path[:depth] for depth in range(1, len(path) + 1))

    def _fits(self, n: int) -> bool:
        return self._used + self._cost(n) <= self._budget * _SLACK

    def _take(self, n: int) -> None:
        candidate = self._candidates[n]
        self._used += self._cost(n)
        self._headings.update(self._headings_of(n))
        self._leaves[candidate.unit.leaf] += 1
        self._branches[candidate.branch] += 1
        self._taken.add(n)


def group_repeats(units: Sequence[Unit]) -> list[tuple[Unit, ...]]:
    """Units in groups that say the same with the same figures; a group's first is shown.

    Groups stand in the order of the units shown. What was done and what is planned stay apart.
    Linear in the number of units, as only those that share a rare shingle are compared.
    """
    groups: list[list[Unit]] = []
    shingles: list[frozenset[str]] = []
    by_key: dict[tuple[str, int], list[int]] = {}
    for unit in units:
        own = _shingles(unit.text)
        keys = [(unit.report.id, key) for key in sorted(crc32(s.encode()) for s in own)[:_KEYS]]
        same = None
        if len(unit.text) >= _LEAST and not unit.headline:
            near = sorted({n for key in keys for n in by_key.get(key, ())[-_NEAREST:]})
            same = next((n for n in near if _is_same(unit, own, groups[n][0], shingles[n])), None)
        if same is not None:
            groups[same].append(unit)
            continue
        for key in keys:
            by_key.setdefault(key, []).append(len(groups))
        groups.append([unit])
        shingles.append(own)
    return sorted((tuple(_fullest_first(group)) for group in groups), key=lambda g: g[0].span)


def _fullest_first(group: Sequence[Unit]) -> Iterator[Unit]:
    shown = max(group, key=lambda u: (len(u.figures), len(u.text)))
    yield shown
    yield from (u for u in group if u is not shown)


def _is_same(unit: Unit, own: frozenset[str], other: Unit, others: frozenset[str]) -> bool:
    """Whether two units say the same: the figures of one are all in the other, masks counted."""
    if not own or not others or other.headline or unit.kind is not other.kind:
        return False
    fewer, more = sorted((unit.figures, other.figures), key=len)
    agree = Counter(f.text for f in fewer) <= Counter(f.text for f in more)
    return agree and len(own & others) / min(len(own), len(others)) >= _ALIKE


def _shingles(text: str) -> frozenset[str]:
    words = "".join(c for c in text if c.isalnum() or c == "*")
    return frozenset(words[i : i + _SHINGLE] for i in range(len(words) - _SHINGLE + 1))


def is_announcing(unit: Unit) -> bool:
    """Whether a unit only leads to what follows it."""
    return choice_words().announcing.search(unit.text) is not None


def weight(unit: Unit) -> float:
    """The worth of a unit; a slogan's is negative."""
    text = unit.text
    if unit.headline:
        return (2.5 if is_heading_led(unit) else -1.5) - max(0, len(text) - _LONG) / 25
    words = choice_words()
    plain = sum(not figure.masked for figure in unit.figures)
    masked = len(unit.figures) - plain
    worth = min(sum(map(_size, unit.figures)), 3.0) * 0.8 + (1.0 if plain else 0.0)
    worth += (0.6 if masked else 0.0) + min(masked, 3) * 0.1
    worth += 2.5 * bool(words.first_time.search(text)) + 2.5 * bool(words.honours.search(text))
    worth += 1.2 * bool(words.deadlines.search(text))
    worth += 0.6 * min(3, sum(1 for _ in words.results.finditer(text)))
    worth += 1.0 * bool(words.core.search(text))
    if unit.kind is SectionKind.PROBLEMS:
        worth += 1.0 * bool(words.problems.search(text))
    worth -= 1.4 * bool(words.minor.search(text))
    worth -= (1.5 if not plain else 0.8) * min(2, sum(1 for _ in words.slogans.finditer(text)))
    worth -= 1.5 * bool(words.leaning.match(text))
    worth -= max(0, len(text) - _LONG) / 40
    return worth - (1.2 if len(text) < _SHORT and not plain else 0.0)


def _size(figure: Figure) -> float:
    """A figure's share: a handful of something says less than a rate or a large number."""
    if figure.masked or figure.value is None:
        return 0.0
    return 1.0 if figure.unit in _RATES or figure.value >= _MANY else 0.4


_log = logging.getLogger("bot")


def summarise(
    library: Library,
    request: SummaryRequest,
    progress: Progress = lambda _done, _of: None,
    condenser: Condenser | None = None,
) -> Summary:
    """The summary that is asked for: in a model's words if a ``condenser`` is given.

    Where its endpoint fails, the reports' own sentences stand in, and ``notice`` says so. Raises
    ReportNotFound, UnknownHeading, UnclearHeading and TopicNeeded.
    """
    start = time.perf_counter()
    with library.snapshot():
        readings = [
            Reading(library.report(report_id), *library.outline(report_id))
            for report_id in request.report_ids
        ]
        if condenser is None:
            summary = compose(readings, request, progress)
        else:
            summary = _compose_or_fall_back(condenser, readings, request, progress)
        numbers = doubtful_numbers(summary.citations, library.doubts)
    return replace(summary, doubtful=numbers, seconds=round(time.perf_counter() - start, 4))


def _compose_or_fall_back(
    condenser: Condenser, readings: Sequence[Reading], request: SummaryRequest, progress: Progress
) -> Summary:
    try:
        summary = compose_with(condenser, readings, request, progress)
        notice = "" if summary.prompt else caption("page.unsound")
        return replace(summary, notice=notice)
    except EndpointFailed as error:
        _log.warning("model: %s", type(error).__name__)
        return replace(compose(readings, request), notice=caption("page.instead", fault=error))


def compose(
    readings: Sequence[Reading],
    request: SummaryRequest,
    progress: Progress = lambda _done, _of: None,
) -> Summary:
    """The summary in the reports' own sentences; ``progress`` counts reports.

    Raises UnknownHeading or UnclearHeading for the heading, and TopicNeeded where several
    reports come without a topic.
    """
    topic = canonical_topic(request.topic)
    if len(readings) > 1 and not topic:
        raise TopicNeeded
    notes, parts, left_out, scope = Footnotes(), list[SummaryPart](), list[str](), topic
    for number, reading in enumerate(readings, 1):
        page = ReportPage(reading, request, topic, compared=len(readings) > 1)
        parts += page.parts(notes)
        left_out += page.left_out()
        scope = page.scope
        progress(number, len(readings))
    return Summary(
        report_ids=tuple(reading.report.id for reading in readings),
        title=_title(readings, scope),
        parts=tuple(parts),
        citations=notes.citations(),
        left_out=tuple(left_out),
        scope=scope,
    )


def _title(readings: Sequence[Reading], scope: str) -> str:
    names = [report_label(reading.report) for reading in readings]
    if len(readings) > 1:
        return caption("title.compare", scope=scope, names=caption("title.join").join(names))
    title = readings[0].report.identity.title
    name = title or caption("title.untitled", name=names[0])
    if scope:
        return caption("title.part", name=name, scope=scope)
    return caption("title.whole", name=name)


def compose_with(
    condenser: Condenser, readings: Sequence[Reading], request: SummaryRequest, progress: Progress
) -> Summary:
    """The summary in a model's words; raises as ``compose`` does, and EndpointFailed.

    A report of whose points none stands is told in its own sentences; if all are, the summary is
    none of the model's and names no prompt.
    """
    own = compose(readings, request)
    notes, parts, left_out = Footnotes(), list[SummaryPart](), list[str]()
    struck, recited, prompts, model = list[str](), list[str](), list[str](), ""
    compared = len(readings) > 1
    length = request.length or SummaryLength.PAGE
    characters = (request.characters or choice_words().characters[length]) // len(readings)
    for reading in readings:
        page = ReportPage(reading, request, own.scope if request.topic else "", compared=compared)
        excerpts = list(_excerpts_of(page.units))
        made = condenser.condense(excerpts, own.scope or own.title, characters, progress)
        struck += made.struck
        recited += made.recited
        prompts += made.prompts if made.points else ()
        model = made.model
        missing = page.headings_without(_quoted_units(page, made))
        if not made.points:
            parts += page.parts(notes)
            left_out += page.left_out()
        elif compared:
            points = [_cite(point, notes) for point in made.points]
            parts.append(SummaryPart((report_label(reading.report),), tuple(points)))
            left_out += missing
        else:
            substitute = own if length is SummaryLength.PAGE else None
            parts += _parts_by_heading(page, made, substitute, notes)
            covered = {part.path[:1] for part in parts}
            left_out += [heading for heading in missing if (heading,) not in covered]
    return replace(
        own,
        parts=tuple(parts),
        citations=notes.citations(),
        left_out=tuple(left_out),
        struck=tuple(struck),
        recited=tuple(recited),
        writer=condenser.name if prompts else own.writer,
        prompt="+".join(dict.fromkeys(prompts)) or None,
        model=model,
    )


def _excerpts_of(units: Sequence[Unit]) -> Iterator[Excerpt]:
    """Neighbouring units under the same headings, together while they are not too long."""
    for (_, path), group in groupby(units, key=lambda unit: (unit.report.id, unit.path)):
        first, *others = group
        span = first.span
        for unit in others:
            if unit.span.end - span.start > _LONGEST:
                yield Excerpt(first.report, span, path)
                span = unit.span
            else:
                span = Span(span.start, unit.span.end)
        yield Excerpt(first.report, span, path)


def _parts_by_heading(
    page: ReportPage, made: CondensedPoints, substitute: Summary | None, notes: Footnotes
) -> Iterator[SummaryPart]:
    """The points by outermost heading; ``substitute`` fills in headings that have none."""
    by_heading: dict[tuple[str, ...], list[Point]] = {}
    for unit in page.units:
        by_heading.setdefault(page.outermost(unit), [])
    for point in made.points:
        by_heading.setdefault(_heading(page, point), []).append(point)
    for heading, points in by_heading.items():
        shown = points or (_first_point(substitute, heading) if substitute and heading else [])
        if shown:
            yield SummaryPart(heading, tuple(_cite(point, notes) for point in shown))


def _heading(page: ReportPage, point: Point) -> tuple[str, ...]:
    start = point.quotes[0].span.start
    before = [unit for unit in page.units if unit.span.start <= start] or page.units[:1]
    return page.outermost(before[-1])


def _first_point(summary: Summary, heading: tuple[str, ...]) -> list[Point]:
    """The first point that a summary has under a heading, if any."""
    quotes = {citation.n: citation.quote for citation in summary.citations}
    for part in summary.parts:
        if part.path[:1] == heading and part.points:
            first = part.points[0]
            return [Point(first.text, tuple(quotes[n] for n in first.citations))]
    return []


def _cite(point: Point, notes: Footnotes) -> CitedText:
    return CitedText(point.text, tuple(dict.fromkeys(map(notes.number, point.quotes))))


def _quoted_units(page: ReportPage, made: CondensedPoints) -> list[Unit]:
    """The units that a point quotes."""
    spans = [quote.span for point in made.points for quote in point.quotes]
    return [
        unit
        for unit in page.units
        if any(unit.span.start < span.end and span.start < unit.span.end for span in spans)
    ]
