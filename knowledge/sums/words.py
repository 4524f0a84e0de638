"""The words by which sums are read, from ``data/sums.toml``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.datafiles import DATA, read_toml
from knowledge.errors import DataFileError

_FILE = DATA / "sums.toml"
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RateWords:
    """A rate's names, and how its counts are worded."""

    names: Words
    part: Words
    rest: Words
    base: Words


@dataclass(frozen=True, slots=True)
class SumWords:
    """The file's tables; a word list by its table and name."""

    sentences: Mapping[str, str]
    lists: Mapping[str, Words]
    rates: tuple[RateWords, ...]

    def __getitem__(self, name: str) -> Words:
        try:
            return self.lists[name]
        except KeyError as error:
            raise DataFileError(name=_FILE.name, fault=f"缺少 {name}。") from error

    def sentence(self, wording: str, fields: Mapping[str, str]) -> str:
        """A sentence with its fields filled in."""
        try:
            return self.sentences[wording].format(**fields)
        except (KeyError, ValueError, IndexError) as error:
            fault = f"sentences.{wording} 缺失或花括号不对。"
            raise DataFileError(name=_FILE.name, fault=fault) from error


@cache
def sum_words(path: Path = _FILE) -> SumWords:
    """Read the file; raises DataFileError where it does not fit."""
    data = read_toml(path)
    try:
        lists = {
            f"{table}.{name}": _words(data[table][name])
            for table in ("parts", "rating", "growth", "repeats")
            for name in data[table]
        }
        keys = ("names", "part", "rest", "base")
        rates = tuple(RateWords(*(_words(rate[key]) for key in keys)) for rate in data["rates"])
        return SumWords(dict(data["sentences"]), lists, rates)
    except (KeyError, TypeError) as error:
        raise DataFileError(name=path.name, fault=f"{error}。") from error


def _words(listed: Any) -> Words:
    return tuple(str(word) for word in listed)


def holds(text: str, words: Sequence[str]) -> bool:
    """Whether any of the words stands in a text."""
    return any(word in text for word in words)
