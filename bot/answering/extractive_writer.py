"""Answers a question from the passages found, in the reports' own words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.answering.concepts import Concept, concepts_of, coverage
from bot.answering.evidence import (
    FigureEvidence,
    OutlinedPassage,
    SentenceEvidence,
    extend_sentence,
    figure_evidence,
    measures,
    sentence_evidence,
)
from bot.answering.passages import PassageSource, Retrieval, report_label
from bot.answers import Answer, AnswerStatus, Footnotes
from bot.wording import say
from knowledge.lexicon import normalise
from knowledge.models import Report, Section, SectionKind
from knowledge.retrieval.question import Ask, Question, Wants
from knowledge.retrieval.search import Hit
from knowledge.retrieval.vocabulary import synonyms
from knowledge.understanding.kinds import without_mark
from knowledge.understanding.sentences import Span, sentence_spans, trim_span


def mark_planned(line: str, source: OutlinedPassage, span: Span, question: Question) -> str:
    """A line on a slice; what is only planned is said to be so, unless plans are asked for."""
    planned = source.is_plan(span) and not question.plans
    return say("answer.planned", line=line) if planned else line


def sentences_line(source: OutlinedPassage, span: Span, notes: Footnotes) -> str:
    """Some sentences of a report in one line, each with the mark of their quote."""
    report = source.hit.report
    mark = notes.cite(source.quote(span))
    sentences = [report.text[slice(*s)].strip() for s in sentence_spans(report.text, *span)]
    return say(
        "answer.sentence", who=report_label(report), quote="".join(s + mark for s in sentences)
    )


_SHORT = 60
_LONG = 110
_CLAUSE = re.compile(r"(?<!\d)[，,：:]|[，,：:](?!\d)|，(?!\d{3}(?!\d))|[；;。！？\n]")


def figure_lines(
    chosen: Sequence[FigureEvidence],
    question: Question,
    concepts: Sequence[Concept],
    notes: Footnotes,
) -> list[str]:
    """A line for each sentence that was chosen from, with the figures asked for in front."""
    lines = []
    for _, same in groupby(chosen, key=lambda e: (e.source.hit.report.id, e.sentence)):
        evidence = sorted(same, key=lambda e: e.figure.start)
        first = evidence[0]
        report = first.source.hit.report
        span = excerpt_span(report.text, first.sentence, evidence, concepts)
        fields = {
            "who": report_label(report),
            "quote": report.text[span.start : span.end],
            "mark": notes.cite(first.source.quote(first.sentence)),
        }
        if all(e.figure.masked for e in evidence):
            line = say("answer.masked", **fields)
        else:
            line = say("answer.figure", figures=_figures(evidence, span), **fields)
        lines.append(mark_planned(line, first.source, first.sentence, question))
    return lines


def _figures(evidence: Sequence[FigureEvidence], shown: Span) -> str:
    """The figures' own words; the date that governs them if the words shown leave it out."""
    mark = say("answer.masked_mark")
    texts = list(dict.fromkeys(e.figure.text + mark * e.figure.masked for e in evidence))
    figure, report = evidence[0].figure, evidence[0].source.hit.report
    shown_text = report.text[shown.start : shown.end]
    dated = figure.as_of and figure.as_of not in shown_text
    return "、".join(texts) + (say("answer.as_of", as_of=figure.as_of) if dated else "")


