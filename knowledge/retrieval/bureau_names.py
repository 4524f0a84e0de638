"""Names of bureaus: their parts, what people call them, and which of those known are meant."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from knowledge.models import Bureau, Level
from knowledge.understanding.identity import OFFICE


class PhraseIndex:
    """Phrases by how they begin; those shorter than ``length`` characters are left out."""

    def __init__(self, phrases: Iterable[str], length: int) -> None:
        self._length = length
        self._by_beginning: dict[str, list[str]] = {}
        for phrase in dict.fromkeys(phrases):
            if len(phrase) >= length:
                self._by_beginning.setdefault(phrase[:length], []).append(phrase)

    def find(self, text: str) -> list[str]:
        """The phrases that stand in a text, in the order in which they first do."""
        found: dict[str, None] = {}
        for at in range(len(text) - self._length + 1):
            for phrase in self._by_beginning.get(text[at : at + self._length], ()):
                if text.startswith(phrase, at):
                    found[phrase] = None
        return list(found)


LEVEL_OF = {"省": Level.PROVINCE, "市": Level.CITY, "县": Level.COUNTY, "区": Level.DISTRICT}
"""Levels by the last character of a place."""

PLACE_SUFFIXES = "省市县区州旗盟"
"""What the names of places end with."""

PLACE_NAME = re.compile(r"[\u4e00-\u9fff]{2}")
"""Found in a place that is named: not in 县, nor in **县."""

_BEHIND_PLACE = re.compile(
    r"(?:市场监(?:督管理|管)局|市监局|的?局|里|的|那边|这边|那里|那儿|那头|那块)$"
)
_WHOLE = re.compile(r"(?:人民政府|政府|局)$")
_NAMES_CACHED = 8192
_SHORTEST_ALIAS = 2


class KnownBureaus:
    """Bureaus that are known, each once, by their names and by what people call them."""

    def __init__(self, bureaus: Iterable[Bureau] = ()) -> None:
        self._levels = {bureau.name: bureau.level for bureau in bureaus}

    def __contains__(self, name: str) -> bool:
        return name in self._levels

    def of_level(self, level: Level | None) -> frozenset[str]:
        """The names of the bureaus of a level."""
        return frozenset(name for name, own in self._levels.items() if own is level)

    def of_parts(self, place: str, branch: str) -> frozenset[str]:
        """The names with just this place and branch."""
        return self._by_parts.get((place, branch), frozenset())

    def of_branch(self, branch: str) -> frozenset[str]:
        """The names with this branch, whatever the place."""
        return frozenset(name for name, _, other in self._parts if other == branch)

    def named_like(self, place: str, branch: str) -> frozenset[str]:
        """The names that a place and branch may mean, the exact ones before others."""
        if branch:
            return self.of_parts(place, branch) if place else self.of_branch(branch)
        if len(place) == 1:
            return self.of_level(LEVEL_OF.get(place))
        exact = self.of_parts(place, "")
        if exact or "*" in place:
            return exact
        if place.startswith("某") and len(place) == 2:
            return self.of_level(LEVEL_OF.get(place[-1]))
        return frozenset(
            name
            for name, own, other in self._parts
            if not other
            and len(own) > 1
            and "*" not in own
            and (own.endswith(place) or place.endswith(own))
        )

    def aliases_in(self, text: str) -> Iterator[tuple[str, frozenset[str]]]:
        """What a text calls bureaus (云溪县, 云溪), the longest first, with their names."""
        for alias in sorted(self._alias_index.find(text), key=len, reverse=True):
            yield alias, frozenset(self._by_alias[alias])

    @cached_property
    def branches(self) -> frozenset[str]:
        """The names of the bureaus that are branches."""
        return frozenset(name for name, _, branch in self._parts if branch)

    @cached_property
    def stems(self) -> frozenset[str]:
        """What the places of the bureaus are called."""
        return frozenset(alias for _, place, _ in self._parts for alias in place_aliases(place))

    @cached_property
    def _parts(self) -> tuple[tuple[str, str, str], ...]:
        return tuple((name, *parts_of(name)) for name in self._levels)

    @cached_property
    def _by_parts(self) -> dict[tuple[str, str], frozenset[str]]:
        names: dict[tuple[str, str], set[str]] = {}
        for name, place, branch in self._parts:
            names.setdefault((place, branch), set()).add(name)
        return {parts: frozenset(those) for parts, those in names.items()}

    @cached_property
    def _by_alias(self) -> dict[str, set[str]]:
        names: dict[str, set[str]] = {}
        for name, place, branch in self._parts:
            if "*" in place or (branch and "*" not in branch):
                continue
            short = f"{place}{branch.removesuffix('局')}局"  # 市*局 of 市市场监管局*局
            for alias in (short,) if branch else place_aliases(place):
                names.setdefault(alias, set()).add(name)
        return names

    @cached_property
    def _alias_index(self) -> PhraseIndex:
        return PhraseIndex(self._by_alias, _SHORTEST_ALIAS)


def without_branches(names: frozenset[str]) -> frozenset[str]:
    """Of the bureaus that 区局 may mean those that are no branches, where none has a place's name.

    All of them where all are branches.
    """
    parts = {name: parts_of(name) for name in names}
    if any(PLACE_NAME.search(place) for place, _ in parts.values()):
        return names
    return frozenset(name for name, (_, branch) in parts.items() if not branch) or names


@lru_cache(_NAMES_CACHED)
def parts_of(name: str) -> tuple[str, str]:
    """The place and the branch of a bureau's name, masks folded to one asterisk."""
    match = OFFICE.search(name)
    if not match:
        return fold_masks(_WHOLE.sub("", name)), ""
    return fold_masks(name[: match.start()]), fold_masks(match["branch"] or "")


def place_of(wording: str) -> str:
    """The place that a bureau's wording in a question names: 清河县 of 清河县局."""
    return _BEHIND_PLACE.sub("", wording)


def place_aliases(place: str) -> tuple[str, ...]:
    """江岚市梧桐区 is also 梧桐区 and 梧桐."""
    last = re.split(r"(?<=[省市州盟])(?=[\u4e00-\u9fff]{2,}[市县区旗])", place)[-1]
    aliases = [a for a in dict.fromkeys((place, last)) if len(a) > 2]
    return (*aliases, last[:-1]) if len(last) > 2 and last[-1] in PLACE_SUFFIXES else tuple(aliases)


def fold_masks(name: str) -> str:
    """A name with every mask written as one ``*``."""
    return re.sub(r"[*＊×]+", "*", name)
