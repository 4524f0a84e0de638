"""The words of plans, from ``data/plan.toml``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.errors import DataFileError
from knowledge.vocabulary import read_toml

PLAN = Path(__file__).parent.parent / "data" / "plan.toml"


@dataclass(frozen=True, slots=True)
class Length:
    """How much is wanted: at most so many paragraphs, with so many measures each.

    A paragraph of fewer than ``wanted`` measures is filled up; at most ``ideas`` of a draft's
    measures come from other bureaus.
    """

    paragraphs: int
    most: int
    wanted: int
    ideas: int


@dataclass(frozen=True, slots=True)
class Theme:
    """What a paragraph may be about: its heading, and what tells that a measure is of it."""

    heading: str
    topics: tuple[str, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Routine:
    """Regular work: what shows it in a sentence whose figures are ``#``, and how it is planned.

    It is not planned where an own measure matches ``unless``.
    """

    pattern: re.Pattern[str]
    text: str
    unless: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class ForeignWords:
    """What tells another bureau's places and organisations, and what is everybody's."""

    tails: re.Pattern[str]
    ordinary: tuple[str, ...]
    places: tuple[str, ...]
    names: frozenset[str]
    level: re.Pattern[str]
    others: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class PlanWords:
    """The file's lists, compiled; templates are read with ``phrase``."""

    kinds: tuple[str, ...]
    lengths: dict[str, Length]
    topics: dict[str, str]
    apart: frozenset[str]
    general: frozenset[str]
    facets: tuple[Theme, ...]
    divisions: tuple[Theme, ...]
    routines: tuple[Routine, ...]
    leads: re.Pattern[str]
    verbs: tuple[str, ...]
    before_verbs: re.Pattern[str]
    targets: tuple[str, ...]
    joins: tuple[tuple[str, str], ...]
    mixed: frozenset[str]
    listing: re.Pattern[str]
    reach: re.Pattern[str]
    counted_work: re.Pattern[str]
    results: re.Pattern[str]
    once: re.Pattern[str]
    ahead: re.Pattern[str]
    dated: re.Pattern[str]
    slogans: re.Pattern[str]
    standing: dict[str, str]
    going_on: re.Pattern[str]
    extra: dict[str, tuple[str, ...]]
    weak: dict[str, tuple[str, ...]]
    near: dict[str, tuple[str, ...]]
    prepositions: tuple[str, ...]
    heading_leads: tuple[str, ...]
    seasons: dict[str, re.Pattern[str]]
    mends: tuple[tuple[re.Pattern[str], str], ...]
    frames: re.Pattern[str]
    broad: frozenset[str]
    foreign: ForeignWords


@cache
def plan_words(path: Path = PLAN) -> PlanWords:
    """Read the file and compile it; raises DataFileError where it does not fit."""
    data = read_toml(path)
    try:
        return _compiled(data)
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise DataFileError(name=path.name, fault=f"{error}。") from error


def phrase(key: str, **fields: object) -> str:
    """``table.name`` of the file, its fields filled in; raises DataFileError."""
    table, _, name = key.partition(".")
    try:
        found = read_table(PLAN)
        for part in table.split("/"):
            found = found[part]
        return str(found[name]).format(**fields)
    except (KeyError, ValueError, IndexError) as error:
        raise DataFileError(name=PLAN.name, fault=f"{key} 缺失或花括号不对。") from error


@cache
def read_table(path: Path) -> dict[str, Any]:
    """The whole file, read once."""
    return read_toml(path)


def _compiled(data: dict[str, Any]) -> PlanWords:
    words, connect = data["words"], data["words"]["connect"]
    standing = {v: lead for lead, verbs in words["standing"].items() for v in verbs}
    work = [*standing, *words["adverbs"]["then"]]
    return PlanWords(
        kinds=tuple(data["title"]["kinds"]),
        lengths={name: Length(**given) for name, given in data["length"].items()},
        topics=dict(data["topics"]),
        apart=frozenset(data["rest"]["apart"]),
        general=frozenset(data["rest"]["general"]),
        facets=tuple(
            Theme(f["heading"], tuple(f["topics"]), tuple(f["words"])) for f in data["facet"]
        ),
        divisions=tuple(Theme(d["heading"], tuple(d["topics"])) for d in data["division"]),
        routines=tuple(_routine(r) for r in data["routine"]),
        leads=re.compile(rf"^(?:{_any(words['leads'])})[，,]?"),
        verbs=tuple(words["verbs"]),
        before_verbs=re.compile(words["before_verbs"]),
        joins=tuple((before, after) for before, after in connect["joins"]),
        mixed=frozenset(connect["mixed"]),
        targets=tuple(connect["targets"]),
        listing=re.compile(words["listing"]),
        reach=re.compile(words["reach"]),
        counted_work=re.compile(words["counted_work"]),
        results=re.compile(words["results"]),
        once=re.compile(words["once"]),
        ahead=re.compile(words["ahead"]),
        dated=re.compile(words["dated"]),
        slogans=re.compile(words["slogans"]),
        standing=standing,
        going_on=re.compile(rf"(?:{_any(words['adverbs']['all'])})+(?:{_any(work)})"),
        extra={name: tuple(found) for name, found in data["extra"].items()},
        weak={name: tuple(found) for name, found in data["weak"].items()},
        near={name: tuple(found) for name, found in data["near"].items()},
        prepositions=tuple(connect["prepositions"]),
        heading_leads=tuple(connect["heading_leads"]),
        seasons={half: re.compile(found) for half, found in words["seasons"].items()},
        mends=tuple((re.compile(left), right) for left, right in connect["mends"]),
        frames=re.compile(connect["frames"]),
        broad=frozenset(connect["broad"]),
        foreign=_foreign(data["foreign"]),
    )


def _routine(given: dict[str, str]) -> Routine:
    unless = re.compile(given["unless"]) if "unless" in given else None
    return Routine(re.compile(given["pattern"]), given["text"], unless)


def _foreign(data: dict[str, Any]) -> ForeignWords:
    return ForeignWords(
        tails=re.compile(data["tails"]),
        ordinary=tuple(sorted(data["ordinary"], key=len, reverse=True)),
        places=tuple(data["places"]),
        names=frozenset(data["names"]),
        level=re.compile(data["level"]),
        others=re.compile(data["others"]),
    )


def _any(patterns: Sequence[str]) -> str:
    return "|".join(patterns)
