"""Numbering: 一、（一）1.（1） at the head of paragraphs, and 一是, 二是, 三是 within them.

A number is put right where its sequence begins with one; where it does not, or begins again, a
person has to look.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from bot.official.findings import Fault, FindingKind
from bot.official.marks import (
    LineMark,
    chinese_number,
    chinese_numeral,
    line_mark,
    opens_a_part,
)
from bot.official.stylewords import style_words

_ITEM = re.compile(r"(?:^|(?<=[。；;：:，,！？\s]))(?P<n>[一二三四五六七八九十]{1,3})是(?!否)")
_SENTENCE_WITHIN = re.compile(r"[。！？；](?=.)")
HEADING_LIMIT = 45

Placed = tuple[int, Fault]
"""A fault and the index of its paragraph."""


@dataclass(slots=True)
class _Count:
    """How far a level has counted; ``sure`` if from one, ``loose`` if a heading came between."""

    number: int
    sure: bool
    loose: bool = False


def looks_like_heading(text: str) -> bool:
    """Whether a paragraph is a heading by its shape: short, and of one clause without a stop."""
    words = text.strip()
    short = len(words) <= HEADING_LIMIT and not _SENTENCE_WITHIN.search(words)
    return bool(words) and short and words[-1] not in "。！？；，、,"


def mark_faults(paragraphs: Sequence[str]) -> Iterator[Placed]:
    """Marks of a wrong form or out of sequence."""
    counts: dict[int, _Count] = {}
    for index, paragraph in enumerate(paragraphs):
        lead = len(paragraph) - len(paragraph.lstrip())
        text = paragraph[lead:]
        mark = line_mark(text)
        if opens_a_part(text):
            counts.clear()
        elif mark:
            for fault in _counted(counts, mark, lead):
                yield index, fault
        elif looks_like_heading(text):
            for level in counts.values():
                level.loose = True


def _counted(counts: dict[int, _Count], mark: LineMark, lead: int) -> Iterator[Fault]:
    """Count a mark, and tell what is wrong with it."""
    before = counts.get(mark.level)
    inverted = before is None and any(level > mark.level for level in counts)
    for level in [level for level in counts if level > mark.level]:
        del counts[level]
    number, key = _place(before, mark, inverted=inverted)
    sure = (before.sure or number == 1) if before else number == 1
    counts[mark.level] = _Count(number, sure and key != "mark_restart")
    end = lead + mark.end
    kind = FindingKind.NUMBERING
    if number != mark.number:
        yield Fault(kind, lead, end, "mark_sequence", mark.standard(number))
    elif not mark.well_formed:
        yield Fault(kind, lead, end, "mark_form", mark.standard())
    if key:
        yield Fault(kind, lead, end, key)


def _place(before: _Count | None, mark: LineMark, *, inverted: bool) -> tuple[int, str]:
    """The number that a mark should have; its own, and what to say, where that is not certain."""
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


def item_faults(paragraphs: Sequence[str]) -> Iterator[Placed]:
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


def _item_fault(item: _Item, key: str, right: str | None = None) -> Fault:
    return Fault(FindingKind.NUMBERING, item.start, item.end, key, right)


def _sequences(paragraphs: Sequence[str]) -> list[list[_Item]]:
    """The items by sequence: each 一是 begins one, and so does what follows a heading."""
    sequences: list[list[_Item]] = []
    open_sequence = False
    for index, text in enumerate(paragraphs):
        if line_mark(text.lstrip()) or looks_like_heading(text):
            open_sequence = False
        for match in _ITEM.finditer(text):
            number = chinese_number(match["n"])
            item = _Item(index, match.start("n"), match.end(), number)
            last = sequences[-1][-1] if open_sequence else None
            twice = last is not None and last.number == 1 and last.paragraph == index
            if last is None or (number == 1 and not twice):
                sequences.append([])
                open_sequence = True
            sequences[-1].append(item)
    return sequences
