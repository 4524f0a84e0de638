"""``/plan``: bureau, line of work, period; then the draft, to be saved, resized, or of another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.assistant.command_words import CommandWords, period_named, read_words
from bot.conversation.context import RequestContext
from bot.conversation.features.report_labels import (
    EVERYTHING,
    topic_label,
    topic_labels,
    topic_of,
)
from bot.conversation.features.results import (
    DRAFT_GIVEN,
    OTHER,
    OTHER_PERIOD,
    on_draft_press,
    reply_with_draft,
    restore_request,
)
from bot.conversation.menus import (
    AskAgain,
    Finished,
    Menu,
    MenuChoice,
    MenuPress,
    MenuResult,
    MenuStep,
    Skip,
    read_press,
    stale_button,
)
from bot.conversation.messages import Outcome, Text, reply_with
from bot.conversation.wording import plain, sentence
from bot.drafting.material import gather
from bot.drafting.request import PlanRequest, read_request, wants_tasks, way_of
from bot.drafting.vocabulary import plan_words
from bot.errors import BureauUnclear, BureauUnknown, NothingToPlan
from knowledge.errors import ReportNotFound
from knowledge.library import Library
from knowledge.understanding.periods import Period, YearPart
from knowledge.understanding.topics import topics

PREFIX = "p"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChoice(MenuChoice):
    """What is to be drafted; empty what was not chosen yet."""

    bureau: str = ""
    topic: str = ""
    period: str = ""
    length: str = ""
    way: str = ""
    tasks: bool = False


def plan(context: RequestContext, words: str) -> Outcome:
    """``/plan``, with or without what is wanted."""
    entries = context.library.reports()
    if not entries:
        return reply_with(sentence("choosing.empty"))
    names = context.library.bureau_names()
    if not names:
        return reply_with(sentence("plan.nobody"))
    read = read_words(context.library, words, plan_words().lengths, plan_words().marks)
    spelt = sorted((name for name in names if name in words), key=len)[-1:]
    bureaus = spelt or [n for n in names if any(n in b.names for b in read.scope.bureaus)]
    if read.report_ids and read.scope.reports is None:  # a file was named
        of_files = [e.identity.bureau for e in entries if e.id in read.report_ids]
        bureaus = list({bureau.name: None for bureau in of_files if bureau})
    lone = names if len(names) == 1 else []
    unknown = [b.wording for b in read.scope.bureaus if not b.names]
    if unknown and lone and not bureaus:
        return reply_with(sentence("plan.no_such", wanted="、".join(unknown), known=lone[0]))
    choice = PlanChoice(
        bureau=(bureaus or ([] if unknown else lone) or [""])[0] if len(bureaus) < 2 else "",
        topic=read.topic or (EVERYTHING if read.whole else ""),
        period=period_named(read.scope),
        length=read.length,
        way=way_of(read.marks),
        tasks=wants_tasks(read.marks),
    )
    hint = _hint(choice, read, unknown)
    if choice.bureau and choice.topic and not hint:  # the next period unless one is named
        return _MENU.finish(context, choice)
    return _MENU.go_on(context, choice, hint=hint)


def reply_to_request(context: RequestContext, request: PlanRequest) -> Outcome:
    """The draft that is asked for; the menu of lines of work where there is nothing to plan from.

    Raises a PlanError where bureau, line of work or period are not clear.
    """
    try:
        return Outcome(replies=(reply_with_draft(context, request, PREFIX),))
    except NothingToPlan:
        topic = topic_label(request.topic or EVERYTHING)
        hint = sentence("plan.nothing", bureau=request.bureau, topic=topic)
        return _MENU.go_on(context, PlanChoice(bureau=request.bureau), hint=hint)


def offer_topics(context: RequestContext, bureau: str) -> Outcome:
    """The menu of a bureau's lines of work, as a new message."""
    if bureau not in context.library.bureau_names():
        return reply_with(sentence("choosing.gone"))
    return _MENU.go_on(context, PlanChoice(bureau=bureau))


def on_plan_press(context: RequestContext, data: str) -> Outcome:
    """A button of the menu or of a draft."""
    try:
        if outcome := _MENU.on_press(context, data):
            return outcome
        press = read_press(context, data, DRAFT_GIVEN)
        return _on_written_plan_press(context, press) if press else stale_button()
    except (ReportNotFound, BureauUnknown):
        return reply_with(sentence("choosing.gone"))


