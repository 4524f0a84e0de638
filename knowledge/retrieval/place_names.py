"""Names of places among the words around them: 党建这块区局 names none, 三河县局 names one.

The dictionary alone tells words and names here; what it guesses of unknown ones is left out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from knowledge.lexicon import tag_words

_LONGEST_RUN = 24
_TEXTS_CACHED = 512
_SUFFIXES = "省市县区州旗盟"
_KINDS = ("省", "市", "县", "州", "自治区", "特别行政区")
_CITIES = "省市州盟"
_SETTLEMENTS = "村镇乡"
_NAMES = frozenset({"ns", "nr", "nt"})
# Pronouns, particles, numbers, times, verbs and the like: 这块, 的, 一段, 去年, 参考.
_NO_NAMES = frozenset("rpudcmqyeoftkhbivx")

Ordinary = Callable[[str], bool]
"""Whether a word is an everyday one, or one of the reports' own."""


@dataclass(frozen=True, slots=True)
class WordOfText:
    """A word of a text with its part of speech."""

    text: str
    tag: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.start + len(self.text)


def start_of_place(text: str, end: int, is_ordinary: Ordinary) -> int:
    """Where the place begins whose last character (县) stands before ``end``.

    That is the last character itself where nothing before it is a name: words before it are a
    place if the dictionary has them as a name, or if they are no ordinary words.
    """
    run_start = _start_of_run(text, end)
    level = end - 1 - run_start
    start, loose = level, ""  # loose characters may be a name that the dictionary has not
    for word in reversed(words_of(text[run_start:end] + "局")):
        if word.start >= level:
            continue
        if start < level and not loose:
            break
        name = word.text[: level - word.start]
        if len(name) == 1:
            if word.tag[0] in _NO_NAMES - {"v"} or is_ordinary(name):
                break
            if is_ordinary(name + loose) and not _names_a_settlement(name + loose, is_ordinary):
                break
            loose = name + loose
        elif loose or not (_ends_a_name(word, level) or _is_name(name, word.tag, is_ordinary)):
            break
        start = word.start
    if loose and len(set(loose)) == 1:  # 瞅瞅区局, 率区局
        start = level
    start += run_start
    if run_start < start < end - 1 and text[start - 1] in _CITIES:  # 江岚市梧桐区
        city = start_of_place(text, start, is_ordinary)
        return city if city < start - 1 else start
    return start


def find_places(text: str) -> Iterator[tuple[int, int]]:
    """Where places stand that the dictionary knows with their 县 or 市."""
    for word in words_of(text):
        if word.tag == "ns" and word.text[-1] in _SUFFIXES and len(word.text) > 2:
            yield word.start, word.end


def find_short_places(text: str) -> Iterator[tuple[int, int, str]]:
    """Where places stand without their 省 or 市, and each with it: 江苏 and 江苏省.

    The dictionary's short names of places are full of other words (满意度); a place is one that it
    knows with what it is, too.
    """
    for word in words_of(text):
        short = word.tag == "ns" and len(word.text) > 1 and word.text[-1] not in _SUFFIXES
        if short and (whole := whole_name(word.text)):
            yield word.start, word.end, whole


@lru_cache(_TEXTS_CACHED)
def whole_name(place: str) -> str:
    """A place with what it is, as the dictionary knows it; empty where it does not."""
    whole = (place + kind for kind in _KINDS)
    return next((name for name in whole if [w.tag for w in words_of(name)] == ["ns"]), "")


def is_city_or_province(place: str) -> bool:
    """Whether the dictionary knows a place as a city or a province, as it does 甘肃 and 绵阳."""
    return whole_name(place)[-1:] in (*_CITIES, "区")


def find_words(text: str, wanted: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Where some words stand as words: 区里 stands in 年报率区里, not in 小区里."""
    for word in words_of(text):
        if word.text in wanted:
            yield word.start, word.end


def _names_a_settlement(name: str, is_ordinary: Ordinary) -> bool:
    """Whether the reports have it as the name of a village or a town: 柳湾 of 柳湾村."""
    return any(is_ordinary(name + kind) for kind in _SETTLEMENTS)


def _ends_a_name(word: WordOfText, level: int) -> bool:
    """Whether a word of the dictionary is a name with its 县: 三河县."""
    return word.end == level + 1 and word.tag in _NAMES


def _is_name(word: str, tag: str, is_ordinary: Ordinary) -> bool:
    if tag == "ns" and (whole_name(word) or _names_a_settlement(word, is_ordinary)):
        return True
    repeats = len(set(word)) < len(word)  # 比一比, 看看
    return not (repeats or tag[0] in _NO_NAMES or is_ordinary(word))


def _start_of_run(text: str, end: int) -> int:
    start = end
    while start > max(0, end - _LONGEST_RUN) and "\u4e00" <= text[start - 1] <= "\u9fff":
        start -= 1
    return start


@lru_cache(_TEXTS_CACHED)
def words_of(text: str) -> tuple[WordOfText, ...]:
    """The words of a text as the dictionary has them, in order."""
    words: list[WordOfText] = []
    at = 0
    for word, tag in tag_words(text, guess=False):
        words.append(WordOfText(word, tag, at))
        at += len(word)
    return tuple(words)
