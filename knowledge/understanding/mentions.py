"""Where numbers stand in a text, what they are worth, and their units; dates and codes left out."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache, cached_property, lru_cache, partial
from typing import Literal, NamedTuple

from knowledge.vocabulary import DATA, Either, Vocabulary, Words, at, either, load_vocabulary

CHINESE_DIGITS = "零〇一二两三四五六七八九"
_ONE_TO_NINE = tuple("一二三四五六七八九")
_MULTIPLIERS = "十百千万亿"
CHINESE_CHARACTERS = CHINESE_DIGITS + _MULTIPLIERS

ARABIC = r"(?:\d{1,3}(?:,\d{3})++(?!\d)|\d++)(?:\.\d++)?"
CHINESE = (
    rf"(?<![{CHINESE_CHARACTERS}])[{CHINESE_CHARACTERS}]{{1,32}}"
    rf"(?:点[{CHINESE_DIGITS}]{{1,8}})?(?![{CHINESE_CHARACTERS}])"
)
# Asterisks that embrace a number are Markdown's, not a mask: **159家**.
MASK = r"(?<!\*)(?!\*\*\d[^*\n]{1,12}\*\*)\d{0,12}(?:\.\d{0,8})?\*[\d*]*+(?:\.[\d*]++)?"
MULTIPLIER = r"(?:[十百千]?(?:万亿|万|亿)|[百千](?!克|瓦|米|伏|帕|分点))"
# 2亿3000万元: what stands before its last part.
COMPOUND = r"(?:\d{1,8}[亿万]){1,2}(?=\d)(?!\d+[年月日])"

_COMPOUND = re.compile(COMPOUND)
_COMPOUND_PARTS = re.compile(r"(\d+)([亿万])")

_POWERS = {"": 0, "十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
_FULL = "０１２３４５６７８９％＊．（）＋－／［］　﹪∗﹡"
_HALF = "0123456789%*.()+-/[] %**"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_WIDTH = dict(
    zip(_FULL + "".join(chr(ord(c) + 0xFEE0) for c in _LETTERS), _HALF + _LETTERS, strict=True)
)
_WIDE = re.compile(f"[{''.join(_WIDTH)}]")  # far quicker than str.translate where few are wide
# A full-width comma is a clause's end, except inside a number written full-width throughout.
_WIDE_SEPARATOR = re.compile(r"，(?<=[０-９]，)(?=[０-９]{3}(?![０-９]))")
_DECIMAL_DIGITS = str.maketrans(CHINESE_DIGITS, "001223456789")
_ONE_CHARACTER = {
    **{digit: digit.translate(_DECIMAL_DIGITS) for digit in CHINESE_DIGITS},
    **{unit: str(10 ** _POWERS[unit]) for unit in _MULTIPLIERS},
}
_SPOKEN = str.maketrans("两〇", "二零")
AT_END = r"(?=[，,。；;、：:！!？?()\[\]【】《》“”\"‘’|\s]|$)"
_GAP = r"[ \u3000\xa0]?"
# 163.4 万元, 300 余家: models and some offices put a space between a number and its words.
_GAP_INSIDE = r"(?:(?<=\d)[ \xa0](?=[万亿余多]))?"
_TO = r"[-–—−~～至到]"
_ANY = rf"(?:\*++|\d[\d.,]{{0,20}}+|{CHINESE})"
_SHORT = rf"(?:\d{{1,2}}|\*{{1,4}}|[{CHINESE_CHARACTERS}]{{1,3}})"
_LEAD = (
    r"(?:超过|(?<!商)超|(?<![附最邻远])近|将近|接近|(?<![节预签违合条公制])约|大约|逾|突破"
    r"|不少于|不低于|不超过|不高于|不到|至少|最多|不足|高于|低于|多于|少于|(?<![以线])上(?=[百千万]))"
)
# What a match may begin with: a look at one character spares most places of a text the rest.
_LEAD_BEGINS = "超将近接约大逾突不至最高低多少上"
_BEGINS = rf"A-Za-z\d*.(\[《第\- \t\u3000\xa0{CHINESE_CHARACTERS}{_LEAD_BEGINS}"
_TAIL = r"(?:以上(?!述)|以下(?!几|方面|简称)|以内|左右|上下|之多)"
_MONTH = (
    rf"(?:{_SHORT}{_GAP}(?:{_TO}|、){_GAP})?{_SHORT}{_GAP}月(?:份|底|末|初|[上中下]旬)?"
    rf"(?:{_GAP}{_SHORT}{_GAP}[日号])?(?:{_GAP}{_TO}{_GAP}{_SHORT}{_GAP}[日号])?"
)
# 近3年 looks back; 15年以上 and 超过10年 are how long something lasts.
_YEARS = rf"(?:\d{{1,2}}|[{CHINESE_CHARACTERS}]{{1,3}})年"
_LASTING = (
    rf"(?:{_YEARS}(?:以上|以下|以内)"
    rf"|(?:(?<=超过)|(?<=不足)|(?<=不到)|(?<=至少)|(?<=少于)|(?<=满)){_YEARS})"
)
_DATES = (
    rf"(?!{_LASTING}){_ANY}{_GAP}(?:{_TO}{_GAP}{_ANY}{_GAP})?[余多]?年",
    _MONTH,
    rf"{_ANY}{_GAP}(?:季度|号)",
    r"\d{1,2}[时点](?:\d{1,2}分|许|整|半)?",
    r"\d{2,4}-\d{1,2}-\d{1,2}(?!\d)",
    r"\d{4}/\d{1,2}(?:/\d{1,2})?(?!\d)",
)
_CODES = (
    r"《[^《》\n]{0,100}》",
    # A letter and a digit in one run: GB/T50001-2001, ISO9001, B1, PM2.5.
    r"(?<![A-Za-z/._-])[A-Za-z](?:[A-Za-z]|[/._-](?=[A-Za-z\d]))*+\d[A-Za-z\d]*+(?:[/._:-][A-Za-z\d]++)*+",
    r"\d++(?:\.\d++){2,}",
    r"\d++(?:[·•:：]\d++)+",
    r"\d++(?:\+(?:\d++|[A-Za-z]++))+",
    rf"第{_GAP}{_ANY}(?:{_GAP}(?:{_TO}|[、和]){_GAP}{_ANY}){{0,9}}",
    rf"\({_GAP}(?:\d{{1,3}}|[{CHINESE_CHARACTERS}]{{1,3}}){_GAP}\)",
    r"\[\d{1,3}(?:[,，、-]\d{1,3})*\]",
    r"\d{3,}-\d{4,}",
)


@lru_cache(maxsize=8)  # figures, sums and statements each fold the text of a report
def fold_width(text: str) -> str:
    """Make full-width digits, letters, signs and brackets of a text half-width.

    The length is kept, so that offsets into the one hold for the other.
    """
    return _WIDE.sub(lambda match: _WIDTH[match[0]], _WIDE_SEPARATOR.sub(",", text))


def arabic_value(digits: str, multiplier: str = "") -> Decimal:
    """Tell what ``1,234.5`` or ``2亿3000``, with a multiplier such as 万, is worth exactly."""
    if digits.startswith("-"):
        return arabic_value(digits[1:], multiplier).copy_negate()
    if digits.isdecimal() and not multiplier:
        return Decimal(digits)
    if compound := _COMPOUND.match(digits):
        parts = _COMPOUND_PARTS.findall(compound[0])
        rest = arabic_value(digits[compound.end() :], multiplier)
        return sum((arabic_value(*part) for part in parts), rest)
    power = sum(_POWERS[character] for character in multiplier)
    # Through text, since Decimal arithmetic would round past 28 digits.
    return Decimal(format(Decimal(f"{digits.replace(',', '')}E{power}"), "f"))


def chinese_value(words: str, multiplier: str = "") -> Decimal | None:
    """Tell what 三百零五, 九十七点八 or a bare 百 is worth; None for what is no single amount.

    三四百 is two guesses, 一二三 a series and 二〇二三 a year: none of them is an amount.
    """
    whole, _, decimals = words.partition("点")
    if len(whole) > 1 and not any(character in _MULTIPLIERS for character in whole):
        return None
    if words in _ONE_CHARACTER:
        return arabic_value(_ONE_CHARACTER[words], multiplier)
    if whole in {"百", "千", "万", "亿"}:
        whole = f"一{whole}"
    integer = _parse_whole(whole.translate(_SPOKEN).replace("零百", "零一百"))
    if integer is None:
        return None
    digits = f"{integer}.{decimals.translate(_DECIMAL_DIGITS)}".rstrip(".")
    return arabic_value(digits, multiplier)


def _parse_whole(words: str, units: str = "亿万千百十") -> int | None:
    """Tell what a whole number is worth that is written with these units, or with fewer.

    Strictly as numbers are written out: 三千零五, but not 三千五 or 三千五十.
    """
    if not units:
        return int(_ONE_CHARACTER[words]) if words in _ONE_TO_NINE else None
    unit, smaller = units[0], units[1:]
    head, found, tail = words.partition(unit)
    if not found:
        return _parse_whole(words, smaller)
    counting = smaller if unit in "亿万" else ""
    count = 1 if found == "十" and not head else _parse_whole(head, counting)
    rest = _parse_whole(tail.removeprefix("零"), smaller) if tail else 0
    if count is None or rest is None:
        return None
    if tail and not _is_joined(unit, tail, rest):
        return None
    return count * int(_ONE_CHARACTER[unit]) + rest


def _is_joined(unit: str, tail: str, rest: int) -> bool:
    """Whether 零 stands between a unit and the rest just where a place is left out."""
    if unit == "十":
        return tail[0] != "零"
    if unit == "亿":
        return tail[0] == "零" or rest >= int(_ONE_CHARACTER["万"])
    left_out = rest * 10 < int(_ONE_CHARACTER[unit])
    return (tail[0] == "零") is left_out and unit + tail[0] != "百十"


class UnitWords(Vocabulary):
    """Units, what they may stand with, and the words that tell amounts from names."""

    free: Words = at("units.free")
    cued: Words = at("units.cued")
    numeric: Words = at("units.numeric")
    paired: Either = at("units.paired")
    never_one: frozenset[str] = at("units.never_one")
    never_masked: frozenset[str] = at("units.never_masked")
    masked_at_end: frozenset[str] = at("units.masked_at_end")
    only_at_end: frozenset[str] = at("units.only_at_end")
    whole: Either = at("units.whole")
    days_after: Words = at("units.days_after")
    spellings: Mapping[str, str] = at("canonical")
    not_before: Mapping[str, Words]
    announcing: Words = at("words.announcing")
    announcing_one: Words = at("words.announcing_one")
    slogans_after: Words = at("words.slogans_after")
    counted_after: Words = at("words.counted_after")
    stating: Words = at("words.stating")
    masked_after: Words = at("words.masked_after")
    label_names: Words = at("words.labels")
    names: frozenset[str] = at("names.numbers")
    phrases: Words = at("names.phrases")

    @cached_property
    def written(self) -> Words:
        """All units as they are written."""
        return (*self.free, *self.cued, *self.numeric)

    @cached_property
    def labels(self) -> Words:
        """What stands before a number that is none of an amount, with a colon or without."""
        return tuple(label + mark for label in self.label_names for mark in ("", "：", ":"))

    @cached_property
    def latin(self) -> str:
        """A pattern of the units that are written in letters."""
        return either([unit for unit in self.written if _is_latin(unit)])

    @cached_property
    def pattern(self) -> str:
        """A pattern of a unit as it is written.

        The group ``unit`` is all of it, ``measure`` what stands before its brackets.
        """
        guarded = "|".join(self._guarded_patterns())
        second = rf"\((?:{self.paired.pattern})\)|(?<=[台人户家])/[套次]"
        return rf"(?P<unit>(?P<measure>{guarded})(?:{second})?)"

    def _guarded_patterns(self) -> Iterator[str]:
        for unit in sorted(self.written, key=len, reverse=True):
            guard = f"(?!{either(self.not_before[unit])})" if unit in self.not_before else ""
            guard += AT_END if unit in self.only_at_end else ""
            guard += "(?![A-Za-z])" if _is_latin(unit) else ""
            yield re.escape(unit) + guard

    def canonical(self, written: str) -> str:
        """Give one spelling to a unit that is written in several."""
        return self.spellings.get(written, written)


def _is_latin(unit: str) -> bool:
    return unit[0].isascii() and unit[0].isalpha()


unit_words = cache(partial(load_vocabulary, UnitWords, path=DATA / "units.toml"))


class NumberMention(NamedTuple):
    """A number as written: ``digits`` and ``multiplier`` are its worth, the rest its company.

    ``parts`` is what a fraction's 分之 divides by (百 in 百分之五). ``unit`` is as written and
    ``measure`` the same without its brackets; both are ``""`` where no unit follows.
    """

    kind: Literal["arabic", "words", "masked"]
    start: int
    end: int
    digits: str
    multiplier: str = ""
    parts: str = ""
    unit: str = ""
    measure: str = ""
    lead: str = ""
    loose: bool = False
    tail: str = ""

    @property
    def approximate(self) -> bool:
        """Whether a word such as 约, 余 or 以上 goes with the number."""
        return bool(self.lead or self.loose or self.tail)


def find_mentions(folded: str) -> Iterator[NumberMention]:
    """Yield every number of a text that ``fold_width`` has folded, in order."""
    for match in _pattern().finditer(folded):
        if not match["skip"]:
            yield _mention(match)


@cache
def _pattern() -> re.Pattern[str]:
    units = unit_words()
    # 3.10家店开业 is the third point; 1.5件 and 0.5个工作日 are decimals wherever they stand.
    pointed = rf"[1-9]\d++(?>{units.whole.pattern})(?!工作日|百分点|小时|星期|月)[\u4e00-\u9fff]"
    heading = (
        rf"(?:^|(?<=[。；;:：\n]))[ \t\u3000]*+[1-9]\d?"
        rf"(?:{_GAP}[、)]|\.(?=\D|$|20\d\d年))|^[ \t\u3000]*+[1-9]\d?\.(?={pointed})"
    )
    lettered = rf"\d[\d.]*+(?!(?:{units.latin})(?![A-Za-z]))[A-Za-z]++[A-Za-z\d]*+"
    skip = "|".join([either(units.phrases), heading, *_CODES[:2], lettered, *_CODES[2:], *_DATES])
    begins = "".join(sorted({phrase[0] for phrase in units.phrases}))
    loose = r"[余多几]|来|\+"
    number = (
        rf"(?:(?P<masked>{MASK})|(?P<arabic>(?:{COMPOUND})?{ARABIC})|(?P<words>{CHINESE}))"
        rf"{_GAP_INSIDE}(?P<loose>{loose})?(?P<multiplier>{MULTIPLIER})?(?P<looser>[余多])?"
        rf"(?:{_GAP}{units.pattern})?"
    )
    fraction = (
        rf"(?P<parts>[{CHINESE_CHARACTERS}]{{1,4}}|\d{{1,4}})分之"
        rf"(?:(?P<of_masked>{MASK})|(?P<of_arabic>{ARABIC})|(?P<of_words>{CHINESE}))"
    )
    slashed = (
        r"(?(lead)|(?:(?<=[占有为到达])|(?=\d{1,3}/\d{1,3}(?:以上|以下|左右|的))))"
        r"(?P<over>\d{1,3})/(?P<under>\d{1,3})(?![\d/])"
    )
    sign = r"(?P<sign>(?<=[长降率为达至是幅:：(])-(?=\d))?"
    return re.compile(
        rf"(?=[{_BEGINS}{re.escape(begins)}])"
        rf"(?P<lead>{_LEAD})?{_GAP}(?:(?P<skip>{skip})|{fraction}|{slashed}|{sign}{number})(?P<tail>{_TAIL})?",
        re.MULTILINE,
    )


def _mention(match: re.Match[str]) -> NumberMention:
    kind: Literal["arabic", "words", "masked"] = "words"
    if match["masked"] or match["of_masked"]:
        kind = "masked"
    elif match["arabic"] or match["of_arabic"] or match["over"]:
        kind = "arabic"
    digits = match[kind] or match[f"of_{kind}"] or match["over"]
    return NumberMention(
        kind=kind,
        start=match.start() + len(match[0]) - len(match[0].lstrip(" \u3000\xa0")),
        end=match.end(),
        digits=(match["sign"] or "") + digits,
        multiplier=match["multiplier"] or "",
        parts=match["parts"] or match["under"] or "",
        unit=match["unit"] or "",
        measure=match["measure"] or "",
        lead=match["lead"] or "",
        loose=bool(match["loose"] or match["looser"]),
        tail=match["tail"] or "",
    )
