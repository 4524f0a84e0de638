"""What is said in a chat, from ``data/conversation/*.toml``: prose is data.

A sentence may hold a small markup: ``<b>``, ``<i>``, ``<code>``, and for stored messages
``<blockquote expandable>``.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from bot.conversation.messages import Mark, MarkKind, Text
from knowledge.errors import DataFileError
from knowledge.vocabulary import read_toml

_FOLDER = Path(__file__).parent.parent / "data" / "conversation"
_TAGS = {
    "b": MarkKind.BOLD,
    "i": MarkKind.ITALIC,
    "code": MarkKind.CODE,
    "blockquote": MarkKind.FOLDED,
}
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"'}
_MARKUP = re.compile(r"<(/?)(b|i|code|blockquote)(?: expandable)?>|&(?:lt|gt|amp|quot);")
_FIELD = re.compile(r"\{(\w+)\}|(\{\{|\}\})|[{}]")


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
    """The words of ``table.name`` for a button or a toast, which have no markup."""
    table, _, name = key.partition(".")
    try:
        return str(_tables()[table][name]).format(**fields)
    except (KeyError, ValueError, IndexError) as error:
        raise _fault(key) from error


def sentence(key: str, /, **fields: object) -> Text:
    """The words of ``table.name`` with their marks; fields are filled in as they are.

    A field may be a Text. Raises DataFileError.
    """
    try:
        return _fill(_template(key), fields)
    except (KeyError, ValueError) as error:
        raise _fault(key) from error


@cache
def _template(key: str) -> Text:
    table, _, name = key.partition(".")
    return parse_markup(str(_tables()[table][name]))


def _fill(template: Text, fields: dict[str, object]) -> Text:
    """A template with its fields; raises KeyError or ValueError where it does not fit them."""
    parts: list[Text | str] = []
    end = 0
    for match in _FIELD.finditer(template.plain):
        hole = template[match.start() : match.end()]
        if match[1]:
            value = fields[match[1]]
            filling = value if isinstance(value, Text) else Text(str(value))
        elif match[2]:
            filling = Text(match[2][0])
        else:
            raise ValueError(match[0])
        for mark in hole.marks:
            filling = filling.with_mark(mark.kind)
        parts += [template[end : match.start()], filling]
        end = match.end()
    return Text("").join((*parts, template[end:]))


def parse_markup(markup: str) -> Text:
    """Read the markup; what is none of it stands for itself. Raises ValueError at odd tags."""
    words: list[str] = []
    opened: list[tuple[MarkKind, int]] = []
    marks: list[Mark] = []
    length = end = 0
    for match in _MARKUP.finditer(markup):
        words.append(markup[end : match.start()])
        length += match.start() - end
        end = match.end()
        if match[2] is None:
            words.append(_ENTITIES[match[0]])
            length += 1
        elif not match[1]:
            opened.append((_TAGS[match[2]], length))
        else:
            kind, start = opened.pop() if opened else (None, 0)
            if kind is not _TAGS[match[2]]:
                raise ValueError(markup)
            marks.append(Mark(start, length, kind))
    if opened:
        raise ValueError(markup)
    return Text("".join((*words, markup[end:])), tuple(marks))


def table(name: str) -> dict[str, Any]:
    """A whole table, such as the commands with their descriptions."""
    return dict(_tables()[name])


def command_named(words: str) -> str:
    """The command whose name some words are (台账); empty of none."""
    said = words.strip("？?。！! ")
    return next((name for name, called in _tables()["names"].items() if said in called), "")


def _fault(key: str) -> DataFileError:
    return DataFileError(name="conversation", fault=f"{key} 缺失或花括号不对。")
