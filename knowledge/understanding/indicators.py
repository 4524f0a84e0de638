"""Indicators: what bureaus count again each period, from ``data/indicators.toml``.

A statement is of the indicator whose words its subject, measure and condition bear out. One that
is of none goes by a name of its own, and like names meet. Pure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial

from pydantic import Field

from knowledge.models import Quantity, Statement
from knowledge.understanding.mentions import fold_width
from knowledge.vocabulary import (
    DATA,
    LongestFirst,
    Vocabulary,
    Words,
    load_vocabulary,
    longest_first,
)

_NOT_BEFORE = frozenset("不未非、")
_NOT_AFTER = frozenset("、和及与等")
_SHORTEST = 2
_MARKS = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|[一二三四五六七八九十]是)+")
_ITEM_BEFORE = re.compile(r"^.*[\d*＊%％][^、，]{0,6}、", re.DOTALL)
_TO = re.compile(r"[压缩减降提升增扩延调]?[^，,、；;：:。]{0,2}[到至]")
_CLAUSE_MARKS = "，,；;：:。、"
_BETWEEN = re.compile(r"[\s“”\"'‘’|，,：:（）()]+")
_PUNCTUATION = re.compile(rf"(?:{_BETWEEN.pattern}|、)+")


class Indicator(Vocabulary):
    """What a bureau counts again each period.

    ``unit`` are the units that it is counted in. Of ``subject``, ``measure`` and ``condition`` one
    entry each must stand in a statement, if the list holds any: all of its words, which blanks
    part. A statement that holds one of ``without`` is of something else. ``|`` in a word stands
    for the end of a subject or of a clause. ``aliases`` are what people call it. ``leading``: it is
    what a chief asks of its line of work first.
    """

    name: str
    topic: str
    unit: Words
    subject: Words
    measure: Words = ()
    condition: Words = ()
    without: Words = Field((), validation_alias="except")
    aliases: Words = ()
    leading: bool = False

    @property
    def names(self) -> Words:
        """All that people may call it."""
        return (self.name, *self.aliases)


class _ReadingWords(Vocabulary):
    """How statements are read.

    ``neutral`` conditions change nothing, ``part`` announces a part, ``compared`` another period's
    amount or what it is more or less, ``each`` an amount for one day or one person; a name does
    without what is ``trivial``.
    """

    neutral: LongestFirst
    part: Words
    compared: Words
    each: Words
    trivial: LongestFirst


@dataclass(frozen=True, slots=True)
class _Wording:
    """What a statement says: in its own words, and in those of the total that it is a part of.

    ``before`` are the words of its clause that lead to the figure: they say more than a subject.
    ``|`` stands at both ends of a subject and in front of a clause.
    """

    own: str
    total: str
    before: str

    def holds_any(self, words: Words) -> bool:
        """Whether the statement's own clause or subject holds one of some words."""
        return any(word in self.own or word in self.before for word in words)

    def holds_beside(self, word: str) -> bool:
        """Whether a word stands where it may complete the statement's own."""
        return any(_holds_word(text, word) for text in (self.own, self.total, self.before))


