"""A change against the two values that it lies between: 由200家增加到250家，增长25%."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from knowledge.sums.doubt import Doubt, DoubtKind, doubt
from knowledge.sums.parts import plain
from knowledge.sums.stretches import Amount, Stretch
from knowledge.sums.words import holds, sum_words

_PERCENT = "%"


def growth_doubts(stretch: Stretch) -> Iterator[Doubt]:
    """The changes of a sentence that the two values before them contradict."""
    amounts = stretch.amounts
    for first, second, change in zip(amounts, amounts[1:], amounts[2:], strict=False):
        if first.unit != second.unit or not first.unit or first.unit == _PERCENT:
            continue
        if change.unit != _PERCENT or not first.value:
            continue
        rises = _led(stretch, first, second, change)
        if rises is None:
            old, new, rises = second, first, _beside(stretch, first, second, change)
        else:
            old, new = first, second
        if rises is None or not old.value:
            continue
        yield from _judged(old, new, change, rises=rises)


def _judged(old: Amount, new: Amount, change: Amount, *, rises: bool) -> Iterator[Doubt]:
    by = (new.value - old.value) * 100 / old.value
    stated = change.value if rises else -change.value
    # how far the two values may lie from what is written, carried over to the change
    blur = (new.step + old.step * new.value / old.value) * 100 / old.value
    if abs(by - stated) < (change.step or Decimal(1)) + blur:
        return
    yield doubt(
        DoubtKind.GROWTH,
        "growth",
        [old.figure, new.figure, change.figure],
        first=old.figure.text,
        second=new.figure.text,
        found=plain(round(by, 2)) + _PERCENT,
        rate=stretch_of(change, rises=rises),
    )


def stretch_of(change: Amount, *, rises: bool) -> str:
    """A change with its direction as a sign."""
    return change.figure.text if rises else f"-{change.figure.text}"


def _led(stretch: Stretch, first: Amount, second: Amount, change: Amount) -> bool | None:
    """由A增加到B，增长C: whether it rises, None where this is not what is said."""
    words = sum_words().growth
    clause = stretch.clause(first)
    if not clause.endswith(words.from_):
        return None
    if not _moved().fullmatch(stretch.between(first, second)):
        return None
    return _stated(stretch, second, change)


def _beside(stretch: Stretch, first: Amount, second: Amount, change: Amount) -> bool | None:
    """立案250件（上年同期200件），同比增长25%: the former value in brackets."""
    words = sum_words().growth
    gap = stretch.between(first, second)
    if gap.lstrip("（(").removesuffix("为") not in words.before or gap[0] not in "（(":
        return None
    return _stated(stretch, second, change)


def _stated(stretch: Stretch, last: Amount, change: Amount) -> bool | None:
    """Whether a rise or a fall is stated right after a value; None for anything else."""
    words = sum_words().growth
    gap = stretch.between(last, change)
    if holds(gap + _tail(stretch, change), words.other_bases):
        return None
    said = gap.strip("）), ，")
    for compared in words.compared:
        said = said.removeprefix(compared)
    said = said.removesuffix("了")
    if said in words.up:
        return True
    return False if said in words.down else None


def _tail(stretch: Stretch, change: Amount) -> str:
    return stretch.text[change.figure.end : min(change.figure.end + 2, stretch.end)]


@cache
def _moved() -> re.Pattern[str]:
    words = sum_words().growth
    ways = "|".join((*words.up, *words.down))
    return re.compile(f"(?:{ways})?(?:{'|'.join(words.to)})")
