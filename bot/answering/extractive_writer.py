"""Answers a question from the passages found, in the reports' own words."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.answering.concepts import Concept, concepts_of, coverage
from bot.answering.evidence import (
    Evidence,
    FigureEvidence,
    OutlinedPassage,
    extend_sentence,
    figure_evidence,
    measures,
    sentence_evidence,
)
from bot.answering.passages import Retrieval
from bot.answers import Answer, AnswerStatus, Footnotes
from bot.wording import say
from knowledge.lexicon import normalise
from knowledge.library import Library
from knowledge.models import Section, SectionKind
from knowledge.retrieval.question import Ask, Wants
from knowledge.retrieval.vocabulary import synonyms
from knowledge.understanding.kinds import without_mark
from knowledge.understanding.sentences import Span, sentence_spans, trim_span

_FIGURE_FLOOR = 0.58
_TEXT_FLOOR = 0.5
_NEAREST_FLOOR = 0.25
_AS_GOOD = 0.06
_SLIGHT = 0.6
_CARRIED = 0.25
_ALONGSIDE = 0.2
_SHORT = 60
_LONG = 110
_MOST_ITEMS = 12
_MOST_REPORTS = 3
_RELEVANT = 0.5
_NAMED = 0.7
_NEARLY = 0.15
_FEW = 2
_CLAUSE = re.compile(r"(?<!\d)[，,：:]|[，,：:](?!\d)|，(?!\d{3}(?!\d))|[；;。！？\n]")

Group = Sequence[OutlinedPassage]
"""Passages that are answered from together, the best first."""
Item = tuple[str, Span]
"""What a line of a list says, and the words of the report that it rests on."""


class ExtractiveWriter:
    """The writer that needs no model; every statement is a slice of a report."""

    name = "extractive"

    def __init__(self, library: Library) -> None:
        self._library = library

    def answer(self, retrieval: Retrieval) -> Answer:
        """The answer to a question whose scope the store holds."""
        return _AnswerWriter(self._library, retrieval).answer()

    def nearest(self, retrieval: Retrieval) -> Answer:
        """That nothing answers, with the nearest words of the reports."""
        return _AnswerWriter(self._library, retrieval).nearest()


class _AnswerWriter:
    """Writes one answer; the quotes are numbered in the order in which they are cited."""

    def __init__(self, library: Library, retrieval: Retrieval) -> None:
        self._library = library
        self._question = retrieval.question
        self._notes = Footnotes()
        self._groups = [
            [OutlinedPassage(hit, rank, *library.outline(hit.report.id)) for rank, hit in ranked]
            for ranked in map(enumerate, retrieval.groups)
        ]

    def answer(self) -> Answer:
        """In the form that the question wants; its nearest words where nothing answers it."""
        if self._question.wants is Wants.LIST:
            besides = [
                c for c in self._concepts(Ask(self._question.besides)) if c.weight >= _SLIGHT
            ]
            lines = [ln for group in self._groups for ln in self._list_lines(group, besides)]
            if lines:
                return self._answer(AnswerStatus.ANSWERED, lines)
        if self._question.wants is Wants.FIGURE:
            return self._write_figures()
        return self._write_text()

    def nearest(self) -> Answer:
        """Nothing answers: say so, with the nearest words if they are near at all."""
        lines = [say("answer.not_found")]
        nearest = max(self._all_evidence(), key=lambda e: e.score, default=None)
        if nearest and nearest.covered >= _NEAREST_FLOOR:
            source, span = nearest.source, nearest.sentence
            quote, mark = source.report.text[slice(*span)], self._notes.cite(source.quote(span))
            line = say("answer.nearest", who=source.label, quote=quote, mark=mark)
            lines.append(self._mark_planned(line, source, span))
        return self._answer(AnswerStatus.NOT_FOUND, lines)

    def _all_evidence(self) -> Iterator[Evidence]:
        sources = [source for group in self._groups for source in group]
        if self._question.wants is not Wants.FIGURE:
            concepts = self._concepts(Ask(self._question.content))
            return (e for s in sources for e in sentence_evidence(s, concepts))
        return iter(self._figure_evidence(sources, self._question.asks[0]))

    def _answer(self, status: AnswerStatus, lines: Sequence[str]) -> Answer:
        return Answer(self._question.text, status, "\n".join(lines), self._notes.citations())

    def _concepts(self, ask: Ask) -> tuple[Concept, ...]:
        total, frequencies = self._library.passage_count(), self._library.passages_with
        own = concepts_of(ask.own, synonyms(), frequencies, total)
        known = {c.word for c in own}
        carried = concepts_of(ask.context, synonyms(), frequencies, total, _CARRIED)
        return (*own, *(c for c in carried if c.word not in known))

    def _mark_planned(self, line: str, source: OutlinedPassage, span: Span) -> str:
        """A line on a slice; what is only planned is said to be so, unless plans are asked for."""
        planned = source.is_plan(span) and not self._question.plans
        return say("answer.planned", line=line) if planned else line

    # -- figures

    def _write_figures(self) -> Answer:
        question, lines, chosen = self._question, list[str](), list[FigureEvidence]()
        several = len(question.scope.bureaus) > 1 or len(question.scope.periods) > 1
        series = question.compares and len(self._groups) == 1 and not several and not question.ranks
        for group in self._groups:
            found = [self._best_figures(ask, group, series=series) for ask in question.asks]
            best = [e for evidence in found for e in evidence]
            chosen += best
            if best:
                concepts = [c for ask in question.asks for c in self._concepts(ask)]
                lines += self._figure_lines(best, concepts)
                missed = [a for a, e in zip(question.asks, found, strict=True) if not e]
                lines += [say("answer.ask_missing", ask=ask.own) for ask in missed]
            elif len(self._groups) > 1 and group:
                lines.append(say("answer.not_mentioned", who=group[0].label))
        if not chosen:
            return self.nearest()
        if question.ranks and len({e.source.report.id for e in chosen}) > 1:
            lines.append(say("answer.not_ranked"))
        masked = all(e.figure.masked for e in chosen)
        return self._answer(AnswerStatus.MASKED if masked else AnswerStatus.ANSWERED, lines)

    def _best_figures(self, ask: Ask, group: Group, *, series: bool) -> list[FigureEvidence]:
        """The figure asked for; one a report where the question leaves open which.

        With ``series`` those beside it too: 各平台分别接入多少户 of one report.
        """
        evidence = self._figure_evidence(group, ask)
        found = [e for e in evidence if e.covered >= _FIGURE_FLOOR and e.fits]
        found.sort(key=lambda e: -e.score)
        best = found[:1]
        if series:
            best += [e for e in found[1:] if _is_alongside(e, found[0])]
        elif not self._question.scope.bureaus:
            for other in found[1:]:
                if other.score < found[0].score - _AS_GOOD or len(best) == 3:
                    break
                if all(other.source.report.id != b.source.report.id for b in best):
                    best.append(other)
        return best

    def _figure_evidence(self, group: Group, ask: Ask) -> list[FigureEvidence]:
        concepts = self._concepts(ask)
        return [
            e
            for source in group
            for e in figure_evidence(source, self._question, ask, concepts, measures())
        ]

    def _figure_lines(
        self, chosen: Sequence[FigureEvidence], concepts: Sequence[Concept]
    ) -> Iterator[str]:
        """A line for each sentence that was chosen from, with the figures asked for in front."""
        for _, same in groupby(chosen, key=lambda e: (e.source.report.id, e.sentence)):
            evidence = sorted(same, key=lambda e: e.figure.start)
            source, sentence = evidence[0].source, evidence[0].sentence
            span = excerpt_span(source.report.text, sentence, evidence, concepts)
            fields = {
                "who": source.label,
                "quote": source.report.text[slice(*span)],
                "mark": self._notes.cite(source.quote(sentence)),
            }
            if all(e.figure.masked for e in evidence):
                line = say("answer.masked", **fields)
            else:
                line = say("answer.figure", figures=_figures(evidence, span), **fields)
            yield self._mark_planned(line, source, sentence)

    # -- sentences

    def _write_text(self) -> Answer:
        lines: list[str] = []
        for group in self._groups:
            best = self._best_sentences(group)
            lines += [self._sentences_line(e.source, e.sentence) for e in best]
            if not best and len(self._groups) > 1 and group:
                lines.append(say("answer.not_mentioned", who=group[0].label))
        if not self._notes.citations():
            return self.nearest()
        return self._answer(AnswerStatus.ANSWERED, lines)

    def _best_sentences(self, group: Group) -> list[Evidence]:
        concepts = self._concepts(Ask(self._question.besides or self._question.content))
        found = [e for source in group for e in sentence_evidence(source, concepts)]
        found = [e for e in found if e.covered >= _TEXT_FLOOR]
        found.sort(key=lambda e: -e.score)
        second = [e for e in found[1:4] if e.score >= found[0].score - _AS_GOOD]
        return found[:1] + second[:1]

    def _sentences_line(self, source: OutlinedPassage, sentence: Span) -> str:
        """A sentence and what belongs to it in one line, each with the mark of their quote."""
        span, text = extend_sentence(source, sentence), source.report.text
        mark = self._notes.cite(source.quote(span))
        quote = "".join(text[slice(*s)].strip() + mark for s in sentence_spans(text, *span))
        line = say("answer.sentence", who=source.label, quote=quote)
        return self._mark_planned(line, source, span)

    # -- lists

    def _list_lines(self, group: Group, besides: Sequence[Concept]) -> list[str]:
        """The items asked for, of the first reports in the group that have some; maybe none."""
        lines, listed = list[str](), 0
        best = {source.report.id: source for source in reversed(group)}
        for source in (best[key] for key in dict.fromkeys(s.report.id for s in group)):
            items = _items(source, self._question.kinds, besides)[:_MOST_ITEMS]
            if not items:
                continue
            if besides and len(items) <= _FEW:  # a narrow question: not the items' names alone
                lines += [self._sentences_line(source, span) for _, span in items]
            else:
                lines += self._list_items(source, items)
            listed += 1
            if self._question.scope.bureaus or listed == _MOST_REPORTS:
                break
        return lines

    def _list_items(self, source: OutlinedPassage, items: Sequence[Item]) -> Iterator[str]:
        head = say("answer.list_head", who=source.label)
        yield self._mark_planned(head, source, items[0][1])
        for n, (words, span) in enumerate(items, 1):
            mark = self._notes.cite(source.quote(span))
            yield say("answer.list_item", n=n, item=words, mark=mark)


def _is_alongside(other: FigureEvidence, best: FigureEvidence) -> bool:
    """Whether a figure stands beside the best one as its like: 各平台分别接入多少户."""
    return (
        other.source.report.id == best.source.report.id
        and other.sentence == best.sentence
        and other.figure.unit == best.figure.unit
        and other.covered >= best.covered - _ALONGSIDE
    )


def _figures(evidence: Sequence[FigureEvidence], shown: Span) -> str:
    """The figures' own words; the date that governs them if the words shown leave it out."""
    mark = say("answer.masked_mark")
    texts = list(dict.fromkeys(e.figure.text + mark * e.figure.masked for e in evidence))
    figure, report = evidence[0].figure, evidence[0].source.report
    shown_text = report.text[shown.start : shown.end]
    dated = figure.as_of and figure.as_of not in shown_text
    return "、".join(texts) + (say("answer.as_of", as_of=figure.as_of) if dated else "")


def excerpt_span(
    text: str, sentence: Span, evidence: Sequence[FigureEvidence], concepts: Sequence[Concept]
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


def _items(
    source: OutlinedPassage, kinds: Sequence[SectionKind], besides: Sequence[Concept]
) -> list[Item]:
    """What a report lists: under sections of some kinds, or under the heading that is named."""
    if not kinds:
        return _under_named_heading(source.report.text, source.sections, besides)
    text, items, covered = source.report.text, list[Item](), 0
    for section in source.sections:
        if section.kind in kinds and section.start >= covered:
            items += _children(text, section, source.sections) or _sentences(text, section)
            covered = section.end
    return _about(text, items, besides)


def _under_named_heading(
    text: str, sections: Sequence[Section], wanted: Sequence[Concept]
) -> list[Item]:
    """What stands under the heading that the question names: 疫情防控采取了哪六项措施."""
    if not wanted:
        return []
    best, items = _NAMED, list[Item]()
    for section in sections:
        covered = coverage(wanted, [(normalise(section.path[-1]), 1.0)])
        if covered > best and not section.leaf:
            found = _children(text, section, sections)
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
