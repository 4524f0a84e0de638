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
    spans = []
    position = start
    while position < stop:
        match = _SENTENCE.match(text, position, stop)
        cut = match.end() if match and match.end() > position else stop
        spans.append(Span(position, cut))
        position = cut
    return _join_blank(text, spans)


def _join_blank(text: str, spans: list[Span]) -> list[Span]:
    """Give a span of white space alone to its neighbour."""
    joined: list[Span] = []
    for span in spans:
        if (joined and not text[span.start : span.end].strip()) or (
            joined and not text[joined[-1].start : joined[-1].end].strip()
        ):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
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
