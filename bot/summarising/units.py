"""What a summary may show whole: a report's sentences, and the words of its headings."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from bot.answers import Quote
from bot.checking.sources import is_demand
from bot.summarising.vocabulary import choice_words
from knowledge.models import Report, Section, SectionKind, Statement
from knowledge.understanding.figures import Figure
from knowledge.understanding.kinds import outline_words, without_mark
from knowledge.understanding.sentences import Span, sentence_spans, trim_span

HEADING_LED_KINDS = frozenset({SectionKind.PROBLEMS, SectionKind.PLAN, SectionKind.HIGHLIGHTS})
"""The kinds whose headings hold the content."""
_STOPS = ("。", "！", "？")
_COMMAS = ("，", ",", "、", "：", ":")
_OPENERS, _CLOSERS = "（(“《【", "）)”》】"
_MARKUP = re.compile(r"\s*(?:#{1,6}\s*|[-+•·●■◆]\s+)+")
_TOGETHER = 90
_LONGEST, _LONGEST_BRACKET = 500, 400


@dataclass(frozen=True, slots=True)
class Reading:
    """A report with its sections, its figures and what they state, in reading order."""

    report: Report
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A verbatim slice that can stand alone; ``headline`` says that it is a heading's words.

    ``path`` are the headings it stands under, labels of unheaded text left out; a headline's own
    is the last of them. ``figures`` are the figures in it. ``leaf`` is where its leaf starts.
    """

    report: Report
    path: tuple[str, ...]
    kind: SectionKind
    span: Span
    headline: bool
    figures: tuple[Figure, ...]
    leaf: int

    @property
    def text(self) -> str:
        """The report's own words."""
        return self.report.text[slice(*self.span)]

    @property
    def quote(self) -> Quote:
        """Its words in its report."""
        return Quote(self.report, self.path, self.span)


def units_of(reading: Reading) -> list[Unit]:
    """All units of a report in order; its title and page furniture have none."""
    return list(_UnitReader(reading).units())


def is_announcing(unit: Unit) -> bool:
    """Whether a unit only leads to what follows it, or signs: it is a date or the bureau alone."""
    words, written = choice_words(), unit.text.rstrip("。")
    bureau = unit.report.identity.bureau
    signs = words.only_dates.fullmatch(written) or (bureau and written == bureau.name)
    return bool(signs) or words.announcing.search(unit.text) is not None


def heading_path(section: Section) -> tuple[str, ...]:
    """A section's path without the label of what stands under no heading."""
    words = outline_words()
    if section.path[-1] in (words.title, words.lead, words.body, words.furniture):
        return section.path[:-1]
    return section.path


class _UnitReader:
    """Reads the units of one report."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._text = reading.report.text
        self._starts = [figure.start for figure in reading.figures]

    def units(self) -> Iterator[Unit]:
        """Headlines where their sections begin, sentences of leaves."""
        runs_on = -1
        for section in self._reading.sections:
            if section.level == 0:
                continue
            path = heading_path(section)
            headline = self._headline(section) if path == section.path else None
            if headline:
                yield self._headline_unit(section, headline)
            elif path == section.path:
                runs_on = section.start
            if section.leaf:
                with_heading = section.start == runs_on
                start = section.start if with_heading else section.heading_end
                yield from self._sentences(section, path, start, with_heading=with_heading)

    def _headline_unit(self, section: Section, headline: Span) -> Unit:
        """The heading's unit; a run-in one with figures of work done is a sentence like others."""
        unit = self._unit(section, section.path, headline, headline=True)
        if not (section.run_in and unit.figures) or section.kind in HEADING_LED_KINDS:
            return unit
        return replace(unit, path=section.path[:-1], span=span_without_number(unit), headline=False)

    def _headline(self, section: Section) -> Span | None:
        """The heading's words with their full stop, if they are a whole clause."""
        text, end = self._text, section.heading_end
        if section.run_in and (text[end : end + 1] in _COMMAS or text[end - 1] in _COMMAS):
            return None
        stop = end + 1 if text[end : end + 1] in _STOPS and end < section.end else end
        shown = trim_span(text, Span(_after(_MARKUP, text, section.start, stop), stop))
        return shown if shown.end > shown.start else None

    def _sentences(
        self, leaf: Section, path: tuple[str, ...], start: int, *, with_heading: bool
    ) -> Iterator[Unit]:
        """The sentences of a leaf; ``with_heading``: the first begins with its heading."""
        for span in _clauses(self._text, start, leaf.end):
            marked = with_heading and span.start == start
            shown = _trim_sentence(self._text, span, marked=marked)
            words = self._text[slice(*shown)]
            told = any(c.isalnum() or c == "*" for c in words)
            if told and not is_demand(self._text[slice(*span)]):
                yield self._unit(leaf, path, shown, headline=False)

    def _unit(self, section: Section, path: tuple[str, ...], span: Span, *, headline: bool) -> Unit:
        first, last = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        return Unit(
            report=self._reading.report,
            path=path,
            kind=section.kind,
            span=span,
            headline=headline,
            figures=self._reading.figures[first:last],
            leaf=section.start,
        )


