"""Pages of characters to text, whatever they come from: PDF, OFD, or recognised pictures."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence

from knowledge.reading.glyphs import TypePage
from knowledge.reading.page_paragraphs import join_paragraphs
from knowledge.reading.page_tables import lines_with_tables
from knowledge.reading.result import PagedText, refusal

MOST_PAGES = 3_000
MOST_CHARACTERS = 2_000_000
LEAST_ON_A_PAGE = 10
"""Characters of a page; one with fewer has no text layer."""
MOST_PICTURES = 60
LONGEST_SIDE = 2200
"""Pixels of a picture that is recognised; a larger one is made smaller."""
_LEAST_READABLE = 0.7
_DOUBTFUL = 0xE000


def compose(pages: Sequence[TypePage]) -> PagedText:
    """The text of pages; raises UnreadableFile where most of them have none."""
    if not is_readable(pages):
        raise refusal("pdf.scanned")
    bodies = lines_with_tables(pages)
    bare = sum(sum(len(line.text) for line in lines) < LEAST_ON_A_PAGE for lines in bodies)
    if bare * 2 > len(bodies) or not any(bodies):
        raise refusal("pdf.scanned")
    return join_paragraphs(bodies)


def is_readable(pages: Sequence[TypePage]) -> bool:
    """Whether the text layers were made with their characters' codes."""
    characters = Counter(glyph.char for page in pages for glyph in page.glyphs)
    lost = characters["\ufffd"] + characters[""]
    total = characters.total()
    return not total or 1 - lost / total >= _LEAST_READABLE


def doubtful_digit(digit: str) -> str:
    """A recognised digit that is doubtful, as a character of the private use area."""
    return chr(_DOUBTFUL + ord(digit))


def mark_recognised(read: PagedText, numbers: Collection[int]) -> PagedText:
    """The text with plain digits; the pages of these numbers, from 0, tell what was recognised."""
    last = _DOUBTFUL + ord("9")
    doubtful = [n for n, char in enumerate(read.text) if _DOUBTFUL <= ord(char) <= last]
    text = read.text.translate({code: code - _DOUBTFUL for code in range(_DOUBTFUL, last + 1)})
    ends = [page.start for page in read.pages[1:]] + [len(text)]
    pages = []
    for number, (page, end) in enumerate(zip(read.pages, ends, strict=True)):
        first, beyond = bisect_left(doubtful, page.start), bisect_left(doubtful, end)
        own = tuple(doubtful[first:beyond])
        seen = number in numbers
        pages.append(page._replace(recognised=True, doubtful=own) if seen else page)
    return PagedText(text, tuple(pages))
