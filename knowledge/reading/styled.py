"""Documents as lines: tables row by row, and the outline that only styles show, marked."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from knowledge.reading.grid import GridRow, grid_lines
from knowledge.understanding.headings import STYLED, Rank, marked_heading
from knowledge.understanding.rows import repeat_units

NOTE: Final = "（注：{}）"
"""How a footnote stands at the end of its paragraph."""
_HEADING_LIMIT = 60
_SENTENCE_ENDS = "。；！？，：;!?,:"
_DEEPEST = 6
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class StyledLine:
    """A line of the text; ``level`` is that of a heading by its style, 1 the highest."""

    text: str
    level: int | None = None


def table_lines(rows: Sequence[GridRow]) -> list[StyledLine]:
    """The lines of a table."""
    return [StyledLine(line.text) for line in grid_lines(rows)]


def styled_text(lines: Sequence[StyledLine]) -> str:
    """The text of a document, each heading with a mark where its words do not show the outline.

    That is where one has no number, unless those with 一、 have no style: then the style is no
    guide to what stands below what. The title needs no mark.
    """
    lines = [StyledLine(line.text.replace(STYLED, " "), line.level) for line in lines]
    return repeat_units("".join(f"{line}\n" for line in _mark_headings(lines)))


def _mark_headings(lines: Sequence[StyledLine]) -> Iterator[str]:
    ranks = [_rank(line.text) for line in lines]
    opening = _opening(lines)
    styled = {
        at: line.level
        for at, line in enumerate(lines)
        if line.level and at not in opening and _is_heading(line.text)
    }
    bare = any(ranks[at] is None for at in styled)
    led = any(
        rank is not None and rank <= Rank.CHINESE and at not in styled
        for at, rank in enumerate(ranks)
    )
    levels = sorted(set(styled.values())) if bare and not led else []
    for at, line in enumerate(lines):
        depth = levels.index(styled[at]) + 1 if levels and at in styled else 0
        yield STYLED * min(depth, _DEEPEST) + line.text


def _is_heading(text: str) -> bool:
    bare = text.strip()
    return 0 < len(bare) <= _HEADING_LIMIT and bare[-1] not in _SENTENCE_ENDS


def _opening(lines: Sequence[StyledLine]) -> frozenset[int]:
    """The lines of a title in several, all of one style, that open the document."""
    run: list[int] = []
    for at, line in enumerate(lines):
        if not line.text.strip():
            continue
        if line.level is None or (run and lines[run[0]].level != line.level):
            break
        if _rank(line.text) is not None:
            break
        run.append(at)
    return frozenset(run if len(run) > 1 else ())


def _rank(text: str) -> int | None:
    found = marked_heading(text[:_LOOKED_AT])
    return found.rank if found else None


def with_number(number: str, text: str) -> str:
    """A text with its number, a blank between them where both would run together."""
    if not number.strip():
        return text
    last = number[-1]
    word = last.isalnum() and unicodedata.category(last) != "No"
    bullet = not any(map(str.isalnum, number)) or text[:1].isdigit()
    return f"{number} {text}" if word or bullet else number + text
