"""Typing slips in a question: 食品抽俭合格绿 for 食品抽检合格率, by sound and by shape.

A character is mended only where what was typed stands nowhere in the store, one term that the
store holds differs from it by that character, and the two sound or look alike.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache, partial
from importlib.util import find_spec
from operator import ne
from pathlib import Path
from unicodedata import normalize

from knowledge.retrieval.place_names import WordOfText, words_of
from knowledge.retrieval.vocabulary import domain_terms, question_words
from knowledge.understanding.sentences import find_all
from knowledge.vocabulary import DATA, Vocabulary, Words, load_vocabulary

_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
_ANY = "\0"
_CHARACTERS_CACHED = 4096
_TONES = "\u0300\u0301\u0304\u030c"
_LONGEST = 8
_SHORTEST = 2
_STEM = 2
_OFFICE = "局"
_LONGEST_TEXT = 200  # a longer one is no question typed in haste
_PARTICLES = frozenset("rudcyeot")  # 这, 了, 和: 消费这方面 has no slip
_SMALL_WORDS = frozenset("pqm")  # 由, 个
_REGIONAL = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("h", "f"))

Present = Callable[[Sequence[str]], Collection[str]]
"""Those of some pairs of characters that stand in the store's texts."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A word that was typed in place of another: ``text[start:start + len(typed)]``."""

    start: int
    typed: str
    meant: str


class _SlipWords(Vocabulary):
    """``alike`` are characters that look alike, a group a word.

    ``suffixes`` end words that no list of terms has (评定率), each with what is typed for it.
    """

    alike: Words
    suffixes: Mapping[str, str]

    @cached_property
    def looking_like(self) -> dict[str, str]:
        """Each character with those that look like it, or are typed for it at the end of a word."""
        alike: dict[str, str] = {}
        for group in (
            *self.alike,
            *(f"{suffix}{typed}" for suffix, typed in self.suffixes.items()),
        ):
            for character in group:
                alike[character] = alike.get(character, "") + group
        return alike


@dataclass(frozen=True, slots=True)
class _Candidate:
    place: int
    start: int
    term: str

    def pairs(self, text: str) -> list[str]:
        """What was typed there, by pairs of characters that hold the one in question."""
        first, last = max(self.start, self.place - 1), self.start + len(self.term) - 1
        return [text[at : at + 2] for at in range(first, min(self.place + 1, last))]

    @property
    def character(self) -> str:
        return self.term[self.place - self.start]


def find_slips(text: str, present: Present, occurs: Callable[[str], object]) -> tuple[Slip, ...]:
    """The slips of a question, in order; what touches is one slip."""
    if len(text) > _LONGEST_TEXT:
        return ()
    candidates = _find_candidates(text)
    pairs = sorted({pair for candidate in candidates for pair in candidate.pairs(text)})
    absent = set(pairs) - set(present(pairs)) if pairs else ()
    unheard = [c for c in candidates if not absent.isdisjoint(c.pairs(text))] if absent else []
    by_place: dict[int, list[_Candidate]] = {}
    for candidate in unheard:
        is_short = len(candidate.term) <= _SHORTEST
        if may_be_confused(text[candidate.place], candidate.character, strictly=is_short):
            by_place.setdefault(candidate.place, []).append(candidate)
    meant = (_best(mine, occurs) for _, mine in sorted(by_place.items()))
    return tuple(_joined(text, [candidate for candidate in meant if candidate]))


def find_place_slips(text: str, places: Collection[str]) -> tuple[Slip, ...]:
    """The places that are typed as one of those known alone sounds: 云西县 for 云溪县."""
    meant: dict[tuple[int, str], set[str]] = {}
    for place in (p for p in places if len(p) > _STEM):
        for _, end in find_all(place[-1], text):  # few characters end the names of places
            start = end - len(place)
            typed = text[max(start, 0) : end]
            differing = list(map(ne, place, typed))
            if start >= 0 and sum(differing) == 1 and typed not in places:
                at = differing.index(True)
                if reading(place[at]) == reading(typed[at]):
                    meant.setdefault((start, typed), set()).add(place)
    return tuple(
        Slip(start, typed, *names) for (start, typed), names in meant.items() if len(names) == 1
    )


def mend(text: str, slips: Sequence[Slip]) -> str:
    """The text as it was meant; it is as long as before."""
    for slip in slips:
        text = text[: slip.start] + slip.meant + text[slip.start + len(slip.typed) :]
    return text


def _find_candidates(text: str) -> list[_Candidate]:
    """What may have been meant, each differing by one character from what was typed."""
    near = list(_find_near_terms(text))
    inside = _insides_of_terms(text) if near else frozenset()
    kept = [c for c in near if inside.isdisjoint((c.start, c.start + len(c.term)))]
    return [*kept, *_find_suffixes(text)]


def _find_near_terms(text: str) -> Iterator[_Candidate]:
    """The terms that differ by one character from some whole words."""
    words = words_of(text)
    for first, last in _windows(words):
        start, typed = words[first].start, text[words[first].start : words[last].end]
        for place, term in _terms_near(typed):
            word = next(w for w in words[first : last + 1] if start + place < w.end)
            if len(word.text) > 1 and len(typed) < len(word.text) + 2:
                continue  # 投宿 is a word of its own, in 投宿举报 it is none
            if not _is_of_frame(word.text):
                yield _Candidate(start + place, start, term)


