"""How much two sentences say the same, and what a rewording holds that its sources do not. Pure.

The checks on rewordings are stricter than those on answers: a plan's sentence may be worded
otherwise, but every character of it stands in a sentence that it rests on, or belongs to a list
of words that mean nothing alone.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from bot.checking.wordings import other_wordings
from bot.drafting.vocabulary import plan_words, rewording_words
from knowledge.understanding.sentences import find_all

REPEAT, _COVERED = 0.55, 0.6
_TELLING, _FEWEST = 3, 2
_CLAUSE = re.compile("[，；。：、]|(?<!参)与|和|及")
_LISTED = re.compile(r"(?=([\u4e00-\u9fff]{2})、([\u4e00-\u9fff]{2}))")
_HAN = r"[\u4e00-\u9fff]"
_HAN_RUN = re.compile(rf"{_HAN}+")
_QUOTED = re.compile(r"“([^“”]+)”")
_NAMED = re.compile(r"“[^“”]*”|《[^《》]*》|‘[^‘’]*’|「[^「」]*」")
_ITEM = re.compile(r"(?:^|(?<=[，。；：]))[一二三四五六七八九十]{1,3}是")
_TOKEN = re.compile(r"[A-Za-z0-9×]+(?:[.,:/+·~\-][A-Za-z0-9×]+)*[+%％‰]?")
_PLAIN_SIGN = re.compile(r"[\s，。；：！？、“”‘’（）《》—…·,;:()!?]")
_NUMBER = re.compile(r"[\d×][\d×.,]*[%％‰]?")
_BEFORE, _AFTER = re.compile(rf"{_HAN}{{0,2}}$"), re.compile(rf"{_HAN}{{0,2}}")
_NEW, _PARTICLE, _COMMON = "\0\1\2"
_STRAY = re.compile(rf"{_NEW}+|{_PARTICLE}{{3,}}")


@lru_cache(maxsize=4096)
def character_pairs(text: str) -> frozenset[str]:
    """The pairs of Chinese characters of a text, without those that are common everywhere."""
    words = plan_words()
    runs = _HAN_RUN.findall(words.frames.sub("，", text))
    pairs = {run[i : i + 2] for run in runs for i in range(len(run) - 1)}
    return frozenset(pairs - words.broad)


def containment(part: frozenset[str], whole: frozenset[str]) -> float:
    """The share of one sentence's pairs that another holds, 0 to 1."""
    return len(part & whole) / len(part) if part else 0.0


def is_repeat(text: str, others: Iterable[str], alike: float = REPEAT) -> bool:
    """Whether one of the others holds as much of what a sentence says."""
    own = character_pairs(text)
    return any(containment(own, character_pairs(other)) >= alike for other in others)


def is_like(heading: str, others: Iterable[str]) -> bool:
    """Whether a heading and one of the others hold most of one another, either way."""
    own = character_pairs(heading)
    pairs = [character_pairs(other) for other in others]
    return any(max(containment(own, p), containment(p, own)) >= REPEAT for p in pairs)


def is_taken_up(clause: str, others: Iterable[str]) -> bool:
    """Whether a clause that is long enough to compare repeats one of the others."""
    return len(character_pairs(clause)) >= _TELLING and is_repeat(clause, others)


def is_covered_by(source: str, wording: str) -> bool:
    """Whether a wording holds most of what each clause of a sentence says, and all it lists."""
    held = character_pairs(wording)
    clauses = map(character_pairs, _CLAUSE.split(source))
    listed = (word for match in _LISTED.finditer(source) for word in match.groups())
    return all(word in wording for word in listed) and all(
        containment(own, held) >= _COVERED for own in clauses if len(own) >= _FEWEST
    )


def has_same_names(text: str, others: Iterable[str]) -> bool:
    """Whether a sentence names things in quotation marks, all of which one other names too."""
    names = _QUOTED.findall(text)
    return bool(names) and any(all(name in other for name in names) for other in others)


def without_item(text: str) -> str:
    """A sentence without the 一是 that opens it."""
    return _ITEM.sub("", text, count=1) if _ITEM.match(text) else text


@lru_cache(maxsize=4096)
def strays(text: str, sources: tuple[str, ...]) -> tuple[str, ...]:
    """What in a sentence none of its sources holds and is no plain word, each piece once.

    Pieces are runs of new characters, runs of three particles or more, and names.
    """
    plain = _ITEM.sub(lambda m: "，" * len(m[0]), text)
    marks = _mark_coverage(plain, sources)
    runs = sorted(_STRAY.finditer(marks), key=lambda m: m[0][0])
    pieces = [text[slice(*m.span())] for m in runs]
    return tuple(dict.fromkeys([*pieces, *_new_names(plain, sources)]))


def _mark_coverage(text: str, sources: Sequence[str]) -> str:
    """A mark for each character: new, a particle of the sentence's own, or common."""
    words = rewording_words()
    marks = [_NEW] * len(text)
    pairs = {source[i : i + 2] for source in sources for i in range(len(source) - 1)}
    tokens = {m[0] for source in sources for m in _TOKEN.finditer(source)}
    for i, character in enumerate(text):
        if _PLAIN_SIGN.match(character):
            marks[i] = _COMMON
        elif character in words.particles:
            marks[i] = _PARTICLE
    for i in range(len(text) - 1):
        if text[i : i + 2] in pairs:
            marks[i : i + 2] = _COMMON * 2
    for word in filter(text.__contains__, words.plain):
        for span in find_all(word, text):
            marks[slice(*span)] = _COMMON * len(word)
    for span in (span for source in sources for span in other_wordings(text, source)):
        marks[slice(*span)] = _COMMON * (span.end - span.start)
    for match in _TOKEN.finditer(text):
        mark = _COMMON if match[0] in tokens else _NEW
        marks[slice(*match.span())] = mark * len(match[0])
    return "".join(marks)


def _new_names(text: str, sources: Sequence[str]) -> Iterator[str]:
    """Names in quotation marks, and words with the form of a place or a body, of no source."""
    words, foreign = rewording_words(), plan_words().foreign
    for named in _NAMED.finditer(text):
        if not any(named[0] in source for source in sources):
            yield named[0]
    veiled = text
    for word in foreign.ordinary:
        veiled = veiled.replace(word, "，" * len(word))
    for tail in foreign.tails.finditer(veiled):
        before = veiled[: tail.start()]
        led = not before or bool(_PLAIN_SIGN.match(before[-1])) or before[-1] in words.particles
        form = text[max(0, tail.start() - 2) : tail.end()]
        if not (led or before.endswith(words.plain) or any(form in s for s in sources)):
            yield form


def figure_faults(text: str, sources: Sequence[str]) -> list[str]:
    """Figures and blanks that do not stand as often, and between the same words, as in sources."""
    own = Counter(m[0] for source in sources for m in _NUMBER.finditer(source))
    here = Counter(m[0] for m in _NUMBER.finditer(_ITEM.sub("", text)))
    around = Counter(form for source in sources for form in _figures_with_words(source))
    missing = [form for form, count in around.items() if text.count(form) < count]
    return [*((here - own) | (own - here)), *missing]


def _figures_with_words(source: str) -> Iterator[str]:
    """Each figure or blank with two characters on either side: 抽检500批次."""
    for number in _NUMBER.finditer(source):
        before = _BEFORE.search(source, 0, number.start())
        after = _AFTER.match(source, number.end())
        yield (before[0] if before else "") + number[0] + (after[0] if after else "")
