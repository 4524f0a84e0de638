"""``/summary`` and ``/compare``: the menu of what to summarise, then the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.assistant.command_words import (
    CommandWords,
    length_called,
    length_names,
    read_words,
    topic_within,
)
from bot.conversation.context import RequestContext
from bot.conversation.features.report_labels import (
    EVERYTHING,
    bureau_label,
    bureau_labels,
    entry_of,
    period_label,
    report_label,
    topic_label,
    topic_labels,
    topic_of,
)
from bot.conversation.features.results import (
    COMPARISON_GIVEN,
    OTHER,
    SUMMARY_GIVEN,
    SummaryButtons,
    length_of,
    on_given_summary_press,
    reply_with_summary,
    restore_request,
    with_stored_length,
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
from bot.summarising.request import SummaryRequest
from bot.summarising.scope import find_heading, titled_sections
from bot.summarising.units import Reading, units_of
from bot.summarising.vocabulary import SummaryLength
from knowledge.errors import ReportNotFound
from knowledge.library import Library
from knowledge.models import Section, SectionKind
from knowledge.storage.protocols import ReportEntry
from knowledge.understanding.topics import topics

SUMMARY_PREFIX = "s"
_BUTTONS = SummaryButtons(SUMMARY_PREFIX, SUMMARY_GIVEN, "summary.other_part")
_WHOLE, _TOPICS, _HEADINGS = "whole", "topics", "headings"
_KINDS = (SectionKind.HIGHLIGHTS, SectionKind.PROBLEMS, SectionKind.PLAN)
COMPARE_PREFIX = "c"
_COMPARE_BUTTONS = SummaryButtons(COMPARE_PREFIX, COMPARISON_GIVEN, "compare.other_topic")
_MOST, _MOST_READ = 10, 200


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
    among = list(read.report_ids or of_bureau or [e.id for e in entries])
    choice = SummaryChoice(among=among, length=length_called(read.length))
    hint = sentence("choosing.unknown", wanted=read.unknown) if read.unknown else None
    if not hint and read.report_ids == ():
        hint = sentence("choosing.unclear", words=words.strip())
    if len(among) == 1 and not hint:
        return _summarise_only(context, replace(choice, report=among[0]), read)
    if read.rest and not hint:
        hint = sentence("choosing.unclear", words=" ".join(read.rest))
    choice = replace(choice, part=_part_named(read))
    return _MENU.go_on(context, choice, hint=hint)


def reply_to_request(context: RequestContext, request: SummaryRequest) -> Outcome | None:
    """The summary that is asked for, several reports side by side; None where it says nothing.

    Where the words name a heading that there is not, the report's parts are offered.
    """
    compared = len(request.report_ids) > 1
    if compared:
        request = replace(request, report_ids=request.report_ids[:_MOST])
    buttons = _COMPARE_BUTTONS if compared else _BUTTONS
    try:
        reply = reply_with_summary(context, request, buttons)
    except (UnknownHeading, UnclearHeading):
        return None
    return Outcome(replies=(reply,)) if reply else None


def offer_parts(context: RequestContext, report_id: str) -> Outcome:
    """The menu of a report's parts, as a new message."""
    among = [entry.id for entry in context.library.reports()]
    if report_id not in among:
        return reply_with(sentence("choosing.gone"))
    return _MENU.go_on(context, SummaryChoice(among=among, report=report_id))


def on_summary_press(context: RequestContext, data: str) -> Outcome:
    """A button of the menu or of a summary."""
    try:
        if outcome := _MENU.on_press(context, data):
            return outcome
    except ReportNotFound:
        return replace_page(sentence("choosing.gone"))
    press = read_press(context, data, _BUTTONS.kind)
    if press is None:
        return stale_button()
    try:
        if press.action == OTHER:
            return offer_parts(context, restore_request(SummaryRequest, press.stored).report_ids[0])
        return on_given_summary_press(context, press, _BUTTONS)
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
    reply = reply_with_summary(context, _request(choice), _BUTTONS)
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
    prefix=SUMMARY_PREFIX,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonChoice(MenuChoice):
    """What is to be compared: a line of work, in which reports, how long."""

    topic: str = ""
    reports: list[str] = field(default_factory=list)
    length: str = SummaryLength.HALF.value


def compare(context: RequestContext, words: str) -> Outcome:
    """``/compare``, with or without what is wanted."""
    entries = context.library.reports()
    if not entries:
        return reply_with(sentence("choosing.empty"))
    if not _sets(entries):
        return reply_with(sentence("compare.too_few"))
    read = read_words(context.library, words, length_names())
    topic, unclear = _topic_of(read)
    reports = list(read.report_ids or ())
    hint = None
    if unclear:
        hint = sentence("choosing.unclear", words=unclear)
    if read.report_ids is not None and len(reports) < 2:
        count = "only_one" if reports else "none_of"
        hint = sentence(f"compare.{count}", words=words.strip())
    if read.unknown:
        hint = sentence("choosing.unknown", wanted=read.unknown)
    if hint:  # what was not read may have been meant to narrow it
        reports = []
    length = length_called(read.length) or SummaryLength.HALF.value
    choice = ComparisonChoice(topic=topic, reports=reports, length=length)
    return _COMPARE_MENU.go_on(context, choice, hint=hint)


