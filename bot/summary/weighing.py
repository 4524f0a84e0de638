"""What a chief reads first: the worth of a unit, from its figures and its wording."""

from bot.summary.units import TOLD_BY_HEADINGS, Unit
from bot.summary.words import choice_words
from knowledge.figures import Figure
from knowledge.models import SectionKind

_SHORT, _LONG = 18, 75
_MANY = 20
_RATES = ("%", "‰", "百分点")


def told_by_headings(unit: Unit) -> bool:
    """Whether a unit stands where the headings themselves are what is said: problems, plans."""
    return unit.kind in TOLD_BY_HEADINGS


def plain_figures(unit: Unit) -> int:
    """How many figures in a unit are not masked."""
    return sum(not figure.masked for figure in unit.figures)


def is_announcing(unit: Unit) -> bool:
    """Whether a unit only leads to what follows it."""
    return choice_words().announcing.search(unit.text) is not None


def weight(unit: Unit) -> float:
    """The worth of a unit; a slogan's is negative."""
    text = unit.text
    if unit.headline:
        return (2.5 if told_by_headings(unit) else -1.5) - max(0, len(text) - _LONG) / 25
    words = choice_words()
    plain = plain_figures(unit)
    masked = len(unit.figures) - plain
    worth = min(sum(map(_size, unit.figures)), 3.0) * 0.8 + (1.0 if plain else 0.0)
    worth += (0.6 if masked else 0.0) + min(masked, 3) * 0.1
    worth += 2.5 * bool(words.first_time.search(text)) + 2.5 * bool(words.honours.search(text))
    worth += 1.2 * bool(words.deadlines.search(text))
    worth += 0.6 * min(3, sum(1 for _ in words.results.finditer(text)))
    worth += 1.0 * bool(words.core.search(text))
    if unit.kind is SectionKind.PROBLEMS:
        worth += 1.0 * bool(words.problems.search(text))
    worth -= 1.4 * bool(words.minor.search(text))
    worth -= (1.5 if not plain else 0.8) * min(2, sum(1 for _ in words.slogans.finditer(text)))
    worth -= 1.5 * bool(words.leaning.match(text))
    worth -= max(0, len(text) - _LONG) / 40
    return worth - (1.2 if len(text) < _SHORT and not plain else 0.0)


def _size(figure: Figure) -> float:
    """A figure's share: a handful of something says less than a rate or a large number."""
    if figure.masked or figure.value is None:
        return 0.0
    return 1.0 if figure.unit in _RATES or figure.value >= _MANY else 0.4
