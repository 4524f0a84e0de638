"""Messages as Feishu's cards (JSON 2.0): Markdown, with buttons below; pure."""

import json
from typing import Any

from bot.conversation.messages import Button, Rows, Text, render_markdown
from bot.feishu.parsing import is_group

LIMIT = 20_000
"""What one message holds, in bytes; a card may have 30 kB."""
ANSWER = "answer"
"""The element that is written while it is shown."""
_LINK, _NO_LINK = "](", "]&#40;"
_ESCAPES = {ord(char): f"&#{ord(char)};" for char in "*~_`#<>\\"}
_SUMMARY = 40


def feishu_markdown(text: Text) -> str:
    """A text as Feishu shows it; what could be markup is escaped as its documents say."""
    return render_markdown(text, _escape)


def markdown_bytes(text: Text) -> int:
    """How much of a message a text takes at most: every bracket counts as one to be escaped."""
    spared = text.plain.count("(") - text.plain.count(_LINK)
    return len(feishu_markdown(text).encode()) + spared * (len(_NO_LINK) - len(_LINK))


def _escape(line: str) -> str:
    return line.translate(_ESCAPES).replace(_LINK, _NO_LINK)


def card_json(text: Text, rows: Rows = (), *, chat_id: str, card_id: str = "") -> str:
    """A card; without an id of its own it is still being written, and has no buttons."""
    elements: list[dict[str, Any]] = [
        {"tag": "markdown", "element_id": ANSWER, "content": feishu_markdown(text) or " "}
    ]
    if card_id:
        elements += [_row(row, card_id, in_group=is_group(chat_id)) for row in rows if row]
    summary = " ".join(text.plain.split())[:_SUMMARY]
    config = {"streaming_mode": not card_id, "update_multi": True, "summary": {"content": summary}}
    card = {"schema": "2.0", "config": config, "body": {"elements": elements}}
    return json.dumps(card, ensure_ascii=False)


def _row(row: tuple[Button, ...], card_id: str, *, in_group: bool) -> dict[str, Any]:
    buttons = [_button(button, card_id, in_group=in_group) for button in row]
    if len(buttons) == 1:
        return buttons[0]
    columns = [{"tag": "column", "width": "auto", "elements": [button]} for button in buttons]
    return {"tag": "column_set", "flex_mode": "flow", "columns": columns}


def _button(button: Button, card_id: str, *, in_group: bool) -> dict[str, Any]:
    value = {"data": button.data, "card": card_id, "in_group": in_group}
    return {
        "tag": "button",
        "text": {"tag": "plain_text", "content": button.label},
        "behaviors": [{"type": "callback", "value": value}],
    }
