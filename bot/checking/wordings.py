"""Which characters of a text tell something, and which of them another text bears out.

Both are plain texts, in which ``|`` parts what does not belong together. Characters are compared
with their neighbours, not word by word: where words are cut is then no matter.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from bot.checking.vocabulary import entailment_words
from knowledge.lexicon import cut_words, tag_words
from knowledge.understanding.mentions import CHINESE, chinese_value, fold_width, unit_words
from knowledge.understanding.phrases import statement_words
from knowledge.understanding.sentences import Span
from knowledge.understanding.topics import topic_names, topics

_BLANKED = re.compile(" {2,}")
_DROPPED = str.maketrans("", "", "“”\"'《》‘’* \u3000\t\n")
_COUNT = rf"(?<![a-z\d.])\d+(?:\.\d+)?[万亿]?[余多]?(?:{unit_words().pattern})"
_UNTOLD = re.compile(r"[\W\d_]")
_FILLERS = "|的了"
_BETWEEN_WORDS = re.compile(rf"[的了]|{_COUNT}")
_LATIN = re.compile("[a-z]+")
_NUMERAL = re.compile(rf"{CHINESE}(?=[\u4e00-\u9fff])")
_OPENINGS = re.compile(r"^|\|")

Places = frozenset[int]
"""Where characters of a text stand."""

WordIndex = Mapping[str, Sequence[str]]
"""Words by their first character."""


def index_words(words: Iterable[str]) -> WordIndex:
    """Index many words, to find in a text those that stand in it without trying each."""
    index: dict[str, list[str]] = {}
    for word in dict.fromkeys(words):
        index.setdefault(word[0], []).append(word)
    return index


def words_in(text: str, index: WordIndex) -> Iterator[tuple[int, str]]:
    """Where words of an index stand in a text, and which."""
    for at, character in enumerate(text):
        for word in index.get(character, ()):
            if text.startswith(word, at):
                yield at, word


@lru_cache(maxsize=8192)
def plain_text(text: str) -> str:
    """A text in one width, without quotation marks, masks and spaces; ``|`` for blanked names."""
    return _BLANKED.sub("|", fold_width(text)).translate(_DROPPED).lower()


_WORD = 2
_NEAR = 2
"""How far two characters may stand apart that only one without a meaning of its own parts."""
_BETWEEN = r"[^|\d]{1,8}"
_SAYING = "vjad"
"""How the parts of speech begin of words that say what is done or how."""
_REACH = 12
"""How far from a verb those stand that it is said of."""


@lru_cache(maxsize=4096)
def telling_places(text: str) -> Places:
    """Where characters of a plain text stand that have to be borne out."""
    words = entailment_words()
    plain = f"{words.silent_characters}{words.soft_characters}"
    silent = {i for i, c in enumerate(text) if _UNTOLD.match(c) or c in plain}
    for pattern in (words.silent, words.negation, *words.turning.values()):
        silent |= _matched(pattern, text)
    start = 0
    for word, part in tag_words(text):
        function = part[0] in words.function_parts and not words.telling.match(word)
        if function and len(word) >= _WORD:
            silent.update(range(start, start + len(word)))
        start += len(word)
    return frozenset(range(len(text))) - silent


def _matched(pattern: re.Pattern[str], text: str) -> set[int]:
    """Where characters stand that a pattern matches."""
    return {i for match in pattern.finditer(text) for i in range(*match.span())}


@lru_cache(maxsize=4096)
def paired_places(text: str, other: str) -> Places:
    """Where characters stand that another text has beside the same neighbour.

    What stands between two of them but says nothing is passed over: 设“一件事”专窗 is in
    设了6个“一件事”专窗, and 挂上绿 in 挂绿.
    """
    bare = without_fillers(other)
    found: set[int] = set()
    for pair, places in _pairs(text):
        if pair in bare or pair in other:
            found.update(places)
    for word in _LATIN.finditer(text):
        if word[0] not in other:
            found -= set(range(*word.span()))
    return frozenset(found)


@lru_cache(maxsize=4096)
def _pairs(text: str) -> tuple[tuple[str, tuple[int, int]], ...]:
    """The neighbours of a text that tell something, and where they stand."""
    near = (pair for pair in pairwise(_telling_in_order(text)) if pair[1] - pair[0] <= _NEAR)
    places = {*pairwise(_solid_places(text)), *near}
    pairs = ((text[i] + text[j], (i, j)) for i, j in places)
    return tuple((pair, places) for pair, places in pairs if not _UNTOLD.search(pair))


def _solid_places(text: str) -> list[int]:
    return [i for i, c in enumerate(text) if c not in _FILLERS]


def _telling_in_order(text: str) -> list[int]:
    """Where the characters that tell something stand, and the bars that part them."""
    told = telling_places(text)
    words = entailment_words()
    return [
        i for i, c in enumerate(text)
        if (i in told and c not in words.complements) or (c not in _FILLERS and _UNTOLD.match(c))
    ]  # fmt: skip


@lru_cache(maxsize=4096)
def without_fillers(text: str) -> str:
    """A text without numbers and particles; bars stay."""
    return _BETWEEN_WORDS.sub("", text)


@lru_cache(maxsize=4096)
def borne_places(text: str, other: str) -> Places:
    """Where characters stand that another text has beside the same neighbour, or in other words."""
    reworded = (range(*span) for span in other_wordings(text, other))
    return paired_places(text, other).union(*reworded)


def replacements(text: str, other: str) -> Iterator[tuple[int, int, int, int]]:
    """Where a text has something between the same neighbours where another has something else."""
    for tag, *places in SequenceMatcher(None, text, other, autojunk=False).get_opcodes():
        if tag == "replace":
            start, end, other_start, other_end = places
            yield start, end, other_start, other_end


def is_told(text: str, other: str) -> bool:
    """Whether a text tells something, and another all of it."""
    told = telling_places(text)
    return bool(told) and told <= borne_places(text, other)


def unborne_runs(text: str, other: str, *, plan: bool = False) -> list[Span]:
    """Where telling characters stand side by side that another text does not bear out.

    ``plan``: words that plans are told with need not be borne out.
    """
    words, borne = entailment_words(), borne_places(text, other)
    left = set(telling_places(text) - borne)
    soft = {i for i, c in enumerate(text) if c in words.soft_characters} - borne
    soft -= _matched(words.silent, text)
    if plan:
        left -= _matched(words.told_as_plan, text)
    left |= {i for i in soft if {i - 1, i + 1} & left}
    runs: list[Span] = []
    for i in sorted(left):
        start = runs.pop().start if runs and runs[-1].end == i else i
        runs.append(Span(start, i + 1))
    return [
        run for run in runs if not (_is_complement(text, run, other) or _varies(text, run, other))
    ]


def _varies(text: str, run: Span, other: str) -> bool:
    """Whether a run is a verb that varies one which the other text has beside the same words.

    74名家长代表受聘参与监督 is said by 聘请74名家长代表参与监督: the text leaves 聘请 out, and the
    two have a character in common.
    """
    left_out = frozenset(range(len(other))) - borne_places(other, text)
    beside = {*text[max(0, run.start - _WORD) : run.start], *text[run.end : run.end + _WORD]} - {
        "|"
    }
    return any(
        _is_variant(text[slice(*run)], verb)
        and not left_out.isdisjoint(range(*place))
        and not beside.isdisjoint(other[max(0, place.start - _REACH) : place.end + _REACH])
        for place, verb in (_verbs(other) if (run, text[slice(*run)]) in _verbs(text) else ())
        if verb
    )


def _is_variant(verb: str, other: str) -> bool:
    """Whether two verbs have a character in common, and none that marks a difference."""
    same, marked = {*verb} & {*other}, entailment_words().marked
    return not same.issubset(marked) and not ({*verb} ^ {*other}).intersection(marked)


@lru_cache(maxsize=4096)
def _verbs(text: str) -> tuple[tuple[Span, str], ...]:
    """Where the words of a text stand, with each that is a verb and no step of the field's."""
    found, start = list[tuple[Span, str]](), 0
    for word, part in tag_words(text):
        plain = part[0] in _SAYING and part != "vn" and not statement_words().stage.fullmatch(word)
        found.append((Span(start, start + len(word)), word if plain else ""))
        start += len(word)
    return tuple(found)


