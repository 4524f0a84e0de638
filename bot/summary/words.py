"""How sentences of a summary are chosen, from ``data/summary_choice.toml``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from knowledge.errors import DataFileError
from knowledge.models import SectionKind
from knowledge.vocabulary import read_toml

_FILE = Path(__file__).parent.parent / "data" / "summary_choice.toml"


class Length(StrEnum):
    """How much a summary may say."""

    SENTENCE = "sentence"
    HALF = "half"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class ChoiceWords:
    """Compiled wordings; see the data file for what each is."""

    characters: dict[Length, int]
    lengths: dict[str, Length]
    kinds: dict[str, SectionKind]
    first_time: re.Pattern[str]
    honours: re.Pattern[str]
    problems: re.Pattern[str]
    deadlines: re.Pattern[str]
    results: re.Pattern[str]
    core: re.Pattern[str]
    minor: re.Pattern[str]
    slogans: re.Pattern[str]
    leaning: re.Pattern[str]
    announcing: re.Pattern[str]
    connectives: re.Pattern[str]
    matters: tuple[re.Pattern[str], ...]


@cache
def choice_words(path: Path = _FILE) -> ChoiceWords:
    """The data file, compiled; raises DataFileError where it does not fit."""
    data = read_toml(path)
    try:
        weigh = data["weigh"]
        return ChoiceWords(
            characters={Length(k): int(v["characters"]) for k, v in data["length"].items()},
            lengths={n: Length(k) for k, v in data["length"].items() for n in v["names"]},
            kinds={n: SectionKind(k) for k, names in data["kind"].items() for n in names},
            first_time=_any(weigh["first_time"]),
            honours=_any(weigh["honours"]),
            problems=_any(weigh["problems"]),
            deadlines=_any(weigh["deadlines"]),
            results=_any(weigh["results"]),
            core=_any(weigh["core"]),
            minor=_any(weigh["minor"]),
            slogans=_any(weigh["slogans"]),
            leaning=_any(weigh["leaning"]),
            announcing=_any(weigh["announcing"]),
            connectives=_any(weigh["connectives"]),
            matters=tuple(re.compile(m) for m in data["matters"]["order"]),
        )
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise DataFileError(name=path.name, fault=f"{error}。") from error


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))
