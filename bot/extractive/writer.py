"""Answers a question from the passages found, in the reports' own words."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers import Answer, AnswerStatus, Notes
from bot.extractive.concepts import Concept, concepts_of
from bot.extractive.evidence import (
    FigureEvidence,
    Outlined,
    SentenceEvidence,
    extended,
    figure_evidence,
    sentence_evidence,
)
from bot.extractive.figures import figure_lines
from bot.extractive.lines import sentences_line, told_as_plan
from bot.extractive.lists import list_lines
from bot.extractive.units import measures
from bot.retrieval import PassageSource, Retrieval, report_label
from bot.wording import say
from knowledge.question import Ask, Question, Wants
from knowledge.search import Hit
from knowledge.synonyms import synonyms

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
        notes, question = Notes(), retrieval.question
        written = self._write(question, self._groups(retrieval), notes)
        return Answer(question.text, written.status, "\n".join(written.lines), notes.citations())

    def nearest(self, retrieval: Retrieval) -> Answer:
        """That nothing answers, with the nearest words of the reports."""
        notes, question = Notes(), retrieval.question
        written = self._nothing(question, self._groups(retrieval), notes)
        return Answer(question.text, written.status, "\n".join(written.lines), notes.citations())

    def _write(
        self, question: Question, groups: Sequence[Sequence[Outlined]], notes: Notes
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

    def _groups(self, retrieval: Retrieval) -> list[list[Outlined]]:
        return [self._outlined(hits) for hits in retrieval.groups]

    def _outlined(self, hits: Sequence[Hit]) -> list[Outlined]:
        return [
            Outlined(h, rank, *self._source.outline(h.report.id)) for rank, h in enumerate(hits)
        ]

    def _concepts(self, ask: Ask) -> tuple[Concept, ...]:
        total = self._source.passage_count()
        own = concepts_of(ask.own, synonyms(), self._source.passages_with, total)
        known = {c.word for c in own}
        carried = concepts_of(ask.carried, synonyms(), self._source.passages_with, total, _CARRIED)
        return (*own, *(c for c in carried if c.word not in known))

    # -- figures

    def _write_figures(
        self, question: Question, groups: Sequence[Sequence[Outlined]], notes: Notes
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
        self, question: Question, ask: Ask, group: Sequence[Outlined], *, series: bool
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
            best += [e for e in found[1:] if _alongside(e, found[0])]
        elif not question.scope.bureaus:
            for other in found[1:]:
                if other.score < found[0].score - _AS_GOOD or len(best) == 3:
                    break
                if all(other.source.hit.report.id != b.source.hit.report.id for b in best):
                    best.append(other)
        return best

    # -- sentences

    def _write_text(
        self, question: Question, groups: Sequence[Sequence[Outlined]], notes: Notes
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

    def _sentences_line(self, chosen: SentenceEvidence, question: Question, notes: Notes) -> str:
        span = extended(chosen.source, chosen.sentence)
        line = sentences_line(chosen.source, span, notes)
        return told_as_plan(line, chosen.source, span, question)

    def _best_sentences(
        self, question: Question, group: Sequence[Outlined]
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
        self, question: Question, groups: Sequence[Sequence[Outlined]], notes: Notes
    ) -> _Written:
        """Nothing answers: say so, with the nearest words if they are near at all."""
        lines = [say("answer.not_found")]
        nearest = self._nearest(question, groups)
        if nearest and nearest.covered >= _NEAREST_FLOOR:
            report = nearest.source.hit.report
            quote = report.text[nearest.sentence.start : nearest.sentence.end]
            mark = notes.cite(nearest.source.quote(nearest.sentence))
            line = say("answer.nearest", who=report_label(report), quote=quote, mark=mark)
            lines.append(told_as_plan(line, nearest.source, nearest.sentence, question))
        return _Written(AnswerStatus.NOT_FOUND, lines)

    def _nearest(
        self, question: Question, groups: Sequence[Sequence[Outlined]]
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


def _alongside(other: FigureEvidence, best: FigureEvidence) -> bool:
    """Whether a figure stands beside the best one as its like: 各平台分别接入多少户."""
    return (
        other.source.hit.report.id == best.source.hit.report.id
        and other.sentence == best.sentence
        and other.figure.unit == best.figure.unit
        and other.covered >= best.covered - _ALONGSIDE
    )
