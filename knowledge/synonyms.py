"""Everyday words and what reports write instead, from ``data/synonyms.toml``."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.datafiles import DATA, read_toml
from knowledge.errors import DataFileError


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Each term with what reports write for it: the official wordings of its groups."""

    alternatives: dict[str, tuple[str, ...]]
    official: frozenset[str]
    _longest: int

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
    """The file's groups; raises DataFileError where it does not fit."""
    alternatives: dict[str, list[str]] = {}
    officials: set[str] = set()
    try:
        for group in read_toml(path)["group"]:
            official = group["official"]
            officials.update(official)
            members = [*official, *group.get("also", [])]
            for term in members:
                others = [t for t in official if t != term]
                alternatives.setdefault(term, []).extend(others)
    except (KeyError, TypeError) as error:
        raise DataFileError(name=path.name, fault=f"每个 [[group]] 要有 {error}。") from error
    return Synonyms(
        {term: tuple(dict.fromkeys(others)) for term, others in alternatives.items()},
        frozenset(officials),
        max(map(len, alternatives), default=0),
    )