def _clauses(text: str, start: int, end: int) -> Iterator[Span]:
    """Sentences, and long ones parted at ；; brackets and quotation marks stay whole."""
    together: list[Span] = []
    for span in _join_bracketed(text, sentence_spans(text, start, end)):
        together.append(span)
        if text[slice(*span)].rstrip()[-1:] not in {"；", ";"}:
            yield from _split_long(text, together)
            together = []
    yield from _split_long(text, together)


def _split_long(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    if spans and spans[-1].end - spans[0].start <= _TOGETHER:
        yield Span(spans[0].start, spans[-1].end)
        return
    for start, end in spans:
        begin = start
        while end - begin > _LONGEST:  # prose without stops: cut at a comma
            comma = max(text.rfind(c, begin + _TOGETHER, begin + _LONGEST) for c in "，,、")
            cut = comma + 1 or begin + _LONGEST
            yield Span(begin, cut)
            begin = cut
        yield Span(begin, end)


def _join_bracketed(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Sentences joined where one ends inside brackets or quotation marks."""
    pending: Span | None = None
    depth = 0
    for span in spans:
        piece = text[slice(*span)]
        depth += sum(map(piece.count, _OPENERS)) - sum(map(piece.count, _CLOSERS))
        joined = Span(pending.start, span.end) if pending else span
        if depth > 0 and "\n" not in piece.strip() and joined.end - joined.start < _LONGEST_BRACKET:
            pending = joined
            continue
        yield joined
        pending, depth = None, 0
    if pending:
        yield pending


def _trim_sentence(text: str, span: Span, *, marked: bool) -> Span:
    """A sentence without stops left over before it, its list mark, and a ；at its end."""
    start, end = trim_span(text, span)
    while start < end and text[start] in "。；;：:，,、":
        start += 1
    start = _after(_MARKUP, text, start, end)
    if marked:
        start = _after_mark(text, Span(start, end))
    start = _after(choice_words().connectives, text, start, end)
    while end > start and text[end - 1] in "；;、，,":
        end -= 1
    return trim_span(text, Span(start, end))


def _after(opening: re.Pattern[str], text: str, start: int, end: int) -> int:
    found = opening.match(text, start, end)
    return found.end() if found else start


def _after_mark(text: str, span: Span) -> int:
    """Where the words begin after 一是, （一）, 1. and the like; never inside a figure."""
    piece = text[slice(*span)]
    words = without_mark(piece)
    cut = len(piece) - len(words)
    if not words or not piece.endswith(words) or "*" in piece[:cut] or words[0].isdecimal():
        return span.start
    return span.start + cut


def span_without_number(unit: Unit) -> Span:
    """A headline's span without its number."""
    return Span(_after_mark(unit.report.text, unit.span), unit.span.end)


def has_unit_within(units: Sequence[Unit], span: Span) -> bool:
    """Whether any of some units, in order of their places, lies within a span."""
    at = bisect_left(units, span.start, key=lambda u: u.span.start)
    return at < len(units) and units[at].span.start < span.end


_SHINGLE = 3
_KEYS, _NEAREST = 6, 8
_ALIKE = 0.7
_LEAST = 8


def group_repeats(units: Sequence[Unit]) -> list[tuple[Unit, ...]]:
    """Units in groups that say the same with the same figures; a group's first is shown.

    Groups stand in the order of the units shown. What was done and what is planned stay apart.
    Linear in the number of units, as only those that share a rare shingle are compared.
    """
    groups: list[list[Unit]] = []
    shingles: list[frozenset[str]] = []
    by_key: dict[tuple[str, int], list[int]] = {}
    for unit in units:
        own = _shingles(unit.text)
        keys = [(unit.report.id, key) for key in sorted(crc32(s.encode()) for s in own)[:_KEYS]]
        same = None
        if len(unit.text) >= _LEAST and not unit.headline:
            near = sorted({n for key in keys for n in by_key.get(key, ())[-_NEAREST:]})
            same = next((n for n in near if _is_same(unit, own, groups[n][0], shingles[n])), None)
        if same is not None:
            groups[same].append(unit)
            continue
        for key in keys:
            by_key.setdefault(key, []).append(len(groups))
        groups.append([unit])
        shingles.append(own)
    return sorted((tuple(_fullest_first(group)) for group in groups), key=lambda g: g[0].span)


def _fullest_first(group: Sequence[Unit]) -> Iterator[Unit]:
    shown = max(group, key=lambda u: (len(u.figures), len(u.text)))
    yield shown
    yield from (u for u in group if u is not shown)


def _is_same(unit: Unit, own: frozenset[str], other: Unit, others: frozenset[str]) -> bool:
    """Whether two units say the same: the figures of one are all in the other, masks counted."""
    if not own or not others or other.headline or unit.kind is not other.kind:
        return False
    fewer, more = sorted((unit.figures, other.figures), key=len)
    agree = Counter(f.text for f in fewer) <= Counter(f.text for f in more)
    return agree and len(own & others) / min(len(own), len(others)) >= _ALIKE


def _shingles(text: str) -> frozenset[str]:
    words = "".join(c for c in text if c.isalnum() or c == "*")
    return frozenset(words[i : i + _SHINGLE] for i in range(len(words) - _SHINGLE + 1))
