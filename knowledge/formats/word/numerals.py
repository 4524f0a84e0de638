"""Numbers as automatic numbering writes them: 一、十二, 壹, 甲, ③, iv and the like."""

from collections.abc import Callable, Mapping

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
    """A number in a form that numbering.xml names; a form that is not known is decimal."""
    writer = _WRITERS.get(form)
    return writer(number) if writer and number > 0 else str(number)


def _chinese(number: int, digits: str, units: str, *, bare_ten: bool) -> str:
    if number >= 10_000:
        return str(number)
    written = ""
    pending = False
    for power, unit in zip((3, 2, 1, 0), (*units, ""), strict=True):
        digit = number // 10**power % 10
        if digit == 0:
            pending = bool(written)
            continue
        if pending:
            written += digits[0]
            pending = False
        one = digit == 1 and unit == units[-1] and not written and bare_ten
        written += ("" if one else digits[digit]) + unit
    return written


def _counted(number: int) -> str:
    return _chinese(number, _DIGITS, "千百十", bare_ten=True)


def _legal(number: int) -> str:
    return _chinese(number, _LEGAL, "仟佰拾", bare_ten=False)


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


def _row(first: str, count: int, *then: tuple[str, int]) -> Callable[[int], str]:
    """Signs that stand in rows of Unicode, the first of each given; beyond them decimal."""
    signs = "".join(chr(ord(c) + n) for c, many in ((first, count), *then) for n in range(many))
    return lambda number: signs[number - 1] if number <= len(signs) else str(number)


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if number <= len(signs) else str(number)


_CIRCLED = _row("①", 20, ("㉑", 15), ("㊱", 15))
_WRITERS: Mapping[str, Callable[[int], str]] = {
    "none": lambda _: "",
    "chineseCounting": _counted,
    "chineseCountingThousand": _counted,
    "japaneseCounting": _counted,
    "taiwaneseCounting": _counted,
    "taiwaneseCountingThousand": _counted,
    "koreanDigital2": _counted,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "japaneseLegal": _legal,
    "ideographDigital": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    "ideographEnclosedCircle": _row("㊀", 10),
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalEnclosedCircle": _CIRCLED,
    "decimalEnclosedCircleChinese": _CIRCLED,
    "decimalEnclosedParen": _row("⑴", 20),
    "decimalEnclosedFullstop": _row("⒈", 20),
    "numberInDash": lambda number: f"- {number} -",
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
}
