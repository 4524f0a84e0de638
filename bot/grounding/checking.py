"""The checks on a model's text: each statement held to the passages that it cites."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.grounding.attribution import Attribution, Holder, attribution_of, is_of
from bot.grounding.beside import pairs
from bot.grounding.binding import Placed
from bot.grounding.claims import claim_faults
from bot.grounding.dated import date_fault
from bot.grounding.disguised import disguised_numbers
from bot.grounding.faults import Checked, Fault, FaultKind, Role, Statement
from bot.grounding.figures import figure_faults
from bot.grounding.names import blanked, has_number, name_faults
from bot.grounding.sources import Given, Source, source_of
from bot.grounding.statements import Segment, Sentence, split
from bot.grounding.uncited import role_of
from bot.grounding.words import grounding_words
from knowledge.figures import Figure, find_figures
from knowledge.models import Bureau
from knowledge.numerals import fold_width
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
