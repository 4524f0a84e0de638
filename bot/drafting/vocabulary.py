"""The words of plans and of their rewording: ``data/plan.toml``, ``data/rewording.toml``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import ConfigDict

from knowledge.vocabulary import (
    LongestFirst,
    Pattern,
    Vocabulary,
    Words,
    any_of,
    at,
    either,
    fill_in,
    load_vocabulary,
    longest_first,
)

PLAN = Path(__file__).parent.parent / "data" / "plan.toml"
_REWORDING = PLAN.with_name("rewording.toml")


@dataclass(frozen=True, slots=True)
class PlanLength:
    """How long a plan is: about so many characters in at most so many paragraphs.

    A paragraph of fewer than ``wanted`` measures is filled up; at most ``ideas`` of a draft's
    measures come from other bureaus, and at most ``targets`` are set.
    """

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    characters: int
    paragraphs: int
    wanted: int
    ideas: int
    targets: int


class Theme(Vocabulary):
    """What a paragraph may be about: its heading, and the topics and words of its measures."""

    heading: str
    topics: Words
    words: Words = ()


class Routine(Vocabulary):
    """Regular work: what shows it in a sentence whose figures are ``#``, and how it is planned.

    It is not planned where an own measure matches ``unless``; ``of_topic``: only a plan of one
    line of work has room for it.
    """

    pattern: Pattern
    text: str
    unless: Pattern | None = None
    of_topic: bool = False


class ProblemKind(Vocabulary):
    """A kind of problem: what shows it in a problem's words, and what in a measure answers it.

    A measure must be of ``topic`` above all, if there is one.
    """

    topic: str = ""
    words: Pattern
    answers: Pattern


class OpeningWords(Vocabulary):
    """How a bureau's own opening is told and worded anew; see the file."""

    subject: Pattern
    ours: str
    will: str
    thought: Pattern
    past: Pattern
    when: Pattern
    leads_on: Pattern
    longest: int


class ForeignWords(Vocabulary):
    """The forms of other bureaus' places and organisations, and what any bureau may use.

    ``dialect`` are words of one province, each with the plain one; empty where there is none.
    """

    tails: Pattern
    ordinary: LongestFirst
    places: Words
    names: frozenset[str]
    level: Pattern
    others: Pattern
    dialect: Mapping[str, str]


class PlanWords(Vocabulary):
    """The file's lists, compiled; templates are read with ``phrase``."""

    kinds: Words = at("title.kinds")
    lengths: dict[str, PlanLength] = at("length")
    topics: dict[str, str]
    apart: frozenset[str] = at("rest.apart")
    means: frozenset[str] = at("rest.means")
    together: tuple[Words, ...] = at("rest.together")
    general: frozenset[str] = at("rest.general")
    facets: tuple[Theme, ...] = at("facet")
    divisions: tuple[Theme, ...] = at("division")
    routines: tuple[Routine, ...] = at("routine")
    problem_kinds: tuple[ProblemKind, ...] = at("problem_kind")
    leads_to_problems: Pattern = at("problems.lead")
    longest_problem: int = at("problems.longest")
    own_opening: OpeningWords = at("opening.own")
    not_base: Pattern = at("targets.not_base")
    targets_together: int = at("targets.together")
    keep: str = at("way.keep")
    detail: str = at("way.detail")
    deadline: Pattern = at("words.deadline")
    task_marks: Words = at("tasks.marks")
    leads: Annotated[re.Pattern[str], any_of("^(?:", ")[，,]?")] = at("words.leads")
    verbs: Words = at("words.verbs")
    before_verbs: Pattern = at("words.before_verbs")
    targets: Words = at("words.connect.targets")
    joins: tuple[tuple[str, str], ...] = at("words.connect.joins")
    listing: Pattern = at("words.listing")
    listed: Pattern = at("words.listed")
    reach: Pattern = at("words.reach")
    counted_work: Pattern = at("words.counted_work")
    results: Pattern = at("words.results")
    once: Pattern = at("words.once")
    reformed: Pattern = at("words.reformed")
    ahead: Pattern = at("words.ahead")
    dated: Pattern = at("words.dated")
    slogans: Pattern = at("words.slogans")
    not_highlight: Pattern = at("words.not_highlight")
    standing_verbs: Mapping[str, Words] = at("words.standing")
    adverbs: Pattern = at("words.adverbs.all")
    after_adverbs: Words = at("words.adverbs.then")
    extra: dict[str, Words]
    weak: dict[str, Words]
    near: dict[str, Words]
    prepositions: Words = at("words.connect.prepositions")
    heading_leads: Words = at("words.connect.heading_leads")
    seasons: dict[str, Pattern] = at("words.seasons")
    mends: tuple[tuple[Pattern, str], ...] = at("words.connect.mends")
    frames: Pattern = at("words.connect.frames")
    broad: frozenset[str] = at("words.connect.broad")
    foreign: ForeignWords

    @property
    def marks(self) -> Words:
        """What may be typed beside bureau, topic, period and length."""
        return (self.keep, self.detail, *self.task_marks)

    @cached_property
    def standing(self) -> dict[str, str]:
        """Each verb of work that goes on, with what is written before it."""
        return {verb: lead for lead, verbs in self.standing_verbs.items() for verb in verbs}

    @cached_property
    def going_on(self) -> re.Pattern[str]:
        """Adverbs that mean continuing (持续) before a verb of work."""
        work = "|".join([*self.standing, *self.after_adverbs])
        return re.compile(rf"(?:{self.adverbs.pattern})+(?:{work})")


plan_words = cache(partial(load_vocabulary, PlanWords, path=PLAN))


def phrase(key: str, **fields: object) -> str:
    """``table.name`` of the file, its fields filled in; raises DataFileError."""
    return fill_in(PLAN, key, fields)


class RewordingWords(Vocabulary):
    """What a rewording may add, and the templates ``kept``, ``instead``; see the file."""

    links: Words
    manners: Words
    broad: Words = at("plain")
    particles: str
    untitled: str
    kept: str
    kept_whole: str
    instead: str
    struck: str

    @cached_property
    def plain(self) -> Words:
        """The words that anybody may add, the longest first."""
        return longest_first((*self.links, *self.manners, *self.broad))

    @cached_property
    def harmless(self) -> re.Pattern[str]:
        """Any of these words."""
        return re.compile(either(self.plain))


rewording_words = cache(partial(load_vocabulary, RewordingWords, path=_REWORDING))
