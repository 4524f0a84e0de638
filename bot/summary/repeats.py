"""Near-repeats of one report: what is said twice is shown once and cited wherever it stands."""

from collections.abc import Iterator, Sequence
from zlib import crc32

from bot.summary.units import Unit

_SHINGLE = 3
_KEYS = 6
_ALIKE = 0.7
_LEAST = 8


def grouped_repeats(units: Sequence[Unit]) -> list[tuple[Unit, ...]]:
    """Units in groups that say the same with the same figures; a group's first is shown.

    Groups stand in the order of the units shown. What was done and what is planned stay apart.
    Linear in the number of units, as only those that share a rare shingle are compared.
    """
    groups: list[list[Unit]] = []
    shingles: list[frozenset[str]] = []
    by_key: dict[tuple[str, int], list[int]] = {}
    for unit in units:
        own = _shingles(unit.text)
        keys = [(unit.report.id, key) for key in _keys(own)]
        same = None
        if len(unit.text) >= _LEAST and not unit.headline:
            near = {n for key in keys for n in by_key.get(key, ())[-8:]}
            same = next(
                (n for n in sorted(near) if _same(unit, own, groups[n][0], shingles[n])), None
            )
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


def _same(unit: Unit, own: frozenset[str], other: Unit, others: frozenset[str]) -> bool:
    if not own or not others or other.headline or unit.kind is not other.kind:
        return False
    shared = len(own & others) / min(len(own), len(others))
    return shared >= _ALIKE and _amounts_agree(unit, other)


def _amounts_agree(a: Unit, b: Unit) -> bool:
    """Whether one unit's figures are all in the other; masked ones by their count."""
    first, second = sorted((_amounts(a), _amounts(b)), key=len)
    return first <= second


def _amounts(unit: Unit) -> set[tuple[str, int]]:
    counts: dict[str, int] = {}
    found = set()
    for figure in unit.figures:
        counts[figure.text] = counts.get(figure.text, 0) + 1
        found.add((figure.text, counts[figure.text]))
    return found


def _shingles(text: str) -> frozenset[str]:
    words = "".join(c for c in text if c.isalnum() or c == "*")
    return frozenset(words[i : i + _SHINGLE] for i in range(len(words) - _SHINGLE + 1))


def _keys(shingles: frozenset[str]) -> list[int]:
    return sorted(crc32(s.encode()) for s in shingles)[:_KEYS]
