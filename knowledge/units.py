"""The words around numbers (measure words, what announces an amount), from ``data/units.toml``."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

from knowledge.vocabulary import DATA, Either, Vocabulary, Words, at, either, load_vocabulary

AT_END = r"(?=[，,。；;、：:！!？?()\[\]【】《》“”\"‘’|\s]|$)"


class UnitWords(Vocabulary):
    """Units, what they may stand with, and the words that tell amounts from names."""

    free: Words = at("units.free")
    cued: Words = at("units.cued")
    numeric: Words = at("units.numeric")
    paired: Either = at("units.paired")
    never_one: frozenset[str] = at("units.never_one")
    never_masked: frozenset[str] = at("units.never_masked")
    masked_at_end: frozenset[str] = at("units.masked_at_end")
    only_at_end: frozenset[str] = at("units.only_at_end")
    whole: Either = at("units.whole")
    days_after: Words = at("units.days_after")
    spellings: Mapping[str, str] = at("canonical")
    not_before: Mapping[str, Words]
    announcing: Words = at("words.announcing")
    announcing_one: Words = at("words.announcing_one")
    slogans_after: Words = at("words.slogans_after")
    counted_after: Words = at("words.counted_after")
    stating: Words = at("words.stating")
    masked_after: Words = at("words.masked_after")
    label_names: Words = at("words.labels")
    names: frozenset[str] = at("names.numbers")
    phrases: Words = at("names.phrases")

    @cached_property
    def written(self) -> Words:
        """All units as they are written."""
        return (*self.free, *self.cued, *self.numeric)

    @cached_property
    def labels(self) -> Words:
        """What stands before a number that is none of an amount, with a colon or without."""
        return tuple(label + mark for label in self.label_names for mark in ("", "：", ":"))

    @cached_property
    def latin(self) -> str:
        """A pattern of the units that are written in letters."""
        return either([unit for unit in self.written if _is_latin(unit)])

    @cached_property
    def pattern(self) -> str:
        """A pattern of a unit as it is written.

        The group ``unit`` is all of it, ``measure`` what stands before its brackets.
        """
        guarded = "|".join(self._guarded())
        second = rf"\((?:{self.paired.pattern})\)|(?<=[台人户家])/[套次]"
        return rf"(?P<unit>(?P<measure>{guarded})(?:{second})?)"

    def _guarded(self) -> Iterator[str]:
        for unit in sorted(self.written, key=len, reverse=True):
            guard = f"(?!{either(self.not_before[unit])})" if unit in self.not_before else ""
            guard += AT_END if unit in self.only_at_end else ""
            guard += "(?![A-Za-z])" if _is_latin(unit) else ""
            yield re.escape(unit) + guard

    def canonical(self, written: str) -> str:
        """Give one spelling to a unit that is written in several."""
        return self.spellings.get(written, written)


def _is_latin(unit: str) -> bool:
    return unit[0].isascii() and unit[0].isalpha()


@cache
def unit_words(path: Path = DATA / "units.toml") -> UnitWords:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(UnitWords, path)
