"""The words of the data file that tell what a question for figures asks: units, acts, frames."""

import re
from collections.abc import Mapping
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path

from knowledge.lexicon import word_bounds
from knowledge.understanding.phrases import statement_words
from knowledge.vocabulary import Pattern, Vocabulary, at, load_vocabulary

_PAIR = 2
_FILE = Path(__file__).parent.parent / "data" / "extractive.toml"


class Measures(Vocabulary):
    """Measure words that stand for one another, and the words that ask for a kind of amount."""

    families: tuple[frozenset[str], ...] = at("units.families")
    also: Mapping[str, tuple[str, ...]] = at("units.also")
    money: Pattern = at("asking.money")
    ratio: Pattern = at("asking.ratio")
    change: Pattern = at("asking.change")
    duration: Pattern = at("asking.duration")
    plain: frozenset[str] = at("words.plain")
    optional: frozenset[str] = at("words.optional")
    generic: frozenset[str] = at("words.generic")
    generic_acts: frozenset[str] = at("words.generic_acts")
    counting: Pattern = at("words.counting")
    joins: Pattern = at("asking.joins")
    each: Pattern = at("asking.each")
    bounds: Pattern = at("asking.bounds")
    kinds_of: Pattern = at("asking.kinds_of")
    former: Pattern = at("asking.former")
    former_only: Pattern = at("asking.former_only")
    whole: Pattern = at("asking.whole")
    standing: Pattern = at("asking.standing")
    added: Pattern = at("asking.added")
    joined: tuple[tuple[str, str], ...] = at("asking.joined")
    exclusive: Pattern = at("asking.exclusive")
    partial: Pattern = at("asking.partial")
    checks: Pattern = at("asking.checks")
    asks_checks: Pattern = at("asking.asks_checks")
    planning: Pattern = at("asking.planning")
    done: Pattern = at("asking.done")
    acts: Mapping[str, tuple[str, ...]]
    silent: frozenset[str] = at("words.silent")
    light_tags: str = at("words.light_tags")
    how_tags: str = at("words.how_tags")
    pointing: Pattern = at("words.pointing")
    total: Pattern = at("deriving.total")
    no_acts: Pattern = at("words.no_acts")
    frames: frozenset[str] = at("words.frames")
    acts_by_unit: Mapping[str, Pattern] = at("asking.acts_by_unit")
    everyday: Mapping[str, Pattern] = at("units.everyday")
    ways: frozenset[str] = at("words.ways")
    everywhere: frozenset[str] = at("words.everywhere")
    country: frozenset[str] = at("words.country")
    leftover: frozenset[str] = at("words.leftover")
    anywhere: frozenset[str] = at("words.anywhere")
    finishing: Mapping[str, tuple[str, ...]]
    courses: tuple[tuple[str, str], ...] = at("asking.courses")
    differs: Pattern = at("asking.differs")
    shares: Pattern = at("asking.shares")
    units_of_things: frozenset[str] = at("asking.units_of_things")
    having: frozenset[str] = at("asking.having")
    campaign: Pattern = at("asking.campaign")
    levels: Pattern = at("asking.levels")
    level: Pattern = at("asking.level")
    of_period: Pattern = at("asking.of_period")

    def fits(self, asked: str, unit: str) -> bool:
        """Whether a figure's unit may be meant by the unit that is asked for."""
        if not asked or not unit or asked == "个" or unit.startswith(asked):
            return True
        return unit in self._units_meant.get(asked, ())

    @cached_property
    def _units_meant(self) -> dict[str, frozenset[str]]:
        """The units that each one may stand for."""
        meant: dict[str, set[str]] = {unit: {*units} for unit, units in self.also.items()}
        for family in self.families:
            for unit in family:
                meant.setdefault(unit, set()).update(family)
        return {unit: frozenset(units) for unit, units in meant.items()}

    def split_list(self, text: str) -> list[str]:
        """What stands between the words of a text that join things; 与 of 参与 joins nothing."""
        bounds, pieces, start = _bounds(text), list[str](), 0
        for found in self.joins.finditer(text):
            if bounds.issuperset(found.span()):
                pieces.append(text[start : found.start()])
                start = found.end()
        return [*pieces, text[start:]]

    @cached_property
    def common(self) -> frozenset[str]:
        """The words that tell no line of work apart."""
        return self.optional | self.generic

    @cached_property
    def act(self) -> re.Pattern[str]:
        """A pattern of an act that is asked about: 罚了几家."""
        acts = "|".join(sorted(self.acts, key=len, reverse=True))
        return re.compile(
            f"({acts})(?:[了过掉完好到着]|[出进回上下][去来]?)*(?=多少|几)|({acts})[了掉]|(?<=[人户家次])({acts})(?=$|[？?，,])"
        )

    def unfinished(self, wording: str) -> re.Match[str] | None:
        """Where some words say that something is not done yet: ``act`` is what."""
        return self._unfinished.search(wording)

    @cached_property
    def _unfinished(self) -> re.Pattern[str]:
        known = sorted({*self.finishing, *statement_words().stages}, key=len, reverse=True)
        acts = "|".join(map(re.escape, known))
        return re.compile(f"(?:没有?|未|尚未)(?:能|再)?(?P<act>{acts})")


def _bounds(text: str) -> frozenset[int]:
    """The places of a text between words of the dictionary; 检查和 is 检查 and 和."""
    bounds = word_bounds(text)
    return bounds | {
        end - 1
        for start, end in pairwise(sorted(bounds))
        if end - start > _PAIR and len(word_bounds(text[start : end - 1])) == _PAIR
    }


@cache
def measures(path: Path = _FILE) -> Measures:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(Measures, path)


def is_stage(word: str) -> bool:
    """Whether a word only says how something went: 合格, 结案."""
    return not statement_words().stage.sub("", word)


def has_opposite(word: str) -> bool:
    """Whether a word is one of two sides: 合格, 不合格."""
    return any(side in word for pair in statement_words().opposites for side in pair)
