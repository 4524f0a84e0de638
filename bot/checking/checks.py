"""The checks on a model's text: each statement held to the passages that it cites."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.checking.attribution import Attribution, Holder, attribution_of, is_of, is_period
from bot.checking.claims import claim_faults, disguised_numbers
from bot.checking.dates import Date
from bot.checking.figures import Placed, figure_faults
from bot.checking.names import blanked, has_number, name_faults
from bot.checking.sources import Given, Source, pairs, source_of, squeeze
from bot.checking.statements import (
    Checked,
    Fault,
    FaultKind,
    Role,
    Segment,
    Sentence,
    Statement,
    split,
)
from bot.checking.vocabulary import grounding_words
from knowledge.models import Bureau
from knowledge.understanding.figures import Figure, find_figures
from knowledge.understanding.numerals import fold_width
from knowledge.understanding.periods import Part
from knowledge.understanding.sentences import Span, sentence_spans, trimmed


def date_fault(words: str, date: Date, cited: Sequence[Source], reports: int) -> Fault | None:
    """The fault of a date that none of the passages bears.

    ``reports`` is of how many reports the statement tells: one compares with its own past alone.
    """
    if any(_borne(words, date, source, alone=reports < 2) for source in cited):
        return None
    exact = date.month is not None or date.titled
    return Fault(FaultKind.DATE_MISSING if exact else FaultKind.WRONG_PERIOD, words)


def _borne(words: str, date: Date, source: Source, *, alone: bool) -> bool:
    if date.titled or (date.month is not None and squeeze(words) in source.squeezed):
        return source.holds(words)
    return _in_text(date, source, alone=alone) or _of_report(date, source, alone=alone)


def _in_text(date: Date, source: Source, *, alone: bool) -> bool:
    period = source.given.period
    for other in (*source.dates, *source.heading_dates):
        if not date.fits(other) or (date.month is None and other.compared and not date.compared):
            continue
        if alone and date.month is None and date.compared and not other.compared:
            continue
        years = {d.year for d in source.dates if d.year} | ({period.year} if period else set())
        if date.year is None or other.year or date.year in years:
            return True
    return False


def _of_report(date: Date, source: Source, *, alone: bool) -> bool:
    period, words = source.given.period, grounding_words()
    if date.month is not None or period is None:
        return False
    if date.compared and date.year == period.year - 1:
        return bool(words.said_last_year.search(source.squeezed))
    if date.compared and date.year == period.year and alone:
        return date.part not in (None, period.part)
    if date.part is Part.YEAR and date.year is None:
        return period.part is Part.YEAR
    return is_period(source, date)


_CLAUSES = re.compile(r"[，,；;。！？!?\n]")
_PUNCTUATION = ' \t\n\u3000。，,；;：:、！？!?（）()“”"*#-—|'
_LONGEST_LEAD_IN = 40
_LABEL = 8


def role_of(attribution: Attribution) -> Role:
    """What a statement without a citation does; the caller has seen that it holds no figure."""
    body, words = attribution.body.strip(), grounding_words()
    clauses = [clause.strip() for clause in _CLAUSES.split(body) if clause.strip()]
    if _refuses(clauses):
        return Role.REFUSAL
    rest = attribution.without_names()
    if not words.connectives.sub("", rest).strip(_PUNCTUATION):
        return Role.LEAD_IN
    cells = [cell.strip() for cell in rest.split("|")]
    if body.startswith("|") and all(len(cell) <= _LABEL for cell in cells):
        return Role.LEAD_IN
    label = len(rest.strip(_PUNCTUATION)) <= _LABEL
    leads = body.endswith(("：", ":")) and len(body) <= _LONGEST_LEAD_IN and len(clauses) < 3
    if leads and (label or words.lead_ins.search(rest)):
        return Role.LEAD_IN
    return Role.ASSERTION


def _refuses(clauses: list[str]) -> bool:
    words = grounding_words()
    refusals = [bool(words.refusals.fullmatch(clause)) for clause in clauses]
    return any(refusals) and all(
        refused or words.topics.fullmatch(clause)
        for refused, clause in zip(refusals, clauses, strict=True)
    )


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


_FEWEST_PAIRS, _LEAST_SHARED = 8, 0.12


def check(
    text: str,
    given: Sequence[Given],
    asked: frozenset[str] | None = None,
    known: Sequence[Bureau] = (),
) -> Checked:
    """Hold every statement of a text to the passages given.

    ``asked`` are the ids of the reports that were asked about, None for any. ``known`` are the
    bureaus of the store, so that one of them is recognised when it is named though not given.
    """
    return Checking(given, asked, known).check(text)


class Checking:
    """The checks for a text that grows: a statement that was checked is not checked again."""

    def __init__(
        self,
        given: Sequence[Given],
        asked: frozenset[str] | None = None,
        known: Sequence[Bureau] = (),
    ) -> None:
        self._checker = _Checker.of(given, asked, known)
        self._checked: dict[tuple[int, str, Holder], tuple[Statement, Holder]] = {}

    def check(self, text: str) -> Checked:
        """Every statement of a text; see ``check``."""
        carried = Holder()
        statements = []
        for sentence in split(text):
            key = (sentence.start, text[sentence.start : sentence.end], carried)
            if key not in self._checked:
                self._checked[key] = self._checker.check(text, sentence, carried)
            statement, carried = self._checked[key]
            statements.append(statement)
        return Checked(text, tuple(statements))


@dataclass(frozen=True, slots=True)
class _Checker:
    """What one text is held to."""

    sources: dict[int, Source]
    asked: frozenset[str] | None
    bureaus: tuple[Bureau, ...]

    @classmethod
    def of(
        cls, given: Sequence[Given], asked: frozenset[str] | None, known: Sequence[Bureau]
    ) -> "_Checker":
        named = {g.bureau.name: g.bureau for g in given if g.bureau}
        bureaus = {bureau.name: bureau for bureau in known} | named
        return cls({g.n: source_of(g) for g in given}, asked, tuple(bureaus.values()))

    def check(self, text: str, sentence: Sentence, carried: Holder) -> tuple[Statement, Holder]:
        """A statement with its faults, and what the statements after it take over."""
        every = list(self.sources.values())
        attribution = attribution_of(sentence.body, self.bureaus, every, carried)
        read = _Read(sentence, attribution, find_figures(sentence.body))
        role = Role.ASSERTION
        if sentence.cited:
            faults = tuple(dict.fromkeys(self._cited_faults(read)))
        else:
            role, faults = _uncited(read, len({source.bureau for source in every}))
        statement = Statement(
            text=text[sentence.start : sentence.end].strip(),
            start=sentence.start,
            end=sentence.end,
            cited=sentence.cited,
            role=role,
            faults=faults,
        )
        if role is Role.LEAD_IN and (attribution.bureaus or attribution.dates):
            planned = bool(grounding_words().planned.search(sentence.body))
            carried = replace(attribution.at(len(sentence.body)), planned=planned)
        elif text[sentence.start : sentence.end].count("\n") > 1:
            carried = Holder()
        return statement, carried

    def _cited_faults(self, read: "_Read") -> Iterator[Fault]:
        for n in read.sentence.cited:
            if n not in self.sources:
                yield Fault(FaultKind.UNKNOWN_PASSAGE, f"[{n}]")
            elif self.asked is not None and self.sources[n].given.report.id not in self.asked:
                yield Fault(FaultKind.NOT_ASKED, f"[{n}]")
        whole = self._held(read.sentence.cited)
        if not whole:
            return
        given = list(self.sources.values())
        for segment in read.sentence.segments:
            cited = self._held(segment.numbers) or whole
            yield from _named_faults(read, segment, cited, whole)
            placed = [p for p in read.placed() if segment.start <= p.figure.start < segment.end]
            yield from figure_faults(placed, cited, given)
        folded = fold_width(read.sentence.body)
        plain = blanked(folded, read.taken())
        yield from name_faults(read.sentence.body, plain, whole)
        yield from claim_faults(folded, blanked(plain, read.attribution.spans()), whole)
        if _unrelated(read, whole):
            yield Fault(FaultKind.UNRELATED, read.sentence.body.strip()[:20])

    def _held(self, numbers: Sequence[int]) -> list[Source]:
        return [self.sources[n] for n in numbers if n in self.sources]


@dataclass(frozen=True, slots=True)
class _Read:
    """A statement, its names and dates, its figures."""

    sentence: Sentence
    attribution: Attribution
    figures: tuple[Figure, ...]

    def taken(self) -> list[Span]:
        """Where figures and dates stand."""
        figures = [Span(figure.start, figure.end) for figure in self.figures]
        return figures + [Span(date.start, date.end) for date in self.attribution.dates]

    def placed(self) -> list[Placed]:
        """The figures, each with whose it is said to be."""
        plain = self.attribution.without_names()
        places = [figure.start for figure in self.figures]
        return [
            Placed(self.sentence.body, plain, self.figures, i, self.attribution.dealt(places, i))
            for i in range(len(self.figures))
        ]

    def inside_figure(self, position: int) -> bool:
        """Whether a place belongs to a figure: 3月 in 3个月 does not, 30日 in 30日内 does."""
        return any(figure.start <= position < figure.end for figure in self.figures)


def _named_faults(
    read: _Read, segment: Segment, cited: Sequence[Source], whole: Sequence[Source]
) -> Iterator[Fault]:
    """The bureaus and dates that a segment names and its passages are not of.

    ``whole`` is what the statement cites in all: 甲、乙分别……[1]、……[2] names 乙 before [1].
    """
    reports = len({source.given.report.id for source in whole})
    body, dealing = read.sentence.body, read.attribution.dealing()
    for mention in read.attribution.bureaus:
        if segment.start <= mention.start < segment.end:
            leading = read.attribution.leads(mention)
            bearers = whole if dealing is not None and mention.end <= dealing else cited
            if not any(is_of(source, mention, leading=leading) for source in bearers):
                yield Fault(FaultKind.WRONG_BUREAU, mention.wording)
    for date in read.attribution.dates:
        if segment.start <= date.start < segment.end and not read.inside_figure(date.start):
            bearers = whole if dealing is not None and date.end <= dealing else cited
            fault = date_fault(body[date.start : date.end], date, bearers, reports)
            if fault:
                yield fault


def _uncited(read: _Read, bureaus: int) -> tuple[Role, tuple[Fault, ...]]:
    """The role and the faults of a statement without a citation; ``bureaus`` are given in all."""
    words = read.sentence.body.strip()
    figures = [f for f in read.figures if not _counts_bureaus(f, words, bureaus)]
    plain = blanked(fold_width(read.sentence.body), read.taken())
    hidden = [*disguised_numbers(plain), *(m[0] for m in grounding_words().vague.finditer(plain))]
    if figures or hidden:
        said = [*(figure.text.strip() for figure in figures), *hidden]
        faults = [Fault(FaultKind.FIGURE_UNCITED, one) for one in said]
        return Role.ASSERTION, tuple(dict.fromkeys(faults))
    role = role_of(read.attribution)
    if role is Role.LEAD_IN and not has_number(words, ()):
        return role, ()
    if role is not Role.ASSERTION and not has_number(read.sentence.body, read.taken()):
        return role, ()
    return Role.ASSERTION, (Fault(FaultKind.UNCITED, words[:40]),)


def _counts_bureaus(figure: Figure, words: str, bureaus: int) -> bool:
    """两家单位 of two that were given: who is spoken of, not what a report states."""
    counted = grounding_words().bureau_counts.search(words)
    is_it = counted is not None and figure.text.strip() in counted[0]
    return is_it and figure.value is not None and figure.value <= bureaus


def _unrelated(read: _Read, cited: Sequence[Source]) -> bool:
    """Whether hardly a word of a statement stands in what it cites."""
    words = pairs(read.attribution.without_names())
    concealed = grounding_words().concealed.search(read.sentence.body)
    if len(words) < _FEWEST_PAIRS or (concealed and any(source.masked for source in cited)):
        return False
    held = "".join(source.squeezed + source.heading for source in cited)
    return sum(word in held for word in words) / len(words) < _LEAST_SHARED
