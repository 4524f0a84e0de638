"""The table of contents at the head of a report, whose lines are no headings."""

import re
from collections.abc import Sequence
from itertools import takewhile

from knowledge.sentences import Span

_LOOKED_AT = 40
_PAGE = re.compile(r"[\s.…·．\-—－_]*[（(]?\d{0,3}[)）]?\s*$")
_BLANKS = re.compile(r"\s")
_LONGEST = 60
_LEAST = 3


def contents_lines(text: str, lines: Sequence[Span], heads: re.Pattern[str]) -> list[Span]:
    """The line that ``heads`` knows (目录) and those below it that the report says again later.

    None where fewer than three follow, since one or two may be words of the report.
    """
    for number, line in enumerate(lines[:_LOOKED_AT]):
        if heads.fullmatch(_BLANKS.sub("", text[slice(*line)])):
            said: dict[str, int] = {}
            for at, other in enumerate(lines[number + 1 :], number + 1):
                if other.end - other.start <= 2 * _LONGEST:
                    said[_entry(text, other)] = at
            listed = list(
                takewhile(
                    lambda at: said.get(_entry(text, lines[at]), 0) > at,
                    range(number + 1, len(lines)),
                )
            )
            return [lines[at] for at in (number, *listed)] if len(listed) >= _LEAST else []
    return []


def _entry(text: str, line: Span) -> str:
    return _BLANKS.sub("", _PAGE.sub("", text[slice(*line)]))
