"""Numbers in the forms of automatic numbering: 一、 （一） ① Ⅳ."""

import re
from collections.abc import Callable, Sequence

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


def numeral(number: int, form: str) -> str:
    """A number in a form that Word's numbering.xml names; one that is not known is decimal."""
    writer = _WRITERS.get(form)
    return writer(number) if writer and number > 0 else str(number)


def _counting(number: int) -> str:
    return re.sub("^一十", "十", _chinese(number, _DIGITS, "千百十"))


def _chinese(number: int, digits: str, units: str) -> str:
    if number >= 10_000:
        return str(number)
    zero = digits[0]
    places = zip(f"{number:04}", (*units, ""), strict=True)
    written = "".join(zero if d == "0" else digits[int(d)] + unit for d, unit in places)
    return re.sub(f"{zero}+", zero, written).strip(zero)


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


def _one_of(signs: str) -> Callable[[int], str]:
    """A writer of signs, the first for 1; decimal beyond them."""
    return lambda number: signs[number - 1] if number <= len(signs) else str(number)


_FORMS: Sequence[tuple[Callable[[int], str], str]] = (
    (lambda _: "", "none"),
    (_counting, "chineseCounting chineseCountingThousand taiwaneseCounting"),
    (_counting, "taiwaneseCountingThousand japaneseCounting koreanDigital2"),
    (
        lambda number: _chinese(number, _LEGAL, "仟佰拾"),
        "chineseLegalSimplified ideographLegalTraditional japaneseLegal",
    ),
    (
        lambda number: "".join(_DIGITS[int(digit)] for digit in str(number)),
        "ideographDigital japaneseDigitalTenThousand taiwaneseDigital",
    ),
    (_one_of(_STEMS), "ideographTraditional"),
    (_one_of(_BRANCHES), "ideographZodiac"),
    (_one_of("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"), "ideographEnclosedCircle"),
    (
        _one_of("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"),
        "decimalEnclosedCircle decimalEnclosedCircleChinese",
    ),
    (_one_of("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"), "decimalEnclosedParen"),
    (_one_of("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"), "decimalEnclosedFullstop"),
    (lambda number: f"{number:02}", "decimalZero"),
    (lambda number: str(number).translate(_FULL_WIDTH), "decimalFullWidth decimalFullWidth2"),
    (lambda number: f"- {number} -", "numberInDash"),
    (lambda number: _roman(number).upper(), "upperRoman"),
    (_roman, "lowerRoman"),
    (lambda number: _letters(number).upper(), "upperLetter"),
    (_letters, "lowerLetter"),
)
_WRITERS = {form: writer for writer, forms in _FORMS for form in forms.split()}
