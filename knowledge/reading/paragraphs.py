"""Plain text in its writer's paragraphs: hard-wrapped lines joined, run-on lines split."""

import re
from collections import Counter
from itertools import accumulate, groupby
from operator import add

from knowledge.understanding.headings import marked_heading
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.rows import find_rows
from knowledge.understanding.sentences import SENTENCE_ENDS

_LONG = 400
_LEAST = 3
# Two blanks of a Chinese character's width, or four others, open a paragraph.
_IN_TEXT = re.compile(r"(?<=\S)(?=[ \xa0]*\u3000[ \xa0]*\u3000|[ \xa0]{4})[ \xa0\u3000]+(?=\S)")
_IN_PAGE = re.compile(r"(?<=\S)(?=\s*\u3000\s*\u3000|\s*(?:\xa0\s*){4})\s+(?=\S)")
_UNSEEN = re.compile(r"[\u200b-\u200d\u2060\ufeff\xad]")
_SEPARATORS = "\u2028\u2029\x85"
_BLANKS = ("\u3000\u3000", "    ", "\xa0\xa0", "\xa0 ")
_LONGEST, _SHORTEST = 140, 18  # of a line: columns, of which a Chinese character takes two
_SLACK = 3  # columns that stay empty where the next character would not fit
_LEAST_FULL = 12
_FULL_SHARE, _BROKEN_SHARE, _INDENTED_SHARE = 0.4, 0.5, 0.05
_PROSE_SHARE = 0.6
_STOPS = frozenset("，。、；：")
_WIDE = "\u2e80"
_DASHES = "—―"


def without_unseen(text: str) -> str:
    """A text without characters of no width, which pages put even inside of words."""
    return _UNSEEN.sub("", text)


def split_at_blanks(text: str) -> str:
    """A text with line ends before the wide blanks inside a long line that has several.

    Line and paragraph separators are line ends as well. No other character is changed.
    """
    for separator in _SEPARATORS:
        text = text.replace(separator, "\n")
    lines = text.split("\n")
    if max(map(len, lines)) <= _LONG:
        return text
    return "\n".join(_split_line(line, _IN_TEXT, "\n") for line in lines)


def split_block(words: str, line_end: str) -> str:
    """The words of a block of a page, whose own line ends and single blanks mean nothing."""
    return _split_line(words, _IN_PAGE, line_end)


def _split_line(line: str, blanks: re.Pattern[str], line_end: str) -> str:
    if len(line) <= _LONG or not any(run in line for run in _BLANKS):
        return line
    if len(blanks.findall(line)) < _LEAST:
        return line
    return blanks.sub(lambda found: line_end + found[0], line)


def unwrap_lines(text: str) -> str:
    """The text with the lines of a paragraph joined, if it is set in lines of one width.

    Else the text itself. Nothing but line ends, and blanks around them, is taken out.
    """
    lines = text.split("\n")
    if max(map(len, lines)) > _LONGEST:
        return text
    count, edge, widths = _measure(lines, lines)
    if count and (prose := _without_rows(text, lines)) != lines:
        count, edge, widths = _measure(lines, prose)
    return "\n".join(_join_lines(lines, widths, edge)) if count else text


def _measure(lines: list[str], prose: list[str]) -> tuple[int, int, list[int]]:
    """How many lines break at which width, and the width of each; 0 for what is no ``prose``.

    The width is told in columns, of which a Chinese character takes two, or in characters.
    """
    bare = [line.rstrip() for line in prose]
    wide = [sum(character >= _WIDE for character in line) for line in bare]
    characters = list(map(len, bare))
    measured = list(map(add, characters, wide)), characters
    return max((*_edge(lines, widths), widths) for widths in measured)


def _without_rows(text: str, lines: list[str]) -> list[str]:
    """The lines, empty where they are rows of a table, which are no wider than they say."""
    rows = {row.span.start for row in find_rows(fold_width(text))}
    starts = accumulate((len(line) + 1 for line in lines), initial=0)
    return ["" if start in rows else line for start, line in zip(starts, lines, strict=False)]


def _join_lines(lines: list[str], widths: list[int], edge: int) -> list[str]:
    filled = sum(map(bool, widths))
    indented = sum(line[:1].isspace() for line in lines) >= _INDENTED_SHARE * filled
    parted = indented or sum(not width for width in widths[:-1]) >= _INDENTED_SHARE * filled
    paragraphs = [[lines[0]]]
    for above, width, line in zip(lines, widths, lines[1:], strict=False):
        full = width >= edge - _SLACK and (parted or above.rstrip()[-1] not in SENTENCE_ENDS)
        if full and line.strip() and not _opens(line, indented=indented):
            paragraphs[-1][-1] = above.strip() if len(paragraphs[-1]) > 1 else above.rstrip()
            paragraphs[-1] += [_between(above.rstrip(), line.lstrip()), line.strip()]
        else:
            paragraphs.append([line])
    return ["".join(pieces) for pieces in paragraphs]


def _edge(lines: list[str], widths: list[int]) -> tuple[int, int]:
    """How many lines break at which width; 0 where they do not, but end with their paragraphs."""
    counts = Counter(width for width in widths if _SHORTEST <= width <= _LONGEST)
    if not counts:
        return 0, 0
    around = {w: sum(counts[w - less] for less in range(_SLACK + 1)) for w in counts}
    edge = max(around, key=lambda width: (around[width], width))
    full = [ln.rstrip() for ln, w in zip(lines, widths, strict=True) if edge - _SLACK <= w <= edge]
    beyond = sum(width > edge + _SLACK for width in widths)
    broken = sum(line[-1] not in SENTENCE_ENDS for line in full)
    filled = sum(map(bool, widths))
    sure = len(full) >= max(_LEAST_FULL, _FULL_SHARE * filled) and beyond <= filled // 50
    runs = max(len(list(same)) for _, same in groupby(widths, lambda w: edge - _SLACK <= w <= edge))
    prose = sum(not _STOPS.isdisjoint(line) for line in full)
    sure = sure and runs > 1 and broken >= _BROKEN_SHARE * len(full)
    return (len(full), edge) if sure and prose >= _PROSE_SHARE * len(full) else (0, 0)


def _opens(line: str, *, indented: bool) -> bool:
    """Whether a line begins a paragraph: set in where others are, or with a mark of its own."""
    if indented:
        return line[:1].isspace()
    return line[0] in _DASHES or marked_heading(line) is not None


def _between(above: str, line: str) -> str:
    """What stands between joined lines: a blank between Latin words alone."""
    words = above[-1].isascii() and above[-1].isalpha() and line[0].isascii() and line[0].isalpha()
    return " " * words
