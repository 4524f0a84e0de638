"""``/summary``: bureau, period, part; then the page, to be saved, resized, or of another part."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

from bot.conversation.context import RequestContext, Services
from bot.conversation.features import parts
from bot.conversation.features.choosing import (
    BACK,
    CANCEL,
    TURN,
    Listing,
    Tap,
    bureau_of,
    bureaus_of,
    cancelled,
    data_for,
    gone,
    is_page,
    keep,
    name_of,
    paging,
    period_of,
    read_tap,
    shown,
    stale,
)
from bot.conversation.features.digests import OTHER, Digest, Result, digest_tapped, written
from bot.conversation.features.wanted import Wanted, read_words
from bot.conversation.messages import Outcome, Reply, Text, reply_with
from bot.conversation.wording import sentence
from knowledge.errors import ReportNotFound
from knowledge.storage.rows import Entry

PREFIX, KIND = "s", "summary"
_RESULT = Result(PREFIX, "summarised", "summary.other_part")
_BUREAU, _PERIOD, _PART, _TOPIC, _HEADING = "b", "r", "p", "t", "h"


@dataclass(frozen=True, slots=True)
class _Choice:
    """What was chosen so far, and what the menu offers now: ``step`` says of what.

    ``among`` are the reports that may be meant; ``part`` and ``length`` may be known before the
    report is.
    """

    among: list[str]
    bureau: str = ""
    report: str = ""
    part: str = ""
    length: str = ""
    step: str = ""
    listed: list[str] = field(default_factory=list)
    page: int = 0


def summary(services: Services, context: RequestContext, words: str) -> Outcome:
    """``/summary``, with or without what is wanted."""
    entries = services.library.reports()
    if not entries:
        return reply_with(sentence("choosing.empty"))
    wanted = read_words(services.library, words, parts.length_names())
    mine = [e.id for e in entries if any(bureau_of(e) in b.names for b in wanted.scope.bureaus)]
    among = list(wanted.reports or mine or [e.id for e in entries])
    choice = _Choice(among, length=parts.length_called(wanted.length))
    hint = sentence("choosing.unknown", wanted=wanted.unknown) if wanted.unknown else None
    if not hint and wanted.reports == ():
        hint = sentence("choosing.unclear", words=words.strip())
    if len(among) == 1 and not hint:
        return _straight(services, context, replace(choice, report=among[0]), wanted)
    part = parts.named(wanted)
    if wanted.rest and not hint:
        hint = sentence("choosing.unclear", words=" ".join(wanted.rest))
    return _go_on(services, context, replace(choice, part=part), hint=hint)


def summary_of_report(services: Services, context: RequestContext, report_id: str) -> Outcome:
    """The menu of a report's parts, as a new message."""
    among = [entry.id for entry in services.library.reports()]
    if report_id not in among:
        return gone()
    return _go_on(services, context, _Choice(among, report=report_id))


def tapped(services: Services, context: RequestContext, data: str) -> Outcome:
    """A button of the menu or of a result."""
    if tap := read_tap(services, context, data, KIND):
        try:
            return _menu_tapped(services, context, tap, _Choice(**tap.held))
        except ReportNotFound:
            return paging(sentence("choosing.gone"))
    if tap := read_tap(services, context, data, _RESULT.kind):
        try:
            if tap.act == OTHER:
                digest = Digest.of(tap.held)
                return summary_of_report(services, context, digest.reports[0])
            return digest_tapped(services, context, tap, _RESULT)
        except ReportNotFound:
            return gone()
    return stale()


def _straight(
    services: Services, context: RequestContext, choice: _Choice, wanted: Wanted
) -> Outcome:
    """The page of the one report that was named, or the menu of its parts with what is unclear."""
    reading = parts.reading_of(services.library, choice.report)
    if not (parts.named(wanted) or wanted.rest or wanted.length):
        return _go_on(services, context, choice)
    found = parts.find(reading, wanted)
    if found.headings:
        hint = sentence("summary.unclear_heading", words=" ".join(wanted.rest))
        offered = replace(choice, step=_HEADING, listed=list(found.headings))
        return _show(services, context, offered, hint=hint)
    if not found.part:
        hint = sentence("choosing.unclear", words=" ".join(wanted.rest))
        return _go_on(services, context, choice, hint=hint)
    return _result(services, context, replace(choice, part=found.part))


def _menu_tapped(services: Services, context: RequestContext, tap: Tap, choice: _Choice) -> Outcome:
    if tap.act == CANCEL:
        return cancelled(services, tap)
    if tap.act == BACK:
        back = _before(services.library.reports(), choice)
        return _go_on(services, context, back, tap) if back else stale()
    if tap.act == TURN:
        turns = is_page(tap.index, choice.listed, per_row=_per_row(choice.step))
        return _show(services, context, replace(choice, page=tap.index), tap) if turns else stale()
    picked = tap.picked(choice.listed) if tap.act == choice.step else None
    return stale() if picked is None else _picked(services, context, tap, choice, picked)


