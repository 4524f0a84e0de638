"""Answers a question from the passages found, in the reports' own words.

The words of the question are concepts, each with its weight; sentences and figures of the
passages are evidence, weighed by the concepts that they hold; the best of it is the answer.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import rjieba

from bot.answering.session import Retrieval, report_label
from bot.answers import Answer, AnswerStatus, Footnotes, Quote
from bot.wording import say
from knowledge.lexicon import normalise
from knowledge.library import Library
from knowledge.models import Report, Section, SectionKind
from knowledge.retrieval.question import Ask, Question, Wants
from knowledge.retrieval.search import Hit
from knowledge.retrieval.vocabulary import Synonyms, synonyms
from knowledge.understanding.figures import Figure
from knowledge.understanding.kinds import without_mark
from knowledge.understanding.sentences import Span, sentence_spans, trim_span
from knowledge.vocabulary import Vocabulary, Words, at, load_vocabulary

_PARTIAL = 0.8
_STEM = 0.75
_SYNONYM = 0.9
_UNCUT = 3
_CODE = 4
_SUFFIXES = frozenset("店率证员所站厂点书费品机车器量额数户局卡券馆园院校室案款险线表秤件法药剂")
_NEGATIONS = frozenset("不未无非没")
_EMPTY = "dpcuryeoxq"
_CLASS_WEIGHTS = {
    **dict.fromkeys(["d", "p", "c", "u", "uj", "ul", "r", "y", "e", "o", "x", "m", "q", "zg"], 0.0),
    **dict.fromkeys(["v", "a", "ad", "z", "s", "f", "t"], 0.7),
    **dict.fromkeys(["vn", "an"], 0.9),
    "eng": 1.0,
}

Frequencies = Callable[[Sequence[str]], Mapping[str, int]]
"""How many passages hold each of some character pairs or words."""
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
Item = tuple[str, Span]
"""What a line of a list says, and the words of the report that it rests on."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One word of a question, what reports call it, and how telling it is."""

    word: str
    alternatives: tuple[str, ...]
    weight: float

    def in_text(self, text: str) -> float:
        """How surely a normalised text speaks of it, 0 to 1."""
        if self.word in text:
            return 1.0
        if any(other in text for other in self.alternatives):
            return _SYNONYM
        pairs = _pairs(self.word)
        if len(pairs) < 2:
            return 0.0
        if self.word[-1] in _SUFFIXES and self.word[:-1] in text:
            return _STEM
        share = sum(p in text for p in pairs) / len(pairs)
        return _PARTIAL * share if share >= 0.5 else 0.0


def concepts_of(
    words: str, synonyms: Synonyms, frequencies: Frequencies, total: int, scale: float = 1.0
) -> tuple[Concept, ...]:
    """The concepts of a question's words of substance; a word in no passage weighs most."""
    shares: dict[str, float] = {}
    for word, share in _words(normalise(words), synonyms):
        shares[word] = max(share, shares.get(word, 0.0))
    found = list(shares)
    alternatives = {w: tuple(map(normalise, synonyms.of(w))) for w in found}
    forms_of = {w: (w, *alternatives[w]) for w in found}
    forms = {f for w in found for f in forms_of[w]}
    counts = frequencies(sorted({p for f in forms for p in _pairs(f) or [f]}))
    return tuple(
        Concept(
            word,
            alternatives[word],
            scale * shares[word] * _weight([_frequency(f, counts) for f in forms_of[word]], total),
        )
        for word in found
    )


def coverage(concepts: Iterable[Concept], texts: Sequence[tuple[str, float]]) -> float:
    """The share of the concepts' weight that the texts hold, each text at its factor.

    A concept counts where it counts most; the result is 0 to 1, and 0 without concepts.
    """
    whole = got = 0.0
    for concept in concepts:
        whole += concept.weight
        got += concept.weight * max(
            (factor * concept.in_text(text) for text, factor in texts), default=0.0
        )
    return got / whole if whole else 0.0


def closeness(concepts: Iterable[Concept], text: str) -> float:
    """How much of a short text is the concepts' own words, 0 to 1: 其中电梯 beats a clause."""
    matched = sum(len(c.word) for c in concepts if c.word in text)
    return min(1.0, matched / len(text)) if text else 0.0


def _words(text: str, synonyms: Synonyms) -> Iterable[tuple[str, float]]:
    """Everyday terms as they are, the rest cut into words; each with its word class's weight."""
    position = 0
    for term in synonyms.find_terms(text):
        at = text.find(term, position)
        if at < 0 or (len(term) > _UNCUT and synonyms.is_official(term)):
            continue
        yield from _tag_words(text[position:at])
        yield term, 1.0
        position = at + len(term)
    yield from _tag_words(text[position:])


def _tag_words(text: str) -> Iterable[tuple[str, float]]:
    """Words by their classes: names and nouns whole, verbs and adjectives less, the rest not."""
    words: list[tuple[str, float]] = []
    negation = ""
    loose = False  # whether the last word is a character that no dictionary joined
    for word, tag in rjieba.tag(text):
        single = len(word) == 1 and _is_chinese(word)
        if word in _NEGATIONS:
            negation, loose = word, False
        elif negation:
            words.append((negation + word, 1.0))
            negation, loose = "", False
        elif words and single and word in _SUFFIXES and words[-1][0] + word in text:
            before, share = words.pop()
            words.append((before + word, max(share, 0.8)))
        elif single and tag[0] not in _EMPTY:
            if loose and words[-1][0] + word in text:
                words.append((words.pop()[0] + word, 0.7))
            else:
                words.append((word, 0.15 if tag[0] in "vnag" else 0.0))
            loose = True
        else:
            code = word.isdigit() and len(word) >= _CODE  # 12315 is a name, not an amount
            share = _CLASS_WEIGHTS.get(tag, _CLASS_WEIGHTS.get(tag[:1], 1.0))
            words.append((word, 1.0 if code else share))
            loose = False
    return [(w, share) for w, share in words if share > 0 and w.strip()]


def _is_chinese(word: str) -> bool:
    return "\u3400" <= word[0] <= "\u9fff"


def _pairs(word: str) -> list[str]:
    if not _is_chinese(word[0]):
        return [word]
    return [word[i : i + 2] for i in range(len(word) - 1)]


def _frequency(form: str, counts: Mapping[str, int]) -> int:
    """At most how many passages hold the form: its rarest pair's number."""
    return min((counts.get(p, 0) for p in _pairs(form) or [form]), default=0)


def _weight(counts: Sequence[int], total: int) -> float:
    return math.log(1 + (total + 1) / (max(counts) + 0.5))


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
