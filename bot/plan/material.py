"""What a plan is made from: sentences of reports with their place, before any rewording."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answers import Quote
from bot.compositions import Origin
from bot.plan.moving import full_width
from bot.plan.words import plan_words
from knowledge.models import Report, Section, SectionKind
from knowledge.periods import Period, period_mentions
from knowledge.sentences import Span, sentence_spans, trimmed, without_final_punctuation
from knowledge.topics import Topic

_MARK = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,2}[是、.．]|\d{1,2}[、.．](?!\d)"
    r"|第[一二三四五六七八九十]{1,2}[，、]|(?:首先|其次|再次|最后)[，,]|—+|[①-⑩])[\s、.．]*"
)
DONE = (SectionKind.DONE, SectionKind.HIGHLIGHTS)
"""Where reports tell of work: some tell all of it as highlights."""
_MINI = 12
_TRACE = 0.3


@dataclass(frozen=True, slots=True)
class Measure:
    """A sentence of the plan: its words, the quotes it rests on, where it stood.

    ``group`` is the heading of the plan's own part that holds it. ``topics`` are ranked: those
    of its own words, then those of its headings (``headed``).
    """

    text: str
    quotes: tuple[Quote, ...]
    origin: Origin
    topics: tuple[str, ...]
    group: str = ""
    own_topics: tuple[str, ...] = ()
    headed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of a report as it stands: its quote, its part's heading, the topics of that."""

    quote: Quote
    group: str
    topics: tuple[str, ...]
    target: Period | None = None


def ranked_topics(text: str, known: Sequence[Topic]) -> tuple[str, ...]:
    """The topics whose words a sentence holds, the most telling first; mere traces left out."""
    scores = {t.name: sum(len(w) for w in t.words if w in text) for t in known}
    floor = max(scores.values(), default=0) * _TRACE
    return tuple(sorted((n for n in scores if scores[n] > floor), key=lambda n: -scores[n]))


def own_words(heading: str) -> str:
    """A heading without its number and the punctuation that ends it."""
    return without_final_punctuation(_MARK.sub("", full_width(heading.strip())))


def unmarked(text: str) -> str:
    """A sentence without the number before it."""
    return _MARK.sub("", text.strip())


def told_in(
    report: Report, sections: Sequence[Section], kind: SectionKind, known: Sequence[Topic]
) -> Iterator[Told]:
    """Every sentence under headings of one kind, in report order, headings themselves left out."""
    for section in sections:
        if not section.leaf or section.kind is not kind or section.furniture:
            continue
        chain = _chain(section, sections, kind)
        start = _body_start(report.text, section, sections)
        group = _words(report.text, chain[1]) if len(chain) > 1 else ""
        if chain[1:2] == [section] and start < section.heading_end:
            group = ""  # no heading, but the sentence itself
        target = _target(report, chain) if chain else None
        heading = "".join(_words(report.text, s) for s in chain[1:])
        headed = ranked_topics(heading, known)
        for span in _joined(report.text, sentence_spans(report.text, start, section.end)):
            quote = Quote(report, section.path, span)
            yield Told(quote, group, headed, target)


def problem_headings(
    report: Report, sections: Sequence[Section], known: Sequence[Topic]
) -> Iterator[Told]:
    """Each problem that has a heading of its own, which is quoted; the topics are its body's."""
    for section in sections:
        if section.kind is SectionKind.PROBLEMS and section.leaf and section.run_in:
            span = trimmed(report.text, Span(section.start, section.heading_end))
            body = report.text[section.start : section.end]
            yield Told(Quote(report, section.path, span), "", ranked_topics(body, known))


def done_headings(
    report: Report, sections: Sequence[Section], known: Sequence[Topic]
) -> Iterator[Told]:
    """The headings of the lowest parts of what was done."""
    for section in sections:
        headed = section.leaf and section.heading_end > section.start
        if not headed or section.kind not in DONE:
            continue
        if _chain(section, sections, section.kind)[-1:] == [section]:
            span = trimmed(report.text, Span(section.start, section.heading_end))
            quote = Quote(report, section.path, span)
            yield Told(quote, "", ranked_topics(own_words(quote.text), known))


def root_heading(report: Report, sections: Sequence[Section], kind: SectionKind) -> Quote | None:
    """The heading of the first part of a kind."""
    for section in sections:
        if section.kind is kind and section.heading_end > section.start:
            span = trimmed(report.text, Span(section.start, section.heading_end))
            return Quote(report, section.path, span)
    return None


def _chain(section: Section, sections: Sequence[Section], kind: SectionKind) -> list[Section]:
    """The sections of one kind around a leaf, the outermost first; unheaded leaves left out."""
    return [
        s
        for s in sections
        if s.kind is kind
        and s.start <= section.start
        and section.end <= s.end
        and s.heading_end > s.start
        and (not s.leaf or s is section)
        and (s is not section or section.start != _parent_start(section, sections))
    ]


def _parent_start(section: Section, sections: Sequence[Section]) -> int:
    starts = [
        s.start
        for s in sections
        if not s.leaf and s.start <= section.start and section.end <= s.end
    ]
    return max(starts, default=-1)


def _body_start(text: str, section: Section, sections: Sequence[Section]) -> int:
    """Where the sentences of a leaf begin: a heading that is a sentence of its own stays."""
    ends = [section.start]
    for s in sections:
        if s.start == section.start and s.end >= section.end and s.heading_end <= section.end:
            is_said = _is_sentence(text, s) if s.run_in else False
            ends.append(s.start if is_said or _runs_on(text, s, section) else s.heading_end)
    start = max(ends)
    while start < section.end and text[start] in _CLOSING:
        start += 1
    return start


def _runs_on(text: str, heading: Section, leaf: Section) -> bool:
    """Whether a heading is the beginning, or all, of the sentence of its leaf."""
    if heading is not leaf:
        return False
    body = text[heading.heading_end : heading.end]
    told = text[heading.start : heading.heading_end].rstrip()
    return not body.strip(_CLOSING) or body.startswith("，") or told.endswith("，")


def _is_sentence(text: str, section: Section) -> bool:
    """Whether a run-in heading is a plain sentence, without number or 在……方面."""
    heading = text[section.start : section.heading_end]
    plain = section.path[-1] == heading.strip().rstrip("。；")
    return plain and heading.rstrip().endswith(("。", "；")) and heading[0] not in _MARKS


_CLOSING = "。；：，、:;,. \t\u3000\n"
_MARKS = "一二三四五六七八九十首其再最在第（(0123456789—①②③④⑤⑥⑦⑧⑨"


def _words(text: str, section: Section) -> str:
    return text[section.start : section.heading_end].strip()


def _target(report: Report, chain: Sequence[Section]) -> Period | None:
    """For when a part plans: as its heading says, else the period after the report's own."""
    own = report.identity.period
    named = period_mentions(_words(report.text, chain[0]))
    if named and (own is None or named[-1].period > own):
        return named[-1].period
    return own.next() if own else None


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """Sentences without the white space around them; a short lead-in joins what it leads to."""
    joined: list[Span] = []
    for span in (trimmed(text, s) for s in spans):
        if span.end == span.start:
            continue
        adjoins = bool(joined) and joined[-1].end == span.start
        begins_anew = plan_words().leads.match(text[slice(*span)])
        if adjoins and _is_mini(text, joined[-1]) and not begins_anew:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _is_mini(text: str, span: Span) -> bool:
    return span.end - span.start <= _MINI and text[span.end - 1] in "。；"
