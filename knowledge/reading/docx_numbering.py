"""Automatic numbering of Word: which number, in which words, stands before a paragraph."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.reading.docx_package import (
    DocxStyle,
    DocxStyles,
    Element,
    W,
    flag,
    number,
    value,
    whole,
)

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_LONGEST_LETTERS = 20
_LEVELS = 9
_LONGEST = 50
_PLACE = re.compile(r"%([1-9])")
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
_SYMBOL_FONTS = ("wingdings", "webdings", "symbol")
_BULLET = "•"


def numeral(number: int, form: str) -> str:
    """A number in a form that numbering.xml names; a form that is not known is decimal."""
    writer = _WRITERS.get(form)
    return writer(number) if writer and number > 0 else str(number)


def _chinese(number: int, digits: str, units: str) -> str:
    if number >= 10_000:
        return str(number)
    zero = digits[0]
    places = zip(f"{number:04}", (*units, ""), strict=True)
    written = "".join(zero if d == "0" else digits[int(d)] + unit for d, unit in places)
    return re.sub(f"{zero}+", zero, written).strip(zero)


def _chinese_numeral(number: int) -> str:
    written = _chinese(number, _DIGITS, "千百十")
    return written[1:] if written.startswith("一十") else written


def _legal(number: int) -> str:
    return _chinese(number, _LEGAL, "仟佰拾")


def _digit_by_digit(number: int) -> str:
    return "".join(_DIGITS[int(d)] for d in str(number))


def _roman(number: int) -> str:
    if number >= 4000:
        return str(number)
    written = ""
    for worth, letters in _ROMAN:
        count, number = divmod(number, worth)
        written += letters * count
    return written


def _letters(number: int) -> str:
    """A … z, aa, bb: the letter repeated."""
    rounds, place = divmod(number - 1, 26)
    return chr(ord("a") + place) * (rounds + 1) if rounds < _LONGEST_LETTERS else str(number)


def _row(first: str, count: int) -> str:
    """Signs that follow one another in Unicode."""
    return "".join(chr(ord(first) + n) for n in range(count))


def _one_of(signs: str) -> Callable[[int], str]:
    """A writer of signs, the first for 1; decimal beyond them."""
    return lambda number: signs[number - 1] if number <= len(signs) else str(number)


_FORMS: Sequence[tuple[Callable[[int], str], str]] = (
    (lambda _: "", "none"),
    (_chinese_numeral, "chineseCounting chineseCountingThousand taiwaneseCounting"),
    (_chinese_numeral, "taiwaneseCountingThousand japaneseCounting koreanDigital2"),
    (_legal, "chineseLegalSimplified ideographLegalTraditional japaneseLegal"),
    (_digit_by_digit, "ideographDigital japaneseDigitalTenThousand taiwaneseDigital"),
    (_one_of(_STEMS), "ideographTraditional"),
    (_one_of(_BRANCHES), "ideographZodiac"),
    (_one_of(_row("㊀", 10)), "ideographEnclosedCircle"),
    (
        _one_of(_row("①", 20) + _row("㉑", 15) + _row("㊱", 15)),
        "decimalEnclosedCircle decimalEnclosedCircleChinese",
    ),
    (_one_of(_row("⑴", 20)), "decimalEnclosedParen"),
    (_one_of(_row("⒈", 20)), "decimalEnclosedFullstop"),
    (lambda number: f"{number:02}", "decimalZero"),
    (lambda number: str(number).translate(_FULL_WIDTH), "decimalFullWidth decimalFullWidth2"),
    (lambda number: f"- {number} -", "numberInDash"),
    (lambda number: _roman(number).upper(), "upperRoman"),
    (_roman, "lowerRoman"),
    (lambda number: _letters(number).upper(), "upperLetter"),
    (_letters, "lowerLetter"),
)
_WRITERS = {form: writer for writer, forms in _FORMS for form in forms.split()}


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level is numbered; ``restart`` is the level whose use begins it anew."""

    start: int = 0
    form: str = "decimal"
    text: str = ""
    style: str = ""
    legal: bool = False
    restart: int | None = None


@dataclass(frozen=True, slots=True)
class _Numbering:
    """A w:num: the abstract one whose counters it shares, its levels and where it starts anew."""

    abstract: int
    levels: Mapping[int, _Level]
    starts: Mapping[int, int]


