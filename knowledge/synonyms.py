"""Everyday words and what reports write instead, from ``data/synonyms.toml``."""

from functools import cache, cached_property
from pathlib import Path

from knowledge.vocabulary import DATA, Vocabulary, Words, load_vocabulary


class SynonymGroup(Vocabulary):
    """What reports write for one thing, and what people say instead."""

    official: Words
    also: Words = ()


class Synonyms(Vocabulary):
    """Each term with what reports write for it: the official wordings of its groups."""

    group: tuple[SynonymGroup, ...]

    @cached_property
    def alternatives(self) -> dict[str, Words]:
        """Each term with the official wordings of its groups, itself left out."""
        found: dict[str, dict[str, None]] = {}
        for group in self.group:
            for term in (*group.official, *group.also):
                others = found.setdefault(term, {})
                others.update((other, None) for other in group.official if other != term)
        return {term: tuple(others) for term, others in found.items()}

    @cached_property
    def official(self) -> frozenset[str]:
        """All that reports write themselves."""
        return frozenset(term for group in self.group for term in group.official)

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self.alternatives), default=0)

    def found_in(self, text: str) -> list[str]:
        """The terms that stand in a text, the longest where several overlap."""
        found: dict[str, None] = {}
        position = 0
        while position < len(text):
            ends = range(min(len(text), position + self._longest), position + 1, -1)
            end = next((e for e in ends if text[position:e] in self.alternatives), 0)
            if end:
                found[text[position:end]] = None
            position = end or position + 1
        return list(found)

    def is_official(self, term: str) -> bool:
        """Whether reports write the term themselves."""
        return term in self.official

    def of(self, term: str) -> tuple[str, ...]:
        """The official wordings of a term's groups, itself left out."""
        return self.alternatives.get(term, ())


@cache
def synonyms(path: Path = DATA / "synonyms.toml") -> Synonyms:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(Synonyms, path)
