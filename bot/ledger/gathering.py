"""What reports state, gathered for the ledger: which reports, which indicators, which periods."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.answers import Quote
from bot.errors import (
    IndicatorUnknown,
    LedgerBureauUnknown,
    LedgerPeriodUnclear,
    LedgerPeriodUnknown,
    TopicUnclear,
)
from bot.ledger.words import ledger_words
from knowledge.library import Library
from knowledge.models import Report, Section, SectionKind, Statement, StatementKind
from knowledge.storage.protocols import ReportEntry
from knowledge.understanding.indicators import Indicator, indicator_catalogue
from knowledge.understanding.periods import Period, YearPart, exact_period
from knowledge.understanding.sentences import trim_span
from knowledge.understanding.sums import Doubt
from knowledge.understanding.topics import Topic, topic_named, topics, topics_of

_MOST_NAMED = 12
_APART = re.compile(r"[、，,；;\s]+")


@dataclass(frozen=True, slots=True)
class LedgerRequest:
    """What a ledger is wanted of, as people put it; empty is everything.

    Several bureaus and several periods are parted by 、; a part of a year (上半年) is that of every
    year.
    """

    bureau: str = ""
    indicator: str = ""
    topic: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A statement of a report, and the name that it has in the ledger.

    ``indicator`` is None where the statement is of none of the catalogue: ``name`` is its own.
    ``is_doubtful`` where its figure does not add up with others of the report.
    """

    report: Report
    section: Section
    statement: Statement
    name: str
    indicator: Indicator | None
    is_doubtful: bool = False

    @property
    def bureau(self) -> str:
        """The bureau's name; empty where no report tells it."""
        bureau = self.report.identity.bureau
        return bureau.name if bureau else ""

    @property
    def period(self) -> Period | None:
        """The period that it tells of."""
        return self.statement.period or self.report.identity.period

    @property
    def quote(self) -> Quote:
        """Its sentence, verbatim."""
        span = trim_span(self.report.text, self.statement.sentence)
        return Quote(self.report, self.section.path, span)

    @property
    def line_of_heading(self) -> str:
        """The line of work that its headings are of; empty where they are of none."""
        return _line_of(self.section.path)

    @property
    def is_only_a_part(self) -> bool:
        """Whether it counts for one line of work, or in one campaign, what the bureau counts."""
        if self.indicator is None:
            return False
        words, statement = ledger_words(), self.statement
        before = self.report.text[statement.sentence.start : statement.figure.start]
        if words.campaign.search(before):
            return True
        headed = self.section.kind is not SectionKind.PROBLEMS
        return self.indicator.topic in words.counted_everywhere and (
            (headed and self.line_of_heading in words.lines)
            or bool(words.one_line.search(statement.subject))
        )


@lru_cache(maxsize=4096)
def _line_of(path: tuple[str, ...]) -> str:
    return next(iter(topics_of("", path, topics())), "")


def gather(library: Library, request: LedgerRequest) -> tuple[LedgerEntry, ...]:
    """All statements that a request is of, by bureau, period and place.

    Raises a LedgerError where bureau, indicator or period are not known, or where nothing is told
    of the period, or a TopicUnclear.
    """
    topic = _read_topic(request.topic.strip())
    periods = [_read_period(words) for words in _APART.split(request.period.strip()) if words]
    with library.snapshot():
        reports = _reports_of(library, request.bureau.strip())
        entries = [entry for report in reports for entry in stored_entries(library, report.id)]
    if wanted := request.indicator.strip():
        entries = _select_by_name(entries, wanted)
    entries = [entry for entry in entries if topic is None or _is_on(entry, topic)]
    told = [entry for entry in entries if _is_in(entry, periods)] if periods else entries
    if entries and not told:
        plan = StatementKind.PLAN
        known = sorted({e.period for e in entries if e.period and e.statement.role is not plan})
        raise LedgerPeriodUnknown(
            wanted="、".join(_APART.split(request.period.strip())),
            known="、".join(map(str, known[-_MOST_NAMED:])),
        )
    return tuple(told)


