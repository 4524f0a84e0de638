"""The parts of a report that can be summarised, each as a short text: ``topic:食品安全``."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.features.wanted import Wanted, topic_within
from bot.conversation.wording import plain
from bot.errors import UnclearHeading, UnknownHeading
from bot.summarising.belonging import of_topic
from bot.summarising.headings import find_heading, headed
from bot.summarising.request import SummaryRequest
from bot.summarising.units import Reading, units_of
from bot.summarising.vocabulary import Length, choice_words
from knowledge.library import Library
from knowledge.models import Section, SectionKind
from knowledge.understanding.topics import topics

WHOLE, TOPICS, HEADINGS = "whole", "topics", "headings"
_KINDS = (SectionKind.HIGHLIGHTS, SectionKind.PROBLEMS, SectionKind.PLAN)


@dataclass(frozen=True, slots=True)
class Found:
    """The part that words name; or the ``headings`` that fit them equally; or neither."""

    part: str = ""
    headings: tuple[str, ...] = ()


def reading_of(library: Library, report_id: str) -> Reading:
    """A report as it is read for summaries; raises ReportNotFound."""
    return Reading(library.report(report_id), *library.outline(report_id))


def parts_of(reading: Reading) -> list[str]:
    """What a menu offers of a report: all of it, kinds that it has, ways to topics and headings."""
    held = {section.kind for section in reading.sections if section.level}
    units = units_of(reading)
    offered = [WHOLE, *(f"kind:{kind.value}" for kind in _KINDS if kind in held)]
    if any(of_topic(units, topic.name) for topic in topics()):
        offered.append(TOPICS)
    return [*offered, HEADINGS] if headings_of(reading) else offered


def topics_of(reading: Reading) -> list[str]:
    """The lines of work that a report tells of."""
    units = units_of(reading)
    return [f"topic:{topic.name}" for topic in topics() if of_topic(units, topic.name)]


def headings_of(reading: Reading) -> list[str]:
    """The outermost headings where there are several, those that can be told from all others."""
    sections = [s for s in headed(reading.sections) if not s.furniture]
    for level in sorted({s.level for s in sections}):
        found = [_addressed(reading.sections, s) for s in sections if s.level == level]
        told = [f"section:{name}" for name in found if name]
        if len(told) > 1:
            return told
    return []


def _addressed(sections: Sequence[Section], section: Section) -> str:
    """The shortest wording that finds a heading and no other; empty where none does."""
    for wording in (section.path[-1], "›".join(section.path[-2:]), "›".join(section.path)):
        try:
            if find_heading(sections, wording) == section:
                return wording
        except (UnknownHeading, UnclearHeading):
            continue
    return ""


def named(wanted: Wanted) -> str:
    """The part that the words name by themselves, whatever the report; else empty."""
    if wanted.topic:
        return f"topic:{wanted.topic}"
    if wanted.kind:
        return f"kind:{wanted.kind.value}"
    return WHOLE if wanted.whole else ""


def find(reading: Reading, wanted: Wanted) -> Found:
    """The part of a report that the words name; all of it where they only say how long."""
    words = " ".join(wanted.rest)
    part = named(wanted)
    if not words:
        return Found(part or WHOLE)
    if part:
        return Found()
    try:
        section = find_heading(reading.sections, words)
    except UnclearHeading:
        alike = [s for s in headed(reading.sections) if words in s.path[-1]]
        wordings = [f"section:{name}" for s in alike if (name := _addressed(reading.sections, s))]
        return Found(headings=tuple(wordings or headings_of(reading)))
    except UnknownHeading:
        units = units_of(reading)
        told = (word for word in (words, topic_within(words)) if word)
        return Found(next((f"topic:{w}" for w in told if of_topic(units, w)), ""))
    return Found(f"section:{_addressed(reading.sections, section) or words}")


def label(part: str) -> str:
    """A part as it is shown."""
    what, _, name = part.partition(":")
    if what in ("topic", "section"):
        return name
    return plain(f"summary.{name or what}")


def request_for(report_id: str, part: str, length: str) -> SummaryRequest:
    """What is asked of the summariser for a part; an empty length is the part's own."""
    what, _, name = part.partition(":")
    return SummaryRequest(
        (report_id,),
        section=name if what == "section" else "",
        topic=name if what == "topic" else "",
        kind=SectionKind(name) if what == "kind" else None,
        length=Length(length) if length else None,
    )


def length_names() -> tuple[str, ...]:
    """What people call the lengths of a summary."""
    return tuple(choice_words().lengths)


def length_called(name: str) -> str:
    """The length that people call so; empty for none."""
    return choice_words().lengths[name].value if name else ""
