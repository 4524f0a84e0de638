"""The words by which sums are read, from ``data/sums.toml``."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from knowledge.vocabulary import DATA, Either, LongestFirst, Vocabulary, Words, at, load_vocabulary

SUMS = DATA / "sums.toml"


class PartWords(Vocabulary):
    """What announces parts of a total and the total, and what is none."""

    among: Either
    dealt: Either
    totals: Either
    rest: Words
    negations: Words
    openers: Words
    open: Words
    overlapping: Words
    not_parts: Words
    not_totals: Words
    never_added: frozenset[str]


class RateWords(Vocabulary):
    """A rate's names, and how its counts are worded."""

    names: Words
    part: Words
    rest: Words
    base: Words


class GrowthWords(Vocabulary):
    """How a change is worded, with the value before it and the one after."""

    from_: Words = at("from")
    up: Words
    down: Words
    to: Words
    before: Words
    compared: LongestFirst
    other_bases: Words


class RepeatWords(Vocabulary):
    """What is one total of a whole report, and what says that a figure is not of it."""

    totals: Words
    scopes: Words
    times: Words


class SumWords(Vocabulary):
    """The file's tables; ``rates_elsewhere`` says that a rate is not of the counts beside it."""

    parts: PartWords
    rates: tuple[RateWords, ...]
    rates_elsewhere: Words = at("rating.other_bases")
    growth: GrowthWords
    repeats: RepeatWords


@cache
def sum_words(path: Path = SUMS) -> SumWords:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(SumWords, path)


def holds(text: str, words: Sequence[str]) -> bool:
    """Whether any of the words stands in a text."""
    return any(word in text for word in words)
