"""Sentences of Chinese prose as spans; nothing is dropped between them."""

import re
from collections.abc import Iterator
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
    spans: list[Span] = []
    all_blank = False  # what the last of them is so far
    for match in _SENTENCE.finditer(text, start, stop):
        blank = match[0].isspace()
        if spans and (blank or all_blank):
            spans[-1] = Span(spans[-1].start, match.end())
            all_blank = all_blank and blank
        elif match[0]:
            spans.append(Span(*match.span()))
            all_blank = blank
    return spans


def find_all(words: str, text: str) -> Iterator[Span]:
    """Where words stand in a text, one behind the other; nowhere if they are none."""
    start = text.find(words) if words else -1
    while start >= 0:
        yield Span(start, start + len(words))
        start = text.find(words, start + len(words))


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
