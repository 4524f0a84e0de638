"""A report as text answers are found in it: its headings, its sentences, what they speak of."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import takewhile
from pathlib import Path

from bot.answering.concepts import Concept
from bot.checking.sources import is_demand
from bot.summarising.units import Reading, Unit, units_of
from knowledge.lexicon import normalise
from knowledge.library import Library
from knowledge.models import Report, Section, SectionKind
from knowledge.understanding.kinds import outline_words, without_mark
from knowledge.understanding.sentences import Span, sentence_spans, trim_span
from knowledge.vocabulary import Pattern, Vocabulary, at, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "extractive.toml"
LITERAL, LATE = 1.2, 0.05
"""How well what is asked fits as it was typed, and how much less at the end of a sentence."""
_FIRST, _FIGURES_COUNTED, _SLOGAN = 0.5, 3, 14
_NO_MARKS = re.compile(r"[^\w*]")

folded = lru_cache(8192)(normalise)


class ContentWords(Vocabulary):
    """What tells a kind of content in a sentence; see the data file."""

    honours: Pattern = at("content.honours")
    not_honours: Pattern = at("content.not_honours")
    guidance: Pattern = at("content.guidance")
    empty: Pattern = at("content.empty")
    reason: Pattern = at("content.reason")
    time: Pattern = at("content.time")
    handled: Pattern = at("content.handled")
    faults: Pattern = at("content.faults")
    person: Pattern = at("content.person")
    leaning: Pattern = at("content.leaning")


@lru_cache(1)
def content_words() -> ContentWords:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(ContentWords, _FILE)


def bare(words: str) -> str:
    """Normalised words without punctuation: 双随机、一公开."""
    return without_marks(normalise(words))


def without_marks(text: str) -> str:
    """A normalised text without punctuation."""
    return _NO_MARKS.sub("", text)


@dataclass(frozen=True, slots=True)
class Subject:
    """What an ask is about: its words as they stand, and as concepts."""

    literal: str
    concepts: tuple[Concept, ...]

    def shares(self, text: str) -> list[float]:
        """How surely a normalised text speaks of each concept."""
        return [concept.in_text(text) for concept in self.concepts]

    def fit(self, own: str, shares: Sequence[float], beside: Sequence[float] = ()) -> float:
        """How well a normalised text speaks of it, by its shares and by what stands around it."""
        bare = without_marks(own)
        if self.literal and (at := bare.find(self.literal)) >= 0:
            return LITERAL - LATE * at / len(bare)  # a sentence begins with what it is about
        whole = sum(concept.weight for concept in self.concepts)
        best = map(max, shares, beside or shares)
        got = sum(c.weight * share for c, share in zip(self.concepts, best, strict=True))
        return got / whole if whole else 0.0

    def title_fit(self, title: str) -> float:
        """How well a heading names it."""
        words = normalise(title)
        return self.fit(words, self.shares(words))


@dataclass(frozen=True, slots=True)
class FoundPart:
    """Sentences of one section that answer, in order, and how well they do.

    ``title`` is the heading that is told before them; it stands in the first span.
    """

    report: Report
    section: Section
    spans: tuple[Span, ...]
    fit: float
    title: str = ""


class ReportTree:
    """One report's headings and sentences, as they are answered from.

    ``reviews``: only what it says of the year before, without what it plans.
    """

    def __init__(self, library: Library, report_id: str, *, reviews: bool = False) -> None:
        self._reviews = reviews
        self.report = library.report(report_id)
        sections, self._figures = library.outline(report_id)
        self.sections = [s for s in sections if not s.furniture]

    @cached_property
    def leaves(self) -> list[Section]:
        """The leaves that hold prose."""
        title = outline_words().title
        leaves = (s for s in self.sections if s.leaf and s.path[-1] != title)
        return [s for s in leaves if not (self._reviews and s.kind is SectionKind.PLAN)]

    @cached_property
    def units(self) -> list[Unit]:
        """All that a summary may show of it."""
        return units_of(Reading(self.report, tuple(self.sections), tuple(self._figures)))

    def sentences(self, section: Section) -> list[Span]:
        """The sentences below a section's heading, those of the sections below it too."""
        text = self.report.text
        start = section.heading_end
        ends = text[start - 1 : start + 1]
        if section.run_in and not any(stop in ends for stop in "。！？\n"):
            start = section.start  # 在食品安全方面，开展…: the heading begins the sentence
        spans = (trim_span(text, s) for s in sentence_spans(text, start, section.end))
        told = (s for s in spans if any(map(str.isalnum, text[slice(*s)])))
        return [s for s in told if not is_demand(text[slice(*s)])]

    def choose(
        self, spans: Sequence[Span], limit: int, subject: Subject, worth: tuple[float, float]
    ) -> list[Span]:
        """As many of some sentences as fit, in their order, those worth most first.

        ``worth`` is what the fit to a subject and each figure count; one that leans on the
        sentence before (其中…) is told only with it.
        """
        if sum(span.end - span.start for span in spans) <= limit:
            return [*spans]
        by_fit, by_figure = worth
        values = list[float]()
        for span in spans:
            own = folded(self.report.text[slice(*span)])
            figures = min(self._figures_in(span), _FIGURES_COUNTED)
            fit = subject.fit(own, subject.shares(own))
            values.append(by_fit * fit + by_figure * figures + _FIRST * (not values))
        long = [not (self._is_heading(s) or self.is_slogan(s)) for s in spans]
        told = [n for n in range(len(spans)) if long[n] or values[n] >= by_fit + by_figure]
        chosen, left, leaning = set[int](), limit, content_words().leaning
        for best in sorted(told or [0], key=lambda n: -values[n]):
            first = best
            while first and leaning.match(self.report.text, spans[first].start):
                first -= 1
            added = {*range(first, best + 1)} - chosen
            size = sum(spans[n].end - spans[n].start for n in added)
            if size <= left or not chosen:
                chosen |= added
                left -= size
            elif not by_figure:  # in their order, without gaps
                break
        return [spans[n] for n in sorted(chosen)]

    def is_slogan(self, span: Span) -> bool:
        """Whether a sentence is a few words that lead others: 不遗余力创国卫."""
        return span.end - span.start <= _SLOGAN and not self._figures_in(span)

    def _is_heading(self, span: Span) -> bool:
        """Whether a sentence is no more than the heading of a part (一是深化改革激发活力)."""
        ends = self._heading_ends
        return span.start in ends and span.end <= ends[span.start] + 1

    @cached_property
    def _heading_ends(self) -> dict[int, int]:
        return {section.start: section.heading_end for section in self.sections}

    def _figures_in(self, span: Span) -> int:
        """How many figures a sentence tells that are not masked."""
        first = bisect_left(self._figures, span.start, key=lambda figure: figure.start)
        within = takewhile(lambda figure: figure.start < span.end, self._figures[first:])
        return sum(not figure.masked for figure in within)

    def children(self, section: Section) -> list[Section]:
        """The titled sections right below a section."""
        return [
            s
            for s in self.sections
            if s.path[:-1] == section.path
            and section.start <= s.start < section.end
            and title_of(s)
        ]


def title_of(section: Section) -> str:
    """A section's own heading without its mark; empty for text that stands under none."""
    words = outline_words()
    if section.path[-1] in (words.title, words.lead, words.body, words.furniture):
        return ""
    return without_mark(section.path[-1])
