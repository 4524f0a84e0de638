"""The wordings that tell how a question is meant, from ``data/question.toml``."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from knowledge.models import SectionKind
from knowledge.vocabulary import DATA, Either, Pattern, Vocabulary, Words, at, load_vocabulary


class QuestionWords(Vocabulary):
    """Compiled wordings; see the data file for what each is."""

    figure: Pattern
    list_: Pattern = at("list")
    compare: Pattern
    parties: Pattern
    superlative: Pattern = at("superlative.asked")
    superlative_between: Pattern = at("superlative.between")
    superlative_words: Pattern = at("superlative.words")
    empty: Either = at("empty_words")
    not_besides: Either
    kinds: Mapping[SectionKind, Pattern]
    this_year: Pattern = at("relative.this_year")
    last_year: Pattern = at("relative.last_year")
    year_before: Pattern = at("relative.year_before")
    of_no_report: Pattern = at("relative.of_no_report")
    other_party_before: Words = at("other_party.before")
    other_party_after: Words = at("other_party.after")
    not_places: frozenset[str] = at("not_places.words")
    lead_ins: Words = at("not_places.lead_ins")


@cache
def question_words(path: Path = DATA / "question.toml") -> QuestionWords:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(QuestionWords, path)