def _read_topic(words: str) -> Topic | None:
    topic = topic_named(words) if words else None
    if words and topic is None:
        raise TopicUnclear(topic=words, known="、".join(t.name for t in topics()))
    return topic


def _read_period(words: str) -> Period | YearPart:
    parts = {part.wording: part for part in YearPart if part is not YearPart.YEAR}
    period = parts.get(words) or exact_period(words)
    if period is None:
        raise LedgerPeriodUnclear(wanted=words)
    return period


def _reports_of(library: Library, bureau: str) -> list[ReportEntry]:
    """The newest versions of the reports of the bureaus that a wording may mean."""
    entries = library.reports()
    if not bureau:
        return entries
    names = library.bureaus_like(bureau)
    found = [e for e in entries if e.identity.bureau and e.identity.bureau.name in names]
    if not found:
        known = dict.fromkeys(e.identity.bureau.name for e in entries if e.identity.bureau)
        raise LedgerBureauUnknown(wanted=bureau, known="、".join([*known][:_MOST_NAMED]))
    return found


def stored_entries(library: Library, report_id: str) -> Iterator[LedgerEntry]:
    """All statements of a stored report; raises ReportNotFound."""
    sections, _ = library.outline(report_id)
    statements, doubts = library.statements(report_id), library.doubts(report_id)
    return entries_of(library.report(report_id), sections, statements, doubts)


def entries_of(
    report: Report,
    sections: Sequence[Section],
    statements: Sequence[Statement],
    doubts: Sequence[Doubt],
) -> Iterator[LedgerEntry]:
    """The statements of a report, each under its heading and with its name in the ledger."""
    catalogue = indicator_catalogue()
    leaves = [section for section in sections if section.leaf]
    starts = [leaf.start for leaf in leaves]
    doubtful = {figure.start for doubt in doubts for figure in doubt.figures}
    for statement in statements:
        place = statement.figure.start
        indicator = catalogue.find(statement, report.text)
        yield LedgerEntry(
            report,
            leaves[bisect_right(starts, place) - 1],
            statement,
            indicator.name if indicator else catalogue.own_name(statement),
            indicator,
            place in doubtful,
        )


def _select_by_name(entries: Sequence[LedgerEntry], wanted: str) -> list[LedgerEntry]:
    """The entries of the indicators that a wording means; raises IndicatorUnknown.

    A name that the ledger has goes before one that people use, and this before a part of a name.
    """
    catalogue = indicator_catalogue()
    plain = catalogue.spell(wanted)
    names = {entry.name for entry in entries if entry.name in (wanted, plain)}
    indicators = catalogue.find_by_name(wanted)
    names = names or {indicator.name for indicator in indicators}
    names = names or {entry.name for entry in entries if plain in entry.name}
    found = [entry for entry in entries if entry.name in names]
    if not found:
        lines = {indicator.topic for indicator in indicators}
        told = dict.fromkeys(entry.indicator for entry in entries if entry.indicator)
        nearest = sorted(told, key=lambda indicator: indicator.topic not in lines)
        known = "、".join(indicator.name for indicator in nearest[:_MOST_NAMED])
        raise IndicatorUnknown(wanted=wanted, known=known)
    return found


def _is_on(entry: LedgerEntry, topic: Topic) -> bool:
    if entry.indicator:
        return entry.indicator.topic == topic.name
    sentence = entry.quote.text
    return topic.name in topics_of(sentence, entry.section.path, topics())


def _is_in(entry: LedgerEntry, periods: Sequence[Period | YearPart]) -> bool:
    told = entry.period
    return told is not None and any(
        wanted.contains(told) if isinstance(wanted, Period) else wanted is told.part
        for wanted in periods
    )
