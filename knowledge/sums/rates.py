"""A rate against the counts beside it: 抽检1,763批次，合格1,724批次，合格率97.8%."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from knowledge.sums.doubt import Doubt, DoubtKind, doubt
from knowledge.sums.parts import plain
from knowledge.sums.stretches import Amount, Stretch
from knowledge.sums.words import RateWords, holds, sum_words

_PERCENT = "%"
_TO_RATE = ("", "为", "达", "达到", "是")


def rate_doubts(stretch: Stretch) -> Iterator[Doubt]:
    """The rates of a sentence that its own counts contradict.

    A rate stands right after its counts, without another rate between. Rounded up, down or to
    the nearest in its last place is all the same: offices do each.
    """
    words = sum_words()
    begun = 0
    for rate in (a for a in stretch.amounts if a.unit == _PERCENT):
        counts = [a for a in stretch.amounts if begun <= a.figure.start < rate.figure.start]
        begun = rate.figure.end
        clause = stretch.clause(rate)
        named = next((r for r in words.rates if _is_named(clause, r)), None)
        start = counts[0].figure.start if counts else rate.figure.start
        said = stretch.text[min(start, stretch.start) : rate.figure.end]
        if named is None or len(counts) < 2 or holds(said, words.rates_elsewhere):
            continue
        yield from _against(stretch, rate, counts, named)


def _is_named(clause: str, rate: RateWords) -> bool:
    return any(clause == name + to for name in rate.names for to in _TO_RATE)


def _against(
    stretch: Stretch, rate: Amount, counts: list[Amount], named: RateWords
) -> Iterator[Doubt]:
    parts = [c for c in counts if _labelled(stretch, c, named.part)]
    rests = [c for c in counts if _labelled(stretch, c, named.rest)]
    told = [c for c in counts if c in parts or c in rests]
    units = {c.unit for c in told}
    bases = [
        c for c in counts
        if c not in told and c.figure.end <= told[0].figure.start and {c.unit} == units
    ] if told else []  # fmt: skip
    if not bases or len(parts) > 1 or len(rests) > 1 or any(c.step for c in (*told, *bases)):
        return
    if not holds(_said_of(stretch, bases), named.base) or not _are_all(stretch, counts, bases):
        return
    found = [_share(base, parts, rests) for base in bases if base.value]
    step = rate.step or Decimal(1)
    if not found or any(abs(share - rate.value) < step for share in found):
        return
    yield doubt(
        DoubtKind.RATE,
        "rate",
        [bases[-1].figure, *(c.figure for c in told), rate.figure],
        parts="、".join(c.figure.text for c in told),
        total=bases[-1].figure.text,
        found=plain(round(found[-1], 2)) + _PERCENT,
        rate=rate.figure.text,
    )


def _share(base: Amount, parts: list[Amount], rests: list[Amount]) -> Decimal:
    done = parts[0].value if parts else base.value - rests[0].value
    return done * 100 / base.value


def _labelled(stretch: Stretch, count: Amount, words: tuple[str, ...]) -> bool:
    label = stretch.label(count).removeprefix("其中").removeprefix("有").removeprefix("经检验")
    return label in words


def _said_of(stretch: Stretch, bases: list[Amount]) -> str:
    return "".join(stretch.clause(base) for base in bases)


def _are_all(stretch: Stretch, counts: list[Amount], bases: list[Amount]) -> bool:
    """Whether the counts run on in one line of thought, one base after another.

    食品800批次、药品200批次，不合格10批次: the base is a sum, which none of them is.
    """
    listed = any("、" in stretch.between(a, b) for a, b in pairwise(bases))
    between = stretch.text[bases[-1].figure.end : counts[-1].figure.start]
    return not listed and "其中" not in between.removeprefix("，其中").removeprefix(",其中")
