"""Sentences and figures of the passages found, weighed against what was asked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.answering.concepts import Concept, closeness, coverage
from bot.answering.passages import report_label
from bot.answers import Quote
from knowledge.lexicon import normalise
from knowledge.models import Report, Section, SectionKind
from knowledge.retrieval.question import Ask, Question
from knowledge.retrieval.search import Hit
from knowledge.understanding.figures import Figure
from knowledge.understanding.sentences import Span, sentence_spans, trim_span
from knowledge.vocabulary import Vocabulary, Words, at, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "extractive.toml"
SAME, KIN, OPEN, OTHER = 0.25, 0.15, 0.0, -0.4
NEAR, CLAUSE, BEFORE, AFTER, HEADING, EARLIER = 1.0, 0.9, 0.8, 0.55, 0.65, 0.5
_RANK = 0.012
_CLOSE = 0.08
_TOTAL = 0.04
_TOTALS = re.compile(r"全年|上半年|下半年|共|累计|合计|总")
_SHORTEST, _LONGEST, _HEADING_LIKE = 80, 240, 25
_PLANNED = 0.15
_BRACKETED = re.compile(r"[（(][^（）()\d*＊]*[）)]")
_NO_THOUSANDS = r"(?<!\d)[,:]|[,:](?!\d)"  # 2,031家 and 14:30 are one word
_BREAK = re.compile(rf"[，；;。：！？\n]|{_NO_THOUSANDS}")
_COMMA = re.compile(rf"[，；;。！？\n]|{_NO_THOUSANDS}")
_PIECE = re.compile(rf"[、，；;。：！？\n]|{_NO_THOUSANDS}")


class Measures(Vocabulary):
    """Measure words that stand for one another, and the words that ask for money or a ratio."""

    families: tuple[frozenset[str], ...] = at("units.families")
    money: Words = at("units.money")
    ratio: Words = at("units.ratio")

    def fit(self, ask: Ask, figure: Figure) -> float:
        """How well a figure's unit fits what is asked: SAME, KIN, OPEN or OTHER."""
        percent = figure.unit in ("%", "‰", "百分点")
        if ask.unit == "元":
            return SAME if figure.unit == "元" else OTHER
        if ask.unit:
            return self._unit_fit(ask.unit, figure)
        if any(word in ask.own for word in self.ratio):
            return SAME if percent else OTHER
        if percent:
            return KIN / 2 if not ask.own else OPEN - 0.1
        if figure.unit == "元":
            return KIN if any(word in ask.own for word in self.money) else OPEN
        return OPEN

    def _unit_fit(self, asked: str, figure: Figure) -> float:
        unit = figure.unit
        if asked == unit:
            return SAME
        if unit.startswith(asked) or any(asked in f and unit in f for f in self.families):
            return KIN
        if not unit or asked == "个":
            return OPEN
        return OTHER


@cache
def measures(path: Path = _FILE) -> Measures:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(Measures, path)


@dataclass(frozen=True, slots=True)
class OutlinedPassage:
    """A passage that was found, with its report's leaves and figures."""

    hit: Hit
    rank: int
    sections: Sequence[Section]
    figures: Sequence[Figure]

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


@dataclass(frozen=True, slots=True)
class FigureEvidence(Evidence):
    """A figure of the sentence that may be the one asked for.

    ``fits`` says that it is not of another measure: 6批次 is no answer to 合格率是多少.
    """

    figure: Figure
    fits: bool


def figure_evidence(
    source: OutlinedPassage,
    question: Question,
    ask: Ask,
    concepts: Sequence[Concept],
    measures: Measures,
) -> Iterator[FigureEvidence]:
    """Every figure of a passage, weighed by the words around it and by its unit.

    A plan's figure stands back behind what was done, unless plans are asked for.
    """
    text = source.report.text
    for sentence in source.sentences():
        inside = [f for f in source.figures if sentence.start <= f.start < sentence.end]
        if not inside:
            continue
        surroundings = _surroundings(source, sentence)
        planned = source.is_plan(sentence) and not question.plans
        for index, figure in enumerate(inside):
            windows = [
                (normalise(t), factor)
                for t, factor in _windows(text, sentence, inside, index) + surroundings
            ]
            covered = coverage(concepts, windows)
            fit = measures.fit(ask, figure)
            score = (
                covered
                + fit
                + _CLOSE * closeness(concepts, windows[0][0] + windows[1][0])
                + (_TOTAL if _TOTALS.search(windows[1][0]) else 0.0)
                - (_PLANNED if planned else 0.0)
                - _RANK * source.rank
            )
            yield FigureEvidence(
                source, sentence, covered, score, figure, fit > OTHER or not figure.unit
            )


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


def _windows(
    text: str, sentence: Span, inside: Sequence[Figure], index: int
) -> list[tuple[str, float]]:
    """What stands around a figure, the nearer the weightier."""
    figure = inside[index]
    left_limit = inside[index - 1].end if index else sentence.start
    right_limit = inside[index + 1].start if index + 1 < len(inside) else sentence.end
    left = _after_last(_BREAK, text, left_limit, figure.start)
    right = _before_first(_PIECE, text, figure.end, right_limit)
    shared = bool(index) and left == left_limit and not _PIECE.match(text, left_limit)
    clause = text[
        _after_last(_COMMA, text, sentence.start, figure.start) : _before_first(
            _COMMA, text, figure.end, sentence.end
        )
    ]
    return [
        (text[figure.end : right] + "|" + figure.counted, NEAR),
        (_BRACKETED.sub("", text[left : figure.start]), CLAUSE if shared else NEAR),
        (clause, CLAUSE if len(clause) < 40 else BEFORE),
        (text[sentence.start : figure.start], BEFORE),
        (text[figure.end : sentence.end], AFTER),
    ]


def _after_last(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    last = start
    for match in pattern.finditer(text, start, end):
        last = match.end()
    return last


def _before_first(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    match = pattern.search(text, start, end)
    return match.start() if match else end


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
