"""Paragraphs that were run together on one line, parted again where wide blanks stand."""

import re

_LONG = 400
_LEAST = 3
# Two blanks of a Chinese character's width, or four others, open a paragraph.
_IN_TEXT = re.compile(r"(?<=\S)(?=[ \xa0]*\u3000[ \xa0]*\u3000|[ \xa0]{4})[ \xa0\u3000]+(?=\S)")
_IN_PAGE = re.compile(r"(?<=\S)(?=\s*\u3000\s*\u3000|\s*(?:\xa0\s*){4})\s+(?=\S)")
_SEPARATORS = "\u2028\u2029\x85"
_BLANKS = ("\u3000\u3000", "    ", "\xa0\xa0", "\xa0 ")


def parted(text: str) -> str:
    """A text with line ends before the wide blanks inside a long line that has several.

    Line and paragraph separators are line ends as well. No other character is changed.
    """
    for separator in _SEPARATORS:
        text = text.replace(separator, "\n")
    lines = text.split("\n")
    if max(map(len, lines)) <= _LONG:
        return text
    return "\n".join(_parted(line, _IN_TEXT, "\n") for line in lines)


def parted_block(words: str, line_end: str) -> str:
    """The words of a block of a page, whose own line ends and single blanks mean nothing."""
    return _parted(words, _IN_PAGE, line_end)


def _parted(line: str, blanks: re.Pattern[str], line_end: str) -> str:
    if len(line) <= _LONG or not any(run in line for run in _BLANKS):
        return line
    if len(blanks.findall(line)) < _LEAST:
        return line
    return blanks.sub(lambda found: line_end + found[0], line)
