"""Plain text and Markdown to text: paragraphs joined, tables as rows, no page furniture.

The text of a web page may be as tools save it: one that saves the text of every element leaves
comments, writes a blank as ``<U+00A0>``, puts each link on a line of its own, and gives an article
once for every element that it stands in.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from knowledge.reading.encoding import NotText, decode, decode_damaged
from knowledge.reading.files import MOST_CHARACTERS
from knowledge.reading.grid import MOST_COLUMNS, grid_lines, row_of
from knowledge.reading.paragraphs import split_at_blanks, unwrap_lines, without_unseen
from knowledge.reading.result import refusal
from knowledge.understanding.headings import marked_heading
from knowledge.understanding.rows import repeat_units
from knowledge.understanding.sentences import SENTENCE_ENDS

_CODE_POINT = re.compile(r"<U\+([0-9A-F]{4,5})>")
_COMMENT = "<!--", "-->"
# Characters that no line of Chinese begins with: one that does continues the line above.
_CONTINUES = tuple("，、。；：！？）》】”’")
_OPENS = tuple("《“（【‘，、")
_LEAST_CUTS = 2
_LEAST_LINES, _LEAST_COPY = 3, 300
"""Lines and characters that a run has to have to be a copy of the article, not a set phrase."""
_TELLING = 20
"""Characters of a line by which the beginning of a copy is known."""


def clean_saved_page(text: str) -> str:
    """The text without what only the saving of a page has put into it; others are unchanged.

    The first of several copies of an article stays, whole and in its place.
    """
    text = _drop_comments(_CODE_POINT.sub(_unescape, text))
    return "\n".join(_first_copies(_join_cut_lines(text.split("\n"))))


def _unescape(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character.isprintable() or character.isspace() else ""


def _drop_comments(text: str) -> str:
    opening, closing = _COMMENT
    head, *rest = text.split(opening)
    kept = [head]
    for part in rest:
        inside, end, after = part.partition(closing)
        kept.append(after if end else opening + inside)
    return "".join(kept)


def _join_cut_lines(lines: Sequence[str]) -> list[str]:
    """Lines with the sentences put together that were cut at their links, if any were."""
    cuts = sum(
        bool(above.strip()) and below.startswith(_CONTINUES) for above, below in pairwise(lines)
    )
    if cuts < _LEAST_CUTS:
        return list(lines)
    paragraphs = [[lines[0]]]
    for above, line in pairwise(lines):
        if _continues(above, line):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return ["".join(pieces) for pieces in paragraphs]


def _continues(above: str, line: str) -> bool:
    """Whether a line is the rest of the one above it."""
    ending = above.rstrip()
    if not ending or not line.strip():
        return False
    if line.startswith(_CONTINUES) or ending.endswith(_OPENS):
        return True
    if line[0].isspace() or ending[-1] in SENTENCE_ENDS or marked_heading(line):
        return False
    heading = marked_heading(above)
    return heading is None or heading.run_in


def _first_copies(lines: Sequence[str]) -> Sequence[str]:
    """The lines without the copies of what stood above, word for word and in the same order.

    From the first copy on, no line is kept that stood above, nor a blank one.
    """
    filled = [(number, said) for number, line in enumerate(lines) if (said := line.strip())]
    begin = _first_copy([said for _, said in filled])
    if begin is None:
        return lines
    start = filled[begin][0]
    known = {"", *(said for _, said in filled[:begin])}
    return [*lines[:start], *(line for line in lines[start:] if line.strip() not in known)]


def _first_copy(lines: Sequence[str]) -> int | None:
    """Where the first copy of lines above begins, with the short lines at its head."""
    first: dict[str, int] = {}
    for at, line in enumerate(lines):
        earlier = first.setdefault(line, at) if len(line) >= _TELLING else at
        if earlier < at and _is_copy(lines, earlier, at):
            differing = (n for n in range(1, earlier + 1) if lines[earlier - n] != lines[at - n])
            return at + 1 - next(differing, earlier + 1)
    return None


def _is_copy(lines: Sequence[str], earlier: int, at: int) -> bool:
    """Whether the lines from ``at`` on repeat enough of those from ``earlier`` on."""
    longest = min(at - earlier, len(lines) - at)
    differing = (n for n in range(longest) if lines[earlier + n] != lines[at + n])
    length = next(differing, longest)
    return length >= _LEAST_LINES and sum(map(len, lines[at : at + length])) >= _LEAST_COPY


_BELOW_HEAD = re.compile(
    r"[ \t]*+(?:\|[ \t]*+)?:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)+\|?[ \t]*+"
)
_BAR = re.compile(r"(?<!\\)\|")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BOLD = re.compile(r"\*\*(?![\s省市州盟县区旗乡镇村街局])([^*]+)\*\*")  # **县 is a mask
_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)


def read_text(data: bytes) -> str:
    """The text that the bytes hold, in its paragraphs; raises NotText, or UnreadableFile.

    A few damaged characters are marked (U+FFFD).
    """
    try:
        text = decode(data)
    except NotText:
        text = decode_damaged(data)
    if len(text) > MOST_CHARACTERS:  # before anything looks for tables in it
        raise refusal("too_long", count=len(text), limit=MOST_CHARACTERS)
    text = without_unseen(text)
    return unwrap_lines(split_at_blanks(clean_saved_page(tables_as_rows(text))))


def tables_as_rows(text: str) -> str:
    """A text with its tables, of bars or of HTML, as rows with the names of their columns."""
    if not _TABLE.search(text) and "|" not in text:
        return text
    return repeat_units("\n".join(_without_bars("".join(_without_tags(text)).split("\n"))))


def _without_tags(text: str) -> Iterator[str]:
    at = 0
    while begin := _TABLE.search(text, at):
        end = _TABLE_END.search(text, begin.end())
        if end is None:
            break
        from knowledge.reading.html import source_lines  # noqa: PLC0415 - few texts have such

        yield text[at : begin.start()]
        yield "\n".join(source_lines(text[begin.start() : end.end()]))
        at = end.end()
    yield text[at:]


def _without_bars(lines: Sequence[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        below = lines[at + 1] if at + 1 < len(lines) else ""
        if "|" not in lines[at] or not _BELOW_HEAD.fullmatch(below):
            yield lines[at]
            at += 1
            continue
        end = at + 2
        while end < len(lines) and "|" in lines[end]:
            end += 1
        head, body = lines[at], lines[at + 2 : end]
        rows = [row_of(_cells(head), marked=True), *(row_of(_cells(line)) for line in body)]
        yield from (line.text for line in grid_lines(rows))
        at = end


def _cells(line: str) -> list[str]:
    words = _BAR.split(line.strip().removeprefix("|").removesuffix("|"))[:MOST_COLUMNS]
    plain = [_ESCAPE.sub(r"\1", _BREAK.sub("", cell)).strip() for cell in words]
    return [bold[1] if (bold := _BOLD.fullmatch(cell)) else cell for cell in plain]
