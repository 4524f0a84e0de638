"""``/plan``: bureau, line of work, period; then the draft, to be saved, resized, or of another."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from bot.conversation.context import RequestContext, Services
from bot.conversation.features.choosing import (
    BACK,
    CANCEL,
    TURN,
    Listing,
    Tap,
    cancelled,
    data_for,
    gone,
    is_page,
    keep,
    paging,
    read_tap,
    shown,
    stale,
)
from bot.conversation.features.drafts import OTHER_PERIOD, OTHER_TOPIC, draft_tapped, drafted
from bot.conversation.features.wanted import Wanted, read_words
from bot.conversation.messages import Outcome, Reply, Text, reply_with
from bot.conversation.wording import plain, sentence
from bot.drafting.material import gather
from bot.drafting.request import PlanRequest, read_request
from bot.drafting.vocabulary import plan_words
from bot.errors import BureauUnclear, BureauUnknown, NothingToPlan
from knowledge.errors import ReportNotFound
from knowledge.library import Library
from knowledge.understanding.periods import Part, Period, part_of_months
from knowledge.understanding.topics import topics

PREFIX, KIND, DRAFT = "p", "plan", "drafted"
_BUREAU, _TOPIC, _PERIOD = "b", "t", "p"
EVERYTHING = "*"
"""All lines of work, where the name of one would stand."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """What was chosen so far, empty what was not; ``step`` says of what the menu offers now."""

    bureau: str = ""
    topic: str = ""
    period: str = ""
    length: str = ""
    step: str = ""
    listed: list[str] = field(default_factory=list)
    page: int = 0

    @property
    def request(self) -> PlanRequest:
        """What is asked of the drafter; an empty period is the next."""
        topic = "" if self.topic == EVERYTHING else self.topic
        return PlanRequest(self.bureau, topic, self.period, self.length)


def plan(services: Services, context: RequestContext, words: str) -> Outcome:
    """``/plan``, with or without what is wanted."""
    if not services.library.reports():
        return reply_with(sentence("choosing.empty"))
    names = _bureaus(services.library)
    if not names:
        return reply_with(sentence("plan.nobody"))
    wanted = read_words(services.library, words, plan_words().lengths)
    spelt = sorted((name for name in names if name in words), key=len)[-1:]
    meant = spelt or [n for n in names if any(n in b.names for b in wanted.scope.bureaus)]
    if wanted.reports and wanted.scope.reports is None:  # a file was named
        held = [e.identity.bureau for e in services.library.reports() if e.id in wanted.reports]
        meant = list({bureau.name: None for bureau in held if bureau})
    lone = names if len(names) == 1 else []
    unknown = [b.wording for b in wanted.scope.bureaus if not b.names]
    if unknown and lone and not meant:
        return reply_with(sentence("plan.no_such", wanted="、".join(unknown), known=lone[0]))
    choice = _Choice(
        bureau=(meant or ([] if unknown else lone) or [""])[0] if len(meant) < 2 else "",
        topic=wanted.topic or (EVERYTHING if wanted.whole else ""),
        period=_period_named(wanted),
        length=wanted.length,
    )
    hint = _hint(choice, wanted, unknown)
    if choice.bureau and choice.topic and not hint:
        return _result(services, context, choice)
    return _go_on(services, context, choice, hint=hint)


def plan_for(services: Services, context: RequestContext, bureau: str) -> Outcome:
    """The menu of a bureau's lines of work, as a new message."""
    return (
        _go_on(services, context, _Choice(bureau))
        if bureau in _bureaus(services.library)
        else gone()
    )


def tapped(services: Services, context: RequestContext, data: str) -> Outcome:
    """A button of the menu or of a draft."""
    try:
        if tap := read_tap(services, context, data, KIND):
            return _menu_tapped(services, context, tap, _Choice(**tap.held))
        if tap := read_tap(services, context, data, DRAFT):
            return _draft_tapped(services, context, tap)
    except (ReportNotFound, BureauUnknown):
        return gone()
    return stale()


def _draft_tapped(services: Services, context: RequestContext, tap: Tap) -> Outcome:
    if tap.act not in (OTHER_TOPIC, OTHER_PERIOD):
        return draft_tapped(services, context, tap, PREFIX, DRAFT)
    request = PlanRequest(**tap.held["request"])
    choice = _Choice(request.bureau, length=request.length)
    if tap.act == OTHER_TOPIC:
        return _go_on(services, context, replace(choice, period=request.period))
    return _go_on(services, context, replace(choice, topic=request.topic or EVERYTHING))


def _menu_tapped(services: Services, context: RequestContext, tap: Tap, choice: _Choice) -> Outcome:
    if tap.act == CANCEL:
        return cancelled(services, tap)
    if tap.act == BACK:
        back = _before(services.library, choice)
        return _go_on(services, context, back, tap) if back else stale()
    if tap.act == TURN:
        turns = is_page(tap.index, choice.listed, per_row=_per_row(choice.step))
        return _show(services, context, replace(choice, page=tap.index), tap) if turns else stale()
    picked = tap.picked(choice.listed) if tap.act == choice.step else None
    return stale() if picked is None else _picked(services, context, tap, choice, picked)


def _picked(
    services: Services, context: RequestContext, tap: Tap, choice: _Choice, picked: str
) -> Outcome:
    clear = replace(choice, step="", listed=[], page=0)
    if choice.step == _BUREAU:
        return _go_on(services, context, replace(clear, bureau=picked), tap)
    if choice.step == _TOPIC:
        return _go_on(services, context, replace(clear, topic=picked), tap)
    return _go_on(services, context, replace(clear, period=picked), tap)


