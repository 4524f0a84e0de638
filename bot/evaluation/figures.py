"""Figures in a text: whether it says one whole, and whether its quotes hold those that it says."""

import re
from collections.abc import Sequence

from bot.answers import Citation, Quote
from knowledge.understanding.figures import Figure, find_figures
from knowledge.understanding.numerals import fold_width


def says(text: str, wording: str) -> bool:
    """Whether a text says a wording; a figure only as a whole: 86家 is not in 186家 or 1,286家."""
    before = r"(?<![\d０-９])(?<![\d０-９][.,，．])" if wording[:1].isdigit() else ""
    after = r"(?![\d０-９]|[.,，．][\d０-９])" if wording[-1:].isdigit() else ""
    return re.search(before + re.escape(wording) + after, text) is not None


def quotes_of(numbers: Sequence[int], citations: Sequence[Citation]) -> list[Quote]:
    """The quotes behind some numbers; a number that names none is passed over."""
    return [citation.quote for citation in citations if citation.n in numbers]


def strays(text: str, quotes: Sequence[Quote]) -> list[str]:
    """The figures of a text that stand in none of its quotes in the same words and unit.

    Full and half width are alike; a blank that is to be filled in (××家) is no figure.
    """
    held = [figure for quote in quotes for figure in find_figures(fold_width(quote.text))]
    said = find_figures(fold_width(text))
    return [figure.text for figure in said if not any(_holds(other, figure) for other in held)]


def _holds(held: Figure, said: Figure) -> bool:
    same = (held.unit, held.masked) == (said.unit, said.masked)
    return same and says(held.text, said.text.strip())
