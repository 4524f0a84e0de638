"""The wordings that the checks go by, from ``data/grounding.toml``."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.errors import DataFileError
from knowledge.vocabulary import read_toml

_FILE = Path(__file__).parent.parent / "data" / "grounding.toml"


@dataclass(frozen=True, slots=True)
class GroundingWords:
    """Compiled wordings; see the data file for what each is."""

    lead_ins: re.Pattern[str]
    connectives: re.Pattern[str]
    refusals: re.Pattern[str]
    topics: re.Pattern[str]
    compared_before: tuple[str, ...]
    compared_after: tuple[str, ...]
    planning: re.Pattern[str]
    ahead: re.Pattern[str]
    said_last_year: re.Pattern[str]
    relative: tuple[re.Pattern[str], ...]
    planned: re.Pattern[str]
    achieved: re.Pattern[str]
    respectively: re.Pattern[str]
    each: re.Pattern[str]
    ratios: tuple[re.Pattern[str], ...]
    rankings: tuple[re.Pattern[str], ...]
    vague: re.Pattern[str]
    same_units: Mapping[str, str]
    structural: tuple[str, ...]
    approximate: tuple[tuple[str, str], ...]
    not_ordinals: tuple[str, ...]
    concealed: re.Pattern[str]
    before_name: re.Pattern[str]
    generic: re.Pattern[str]
    bureau_counts: re.Pattern[str]
    before_place: tuple[str, ...]
    after_place: tuple[str, ...]


@cache
def grounding_words(path: Path = _FILE) -> GroundingWords:
    """The data file, compiled; raises DataFileError where it does not fit."""
    data = read_toml(path)
    try:
        uncited, dates, numbers, names = (data[k] for k in ("uncited", "dates", "numbers", "names"))
        return GroundingWords(
            lead_ins=_any(uncited["lead_ins"]),
            connectives=_any(sorted(uncited["connectives"], key=len, reverse=True)),
            refusals=_any(uncited["refusals"]),
            topics=_any(uncited["topics"]),
            compared_before=tuple(dates["compared_before"]),
            compared_after=tuple(dates["compared_after"]),
            planning=re.compile(dates["planning"]),
            ahead=re.compile(dates["ahead"]),
            said_last_year=re.compile(dates["said_last_year"]),
            relative=tuple(re.compile(words) for words in dates["relative"]),
            planned=_any(dates["planned"]),
            achieved=_any(dates["achieved"]),
            respectively=re.compile(numbers["respectively"]),
            each=re.compile(numbers["each"]),
            ratios=tuple(re.compile(ratio) for ratio in numbers["ratios"]),
            rankings=tuple(re.compile(ranking) for ranking in numbers["rankings"]),
            vague=re.compile(numbers["vague"]),
            same_units={unit: same[0] for same in numbers["same_units"] for unit in same},
            structural=tuple(numbers["structural"]),
            approximate=_longest_first(data["approximate"]),
            not_ordinals=tuple(numbers["not_ordinals"]),
            concealed=re.compile(numbers["concealed"]),
            before_name=re.compile(names["before"]),
            generic=re.compile(names["generic"]),
            bureau_counts=re.compile(names["bureau_counts"]),
            before_place=tuple(names["before_place"]),
            after_place=tuple(names["after_place"]),
        )
    except (KeyError, TypeError, re.error) as error:
        raise DataFileError(name=path.name, fault=f"{error}。") from error


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _longest_first(senses: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Words with their senses, so that 不超过 is met before 超过."""
    pairs = [(word, sense) for sense, words in senses.items() for word in words]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))
