"""Characters as a page shows them: their boxes, and what is written for them in a text."""

import unicodedata
from functools import cache
from typing import NamedTuple

from knowledge.vocabulary import DATA, Vocabulary, load_vocabulary

_COMPATIBILITY = (("\u2f00", "\u2fdf"), ("\uf900", "\ufaff"), ("\ufb00", "\ufb06"))
_BLANKS = frozenset(" \t\xa0\u2002\u2003\u2009")
_HYPHENS = frozenset("\x02\ufffe")  # how pdfium writes a hyphen that ends a line
_CLOSERS = frozenset("，。、；：？！）》」』】〕”’％‰℃,.;:?!)]}%")
_OPENERS = frozenset("（《「『【〔“‘([{")


class Glyph(NamedTuple):
    """A character and its box, in points from the foot of the page."""

    char: str
    left: float
    bottom: float
    right: float
    top: float


@cache
def written(char: str) -> str:
    """What stands for a page's character in a text; nothing for one that has no meaning outside.

    Radicals, compatibility ideographs and ligatures become ordinary characters; full-width ones
    stay. A blank of any width but the ideographic is a space.
    """
    if char in _BLANKS:
        return " "
    if char in _HYPHENS:
        return "-"
    if "\u2e80" <= char <= "\u2eff":
        return _radicals().get(char, char)
    if any(first <= char <= last for first, last in _COMPATIBILITY):
        return unicodedata.normalize("NFKC", char)
    return "" if unicodedata.category(char) in {"Cc", "Cf", "Cn", "Co", "Cs"} else char


@cache
def is_wide(char: str) -> bool:
    """Whether a character is as wide as it is high."""
    return char != "" and unicodedata.east_asian_width(char) in "WF"


def is_closer(char: str) -> bool:
    """Whether a character may not begin a line, so that some programs let it hang over its end."""
    return char in _CLOSERS


@cache
def is_latin(char: str) -> bool:
    """Whether lines are not broken before or after a character: letters, digits, masks."""
    return char != "" and char.isascii() and (char.isalnum() or char in "*._-/+@#&")


def opening_of(text: str) -> str:
    """The first characters of a line that no line end may stand between."""
    end = 0
    while end < len(text) and text[end] in _OPENERS:
        end += 1
    if end < len(text) and is_latin(text[end]):
        while end < len(text) and (is_latin(text[end]) or text[end] in ",.%"):
            end += 1
    else:
        end += 1
    while end < len(text) and (text[end] in _CLOSERS or text[end] == text[end - 1] in "—…*"):
        end += 1
    return text[:end]


class _PdfCharacters(Vocabulary):
    radicals: str


@cache
def _radicals() -> dict[str, str]:
    pairs = "".join(load_vocabulary(_PdfCharacters, DATA / "pdf.toml").radicals.split())
    return dict(zip(pairs[::2], pairs[1::2], strict=True))
