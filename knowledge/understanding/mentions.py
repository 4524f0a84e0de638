"""Where numbers stand in a text, and their units; dates, titles and codes left out."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property, partial
from typing import Literal, NamedTuple

from knowledge.understanding.numerals import (
    ARABIC,
    CHINESE,
    CHINESE_CHARACTERS,
    COMPOUND,
    MASK,
    MULTIPLIER,
)
from knowledge.vocabulary import DATA, Either, Vocabulary, Words, at, either, load_vocabulary

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