def excerpt_span(
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
    held = coverage(concepts, [(normalise(text[best:stop]), 1.0)])
    for start in starts[1:]:
        if stop - start > _LONG:
            break
        more = coverage(concepts, [(normalise(text[start:stop]), 1.0)])
        if more > held + 0.01:
            best, held = start, more
    return Span(best, stop)


_MOST_ITEMS = 12
_MOST_REPORTS = 3
_RELEVANT = 0.5
_NAMED = 0.7
_NEARLY = 0.15
_FEW = 2

Item = tuple[str, Span]
"""What a line says, and the words of the report that it rests on."""


def list_lines(
    group: Sequence[OutlinedPassage],
    question: Question,
    besides: Sequence[Concept],
    notes: Footnotes,
) -> list[str]:
    """The items asked for, of the first reports in the group that have some; maybe none."""
    lines: list[str] = []
    told = 0
    reports = {source.hit.report.id: source for source in reversed(group)}
    for source in dict.fromkeys(reports[s.hit.report.id] for s in group):
        report = source.hit.report
        if question.kinds:
            items = _about(report.text, _of_kinds(report, source.sections, question.kinds), besides)
        else:
            items = _under_named_heading(report, source.sections, besides)
        if not items:
            continue
        few = bool(besides) and len(items) <= _FEW
        lines += (_quote_items if few else _list_items)(
            source, items[:_MOST_ITEMS], question, notes
        )
        told += 1
        if question.scope.bureaus or told == _MOST_REPORTS:
            break
    return lines


def _of_kinds(
    report: Report, sections: Sequence[Section], kinds: Sequence[SectionKind]
) -> list[Item]:
    """The headings under the sections of a kind, or their sentences where they have none."""
    items: list[Item] = []
    covered = 0
    for section in sections:
        if section.kind in kinds and section.start >= covered:
            items += _children(report.text, section, sections) or _sentences(report.text, section)
            covered = section.end
    return items


def _under_named_heading(
    report: Report, sections: Sequence[Section], wanted: Sequence[Concept]
) -> list[Item]:
    """What stands under the heading that the question names: 疫情防控采取了哪六项措施."""
    if not wanted:
        return []
    best, items = _NAMED, list[Item]()
    for section in sections:
        covered = coverage(wanted, [(normalise(section.path[-1]), 1.0)])
        if covered > best and not section.leaf:
            found = _children(report.text, section, sections)
            if len(found) > 1:
                best, items = covered, found
    return items


def _children(text: str, section: Section, sections: Sequence[Section]) -> list[Item]:
    """The headings right below a section; lead-ins and what is headed by nothing left out."""
    below = [
        s
        for s in sections
        if s.path[:-1] == section.path
        and section.start <= s.start < section.end
        and (s.run_in or not s.leaf or s.heading_end > s.start)
        and not _is_lead(s, section)
    ]
    return [_heading_item(text, s) for s in below]


def _is_lead(section: Section, parent: Section) -> bool:
    """Whether a leaf only holds its parent's own words."""
    return section.leaf and not section.run_in and section.heading_end <= parent.heading_end


def _heading_item(text: str, section: Section) -> Item:
    first = sentence_spans(text, section.start, section.end)[0]
    return without_mark(section.path[-1]), trim_span(text, first)


def _sentences(text: str, section: Section) -> list[Item]:
    start = section.start if section.run_in else max(section.start, section.heading_end)
    spans = [trim_span(text, s) for s in sentence_spans(text, start, section.end)]
    return [(text[slice(*s)].rstrip("。；; "), s) for s in spans if s.end - s.start > 4]


def _about(text: str, items: list[Item], besides: Sequence[Concept]) -> list[Item]:
    """Those items that the question's other words fit; all of them if it has none."""
    if not besides:
        return items
    fits = [coverage(besides, [(normalise(text[slice(*span)]), 1.0)]) for _, span in items]
    floor = max(_RELEVANT, max(fits, default=0.0) - _NEARLY)
    return [item for item, fit in zip(items, fits, strict=True) if fit >= floor]


def _list_items(
    source: OutlinedPassage, items: Sequence[Item], question: Question, notes: Footnotes
) -> list[str]:
    head = say("answer.list_head", who=report_label(source.hit.report))
    lines = [mark_planned(head, source, items[0][1], question)]
    for n, (words, span) in enumerate(items, 1):
        lines.append(say("answer.list_item", n=n, item=words, mark=notes.cite(source.quote(span))))
    return lines


def _quote_items(
    source: OutlinedPassage, items: Sequence[Item], question: Question, notes: Footnotes
) -> list[str]:
    """One or two items on a narrow question: what stands under them, not their names alone."""
    return [
        mark_planned(
            sentences_line(source, extend_sentence(source, span), notes), source, span, question
        )
        for _, span in items
    ]


_FIGURE_FLOOR = 0.58
_TEXT_FLOOR = 0.5
_NEAREST_FLOOR = 0.25
_AS_GOOD = 0.06
_SLIGHT = 0.6
_CARRIED = 0.25
_ALONGSIDE = 0.2


@dataclass(frozen=True, slots=True)
class _Written:
    status: AnswerStatus
    lines: list[str]


class ExtractiveWriter:
    """The writer that needs no model; every statement is a slice of a report."""

    name = "extractive"

    def __init__(self, source: PassageSource) -> None:
        self._source = source

    def answer(self, retrieval: Retrieval) -> Answer:
        """The answer to a question whose scope the store holds."""
        notes, question = Footnotes(), retrieval.question
        written = self._write(question, self._groups(retrieval), notes)
        return Answer(question.text, written.status, "\n".join(written.lines), notes.citations())

    def nearest(self, retrieval: Retrieval) -> Answer:
        """That nothing answers, with the nearest words of the reports."""
        notes, question = Footnotes(), retrieval.question
        written = self._nothing(question, self._groups(retrieval), notes)
        return Answer(question.text, written.status, "\n".join(written.lines), notes.citations())

    def _write(
        self, question: Question, groups: Sequence[Sequence[OutlinedPassage]], notes: Footnotes
    ) -> _Written:
        if question.wants is Wants.LIST:
            besides = [c for c in self._concepts(Ask(question.besides)) if c.weight >= _SLIGHT]
            lines = [ln for group in groups for ln in list_lines(group, question, besides, notes)]
            if lines:
                return _Written(AnswerStatus.ANSWERED, lines)
        if question.wants is Wants.FIGURE:
            return self._write_figures(question, groups, notes)
        return self._write_text(question, groups, notes)

    # -- what is at hand

    def _groups(self, retrieval: Retrieval) -> list[list[OutlinedPassage]]:
        return [self._outlined(hits) for hits in retrieval.groups]

    def _outlined(self, hits: Sequence[Hit]) -> list[OutlinedPassage]:
        return [
            OutlinedPassage(h, rank, *self._source.outline(h.report.id))
            for rank, h in enumerate(hits)
        ]

    def _concepts(self, ask: Ask) -> tuple[Concept, ...]:
        total = self._source.passage_count()
        own = concepts_of(ask.own, synonyms(), self._source.passages_with, total)
        known = {c.word for c in own}
        carried = concepts_of(ask.carried, synonyms(), self._source.passages_with, total, _CARRIED)
        return (*own, *(c for c in carried if c.word not in known))

    # -- figures

    def _write_figures(
        self, question: Question, groups: Sequence[Sequence[OutlinedPassage]], notes: Footnotes
    ) -> _Written:
        lines: list[str] = []
        chosen: list[FigureEvidence] = []
        several = len(question.scope.bureaus) > 1 or len(question.scope.periods) > 1
        series = question.compares and len(groups) == 1 and not several and not question.ranks
        for group in groups:
            found = [self._best_figures(question, a, group, series=series) for a in question.asks]
            best = [e for evidence in found for e in evidence]
            chosen += best
            if best:
                concepts = [c for ask in question.asks for c in self._concepts(ask)]
                lines += figure_lines(best, question, concepts, notes)
                missed = [a for a, e in zip(question.asks, found, strict=True) if not e]
                lines += [say("answer.ask_missing", ask=ask.own) for ask in missed]
            elif len(groups) > 1 and group:
                lines.append(say("answer.not_mentioned", who=report_label(group[0].hit.report)))
        if not chosen:
            return self._nothing(question, groups, notes)
        if question.ranks and len({e.source.hit.report.id for e in chosen}) > 1:
            lines.append(say("answer.not_ranked"))
        masked = all(e.figure.masked for e in chosen)
        return _Written(AnswerStatus.MASKED if masked else AnswerStatus.ANSWERED, lines)

    def _best_figures(
        self, question: Question, ask: Ask, group: Sequence[OutlinedPassage], *, series: bool
    ) -> list[FigureEvidence]:
        """The figure asked for; one a report where the question leaves open which.

        With ``series`` those beside it too: 各平台分别接入多少户 of one report.
        """
        concepts = self._concepts(ask)
        found = [
            e
            for source in group
            for e in figure_evidence(source, question, ask, concepts, measures())
        ]
        found = [e for e in found if e.covered >= _FIGURE_FLOOR and e.fits]
        found.sort(key=lambda e: -e.score)
        if not found:
            return []
        best = [found[0]]
        if series:
            best += [e for e in found[1:] if _is_alongside(e, found[0])]
        elif not question.scope.bureaus:
            for other in found[1:]:
                if other.score < found[0].score - _AS_GOOD or len(best) == 3:
                    break
                if all(other.source.hit.report.id != b.source.hit.report.id for b in best):
                    best.append(other)
        return best

    # -- sentences

    def _write_text(
        self, question: Question, groups: Sequence[Sequence[OutlinedPassage]], notes: Footnotes
    ) -> _Written:
        lines: list[str] = []
        for group in groups:
            best = self._best_sentences(question, group)
            lines += [self._sentences_line(e, question, notes) for e in best]
            if not best and len(groups) > 1 and group:
                lines.append(say("answer.not_mentioned", who=report_label(group[0].hit.report)))
        if not notes.citations():
            return self._nothing(question, groups, notes)
        return _Written(AnswerStatus.ANSWERED, lines)

    def _sentences_line(
        self, chosen: SentenceEvidence, question: Question, notes: Footnotes
    ) -> str:
        span = extend_sentence(chosen.source, chosen.sentence)
        line = sentences_line(chosen.source, span, notes)
        return mark_planned(line, chosen.source, span, question)

    def _best_sentences(
        self, question: Question, group: Sequence[OutlinedPassage]
    ) -> list[SentenceEvidence]:
        concepts = self._concepts(Ask(question.besides or question.content))
        found = [e for source in group for e in sentence_evidence(source, concepts)]
        found = [e for e in found if e.covered >= _TEXT_FLOOR]
        found.sort(key=lambda e: -e.score)
        best = found[:1]
        for other in found[1:4]:
            if other.score >= found[0].score - _AS_GOOD and len(best) < 2:
                best.append(other)
        return best

    def _nothing(
        self, question: Question, groups: Sequence[Sequence[OutlinedPassage]], notes: Footnotes
    ) -> _Written:
        """Nothing answers: say so, with the nearest words if they are near at all."""
        lines = [say("answer.not_found")]
        nearest = self._nearest(question, groups)
        if nearest and nearest.covered >= _NEAREST_FLOOR:
            report = nearest.source.hit.report
            quote = report.text[nearest.sentence.start : nearest.sentence.end]
            mark = notes.cite(nearest.source.quote(nearest.sentence))
            line = say("answer.nearest", who=report_label(report), quote=quote, mark=mark)
            lines.append(mark_planned(line, nearest.source, nearest.sentence, question))
        return _Written(AnswerStatus.NOT_FOUND, lines)

    def _nearest(
        self, question: Question, groups: Sequence[Sequence[OutlinedPassage]]
    ) -> FigureEvidence | SentenceEvidence | None:
        """What comes nearest to an answer, however far that is."""
        sources = [source for group in groups for source in group]
        found: list[FigureEvidence | SentenceEvidence] = []
        if question.wants is Wants.FIGURE:
            ask = question.asks[0]
            concepts = self._concepts(ask)
            found += [
                e for s in sources for e in figure_evidence(s, question, ask, concepts, measures())
            ]
        else:
            concepts = self._concepts(Ask(question.content))
            found += [e for s in sources for e in sentence_evidence(s, concepts)]
        return max(found, key=lambda e: e.score, default=None)


def _is_alongside(other: FigureEvidence, best: FigureEvidence) -> bool:
    """Whether a figure stands beside the best one as its like: 各平台分别接入多少户."""
    return (
        other.source.hit.report.id == best.source.hit.report.id
        and other.sentence == best.sentence
        and other.figure.unit == best.figure.unit
        and other.covered >= best.covered - _ALONGSIDE
    )
