"""Rows of buttons: lists in pages, within what Telegram lets a button hold."""

from collections.abc import Callable, Sequence

from bot.telegram.replies import Button, Rows
from bot.telegram.words import plain

_A_PAGE = 8
_LABEL = 40


def paged(
    buttons: Sequence[Button], page: int, turned: Callable[[int], str], *, per_row: int = 1
) -> Rows:
    """One page of a list (from 0; a page that is not there is the nearest), with a row to turn.

    ``turned`` gives the data of the button that goes to a page.
    """
    pages = max(1, -(-len(buttons) // (_A_PAGE * per_row)))
    page = min(max(0, page), pages - 1)
    shown = buttons[page * _A_PAGE * per_row : (page + 1) * _A_PAGE * per_row]
    rows = [tuple(shown[n : n + per_row]) for n in range(0, len(shown), per_row)]
    if pages > 1:
        around = []
        if page:
            around.append(Button(plain("button.earlier"), turned(page - 1)))
        around.append(Button(plain("button.page", page=page + 1, pages=pages), turned(page)))
        if page < pages - 1:
            around.append(Button(plain("button.later"), turned(page + 1)))
        rows.append(tuple(around))
    return tuple(rows)


def shortened(label: str) -> str:
    """A label that fits a phone's width: a long one loses its middle."""
    if len(label) <= _LABEL:
        return label
    return f"{label[: _LABEL // 2]}…{label[-(_LABEL // 2 - 1) :]}"
