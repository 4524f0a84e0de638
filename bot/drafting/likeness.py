"""How much two sentences say the same, by their pairs of characters. Pure."""

import re
from collections.abc import Iterable

from bot.drafting.vocabulary import plan_words

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_NAMED = re.compile(r"“([^“”]+)”")
_REPEAT = 0.55
_TELLING = 3


def pairs_of(text: str) -> frozenset[str]:
    """The telling pairs of characters of a text; those that stand everywhere left out."""
    words = plan_words()
    runs = _HAN.findall(words.frames.sub("，", text))
    found = {run[i : i + 2] for run in runs for i in range(len(run) - 1)}
    return frozenset(found - words.broad)


def held(part: frozenset[str], whole: frozenset[str]) -> float:
    """The share of one sentence's pairs that another holds, 0 to 1."""
    return len(part & whole) / len(part) if part else 0.0


def repeats(text: str, others: Iterable[str]) -> bool:
    """Whether a sentence says little that one of the others does not say."""
    own = pairs_of(text)
    return any(held(own, pairs_of(other)) >= _REPEAT for other in others)


def is_like(heading: str, others: Iterable[str]) -> bool:
    """Whether a heading and one of the others hold most of one another, either way."""
    own = pairs_of(heading)
    pairs = [pairs_of(other) for other in others]
    return any(max(held(own, p), held(p, own)) >= _REPEAT for p in pairs)


def takes_up(clause: str, others: Iterable[str]) -> bool:
    """Whether a clause, long enough to tell, says what one of the others says."""
    return len(pairs_of(clause)) >= _TELLING and repeats(clause, others)


def names_the_same(text: str, others: Iterable[str]) -> bool:
    """Whether a sentence names things in quotation marks, all of which one other names too."""
    names = _NAMED.findall(text)
    return bool(names) and any(all(name in other for name in names) for other in others)