def _is_complement(text: str, run: Span, other: str) -> bool:
    """Whether a run only lengthens or shortens a word of the other text.

    设立 lengthens 设, and 管理 管; 持证 shortens 持检查员证. So does one character of it.
    """
    words, written = entailment_words(), text[slice(*run)]
    soft = written.strip(words.soft_characters)
    if len(soft) == 1 and soft in cut_words(written, guess=False):  # 有人盯 is said by 盯守
        written = soft
    if len(written) == 1:
        return written in words.complements or (written in other and written not in words.marked)
    if len(written) > _WORD:
        return False
    first, second = written[0], written[1]
    lengthened = (second in words.endings and first in other) or (
        first in words.beginnings and second in other
    )
    return lengthened or bool(re.search(f"{first}{_BETWEEN}{second}", other))


def other_wordings(text: str, other: str) -> Iterator[Span]:
    """Where a text has words that another has in other words."""
    for span, forms in _known_wordings(text):
        if any(form in other for form in forms):
            yield span
    for match in _NUMERAL.finditer(text):
        digits = rf"(?<![\d.]){chinese_value(match[0])}{text[match.end()]}"
        if re.search(digits, other):  # 近三年 is said by 近3年
            yield Span(match.start(), match.end() + 1)


@lru_cache(maxsize=4096)
def _known_wordings(text: str) -> tuple[tuple[Span, tuple[str, ...]], ...]:
    """Where words stand in a text that can be said in other words, and in which."""
    found = [
        (Span(at, at + len(word)), tuple(entailment_words().alike[word]))
        for at, word in words_in(text, _alike_words())
    ]
    labels = entailment_words().label
    for opening in _OPENINGS.finditer(text):
        at = opening.end()
        for name in _topic_names().get(text[at : at + 1], ()):
            if text.find(name) == at and labels.match(text, at + len(name)):
                span = Span(at, at + len(name))
                found += [(span, topic.words) for topic in topics() if topic.is_called(name)]
    return tuple(found)


@lru_cache(maxsize=1)
def _topic_names() -> WordIndex:
    return index_words(topic_names())


@lru_cache(maxsize=1)
def _alike_words() -> WordIndex:
    return index_words(entailment_words().alike)
