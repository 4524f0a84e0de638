"""What of a checked text is shown: statements that stand, their marks numbered by their quotes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.answers import Citation, Notes, Quote
from bot.grounding import Checked, Given, Role, Statement, quote_for, renumbered
from bot.grounding.words import grounding_words
from knowledge.figures import find_figures
from knowledge.models import Report

_BOLD = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*")
_HASHES = re.compile(r"^#{1,6}[ \t]+", re.MULTILINE)

Headings = Callable[[Report, int], tuple[str, ...]]
"""The headings that a place of a report stands under."""


@dataclass(frozen=True, slots=True)
class Page:
    """The text as it is shown, the quotes found for it, and what it amounts to.

    ``asserts`` tells that it states something; ``masked`` that all it states is that the report
    hides it.
    """

    text: str
    citations: tuple[Citation, ...]
    asserts: bool
    masked: bool


def page_of(checked: Checked, given: Sequence[Given], headings: Headings) -> Page:
    """What stands of a text, each mark made the number of the exact quote behind it."""
    by_number = {g.n: g for g in given}
    notes = Notes()
    pieces: list[str] = []
    for statement in checked.kept:
        marks = {n: notes.cite(_quote(statement, by_number[n], headings)) for n in statement.cited}
        pieces.append(renumbered(checked.text[statement.start : statement.end], marks))
    assertions = [s for s in checked.kept if s.role is Role.ASSERTION]
    return Page(
        text=_plain("".join(pieces).strip(), given),
        citations=notes.citations(),
        asserts=bool(assertions),
        masked=bool(assertions) and all(map(_tells_a_mask, assertions)),
    )


def _quote(statement: Statement, given: Given, headings: Headings) -> Quote:
    span = quote_for(statement, given)
    return Quote(given.report, headings(given.report, span.start), span)


def _tells_a_mask(statement: Statement) -> bool:
    figures = find_figures(statement.text)
    if any(not figure.masked for figure in figures):
        return False
    return bool(figures or grounding_words().concealed.search(statement.text))


def _plain(text: str, given: Sequence[Given]) -> str:
    """The text without Markdown's marks, which models write though asked not to; masks stay."""
    if any("**" in g.text or "**" in "".join(g.path) for g in given):
        return text
    return _HASHES.sub("", _BOLD.sub(r"\1", text))
