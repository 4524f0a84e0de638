"""The problems that a report admits, and whether a measure answers one. Pure.

What answers a problem is told by its kind, from ``data/plan.toml`` (人少 is answered by 充实, not
by 培训); where it is of none, by the line of work and the words that both share.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answers import Quote
from bot.drafting.likeness import character_pairs
from bot.drafting.sources import (
    SourceSentence,
    heading_words,
    quote_heading,
    rank_topics,
    sentences_of_kind,
)
from bot.drafting.vocabulary import ProblemKind, plan_words
from knowledge.models import Report, Section, SectionKind
from knowledge.understanding.topics import Topic

_SHARED_PAIRS = 2
_AROUND = 200
_CLAUSE_ENDS = re.compile("[，,；;。：:]")
_UNFIT = re.compile(r"[*×\d]")


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem: where it stands, what a measure calls it, and all that is said of it.

    ``name`` is empty where its words hold figures or masks, or are too long to be called so.
    """

    quote: Quote
    label: str
    around: str
    topics: tuple[str, ...]

    @property
    def name(self) -> str:
        """What 针对……的问题 calls it; empty where that cannot be."""
        fits = len(self.label) <= plan_words().longest_problem and not _UNFIT.search(self.label)
        return self.label if fits else ""

    @property
    def kinds(self) -> tuple[ProblemKind, ...]:
        """What it is a problem of, by its own words, else by what is said of it."""
        kinds = plan_words().problem_kinds
        by_label = tuple(kind for kind in kinds if kind.words.search(self.label))
        return by_label or tuple(kind for kind in kinds if kind.words.search(self.around))

    def is_on(self, topic: str, words: Sequence[str]) -> bool:
        """Whether it is of a topic above all, or its name has one of the topic's ``words``."""
        return self.topics[:1] == (topic,) or any(word in self.label for word in words)

    def is_answered_by(self, text: str, topics: Sequence[str]) -> bool:
        """Whether a measure, of the ``topics`` that it is most about, answers it."""
        if kinds := self.kinds:
            return any(k.topic in ("", *topics) and k.answers.search(text) for k in kinds)
        own = character_pairs(text)
        shared = own & character_pairs(self.around)
        akin = bool(self.topics) and self.topics[0] in topics
        return akin and len(shared) >= _SHARED_PAIRS and bool(own & character_pairs(self.label))


def read_problems(
    report: Report, sections: Sequence[Section], known: Sequence[Topic]
) -> tuple[Problem, ...]:
    """The problems of a report in its order: those with a heading, else each sentence."""
    headed = tuple(_headed_problems(report, sections, known))
    if headed:
        return headed
    sentences = sentences_of_kind(report, sections, SectionKind.PROBLEMS, known)
    return tuple(_problem_of(s, known) for s in sentences if not _leads_to_problems(s))


def _headed_problems(
    report: Report, sections: Sequence[Section], known: Sequence[Topic]
) -> Iterator[Problem]:
    for section in sections:
        if section.kind is SectionKind.PROBLEMS and section.leaf and section.run_in:
            quote = quote_heading(report, section)
            around = report.text[section.start : section.end].strip()[:_AROUND]
            yield Problem(quote, heading_words(quote.text), around, rank_topics(around, known))


def _problem_of(sentence: SourceSentence, known: Sequence[Topic]) -> Problem:
    text = sentence.quote.text.strip()
    label = heading_words(_CLAUSE_ENDS.split(heading_words(text))[0])
    return Problem(sentence.quote, label, text[:_AROUND], rank_topics(text, known))


def _leads_to_problems(sentence: SourceSentence) -> bool:
    return bool(plan_words().leads_to_problems.search(sentence.quote.text.strip()))
