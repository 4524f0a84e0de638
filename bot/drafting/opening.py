"""The opening of a plan: the bureau's own guiding thought, moved to the new period."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answers import Quote
from bot.checking.sources import is_demand
from bot.drafting.request import Task
from bot.drafting.rewriting import clauses_of, full_width, move_to_period, split_long
from bot.drafting.sources import plan_topics, rank_topics, strip_mark
from bot.drafting.vocabulary import OpeningWords, phrase, plan_words
from knowledge.models import Report, Section, SectionKind
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import sentence_spans, trim_span

_MOST_SENTENCES = 3
_LED_IN = 3


@dataclass(frozen=True, slots=True)
class Guidance:
    """The bureau's guiding thought and aims for a period, and the sentence that has them."""

    text: str
    quote: Quote


def find_guidance(report: Report, sections: Sequence[Section], task: Task) -> Guidance | None:
    """What the plan of a report opens with, else the report itself, worded for the new period."""
    own = report.identity.period
    following = own.next() if own else None
    for kind, target in ((SectionKind.PLAN, following), (SectionKind.OVERVIEW, own)):
        for quote in _first_sentences(report, sections, kind):
            text = reword_guidance(quote.text, target, task.period)
            if text and _is_on(text, task):
                return Guidance(text, quote)
    return None


def _is_on(text: str, task: Task) -> bool:
    """Whether a thought may open a plan of one topic: it names none, or that."""
    named = rank_topics(text, plan_topics())
    return task.topic is None or not named or task.topic.name in named


def _first_sentences(
    report: Report, sections: Sequence[Section], kind: SectionKind
) -> Iterator[Quote]:
    """The sentences before the first heading below the first part of a kind."""
    section = next((s for s in sections if s.kind is kind and s.leaf), None)
    if section is None:
        return
    start = max(section.start, section.heading_end)
    spans = sentence_spans(report.text, start, section.end)
    for span in spans[:_MOST_SENTENCES]:
        inner = trim_span(report.text, span)
        if inner.end > inner.start and not is_demand(report.text[slice(*span)]):
            yield Quote(report, section.path, inner)


def reword_guidance(sentence: str, target: Period | None, period: Period) -> str | None:
    """A bureau's own opening for another period; None where a sentence is none."""
    words = plan_words().own_opening
    plain = words.leads_on.sub("", full_width(strip_mark(sentence)))
    undated = words.when.sub("", plain)
    clauses = [c for c in clauses_of(undated) if not words.past.search(c)]
    text = "，".join(clauses)
    if not words.thought.search(text):
        return None
    led = _with_subject(text, words)
    moved = move_to_period(led, target, period)
    if not moved or len(moved) > words.longest:
        return None
    opening = phrase("opening.own.text", period=period, thought=moved.rstrip("，。；：") + "。")
    return split_long(opening, plan_words())


def _with_subject(text: str, words: OpeningWords) -> str:
    """A thought with whose it is in front and 将 behind that: 我局将……."""
    subject = words.subject.search(text)
    head = text[: subject.start()] if subject else ""
    if subject is None or head.count("，") >= _LED_IN:
        return words.ours + words.will + text.removeprefix(words.will)
    name = words.ours if re.search(r"[*＊×]", subject[0]) else subject[0]
    rest = text[subject.end() :]
    will = "" if rest.startswith((words.will, "要")) else words.will
    return head + name + will + rest.lstrip("，")
