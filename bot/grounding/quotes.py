"""The exact sentences of a passage that bear a statement, found by us, never by the model."""

from functools import lru_cache

from bot.grounding.beside import pairs
from bot.grounding.faults import Statement
from bot.grounding.sources import Given, Source, source_of, squeeze
from knowledge.figures import Figure, find_figures
from knowledge.numerals import fold_width
from knowledge.sentences import Span, sentence_spans, trimmed


@lru_cache(maxsize=512)  # a text that is shown as it grows is looked up again and again
def quote_for(statement: Statement, given: Given) -> Span:
    """Where in the report the sentences stand that bear a statement; whole, and next to another.

    They hold every figure of the statement that the passage holds; among those, and where there
    is no figure, the ones that share most words with it.
    """
    source = source_of(given)
    spans = [trimmed(given.text, span) for span in sentence_spans(given.text)]
    spans = [span for span in spans if span.end > span.start]
    if not spans:
        return given.span
    words = frozenset(pairs(fold_width(statement.text)))
    shared = [_shared(squeeze(given.text[s.start : s.end]), words) for s in spans]
    chosen = _bearing_figures(statement, source, spans, shared)
    if not chosen:
        chosen = {max(range(len(spans)), key=lambda i: (shared[i], -i))}
    start, end = spans[min(chosen)].start, spans[max(chosen)].end
    return Span(given.span.start + start, given.span.start + end)


def _shared(sentence: str, words: frozenset[str]) -> float:
    return sum(word in sentence for word in words) / len(words) if words else 0.0


def _bearing_figures(
    statement: Statement, source: Source, spans: list[Span], shared: list[float]
) -> set[int]:
    """The best sentence for each figure, those that are already chosen before others."""
    chosen: set[int] = set()
    figures = find_figures(statement.text)
    holding = [held for f in figures if (held := _holding(source, f, spans))]
    for held in sorted(holding, key=len):
        if not held & chosen:
            chosen.add(max(held, key=lambda i: (shared[i], -i)))
    return chosen


def _holding(source: Source, figure: Figure, spans: list[Span]) -> set[int]:
    amounts = source.stating(figure)
    return {
        index
        for index, span in enumerate(spans)
        if any(span.start <= amount.start < span.end for amount in amounts)
    }