def on_comparison_press(context: RequestContext, data: str) -> Outcome:
    """A button of the menu or of a comparison."""
    try:
        if outcome := _COMPARE_MENU.on_press(context, data):
            return outcome
        press = read_press(context, data, _COMPARE_BUTTONS.kind)
        if press is None:
            return stale_button()
        if press.action != OTHER:
            return on_given_summary_press(context, press, _COMPARE_BUTTONS)
        request = restore_request(SummaryRequest, press.stored)
        choice = ComparisonChoice(reports=list(request.report_ids), length=length_of(request))
        return _COMPARE_MENU.go_on(context, choice)
    except ReportNotFound:
        return reply_with(sentence("choosing.gone"))


def _topic_of(read: CommandWords) -> tuple[str, str]:
    """The line of work that is named, or a word of its own (电梯), and what was not understood."""
    words = " ".join(read.rest)
    if read.topic or not words:
        return read.topic or EVERYTHING * read.whole, words
    return topic_within(words) or words, ""


def _topics(context: RequestContext, _choice: ComparisonChoice) -> list[str]:
    """The lines of work that any report speaks of."""
    library = context.library
    texts = [library.report(entry.id).text for entry in library.reports()[:_MOST_READ]]
    told = [t.name for t in topics() if any(word in text for word in t.words for text in texts)]
    return [EVERYTHING, *told]


def _set_names(context: RequestContext, _choice: ComparisonChoice) -> list[str] | Text:
    return list(_sets(context.library.reports())) or sentence("compare.too_few")


def _set_labels(context: RequestContext, choice: ComparisonChoice) -> list[str]:
    sets = _sets(context.library.reports())
    return [_set_label(name, sets.get(name, [])) for name in choice.listed]


def _reports_of_set(context: RequestContext, name: str) -> list[str] | None:
    entries = _sets(context.library.reports()).get(name, [])
    return [entry.id for entry in entries] if len(entries) > 1 else None


def _comparison(
    context: RequestContext, choice: ComparisonChoice
) -> Finished | AskAgain[ComparisonChoice]:
    topic = topic_of(choice.topic)
    request = SummaryRequest(tuple(choice.reports[:_MOST]), topic=topic)
    request = with_stored_length(request, choice.length)
    reply = reply_with_summary(context, request, _COMPARE_BUTTONS)
    if reply is None:
        hint = sentence("compare.nothing", topic=topic_label(choice.topic))
        return AskAgain(replace(choice, topic=""), hint)
    if len(choice.reports) > _MOST:
        reply = replace(reply, blocks=(sentence("compare.most", most=_MOST), *reply.blocks))
    return Finished(reply, sentence("compare.chosen", topic=topic_label(choice.topic)))


def _sets(entries: Sequence[ReportEntry]) -> dict[str, list[ReportEntry]]:
    """What can be compared: the bureaus of one period, newest first, and a bureau's periods."""
    sets: dict[str, list[ReportEntry]] = {}
    dated = [e for e in entries if e.identity.period and e.identity.bureau]
    for period in sorted({e.identity.period for e in dated if e.identity.period}, reverse=True):
        of_period = [e for e in dated if e.identity.period == period]
        if len(bureau_labels(of_period)) > 1:
            sets[f"period:{period}"] = of_period
    for bureau in bureau_labels(dated):
        of_bureau = [e for e in dated if bureau_label(e) == bureau]
        if len({e.identity.period for e in of_bureau}) > 1:
            sets[f"bureau:{bureau}"] = of_bureau
    return sets


def _set_label(name: str, entries: Sequence[ReportEntry]) -> str:
    kind, _, words = name.partition(":")
    if kind == "period":
        return plain("compare.of_period", period=words, count=len(bureau_labels(entries)))
    periods = {e.identity.period for e in entries}
    return plain("compare.of_bureau", bureau=words, count=len(periods))


_COMPARE_MENU = Menu(
    prefix=COMPARE_PREFIX,
    kind="compare",
    restore=ComparisonChoice,
    steps=(
        MenuStep(
            "t", "topic",
            question=lambda _context, _choice: sentence("compare.which_topic"),
            options=_topics, labels=topic_labels, clears=("topic",), per_row=2,
        ),
        MenuStep(
            "w", "reports",
            question=lambda _, choice: sentence(
                "compare.which_reports", topic=topic_label(choice.topic)
            ),
            options=_set_names, labels=_set_labels, value=_reports_of_set,
            skip=Skip.SINGLE_UNLESS_HINT,
        ),
    ),
    result=_comparison,
)  # fmt: skip