def _on_written_plan_press(context: RequestContext, press: MenuPress) -> Outcome:
    if press.action not in (OTHER, OTHER_PERIOD):
        return on_draft_press(context, press, PREFIX)
    request = restore_request(PlanRequest, press.stored)
    choice = PlanChoice(bureau=request.bureau, length=request.length, tasks=request.tasks)
    if press.action == OTHER:
        choice = replace(choice, period=request.period)
    else:
        choice = replace(choice, topic=request.topic or EVERYTHING)
    return _MENU.go_on(context, choice)


def _result(context: RequestContext, choice: PlanChoice) -> MenuResult[PlanChoice]:
    topic = topic_of(choice.topic)
    period = choice.period or _period_names(context.library, choice.bureau, context)[0]
    request = PlanRequest(choice.bureau, topic, period, choice.length, choice.way, choice.tasks)
    names = {"bureau": choice.bureau, "topic": topic_label(choice.topic)}
    try:
        reply = reply_with_draft(context, request, PREFIX)
    except NothingToPlan:
        return AskAgain(replace(choice, topic=""), sentence("plan.nothing", **names))
    except BureauUnclear:
        return sentence("plan.unclear_bureau", bureau=choice.bureau)
    return Finished(reply, sentence("plan.chosen", **names))


def _hint(choice: PlanChoice, read: CommandWords, unknown: Sequence[str]) -> Text | None:
    if unknown and not choice.bureau:
        return sentence("choosing.unknown", wanted="、".join(unknown))
    unclear = [*read.rest, *(str(asked) for asked in read.scope.periods if not choice.period)]
    return sentence("choosing.unclear", words=" ".join(unclear)) if unclear else None


def _topics(context: RequestContext, choice: PlanChoice) -> list[str] | Text:
    """The lines of work with anything to plan from; raises BureauUnknown."""
    library = context.library
    period = _period_names(library, choice.bureau, context)[0]
    try:
        material = gather(library, read_request(library, PlanRequest(choice.bureau, period=period)))
    except BureauUnclear:
        return sentence("plan.unclear_bureau", bureau=choice.bureau)
    return [EVERYTHING, *(topic.name for topic in topics() if material.of(topic))]


def _period_names(library: Library, bureau: str, context: RequestContext) -> list[str]:
    """The periods to plan for: the one after the newest report, the next half, the next year.

    Raises BureauUnknown where the reports that it was chosen from are not there any more.
    """
    names = library.bureau_names()
    if bureau not in names:
        raise BureauUnknown(wanted=bureau, known="、".join(names))
    periods = [
        e.identity.period
        for e in library.reports()
        if e.identity.bureau and e.identity.bureau.name == bureau and e.identity.period
    ]
    if not periods:
        this_year = datetime.fromtimestamp(context.now).astimezone().year
        return [str(Period(this_year)), str(Period(this_year + 1))]
    newest = max(periods, key=lambda p: (p.year, p.part.months[1], -p.part.months[0]))
    last = newest.part.months[1] == YearPart.YEAR.months[1]
    half = Period(newest.year + last, YearPart.FIRST_HALF if last else YearPart.SECOND_HALF)
    return list(dict.fromkeys(map(str, (newest.next(), half, Period(newest.year + 1)))))


def _period_labels(_context: RequestContext, choice: PlanChoice) -> list[str]:
    following, *others = choice.listed
    return [plain("plan.next", period=following), *others]


_MENU = Menu(
    prefix=PREFIX,
    kind="plan",
    restore=PlanChoice,
    steps=(
        MenuStep(
            "b", "bureau",
            question=lambda _context, _choice: sentence("plan.which_bureau"),
            options=lambda context, _choice: context.library.bureau_names(),
            clears=("bureau", "topic"), skip=Skip.SINGLE,
        ),
        MenuStep(
            "t", "topic",
            question=lambda _, choice: sentence("plan.which_topic", bureau=choice.bureau),
            options=_topics, labels=topic_labels, clears=("topic",), per_row=2,
        ),
        MenuStep(
            "p", "period",
            question=lambda _, choice: sentence(
                "plan.which_period", bureau=choice.bureau, topic=topic_label(choice.topic)
            ),
            options=lambda context, choice: _period_names(
                context.library, choice.bureau, context
            ),
            labels=_period_labels,
        ),
    ),
    result=_result,
)  # fmt: skip
