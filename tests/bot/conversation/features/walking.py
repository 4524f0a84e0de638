"""Walks through menus as a person does: by the labels of buttons, never by their data."""

import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

from bot.conversation.context import RequestContext
from bot.conversation.features import ledger, library, plans, summaries
from bot.conversation.messages import (
    BUTTON_BYTES,
    Button,
    Outcome,
    Reply,
    Text,
    fit_blocks,
    pack_blocks,
    utf16_length,
)
from bot.telegram.adapter import LIMIT
from bot.telegram.rendering import html_units, render_html

ROUTES: Mapping[str, Callable[[RequestContext, str], Outcome]] = {
    summaries.SUMMARY_PREFIX: summaries.on_summary_press,
    plans.PREFIX: plans.on_plan_press,
    summaries.COMPARE_PREFIX: summaries.on_comparison_press,
    ledger.PREFIX: ledger.on_ledger_press,
    library.SEARCH_PREFIX: library.turn_page,
    library.REPORTS_PREFIX: library.on_report_press,
}
STRAY = re.compile(r"&(?!(?:amp|lt|gt);)")


class Tags(HTMLParser):
    """Reads a text as Telegram does; fails on what Telegram would refuse."""

    def __init__(self, block: Text) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.folded = ""
        self.bold: list[str] = []
        html = render_html(block)
        self.feed(html)
        self.close()
        assert self.open == []
        assert not STRAY.search(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("b", "i", "blockquote")
        assert attrs == ([("expandable", None)] if tag == "blockquote" else [])
        assert tag not in self.open
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "blockquote" in self.open:
            self.folded += data
        if "b" in self.open:
            self.bold.append(data)


def messages(reply: Reply) -> list[Text]:
    """The messages that Telegram makes of a reply, each checked to be one."""
    blocks = list(reply.blocks)
    if reply.one_message:
        blocks = fit_blocks(blocks, "……", LIMIT, html_units)
    made = pack_blocks(blocks, LIMIT, html_units)
    for message in made:
        assert utf16_length(render_html(message)) <= LIMIT
        Tags(message)
    assert len(made) == 1 or not reply.one_message
    return made


def pages(outcome: Outcome) -> list[Reply]:
    """All that an outcome shows, checked to be what Telegram takes."""
    replies = [*([outcome.page] if outcome.page else []), *outcome.replies]
    for reply in replies:
        assert reply.blocks
        for block in reply.blocks:
            assert block.plain.strip()
        messages(reply)
        for button in (button for row in reply.rows for button in row):
            assert button.label.strip()
            assert len(button.data.encode()) <= BUTTON_BYTES
        assert all(reply.rows)
    return replies


def text(outcome: Outcome) -> str:
    return "\n\n".join(Tags(block).text for reply in pages(outcome) for block in reply.blocks)


def buttons(outcome: Outcome) -> list[Button]:
    return [button for reply in pages(outcome) for row in reply.rows for button in row]


def labels(outcome: Outcome) -> list[str]:
    return [button.label for button in buttons(outcome)]


def tap(context: RequestContext, outcome: Outcome, label: str) -> Outcome:
    """Tap the first button whose label holds some words."""
    button = next(b for b in buttons(outcome) if label in b.label)
    return tap_data(context, button.data)


def tap_data(context: RequestContext, data: str) -> Outcome:
    prefix, _, rest = data.partition(":")
    tapped = ROUTES[prefix](context, rest)
    pages(tapped)
    return tapped
