"""Answers a question from the passages found, in the reports' own words.

A question for figures is answered from statements (``figure_answers.py``). For any other, its
words are concepts, each with its weight, and the sentences of the passages are evidence, weighed
by the concepts that they hold; the best of it is the answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.answering.concepts import Concept, concepts_of, coverage
from bot.answering.derivations import derivation_words
from bot.answering.figure_answers import FigureAnswer, answer_figures, says_masked
from bot.answering.session import Retrieval, report_label
from bot.answers import Answer, AnswerStatus, Footnotes, Quote
from bot.checking.statements import renumber_marks
from bot.wording import say
from knowledge.lexicon import normalise
from knowledge.library import Library
from knowledge.models import Report, Section, SectionKind
from knowledge.retrieval.question import Ask, Question, Wants, substance
from knowledge.retrieval.search import Hit
from knowledge.understanding.kinds import without_mark
from knowledge.understanding.sentences import Span, sentence_spans, trim_span

NEAR, CLAUSE, BEFORE, AFTER, HEADING, EARLIER = 1.0, 0.9, 0.8, 0.55, 0.65, 0.5
_RANK = 0.012
_SHORTEST, _LONGEST, _HEADING_LIKE = 80, 240, 25
_NO_THOUSANDS = r"(?<!\d)[,:]|[,:](?!\d)"  # 2,031家 and 14:30 are one word
_TEXT_FLOOR = 0.5
_NEAREST_FLOOR = 0.25
_AS_GOOD = 0.06
_SLIGHT = 0.6
_CARRIED = 0.25
_MOST_ITEMS = 12
_MOST_REPORTS = 3
_RELEVANT = 0.5
_NAMED = 0.7
_NEARLY = 0.15
_FEW = 2
Item = tuple[str, Span]
"""What a line of a list says, and the words of the report that it rests on."""


@dataclass(frozen=True, slots=True)
class OutlinedPassage:
    """A passage that was found, with its report's leaves."""

    hit: Hit
    rank: int
    sections: Sequence[Section]

    @property
    def report(self) -> Report:
        """The report that it stands in."""
        return self.hit.report

    @property
    def label(self) -> str:
        """The report's bureau and period, as answers name it."""
        return report_label(self.report)

    def leaf_at(self, position: int) -> Section | None:
        """The leaf that holds a place of the report."""
        return next((s for s in self.sections if s.leaf and s.start <= position < s.end), None)

    def sentences(self) -> list[Span]:
        """The passage's sentences, headings alone left out."""
        passage, text = self.hit.passage, self.report.text
        spans = []
        for span in sentence_spans(text, passage.start, passage.end):
            words = trim_span(text, span)
            leaf = self.leaf_at(words.start)
            heading = leaf is not None and not leaf.run_in and words.end <= leaf.heading_end
            if words.end > words.start and not heading:
                spans.append(words)
        return spans

    def quote(self, span: Span) -> Quote:
        """A slice of the report with the headings that it stands under."""
        leaf = self.leaf_at(span.start)
        return Quote(self.report, leaf.path if leaf else self.hit.passage.path, span)

    def is_plan(self, span: Span) -> bool:
        """Whether a slice stands under a plan: what it says is yet to be done."""
        leaf = self.leaf_at(span.start)
        return (leaf.kind if leaf else self.hit.passage.kind) is SectionKind.PLAN


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer; ``covered`` is what of the question it bears out."""

    source: OutlinedPassage
    sentence: Span
    covered: float
    score: float


def sentence_evidence(source: OutlinedPassage, concepts: Sequence[Concept]) -> Iterator[Evidence]:
    """Every sentence of a passage, weighed by the words of the question that it holds."""
    text = source.report.text
    for sentence in source.sentences():
        windows = [(text[sentence.start : sentence.end], 1.0), *_surroundings(source, sentence)]
        covered = coverage(concepts, [(normalise(t), factor) for t, factor in windows])
        yield Evidence(source, sentence, covered, covered - _RANK * source.rank)


def _surroundings(source: OutlinedPassage, sentence: Span) -> list[tuple[str, float]]:
    """The headings above a sentence and what stands before it under the same heading."""
    text = source.report.text
    leaf = source.leaf_at(sentence.start)
    if leaf is None:
        return []
    start = max(leaf.start, sentence.start - 120)
    return [("".join(leaf.path), HEADING), (text[start : sentence.start], EARLIER)]


def extend_sentence(source: OutlinedPassage, sentence: Span) -> Span:
    """A sentence with those after it under its heading, where it alone says too little.

    A run-in heading is the first sentence of its paragraph; what it says stands behind it.
    """
    text = source.report.text
    leaf = source.leaf_at(sentence.start)
    if leaf is None:
        return sentence
    heading = leaf.run_in and sentence.start <= leaf.heading_end
    wanted = _SHORTEST + (sentence.end - sentence.start if heading else 0)
    end = sentence.end
    limit = leaf.end
    short = sentence.end - sentence.start <= _HEADING_LIKE
    if (heading or short) and not text[sentence.end : leaf.end].strip():
        limit = text.find("\n", sentence.end) if "\n" in text[sentence.end :] else len(text)
    for span in sentence_spans(text, sentence.end, max(limit, sentence.end)):
        if end - sentence.start >= wanted or span.end - sentence.start > _LONGEST:
            break
        end = trim_span(text, span).end
    return Span(sentence.start, end)


Group = Sequence[OutlinedPassage]
"""Passages that are answered from together, the best first."""


class ExtractiveWriter:
    """The writer that needs no model; every statement is a slice of a report."""

    name = "extractive"

    def __init__(self, library: Library) -> None:
        self._library = library

    def answer(self, retrieval: Retrieval) -> Answer:
        """The answer to a question whose scope the store holds."""
        return _AnswerWriter(self._library, retrieval).answer()

    def complete(self, answer: Answer, retrieval: Retrieval) -> Answer:
        """A model's answer, or the reports' own where nothing of it stands or answers.

        Where a question is for figures and a model's answer leaves out some that the reports state
        of just that, or gives others for what they do not state, theirs comes first, and its own
        follows if it quotes more. Where it rests on little of what answers any other question,
        theirs follows.
        """
        own = self.answer(retrieval)
        if answer.status is AnswerStatus.NOT_FOUND:
            overlooked = "" if own.status is AnswerStatus.NOT_FOUND else "overlooked"
            return _in_place_of(answer, own, "unsound" if answer.struck else overlooked)
        if retrieval.question.wants is Wants.FIGURE:
            found = answer_figures(self._library, retrieval, Footnotes())
            lacking = found.lacking or not found.matches or bool(retrieval.question.also)
            return _with_figures(answer, own, found, lacking=lacking)
        if own.status is AnswerStatus.NOT_FOUND or _rests_on(answer, own):
            return answer
        return _join(answer, own, "own_words", answer.status)


def _with_figures(answer: Answer, own: Answer, found: FigureAnswer, *, lacking: bool) -> Answer:
    """A model's answer that tells all figures found; else the reports' own, and what it tells.

    ``lacking``: figures are not all that is asked, or not all of it was found.
    """
    told = found.share_told_in(answer.text)
    if not (told or lacking):
        return _in_place_of(answer, own, "beside")
    if lacking or told < 1:
        if {c.quote for c in answer.citations} <= {c.quote for c in own.citations}:
            return _after_model(answer, own)
        return _join(own, answer, "besides", own.status)
    if any(m.statement.figure.masked for m in found.matches) and not says_masked(answer.text):
        answer = replace(answer, text=f"{answer.text}\n{say('answer.hidden')}")
    return replace(answer, status=own.status)


def _in_place_of(answer: Answer, own: Answer, why: str) -> Answer:
    """The reports' own answer for a model's, with a line that says ``why``, if that is given."""
    if not why:
        return replace(answer, text=own.text, citations=own.citations)
    return replace(_after_model(answer, own), notice=say(f"answer.{why}"))


def _after_model(answer: Answer, own: Answer) -> Answer:
    """The reports' own answer, with what a model's came of."""
    return replace(own, struck=answer.struck, prompts=answer.prompts, model=answer.model)


def _join(first: Answer, second: Answer, between: str, status: AnswerStatus) -> Answer:
    """An answer of a model's and the reports' own as one, the quotes numbered through."""
    notes = Footnotes()
    for citation in first.citations:
        notes.number(citation.quote)
    marks = {citation.n: notes.cite(citation.quote) for citation in second.citations}
    text = "\n".join([first.text, say(f"answer.{between}"), renumber_marks(second.text, marks)])
    written, own = (second, first) if first.writer == ExtractiveWriter.name else (first, second)
    return replace(
        written, text=text, status=status, citations=notes.citations(), derived=own.derived
    )


def _rests_on(answer: Answer, own: Answer) -> bool:
    """Whether an answer quotes at least half of what another quotes."""
    quotes = [citation.quote for citation in answer.citations]
    shared = sum(any(_overlap(c.quote, quote) for quote in quotes) for c in own.citations)
    return shared * 2 >= len(own.citations)


def _overlap(one: Quote, other: Quote) -> bool:
    within = one.span.start < other.span.end and other.span.start < one.span.end
    return within and one.report.id == other.report.id


class _AnswerWriter:
    """Writes one answer; the quotes are numbered in the order in which they are cited."""

    def __init__(self, library: Library, retrieval: Retrieval) -> None:
        self._library = library
        self._retrieval = retrieval
        self._question = retrieval.question
        self._notes = Footnotes()

    @cached_property
    def _groups(self) -> list[Group]:
        return [
            [
                OutlinedPassage(hit, rank, self._library.outline(hit.report.id)[0])
                for rank, hit in ranked
            ]
            for ranked in map(enumerate, self._retrieval.groups)
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
        concepts = self._concepts(Ask(self._question.content))
        for source in (source for group in self._groups for source in group):
            yield from sentence_evidence(source, concepts)

    def _answer(self, status: AnswerStatus, lines: Sequence[str]) -> Answer:
        return Answer(self._question.text, status, "\n".join(lines), self._notes.citations())

    def _concepts(self, ask: Ask) -> tuple[Concept, ...]:
        total, frequencies = self._library.passage_count(), self._library.passages_with
        own = concepts_of(ask.own, frequencies, total)
        known = {c.word for c in own}
        carried = concepts_of(ask.context, frequencies, total, _CARRIED)
        return (*own, *(c for c in carried if c.word not in known))

    def _mark_planned(self, line: str, source: OutlinedPassage, span: Span) -> str:
        """A line on a slice; what is only planned is said to be so, unless plans are asked for."""
        planned = source.is_plan(span) and not self._question.plans
        return say("answer.planned", line=line) if planned else line

    def _write_figures(self) -> Answer:
        told = answer_figures(self._library, self._retrieval, self._notes)
        if told.matches:
            status = AnswerStatus.MASKED if told.masked else AnswerStatus.ANSWERED
            lines = [
                *told.lines,
                *(line for part in _unsummed(self._question, told) for line in self._also(part)),
            ]
            return replace(self._answer(status, lines), derived=told.derived)
        return self._answer(AnswerStatus.NOT_FOUND, told.lines) if told.lines else self.nearest()

    # -- sentences

    def _write_text(self) -> Answer:
        lines: list[str] = []
        asked = self._question.besides or self._question.content
        for group in self._groups:
            best = self._best_sentences(group, asked)
            lines += [self._sentences_line(e.source, e.sentence) for e in best]
            if not best and len(self._groups) > 1 and group:
                lines.append(say("answer.not_mentioned", who=group[0].label))
        if not self._notes.citations():
            return self.nearest()
        return self._answer(AnswerStatus.ANSWERED, lines)

    def _also(self, part: str) -> list[str]:
        """The sentences that answer a part of the question that asks for no figure."""
        best = [e for group in self._groups for e in self._best_sentences(group, part)]
        lines = [self._sentences_line(e.source, e.sentence) for e in best]
        return lines or [say("answer.ask_missing", ask=substance(part).replace(" ", ""))]

    def _best_sentences(self, group: Group, asked: str) -> list[Evidence]:
        concepts = self._concepts(Ask(asked))
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


def _unsummed(question: Question, told: FigureAnswer) -> list[str]:
    """The other parts of a question but for whether figures add up, once their sum is told."""
    summed = derivation_words().total
    return [part for part in question.also if not (told.derived and summed.search(part))]
