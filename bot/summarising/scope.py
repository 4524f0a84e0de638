"""The part of a report that a summary is of: its units, and the headings that it should name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answers import report_label
from bot.summarising.belonging import units_of_topic
from bot.summarising.headings import find_heading, titled_sections
from bot.summarising.request import SummaryRequest
from bot.summarising.units import Reading, Unit, has_unit_within, units_of
from bot.summarising.vocabulary import choice_words
from knowledge.models import Section, SectionKind
from knowledge.understanding.sentences import Span

HeadingPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportScope:
    """What a summary says of one report is chosen from.

    ``name`` names the part that is summarised, empty for all; ``units`` are what may be shown;
    ``base`` are the headings of what is summarised; ``compared``: other reports stand beside it.
    """

    reading: Reading
    request: SummaryRequest
    topic: str
    name: str
    units: tuple[Unit, ...]
    base: HeadingPath = ()
    compared: bool = False

    @property
    def whole(self) -> bool:
        """Whether it is all of the report."""
        return not self.name

    def headings_without(self, covered: Sequence[Unit]) -> Iterator[str]:
        """The outermost headings of the scope with text, none of it ``covered``, in order."""
        passed, label = -1, f"{report_label(self.reading.report)}›" if self.compared else ""
        for section in titled_sections(self.reading.sections):
            span = Span(section.start, section.end)
            has_text = section.start >= passed and has_unit_within(self.units, span)
            if has_text and not has_unit_within(covered, span):
                passed = section.end
                yield label + section.path[-1]

    def outermost(self, unit: Unit) -> HeadingPath:
        """The highest heading that a unit stands under, below what is summarised."""
        depth = len(self.base)
        return unit.path[depth : depth + 1]


def read_scope(
    reading: Reading, request: SummaryRequest, topic: str, *, compared: bool = False
) -> ReportScope:
    """What is asked for of one report; raises UnknownHeading and UnclearHeading."""
    units = units_of(reading)
    base: HeadingPath = ()
    name = topic
    if topic:
        units = units_of_topic(units, topic)
    elif request.section:
        section = find_heading(reading.sections, request.section)
        base, name = section.path, section.path[-1]
        units = _units_below(units, section)
    elif request.kind:
        kinds = choice_words().kinds.items()
        name = next(called for called, kind in kinds if kind is request.kind)
        units = _units_of_kind(units, request.kind)
    return ReportScope(reading, request, topic, name, tuple(units), base, compared)


def _units_below(units: Sequence[Unit], section: Section) -> list[Unit]:
    inner = [u for u in units if section.start <= u.span.start < section.end]
    return [u for u in inner if u.path != section.path or not u.headline] or inner


def _units_of_kind(units: Sequence[Unit], kind: SectionKind) -> list[Unit]:
    of_kind = [u for u in units if u.kind is kind]
    if kind is SectionKind.PROBLEMS and not of_kind:
        return [u for u in units if _is_problem_in_plan(u)]
    return of_kind


def _is_problem_in_plan(unit: Unit) -> bool:
    """Whether a sentence of a plan names a problem: some reports name them nowhere else."""
    is_plan = unit.kind is SectionKind.PLAN and not unit.headline
    return is_plan and choice_words().problems.search(unit.text) is not None
