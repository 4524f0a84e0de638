"""The words of a question as things to be found in a text, each with its weight."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import rjieba

from knowledge.lexicon import normalised
from knowledge.synonyms import Synonyms

_PARTIAL = 0.7
_SYNONYM = 0.9

Frequencies = Callable[[Sequence[str]], Mapping[str, int]]
"""How many passages hold each of some character pairs or words."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One word of a question, what reports call it, and how telling it is."""

    word: str
    alternatives: tuple[str, ...]
    weight: float

    def in_text(self, text: str) -> float:
        """How surely a normalised text speaks of it, 0 to 1."""
        if self.word in text:
            return 1.0
        if any(other in text for other in self.alternatives):
            return _SYNONYM
        pairs = _pairs(self.word)
        if len(pairs) < 2:
            return 0.0
        share = sum(p in text for p in pairs) / len(pairs)
        return _PARTIAL * share if share >= 0.5 else 0.0


def concepts_of(
    words: str, synonyms: Synonyms, frequencies: Frequencies, total: int, scale: float = 1.0
) -> tuple[Concept, ...]:
    """The concepts of a question's words of substance; a word in no passage weighs most."""
    found = list(dict.fromkeys(_words(normalised(words), synonyms)))
    alternatives = {w: tuple(map(normalised, synonyms.of(w))) for w in found}
    forms = {f for w in found for f in (w, *alternatives[w])}
    held = frequencies(sorted({p for f in forms for p in _pairs(f) or [f]}))
    return tuple(
        Concept(
            word,
            alternatives[word],
            scale * _weight([_frequency(f, held) for f in (word, *alternatives[word])], word, total),
        )
        for word in found
    )


def coverage(concepts: Iterable[Concept], texts: Sequence[tuple[str, float]]) -> float:
    """The share of the concepts' weight that the texts hold, each text at its factor.

    A concept counts where it counts most; the result is 0 to 1, and 0 without concepts.
    """
    whole = got = 0.0
    for concept in concepts:
        whole += concept.weight
        got += concept.weight * max(
            (factor * concept.in_text(text) for text, factor in texts), default=0.0
        )
    return got / whole if whole else 0.0


def _words(text: str, synonyms: Synonyms) -> Iterable[str]:
    """Known terms first, the longest where they overlap; the rest cut into words."""
    terms = synonyms.found_in(text)
    position = 0
    for term in terms:
        at = text.find(term, position)
        if at < 0:
            continue
        yield from _cut(text[position:at])
        yield term
        position = at + len(term)
    yield from _cut(text[position:])


def _cut(text: str) -> Iterable[str]:
    words = [w for w in rjieba.cut(text) if w.strip() and w.strip("，,、。？?！!:：；;-—")]
    joined: list[str] = []
    for word in words:
        if joined and len(word) == 1 and len(joined[-1]) > 1 and _is_chinese(word):
            joined[-1] += word  # 奶茶 店, 检验 率: the last character belongs to the word before
        else:
            joined.append(word)
    return joined


def _is_chinese(word: str) -> bool:
    return "\u3400" <= word[0] <= "\u9fff"


def _pairs(word: str) -> list[str]:
    if not _is_chinese(word[0]):
        return [word]
    return [word[i : i + 2] for i in range(len(word) - 1)]


def _frequency(form: str, held: Mapping[str, int]) -> int:
    """At most how many passages hold the form: its rarest pair's number."""
    return min((held.get(p, 0) for p in _pairs(form) or [form]), default=0)


def _weight(counts: Sequence[int], word: str, total: int) -> float:
    telling = math.log(1 + (total + 1) / (max(counts) + 0.5))
    return telling * (0.4 if len(word) == 1 and _is_chinese(word) else 1.0)
