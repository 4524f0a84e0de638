"""A cited passage and a model's statement cut into clauses, as plain texts to compare."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.checking.claims import is_plan
from bot.checking.dates import Date
from bot.checking.sources import GroundingSource
from bot.checking.vocabulary import entailment_words, grounding_words
from bot.checking.wordings import plain_text, telling_places
from knowledge.understanding.figures import Figure
from knowledge.understanding.mentions import unit_words
from knowledge.understanding.periods import Period, YearPart
from knowledge.understanding.sentences import Span

_SENTENCE = re.compile(r"[。！？!?\n]")
_CLAUSE = re.compile(r"[，；;。：:！？!?\n（）()|]|,(?!(?<=\d,)\d{3}(?!\d))")
_BRACKETS = re.compile(r"[（(]([^（()）]*)[)）]")
_ITEM_NUMBER = re.compile(r"[（(][\d一二三四五六七八九十]{1,3}[)）]")
_ENDS = tuple("；;：:，,|")
PARTICLES = re.compile("[的了]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3})")
_TITLE = re.compile(r"《[^《》\n]*》?")
_LABEL = re.compile(r"\s*[^\W\d]{1,8}[：:](?=[^，,；;。：:]{1,12}[。\s]*$)")
_COUNTING = re.compile(rf"[\d*×多几数][万亿]?[余多]?(?![年月日])(?:{unit_words().pattern})")
_MASKED_PLACE = re.compile("[*×]+(?=[省市县区镇乡村街])")
_LEVEL = re.compile("[省市县区州旗](?=市场监|局|人民政府|政府|$)")
_LISTS = re.compile("包括|包含|涵盖")
_HEADING = 20
_SEVERAL, _LONGEST_LABEL = 4, 8


@dataclass(frozen=True, slots=True)
class SourceClause:
    """A clause of a passage as plain text, with its numbers.

    ``parts`` is the text with bars for its figures and between what it lists; ``counts``: it has
    a figure, were it a hidden one, or stands in brackets: it says nothing of all. ``planned``: it
    says itself that it is planned, which the title of a document does not.
    """

    text: str
    numbers: frozenset[str]
    parts: str
    counts: bool
    planned: bool


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """A sentence of a passage: its clauses, what it goes on with, whether it is of a plan.

    ``span`` is where it stands in its passage. ``above`` are the headings above it, the one that
    runs in before it, and the first clause of the sentence before it; ``regions`` is what its
    bureau's region may be called.
    """

    span: Span
    clauses: tuple[SourceClause, ...]
    above: str
    regions: str
    planned: bool

    @property
    def own(self) -> str:
        """Its words."""
        return "|".join(clause.text for clause in self.clauses)

    @property
    def parts(self) -> str:
        """Its words, bars for its figures and between what it lists."""
        return "|".join(clause.parts for clause in self.clauses)

    @property
    def text(self) -> str:
        """Its words and those that it goes on with."""
        return f"{self.own}|{self.above}|{self.regions}"


@dataclass(frozen=True, slots=True)
class ClaimClause:
    """A clause of a statement as plain text, bars for its figures, dates and names.

    ``written`` has these too; ``statement`` is all that it belongs to; ``parts`` are the clauses up
    to its own with bars between what they list and for 的. ``span`` is where it stands in the
    statement. ``counted``: it has a figure; ``planned``: it is told as planned; ``is_label``: it
    only heads what follows: **登记便利**：……
    ``items``: what it lists, if each has a figure of its own or is an undertaking by name, as
    clauses: each is a claim of its own then.
    """

    span: Span
    text: str
    written: str
    numbers: frozenset[str]
    statement: str
    parts: str
    counted: bool
    planned: bool
    is_label: bool
    items: tuple["ClaimClause", ...] = ()


@lru_cache(maxsize=512)
def cited_sentences(source: GroundingSource) -> tuple[CitedSentence, ...]:
    """The sentences of a passage."""
    headings = _plain("|".join(source.passage.path))
    regions = _plain("|".join(_region_names(source)))
    sentences: list[CitedSentence] = []
    run_in = before = ""
    for span in _sentence_spans(source.folded):
        clauses = tuple(_source_clauses(source.folded[slice(*span)]))
        if clauses:
            carried = _plain("|".join(_carried_words(source, span)))
            above = f"{headings}|{run_in}|{before}|{carried}"
            planned = _tells_of_plans(source, span)
            sentences.append(CitedSentence(span, clauses, above, regions, planned))
            if len(clauses) == 1 and len(clauses[0].text) <= _HEADING and not clauses[0].numbers:
                run_in = clauses[0].text
            before = clauses[0].text
    return tuple(sentences)


def _sentence_spans(folded: str) -> Iterator[Span]:
    """Where sentences stand; a long line without a mark at its end goes on in the next."""
    start = 0
    for match in _SENTENCE.finditer(folded):
        line = folded[start : match.start()]
        if match[0] != "\n" or len(line.strip()) <= _HEADING or line.rstrip().endswith(_ENDS):
            yield Span(start, match.end())
            start = match.end()
    yield Span(start, len(folded))


def _tells_of_plans(source: GroundingSource, span: Span) -> bool:
    """Whether a sentence is of a plan; one that names the report's own period is not."""
    period = source.passage.period
    dates = (date for date in source.dates if span.start <= date.start < span.end)
    past = period is not None and any(_names_period(date, period) for date in dates)
    return is_plan(source) and not past


