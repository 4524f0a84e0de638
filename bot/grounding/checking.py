"""The checks on a model's text: each statement held to the passages that it cites."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.grounding.attribution import Attribution, Holder, attribution_of, is_of
from bot.grounding.dated import date_fault
from bot.grounding.faults import Checked, Fault, FaultKind, Role, Statement
from bot.grounding.figures import figure_fault, pairs, placed
from bot.grounding.names import has_number, name_faults
from bot.grounding.sources import Given, Source, source_of
from bot.grounding.statements import Segment, Sentence, split
from bot.grounding.uncited import role_of
from bot.grounding.words import grounding_words
from knowledge.figures import Figure, find_figures
from knowledge.models import Bureau
from knowledge.sentences import Span

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
    checker = _Checker.of(given, asked, known)
    carried = Holder()
    statements = []
    for sentence in split(text):
        statement, carried = checker.check(text, sentence, carried)
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
            role, faults = _uncited(read)
        statement = Statement(
            text=text[sentence.start : sentence.end].strip(),
            start=sentence.start,
            end=sentence.end,
            cited=sentence.cited,
            role=role,
            faults=faults,
        )
        if role is Role.LEAD_IN and (attribution.bureaus or attribution.dates):
            carried = attribution.at(len(sentence.body))
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
            yield from self._segment_faults(read, segment, cited, given)
        yield from name_faults(read.sentence.body, read.taken(), whole)
        yield from _concealment_faults(read.sentence.body, whole)
        if _unrelated(read, whole):
            yield Fault(FaultKind.UNRELATED, read.sentence.body.strip()[:20])

    def _held(self, numbers: Sequence[int]) -> list[Source]:
        return [self.sources[n] for n in numbers if n in self.sources]

    @staticmethod
    def _segment_faults(
        read: "_Read", segment: Segment, cited: Sequence[Source], given: Sequence[Source]
    ) -> Iterator[Fault]:
        body = read.sentence.body
        for mention in read.attribution.bureaus:
            if segment.start <= mention.start < segment.end:
                leading = read.attribution.leads(mention)
                if not any(is_of(source, mention, leading=leading) for source in cited):
                    yield Fault(FaultKind.WRONG_BUREAU, mention.wording)
        for date in read.attribution.dates:
            if segment.start <= date.start < segment.end and not read.inside_figure(date.start):
                fault = date_fault(body[date.start : date.end], date, cited, given)
                if fault:
                    yield fault
        for index, figure in enumerate(read.figures):
            if segment.start <= figure.start < segment.end:
                holder = read.attribution.at(figure.start)
                fault = figure_fault(placed(body, read.figures, index, holder), cited, given)
                if fault:
                    yield fault


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

    def inside_figure(self, position: int) -> bool:
        """Whether a place belongs to a figure: 3月 in 3个月 does not, 30日 in 30日内 does."""
        return any(figure.start <= position < figure.end for figure in self.figures)


def _uncited(read: _Read) -> tuple[Role, tuple[Fault, ...]]:
    if read.figures:
        faults = [Fault(FaultKind.FIGURE_UNCITED, f.text.strip()) for f in read.figures]
        return Role.ASSERTION, tuple(dict.fromkeys(faults))
    role = role_of(read.attribution)
    words = read.sentence.body.strip()
    if role is Role.LEAD_IN and not has_number(words, ()):
        return role, ()
    if role is not Role.ASSERTION and not has_number(read.sentence.body, read.taken()):
        return role, ()
    return Role.ASSERTION, (Fault(FaultKind.UNCITED, words[:40]),)


def _concealment_faults(body: str, cited: Sequence[Source]) -> Iterator[Fault]:
    claim = grounding_words().concealed.search(body)
    if claim and not any("*" in source.folded or "×" in source.folded for source in cited):
        yield Fault(FaultKind.NOT_MASKED, claim[0])


def _unrelated(read: _Read, cited: Sequence[Source]) -> bool:
    """Whether hardly a word of a statement stands in what it cites."""
    words = pairs(read.attribution.without_names())
    if len(words) < _FEWEST_PAIRS:
        return False
    held = "".join(source.squeezed + source.heading for source in cited)
    return sum(word in held for word in words) / len(words) < _LEAST_SHARED
