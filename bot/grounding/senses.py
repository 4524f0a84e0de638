"""Which way a figure is approximate: 1200余台 is more than 1200台, 近300家 is less than 300家."""

from bot.grounding.words import grounding_words
from knowledge.figures import Figure
from knowledge.numerals import fold_width

EXACT, MORE, LESS, AROUND, BETWEEN = "", "more", "less", "around", "between"
_WITHIN = ("内", "之内")


def sense_of(figure: Figure, text: str) -> str:
    """The way a figure of ``text`` is approximate; EXACT where it is not."""
    written = fold_width(figure.text)
    for word, sense in grounding_words().approximate:
        if word in written:
            return sense
    if text.startswith(_WITHIN, figure.end):
        return LESS
    return BETWEEN if figure.approximate else EXACT


def bears_sense(said: str, held: str) -> bool:
    """Whether what is said follows from what is held: 约 of every approximate figure, no more."""
    return said == held or (said in (AROUND, BETWEEN) and held != EXACT)
