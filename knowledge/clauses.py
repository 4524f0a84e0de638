"""The clause around a figure: what it counts, and as of when; words in ``data/clauses.toml``."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from knowledge.numerals import CHINESE_CHARACTERS
from knowledge.vocabulary import DATA, Pattern, Vocabulary, Words, any_of, load_vocabulary

_N = rf"(?:\d{{1,2}}|\*{{1,4}}|[{CHINESE_CHARACTERS}]{{1,3}})"
_YEAR = r"(?:今年|去年|本年|\d{4}年|\*{1,4}年)"
_AS_OF = re.compile(
    r"截[至止]到?(?:目前|当前|现在|今日|昨日|本月底|上月底|年底"
    rf"|{_YEAR}?{_N}月(?:{_N}[日号]|月?底|末|初|[上中下]旬|份)?"
    rf"|{_YEAR}(?:底|末|上半年|[一二三四]季度末?)?)"
)
_SENTENCE_END = re.compile(r"[。！？!?\n]")
_BREAKS = re.compile(r"[，,。；;：:！!？?\n（(）)\[\]【】“”‘’》—|\t]")
_UP_TO_LAST_BREAK = re.compile(rf".*{_BREAKS.pattern}", re.DOTALL)
# Titles, quoted names and brackets: no word in them is read.
_CLOSED = re.compile(
    r"《[^《》\n]*》|“[^“”\n]*”|\"[^\"\n]*\"|（[^（）\n]{0,30}）|\([^()\n]{0,30}\)"
)
_OPENS = re.compile(r"[《“\"（(]")
_LAST_BRACKETS = re.compile(r"[（(][^（）()\n]{0,30}[)）]$")
_DATE = (
    r"(?:\d{4}|\*{1,4})年(?:度|上半年|下半年)?"
    r"|(?:\d{1,2}[-至到])?\d{1,2}月(?:(?:\d{1,2}日|底|份)(?:[-至到]\d{1,2}日)?)?"
)
_DEALT_OUT = re.compile(r"分别(?:达到?|为|是|有|增长|下降|提高)?[ \u3000]?$")
_MODIFIERS = ("涉", "未", "不", "无", "受")
_JOINING = ("、", "和", "及", "与", "以及", "或", "（", "(", "内", "之内")
_WORD = re.compile(r"[A-Za-z\u4e00-\u9fff]")
_REACH = 60
_LONGEST = 24


@dataclass(frozen=True, slots=True)
class AsOf:
    """A date clause, ``text[start:end]``, that governs the figures up to ``governs_to``."""

    start: int
    end: int
    governs_to: int


class ClauseWords(Vocabulary):
    """The words by which the noun that a figure counts is found."""

    verbs: Pattern
    noun_tails: Pattern
    openers: Annotated[re.Pattern[str], any_of(f"(?:{_AS_OF.pattern}|{_DATE}|", ")+")]
    closers: Annotated[re.Pattern[str], any_of("(?:", ")$")]
    comparisons: Pattern
    changes: Words
    carried: Pattern
    stops: Pattern
    left_only: frozenset[str]
    left_first: frozenset[str]


@cache
def clause_words(path: Path = DATA / "clauses.toml") -> ClauseWords:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(ClauseWords, path)


def as_of_marks(folded: str) -> list[AsOf]:
    """Find the date clauses of a text; each governs its sentence, up to the next one in it."""
    marks: list[AsOf] = []
    for match in reversed(list(_AS_OF.finditer(folded))):
        following = marks[-1].start if marks else len(folded)
        stop = _SENTENCE_END.search(folded, match.end(), following)
        marks.append(AsOf(match.start(), match.end(), stop.start() if stop else following))
    return marks[::-1]


def counted_by(
    text: str, span: tuple[int, int], room: tuple[int, int], unit: str, previous: str = ""
) -> str:
    """Name what the figure at ``span`` counts, or ``""`` where that is not clear.

    ``room`` is where the neighbouring figures end and start; the phrase lies between them.
    ``previous`` is what the figure before counts, and this one too where they are two ends.
    """
    words = clause_words()
    left = text[max(room[0], span[0] - _REACH) : span[0]]
    clause, veiled = _last_clause(left)
    start, end = _trimmed(veiled, words)
    if room[0] and len(veiled) == len(left) and words.carried.fullmatch(left):
        return previous
    dealt_out = bool(_DEALT_OUT.search(veiled))
    if unit in words.left_only:
        return "" if dealt_out else _rated(clause, veiled, start, end, words)
    before = "" if dealt_out else _noun_before(clause, veiled, start, end, words)
    after = _noun_after(text[span[1] : min(room[1], span[1] + _REACH)], words)
    return before or after if unit in words.left_first else after or before


def _last_clause(left: str) -> tuple[str, str]:
    """Cut out the clause that ends a text, less the brackets at its end: as it is, and veiled."""
    if left.endswith(("）", ")")) and (brackets := _LAST_BRACKETS.search(left)):
        left = left[: brackets.start()]
    veiled = _veiled(left)
    found = _UP_TO_LAST_BREAK.match(veiled)
    start = found.end() if found else 0
    return left[start:], veiled[start:]


def _veiled(text: str) -> str:
    """Make what is closed off in a text opaque, so that no word there counts."""
    if not _OPENS.search(text):
        return text
    return _CLOSED.sub(lambda match: "□" * len(match[0]), text)


def _trimmed(veiled: str, words: ClauseWords) -> tuple[int, int]:
    """Leave out the words of a clause that only lead to its number."""
    end = len(veiled)
    start = _opened(veiled, 0, end, words)
    while closer := words.closers.search(veiled, start, end):
        rest = closer.start()
        if rest - start < 2 or words.verbs.fullmatch(veiled, start, rest):
            break
        end = rest
    return start, end


def _opened(veiled: str, start: int, end: int, words: ClauseWords) -> int:
    opener = words.openers.match(veiled, start, end)
    return opener.end() if opener else start


def _rated(clause: str, veiled: str, start: int, end: int, words: ClauseWords) -> str:
    """Name what a rate is of: 合格率 in 合格率达到; 市场主体增长 in 市场主体较上年增长."""
    compared = words.comparisons.search(veiled, start, end)
    if not compared:
        return _fit(clause[start:end])
    change = next((c for c in words.changes if veiled.endswith(c, start, end)), "")
    subject = _fit(clause[start : compared.start()])
    return subject and subject + change


def _noun_before(clause: str, veiled: str, start: int, end: int, words: ClauseWords) -> str:
    """Name what stands before a number: 书店 in 共检查书店; else its verb: 立案."""
    for verb in reversed(list(words.verbs.finditer(veiled, start, end))):
        if end - verb.end() >= 2 and not words.noun_tails.match(veiled, verb.end(), end):
            start = verb.end()
            break
    for mark in ("等", "的"):
        after_mark = veiled.rfind(mark, start, end) + 1
        if after_mark and end - after_mark >= 2 and veiled[after_mark] != "级":
            start = after_mark
    start = _opened(veiled, start, end, words)
    if end - start > _LONGEST and (last := veiled.rfind("、", start, end - 2)) > 0:
        start = last
    return _fit(clause[start:end])


def _noun_after(right: str, words: ClauseWords) -> str:
    """Name what stands after a measure word: 企业 in (3家)企业被通报."""
    right = right.removeprefix("的")
    if right.startswith(_JOINING):
        return ""
    veiled = _veiled(right)
    end = found.start() if (found := _BREAKS.search(veiled)) else len(veiled)
    if stop := words.stops.search(veiled, 0, end):
        end = stop.start()
    of = veiled.find("的", 0, end)
    if of > 0 and not veiled.startswith(_MODIFIERS):
        end = of
    return _fit(right[:end].rstrip("、和及与中内里 "))


def _fit(phrase: str) -> str:
    """Keep a phrase only if it is of a length that a noun phrase has."""
    phrase = phrase.strip(" \u3000\t、")
    return phrase if 2 <= len(phrase) <= _LONGEST and _WORD.search(phrase) else ""
