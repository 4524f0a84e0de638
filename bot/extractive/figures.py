"""Answers to 多少: the figure that was asked for, in the words of the report."""

import re
from collections.abc import Sequence
from itertools import groupby

from bot.answers import Notes
from bot.extractive.concepts import Concept, coverage
from bot.extractive.evidence import FigureEvidence
from bot.extractive.lines import told_as_plan
from bot.retrieval import report_label
from bot.wording import say
from knowledge.lexicon import normalised
from knowledge.question import Question
from knowledge.sentences import Span

_SHORT = 60
_LONG = 110
_CLAUSE = re.compile(r"(?<!\d)[，,：:]|[，,：:](?!\d)|，(?!\d{3}(?!\d))|[；;。！？\n]")


def figure_lines(
    chosen: Sequence[FigureEvidence],
    question: Question,
    concepts: Sequence[Concept],
    notes: Notes,
) -> list[str]:
    """A line for each sentence that was chosen from, with the figures asked for in front."""
    lines = []
    for _, same in groupby(chosen, key=lambda e: (e.source.hit.report.id, e.sentence)):
        evidence = sorted(same, key=lambda e: e.figure.start)
        first = evidence[0]
        report = first.source.hit.report
        span = shown_span(report.text, first.sentence, evidence, concepts)
        fields = {
            "who": report_label(report),
            "quote": report.text[span.start : span.end],
            "mark": notes.cite(first.source.quote(first.sentence)),
        }
        if all(e.figure.masked for e in evidence):
            line = say("answer.masked", **fields)
        else:
            line = say("answer.figure", figures=_figures(evidence, span), **fields)
        lines.append(told_as_plan(line, first.source, first.sentence, question))
    return lines


def _figures(evidence: Sequence[FigureEvidence], shown: Span) -> str:
    """The figures' own words; the date that governs them if the words shown leave it out."""
    mark = say("answer.masked_mark")
    texts = list(dict.fromkeys(e.figure.text + mark * e.figure.masked for e in evidence))
    figure, report = evidence[0].figure, evidence[0].source.hit.report
    shown_text = report.text[shown.start : shown.end]
    dated = figure.as_of and figure.as_of not in shown_text
    return "、".join(texts) + (say("answer.as_of", as_of=figure.as_of) if dated else "")


def shown_span(
    text: str,
    sentence: Span,
    evidence: Sequence[FigureEvidence],
    concepts: Sequence[Concept],
) -> Span:
    """The clauses to show: those of the figures, and before them what names their subject."""
    end_of_words = sentence.start + len(text[slice(*sentence)].rstrip("。；;！？\n "))
    if end_of_words - sentence.start <= _SHORT:
        return Span(sentence.start, end_of_words)
    cuts = [sentence.start, *(m.end() for m in _CLAUSE.finditer(text, *sentence))]
    first, last = evidence[0].figure.start, evidence[-1].figure.end
    stop = next((m.start() for m in _CLAUSE.finditer(text, last, end_of_words)), end_of_words)
    starts = [c for c in cuts if c <= first][::-1]
    best = starts[0]
    held = coverage(concepts, [(normalised(text[best:stop]), 1.0)])
    for start in starts[1:]:
        if stop - start > _LONG:
            break
        more = coverage(concepts, [(normalised(text[start:stop]), 1.0)])
        if more > held + 0.01:
            best, held = start, more
    return Span(best, stop)
