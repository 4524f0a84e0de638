"""Numbering of official prose: 一、（一）1.（1）, and 一是, 二是 within paragraphs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from bot.official.findings import FindingKind, StyleFault
from bot.official.vocabulary import style_words

_CN = "一二三四五六七八九十"
_PART = re.compile(rf"第[{_CN}]{{1,3}}(?:部分|板块|章|篇)")
# 一、二季度 and 一、二、三等奖 name a series; 1.2023年 is a mark, 1.5万户 is not.
_MARKS = (
    re.compile(
        rf"(?P<n>[{_CN}]{{1,3}})(?P<stop>[、.．,，﹑])(?!\s?[{_CN}]{{1,3}}[、和及等级类线期批季])"
    ),
    re.compile(rf"[（(〔]\s?(?P<n>[{_CN}]{{1,3}})\s?[)）〕](?P<stop>[、.．，,]?)"),
    re.compile(r"(?P<n>\d{1,2})\s?(?P<stop>[.．、﹑])(?:(?=20\d\d年)|(?!\d))"),
    re.compile(r"[（(〔]\s?(?P<n>\d{1,2})\s?[)）〕](?P<stop>[、.．，,]?)"),
)
_STANDARD = ("{n}、", "（{n}）", "{n}.", "（{n}）")
_ITEM = re.compile(r"(?:^|(?<=[。；;：:，,！？\s]))(?P<n>[一二三四五六七八九十]{1,3})是(?!否)")
_SENTENCE_WITHIN = re.compile(r"[。！？；](?=.)")
_RUN_ON = re.compile(rf"(?<=[。；])[（(][{_CN}]{{1,3}}[)）]")
_HEADING_LIMIT = 45
_POINTS, _MANY, _SECOND = 3, 4, 2

PlacedFault = tuple[int, StyleFault]
"""A fault and the index of its paragraph."""


@dataclass(frozen=True, slots=True)
class LineMark:
    """A mark at the head of a text, ``text[:end]``; levels count from 1 (一、) to 4 (（1）)."""

    level: int
    number: int
    words: str
    end: int

    def standard(self, number: int | None = None) -> str:
        """The mark in its right form, with its own number or another."""
        return standard_mark(self.level, self.number if number is None else number)

    @property
    def well_formed(self) -> bool:
        """Whether it is written as it should be; 1．with a full-width point passes."""
        return self.words in (self.standard(), self.standard().replace(".", "．"))


def line_mark(text: str) -> LineMark | None:
    """The mark that a paragraph opens with, if any."""
    for level, pattern in enumerate(_MARKS, 1):
        found = pattern.match(text)
        if found and (number := _number(found["n"])):
            return LineMark(level, number, found[0], found.end())
    return None


def standard_mark(level: int, number: int) -> str:
    """The mark of a level: 三、, （三）, 3., （3）."""
    return _STANDARD[level - 1].format(n=chinese_numeral(number) if level <= 2 else number)


def mark_level(text: str) -> int:
    """The level of the mark that a text opens with, 0 without a mark."""
    mark = line_mark(text)
    return mark.level if mark else 0


def opens_a_part(text: str) -> bool:
    """Whether a paragraph opens a part (第二部分), within which numbering begins again."""
    return bool(_PART.match(text))


def chinese_numeral(number: int) -> str:
    """1 to 99 as 一, 十, 十二, 二十, 二十三."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else _CN[tens - 1] + "十"
    return head + (_CN[ones - 1] if ones else "")


_NUMBERS = {chinese_numeral(n): n for n in range(1, 100)}


def _number(numeral: str) -> int:
    """The value of 12 or 十二; 0 for what is no number (一二)."""
    return int(numeral) if numeral.isdecimal() else _NUMBERS.get(numeral, 0)


@dataclass(slots=True)
class _Count:
    """How far a level has counted, and where; ``sure`` if from one.

    ``loose`` if a heading came between.
    """

    number: int
    sure: bool
    paragraph: int
    span: tuple[int, int]
    loose: bool = False


def looks_like_heading(text: str) -> bool:
    """Whether a paragraph is a heading by its shape: short, and of one clause without a stop."""
    words = text.strip()
    short = len(words) <= _HEADING_LIMIT and not _SENTENCE_WITHIN.search(words)
    return bool(words) and short and words[-1] not in "。！？；，、,"


def mark_faults(paragraphs: Sequence[str]) -> Iterator[PlacedFault]:
    """Marks of a wrong form or out of sequence."""
    counts: dict[int, _Count] = {}
    through = _counts_through(paragraphs)
    marks = [line_mark(paragraph.lstrip()) for paragraph in paragraphs]
    for index, paragraph in enumerate(paragraphs):
        lead = len(paragraph) - len(paragraph.lstrip())
        text, mark = paragraph[lead:], marks[index]
        if opens_a_part(text):
            counts.clear()
        elif mark:
            meant = _meant_level(counts, mark, marks[index + 1 :])
            if meant != mark.level:
                kind, right = FindingKind.NUMBERING, standard_mark(meant, mark.number)
                yield index, StyleFault(kind, lead, lead + mark.end, "mark_form", right)
                mark = replace(mark, level=meant, words=right)
            for place, each in ((lead, mark), *_marks_run_on(text, mark, lead)):
                yield from _count_mark(counts, each, (index, place), through)
        elif looks_like_heading(text):
            for level in counts.values():
                level.loose = True


