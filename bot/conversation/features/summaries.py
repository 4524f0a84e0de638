"""``/summary``: bureau, period, part; then the page, to be saved, resized, or of another part.

A part of a report is a short text: ``whole``, ``kind:problems``, ``topic:食品安全``,
``section:（一）药品``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.conversation.context import RequestContext
from bot.conversation.features.command_words import (
    CommandWords,
    length_called,
    length_names,
    read_words,
    topic_within,
)
from bot.conversation.features.report_labels import (
    bureau_label,
    bureau_labels,
    entry_of,
    period_label,
    report_label,
)
from bot.conversation.features.results import (
    OTHER,
    StoredSummary,
    SummaryButtons,
    on_summary_button,
    reply_with_summary,
)
from bot.conversation.menus import (
    AskAgain,
    Finished,
    Menu,
    MenuChoice,
    MenuStep,
    Skip,
    read_press,
    replace_page,
    stale_button,
)
from bot.conversation.messages import Outcome, Text, reply_with
from bot.conversation.wording import plain, sentence
from bot.errors import UnclearHeading, UnknownHeading
from bot.summarising.belonging import units_of_topic
from bot.summarising.headings import find_heading, titled_sections
from bot.summarising.request import SummaryRequest
from bot.summarising.units import Reading, units_of
from bot.summarising.vocabulary import SummaryLength
from knowledge.errors import ReportNotFound
from knowledge.library import Library
from knowledge.models import Section, SectionKind
from knowledge.understanding.topics import topics

PREFIX = "s"
_BUTTONS = SummaryButtons(PREFIX, "summarised", "summary.other_part")
_WHOLE, _TOPICS, _HEADINGS = "whole", "topics", "headings"
_KINDS = (SectionKind.HIGHLIGHTS, SectionKind.PROBLEMS, SectionKind.PLAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryChoice(MenuChoice):
    """What is to be summarised.

    ``among`` are the reports that may be meant; ``part`` and ``length`` may be known before the
    report is.
    """

    among: list[str] = field(default_factory=list)
    bureau: str = ""
    report: str = ""
    part: str = ""
    length: str = ""


def summary(context: RequestContext, words: str) -> Outcome:
    """``/summary``, with or without what is wanted."""
    entries = context.library.reports()
    if not entries:
        return reply_with(sentence("choosing.empty"))
    read = read_words(context.library, words, length_names())
    of_bureau = [
        e.id for e in entries if any(bureau_label(e) in b.names for b in read.scope.bureaus)
    ]
    among = list(read.reports or of_bureau or [e.id for e in entries])
    choice = SummaryChoice(among=among, length=length_called(read.length))
    hint = sentence("choosing.unknown", wanted=read.unknown) if read.unknown else None
    if not hint and read.reports == ():
        hint = sentence("choosing.unclear", words=words.strip())
    if len(among) == 1 and not hint:
        return _summarise_only(context, replace(choice, report=among[0]), read)
    if read.rest and not hint:
        hint = sentence("choosing.unclear", words=" ".join(read.rest))
    choice = replace(choice, part=_part_named(read))
    return _MENU.go_on(context, choice, hint=hint)


def offer_parts(context: RequestContext, report_id: str) -> Outcome:
    """The menu of a report's parts, as a new message."""
    among = [entry.id for entry in context.library.reports()]
    if report_id not in among:
        return reply_with(sentence("choosing.gone"))
    return _MENU.go_on(context, SummaryChoice(among=among, report=report_id))


def on_button(context: RequestContext, data: str) -> Outcome:
    """A button of the menu or of a summary."""
    try:
        if outcome := _MENU.on_button(context, data):
            return outcome
    except ReportNotFound:
        return replace_page(sentence("choosing.gone"))
    press = read_press(context, data, _BUTTONS.kind)
    if press is None:
        return stale_button()
    try:
        if press.action == OTHER:
            return offer_parts(context, StoredSummary(**press.stored).reports[0])
        return on_summary_button(context, press, _BUTTONS)
    except ReportNotFound:
        return reply_with(sentence("choosing.gone"))