def _names_period(date: Date, period: Period) -> bool:
    """Whether a date says just when a report is for; 全年 in a plan may be the next year."""
    exact = date.year is not None or date.part not in (None, YearPart.YEAR)
    return exact and date.denotes(period) and not date.compared


def _carried_words(source: GroundingSource, span: Span) -> Iterator[str]:
    """What the figures of a sentence go on with from before the passage."""
    passage = source.passage
    first, last = (passage.span.start + place for place in span)
    for one in passage.statements or ():
        if first <= one.figure.start < last:
            before = (context for context in one.context if context.end <= passage.span.start)
            yield from (passage.report.text[slice(*context)] for context in before)


def _region_names(source: GroundingSource) -> Iterator[str]:
    """What its bureau's region may be called: 全县 in a county's report, not 全省."""
    level = _LEVEL.search(source.bureau)
    if level:
        yield from (word.format(level[0]) for word in entailment_words().regions)


def _plain(text: str) -> str:
    """A plain text without the marks between what is listed; a place that is masked is 某镇."""
    return plain_text(_MASKED_PLACE.sub("某", text)).replace("、", "")


def _source_clauses(text: str) -> Iterator[SourceClause]:
    """The clauses of a sentence, what stands in brackets behind them."""
    text = _ITEM_NUMBER.sub("", text)
    outside = _BRACKETS.sub("", _SEPARATOR.sub("", text))
    for part in (outside, *_BRACKETS.findall(text)):
        for clause in _CLAUSE.split(part):
            if plain := _plain(clause):
                counts = part is not outside or bool(_COUNTING.search(clause))
                parts = _parts(_NUMBER.sub("|", clause))
                planned = bool(entailment_words().plan_marks.search(_TITLE.sub("", clause)))
                yield SourceClause(plain, _numbers(clause), parts, counts, planned)


def _parts(text: str) -> str:
    """A plain text without particles, bars between what it lists."""
    listed = entailment_words().list_marks.sub("|", _MASKED_PLACE.sub("某", text))
    return PARTICLES.sub("", plain_text(listed))


def _numbers(text: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(_SEPARATOR.sub("", text)))


@dataclass(frozen=True, slots=True)
class ReadWords:
    """A statement in one width, the same with what others check made blank, and its figures."""

    folded: str
    veiled: str
    figures: tuple[Figure, ...]

    def clauses(self, *, planned: bool) -> Iterator[ClaimClause]:
        """Its clauses that say anything."""
        planned = planned or bool(entailment_words().told_as_plan.search(self.folded))
        start, statement, parts = 0, _plain(self.veiled), ""
        label = _LABEL.match(self.folded)  # 药品：已接入 is one claim
        named = label.end() - 1 if label else -1
        ends = (m.start() for m in _CLAUSE.finditer(self.folded) if m.start() != named)
        for end in (*ends, len(self.folded)):
            parts = f"{parts}|{_parts(self.veiled[start:end].replace('的', '|'))}"
            claim = self._claim(Span(start, end), statement, parts, planned=planned)
            if claim.text.strip("|"):
                items = self._items(Span(start, end), claim)
                yield replace(claim, items=tuple(items)) if len(items) > 1 else claim
            start = end + 1

    def _claim(self, span: Span, statement: str, parts: str, *, planned: bool) -> ClaimClause:
        written = self.folded[slice(*span)]
        counted = any(span.start <= figure.start < span.end for figure in self.figures)
        text = _plain(self.veiled[slice(*span)])
        heads = self.folded.startswith((":", "："), span.end) and len(text) <= _LONGEST_LABEL
        return ClaimClause(
            span, text, _plain(written), _numbers(written), statement, parts, counted, planned,
            is_label=heads and not counted,
        )  # fmt: skip

    def _items(self, span: Span, claim: ClaimClause) -> list[ClaimClause]:
        """What a clause lists; nothing where it lists what is no claim of its own."""
        undertaking = grounding_words().undertakings
        marks = entailment_words().list_marks.finditer(self.folded, *span)
        items, start = list[ClaimClause](), span.start
        if opening := _LISTS.search(self.folded, *span):  # 存在的困难包括甲、乙
            names = Span(start, opening.start())
            items = [self._claim(names, claim.statement, claim.parts, planned=claim.planned)]
            start = opening.end()
        for end, following in (*(match.span() for match in marks), (span.end, span.end)):
            item = self._claim(
                Span(start, end), claim.statement, claim.parts, planned=claim.planned
            )
            several = len(telling_places(item.text)) >= _SEVERAL
            if not (several or item.counted or undertaking.search(item.text)):
                return []
            items.append(item)
            start = following
        return items
