"""The part of a report that a summary is of: its units, and its headings, found by their words."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.answers import report_label
from bot.errors import UnclearHeading, UnknownHeading
from bot.summarising.belonging import units_of_topic
from bot.summarising.request import SummaryRequest
from bot.summarising.units import Reading, Unit, has_unit_within, heading_path, units_of
from bot.summarising.vocabulary import choice_words
from knowledge.models import Section, SectionKind
from knowledge.understanding.kinds import without_mark
from knowledge.understanding.sentences import Span

_LEVELS = re.compile(r"\s*[›>》/／]\s*")
_NEARLY = 0.55
_CLEARLY = 0.15
_MOST_TITLES = 40


def titled_sections(sections: Sequence[Section]) -> list[Section]:
    """The sections that a heading opens, in order."""
    return [s for s in sections if s.level and heading_path(s) == s.path]


def stands_out(section: Section) -> bool:
    """Whether a heading is set apart from the prose or numbered; what only runs in is not."""
    return not section.run_in or without_mark(section.path[-1]) != section.path[-1]


def find_heading(sections: Sequence[Section], typed: str) -> Section:
    """The one section whose heading is meant; ``上级标题›标题`` distinguishes two alike.

    What was done goes before what is planned under headings that hold the same words.

    Raises UnknownHeading, with all headings, where none fits, and UnclearHeading, with those
    that fit equally, where several do.
    """
    titled = titled_sections(sections)
    *above, last = _LEVELS.split(typed.strip())
    matches = _best_matches([s for s in titled if _stands_under(s, above)], last)
    if not matches:
        raise UnknownHeading(wanted=typed, known=_list_titles([s.path[-1] for s in titled]))
    done = [s for s in matches if s.kind is not SectionKind.PLAN]
    matches = done if len(done) == 1 else matches
    top = matches[0]
    if any(not (top.start <= s.start and s.end <= top.end) for s in matches):
        titles = ["›".join(s.path[-2:]) for s in matches]
        raise UnclearHeading(wanted=typed, known=_list_titles(titles))
    return top


def _stands_under(section: Section, above: Sequence[str]) -> bool:
    return all(
        any(fits(title, words) for title in section.path[:-1] for fits in _FITS) for words in above
    )


def _best_matches(sections: Sequence[Section], typed: str) -> list[Section]:
    """The sections that fit best: word for word, else holding the words, else nearly so."""
    if not _plain(typed):
        return []
    for fits in _FITS:
        if matches := [s for s in sections if fits(s.path[-1], typed)]:
            return matches
    likeness = [(_likeness(s.path[-1], typed), s) for s in sections]
    best = max((share for share, _ in likeness), default=0.0)
    return [s for share, s in likeness if share > best - _CLEARLY] if best >= _NEARLY else []


def _is_same(title: str, typed: str) -> bool:
    return _plain(without_mark(title)) == _plain(without_mark(typed)) != ""


def _is_numbered(title: str, typed: str) -> bool:
    """Whether what is typed is a number alone (``二、``, ``（三）``), and this heading's."""
    mark, title = (unicodedata.normalize("NFKC", text) for text in (typed, title))
    return not _plain(without_mark(typed)) and title.startswith(mark.strip())


def _holds(title: str, typed: str) -> bool:
    words = _plain(typed)
    return len(words) >= 2 and words in _plain(title)


def _likeness(title: str, typed: str) -> float:
    """The share of pairs of characters that two headings have in common."""
    a, b = _pairs(without_mark(title)), _pairs(without_mark(typed))
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _pairs(words: str) -> set[tuple[str, str]]:
    return set(pairwise(_plain(words)))


def _plain(words: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", words) if c.isalnum() or c == "*")


def _list_titles(titles: Sequence[str]) -> str:
    return "；".join(titles[:_MOST_TITLES]) + ("……" if len(titles) > _MOST_TITLES else "")


_FITS = (_is_same, _is_numbered, _holds)


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

    def units_within(self, spans: Sequence[Span]) -> list[Unit]:
        """The units that some spans of the report hold, in part at least."""
        return [u for u in self.units if any(u.span.start < e and s < u.span.end for s, e in spans)]

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
