"""How sentences of a summary are chosen and what a summary says in its own words."""

from enum import StrEnum
from functools import cache, cached_property, partial
from pathlib import Path

from knowledge.models import SectionKind
from knowledge.vocabulary import Pattern, Vocabulary, Words, at, fill_in, load_vocabulary

CAPTIONS = Path(__file__).parent.parent / "data" / "summary.toml"


def caption(key: str, /, **fields: object) -> str:
    """``table.name`` of summary.toml, its fields filled in."""
    return fill_in(CAPTIONS, key, fields)


_FILE = Path(__file__).parent.parent / "data" / "summary_choice.toml"


class SummaryLength(StrEnum):
    """How much a summary may say."""

    SENTENCE = "sentence"
    HALF = "half"
    PAGE = "page"


class _LengthRule(Vocabulary):
    names: Words
    characters: int


class ChoiceWords(Vocabulary):
    """Compiled wordings; see the data file for what each is."""

    length: dict[SummaryLength, _LengthRule]
    kind: dict[SectionKind, Words]
    common: Words = at("weigh.common")
    first_time: Pattern = at("weigh.first_time")
    honours: Pattern = at("weigh.honours")
    problems: Pattern = at("weigh.problems")
    deadlines: Pattern = at("weigh.deadlines")
    results: Pattern = at("weigh.results")
    core: Pattern = at("weigh.core")
    minor: Pattern = at("weigh.minor")
    slogans: Pattern = at("weigh.slogans")
    leaning: Pattern = at("weigh.leaning")
    announcing: Pattern = at("weigh.announcing")
    connectives: Pattern = at("weigh.connectives")
    named: Pattern = at("weigh.named")
    measures: Pattern = at("weigh.measures")
    acts: Pattern = at("weigh.acts")
    dealt_out: Pattern = at("weigh.dealt_out")
    causes: Pattern = at("weigh.causes")
    reasons: Pattern = at("weigh.reasons")
    framing: Pattern = at("opening.framing")
    adverbial: Pattern = at("weigh.adverbial")
    only_dates: Pattern = at("opening.only_dates")
    subjects: Pattern = at("opening.subjects")
    purposes: Pattern = at("opening.purposes")
    until_now: Pattern = at("third_person.until_now")
    this_year: Pattern = at("third_person.this_year")
    our_bureau: Pattern = at("third_person.our_bureau")
    our_region: Pattern = at("third_person.our_region")
    that_region: str = at("third_person.that_region")
    matters: tuple[Pattern, ...] = at("matters.order")

    @cached_property
    def characters(self) -> dict[SummaryLength, int]:
        """About how many characters a length is."""
        return {length: rule.characters for length, rule in self.length.items()}

    @cached_property
    def lengths(self) -> dict[str, SummaryLength]:
        """What people call each length."""
        return {name: length for length, rule in self.length.items() for name in rule.names}

    @cached_property
    def kinds(self) -> dict[str, SectionKind]:
        """What people call each kind of section."""
        return {name: kind for kind, names in self.kind.items() for name in names}


choice_words = cache(partial(load_vocabulary, ChoiceWords, path=_FILE))
