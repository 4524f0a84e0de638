"""The style check: what in a draft's wording a native reader of official prose would mark.

Pure. What is certain can be mended without asking; the rest is shown with the draft.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.official.findings import Fault, Finding, FindingKind, StyleContext
from bot.official.leftovers import past_faults, period_faults
from bot.official.markdown import markdown_faults
from bot.official.numbering import Placed, item_faults, mark_faults
from bot.official.phrases import (
    casual_faults,
    chat_faults,
    foreign_faults,
    long_faults,
    repeated_faults,
)
from bot.official.punctuation import end_faults, punctuation_faults, title_end_faults
from bot.official.stylewords import style_phrase

TITLE = 0
"""The paragraph number of the title."""
_FIGURES = re.compile(r"[\d*＊.,]{2}")
_MOST_ROUNDS = 20
_WORDS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Mended:
    """A text after its certain faults were mended, and the findings that are left."""

    title: str
    paragraphs: tuple[str, ...]
    findings: tuple[Finding, ...]


def check_style(
    title: str, paragraphs: Sequence[str], context: StyleContext
) -> tuple[Finding, ...]:
    """All findings, by paragraph and place; ``""`` for no title."""
    placed = [(index + 1, fault) for index, fault in _body_faults(paragraphs, context)]
    placed += [(TITLE, fault) for fault in _title_faults(title, context)]
    placed = _without_what_goes(placed)
    texts = [title, *paragraphs]
    found = {_finding(texts[number], number, fault, context) for number, fault in placed}
    return tuple(sorted(found, key=lambda f: (f.paragraph, f.start, f.end, f.kind, f.sentence)))


def fixed(paragraphs: Sequence[str], findings: Sequence[Finding]) -> list[str]:
    """The paragraphs with the certain findings mended, one pass; as many as before.

    Where two overlap, the first counts. A paragraph of which nothing is left is ``""``.
    """
    return [
        in_pieces([text], [f for f in findings if f.paragraph == number])[0]
        for number, text in enumerate(paragraphs, 1)
    ]


def mended(title: str, paragraphs: Sequence[str], context: StyleContext) -> Mended:
    """Check and mend until nothing certain is left; paragraphs that are emptied stay, empty."""
    for _ in range(_MOST_ROUNDS):
        findings = check_style(title, paragraphs, context)
        if not any(finding.certain for finding in findings):
            break
        title = in_pieces([title], [f for f in findings if f.paragraph == TITLE])[0]
        paragraphs = fixed(paragraphs, findings)
    return Mended(title, tuple(paragraphs), check_style(title, paragraphs, context))


def in_pieces(pieces: Sequence[str], findings: Sequence[Finding]) -> list[str]:
    """A text that is kept in pieces, mended; the spans are those of all pieces joined.

    What is put in goes to the piece in which the words began; an addition at the very end goes
    to the last piece that is not empty.
    """
    bounds = [0]
    for piece in pieces:
        bounds.append(bounds[-1] + len(piece))
    result = list(pieces)
    edits = _not_overlapping([f for f in findings if f.certain])
    for finding in reversed(edits):
        holder = _piece_of(finding.start, bounds)
        for number in reversed(range(len(result))):
            start = min(max(finding.start - bounds[number], 0), len(pieces[number]))
            end = min(max(finding.end - bounds[number], 0), len(pieces[number]))
            words = (finding.replacement or "") if number == holder else ""
            if end > start or words:
                result[number] = result[number][:start] + words + result[number][end:]
    return result


def _piece_of(position: int, bounds: Sequence[int]) -> int:
    holders = [n for n in range(len(bounds) - 1) if bounds[n] <= position < bounds[n + 1]]
    if holders:
        return holders[0]
    filled = [n for n in range(len(bounds) - 1) if bounds[n] < bounds[n + 1]]
    return filled[-1] if filled else 0


def _not_overlapping(findings: Sequence[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (f.start, -f.end)):
        if not kept or finding.start >= kept[-1].end:
            kept.append(finding)
    return kept


def _body_faults(paragraphs: Sequence[str], context: StyleContext) -> Iterator[Placed]:
    yield from mark_faults(paragraphs)
    yield from item_faults(paragraphs)
    yield from chat_faults(paragraphs)
    last = max((n for n, text in enumerate(paragraphs) if text.strip()), default=-1)
    for index, text in enumerate(paragraphs):
        for fault in _paragraph_faults(text, context):
            yield index, fault
        for fault in end_faults(text, last=index == last):
            yield index, fault


def _without_what_goes(placed: Sequence[Placed]) -> list[Placed]:
    """The faults without those of words that are removed as chat."""
    gone = [(n, f) for n, f in placed if f.kind is FindingKind.CHAT and f.right == ""]
    return [
        (number, fault)
        for number, fault in placed
        if (number, fault) in gone
        or not any(n == number and f.start <= fault.start < f.end for n, f in gone)
    ]


def _paragraph_faults(text: str, context: StyleContext) -> Iterator[Fault]:
    yield from _title_faults(text, context, whole=False)
    yield from past_faults(text, context)
    yield from casual_faults(text)
    yield from long_faults(text)
    yield from repeated_faults(text)


def _title_faults(text: str, context: StyleContext, *, whole: bool = True) -> Iterator[Fault]:
    yield from markdown_faults(text)
    yield from punctuation_faults(text)
    yield from period_faults(text, context)
    yield from foreign_faults(text, context)
    if whole:
        yield from title_end_faults(text)


def _finding(text: str, number: int, fault: Fault, context: StyleContext) -> Finding:
    words = text[fault.start : fault.end]
    shown = str(len(words)) if fault.kind is FindingKind.LONG else words.strip()[:_WORDS_SHOWN]
    right = fault.right or ""
    said = style_phrase(fault.key, words=shown, right=right, planned=context.planned or "")
    place = style_phrase("paragraph", n=number) if number else style_phrase("title")
    sentence = style_phrase("finding", place=place, said=said)
    replacement = None if _joins_figures(text, fault) else fault.right
    return Finding(fault.kind, number, fault.start, fault.end, words, sentence, replacement)


def _joins_figures(text: str, fault: Fault) -> bool:
    """Whether two figures or masks would run into one if the words between them went."""
    before, after = text[: fault.start][-1:], text[fault.end :][:1]
    return fault.right == "" and bool(_FIGURES.fullmatch(before + after))
