"""How much a chief wants to read a unit first: figures, first-time results, honours, problems."""

from bot.summarising.units import HEADING_LED_KINDS, Unit
from bot.summarising.vocabulary import choice_words
from knowledge.models import SectionKind
from knowledge.understanding.figures import Figure

_SHORT, _LONG = 18, 75
_MANY = 20
_RATES = ("%", "‰", "百分点")


def is_heading_led(unit: Unit) -> bool:
    """Whether a unit stands where the headings hold the content: problems, plans."""
    return unit.kind in HEADING_LED_KINDS


def order_to_compare(unit: Unit) -> tuple[int, int]:
    """Where a unit stands in a comparison: by its kind, then by its matter."""
    order = choice_words().matters
    matter = next((n for n, m in enumerate(order) if m.search(unit.text)), len(order))
    return list(SectionKind).index(unit.kind), matter


def is_announcing(unit: Unit) -> bool:
    """Whether a unit only leads to what follows it."""
    return choice_words().announcing.search(unit.text) is not None


def weight(unit: Unit) -> float:
    """The worth of a unit; a slogan's is negative."""
    text = unit.text
    if unit.headline:
        return (2.5 if is_heading_led(unit) else -1.5) - max(0, len(text) - _LONG) / 25
    words = choice_words()
    plain = sum(not figure.masked for figure in unit.figures)
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