def _before(library: Library, choice: _Choice) -> _Choice | None:
    """The choice a step back; None on the first step."""
    clear = replace(choice, topic="", step="", listed=[], page=0)
    if choice.step == _PERIOD:
        return clear
    if choice.step == _TOPIC and len(_bureaus(library)) > 1:
        return replace(clear, bureau="")
    return None


def _go_on(
    services: Services,
    context: RequestContext,
    choice: _Choice,
    tap: Tap | None = None,
    *,
    hint: Text | None = None,
) -> Outcome:
    """The next step that is open; the draft where none is."""
    if not choice.bureau:
        names = _bureaus(services.library)
        if len(names) != 1:
            return _show(
                services, context, replace(choice, step=_BUREAU, listed=names), tap, hint=hint
            )
        choice = replace(choice, bureau=names[0])
    periods = _periods(services.library, choice.bureau, context.now)
    if not choice.topic:
        try:
            listed = [EVERYTHING, *_topics(services.library, choice.bureau, periods[0])]
        except BureauUnclear:
            told = sentence("plan.unclear_bureau", bureau=choice.bureau)
            return reply_with(told) if tap is None else paging(told)
        return _show(services, context, replace(choice, step=_TOPIC, listed=listed), tap, hint=hint)
    if not choice.period:
        return _show(
            services, context, replace(choice, step=_PERIOD, listed=periods), tap, hint=hint
        )
    return _result(services, context, choice, tap)


def _show(
    services: Services,
    context: RequestContext,
    choice: _Choice,
    tap: Tap | None = None,
    *,
    hint: Text | None = None,
) -> Outcome:
    """The menu's page of the present step, as a new message where no button was tapped."""
    number = keep(services, context, KIND, asdict(choice), tap)
    question = {
        _BUREAU: sentence("plan.which_bureau"),
        _TOPIC: sentence("plan.which_topic", bureau=choice.bureau),
        _PERIOD: sentence("plan.which_period", bureau=choice.bureau, topic=_label(choice.topic)),
    }[choice.step]
    labels = [_label(each) for each in choice.listed]
    if choice.step == _PERIOD:
        labels[0] = plain("plan.next", period=labels[0])
    listing = Listing(labels, choice.step, choice.page, _per_row(choice.step))
    rows = listing.rows(
        data_for(PREFIX, number), back=_before(services.library, choice) is not None
    )
    return shown(Reply(tuple(filter(None, (hint, question))), rows), anew=tap is None)


def _result(
    services: Services, context: RequestContext, choice: _Choice, tap: Tap | None = None
) -> Outcome:
    """The draft as a new message; the menu says that it is there."""
    told = {"bureau": choice.bureau, "topic": _label(choice.topic)}
    request = choice.request
    if not request.period:
        first = _periods(services.library, choice.bureau, context.now)[0]
        request = replace(request, period=first)
    try:
        reply = drafted(services, context, request, PREFIX, DRAFT)
    except NothingToPlan:
        hint = sentence("plan.nothing", **told)
        return _go_on(services, context, replace(choice, topic=""), tap, hint=hint)
    except BureauUnclear:
        unclear = sentence("plan.unclear_bureau", bureau=choice.bureau)
        return reply_with(unclear) if tap is None else paging(unclear)
    if tap is None:
        return Outcome(replies=(reply,))
    services.state.choices.change(tap.number, {})
    return Outcome(page=Reply((sentence("plan.chosen", **told),)), replies=(reply,))


def _label(name: str) -> str:
    return plain("plan.everything") if name == EVERYTHING else name


def _per_row(step: str) -> int:
    return 2 if step == _TOPIC else 1


def _hint(choice: _Choice, wanted: Wanted, unknown: Sequence[str]) -> Text | None:
    if unknown and not choice.bureau:
        return sentence("choosing.unknown", wanted="、".join(unknown))
    unread = [*wanted.rest, *(str(a) for a in wanted.scope.periods if not choice.period)]
    return sentence("choosing.unclear", words=" ".join(unread)) if unread else None


def _bureaus(library: Library) -> list[str]:
    """The bureaus that the store has reports of."""
    held = (e.identity.bureau for e in library.reports())
    return list(dict.fromkeys(bureau.name for bureau in held if bureau))


def _topics(library: Library, bureau: str, period: str) -> list[str]:
    """The lines of work with anything to plan from; raises BureauUnknown or BureauUnclear."""
    material = gather(library, read_request(library, PlanRequest(bureau, period=period)))
    return [topic.name for topic in topics() if material.of(topic)]


def _periods(library: Library, bureau: str, now: float) -> list[str]:
    """The periods to plan for: the one after the newest report, the next half, the next year."""
    held = [
        e.identity.period
        for e in library.reports()
        if e.identity.bureau and e.identity.bureau.name == bureau and e.identity.period
    ]
    if not held:
        this = datetime.fromtimestamp(now).astimezone().year
        return [str(Period(this + n, part)) for n, part in ((0, Part.YEAR), (1, Part.YEAR))]
    newest = max(held, key=lambda p: (p.year, p.part.months[1], -p.part.months[0]))
    last = newest.part.months[1] == Part.YEAR.months[1]
    half = Period(newest.year + last, Part.FIRST_HALF if last else Part.SECOND_HALF)
    return list(dict.fromkeys(map(str, (newest.next(), half, Period(newest.year + 1)))))


def _period_named(wanted: Wanted) -> str:
    """The period that the words name, if it is a year, a half or a quarter."""
    if len(wanted.scope.periods) != 1:
        return ""
    asked = wanted.scope.periods[0]
    part = part_of_months(asked.months) if asked.months else Part.YEAR
    if part is None:
        return ""
    if asked.year:
        return str(Period(asked.year, part))
    return part.wording if part in (Part.FIRST_HALF, Part.SECOND_HALF) else ""
