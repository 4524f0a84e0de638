"""Figures in Chinese official prose: their value, their unit, what they count and as of when."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache, partial
from typing import Annotated, NamedTuple

from knowledge.understanding.mentions import (
    AT_END,
    CHINESE_CHARACTERS,
    NumberMention,
    UnitWords,
    arabic_value,
    chinese_value,
    find_mentions,
    fold_width,
    unit_words,
)
from knowledge.understanding.rows import CellAmount, cell_amounts
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
_LONGEST_CLOSER = 12  # so that a clause need not be searched from its beginning
_LONGEST = 24
_AT_END = re.compile(AT_END)
_RANGE = re.compile(r"[ \u3000]?[-–—−~～至到][ \u3000]?")
_SERIES = re.compile(r"[ \u3000]?、[ \u3000]?")
_LONGEST_JOINT = 3  # what _RANGE and _SERIES match
_QUOTED = re.compile(
    r"“[^“”\n]{1,30}”|‘[^‘’\n]{1,30}’|「[^「」\n]{1,30}」|『[^『』\n]{1,30}』|\"[^\"\n]{1,30}\""
)
_FIGURES_YEAR = re.compile(r"(?:19|20)\d\d(?:\.\d{1,2})?")
_SENTENCE = 300  # characters; a report's figures are kept with the report
_WITHIN = ("内", "之内")
_STATED_BY = re.compile(r"[\u4e00-\u9fff）)”》%：:|\t]")
_NOT_A_COUNTER = "级类号版层代届后强线路楼章月年时点第"
_PARTS = {"百": "%", "100": "%", "千": "‰", "1000": "‰"}


class Figure(NamedTuple):
    """A number that states an amount; ``source[start:end] == text``, approximation mark included.

    ``value`` has 万, 亿 and the like folded in and is None for a masked figure alone. ``unit`` is
    in one spelling, ``""`` when there is none. ``counted`` is what is counted, ``""`` when unclear.
    ``as_of`` is the date clause that governs the figure (截至11月23日), as written.
    A range (3至5家) gives a figure for each end, both approximate, both with the unit.
    """

    text: str
    start: int
    end: int
    value: Decimal | None
    unit: str
    masked: bool
    approximate: bool
    counted: str
    as_of: str | None


def find_figures(text: str) -> tuple[Figure, ...]:
    """Find all figures of a text, in order and not overlapping; any text will do.

    A bare number in a cell of a table has the unit that the names of its column and row give it.
    """
    return _known_figures(text) if len(text) <= _SENTENCE else _read_figures(text)


@lru_cache(maxsize=1024)
def _known_figures(sentence: str) -> tuple[Figure, ...]:
    """The figures of a sentence, which is asked for again: to be checked, chosen, written."""
    return _read_figures(sentence)


def _read_figures(text: str) -> tuple[Figure, ...]:
    folded = fold_width(text)
    reader = _Reader(folded, unit_words())
    amounts = [
        amount
        for mention in _with_shared_units(folded, list(find_mentions(folded)))
        if (amount := reader.read(mention))
    ]
    marks = as_of_marks(folded)
    figures: list[Figure] = []
    nexts = [*(amount.mention.start for amount in amounts[1:]), len(text)]
    for amount, following in zip(amounts, nexts, strict=False):
        span = (amount.mention.start, amount.mention.end)
        end, previous = (figures[-1].end, figures[-1].counted) if figures else (0, "")
        figures.append(
            Figure(
                text=text[slice(*span)],
                start=span[0],
                end=span[1],
                value=amount.value,
                unit=amount.unit,
                masked=amount.mention.kind == "masked",
                approximate=amount.mention.approximate,
                counted=counted_noun(text, span, (end, following), amount.unit, previous),
                as_of=_as_of(text, marks, span[0]),
            )
        )
    return tuple(figures)


def same_amount(a: Figure, b: Figure) -> bool:
    """Tell whether two figures state one amount in one unit, exactly; masked ones never do."""
    return not (a.masked or b.masked) and a.value == b.value and a.unit == b.unit


@dataclass(frozen=True, slots=True)
class DateClause:
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


clause_words = cache(partial(load_vocabulary, ClauseWords, path=DATA / "clauses.toml"))


def as_of_marks(folded: str) -> list[DateClause]:
    """Find the date clauses of a text; each governs its sentence, up to the next one in it."""
    marks: list[DateClause] = []
    for match in reversed(list(_AS_OF.finditer(folded))):
        following = marks[-1].start if marks else len(folded)
        stop = _SENTENCE_END.search(folded, match.end(), following)
        marks.append(DateClause(match.start(), match.end(), stop.start() if stop else following))
    return marks[::-1]


def counted_noun(
    text: str, span: tuple[int, int], room: tuple[int, int], unit: str, previous: str = ""
) -> str:
    """Name what the figure at ``span`` counts, or ``""`` where that is not clear.

    ``room`` is where the neighbouring figures end and start; the phrase lies between them.
    ``previous`` is what the figure before counts, and this one too where they are two ends.
    """
    words = clause_words()
    left = text[max(room[0], span[0] - _REACH) : span[0]]
    clause, veiled = _last_clause(left)
    start, end = _trim_lead_words(veiled, words)
    if room[0] and len(veiled) == len(left) and words.carried.fullmatch(left):
        return previous
    dealt_out = bool(_DEALT_OUT.search(veiled))
    if unit in words.left_only:
        return "" if dealt_out else _noun_of_rate(clause, veiled, start, end, words)
    before = "" if dealt_out else _noun_before(clause, veiled, start, end, words)
    after = _noun_after(text[span[1] : min(room[1], span[1] + _REACH)], words)
    return before or after if unit in words.left_first else after or before


def _last_clause(left: str) -> tuple[str, str]:
    """Cut out the clause that ends a text, less the brackets at its end: as it is, and veiled."""
    if left.endswith(("）", ")")) and (brackets := _LAST_BRACKETS.search(left)):
        left = left[: brackets.start()]
    veiled = _blank_enclosed(left)
    found = _UP_TO_LAST_BREAK.match(veiled)
    start = found.end() if found else 0
    return left[start:], veiled[start:]


def _blank_enclosed(text: str) -> str:
    """Make what is closed off in a text opaque, so that no word there counts."""
    if not _OPENS.search(text):
        return text
    return _CLOSED.sub(lambda match: "□" * len(match[0]), text)


def _trim_lead_words(veiled: str, words: ClauseWords) -> tuple[int, int]:
    """Leave out the words of a clause that only lead to its number."""
    end = len(veiled)
    start = _skip_opener(veiled, 0, end, words)
    while closer := words.closers.search(veiled, max(start, end - _LONGEST_CLOSER), end):
        rest = closer.start()
        if rest - start < 2 or words.verbs.fullmatch(veiled, start, rest):
            break
        end = rest
    return start, end


def _skip_opener(veiled: str, start: int, end: int, words: ClauseWords) -> int:
    opener = words.openers.match(veiled, start, end)
    return opener.end() if opener else start


def _noun_of_rate(clause: str, veiled: str, start: int, end: int, words: ClauseWords) -> str:
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
    start = _skip_opener(veiled, start, end, words)
    if end - start > _LONGEST and (last := veiled.rfind("、", start, end - 2)) > 0:
        start = last
    return _fit(clause[start:end])


def _noun_after(right: str, words: ClauseWords) -> str:
    """Name what stands after a measure word: 企业 in (3家)企业被通报."""
    right = right.removeprefix("的")
    if right.startswith(_JOINING):
        return ""
    veiled = _blank_enclosed(right)
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


class _Amount(NamedTuple):
    """A mention that is an amount, with its unit in one spelling."""

    mention: NumberMention
    value: Decimal | None
    unit: str


def _as_of(text: str, marks: Sequence[DateClause], position: int) -> str | None:
    at = bisect_right(marks, position, key=lambda mark: mark.end) - 1
    if at < 0 or position >= marks[at].governs_to:
        return None
    return text[marks[at].start : marks[at].end]


def _with_shared_units(folded: str, mentions: Sequence[NumberMention]) -> list[NumberMention]:
    """Give the ends of a range and the members of a series the unit that is written once."""
    shared = list(mentions)
    for index in range(len(shared) - 2, -1, -1):
        left, right = shared[index], shared[index + 1]
        if right.start - left.end > _LONGEST_JOINT:
            continue
        gap = folded[left.end : right.start]
        ranged = bool(_RANGE.fullmatch(gap)) and not folded.endswith(("从", "由"), 0, left.start)
        series = bool(_SERIES.fullmatch(gap)) and left.kind == right.kind == "arabic"
        series = series and left.digits not in unit_words().names
        if not (ranged or series) or right.lead:
            continue
        if left.parts and not right.unit and not right.parts:
            right = right._replace(parts=left.parts)
        elif right.unit and not (left.unit or left.parts):
            multiplier = left.multiplier or right.multiplier
            left = left._replace(unit=right.unit, measure=right.measure, multiplier=multiplier)
        elif not (left.unit and right.unit):
            continue
        shared[index : index + 2] = [_loosen(left, ranged), _loosen(right, ranged)]
    return shared


def _loosen(mention: NumberMention, ranged: bool) -> NumberMention:
    return mention._replace(loose=mention.loose or ranged)


class _Reader:
    """Judges the mentions of one text by what stands beside them."""

    def __init__(self, folded: str, words: UnitWords) -> None:
        self._text = folded
        self._words = words
        self._quotes = [match.span() for match in _QUOTED.finditer(folded)]
        self._cells = cell_amounts(folded)

    def read(self, mention: NumberMention) -> _Amount | None:
        """Read a mention as an amount; None where it is a name, a slogan or a bare number."""
        cell = self._cells.get(mention.start)
        if cell and (cell.ordinal or not (mention.parts or mention.unit)):
            return None if cell.ordinal else self._bare_cell(mention, cell)
        if mention.parts:
            return self._fraction(mention)
        if not self._is_amount(mention):
            return None
        value = _value(mention)
        if value is None and mention.kind != "masked":
            return None
        return _Amount(mention, value, self._words.canonical(mention.unit))

    def _bare_cell(self, mention: NumberMention, cell: CellAmount) -> _Amount | None:
        """A number that fills a cell of a table, in the unit of its column, row or table."""
        multiplier, unit = cell.unit or ("", "")
        value = _value(mention._replace(multiplier=mention.multiplier or multiplier))
        return None if value is None and mention.kind != "masked" else _Amount(mention, value, unit)

    def _fraction(self, mention: NumberMention) -> _Amount | None:
        value = _value(mention)
        unit = _PARTS.get(mention.parts, "")
        if mention.kind == "masked" or unit:
            readable = mention.kind == "masked" or value is not None
            return _Amount(mention, value, unit) if readable else None
        whole = _whole(mention.parts)
        if value is None or not whole:
            return None
        return _Amount(mention, value / whole, "")

    def _is_amount(self, mention: NumberMention) -> bool:
        if mention.unit and not self._unit_fits(mention):
            return False
        match mention.kind:
            case "masked":
                return self._is_masked_amount(mention)
            case "words":
                return self._is_worded_amount(mention)
            case _:
                return bool(mention.unit) or self._stands_alone(mention)

    def _unit_fits(self, mention: NumberMention) -> bool:
        measure = mention.measure
        if measure == "日":
            within = mention.tail == "以内" or self._text.startswith(_WITHIN, mention.end)
            return within or self._follows(mention, self._words.days_after) or bool(mention.lead)
        if measure in {"名", "位"} and self._follows(mention, ("前",)):
            return False  # 前3名 is a rank
        if measure == "类" and mention.digits in {"1", "2", "3"}:
            return self._follows(mention, self._words.announcing)  # 1类敷料 is a class
        return True

    def _is_masked_amount(self, mention: NumberMention) -> bool:
        at_end = self._at_end(mention)
        if mention.measure in self._words.masked_at_end:
            return at_end and bool(_STATED_BY.match(self._text, mention.start - 1))
        if mention.unit:
            return mention.measure not in self._words.never_masked
        stated = bool(mention.multiplier) or self._follows(mention, self._words.masked_after)
        return stated and at_end and not self._is_quoted(mention)

    def _is_worded_amount(self, mention: NumberMention) -> bool:
        """Tell 两家企业 and 三百余家 from 两个责任, “三个”闸口 and 百家争鸣."""
        words, measure, marked = self._words, mention.measure, mention.approximate
        if not measure or (self._is_quoted(mention) and not marked):
            return False
        if measure in words.numeric:
            return measure == "成" and (marked or self._at_end(mention))
        if self._text.startswith(words.slogans_after, mention.end):
            return False
        if marked or len(mention.digits) > 1 or mention.multiplier or mention.digits == "十":
            return not self._follows(mention, ("数", "几", "每"))
        return self._is_small_amount(mention)

    def _is_small_amount(self, mention: NumberMention) -> bool:
        """Tell 两家, 召开三次 and 仅有一名 from 一批, 二次供水 and 五类."""
        words, measure = self._words, mention.measure
        match mention.digits:
            case "一":
                stated = self._follows(mention, words.announcing_one)
                return stated and measure not in words.never_one
            case "二":
                return measure in words.free
            case digit if digit in "两三四五六七八九":
                real_words = words.counted_after if measure == "个" else ()
                real_or_span = self._text.startswith((*real_words, *_WITHIN), mention.end)
                stated = measure in words.free or self._follows(mention, words.announcing)
                return stated or real_or_span
            case _:
                return False

    def _stands_alone(self, mention: NumberMention) -> bool:
        """Whether a number without a unit states an amount: 拥有量2.4, 共1,234, 20万."""
        digits, words = mention.digits, self._words
        if mention.multiplier or "," in digits:
            return True
        is_name = digits in words.names or self._follows(mention, words.labels)
        coded = (digits[0] == "0" and digits[1:2].isdigit()) or len(digits) > 8
        if is_name or coded or mention.loose or self._is_quoted(mention):
            return False
        if self._text.strip() == self._text[mention.start : mention.end]:
            return True
        stated = bool(mention.lead) or self._follows(mention, words.stating)
        if self._at_end(mention):
            dated = bool(_FIGURES_YEAR.fullmatch(digits)) and not stated
            return not dated and bool(_STATED_BY.match(self._text, mention.start - 1))
        following = self._text[mention.end]
        return stated and "\u4e00" <= following <= "\u9fff" and following not in _NOT_A_COUNTER

    def _follows(self, mention: NumberMention, words: tuple[str, ...]) -> bool:
        return self._text.endswith(words, 0, mention.start)

    def _at_end(self, mention: NumberMention) -> bool:
        return bool(_AT_END.match(self._text, mention.end))

    def _is_quoted(self, mention: NumberMention) -> bool:
        at = bisect_right(self._quotes, (mention.start, len(self._text))) - 1
        return at >= 0 and mention.end <= self._quotes[at][1]


def _value(mention: NumberMention) -> Decimal | None:
    if mention.kind == "masked":
        return None
    if mention.kind == "arabic":
        return arabic_value(mention.digits, mention.multiplier)
    return chinese_value(mention.digits, mention.multiplier)


def _whole(parts: str) -> Decimal | None:
    return arabic_value(parts) if parts.isascii() else chinese_value(parts)