class Counters:
    """The counters of a document's lists, advanced paragraph by paragraph."""

    def __init__(self, part: Element | None, styles: DocxStyles) -> None:
        self._styles = styles
        self._abstract: dict[int, Element] = {}
        self._nums: dict[int, Element] = {}
        self._numberings: dict[int, _Numbering | None] = {}
        self._counters: dict[int, dict[int, int]] = {}
        self._started: set[tuple[int, int]] = set()
        for element in part if part is not None else ():
            if element.tag == W + "abstractNum":
                self._abstract[whole(element.get(W + "abstractNumId")) or 0] = element
            elif element.tag == W + "num":
                self._nums[whole(element.get(W + "numId")) or 0] = element

    def next(self, style: DocxStyle, properties: Element | None) -> str:
        """The number of the next paragraph; "" for none."""
        own = number(properties, "numPr/numId")
        num = style.num if own is None else own
        numbering = self._numbering(num) if num else None
        if numbering is None or num is None:
            return ""
        at = self._level_of(numbering, style, properties, direct=own is not None)
        level = numbering.levels.get(at)
        if level is None:
            return ""
        counters = self._advance(num, numbering, at)
        return _format_number(numbering.levels, at, counters)

    def _level_of(
        self, numbering: _Numbering, style: DocxStyle, properties: Element | None, *, direct: bool
    ) -> int:
        own = number(properties, "numPr/ilvl")
        if own is None:
            linked = (at for at, lv in numbering.levels.items() if lv.style == style.id != "")
            own = next(linked, 0 if direct else style.level or 0)
        return min(max(own, 0), _LEVELS - 1)

    def _advance(self, num: int, numbering: _Numbering, at: int) -> Mapping[int, int]:
        """The counters after one more paragraph at a level."""
        counters = self._counters.setdefault(numbering.abstract, {})
        for level, start in numbering.starts.items():
            if level <= at and (num, level) not in self._started:
                self._started.add((num, level))
                counters.pop(level, None)
                if level < at:
                    counters[level] = start
        usual = numbering.levels[at].start
        counters[at] = counters[at] + 1 if at in counters else numbering.starts.get(at, usual)
        for level in [lv for lv in counters if lv > at]:
            restart = numbering.levels.get(level, _Level()).restart
            if restart is None or at < restart:
                del counters[level]
        return counters

    def _numbering(self, num: int) -> _Numbering | None:
        if num not in self._numberings:
            self._numberings[num] = self._resolve(num)
        return self._numberings[num]

    def _resolve(self, num: int) -> _Numbering | None:
        element = self._nums.get(num)
        key = number(element, "abstractNumId")
        abstract = None if key is None else self._abstract.get(key)
        linked = value(abstract, "numStyleLink")
        if linked:  # the levels stand where the style's own numbering says
            key = number(self._nums.get(self._styles.num_of(linked) or 0), "abstractNumId")
            abstract = None if key is None else self._abstract.get(key)
        if abstract is None or element is None or key is None:
            return None
        levels = {whole(lv.get(W + "ilvl")) or 0: _level(lv) for lv in abstract.iterfind(f"{W}lvl")}
        starts: dict[int, int] = {}
        for override in element.iterfind(f"{W}lvlOverride"):
            at = whole(override.get(W + "ilvl")) or 0
            if (own := override.find(f"{W}lvl")) is not None:
                levels[at] = _level(own)
            if (start := number(override, "startOverride")) is not None:
                starts[at] = start
        return _Numbering(key, levels, starts)


def _level(element: Element) -> _Level:
    form = value(element, "numFmt") or ""
    text = (value(element, "lvlText") or "")[:_LONGEST]
    fonts = element.find(f"{W}rPr/{W}rFonts")
    if form == "bullet":
        font = str(fonts.get(W + "ascii") or "").lower() if fonts is not None else ""
        text = _BULLET if _PRIVATE.search(text) or font.startswith(_SYMBOL_FONTS) else text
    level = _Level(
        start=number(element, "start") or 0,
        form=form or _form_beside(element) or "decimal",
        text=text,
        style=value(element, "pStyle") or "",
        legal=bool(flag(element, "isLgl")),
        restart=number(element, "lvlRestart"),
    )
    return replace(level, text="") if flag(element.find(f"{W}rPr"), "vanish") else level


def _form_beside(element: Element) -> str:
    """The form where newer programs write it beside one for older ones."""
    choice = next(element.iter(f"{W}numFmt"), None)
    return "" if choice is None else str(choice.get(W + "val") or "")


def _format_number(levels: Mapping[int, _Level], at: int, counters: Mapping[int, int]) -> str:
    level = levels[at]

    def number_at(place: re.Match[str]) -> str:
        of = int(place[1]) - 1
        named = levels.get(of, _Level())
        form = "decimal" if level.legal else named.form
        return "" if form == "bullet" else numeral(counters.get(of, named.start), form)

    return _PLACE.sub(number_at, level.text)
