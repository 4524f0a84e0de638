"""Amounts as they are written: how coarsely, and which may be one amount mistyped; pure."""

import re
from decimal import Decimal

from knowledge.understanding.figures import Figure
from knowledge.understanding.sums import plain_number

_NUMBER = re.compile(r"\d[\d,，]*(?:\.(?P<decimals>\d+))?")
_FEWEST_DIGITS, _SWAPPED = 2, 2


def is_exact(figure: Figure) -> bool:
    """Whether a figure tells a known amount to the last digit."""
    return figure.value is not None and not (figure.masked or figure.approximate)


def amount(figure: Figure) -> Decimal:
    """What a figure tells; nothing for one that is masked."""
    return figure.value or Decimal(0)


def decimal_step(figure: Figure) -> Decimal:
    """How coarsely a rate is written: 86.5% to a tenth."""
    number = _NUMBER.search(figure.text)
    return Decimal(10) ** -len((number and number["decimals"]) or "")


def coarseness(figure: Figure) -> Decimal:
    """How far an amount may be from what is written: 1.86万 by a hundred, 300余 by a hundred."""
    number = _NUMBER.search(figure.text)
    if number is None or not figure.value:
        return Decimal(0)
    written = Decimal(_plain(number[0]))
    power = (figure.value / written).adjusted() if written else 0
    places = len(number["decimals"] or "")
    step = Decimal(10) ** (power - places) if power or places else Decimal(0)
    if figure.approximate:
        whole = str(int(written))
        step = max(step, Decimal(10) ** (power + len(whole) - len(whole.rstrip("0"))))
    return step


def agree(one: Figure, other: Figure) -> bool:
    """Whether two figures tell one amount, as coarsely as the coarser of them is written."""
    if one.value is None or other.value is None:
        return True
    step, larger = sorted((coarseness(one), coarseness(other)))
    apart = abs(one.value - other.value)
    near = step != larger and apart < min(larger, one.value, other.value)
    return not apart or near


def are_swapped(one: str, two: str) -> bool:
    """Whether two written numbers differ in two digits that changed places, or in the point."""
    a, b = _number_in(one), _number_in(two)
    if a == b or len(a) != len(b) or len(a) < _FEWEST_DIGITS or sorted(a) != sorted(b):
        return False
    differing = _differing(a.replace(".", ""), b.replace(".", ""))
    if not differing:
        return True
    return a.find(".") == b.find(".") and len(differing) == _SWAPPED


def is_one_digit_off(one: str, two: str) -> bool:
    """Whether two written numbers differ in one digit of several."""
    a, b = _number_in(one), _number_in(two)
    same_shape = len(a) == len(b) >= _FEWEST_DIGITS and a.find(".") == b.find(".")
    return same_shape and len(_differing(a, b)) == 1


def is_mistyped(one: Decimal, two: Decimal) -> bool:
    """Whether an amount is another one with a digit wrong, or with two swapped."""
    a, b = plain_number(one), plain_number(two)
    return are_swapped(a, b) or is_one_digit_off(a, b)


def digits_of(text: str) -> str:
    """The digits of a written number in order of size, the same for all that swap some."""
    return "".join(sorted(_number_in(text).replace(".", "")))


def _number_in(text: str) -> str:
    found = _NUMBER.search(text)
    return _plain(found[0]) if found else ""


def _plain(number: str) -> str:
    return number.replace(",", "").replace("，", "")


def _differing(a: str, b: str) -> list[int]:
    return [n for n, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
