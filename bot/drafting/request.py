"""What is to be drafted: for whom, about what, for when, how much."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.drafting.vocabulary import PlanLength, plan_words
from bot.errors import (
    BureauAmbiguous,
    BureauUnclear,
    BureauUnknown,
    LengthUnclear,
    PeriodUnclear,
    TopicUnclear,
    WayUnclear,
)
from knowledge.library import Library
from knowledge.models import Bureau
from knowledge.storage.protocols import ReportEntry
from knowledge.understanding.periods import Period, YearPart, exact_period, part_named
from knowledge.understanding.topics import Topic, topic_named, topics

_EVERYTHING = ("", "全部", "所有", "all")
_NUMBER = re.compile(r"[1-9]|1\d|20")
_CHARACTERS = re.compile(r"[1-9]\d{2,3}")
_OF_A_PARAGRAPH = 200
_PARTS_ALONE = re.compile("上半年|下半年|全年")
USUAL_LENGTH = "中"


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """As a user puts it; empty means the default: the only bureau, all topics, the next period.

    ``way`` is 沿用, for the bureau's own plan as it stands, or 细化; ``tasks`` asks for a table of
    tasks beside the text.
    """

    bureau: str = ""
    topic: str = ""
    period: str = ""
    length: str = ""
    way: str = ""
    tasks: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """A request read against the store; ``entries`` are the bureau's, the newest first.

    They are those before the period; ``later`` are those that tell of it already.
    ``counted`` says that a number of paragraphs was asked for, ``keeps`` that the bureau's own
    plan is to stand as it is.
    """

    bureau: Bureau
    entries: tuple[ReportEntry, ...]
    topic: Topic | None
    period: Period
    length: PlanLength
    counted: bool = False
    keeps: bool = False
    with_tasks: bool = False
    later: tuple[ReportEntry, ...] = ()

    @property
    def newest(self) -> Period:
        """The period of the newest report; where it has none, the one before the planned."""
        return self.entries[0].identity.period or self.period.previous()


def read_request(library: Library, request: PlanRequest) -> Task:
    """The request resolved; raises a PlanError with what is unclear and what can be chosen."""
    bureau, entries = _find_bureau(library, request.bureau.strip())
    length, counted = _parse_length(request.length.strip() or USUAL_LENGTH)
    topic = _find_topic(request.topic.strip())
    period = _parse_period(request.period.strip(), entries[0].identity.period)
    keeps = _parse_way(request.way.strip())
    before = tuple(e for e in entries if e.identity.period is None or _ends_before(e, period))
    later = tuple(e for e in entries if e not in before) if before else ()
    entries = before or entries
    return Task(bureau, entries, topic, period, length, counted, keeps, request.tasks, later)


def _ends_before(entry: ReportEntry, period: Period) -> bool:
    """Whether a report's period is over before another begins."""
    own = entry.identity.period
    if own is None:
        return False
    return (own.year, own.part.months[1]) < (period.year, period.part.months[0])


def way_of(marks: Sequence[str]) -> str:
    """Which of some words says to keep the plan or to work it out; empty for none."""
    words = plan_words()
    return next((mark for mark in marks if mark in (words.keep, words.detail)), "")


def wants_tasks(marks: Sequence[str]) -> bool:
    """Whether one of some words asks for a table of tasks."""
    return any(mark in plan_words().task_marks for mark in marks)


def _parse_way(text: str) -> bool:
    words = plan_words()
    if text not in ("", words.keep, words.detail):
        raise WayUnclear(way=text)
    return text == words.keep


def _find_bureau(library: Library, typed: str) -> tuple[Bureau, tuple[ReportEntry, ...]]:
    by_name: dict[str, list[ReportEntry]] = {}
    for entry in library.reports():
        if entry.identity.bureau:
            by_name.setdefault(entry.identity.bureau.name, []).append(entry)
    names = library.bureaus_like(typed) if typed else list(by_name)
    if not names and by_name:
        raise BureauUnknown(wanted=typed, known="、".join(by_name))
    if typed and len(names) > 1:
        raise BureauAmbiguous(wanted=typed, known="、".join(names))
    if len(names) != 1:
        raise BureauUnclear(known="、".join(by_name) or "（空）")
    entries = sorted(by_name[names[0]], key=_age)
    bureau = entries[0].identity.bureau
    if bureau is None:
        raise BureauUnclear(known="、".join(by_name))
    return bureau, tuple(entries)


def _age(entry: ReportEntry) -> tuple[bool, int, int, str]:
    """Sorts the newest period first; of two that end together, the longer one."""
    period = entry.identity.period
    if period is None:
        return (True, 0, 0, entry.file)
    first, last = period.part.months
    return (False, -(period.year * 12 + last), first, entry.file)


def _find_topic(name: str) -> Topic | None:
    if name in _EVERYTHING:
        return None
    topic = topic_named(name)
    if topic is None:
        raise TopicUnclear(topic=name, known="、".join(t.name for t in topics()))
    return topic


def _parse_period(text: str, newest: Period | None) -> Period:
    """The period that is named; the one after ``newest`` for an empty text."""
    if not text and newest:
        return newest.next()
    if _PARTS_ALONE.fullmatch(text) and newest is not None:
        part = part_named(text)
        same_year = part is YearPart.SECOND_HALF and newest.part.months[1] <= 6
        return Period(newest.year if same_year else newest.year + 1, part)
    period = exact_period(text)
    if period is None:
        raise PeriodUnclear(wanted=f"（{text}）" if text else "")
    return period


def _parse_length(text: str) -> tuple[PlanLength, bool]:
    """The length that is named, and whether it is a number of paragraphs."""
    lengths = plan_words().lengths
    if text in lengths:
        return lengths[text], False
    if not (_CHARACTERS.fullmatch(text) or _NUMBER.fullmatch(text)):
        raise LengthUnclear(length=text)
    count, unit = int(text), "characters" if _CHARACTERS.fullmatch(text) else "paragraphs"
    nearest = min(lengths.values(), key=lambda length: abs(getattr(length, unit) - count))
    if unit == "characters":
        return replace(nearest, characters=count), False
    return replace(nearest, paragraphs=count, characters=count * _OF_A_PARAGRAPH), True
