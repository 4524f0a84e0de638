"""``/compare``: a line of work, in one period's reports or one bureau's; then side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.conversation.context import RequestContext
from bot.conversation.features.command_words import (
    CommandWords,
    length_called,
    length_names,
    read_words,
    topic_within,
)
from bot.conversation.features.report_labels import bureau_label, bureau_labels
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
    stale_button,
)
from bot.conversation.messages import Outcome, Text, reply_with
from bot.conversation.wording import plain, sentence
from bot.summarising.request import SummaryRequest
from bot.summarising.vocabulary import SummaryLength
from knowledge.errors import ReportNotFound
from knowledge.storage.protocols import ReportEntry
from knowledge.understanding.topics import topics

PREFIX = "c"
_BUTTONS = SummaryButtons(PREFIX, "compared", "compare.other_topic")
_MOST, _MOST_READ = 10, 200


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
    reports = list(read.reports or ())
    hint = None
    if unclear:
        hint = sentence("choosing.unclear", words=unclear)
    if read.reports is not None and len(reports) < 2:
        count = "only_one" if reports else "none_of"
        hint = sentence(f"compare.{count}", words=words.strip())
    if read.unknown:
        hint = sentence("choosing.unknown", wanted=read.unknown)
    if hint:  # what was not read may have been meant to narrow it
        reports = []
    length = length_called(read.length) or SummaryLength.HALF.value
    choice = ComparisonChoice(topic=topic, reports=reports, length=length)
    return _MENU.go_on(context, choice, hint=hint)


def on_button(context: RequestContext, data: str) -> Outcome:
    """A button of the menu or of a comparison."""
    try:
        if outcome := _MENU.on_button(context, data):
            return outcome
        press = read_press(context, data, _BUTTONS.kind)
        if press is None:
            return stale_button()
        if press.action != OTHER:
            return on_summary_button(context, press, _BUTTONS)
        stored = StoredSummary(**press.stored)
        choice = ComparisonChoice(reports=stored.reports, length=stored.length)
        return _MENU.go_on(context, choice)
    except ReportNotFound:
        return reply_with(sentence("choosing.gone"))


def _topic_of(read: CommandWords) -> tuple[str, str]:
    """The line of work that is named, or a word of its own (电梯), and what was not understood."""
    words = " ".join(read.rest)
    if read.topic or not words:
        return read.topic, words
    return topic_within(words) or words, ""


def _topics(context: RequestContext, _choice: ComparisonChoice) -> list[str]:
    """The lines of work that any report speaks of."""
    library = context.library
    texts = [library.report(entry.id).text for entry in library.reports()[:_MOST_READ]]
    return [t.name for t in topics() if any(word in text for word in t.words for text in texts)]


def _set_names(context: RequestContext, _choice: ComparisonChoice) -> list[str] | Text:
    return list(_sets(context.library.reports())) or sentence("compare.too_few")


def _set_labels(context: RequestContext, choice: ComparisonChoice) -> list[str]:
    sets = _sets(context.library.reports())
    return [_set_label(name, sets.get(name, [])) for name in choice.listed]


def _reports_of_set(context: RequestContext, name: str) -> list[str] | None:
    entries = _sets(context.library.reports()).get(name, [])
    return [entry.id for entry in entries] if len(entries) > 1 else None


def _result(
    context: RequestContext, choice: ComparisonChoice
) -> Finished | AskAgain[ComparisonChoice]:
    length = None if choice.length == "all" else SummaryLength(choice.length)
    reports = tuple(choice.reports[:_MOST])
    stored = StoredSummary.of_request(SummaryRequest(reports, topic=choice.topic, length=length))
    reply = reply_with_summary(context, stored, _BUTTONS)
    if reply is None:
        hint = sentence("compare.nothing", topic=choice.topic)
        return AskAgain(replace(choice, topic=""), hint)
    if len(choice.reports) > _MOST:
        reply = replace(reply, blocks=(sentence("compare.most", most=_MOST), *reply.blocks))
    return Finished(reply, sentence("compare.chosen", topic=choice.topic))


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


_MENU = Menu(
    prefix=PREFIX,
    kind="compare",
    restore=ComparisonChoice,
    steps=(
        MenuStep(
            "t", "topic",
            question=lambda _context, _choice: sentence("compare.which_topic"),
            options=_topics, clears=("topic",), per_row=2,
        ),
        MenuStep(
            "w", "reports",
            question=lambda _, choice: sentence("compare.which_reports", topic=choice.topic),
            options=_set_names, labels=_set_labels, value=_reports_of_set,
            skip=Skip.SINGLE_UNLESS_HINT,
        ),
    ),
    result=_result,
)  # fmt: skip
