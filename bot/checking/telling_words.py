"""The words of a text that tell what it is about, and whether another text bears them out.

Both are plain texts (``plain_text``), in which ``|`` parts what does not belong together.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.checking.vocabulary import entailment_words, grounding_words
from bot.checking.wordings import WordIndex, index_words, telling_places, words_in
from knowledge.lexicon import cut_words
from knowledge.retrieval.vocabulary import question_words, synonyms
from knowledge.understanding.mentions import unit_words
from knowledge.understanding.phrases import statement_words
from knowledge.understanding.sentences import Span
from knowledge.understanding.topics import topics

_CHINESE = re.compile("[\u4e00-\u9fff]")
_NEGATIONS = "不未无没非"
_TWO = ("没有", "未能", "未曾", "无法", "未经")
_NO_NEGATION = "罚没"
_ADVERBS = "共已均仅"
_PARTICLES = (
    _ADVERBS + "各约达为的了在被由从向对与和及将并等起至到占其该有中里内一个名家户件批次台人项份"
)
_PERSONS = ("者", "户", "员", "人")


@dataclass(frozen=True, slots=True)
class TellingWord:
    """A word of a text, at its place there; ``denied``: 不 or the like stands before it."""

    text: str
    span: Span
    denied: bool = False

    @property
    def is_stage(self) -> bool:
        """Whether it says how something went: 抽检, 合格, 结案."""
        return bool(statement_words().stage.fullmatch(self.text))

    def stands_in(self, text: str) -> bool:
        """Whether a text has it, or what reports call it, denied or not as it is."""
        forms = (self.text, *synonyms().of(self.text), *entailment_words().alike.get(self.text, ()))
        if any(_occurs(form, text, denied=self.denied) for form in forms):
            return True
        stem = self.text[:-1] if self.text.endswith(_PERSONS) else ""
        return len(stem) > 1 and _occurs(stem, text, denied=self.denied)

    def is_denied_in(self, text: str) -> bool:
        """Whether a text has it only the other way round: 合格 where it has 不合格."""
        other = _occurs(self.text, text, denied=not self.denied)
        return other and not _occurs(self.text, text, denied=self.denied)

    def is_short_for(self, text: str) -> bool:
        """Whether it shortens words of a text: 快检 of 快速检测, 持证 of 持检查员证."""
        return not (self.denied or self.is_stage) and _shortens(self.text, text)


@lru_cache(maxsize=4096)
def telling_words(text: str) -> tuple[TellingWord, ...]:
    """The words of a text, in order, but for particles and what says nothing of its own."""
    spans = (span for span in _cut(text) if _tells(text[slice(*span)]))
    return tuple(TellingWord(text[slice(*s)], s, _is_denied(text, s.start)) for s in spans)


def _cut(text: str) -> Iterator[Span]:
    """Where words stand; single characters side by side make one: 约 and 谈."""
    run = end = 0
    for token in cut_words(text):
        start, end = end, end + len(token)
        if len(token) == 1 and _CHINESE.match(token) and token not in _NEGATIONS:
            continue
        yield _without_particles(text, Span(run, start))
        yield (
            Span(start + 1, end) if token[0] in _NEGATIONS and len(token) > 2 else Span(start, end)
        )
        run = end
    yield _without_particles(text, Span(run, end))


def _without_particles(text: str, run: Span) -> Span:
    """A run of single characters without the particles at its ends."""
    if statement_words().stage.fullmatch(text, *run):
        return run
    left = run.start + len(text[slice(*run)]) - len(text[slice(*run)].lstrip(_PARTICLES))
    return Span(left, left + len(text[slice(*run)].strip(_PARTICLES)))


def _tells(word: str) -> bool:
    if word.isascii():
        return word.isalpha() or word in unit_words().names
    small = statement_words().fillers.fullmatch(word) or question_words().empty.fullmatch(word)
    return len(word.strip(_ADVERBS)) > 1 and not small and bool(telling_places(word))


def _is_denied(text: str, start: int) -> bool:
    denied = text.endswith((*_NEGATIONS, *_TWO), 0, start)
    return denied and not text.endswith(_NO_NEGATION, 0, start)


def _occurs(form: str, text: str, *, denied: bool) -> bool:
    at = text.find(form)
    while at >= 0 and _is_denied(text, at) != denied:
        at = text.find(form, at + 1)
    return at >= 0


def _shortens(word: str, text: str) -> bool:
    return bool(_CHINESE.match(word)) and any(_holds_in_order(c, word) for c in text.split("|"))


def _holds_in_order(text: str, characters: str) -> bool:
    place = -1
    return all((place := text.find(character, place + 1)) >= 0 for character in characters)


def unborne_words(text: str, evidence: str, beside: str) -> list[TellingWord]:
    """The telling words of a text that the evidence has in no form.

    ``beside`` is the part of the evidence that may have them in full: 快检 for 快速检测.
    """
    return [w for w in telling_words(text) if not (w.stands_in(evidence) or w.is_short_for(beside))]


def _is_share(words: str) -> bool:
    return any(share in words for share in grounding_words().shares)


def is_same_rate(rate: str, written: str, other: str, evidence: str) -> bool:
    """Whether a rate, ``written`` with the words before it, is another rate.

    ``other`` is what that is called, empty where only the ``evidence`` tells: 食品案件占34%.
    """
    if _is_share(rate):
        named = other.removesuffix("率")
        if named != other and _occurs(named, written, denied=False):  # 同意……的比例: 同意率
            return True
        return _is_share(other or evidence)
    stem = rate.removesuffix("率").removesuffix("度")
    denied = stem[0] in _NEGATIONS
    if _occurs(stem[denied:], other or evidence, denied=denied):
        return True
    names = (*synonyms().of(other), *entailment_words().alike.get(other, ()))
    known = other.removesuffix("率")
    plain = bool(known) and not denied and known[0] not in _NEGATIONS
    return (plain and _shortens(known, rate)) or any(name in written for name in names)


@lru_cache(maxsize=4096)
def lines_of_work(text: str) -> frozenset[str]:
    """The lines of work whose words stand in a text."""
    lines = _lines_by_word()
    return frozenset[str]().union(*(lines[word] for _, word in words_in(text, _words_of_lines())))


@lru_cache(maxsize=1)
def _words_of_lines() -> WordIndex:
    return index_words(_lines_by_word())


@lru_cache(maxsize=1)
def _lines_by_word() -> Mapping[str, Collection[str]]:
    """The lines of work that each word is of."""
    lines: dict[str, set[str]] = {}
    for topic in topics():
        for word in (*topic.words, topic.name, *topic.aliases):
            lines.setdefault(word, set()).add(topic.name)
    return lines
