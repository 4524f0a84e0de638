"""Numerals of Chinese prose: what they look like, and what they are worth.

Patterns are fragments for larger expressions; they expect text that ``fold_width`` has folded.
"""

import re
from decimal import Decimal

CHINESE_DIGITS = "零〇一二两三四五六七八九"
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
_WIDE_SEPARATOR = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
_DECIMAL_DIGITS = str.maketrans(CHINESE_DIGITS, "001223456789")
_ONE_CHARACTER = {
    **{digit: digit.translate(_DECIMAL_DIGITS) for digit in CHINESE_DIGITS},
    **{unit: str(10 ** _POWERS[unit]) for unit in _MULTIPLIERS},
}
_SPOKEN = str.maketrans("两〇", "二零")


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
    try:
        import cn2an  # type: ignore[import-untyped]  # noqa: PLC0415 - no types; 0.1 s to import

        integer = cn2an.cn2an(whole.translate(_SPOKEN), "strict")
    except ValueError:
        return None
    digits = f"{integer}.{decimals.translate(_DECIMAL_DIGITS)}".rstrip(".")
    return arabic_value(digits, multiplier)
