"""``/compare``: a line of work, in one period's reports or one bureau's; then side by side."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

from bot.conversation.context import RequestContext, Services
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
    paging,
    read_tap,
    shown,
    stale,
)
from bot.conversation.features.digests import OTHER, Digest, Result, digest_tapped, written
from bot.conversation.features.parts import length_called, length_names
from bot.conversation.features.wanted import Wanted, read_words, topic_within
from bot.conversation.messages import Outcome, Reply, Text, reply_with
from bot.conversation.wording import plain, sentence
from bot.summarising.request import SummaryRequest
from bot.summarising.vocabulary import Length
from knowledge.errors import ReportNotFound
from knowledge.library import Library
from knowledge.storage.rows import Entry
from knowledge.understanding.topics import topics

PREFIX, KIND = "c", "compare"
_RESULT = Result(PREFIX, "compared", "compare.other_topic")
_TOPIC, _REPORTS = "t", "w"
_MOST, _MOST_READ = 10, 200


@dataclass(frozen=True, slots=True)
class _Choice:
    """What was chosen so far; ``step`` says of what the menu offers now."""

    topic: str = ""
    reports: list[str] = field(default_factory=list)
    length: str = Length.HALF.value
    step: str = ""
    listed: list[str] = field(default_factory=list)
    page: int = 0


def compare(services: Services, context: RequestContext, words: str) -> Outcome:
    """``/compare``, with or without what is wanted."""
    entries = services.library.reports()
    if not entries:
        return reply_with(sentence("choosing.empty"))
    if not _sets(entries):
        return reply_with(sentence("compare.too_few"))
    wanted = read_words(services.library, words, length_names())
    topic, unread = _topic_of(wanted)
    choice = _Choice(topic, length=length_called(wanted.length) or Length.HALF.value)
    hint = None
    if unread:
        hint = sentence("choosing.unclear", words=unread)
    if wanted.reports is not None:
        choice = replace(choice, reports=list(wanted.reports))
        if len(choice.reports) < 2:
            count = "only_one" if choice.reports else "none_of"
            hint = sentence(f"compare.{count}", words=words.strip())
    if wanted.unknown:
        hint = sentence("choosing.unknown", wanted=wanted.unknown)
    if hint:  # what was not read may have been meant to narrow it
        choice = replace(choice, reports=[])
    return _go_on(services, context, choice, hint=hint)


def tapped(services: Services, context: RequestContext, data: str) -> Outcome:
    """A button of the menu or of a comparison."""
    try:
        if tap := read_tap(services, context, data, KIND):
            return _menu_tapped(services, context, tap, _Choice(**tap.held))
        if tap := read_tap(services, context, data, _RESULT.kind):
            if tap.act == OTHER:
                digest = Digest.of(tap.held)
                return _go_on(
                    services, context, _Choice(reports=digest.reports, length=digest.length)
                )
            return digest_tapped(services, context, tap, _RESULT)
    except ReportNotFound:
        return gone()
    return stale()


def _topic_of(wanted: Wanted) -> tuple[str, str]:
    """The line of work that is named, or a word of its own (电梯), and what was not understood."""
    words = " ".join(wanted.rest)
    if wanted.topic or not words:
        return wanted.topic, words
    return topic_within(words) or words, ""


def _menu_tapped(services: Services, context: RequestContext, tap: Tap, choice: _Choice) -> Outcome:
    if tap.act == CANCEL:
        return cancelled(services, tap)
    clear = replace(choice, step="", listed=[], page=0)
    if tap.act == BACK and choice.step == _REPORTS:
        return _go_on(services, context, replace(clear, topic=""), tap)
    if tap.act == TURN:
        turns = is_page(tap.index, choice.listed, per_row=_per_row(choice.step))
        return _show(services, context, replace(choice, page=tap.index), tap) if turns else stale()
    picked = tap.picked(choice.listed) if tap.act == choice.step else None
    return stale() if picked is None else _picked(services, context, tap, clear, picked)


def _picked(
    services: Services, context: RequestContext, tap: Tap, clear: _Choice, picked: str
) -> Outcome:
    if tap.act == _TOPIC:
        return _go_on(services, context, replace(clear, topic=picked), tap)
    held = _sets(services.library.reports()).get(picked, [])
    if len(held) < 2:
        return paging(sentence("choosing.gone"))
    return _go_on(services, context, replace(clear, reports=[e.id for e in held]), tap)


def _go_on(
    services: Services,
    context: RequestContext,
    choice: _Choice,
    tap: Tap | None = None,
    *,
    hint: Text | None = None,
) -> Outcome:
    """The next step that is open; the comparison where none is."""
    if not choice.topic:
        listed = _topics(services.library)
        return _show(services, context, replace(choice, step=_TOPIC, listed=listed), tap, hint=hint)
    if choice.reports:
        return _result(services, context, choice, tap)
    sets = _sets(services.library.reports())
    if not sets:
        return _said(sentence("compare.too_few"), tap)
    if len(sets) == 1 and not hint:
        only = next(iter(sets.values()))
        return _result(services, context, replace(choice, reports=[e.id for e in only]), tap)
    return _show(
        services, context, replace(choice, step=_REPORTS, listed=list(sets)), tap, hint=hint
    )


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
    labels, question = choice.listed, sentence("compare.which_topic")
    if choice.step == _REPORTS:
        sets = _sets(services.library.reports())
        labels = [_label(name, sets.get(name, [])) for name in choice.listed]
        question = sentence("compare.which_reports", topic=choice.topic)
    listing = Listing(labels, choice.step, choice.page, _per_row(choice.step))
    rows = listing.rows(data_for(PREFIX, number), back=choice.step == _REPORTS)
    return shown(Reply(tuple(filter(None, (hint, question))), rows), anew=tap is None)


def _result(
    services: Services, context: RequestContext, choice: _Choice, tap: Tap | None = None
) -> Outcome:
    """The comparison as a new message; the menu says that it is there."""
    length = None if choice.length == "all" else Length(choice.length)
    reports = tuple(choice.reports[:_MOST])
    request = SummaryRequest(reports, topic=choice.topic, length=length)
    reply = written(services, context, Digest.asked(request), _RESULT)
    if reply is None:
        hint = sentence("compare.nothing", topic=choice.topic)
        return _go_on(services, context, replace(choice, topic=""), tap, hint=hint)
    if len(choice.reports) > _MOST:
        reply = replace(reply, blocks=(sentence("compare.most", most=_MOST), *reply.blocks))
    if tap is None:
        return Outcome(replies=(reply,))
    services.state.choices.change(tap.number, {})
    done = sentence("compare.chosen", topic=choice.topic)
    return Outcome(page=Reply((done,)), replies=(reply,))


def _said(told: Text, tap: Tap | None) -> Outcome:
    return reply_with(told) if tap is None else paging(told)


def _per_row(step: str) -> int:
    return 2 if step == _TOPIC else 1


def _topics(library: Library) -> list[str]:
    """The lines of work that any report speaks of."""
    texts = [library.report(entry.id).text for entry in library.reports()[:_MOST_READ]]
    return [t.name for t in topics() if any(word in text for word in t.words for text in texts)]


def _sets(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """What can be compared: the bureaus of one period, newest first, and a bureau's periods."""
    sets: dict[str, list[Entry]] = {}
    dated = [e for e in entries if e.identity.period and e.identity.bureau]
    for period in sorted({e.identity.period for e in dated if e.identity.period}, reverse=True):
        held = [e for e in dated if e.identity.period == period]
        if len(bureaus_of(held)) > 1:
            sets[f"period:{period}"] = held
    for bureau in bureaus_of(dated):
        held = [e for e in dated if bureau_of(e) == bureau]
        if len({e.identity.period for e in held}) > 1:
            sets[f"bureau:{bureau}"] = held
    return sets


def _label(name: str, held: Sequence[Entry]) -> str:
    what, _, words = name.partition(":")
    if what == "period":
        return plain("compare.of_period", period=words, count=len(bureaus_of(held)))
    periods = {e.identity.period for e in held}
    return plain("compare.of_bureau", bureau=words, count=len(periods))
