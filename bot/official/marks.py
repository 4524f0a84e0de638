"""The marks that number an official document's paragraphs: 一、 （一） 1. （1）, as they stand."""

import re
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class LineMark:
    """A mark at the head of a text, ``text[:end]``; levels count from 1 (一、) to 4 (（1）)."""

    level: int
    number: int
    words: str
    end: int

    def standard(self, number: int | None = None) -> str:
        """The mark in its right form, with its own number or another."""
        n = self.number if number is None else number
        return _STANDARD[self.level - 1].format(n=chinese_numeral(n) if self.level <= 2 else n)

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


def chinese_number(numeral: str) -> int:
    """What 一 to 九十九 says; 0 for what is no number (一二)."""
    return _NUMBERS.get(numeral, 0)


def _number(numeral: str) -> int:
    return int(numeral) if numeral.isdecimal() else chinese_number(numeral)
