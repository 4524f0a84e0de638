"""``/reports``: what the store holds, and a card for each report.

Its buttons need no stored choice: their data names the page or the report, for anybody.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

from bot.conversation.context import RequestContext
from bot.conversation.features.pages import fold_lines
from bot.conversation.features.plans import offer_topics
from bot.conversation.features.report_labels import bureau_label, period_label
from bot.conversation.features.summaries import offer_parts
from bot.conversation.menus import (
    PAGE_ROWS,
    nearest_page,
    page_rows,
    replace_page,
    shorten_label,
    stale_button,
)
from bot.conversation.messages import Button, Outcome, Reply, Text, reply_with
from bot.conversation.wording import plain, sentence
from bot.summarising.headings import titled_sections
from knowledge.errors import ReportNotFound
from knowledge.library import Library
from knowledge.models import Section
from knowledge.storage.protocols import ReportEntry

PREFIX = "r"
_PAGE, _CARD, _SUMMARISE, _PLAN = "n", "c", "s", "p"
_TURN = re.compile(rf"{_PAGE}:([0-9]{{1,6}})")
_OF_REPORT = re.compile(rf"({_CARD}|{_SUMMARISE}|{_PLAN}):([0-9a-f]{{1,40}})")
_LONGEST = 200


def reports(context: RequestContext, words: str) -> Outcome:
    """``/reports``: the list; the card of the report that is named, if one is."""
    entries = context.library.all_reports()
    if not entries:
        return reply_with(sentence("choosing.empty"))
    if words.strip():
        try:
            report_id = context.library.find_report(words.strip()).id
            return Outcome(replies=(_card(context.library, entries, report_id),))
        except ReportNotFound:
            unclear = sentence("choosing.unclear", words=words.strip()[:_LONGEST])
            page = _list(entries, 0)
            return reply_with(unclear, *page.blocks, rows=page.rows)
    return Outcome(replies=(_list(entries, 0),))


def on_button(context: RequestContext, data: str) -> Outcome:
    """A button of the list or of a card."""
    entries = context.library.all_reports()
    if turn := _TURN.fullmatch(data):
        page = int(turn[1])
        if not entries or nearest_page(len(entries), page) != page:
            return stale_button()
        return Outcome(page=_list(entries, page))
    match = _OF_REPORT.fullmatch(data)
    if not match:
        return stale_button()
    try:
        return _act(context, entries, *match.groups())
    except ReportNotFound:
        return replace_page(sentence("choosing.gone"))


def _act(
    context: RequestContext, entries: Sequence[ReportEntry], action: str, report_id: str
) -> Outcome:
    """What a button of a report does; raises ReportNotFound."""
    card = _card(context.library, entries, report_id)
    if action == _CARD:
        return Outcome(page=card)
    if action == _SUMMARISE:
        return offer_parts(context, report_id)
    bureau = context.library.report(report_id).identity.bureau
    return offer_topics(context, bureau.name) if bureau else stale_button()


def _list(entries: Sequence[ReportEntry], page: int) -> Reply:
    """One page of the list, by bureau, with a button for each report."""
    bureaus = len({bureau_label(entry) for entry in entries})
    blocks = [sentence("reports.title", bureaus=bureaus, count=len(entries))]
    for name, group in groupby(
        entries[page * PAGE_ROWS : (page + 1) * PAGE_ROWS], key=bureau_label
    ):
        periods = plain("reports.join").join(period_label(entry, entries) for entry in group)
        blocks.append(sentence("reports.bureau", bureau=name[:_LONGEST], periods=periods))
    buttons = [
        Button(
            shorten_label(_label(entry, entries)),
            f"{PREFIX}:{_CARD}:{entry.id}",
        )
        for entry in entries
    ]
    return Reply(tuple(blocks), page_rows(buttons, page, _page_data))


def _label(entry: ReportEntry, among: Sequence[ReportEntry]) -> str:
    return plain("reports.label", bureau=bureau_label(entry), period=period_label(entry, among))


def _page_data(page: int) -> str:
    return f"{PREFIX}:{_PAGE}:{page}"


def _card(library: Library, entries: Sequence[ReportEntry], report_id: str) -> Reply:
    """A report's card; raises ReportNotFound."""
    place = next((n for n, e in enumerate(entries) if e.id == report_id), None)
    if place is None:
        raise ReportNotFound(wanted=report_id, known="")
    entry = entries[place]
    sections, _ = library.outline(report_id)
    heads = titled_sections(sections)
    file = Path(entry.file).name
    title = entry.identity.title or Path(entry.file).stem
    facts = [
        sentence("reports.whose", bureau=bureau_label(entry)[:_LONGEST], period=_period(entry)),
        sentence("reports.file", file=file[:_LONGEST]),
        sentence("reports.counts", sections=len(heads), figures=entry.figures),
        sentence("reports.loaded", day=_day(entry.loaded_at)),
        *([sentence("reports.older")] if entry.superseded_by else []),
    ]
    blocks = [sentence("reports.card", title=title[:_LONGEST]), Text("\n").join(facts)]
    blocks += [fold_lines(sentence("reports.headings"), _first_level(heads))] if heads else []
    ways = [Button(plain("reports.summarise"), f"{PREFIX}:{_SUMMARISE}:{report_id}")]
    if entry.identity.bureau:
        ways.append(Button(plain("reports.plan"), f"{PREFIX}:{_PLAN}:{report_id}"))
    back = Button(plain("button.back"), _page_data(place // PAGE_ROWS))
    return Reply(tuple(blocks), (tuple(ways), (back,)), one_message=True)


def _first_level(heads: Sequence[Section]) -> list[str]:
    """The first-level headings."""
    top = min(section.level for section in heads)
    return [section.path[-1] for section in heads if section.level == top]


def _period(entry: ReportEntry) -> str:
    return str(entry.identity.period or plain("choosing.unknown_period"))


def _day(loaded_at: str) -> str:
    """The day where the machine sits."""
    moment = datetime.fromisoformat(loaded_at).astimezone()
    return plain("reports.day", year=moment.year, month=moment.month, day=moment.day)
