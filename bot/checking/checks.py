"""The checks on a model's text: each statement held to the passages that it cites."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.checking.attribution import (
    Attribution,
    StatedScope,
    attribute,
    covers_period,
    is_from_bureau,
)
from bot.checking.claims import claim_faults, disguised_numbers
from bot.checking.dates import Date
from bot.checking.figures import PlacedFigure, figure_faults
from bot.checking.names import blank_out, has_number, name_faults
from bot.checking.sources import GivenPassage, GroundingSource, grounding_source, pairs, squeeze
from bot.checking.statements import (
    CheckedText,
    FaultKind,
    MarkedSentence,
    Segment,
    Statement,
    StatementFault,
    StatementRole,
    split_statements,
)
from bot.checking.vocabulary import grounding_words
from knowledge.models import Bureau
from knowledge.understanding.figures import Figure, find_figures
from knowledge.understanding.numerals import fold_width
from knowledge.understanding.periods import YearPart
from knowledge.understanding.sentences import Span, sentence_spans, trim_span


def date_fault(
    words: str, date: Date, cited: Sequence[GroundingSource], reports: int
) -> StatementFault | None:
    """The fault of a date that none of the passages bears.

    ``reports`` is of how many reports the statement tells: one compares with its own past alone.
    """
    if any(_bears_date(words, date, source, alone=reports < 2) for source in cited):
        return None
    exact = date.month is not None or date.titled
    return StatementFault(FaultKind.DATE_MISSING if exact else FaultKind.WRONG_PERIOD, words)


def _bears_date(words: str, date: Date, source: GroundingSource, *, alone: bool) -> bool:
    if date.titled or (date.month is not None and squeeze(words) in source.squeezed):
        return source.holds(words)
    return _is_in_text(date, source, alone=alone) or _is_of_report(date, source, alone=alone)


def _is_in_text(date: Date, source: GroundingSource, *, alone: bool) -> bool:
    period = source.passage.period
    for other in (*source.dates, *source.heading_dates):
        if not date.fits(other) or (date.month is None and other.compared and not date.compared):
            continue
        if alone and date.month is None and date.compared and not other.compared:
            continue
        years = {d.year for d in source.dates if d.year} | ({period.year} if period else set())
        if date.year is None or other.year or date.year in years:
            return True
    return False


def _is_of_report(date: Date, source: GroundingSource, *, alone: bool) -> bool:
    period, words = source.passage.period, grounding_words()
    if date.month is not None or period is None:
        return False
    if date.compared and date.year == period.year - 1:
        return bool(words.said_last_year.search(source.squeezed))
    if date.compared and date.year == period.year and alone:
        return date.part not in (None, period.part)
    if date.part is YearPart.YEAR and date.year is None:
        return period.part is YearPart.YEAR
    return covers_period(source, date)


_CLAUSES = re.compile(r"[，,；;。！？!?\n]")
_PUNCTUATION = ' \t\n\u3000。，,；;：:、！？!?（）()“”"*#-—|'
_LONGEST_LEAD_IN = 40
_LABEL = 8


def uncited_role(attribution: Attribution) -> StatementRole:
    """What a statement without a citation does; the caller has seen that it holds no figure."""
    body, words = attribution.body.strip(), grounding_words()
    clauses = [clause.strip() for clause in _CLAUSES.split(body) if clause.strip()]
    if _is_refusal(clauses):
        return StatementRole.REFUSAL
    rest = attribution.without_names()
    if not words.connectives.sub("", rest).strip(_PUNCTUATION):
        return StatementRole.LEAD_IN
    cells = [cell.strip() for cell in rest.split("|")]
    if body.startswith("|") and all(len(cell) <= _LABEL for cell in cells):
        return StatementRole.LEAD_IN
    label = len(rest.strip(_PUNCTUATION)) <= _LABEL
    leads = body.endswith(("：", ":")) and len(body) <= _LONGEST_LEAD_IN and len(clauses) < 3
    if leads and (label or words.lead_ins.search(rest)):
        return StatementRole.LEAD_IN
    return StatementRole.ASSERTION


def _is_refusal(clauses: list[str]) -> bool:
    words = grounding_words()
    refusals = [bool(words.refusals.fullmatch(clause)) for clause in clauses]
    return any(refusals) and all(
        refused or words.topics.fullmatch(clause)
        for refused, clause in zip(refusals, clauses, strict=True)
    )


@lru_cache(maxsize=512)  # a text that is shown as it grows is looked up again and again
def quote_for(statement: Statement, given: GivenPassage) -> Span:
    """Where in the report the sentences stand that bear a statement; whole, and next to another.

    They hold every figure of the statement that the passage holds; among those, and where there
    is no figure, the ones that share most words with it.
    """
    source = grounding_source(given)
    spans = [trim_span(given.text, span) for span in sentence_spans(given.text)]
    spans = [span for span in spans if span.end > span.start]
    if not spans:
        return given.span
    words = frozenset(pairs(fold_width(statement.text)))
    shared = [_overlap_share(squeeze(given.text[s.start : s.end]), words) for s in spans]
    chosen = _sentences_for_figures(statement, source, spans, shared)
    if not chosen:
        chosen = {max(range(len(spans)), key=lambda i: (shared[i], -i))}
    start, end = spans[min(chosen)].start, spans[max(chosen)].end
    return Span(given.span.start + start, given.span.start + end)


def _overlap_share(sentence: str, words: frozenset[str]) -> float:
    return sum(word in sentence for word in words) / len(words) if words else 0.0


def _sentences_for_figures(
    statement: Statement, source: GroundingSource, spans: list[Span], shared: list[float]
) -> set[int]:
    """The best sentence for each figure, those that are already chosen before others."""
    chosen: set[int] = set()
    figures = find_figures(statement.text)
    holding = [held for f in figures if (held := _sentences_stating(source, f, spans))]
    for held in sorted(holding, key=len):
        if not held & chosen:
            chosen.add(max(held, key=lambda i: (shared[i], -i)))
    return chosen


def _sentences_stating(source: GroundingSource, figure: Figure, spans: list[Span]) -> set[int]:
    amounts = source.stating(figure)
    return {
        index
        for index, span in enumerate(spans)
        if any(span.start <= amount.start < span.end for amount in amounts)
    }


_FEWEST_PAIRS, _LEAST_SHARED = 8, 0.12


def check(
    text: str,
    given: Sequence[GivenPassage],
    asked: frozenset[str] | None = None,
    known: Sequence[Bureau] = (),
) -> CheckedText:
    """Hold every statement of a text to the passages given.

    ``asked`` are the ids of the reports that were asked about, None for any. ``known`` are the
    bureaus of the store, so that one of them is recognised when it is named though not given.
    """
    return Checking(given, asked, known).check(text)


class Checking:
    """The checks for a text that grows: a statement that was checked is not checked again."""

    def __init__(
        self,
        given: Sequence[GivenPassage],
        asked: frozenset[str] | None = None,
        known: Sequence[Bureau] = (),
    ) -> None:
        self._checker = _Checker.of(given, asked, known)
        self._checked: dict[tuple[int, str, StatedScope], tuple[Statement, StatedScope]] = {}

    def check(self, text: str) -> CheckedText:
        """Every statement of a text; see ``check``."""
        carried = StatedScope()
        statements = []
        for sentence in split_statements(text):
            key = (sentence.start, text[sentence.start : sentence.end], carried)
            if key not in self._checked:
                self._checked[key] = self._checker.check(text, sentence, carried)
            statement, carried = self._checked[key]
            statements.append(statement)
        return CheckedText(text, tuple(statements))


@dataclass(frozen=True, slots=True)
class _Checker:
    """What one text is held to."""

    sources: dict[int, GroundingSource]
    asked: frozenset[str] | None
    bureaus: tuple[Bureau, ...]

    @classmethod
    def of(
        cls, given: Sequence[GivenPassage], asked: frozenset[str] | None, known: Sequence[Bureau]
    ) -> "_Checker":
        named = {g.bureau.name: g.bureau for g in given if g.bureau}
        bureaus = {bureau.name: bureau for bureau in known} | named
        return cls({g.n: grounding_source(g) for g in given}, asked, tuple(bureaus.values()))

    def check(
        self, text: str, sentence: MarkedSentence, carried: StatedScope
    ) -> tuple[Statement, StatedScope]:
        """A statement with its faults, and what the statements after it take over."""
        every = list(self.sources.values())
        attribution = attribute(sentence.body, self.bureaus, every, carried)
        read = _ReadStatement(sentence, attribution, find_figures(sentence.body))
        role = StatementRole.ASSERTION
        if sentence.cited:
            faults = tuple(dict.fromkeys(self._cited_faults(read)))
        else:
            role, faults = _check_uncited(read, len({source.bureau for source in every}))
        statement = Statement(
            text=text[sentence.start : sentence.end].strip(),
            start=sentence.start,
            end=sentence.end,
            cited=sentence.cited,
            role=role,
            faults=faults,
        )
        if role is StatementRole.LEAD_IN and (attribution.bureaus or attribution.dates):
            planned = bool(grounding_words().planned.search(sentence.body))
            carried = replace(attribution.scope_at(len(sentence.body)), planned=planned)
        elif text[sentence.start : sentence.end].count("\n") > 1:
            carried = StatedScope()
        return statement, carried

    def _cited_faults(self, read: "_ReadStatement") -> Iterator[StatementFault]:
        for n in read.sentence.cited:
            if n not in self.sources:
                yield StatementFault(FaultKind.UNKNOWN_PASSAGE, f"[{n}]")
            elif self.asked is not None and self.sources[n].passage.report.id not in self.asked:
                yield StatementFault(FaultKind.NOT_ASKED, f"[{n}]")
        whole = self._sources_of(read.sentence.cited)
        if not whole:
            return
        given = list(self.sources.values())
        for segment in read.sentence.segments:
            cited = self._sources_of(segment.numbers) or whole
            yield from _scope_faults(read, segment, cited, whole)
            placed = [
                p for p in read.placed_figures() if segment.start <= p.figure.start < segment.end
            ]
            yield from figure_faults(placed, cited, given)
        folded = fold_width(read.sentence.body)
        plain = blank_out(folded, read.number_spans())
        yield from name_faults(read.sentence.body, plain, whole)
        yield from claim_faults(folded, blank_out(plain, read.attribution.spans()), whole)
        if _is_unrelated(read, whole):
            yield StatementFault(FaultKind.UNRELATED, read.sentence.body.strip()[:20])

    def _sources_of(self, numbers: Sequence[int]) -> list[GroundingSource]:
        return [self.sources[n] for n in numbers if n in self.sources]


@dataclass(frozen=True, slots=True)
class _ReadStatement:
    """A statement, its names and dates, its figures."""

    sentence: MarkedSentence
    attribution: Attribution
    figures: tuple[Figure, ...]

    def number_spans(self) -> list[Span]:
        """Where figures and dates stand."""
        figures = [Span(figure.start, figure.end) for figure in self.figures]
        return figures + [Span(date.start, date.end) for date in self.attribution.dates]

    def placed_figures(self) -> list[PlacedFigure]:
        """The figures, each with whose it is said to be."""
        plain = self.attribution.without_names()
        places = [figure.start for figure in self.figures]
        return [
            PlacedFigure(
                self.sentence.body, plain, self.figures, i, self.attribution.scope_of(places, i)
            )
            for i in range(len(self.figures))
        ]

    def inside_figure(self, position: int) -> bool:
        """Whether a place belongs to a figure: 3月 in 3个月 does not, 30日 in 30日内 does."""
        return any(figure.start <= position < figure.end for figure in self.figures)


def _scope_faults(
    read: _ReadStatement,
    segment: Segment,
    cited: Sequence[GroundingSource],
    whole: Sequence[GroundingSource],
) -> Iterator[StatementFault]:
    """The bureaus and dates that a segment names and its passages are not of.

    ``whole`` is what the statement cites in all: 甲、乙分别……[1]、……[2] names 乙 before [1].
    """
    reports = len({source.passage.report.id for source in whole})
    body, dealt_from = read.sentence.body, read.attribution.respectively_at()
    for mention in read.attribution.bureaus:
        if segment.start <= mention.start < segment.end:
            leading = read.attribution.is_leading(mention)
            bearers = whole if dealt_from is not None and mention.end <= dealt_from else cited
            if not any(is_from_bureau(source, mention, leading=leading) for source in bearers):
                yield StatementFault(FaultKind.WRONG_BUREAU, mention.wording)
    for date in read.attribution.dates:
        if segment.start <= date.start < segment.end and not read.inside_figure(date.start):
            bearers = whole if dealt_from is not None and date.end <= dealt_from else cited
            fault = date_fault(body[date.start : date.end], date, bearers, reports)
            if fault:
                yield fault


def _check_uncited(
    read: _ReadStatement, bureaus: int
) -> tuple[StatementRole, tuple[StatementFault, ...]]:
    """The role and the faults of a statement without a citation; ``bureaus`` are given in all."""
    words = read.sentence.body.strip()
    figures = [f for f in read.figures if not _counts_bureaus(f, words, bureaus)]
    plain = blank_out(fold_width(read.sentence.body), read.number_spans())
    hidden = [*disguised_numbers(plain), *(m[0] for m in grounding_words().vague.finditer(plain))]
    if figures or hidden:
        said = [*(figure.text.strip() for figure in figures), *hidden]
        faults = [StatementFault(FaultKind.FIGURE_UNCITED, one) for one in said]
        return StatementRole.ASSERTION, tuple(dict.fromkeys(faults))
    role = uncited_role(read.attribution)
    if role is StatementRole.LEAD_IN and not has_number(words, ()):
        return role, ()
    if role is not StatementRole.ASSERTION and not has_number(
        read.sentence.body, read.number_spans()
    ):
        return role, ()
    return StatementRole.ASSERTION, (StatementFault(FaultKind.UNCITED, words[:40]),)


def _counts_bureaus(figure: Figure, words: str, bureaus: int) -> bool:
    """两家单位 of two that were given: who is spoken of, not what a report states."""
    counted = grounding_words().bureau_counts.search(words)
    is_it = counted is not None and figure.text.strip() in counted[0]
    return is_it and figure.value is not None and figure.value <= bureaus


def _is_unrelated(read: _ReadStatement, cited: Sequence[GroundingSource]) -> bool:
    """Whether hardly a word of a statement stands in what it cites."""
    words = pairs(read.attribution.without_names())
    concealed = grounding_words().concealed.search(read.sentence.body)
    if len(words) < _FEWEST_PAIRS or (concealed and any(source.masked for source in cited)):
        return False
    held = "".join(source.squeezed + source.heading for source in cited)
    return sum(word in held for word in words) / len(words) < _LEAST_SHARED