def _find_suffixes(text: str) -> Iterator[_Candidate]:
    """Words that end in what is typed for a suffix: 评定绿 for 评定率."""
    for suffix, typed in _slip_words().suffixes.items():
        for match in re.finditer(f"(?<=[\u4e00-\u9fff]{{{_STEM}}})[{typed}]", text):
            start = match.start() - _STEM
            yield _Candidate(match.start(), start, text[start : match.start()] + suffix)


def _insides_of_terms(text: str) -> frozenset[int]:
    """The places inside terms that were typed rightly: 检少 of 快检少 is no slip of 减少."""
    known = _all_terms()
    return frozenset(
        place
        for start in range(len(text))
        for end in range(start + _SHORTEST, min(start + _LONGEST, len(text)) + 1)
        if text[start:end] in known
        for place in range(start + 1, end)
    )


def _terms_near(typed: str) -> Iterator[tuple[int, str]]:
    """The terms that differ by one character from what was typed, each with where; none if equal.

    One half of such a term stands there as it is.
    """
    if typed in _all_terms():
        return
    terms = _terms_by_half()
    for half in _halves(typed):
        for term in terms[half].split() if half in terms else ():
            differing = list(map(ne, term, typed))
            if sum(differing) == 1:
                yield differing.index(True), term


def _windows(words: Sequence[WordOfText]) -> Iterator[tuple[int, int]]:
    """The first and last of words in a row that may be a term; a short one has no 了 or 这."""
    for first, opening in enumerate(words):
        if opening.text == _OFFICE:  # 哪个局报的 has no slip of 举报
            continue
        shortest = _SHORTEST
        for last in range(first, len(words)):
            length = words[last].end - opening.start
            shortest = max(shortest, _shortest_with(words[last].tag[0]))
            if length > _LONGEST:
                break
            if length >= shortest:
                yield first, last


def _shortest_with(tag: str) -> int:
    """How long a term has to be that is typed with such a word in it."""
    return _SHORTEST + (2 if tag in _PARTICLES else 1 if tag in _SMALL_WORDS else 0)


def _is_of_frame(word: str) -> bool:
    """Whether a word only frames a question: 看, 多少."""
    words = question_words()
    return word in words.lead_ins or bool(words.empty.fullmatch(word))


def _best(candidates: Sequence[_Candidate], occurs: Callable[[str], object]) -> _Candidate | None:
    """The longest term that was meant; None where two of a length differ."""
    longest = 0
    meant: dict[str, _Candidate] = {}
    for candidate in sorted(candidates, key=lambda c: -len(c.term)):
        if len(candidate.term) < longest:
            break
        if occurs(candidate.term):
            longest = len(candidate.term)
            meant[candidate.character] = candidate
    return next(iter(meant.values())) if len(meant) == 1 else None


def may_be_confused(typed: str, meant: str, *, strictly: bool = False) -> bool:
    """Whether two characters look or sound alike; strictly, they do to every speaker."""
    words = _slip_words()
    if meant in words.looking_like.get(typed, ""):
        return True
    mine, other = reading(typed), reading(meant)
    return mine == other or (not strictly and _regional(mine) == _regional(other))


def _joined(text: str, candidates: Sequence[_Candidate]) -> Iterator[Slip]:
    mended = list(text)
    for candidate in candidates:
        mended[candidate.place] = candidate.character
    spans: list[list[int]] = []
    for start, end in sorted((c.start, c.start + len(c.term)) for c in candidates):
        if spans and start <= spans[-1][1]:
            spans[-1][1] = max(end, spans[-1][1])
        else:
            spans.append([start, end])
    for start, end in spans:
        yield Slip(start, text[start:end], "".join(mended[start:end]))


@lru_cache(_CHARACTERS_CACHED)
def reading(character: str) -> str:
    """The commonest reading of a character without its tone; itself where none is known."""
    first = _readings().get(str(ord(character)), character).partition(",")[0]
    return "".join(c for c in normalize("NFD", first) if c not in _TONES)


@cache
def _readings() -> dict[str, str]:
    """The readings of characters by their code points, as pypinyin has them in its file.

    To import it takes a quarter of a second and 60 MB, nearly all for phrases.
    """
    package = find_spec("pypinyin")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError(name="pypinyin")
    path = Path(package.submodule_search_locations[0], "pinyin_dict.json")
    readings: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return readings


def _regional(reading: str) -> str:
    """A reading as it sounds where zh is z, and n is l."""
    for sound, plain in _REGIONAL:
        reading = reading.replace(sound, plain)
    return reading


_slip_words = cache(partial(load_vocabulary, _SlipWords, path=DATA / "slips.toml"))


@cache
def _all_terms() -> frozenset[str]:
    return frozenset(domain_terms().split("\n"))


@cache
def _terms_by_half() -> dict[str, str]:
    """The terms by each of their halves, those of one half apart by blanks."""
    terms: dict[str, str] = {}  # of lists, the collector of garbage would look at each of them
    for term in _all_terms():
        if len(term) <= _LONGEST and _RUN.fullmatch(term):
            for half in _halves(term):
                terms[half] = f"{terms.get(half, '')} {term}"
    return terms


def _halves(term: str) -> tuple[str, str]:
    """A term without its second half, and without its first, each as long as it was."""
    half = len(term) // 2
    return term[:half] + _ANY * (len(term) - half), _ANY * half + term[half:]
