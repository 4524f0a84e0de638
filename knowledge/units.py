"""The words around numbers (measure words, what announces an amount), from ``data/units.toml``."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.datafiles import DATA, read_toml
from knowledge.errors import DataFileError

AT_END = r"(?=[，,。；;、：:！!？?()\[\]【】《》“”\"‘’|\s]|$)"


@dataclass(frozen=True, slots=True)
class UnitWords:
    """Units, what they may stand with, and the words that tell amounts from names.

    ``pattern`` finds a unit as written: the group ``unit`` is all of it, ``measure`` what stands
    before its brackets. ``latin`` finds the units written in letters.
    """

    pattern: str
    written: tuple[str, ...]
    not_before: Mapping[str, Sequence[str]]
    latin: str
    free: frozenset[str]
    numeric: frozenset[str]
    never_one: frozenset[str]
    never_masked: frozenset[str]
    masked_at_end: frozenset[str]
    whole: str
    days_after: tuple[str, ...]
    announcing: tuple[str, ...]
    announcing_one: tuple[str, ...]
    slogans_after: tuple[str, ...]
    counted_after: tuple[str, ...]
    stating: tuple[str, ...]
    masked_after: tuple[str, ...]
    labels: tuple[str, ...]
    names: frozenset[str]
    phrases: str
    phrases_begin: str
    _canonical: Mapping[str, str]

    def canonical(self, written: str) -> str:
        """Give one spelling to a unit that is written in several."""
        return self._canonical.get(written, written)


@cache
def unit_words(path: Path = DATA / "units.toml") -> UnitWords:
    """Read the file and make its units a pattern; raises DataFileError where it does not fit."""
    data = read_toml(path)
    try:
        units, words, names = data["units"], data["words"], data["names"]
        written = [*units["free"], *units["cued"], *units["numeric"]]
        return UnitWords(
            pattern=_unit_pattern(written, units, data["not_before"]),
            written=tuple(written),
            not_before=data["not_before"],
            latin=_either([unit for unit in written if unit[0].isascii() and unit[0].isalpha()]),
            free=frozenset(units["free"]),
            numeric=frozenset(units["numeric"]),
            never_one=frozenset(units["never_one"]),
            never_masked=frozenset(units["never_masked"]),
            masked_at_end=frozenset(units["masked_at_end"]),
            whole=_either(units["whole"]),
            days_after=tuple(units["days_after"]),
            announcing=tuple(words["announcing"]),
            announcing_one=tuple(words["announcing_one"]),
            slogans_after=tuple(words["slogans_after"]),
            counted_after=tuple(words["counted_after"]),
            stating=tuple(words["stating"]),
            masked_after=tuple(words["masked_after"]),
            labels=tuple(label + mark for label in words["labels"] for mark in ("", "：", ":")),
            names=frozenset(names["numbers"]),
            phrases=_either(names["phrases"]),
            phrases_begin="".join(sorted({phrase[0] for phrase in names["phrases"]})),
            _canonical=dict(data["canonical"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise DataFileError(name=path.name, fault=f"{error}。") from error


def _either(words: Sequence[str]) -> str:
    """Match any of the words, the longest first; of no words, nothing at all."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)"


def _unit_pattern(
    written: Sequence[str],
    units: Mapping[str, Sequence[str]],
    not_before: Mapping[str, Sequence[str]],
) -> str:
    guarded = []
    for unit in sorted(written, key=len, reverse=True):
        guard = f"(?!{_either(not_before[unit])})" if unit in not_before else ""
        guard += AT_END if unit in units["only_at_end"] else ""
        guard += "(?![A-Za-z])" if unit[0].isascii() and unit[0].isalpha() else ""
        guarded.append(re.escape(unit) + guard)
    second = rf"\((?:{_either(units['paired'])})\)|(?<=[台人户家])/[套次]"
    return rf"(?P<unit>(?P<measure>{'|'.join(guarded)})(?:{second})?)"