def _picked(
    services: Services, context: RequestContext, tap: Tap, choice: _Choice, picked: str
) -> Outcome:
    clear = replace(choice, listed=[], step="", page=0)
    if tap.act == _BUREAU:
        return _go_on(services, context, replace(clear, bureau=picked), tap)
    if tap.act == _PERIOD:
        return _go_on(services, context, replace(clear, report=picked), tap)
    if picked in (parts.TOPICS, parts.HEADINGS):
        reading = parts.reading_of(services.library, choice.report)
        topics = picked == parts.TOPICS
        listed = parts.topics_of(reading) if topics else parts.headings_of(reading)
        step = _TOPIC if topics else _HEADING
        return _show(services, context, replace(clear, step=step, listed=listed), tap)
    return _result(services, context, replace(clear, part=picked), tap)


def _before(entries: Sequence[Entry], choice: _Choice) -> _Choice | None:
    """The choice a step back; None on the first step. What was skipped is skipped again."""
    held = [e for e in entries if e.id in choice.among]
    several = len(bureaus_of(held)) > 1
    first = replace(choice, bureau="", report="", part="", step="", listed=[], page=0)
    if choice.step in (_TOPIC, _HEADING):
        return replace(choice, part="", step="", listed=[], page=0)
    mine = [e for e in held if bureau_of(e) == choice.bureau]
    if choice.step == _PART and len(mine) > 1:
        return replace(first, bureau=choice.bureau)
    return first if several and choice.step in (_PART, _PERIOD) else None


def _go_on(
    services: Services,
    context: RequestContext,
    choice: _Choice,
    tap: Tap | None = None,
    *,
    hint: Text | None = None,
) -> Outcome:
    """The next step that has more than one way to go; the result where nothing is open."""
    held = [e for e in services.library.reports() if e.id in choice.among]
    bureaus = bureaus_of(held)
    bureau = choice.bureau or (bureaus[0] if len(bureaus) == 1 else "")
    mine = [e.id for e in held if bureau_of(e) == bureau]
    if not held or (bureau and not mine):
        return gone() if tap is None else paging(sentence("choosing.gone"))
    report = choice.report or (mine[0] if len(mine) == 1 else "")
    if report:
        bureau = bureau_of(_entry(held, report))
    choice = replace(choice, bureau=bureau, report=report)
    if not bureau:
        return _show(
            services, context, replace(choice, step=_BUREAU, listed=bureaus), tap, hint=hint
        )
    if not report:
        return _show(services, context, replace(choice, step=_PERIOD, listed=mine), tap, hint=hint)
    if choice.part:
        return _result(services, context, choice, tap)
    listed = parts.parts_of(parts.reading_of(services.library, report))
    if listed == [parts.WHOLE]:
        return _result(services, context, replace(choice, part=parts.WHOLE), tap)
    return _show(services, context, replace(choice, step=_PART, listed=listed), tap, hint=hint)


def _show(
    services: Services,
    context: RequestContext,
    choice: _Choice,
    tap: Tap | None = None,
    *,
    hint: Text | None = None,
) -> Outcome:
    """The menu's page of the present step, as a new message where no button was tapped."""
    entries = services.library.reports()
    number = keep(services, context, KIND, asdict(choice), tap)
    name = name_of(_entry(entries, choice.report), entries) if choice.report else ""
    question = {
        _BUREAU: sentence("summary.which_bureau"),
        _PERIOD: sentence("summary.which_period", bureau=choice.bureau),
        _PART: sentence("summary.which_part", name=name),
        _TOPIC: sentence("summary.which_topic", name=name),
        _HEADING: sentence("summary.which_heading", name=name),
    }[choice.step]
    listing = Listing(_labels(entries, choice), choice.step, choice.page, _per_row(choice.step))
    rows = listing.rows(data_for(PREFIX, number), back=_before(entries, choice) is not None)
    return shown(Reply(tuple(filter(None, (hint, question))), rows), anew=tap is None)


def _per_row(step: str) -> int:
    return 2 if step in (_PART, _TOPIC) else 1


def _labels(entries: Sequence[Entry], choice: _Choice) -> list[str]:
    if choice.step == _PERIOD:
        return [period_of(_entry(entries, each), entries) for each in choice.listed]
    if choice.step == _BUREAU:
        return choice.listed
    return [parts.label(each) for each in choice.listed]


def _result(
    services: Services, context: RequestContext, choice: _Choice, tap: Tap | None = None
) -> Outcome:
    """The page that was asked for as a new message; the menu says that it is there."""
    request = parts.request_for(choice.report, choice.part, choice.length)
    entries = services.library.reports()
    name = name_of(_entry(entries, choice.report), entries)
    reply = written(services, context, Digest.asked(request), _RESULT)
    if reply is None:
        hint = sentence("summary.nothing_pick", name=name, part=parts.label(choice.part))
        return _go_on(services, context, replace(choice, part=""), tap, hint=hint)
    if tap is None:
        return Outcome(replies=(reply,))
    services.state.choices.change(tap.number, {})
    done = sentence("summary.chosen", name=name, part=parts.label(choice.part))
    return Outcome(page=Reply((done,)), replies=(reply,))


def _entry(entries: Sequence[Entry], report_id: str) -> Entry:
    """A report's entry; raises ReportNotFound."""
    found = next((entry for entry in entries if entry.id == report_id), None)
    if found is None:
        raise ReportNotFound(wanted=report_id, known="")
    return found
