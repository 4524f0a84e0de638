"""What pages repeat at their head and foot: running heads and page numbers."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Annotated

from knowledge.formats.pagelines import Line
from knowledge.vocabulary import DATA, Vocabulary, any_of, load_vocabulary

_DEEP = 3
_SAME = 4.0  # points
_DIGITS = re.compile(r"\d+")
_BARE_NUMBER = re.compile(r"\d{1,4}")
_BLANKS = re.compile(r"\s+")

_Place = tuple[str, int]


def without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without the lines that half of them, and two at least, bear at the same height.

    Numbers in such a line may count on. A page number is one by its form; a bare number only if
    other pages have one there, or it is the page's own.
    """
    edges = [_edges(page) for page in pages]
    seen = Counter(place for page in edges for place in {p for ln in page for p in _places(ln)})
    least = max(2, -(-len(pages) // 2) if len(pages) < 8 else len(pages) // 4)
    kept = []
    for number, page in enumerate(pages, 1):
        outer = {
            id(line)
            for line in edges[number - 1]
            if _is_page_number(line.text, number) or any(seen[p] >= least for p in _places(line))
        }
        kept.append([line for line in page if id(line) not in outer])
    return kept


def _edges(page: Sequence[Line]) -> list[Line]:
    """The highest and the lowest lines of a page."""
    by_height = sorted(page, key=lambda line: -line.top)
    return by_height if len(by_height) <= 2 * _DEEP else [*by_height[:_DEEP], *by_height[-_DEEP:]]


def _places(line: Line) -> list[_Place]:
    """A line's words, its numbers all alike, with its height, which may be a little off."""
    words = _DIGITS.sub("#", _BLANKS.sub("", line.text))
    step = int(line.bottom // _SAME)
    return [(words, step), (words, step + (1 if line.bottom % _SAME > _SAME / 2 else -1))]


def _is_page_number(text: str, number: int) -> bool:
    bare = text.strip()
    if _BARE_NUMBER.fullmatch(bare):
        return int(bare) == number
    return bool(_page_numbers().fullmatch(bare))


class _PdfLines(Vocabulary):
    page_numbers: Annotated[re.Pattern[str], any_of(flags=re.IGNORECASE)]


@cache
def _page_numbers() -> re.Pattern[str]:
    return load_vocabulary(_PdfLines, DATA / "pdf.toml").page_numbers
