"""Everyday words and what reports write instead, from ``data/synonyms.toml``."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.datafiles import DATA, read_toml
from knowledge.errors import DataFileError


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Each term with the other terms of its groups, the reports' wordings first."""

    alternatives: dict[str, tuple[str, ...]]
    _pattern: re.Pattern[str]

    def found_in(self, text: str) -> list[str]:
        """The terms that stand in a text, the longest where several overlap."""
        return list(dict.fromkeys(self._pattern.findall(text)))

    def of(self, term: str) -> tuple[str, ...]:
        """The other wordings of a term; nothing if it has none."""
        return self.alternatives.get(term, ())


@cache
def synonyms(path: Path = DATA / "synonyms.toml") -> Synonyms:
    """The file's groups; raises DataFileError where it does not fit."""
    alternatives: dict[str, list[str]] = {}
    try:
        for group in read_toml(path)["group"]:
            official = group["official"]
            members = [*official, *group.get("also", [])]
            for term in members:
                others = [t for t in members if t != term]
                alternatives.setdefault(term, []).extend(others)
    except (KeyError, TypeError) as error:
        raise DataFileError(name=path.name, fault=f"每个 [[group]] 要有 {error}。") from error
    terms = sorted(alternatives, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, terms)) or r"(?!)")
    return Synonyms({t: tuple(dict.fromkeys(a)) for t, a in alternatives.items()}, pattern)