def _summarise_only(context: RequestContext, choice: SummaryChoice, read: CommandWords) -> Outcome:
    """The page of the one report that was named, or the menu of its parts with what is unclear."""
    reading = _read(context.library, choice.report)
    if not (_part_named(read) or read.rest or read.length):
        return _MENU.go_on(context, choice)
    part, headings = find_part(reading, read)
    words = " ".join(read.rest)
    if headings:
        choice = replace(choice, step=_HEADING_STEP.key, listed=headings)
        several = sentence("summary.unclear_heading", words=words)
        return _MENU.show(context, choice, hint=several)
    hint = None if part else sentence("choosing.unclear", words=words)
    return _MENU.go_on(context, replace(choice, part=part), hint=hint)


def _result(context: RequestContext, choice: SummaryChoice) -> Finished | AskAgain[SummaryChoice]:
    entries = context.library.reports()
    name = report_label(entry_of(entries, choice.report), entries)
    stored = StoredSummary.of_request(_request(choice))
    reply = reply_with_summary(context, stored, _BUTTONS)
    part = _part_label(choice.part)
    if reply is None:
        hint = sentence("summary.nothing_pick", name=name, part=part)
        return AskAgain(replace(choice, part=""), hint)
    return Finished(reply, sentence("summary.chosen", name=name, part=part))


def _request(choice: SummaryChoice) -> SummaryRequest:
    """An empty length is the part's own."""
    what, _, name = choice.part.partition(":")
    return SummaryRequest(
        (choice.report,),
        section=name if what == "section" else "",
        topic=name if what == "topic" else "",
        kind=SectionKind(name) if what == "kind" else None,
        length=SummaryLength(choice.length) if choice.length else None,
    )


# -- the parts of a report


def _read(library: Library, report_id: str) -> Reading:
    """A report as it is read for summaries; raises ReportNotFound."""
    return Reading(library.report(report_id), *library.outline(report_id))


def _offered_parts(reading: Reading) -> list[str]:
    """All of a report, the kinds of section that it has, and ways to topics and headings."""
    kinds = {section.kind for section in reading.sections if section.level}
    units = units_of(reading)
    offered = [_WHOLE, *(f"kind:{kind.value}" for kind in _KINDS if kind in kinds)]
    if any(units_of_topic(units, topic.name) for topic in topics()):
        offered.append(_TOPICS)
    return [*offered, _HEADINGS] if _offered_headings(reading) else offered


def _offered_topics(reading: Reading) -> list[str]:
    """The lines of work that a report tells of."""
    units = units_of(reading)
    return [f"topic:{topic.name}" for topic in topics() if units_of_topic(units, topic.name)]


def _offered_headings(reading: Reading) -> list[str]:
    """The outermost headings where there are several, those that can be told from all others."""
    sections = [s for s in titled_sections(reading.sections) if not s.furniture]
    for level in sorted({s.level for s in sections}):
        names = [_unique_wording(reading.sections, s) for s in sections if s.level == level]
        parts = [f"section:{name}" for name in names if name]
        if len(parts) > 1:
            return parts
    return []


def _unique_wording(sections: Sequence[Section], section: Section) -> str:
    """The shortest wording that finds a heading and no other; empty where none does."""
    for wording in (section.path[-1], "›".join(section.path[-2:]), "›".join(section.path)):
        try:
            if find_heading(sections, wording) == section:
                return wording
        except (UnknownHeading, UnclearHeading):
            continue
    return ""


def _part_named(read: CommandWords) -> str:
    """The part that the words name by themselves, whatever the report; else empty."""
    if read.topic:
        return f"topic:{read.topic}"
    if read.kind:
        return f"kind:{read.kind.value}"
    return _WHOLE if read.whole else ""


