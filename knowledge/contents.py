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
            listed = _listed(text, lines[number + 1 :])
            return [line, *listed] if len(listed) >= _LEAST else []
    return []


def _listed(text: str, lines: Sequence[Span]) -> list[Span]:
    """The first lines, as long as each is said again later."""
    last = {
        _entry(text, line): line.start for line in lines if line.end - line.start <= 2 * _LONGEST
    }
    return list(takewhile(lambda ln: last.get(_entry(text, ln), 0) > ln.start, lines))


def _entry(text: str, line: Span) -> str:
    return _BLANKS.sub("", _PAGE.sub("", text[slice(*line)]))