class IndicatorCatalogue(Vocabulary):
    """The data file: the indicators in its order, and the words by which statements are read.

    ``aims`` are the indicators that a plan sets targets of, the foremost first, each with the
    words before its amount.
    """

    spelling: Mapping[str, str]
    aims: Mapping[str, str] = {}
    reading: _ReadingWords
    indicator: tuple[Indicator, ...]

    @cached_property
    def _by_word(self) -> dict[str, list[tuple[int, Words]]]:
        """Each first word of an entry of ``subject``, with the indicator's place and all words."""
        entries: dict[str, list[tuple[int, Words]]] = {}
        for place, indicator in enumerate(self.indicator):
            for entry in indicator.subject:
                words = tuple(self.spell(entry).split())
                entries.setdefault(words[0], []).append((place, words))
        return entries

    def find(self, statement: Statement, text: str) -> Indicator | None:
        """The indicator that a statement of a report's text is of; None where it is of none.

        Of several the one whose words say most, then the first of the file.
        """
        if statement.quantity is Quantity.CHANGE or self._is_aside(statement, text):
            return None
        wording = self._wording_of(statement, text)
        fits = (
            (self._fit(self.indicator[place], words, wording, statement), -place)
            for place, words in self._candidates(wording)
        )
        most, place = max(fits, default=(0, 0))
        return self.indicator[-place] if most else None

    def own_name(self, statement: Statement) -> str:
        """What a statement without an indicator goes by; spelt so that like names meet."""
        subject = self._bare(statement.subject)
        rest = self._bare(statement.condition.replace(statement.measure, "") + statement.measure)
        for part in self.reading.part:
            rest = rest.removeprefix(part)
        if rest in subject:
            return subject
        return rest if subject in rest else subject + rest

    def is_part(self, statement: Statement) -> bool:
        """Whether a statement says that it tells of a part."""
        return any(word in statement.condition for word in self.reading.part)

    def find_by_name(self, words: str) -> tuple[Indicator, ...]:
        """The indicators that people may mean: of just this name, else those whose names hold it.

        Empty where there is none.
        """
        typed, same = self.spell(_PUNCTUATION.sub("", words)), self.find_by_whole_name(words)
        if same or len(typed) < _SHORTEST:
            return same
        return tuple(i for i in self.indicator if any(typed in self.spell(n) for n in i.names))

    def find_by_whole_name(self, words: str) -> tuple[Indicator, ...]:
        """The indicators of just this name."""
        typed = self.spell(_PUNCTUATION.sub("", words))
        return tuple(i for i in self.indicator if typed in map(self.spell, i.names))

    def spell(self, words: str) -> str:
        """Words with the spellings that the ledger uses."""
        for written, meant in self.spelling.items():
            words = words.replace(written, meant)
        return words

    def _bare(self, words: str) -> str:
        """Words without what says nothing at their ends, and without marks between."""
        bare = self.spell(_BETWEEN.sub("", _MARKS.sub("", fold_width(words).strip())).strip("、"))
        for word in self.reading.trivial:
            bare = bare.removeprefix(word).removesuffix(word)
        return bare

    def _is_aside(self, statement: Statement, text: str) -> bool:
        """Whether an amount is not what is counted in a period: 较上年的210件增加21件, 日均30户."""
        run = statement.subject + text[_run_start(statement, text) : statement.figure.start]
        per = text.startswith(("/", "／"), statement.figure.end)  # 4.2批次/千人
        return per or any(word in run for word in (*self.reading.compared, *self.reading.each))

    def _wording_of(self, statement: Statement, text: str) -> _Wording:
        own = f"|{statement.subject.strip()}|{statement.measure}|{statement.condition}"
        total = text[slice(*statement.context[-1])] if statement.context else ""
        start, at = statement.clause.start, statement.figure.start
        if _TO.match(text, start, at):  # 由45天压缩至20天
            start = min(start, _run_start(statement, text))
        before = _ITEM_BEFORE.sub("", text[start:at])
        return _Wording(
            self.spell(own),
            self.spell(total) if self.is_part(statement) else "",
            "|" + self.spell(before).strip(),
        )

    def _candidates(self, wording: _Wording) -> Iterator[tuple[int, Words]]:
        """The entries all of whose words are said, one of them in the statement's own."""
        said = wording.own + wording.total + wording.before
        for first, entries in self._by_word.items():
            if first not in said:
                continue
            for place, words in entries:
                is_own = any(_holds_word(wording.own, word) for word in words)
                if is_own and all(map(wording.holds_beside, words)):
                    yield place, words

    def _fit(
        self, indicator: Indicator, words: Words, wording: _Wording, statement: Statement
    ) -> int:
        """How many characters of an indicator a statement bears out; 0 where it is not of it."""
        if plain_unit(statement.figure.unit) not in indicator.unit:
            return 0
        if wording.holds_any(indicator.without):
            return 0
        found = [word.strip("|") for word in words]
        for wanted in filter(None, (indicator.measure, indicator.condition)):
            matches = [word for word in wanted if _holds_word(wording.own, word)]
            if not matches:
                return 0
            found.append(max(matches, key=len))
        return sum(map(len, found)) if self._is_all_matched(statement, found) else 0

    def _is_all_matched(self, statement: Statement, found: Sequence[str]) -> bool:
        """Whether a condition holds nothing but an indicator's words and what changes nothing."""
        rest = self.spell(statement.condition)
        for word in (*longest_first(found), *self.reading.part, *self.reading.neutral):
            rest = rest.replace(word, "")
        return not rest


def plain_unit(unit: str) -> str:
    """A unit without the brackets and strokes that part its halves: 台（件） is 台件."""
    return re.sub(r"[（()）/]", "", unit)


def _run_start(statement: Statement, text: str) -> int:
    """Where the words begin that no mark parts from a statement's figure."""
    first, at = statement.sentence.start, statement.figure.start
    return max(first, *(text.rfind(mark, first, at) + 1 for mark in _CLAUSE_MARKS))


def _holds_word(text: str, word: str) -> bool:
    """Whether a word stands in a text, not negated and not as one of several things."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if text[at - 1 : at] not in _NOT_BEFORE and text[end : end + 1] not in _NOT_AFTER:
            return True
        at = text.find(word, at + 1)
    return False


indicator_catalogue = cache(
    partial(load_vocabulary, IndicatorCatalogue, path=DATA / "indicators.toml")
)