def _meant_level(
    counts: Mapping[int, _Count], mark: LineMark, later: Sequence[LineMark | None]
) -> int:
    """The level that a mark goes on with, not always its own: 四、 behind （三）, before 三、.

    （4） behind 3. is of no list of its own.
    """
    own = counts.get(mark.level)
    expected = own.number + 1 if own else 1
    others = [n for n, count in counts.items() if n != mark.level and count.number > 1]
    going_on = [n for n in others if counts[n].number + 1 == mark.number]
    if mark.number == expected or not going_on:
        return mark.level
    following = next((m.number for m in later if m and m.level == mark.level), 0)
    confirmed = following == expected if own else following != mark.number + 1
    return going_on[-1] if confirmed else mark.level


def _marks_run_on(text: str, head: LineMark, lead: int) -> Iterator[tuple[int, LineMark]]:
    """The marks （二）, （三） that follow a paragraph's own one within it, each with its place."""
    for match in _RUN_ON.finditer(text, head.end):
        mark = line_mark(match[0])
        if mark and mark.level == head.level:
            yield lead + match.start(), mark


def _counts_through(paragraphs: Sequence[str]) -> int:
    """The level of marks that count on over the headings above them (要点 1. to 14.), else 0."""
    numbers = [m.number for p in paragraphs if (m := line_mark(p.lstrip())) and m.level == _POINTS]
    restarts = numbers.count(1) > 1
    return 0 if restarts or len(numbers) < _MANY or max(numbers) < len(numbers) else _POINTS


def _count_mark(
    counts: dict[int, _Count], mark: LineMark, place: tuple[int, int], through: int
) -> Iterator[PlacedFault]:
    """Count a mark in ``counts``; yields what is wrong with it, or with the one before it.

    （1） that 2. follows was most likely meant for 1.
    """
    before, (paragraph, lead) = counts.get(mark.level), place
    deeper = [level for level in counts if mark.level < level != through]
    kind, span = FindingKind.NUMBERING, (lead, lead + mark.end)
    first = counts[deeper[0]] if before is None and mark.number == _SECOND and deeper else None
    if first and first.number == 1:
        yield first.paragraph, StyleFault(kind, *first.span, "mark_order")
        before = _Count(1, sure=True, paragraph=first.paragraph, span=first.span)
    inverted = before is None and bool(deeper)
    for level in deeper:
        del counts[level]
    number, key = _expected_number(before, mark, inverted=inverted)
    sure = (before.sure or number == 1) if before else number == 1
    counts[mark.level] = _Count(number, sure and key != "mark_restart", paragraph, span)
    if number != mark.number:
        yield paragraph, StyleFault(kind, *span, "mark_sequence", mark.standard(number))
    elif not mark.well_formed:
        yield paragraph, StyleFault(kind, *span, "mark_form", mark.standard())
    if key:
        yield paragraph, StyleFault(kind, *span, key)


def _expected_number(before: _Count | None, mark: LineMark, *, inverted: bool) -> tuple[int, str]:
    """The number that a mark should have; its own, and the key of a fault, if not certain."""
    if before is None:
        if inverted or (mark.number != 1 and mark.level == 1):
            return mark.number, "mark_order"
        return 1, ""
    following = before.number + 1
    if mark.number == following or (mark.number == 1 and before.loose):
        return mark.number, ""
    if not before.sure or (mark.number == 1 and following > 2):
        return mark.number, "mark_restart"
    return following, ""


@dataclass(frozen=True, slots=True)
class _Item:
    """一是 and the like: its paragraph, its place there, and its number."""

    paragraph: int
    start: int
    end: int
    number: int


def item_faults(paragraphs: Sequence[str]) -> Iterator[PlacedFault]:
    """一是, 二是, 三是 that are skipped, repeated or left alone."""
    for items in _sequences(paragraphs):
        first = items[0]
        together = first.paragraph == items[-1].paragraph
        opened = style_words().opens_items.search(paragraphs[first.paragraph], 0, first.start)
        if first.number == 1 and len(items) == 1:
            yield first.paragraph, _item_fault(first, "item_alone")
        elif first.number == 1 or (len(items) > 1 and together and not opened):
            for number, item in zip(count(1), items, strict=False):
                if item.number != number:
                    right = f"{chinese_numeral(number)}是"
                    yield item.paragraph, _item_fault(item, "item_sequence", right)
        elif not opened:
            yield first.paragraph, _item_fault(first, "item_unopened")


def _item_fault(item: _Item, key: str, right: str | None = None) -> StyleFault:
    return StyleFault(FindingKind.NUMBERING, item.start, item.end, key, right)


def _sequences(paragraphs: Sequence[str]) -> list[list[_Item]]:
    """The items by sequence: each 一是 begins one, and so does what follows a heading."""
    sequences: list[list[_Item]] = []
    open_sequence = False
    for index, text in enumerate(paragraphs):
        if line_mark(text.lstrip()) or looks_like_heading(text):
            open_sequence = False
        for match in _ITEM.finditer(text):
            number = _number(match["n"])
            item = _Item(index, match.start("n"), match.end(), number)
            last = sequences[-1][-1] if open_sequence else None
            twice = last is not None and last.number == 1 and last.paragraph == index
            if last is None or (number == 1 and not twice):
                sequences.append([])
                open_sequence = True
            sequences[-1].append(item)
    return sequences
