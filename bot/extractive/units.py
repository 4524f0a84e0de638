"""Whether a figure is of the measure that was asked for, by ``data/extractive.toml``."""

from functools import cache
from pathlib import Path

from knowledge.figures import Figure
from knowledge.question import Ask
from knowledge.vocabulary import Vocabulary, Words, at, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "extractive.toml"
SAME, KIN, OPEN, OTHER = 0.25, 0.15, 0.0, -0.4


class Measures(Vocabulary):
    """Measure words that stand for one another, and the words that ask for money or a ratio."""

    families: tuple[frozenset[str], ...] = at("units.families")
    money: Words = at("units.money")
    ratio: Words = at("units.ratio")

    def fit(self, ask: Ask, figure: Figure) -> float:
        """How well a figure's unit fits what is asked: SAME, KIN, OPEN or OTHER."""
        percent = figure.unit in ("%", "‰", "百分点")
        if ask.unit == "元":
            return SAME if figure.unit == "元" else OTHER
        if ask.unit:
            return self._unit_fit(ask.unit, figure)
        if any(word in ask.own for word in self.ratio):
            return SAME if percent else OTHER
        if percent:
            return KIN / 2 if not ask.own else OPEN - 0.1
        if figure.unit == "元":
            return KIN if any(word in ask.own for word in self.money) else OPEN
        return OPEN

    def _unit_fit(self, asked: str, figure: Figure) -> float:
        unit = figure.unit
        if asked == unit:
            return SAME
        if unit.startswith(asked) or any(asked in f and unit in f for f in self.families):
            return KIN
        if not unit or asked == "个":
            return OPEN
        return OTHER


@cache
def measures(path: Path = _FILE) -> Measures:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(Measures, path)
