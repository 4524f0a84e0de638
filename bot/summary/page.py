"""One report's part of a summary: scope, choice, citations, coverage."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.answers import Notes, Quote
from bot.compositions import CitedText, SummaryPart
from bot.retrieval import report_label
from bot.summary.belonging import of_topic
from bot.summary.choosing import Path, choose
from bot.summary.headings import find_heading, headed
from bot.summary.repeats import grouped_repeats
from bot.summary.request import SummaryRequest
from bot.summary.units import Reading, Unit, inside, units_of, unmarked
from bot.summary.weighing import told_by_headings
from bot.summary.words import Length, choice_words
from knowledge.models import Section, SectionKind
from knowledge.sentences import Span


class PageOfOne:
    """What a summary says of one report.

    ``scope`` names the part that is summarised, empty for all; ``units`` are what may be shown.
    """

    def __init__(
        self, reading: Reading, request: SummaryRequest, topic: str, *, compared: bool
    ) -> None:
        self._reading = reading
        self._compared = compared
        self._topic = topic
        self._length = request.length or (None if topic else Length.PAGE)
        self._headed = headed(reading.sections)
        self._branches = _branches(self._headed)
        self._base: Path = ()
        self.scope = topic
        self.units = self._scoped(units_of(reading), request)
        self._groups = {id(group[0]): group for group in grouped_repeats(self.units)}
        self._chosen = self._choose()

    def parts(self, notes: Notes) -> Iterator[SummaryPart]:
        """The chosen units under the headings that they are shown under."""
        if self._compared:
            points = [self._point(u, notes) for u in sorted(self._chosen, key=_matter)]
            yield SummaryPart((report_label(self._reading.report),), tuple(points))
            return
        for (path, kind), units in groupby(self._chosen, key=lambda u: (self._shown(u), u.kind)):
            yield SummaryPart(path, tuple(self._point(u, notes) for u in units), kind)

    def left_out(self) -> Iterator[str]:
        """The outermost headings of the scope with text that the summary says nothing of."""
        yield from self.passed_over(self._told())

    def passed_over(self, told: Sequence[Unit]) -> Iterator[str]:
        """The outermost headings of the scope with text, none of it ``told``, in report order."""
        passed, whose = -1, f"{report_label(self._reading.report)}›" if self._compared else ""
        for section in self._headed:
            span = Span(section.start, section.end)
            has_text = section.start >= passed and inside(self.units, span)
            if has_text and not inside(told, span):
                passed = section.end
                yield whose + section.path[-1]

    def _told(self) -> list[Unit]:
        told = (u for unit in self._chosen for u in self._groups[id(unit)])
        return sorted(told, key=lambda u: u.span)

    def _scoped(self, units: list[Unit], request: SummaryRequest) -> list[Unit]:
        """The units that the summary may choose from; notes what it is of."""
        if self._topic:
            return of_topic(units, self._topic)
        if request.section:
            section = find_heading(self._reading.sections, request.section)
            self._base, self.scope = section.path, section.path[-1]
            inner = [u for u in units if section.start <= u.span.start < section.end]
            return [u for u in inner if u.path != self._base or not u.headline] or inner
        if request.kind:
            self.scope = _kind_name(request.kind)
            held = [u for u in units if u.kind is request.kind]
            if request.kind is SectionKind.PROBLEMS and not held:
                return [u for u in units if _tells_problem(u)]
            return held
        return units

    def outermost(self, unit: Unit) -> Path:
        """The highest heading that a unit stands under, below what is summarised."""
        depth = len(self._base)
        return unit.path[depth : depth + 1]

    def _choose(self) -> list[Unit]:
        shown = [group[0] for group in self._groups.values()]
        if self._length is None:
            return shown
        return choose(shown, self._length, len(self._base), self._shown, self._branches)

    def _shown(self, unit: Unit) -> Path:
        """The headings that a unit is shown under, below the section that is summarised.

        Two levels at most, but all for a topic, and none for a sentence.
        """
        heads_itself = len(unit.path) == len(self._base) + 1
        path = unit.path[:-1] if unit.headline and not heads_itself else unit.path
        if self._topic or self._length is None:
            return path
        if self._length is Length.SENTENCE:
            return ()
        depth = len(self._base) + 1
        stands_out = path[: depth + 1] in self._branches
        if self._length is Length.PAGE and stands_out and not told_by_headings(unit):
            depth += 1
        return path[len(self._base) : depth]

    def _point(self, unit: Unit, notes: Notes) -> CitedText:
        """A unit as it is shown, citing every place that says it."""
        span = unit.span if self._in_full_row(unit) else unmarked(unit)
        group = self._groups[id(unit)]
        quotes = [Quote(u.report, u.path, span if u is unit else u.span) for u in group]
        return CitedText(unit.report.text[slice(*span)], tuple(map(notes.number, quotes)))

    def _in_full_row(self, unit: Unit) -> bool:
        """Whether a unit keeps its number: a headline does where all beside it are shown."""
        if not unit.headline or len(unit.path) == len(self._base) + 1:
            return True
        beside = [u for u in self.units if u.headline and u.path[:-1] == unit.path[:-1]]
        chosen = {id(u) for u in self._chosen}
        return all(id(u) in chosen for u in beside)


def _tells_problem(unit: Unit) -> bool:
    """Whether a sentence of a plan names a problem: some reports tell problems nowhere else."""
    is_plan = unit.kind is SectionKind.PLAN and not unit.headline
    return is_plan and choice_words().problems.search(unit.text) is not None


def _branches(sections: Sequence[Section]) -> frozenset[Path]:
    """The headings that stand out beside their neighbours; where one only runs in, none do."""
    running = {s.path[:-1] for s in sections if s.run_in and s.leaf}
    return frozenset(s.path for s in sections if s.path[:-1] not in running)


def _matter(unit: Unit) -> tuple[int, int]:
    """Where a unit stands in a comparison: by its kind, then by what it tells of."""
    order = choice_words().matters
    matter = next((n for n, m in enumerate(order) if m.search(unit.text)), len(order))
    return list(SectionKind).index(unit.kind), matter


def _kind_name(kind: SectionKind) -> str:
    return next(name for name, named in choice_words().kinds.items() if named is kind)
