"""Units that say the same with the same figures."""

from collections import Counter
from collections.abc import Iterator, Sequence
from zlib import crc32

from bot.summarising.units import Unit

_SHINGLE = 3
_KEYS, _NEAREST = 6, 8
_ALIKE = 0.7
_LEAST = 8


def group_repeats(units: Sequence[Unit]) -> list[tuple[Unit, ...]]:
    """Units in groups that say the same with the same figures; a group's first is shown.

    Groups stand in the order of the units shown. What was done and what is planned stay apart.
    Linear in the number of units, as only those that share a rare shingle are compared.
    """
    groups: list[list[Unit]] = []
    shingles: list[frozenset[str]] = []
    by_key: dict[tuple[str, int], list[int]] = {}
    for unit in units:
        own = _shingles(unit.text)
        keys = [(unit.report.id, key) for key in sorted(crc32(s.encode()) for s in own)[:_KEYS]]
        same = None
        if len(unit.text) >= _LEAST and not unit.headline:
            near = sorted({n for key in keys for n in by_key.get(key, ())[-_NEAREST:]})
            same = next((n for n in near if _is_same(unit, own, groups[n][0], shingles[n])), None)
        if same is not None:
            groups[same].append(unit)
            continue
        for key in keys:
            by_key.setdefault(key, []).append(len(groups))
        groups.append([unit])
        shingles.append(own)
    return sorted((tuple(_fullest_first(group)) for group in groups), key=lambda g: g[0].span)


def _fullest_first(group: Sequence[Unit]) -> Iterator[Unit]:
    shown = max(group, key=lambda u: (len(u.figures), len(u.text)))
    yield shown
    yield from (u for u in group if u is not shown)


def _is_same(unit: Unit, own: frozenset[str], other: Unit, others: frozenset[str]) -> bool:
    """Whether two units say the same: the figures of one are all in the other, masks counted."""
    if not own or not others or other.headline or unit.kind is not other.kind:
        return False
    fewer, more = sorted((unit.figures, other.figures), key=len)
    agree = Counter(f.text for f in fewer) <= Counter(f.text for f in more)
    return agree and len(own & others) / min(len(own), len(others)) >= _ALIKE


def _shingles(text: str) -> frozenset[str]:
    words = "".join(c for c in text if c.isalnum() or c == "*")
    return frozenset(words[i : i + _SHINGLE] for i in range(len(words) - _SHINGLE + 1))
