"""Ids of people, chats and messages: the app's name, a colon, and the app's own id.

Telegram was the only app once, and its ids were written as bare numbers: in ADMIN_IDS, in buttons,
in the names of folders. They still are.
"""

_WITHOUT_NAME = "telegram"


def full_id(written: str | int) -> str:
    """An id with its app's name; a bare number is Telegram's."""
    text = str(written)
    return text if ":" in text else f"{_WITHOUT_NAME}:{text}"


def short_id(full: str) -> str:
    """An id as buttons, folders and ADMIN_IDS write it; ``full_id`` turns it back."""
    return full.removeprefix(f"{_WITHOUT_NAME}:")


def shown_id(full: str) -> str:
    """An id as people are told it; the demo's page has no other app beside it either."""
    app, _, own = full.partition(":")
    return own if app in (_WITHOUT_NAME, "demo") else full


def app_of(full: str) -> str:
    """The name of the app that an id is of."""
    return full.partition(":")[0]
