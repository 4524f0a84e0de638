"""The wordings that the checks go by, from ``data/grounding.toml``."""

import re
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from knowledge.vocabulary import (
    Pattern,
    Vocabulary,
    Words,
    any_of,
    at,
    load_vocabulary,
    longest_first,
)

_FILE = Path(__file__).parent.parent / "data" / "grounding.toml"
_ENTAILMENT = _FILE.with_name("entailment.toml")


class GroundingWords(Vocabulary):
    """Compiled wordings; see the data file for what each is."""

    lead_ins: Pattern = at("uncited.lead_ins")
    connectives: Annotated[re.Pattern[str], any_of(), BeforeValidator(longest_first)] = at(
        "uncited.connectives"
    )
    refusals: Pattern = at("uncited.refusals")
    topics: Pattern = at("uncited.topics")
    compared_before: Words = at("dates.compared_before")
    compared_after: Words = at("dates.compared_after")
    planning: Pattern = at("dates.planning")
    ahead: Pattern = at("dates.ahead")
    said_last_year: Pattern = at("dates.said_last_year")
    relative: tuple[Pattern, ...] = at("dates.relative")
    respectively: Pattern = at("numbers.respectively")
    vague: Pattern = at("numbers.vague")
    unit_groups: tuple[Words, ...] = at("numbers.same_units")
    senses: Mapping[str, Words] = at("approximate")
    concealed: Pattern = at("numbers.concealed")
    before_name: Pattern = at("names.before")
    generic: Pattern = at("names.generic")
    bureau_counts: Pattern = at("names.bureau_counts")
    demands: Pattern = at("demands.patterns")
    compared: Pattern = at("facets.compared")
    former: Pattern = at("facets.former")
    changed: Pattern = at("facets.changed")
    shares: frozenset[str] = at("facets.shares")
    undertakings: Pattern = at("facets.undertakings")
    finding: Words = at("facets.finding")
    before_place: Words = at("names.before_place")
    after_place: Words = at("names.after_place")

    @cached_property
    def same_units(self) -> Mapping[str, str]:
        """Each unit that means the same as others, with the one that stands for them all."""
        return {unit: group[0] for group in self.unit_groups for unit in group}

    @cached_property
    def approximate(self) -> tuple[tuple[str, str], ...]:
        """Words with their senses, the longest first: 不超过 is met before 超过."""
        pairs = [(word, sense) for sense, words in self.senses.items() for word in words]
        return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


class SilentWords(Vocabulary):
    """Words that can say nothing of their own, and why."""

    reason: str
    words: Words


class EntailmentWords(Vocabulary):
    """Lists of words; see the data file for what each is."""

    silent_groups: tuple[SilentWords, ...] = at("silent")
    silent_characters: str = at("characters.silent")
    soft_characters: str = at("characters.soft")
    function_parts: str = at("parts_of_speech.silent")
    telling: Pattern = at("parts_of_speech.telling")
    complements: str = at("characters.complements")
    beginnings: str = at("characters.beginnings")
    endings: str = at("characters.endings")
    marked: str = at("characters.marked")
    alike_groups: tuple[Words, ...] = at("alike.groups")
    label: Pattern = at("characters.label")
    field_label: Pattern = at("characters.field_label")
    regions: Words = at("characters.regions")
    turning: Mapping[str, Pattern]
    turning_said: Mapping[str, Pattern]
    limiting: Mapping[str, Pattern]
    limiting_everywhere: frozenset[str] = at("limits.everywhere")
    limiting_next: frozenset[str] = at("limits.next")
    whole_classes: Pattern = at("limits.whole_classes")
    partial_share: Pattern = at("limits.partial_share")
    roles: Pattern = at("parties.roles")
    acting_body: Pattern = at("parties.acting_body")
    passive: Pattern = at("parties.passive")
    turning_to: Pattern = at("parties.turning_to")
    acting_on: Pattern = at("parties.acting_on")
    towards: Pattern = at("parties.towards")
    recipients: Pattern = at("parties.recipients")
    to_own_bureau: Pattern = at("parties.to_own_bureau")
    list_marks: Pattern = at("characters.list_marks")
    levels: Pattern = at("characters.levels")
    negation: Pattern = at("negation.words")
    negation_behind: Pattern = at("negation.behind")
    after_negation: str = at("negation.between")
    opposites: Words = at("opposites.pairs")
    about_text: Pattern = at("about.text")
    causes: Pattern = at("causes.words")
    plan_marks: Pattern = at("plans.marks")
    told_as_plan: Pattern = at("plans.told")
    ahead: Pattern = at("plans.ahead")
    done: Pattern = at("plans.done")

    @cached_property
    def silent(self) -> re.Pattern[str]:
        """Any of the words that can say nothing of their own, the longest first."""
        words = (word for group in self.silent_groups for word in group.words)
        return re.compile("|".join(longest_first(tuple(words))))

    @cached_property
    def alike(self) -> Mapping[str, frozenset[str]]:
        """Each wording with all that mean the same."""
        found: dict[str, set[str]] = {}
        for group in self.alike_groups:
            for word in group:
                found.setdefault(word, set()).update(group)
        return {word: frozenset(others - {word}) for word, others in found.items()}


@cache
def entailment_words(path: Path = _ENTAILMENT) -> EntailmentWords:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(EntailmentWords, path)


@cache
def grounding_words(path: Path = _FILE) -> GroundingWords:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(GroundingWords, path)
