"""What the Telegram bot says, from ``data/conversation/*.toml``: prose is data."""

from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from knowledge.errors import DataFileError
from knowledge.vocabulary import read_toml

_FOLDER = Path(__file__).parent.parent / "data" / "conversation"


@cache
def _tables() -> dict[str, Any]:
    """The tables of all files; each is in one file only."""
    tables: dict[str, Any] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        for name, table in read_toml(path).items():
            if name in tables:
                raise DataFileError(name=path.name, fault=f"[{name}] 重复。")
            tables[name] = table
    return tables


def plain(key: str, /, **fields: object) -> str:
    """The words of ``table.name`` for a button or a toast: no HTML."""
    table, _, name = key.partition(".")
    try:
        return str(_tables()[table][name]).format(**fields)
    except (KeyError, ValueError, IndexError) as error:
        raise DataFileError(name="telegram", fault=f"{key} 缺失或花括号不对。") from error


def html(key: str, /, **fields: object) -> str:
    """The words of ``table.name`` as HTML; what is filled in is escaped."""
    return plain(key, **{name: escaped(str(value)) for name, value in fields.items()})


def escaped(text: str) -> str:
    """Any text as HTML that shows it as it is; what no UTF-8 can hold is left out."""
    return escape(text.encode("utf-8", "ignore").decode(), quote=False)


def table(name: str) -> dict[str, Any]:
    """A whole table, such as the commands with their descriptions."""
    return dict(_tables()[name])
