"""Figures in a text: said as a whole, and held by the quotes behind it."""

import re
from collections.abc import Sequence

from bot.answers import Quote
from knowledge.understanding.figures import Figure, find_figures
from knowledge.understanding.mentions import fold_width


def says(text: str, wording: str) -> bool:
    """Whether a text says a wording; a figure only as a whole: 86家 is not in 186家 or 1,286家."""
    before = r"(?<![\d０-９])(?<![\d０-９][.,，．])" if wording[:1].isdigit() else ""
    after = r"(?![\d０-９]|[.,，．][\d０-９])" if wording[-1:].isdigit() else ""
    return re.search(before + re.escape(wording) + after, text) is not None


def unsupported_figures(text: str, quotes: Sequence[Quote]) -> list[str]:
    """The figures of a text that are in none of its quotes in the same words and unit.

    Full and half width are alike; a blank that is to be filled in (××家) is no figure.
    """
    quoted = [figure for quote in quotes for figure in find_figures(fold_width(quote.text))]
    figures = find_figures(fold_width(text))
    return [f.text for f in figures if not any(_is_same_figure(f, other) for other in quoted)]


def _is_same_figure(figure: Figure, quoted: Figure) -> bool:
    same = (quoted.unit, quoted.masked) == (figure.unit, figure.masked)
    return same and says(quoted.text, figure.text.strip())