def find_part(reading: Reading, read: CommandWords) -> tuple[str, list[str]]:
    """The part of a report that the words name, or else the headings that fit them equally.

    All of the report where the words only say how long; both are empty where nothing fits.
    """
    words = " ".join(read.rest)
    part = _part_named(read)
    if not words:
        return part or _WHOLE, []
    if part:
        return "", []
    try:
        section = find_heading(reading.sections, words)
    except UnclearHeading:
        alike = [s for s in titled_sections(reading.sections) if words in s.path[-1]]
        names = [f"section:{n}" for s in alike if (n := _unique_wording(reading.sections, s))]
        return "", names or _offered_headings(reading)
    except UnknownHeading:
        units = units_of(reading)
        candidates = (word for word in (words, topic_within(words)) if word)
        return next((f"topic:{w}" for w in candidates if units_of_topic(units, w)), ""), []
    return f"section:{_unique_wording(reading.sections, section) or words}", []


def _part_label(part: str) -> str:
    what, _, name = part.partition(":")
    if what in ("topic", "section"):
        return name
    return plain(f"summary.{name or what}")


# -- the steps of the menu


def _bureaus(context: RequestContext, choice: SummaryChoice) -> list[str] | Text:
    """The bureaus of the reports that may be meant; that of the report, if it is known."""
    among = [e for e in context.library.reports() if e.id in choice.among]
    if not among:
        return sentence("choosing.gone")
    if choice.report:
        return [bureau_label(entry_of(among, choice.report))]
    return bureau_labels(among)


def _reports(context: RequestContext, choice: SummaryChoice) -> list[str] | Text:
    """The bureau's reports among those that may be meant."""
    among = [e for e in context.library.reports() if e.id in choice.among]
    of_bureau = [e.id for e in among if bureau_label(e) == choice.bureau]
    return of_bureau or sentence("choosing.gone")


def _period_labels(context: RequestContext, choice: SummaryChoice) -> list[str]:
    entries = context.library.reports()
    return [period_label(entry_of(entries, each), entries) for each in choice.listed]


def _part_labels(_context: RequestContext, choice: SummaryChoice) -> list[str]:
    return [_part_label(part) for part in choice.listed]


def _ask_about_report(key: str) -> Callable[[RequestContext, SummaryChoice], Text]:
    """A question that names the report."""

    def question(context: RequestContext, choice: SummaryChoice) -> Text:
        entries = context.library.reports()
        return sentence(key, name=report_label(entry_of(entries, choice.report), entries))

    return question


def _from_reading(
    options: Callable[[Reading], list[str]],
) -> Callable[[RequestContext, SummaryChoice], list[str]]:
    """Options that the report's text gives."""
    return lambda context, choice: options(_read(context.library, choice.report))


_TOPIC_STEP = MenuStep(
    "t", "part",
    question=_ask_about_report("summary.which_topic"),
    options=_from_reading(_offered_topics), labels=_part_labels, per_row=2,
)  # fmt: skip
_HEADING_STEP = MenuStep(
    "h", "part",
    question=_ask_about_report("summary.which_heading"),
    options=_from_reading(_offered_headings), labels=_part_labels,
)  # fmt: skip
_MENU = Menu(
    prefix=PREFIX,
    kind="summary",
    restore=SummaryChoice,
    steps=(
        MenuStep(
            "b", "bureau",
            question=lambda _context, _choice: sentence("summary.which_bureau"),
            options=_bureaus, clears=("bureau", "report", "part"), skip=Skip.SINGLE,
        ),
        MenuStep(
            "r", "report",
            question=lambda _, choice: sentence("summary.which_period", bureau=choice.bureau),
            options=_reports, labels=_period_labels, clears=("report", "part"), skip=Skip.SINGLE,
        ),
        MenuStep(
            "p", "part",
            question=_ask_about_report("summary.which_part"),
            options=_from_reading(_offered_parts), labels=_part_labels, clears=("part",),
            branches={_TOPICS: _TOPIC_STEP, _HEADINGS: _HEADING_STEP},
            skip=Skip.SINGLE, per_row=2,
        ),
    ),
    result=_result,
)  # fmt: skip
