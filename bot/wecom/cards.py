"""Texts as WeCom's Markdown, and buttons as its cards; pure."""

from collections.abc import Sequence

from bot.conversation.messages import Button, Rows, Text, render_markdown
from bot.wecom.protocol import SUBMIT, Json, phrase

_FULL_WIDTH = str.maketrans("*`~<>", "＊｀～＜＞")
_BUTTONS, _OPTIONS = 6, 20
"""How many buttons and how many options one card has at most."""


def wecom_markdown(text: Text) -> str:
    """A text as WeCom shows it."""
    return render_markdown(text, _escape)


def markdown_bytes(text: Text) -> int:
    """How much of a message a text takes."""
    return len(wecom_markdown(text).encode())


def _escape(line: str) -> str:
    words = line.translate(_FULL_WIDTH)
    return f"＃{words[1:]}" if words.startswith("#") else words


def cards_of(rows: Rows, key: str) -> list[Json]:
    """Buttons as cards: six or fewer as such, more as a list to choose from."""
    buttons = [button for row in rows for button in row]
    parts = [buttons[n : n + _OPTIONS] for n in range(0, len(buttons), _OPTIONS)]
    return [_card(part, f"{key}-{n}") for n, part in enumerate(parts)]


def _card(buttons: Sequence[Button], task_id: str) -> Json:
    card: Json = {"main_title": {"title": phrase("card.title")}, "task_id": task_id}
    if len(buttons) <= _BUTTONS:
        listed = [{"text": b.label, "style": 1, "key": b.data} for b in buttons]
        return {"card_type": "button_interaction", "button_list": listed, **card}
    options = [{"id": b.data, "text": b.label} for b in buttons]
    checkbox = {"question_key": SUBMIT, "mode": 0, "option_list": options}
    submit = {"text": phrase("card.choose"), "key": SUBMIT}
    return {"card_type": "vote_interaction", "checkbox": checkbox, "submit_button": submit, **card}


def pressed_card(card: Json, data: str) -> Json:
    """A card that says which of its buttons was pressed; it can be pressed again."""
    listed = card.get("button_list") or card["checkbox"]["option_list"]
    label = next((b["text"] for b in listed if data in (b.get("key"), b.get("id"))), "")
    title = card["main_title"] | {"desc": phrase("card.pressed", label=label)}
    return card | {"main_title": title}
