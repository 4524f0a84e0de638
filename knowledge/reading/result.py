"""What reading a file gives: a text with its pages, or the error that says why there is none."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.errors import UnreadableFile
from knowledge.models import Page
from knowledge.vocabulary import DATA, fill_in

_LEFT_OUT = "（没有读出的部分：{}。）"
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class PagedText:
    """A text and the pages of its file in order; none where there are no pages.

    A page without text begins where the next one does.
    """

    text: str
    pages: tuple[Page, ...] = ()


def refusal(reason: str, **fields: object) -> UnreadableFile:
    """Make the error that says a reason; ``unsupported.doc`` and the like name one in a table."""
    return UnreadableFile(reason=fill_in(DATA / "reading.toml", reason, fields))


def left_out_name(label: str, **fields: object) -> str:
    """What a part of a file is called where it could not be read."""
    return fill_in(DATA / "reading.toml", f"left_out.{label}", fields)


def left_out_note(parts: Iterable[str]) -> str:
    """The line of a text that says which parts of its file could not be read; ``""`` for none."""
    known = list(dict.fromkeys(parts))
    named = "、".join(known[:_MOST_NAMED])
    if len(known) > _MOST_NAMED:
        named = left_out_name("more", named=named, all=len(known))
    return f"{_LEFT_OUT.format(named)}\n" if known else ""


def left_out_of(text: str) -> str:
    """What the last such line of a text names; ``""`` where there is none."""
    found = re.findall(f"^{_LEFT_OUT.format('(.+)')}$", text, re.MULTILINE)
    return found[-1] if found else ""
