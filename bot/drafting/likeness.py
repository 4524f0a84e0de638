"""How much two sentences say the same, and what a rewording holds that its sources do not. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bot.drafting.rewriting import has_foreign_form
from bot.drafting.vocabulary import PlanWords, RewordingWords, plan_words, rewording_words

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_NAMED = re.compile(r"“([^“”]+)”")
_REPEAT = 0.55
_TELLING = 3


def character_pairs(text: str) -> frozenset[str]:
    """The telling pairs of characters of a text; those that stand everywhere left out."""
    words = plan_words()
    runs = _HAN.findall(words.frames.sub("，", text))
    found = {run[i : i + 2] for run in runs for i in range(len(run) - 1)}
    return frozenset(found - words.broad)


def containment(part: frozenset[str], whole: frozenset[str]) -> float:
    """The share of one sentence's pairs that another holds, 0 to 1."""
    return len(part & whole) / len(part) if part else 0.0


def is_repeat(text: str, others: Iterable[str]) -> bool:
    """Whether a sentence says little that one of the others does not say."""
    own = character_pairs(text)
    return any(containment(own, character_pairs(other)) >= _REPEAT for other in others)


def is_like(heading: str, others: Iterable[str]) -> bool:
    """Whether a heading and one of the others hold most of one another, either way."""
    own = character_pairs(heading)
    pairs = [character_pairs(other) for other in others]
    return any(max(containment(own, p), containment(p, own)) >= _REPEAT for p in pairs)


def is_taken_up(clause: str, others: Iterable[str]) -> bool:
    """Whether a clause, long enough to tell, says what one of the others says."""
    return len(character_pairs(clause)) >= _TELLING and is_repeat(clause, others)


def has_same_names(text: str, others: Iterable[str]) -> bool:
    """Whether a sentence names things in quotation marks, all of which one other names too."""
    names = _NAMED.findall(text)
    return bool(names) and any(all(name in other for name in names) for other in others)


_NOVELTY_HAN = r"[\u4e00-\u9fff]"
_ITEM = re.compile(r"(?:^|(?<=[，。；：]))[一二三四五六七八九十]{1,3}是")
_TOKEN = re.compile(r"[A-Za-z0-9×]+(?:[.,:/+·~\-][A-Za-z0-9×]+)*[+%％‰]?")
_PLAIN_SIGN = re.compile(r"[\s，。；：！？、“”‘’（）《》—…·,;:()!?]")
_NOVELTY_NAMED = re.compile(r"“([^“”]*)”|《([^《》]*)》|‘([^‘’]*)’|「([^「」]*)」")
_NUMBER = re.compile(r"[\d×][\d×.,]*[%％‰]?")
_BEFORE, _AFTER = re.compile(rf"{_NOVELTY_HAN}{{0,2}}$"), re.compile(rf"{_NOVELTY_HAN}{{0,2}}")
_STRAY = re.compile("\0+")
_MOST_PARTICLES = re.compile("\1{3,}")
_LEAST_HELD = 0.6
_LONGER, _MORE = 1.25, 30


def without_item(text: str) -> str:
    """A sentence without the 一是 that opens it."""
    return _ITEM.sub("", text, count=1) if _ITEM.match(text) else text


def strays(text: str, sources: Sequence[str]) -> list[str]:
    """Stretches of a sentence that none of its sources holds and that are no plain words."""
    words = rewording_words()
    plain = _ITEM.sub(lambda m: "，" * len(m[0]), text)
    told = _mark_coverage(plain, sources, words)
    found = [text[slice(*m.span())] for m in _STRAY.finditer(told)]
    found += [text[slice(*m.span())] for m in _MOST_PARTICLES.finditer(told)]
    return list(dict.fromkeys([*found, *_names(plain, sources, plan_words(), words)]))


def _mark_coverage(text: str, sources: Sequence[str], words: RewordingWords) -> str:
    """The text as signs: NUL for what is new, 1 for a particle of one's own, 2 for the rest."""
    marks = ["\0"] * len(text)
    pairs = {source[i : i + 2] for source in sources for i in range(len(source) - 1)}
    tokens = {m[0] for source in sources for m in _TOKEN.finditer(source)}
    for i, character in enumerate(text):
        if _PLAIN_SIGN.match(character):
            marks[i] = "\2"
        elif character in words.particles:
            marks[i] = "\1"
    for i in range(len(text) - 1):
        if text[i : i + 2] in pairs:
            marks[i : i + 2] = "\2\2"
    for word in words.plain:
        for match in re.finditer(re.escape(word), text):
            marks[slice(*match.span())] = "\2" * len(word)
    for match in _TOKEN.finditer(text):
        marks[slice(*match.span())] = ("\2" if match[0] in tokens else "\0") * len(match[0])
    return "".join(marks)


def _names(
    text: str, sources: Sequence[str], plan: PlanWords, words: RewordingWords
) -> Iterator[str]:
    """Names in quotation marks, and words with the form of a place or a body, of no source."""
    for named in _NOVELTY_NAMED.finditer(text):
        if not any(named[0] in source for source in sources):
            yield named[0]
    veiled = text
    for word in plan.foreign.ordinary:
        veiled = veiled.replace(word, "，" * len(word))
    for tail in plan.foreign.tails.finditer(veiled):
        before = veiled[: tail.start()]
        led = not before or bool(_PLAIN_SIGN.match(before[-1])) or before[-1] in words.particles
        form = text[max(0, tail.start() - 2) : tail.end()]
        if not (led or before.endswith(words.plain) or any(form in s for s in sources)):
            yield form


def rewording_faults(text: str, sources: Sequence[str], heading: str) -> list[str]:
    """What a whole paragraph loses or adds beside its words; empty where it tells the same.

    Figures and blanks stand as often and between the same words, negations are as many, no
    result is told that was not told, nothing has the form of a foreign name that had not.
    """
    words, plan = rewording_words(), plan_words()
    own = "".join(sources)
    bare = _ITEM.sub("", text)
    told = [result[0] for result in plan.results.finditer(bare) if result[0] not in own]
    told += _figure_faults(bare, sources)
    told += [c for c in words.negations if bare.count(c) != own.count(c)]
    if has_foreign_form(heading + text, plan) and not has_foreign_form(heading + own, plan):
        told.append(text)
    if len(bare) > len(own) * _LONGER + _MORE:
        told.append(text)
    return told


def _figure_faults(text: str, sources: Sequence[str]) -> list[str]:
    own = [m[0] for source in sources for m in _NUMBER.finditer(source)]
    found = Counter(m[0] for m in _NUMBER.finditer(text))
    told = list((found - Counter(own)) | (Counter(own) - found))
    around = Counter(form for source in sources for form in _figures_with_words(source))
    return told + [form for form, count in around.items() if text.count(form) < count]


def _figures_with_words(source: str) -> Iterator[str]:
    """Each figure or blank with two characters on either side: 抽检500批次."""
    for number in _NUMBER.finditer(source):
        before = _BEFORE.search(source, 0, number.start())
        after = _AFTER.match(source, number.end())
        yield (before[0] if before else "") + number[0] + (after[0] if after else "")


def is_covered_by(source: str, told: str) -> bool:
    """Whether a wording tells most of what a sentence says."""
    return containment(character_pairs(source), character_pairs(told)) >= _LEAST_HELD
