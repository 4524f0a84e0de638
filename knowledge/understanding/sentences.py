"""Sentences of Chinese prose as spans; nothing is dropped between them."""

import re
from typing import NamedTuple

_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:[。！？!?；;]+[”’\"』」）)》]*[ \t\u3000]*\n*|\n+|$)")
SENTENCE_ENDS = "。！？!?；;：:"
_CLOSERS = "。．.！？!?；;，,：:、 \t\u3000\n"


class Span(NamedTuple):
    """A slice of a text: ``text[start:end]``."""

    start: int
    end: int


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Split ``text[start:end]`` at 。！？； and line ends; the spans cover it without a gap.

    White space belongs to the sentence before it. An empty slice gives no span.
    """
    stop = len(text) if end is None else end
    found = (match.span() for match in _SENTENCE.finditer(text, start, stop))
    return _join_blank(text, [Span(first, last) for first, last in found if first < last])


def _join_blank(text: str, spans: list[Span]) -> list[Span]:
    """Give a span of white space alone to its neighbour."""
    joined: list[Span] = []
    all_blank = False  # what the last of them is so far
    for start, end in spans:
        blank = text[start:end].isspace()
        if joined and (blank or all_blank):
            joined[-1] = Span(joined[-1].start, end)
            all_blank = all_blank and blank
        else:
            joined.append(Span(start, end))
            all_blank = blank
    return joined


def trim_span(text: str, span: Span) -> Span:
    """The same span without the white space at its ends; empty at its start if all is blank."""
    piece = text[span.start : span.end]
    body = piece.strip()
    left = len(piece) - len(piece.lstrip()) if body else 0
    return Span(span.start + left, span.start + left + len(body))


def without_blanks(text: str) -> str:
    """The characters of a text that are no white space, as of a title set in spaced ones."""
    return "".join(text.split())


def has_words(text: str) -> bool:
    """Whether more than punctuation stands in a text; an asterisk is a masked figure."""
    return any(c.isalnum() or c in "*＊" for c in text)


def without_final_punctuation(text: str) -> str:
    """The words of a heading or clause without the punctuation that ends it."""
    return text.strip().rstrip(_CLOSERS)
