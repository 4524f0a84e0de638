"""Rows of buttons: lists in pages, labels as wide as a phone shows them."""

import unicodedata
from collections.abc import Callable, Sequence

from bot.conversation.messages import Button, Rows
from bot.conversation.wording import plain

A_PAGE = 8
"""How many rows of a list a page has."""
_WIDTH = 36  # a Chinese character is two wide; about what a button as wide as a phone shows
_TAIL = 15


def page_held(count: int, page: int, *, per_row: int = 1) -> int:
    """The page of a list of so many that is shown for a page asked for: itself, or the nearest."""
    pages = max(1, -(-count // (A_PAGE * per_row)))
    return min(max(0, page), pages - 1)


def paged(
    buttons: Sequence[Button], page: int, turned: Callable[[int], str], *, per_row: int = 1
) -> Rows:
    """One page of a list (from 0; a page that is not there is the nearest), with a row to turn.

    ``turned`` gives the data of the button that goes to a page.
    """
    size = A_PAGE * per_row
    pages = max(1, -(-len(buttons) // size))
    page = page_held(len(buttons), page, per_row=per_row)
    shown = buttons[page * size : (page + 1) * size]
    rows = [tuple(shown[n : n + per_row]) for n in range(0, len(shown), per_row)]
    return (*rows, turning(page, pages, turned)) if pages > 1 else tuple(rows)


def turning(page: int, pages: int, turned: Callable[[int], str]) -> tuple[Button, ...]:
    """The row that turns pages: back, where one is, and on."""
    row = [Button(plain("button.page", page=page + 1, pages=pages), turned(page))]
    if page:
        row.insert(0, Button(plain("button.earlier"), turned(page - 1)))
    if page < pages - 1:
        row.append(Button(plain("button.later"), turned(page + 1)))
    return tuple(row)


def shortened(label: str) -> str:
    """A label that fits a phone's width: a long one loses its middle."""
    if _wide(label) <= _WIDTH:
        return label
    head, tail = label, label
    while _wide(head) > _WIDTH - _TAIL - 1:
        head = head[:-1]
    while _wide(tail) > _TAIL:
        tail = tail[1:]
    return f"{head}…{tail}"


def _wide(label: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in label)
