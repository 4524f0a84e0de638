"""Sentences of reports as they stand: by the kind of their part, with its headings and topics."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from bot.answers import Quote
from bot.checking.sources import is_demand
from bot.drafting.rewriting import full_width
from bot.drafting.vocabulary import plan_words
from knowledge.models import Report, Section, SectionKind
from knowledge.understanding.periods import Period, period_mentions
from knowledge.understanding.sentences import (
    Span,
    sentence_spans,
    trim_span,
    without_final_punctuation,
)
from knowledge.understanding.topics import Topic, topics

_TRACE = 0.3
_LEAD_IN = 12
_MARK = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,2}[是、.．]|\d{1,2}[、.．](?!\d)"
    r"|第[一二三四五六七八九十]{1,2}[，、]|(?:首先|其次|再次|最后)[，,]|—+|[①-⑩])[\s、.．]*"
)
_CLOSING = "。；：，、:;,. \t\u3000\n"
_MARK_BEGINS = "一二三四五六七八九十首其再最在第（(0123456789—①②③④⑤⑥⑦⑧⑨"


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence of a report as it stands: its quote, its part's heading, the topics of that.

    ``target`` is the period that it plans for, if it is of a plan.
    """

    quote: Quote
    group: str
    topics: tuple[str, ...]
    target: Period | None = None


@cache
def plan_topics() -> tuple[Topic, ...]:
    """The lines of work with the words that plans use for them."""
    extra = plan_words().extra
    return tuple(
        replace(t, words=tuple(dict.fromkeys((*t.words, *extra.get(t.name, ()))))) for t in topics()
    )


def rank_topics(text: str, known: Sequence[Topic]) -> tuple[str, ...]:
    """The topics by how much of their words a sentence holds; mere traces are left out.

    A word that only qualifies a longer one of another topic is none: 食品 in 食品相关产品.
    """
    found = {t.name: [w for w in t.words if w in text] for t in known}
    scores = {
        name: sum(len(w) for w in own if _stands_alone(w, text, name, found))
        for name, own in found.items()
    }
    floor = max(scores.values(), default=0) * _TRACE
    return tuple(sorted((n for n in scores if scores[n] > floor), key=lambda n: -scores[n]))


def _stands_alone(word: str, text: str, topic: str, found: Mapping[str, Sequence[str]]) -> bool:
    for name, words in found.items():
        for longer in words if name != topic else ():
            if word in longer and not longer.endswith(word):
                text = text.replace(longer, "|")
    return word in text


def heading_words(heading: str) -> str:
    """A heading without its number and the punctuation that ends it."""
    return without_final_punctuation(_MARK.sub("", full_width(heading.strip().lstrip("# "))))


def strip_mark(text: str) -> str:
    """A sentence without the number before it."""
    return _MARK.sub("", text.strip())


def sentences_of_kind(
    report: Report, sections: Sequence[Section], kind: SectionKind, known: Sequence[Topic]
) -> Iterator[SourceSentence]:
    """Every sentence under headings of one kind, in report order, headings themselves left out."""
    for section in sections:
        if not section.leaf or section.kind is not kind or section.furniture:
            continue
        chain = _chain(section, sections, kind)
        start = _body_start(report.text, section, sections)
        headings = [_heading(report.text, s) for s in chain]
        group = "".join(headings[1:2])
        if chain[1:2] == [section] and start < section.heading_end:
            group = ""  # no heading, but the sentence itself
        target = _target(report, headings[0]) if headings else None
        topics = (name for h in reversed(headings[1:]) for name in rank_topics(h, known))
        headed = tuple(dict.fromkeys(topics))  # those of the nearest heading first
        spans = sentence_spans(report.text, start, section.end)
        own = [span for span in spans if not is_demand(report.text[slice(*span)])]
        for span in _join_lead_ins(report.text, own):
            yield SourceSentence(Quote(report, section.path, span), group, headed, target)


def root_heading(report: Report, sections: Sequence[Section], kind: SectionKind) -> Quote | None:
    """The heading of the first part of a kind."""
    of_kind = (s for s in sections if s.kind is kind and s.heading_end > s.start)
    first = next(of_kind, None)
    return quote_heading(report, first) if first else None


def quote_heading(report: Report, section: Section) -> Quote:
    """The heading of a section, verbatim."""
    span = trim_span(report.text, Span(section.start, section.heading_end))
    return Quote(report, section.path, span)


def _chain(section: Section, sections: Sequence[Section], kind: SectionKind) -> list[Section]:
    """The sections of one kind around a leaf, the outermost first; unheaded leaves left out."""
    around = [s for s in sections if s.start <= section.start and section.end <= s.end]
    parent_start = max((s.start for s in around if not s.leaf), default=-1)
    return [
        s
        for s in around
        if s.kind is kind
        and s.heading_end > s.start
        and (not s.leaf or s is section)
        and (s is not section or section.start != parent_start)
    ]


def _body_start(text: str, section: Section, sections: Sequence[Section]) -> int:
    """Where the sentences of a leaf begin: a heading that is a sentence of its own stays."""
    ends = [section.start]
    for s in sections:
        if s.start == section.start and s.end >= section.end and s.heading_end <= section.end:
            is_said = s.run_in and _is_sentence(text, s)
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
    words = text[heading.start : heading.heading_end].rstrip()
    return not body.strip(_CLOSING) or body.startswith("，") or words.endswith("，")


def _is_sentence(text: str, section: Section) -> bool:
    """Whether a run-in heading is a plain sentence, without number or 在……方面."""
    heading = text[section.start : section.heading_end]
    plain = section.path[-1] == heading.strip().rstrip("。；")
    return plain and heading.rstrip().endswith(("。", "；")) and heading[0] not in _MARK_BEGINS


def _heading(text: str, section: Section) -> str:
    return text[section.start : section.heading_end].strip()


def _target(report: Report, heading: str) -> Period | None:
    """For when a part plans: as its heading says, else the period after the report's own."""
    own = report.identity.period
    mentions = period_mentions(heading)
    if mentions and (own is None or mentions[-1].period > own):
        return mentions[-1].period
    return own.next() if own else None


def _join_lead_ins(text: str, spans: Sequence[Span]) -> list[Span]:
    """Sentences without the white space around them; a short lead-in joins what it leads to."""
    joined: list[Span] = []
    for span in (trim_span(text, s) for s in spans):
        if span.end == span.start:
            continue
        adjoins = bool(joined) and joined[-1].end == span.start
        begins_anew = plan_words().leads.match(text[slice(*span)])
        if adjoins and _is_lead_in(text, joined[-1]) and not begins_anew:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _is_lead_in(text: str, span: Span) -> bool:
    return span.end - span.start <= _LEAD_IN and text[span.end - 1] in "。；"
