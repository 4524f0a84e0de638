"""The keyboard of a call, checked."""

import re
from typing import Any

from bot.loopback.given import Given
from bot.loopback.records import Json
from bot.loopback.refusals import Refused, bad_request

MOST_BUTTONS, MOST_IN_A_ROW = 100, 8
LONGEST_DATA = 64

_WHAT = "reply keyboard markup"
_OTHERS = ("keyboard", "remove_keyboard", "force_reply")
_ACTIONS = (
    "callback_data", "url", "web_app", "login_url", "switch_inline_query",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text",
    "callback_game", "pay",
)  # fmt: skip


def read_markup(given: Given, *, inline_only: bool = False) -> Json | None:
    """The markup, None for none and for an inline keyboard without a button; raises Refused.

    A message that is edited takes an inline keyboard alone.
    """
    markup = given.parsed("reply_markup", _WHAT)
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _inline(markup["inline_keyboard"])
    if inline_only:
        raise bad_request("inline keyboard expected")
    if not any(key in markup for key in _OTHERS):
        return None
    if "keyboard" in markup:
        _check_rows(markup["keyboard"], "keyboard")
    return markup


def _inline(rows: Any) -> Json | None:
    _check_rows(rows, "inline_keyboard")
    kept = [[_button(button) for button in row] for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _check_rows(rows: Any, field: str) -> None:
    if not isinstance(rows, list):
        raise bad_request(f'field "{field}" of the ReplyKeyboardMarkup must be an Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{field}" must be an Array of Arrays')
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in rows):
        raise bad_request("reply markup is too long")


def _unparsable(reason: str) -> Refused:
    return bad_request(f"can't parse inline keyboard button: {reason}")


def _button(button: Any) -> Json:
    """A button as it is kept; raises Refused."""
    if not isinstance(button, dict):
        raise _unparsable("InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise _unparsable('Field "text" must be of type String')
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [action for action in _ACTIONS if action in button]
    if not actions:
        raise _unparsable("Text buttons are unallowed in the inline keyboard")
    if "callback_data" in button:
        _check_data(button["callback_data"])
    elif "url" in button:
        _check_url(button["url"])
    return {"text": text, actions[0]: button[actions[0]]}


def _check_data(data: Any) -> None:
    if not isinstance(data, str):
        raise _unparsable('Field "callback_data" must be of type String')
    if not 1 <= len(data.encode()) <= LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: Any) -> None:
    pattern = r"(?:https?|tg|ton)://\S+|(?:[\w-]+\.)+\w{2,}\S*"
    if not isinstance(url, str) or not re.fullmatch(pattern, url, re.IGNORECASE):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
