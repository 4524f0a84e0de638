"""Numbers as a sheet shows them: 0.985 in the format 0.0% is 98.5%, 45292 a day of 2024.

The formats are those of Excel (ECMA-376 part 1, 18.8.30 and 18.8.31), as far as figures of
reports need them: colours are left out, fractions and exponents are written as decimals.
"""

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, NamedTuple

GENERAL: Final = "General"
BUILT_IN: Final = {
    "0": GENERAL, "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%",
    "10": "0.00%", "11": "0.00E+00", "12": "# ?/?", "13": "# ??/??", "14": "yyyy-m-d",
    "15": "d-mmm-yy", "16": "d-mmm", "17": "yyyy-m", "18": "h:mm AM/PM", "19": "h:mm:ss AM/PM",
    "20": "h:mm", "21": "h:mm:ss", "22": "yyyy-m-d h:mm", "27": 'yyyy"年"m"月"',
    "28": 'm"月"d"日"', "29": 'm"月"d"日"', "30": "m-d-yy", "31": 'yyyy"年"m"月"d"日"',
    "32": 'h"时"mm"分"', "33": 'h"时"mm"分"ss"秒"', "37": "#,##0;-#,##0", "38": "#,##0;-#,##0",
    "39": "#,##0.00;-#,##0.00", "40": "#,##0.00;-#,##0.00", "41": "#,##0", "42": "#,##0",
    "43": "#,##0.00", "44": "#,##0.00", "45": "mm:ss", "46": "[h]:mm:ss", "47": "mm:ss",
    "48": "0.0", "49": "@", "57": 'yyyy"年"m"月"', "58": 'm"月"d"日"',
}  # fmt: skip
"""The formats that files name by number alone, as Excel for China shows them."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<parting>;)'
    r"|(?P<clock>AM/PM|上午/下午)|(?P<date>y+|m+|d+|h+|s+|a{3,4})|(?P<digits>[0#?][0#?,.]*|\.[0#?]+)"
    r"|(?P<general>General)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CURRENCY = re.compile(r"\$([^-\]]*)")
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's time has no zone
_LAST_DAY = 2_958_465
_WEEKDAYS = "一二三四五六日"


class _Token(NamedTuple):
    kind: str
    text: str


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[tuple[_Token, ...], ...]:
    sections: list[list[_Token]] = [[]]
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or ""
        text = match[kind] if kind else ""
        if kind == "parting":
            sections.append([])
        elif kind == "bracket":  # a currency, hours beyond a day, or a colour
            currency = _CURRENCY.match(text)
            if currency and currency[1]:
                sections[-1].append(_Token("text", currency[1]))
            elif text and not text.lower().strip("hms"):
                sections[-1].append(_Token("date", text))
        elif kind:
            kind = "text" if kind in {"quoted", "escaped", "other"} else kind
            sections[-1].append(_Token(kind, text))
    return tuple(map(tuple, sections))


def shown_number(value: float, code: str, *, from_1904: bool = False) -> str:
    """A cell's number as its format shows it; ``from_1904``: days are counted from that year."""
    sections = _sections(code)
    of_sign = 1 if value < 0 else 2 if value == 0 else 0
    section = sections[of_sign if of_sign < len(sections) else 0]
    kinds = {token.kind for token in section}
    if "date" in kinds:
        return _shown_date(value + 1462 * from_1904, section) or _general(value)
    if not kinds & {"digits", "general"}:
        words = "".join(token.text for token in section if token.kind == "text")
        shown = words.strip() and "@" not in words and len(sections) > 1
        return words if shown else _general(value)
    return _shown_amount(value, section)


def _shown_amount(value: float, section: tuple[_Token, ...]) -> str:
    texts = "".join(token.text for token in section if token.kind == "text")
    scale = 2 * texts.count("%") + 3 * texts.count("‰")
    code = "".join(token.text for token in section if token.kind == "digits")
    amounts = [n for n, token in enumerate(section) if token.kind in {"digits", "general"}]
    if len(amounts) > 1 or section[amounts[0]].kind == "general" or "/" in texts:
        number = _general(abs(value) * 10**scale)  # a fraction, an exponent, a drawn-in point
        if len(amounts) > 1:
            return f"{'-' * (value < 0)}{number}"
    else:
        number = _decimal(abs(value), code, scale)
    words = "".join(
        number if token.kind in {"digits", "general"} else token.text
        for token in section
        if token.kind in {"digits", "general", "text"}
    )
    signed = "-" in texts or ("(" in texts and ")" in texts)
    is_zero = not any(digit in "123456789" for digit in number)
    return f"{'-' * (value < 0 and not signed and not is_zero)}{words.strip()}"


def _decimal(value: float, code: str, scale: int) -> str:
    whole, _, part = code.partition(".")
    thousands = len(part or whole) - len((part or whole).rstrip(","))
    part = part.rstrip(",")
    places, least = len(part), len(part.rstrip("#?"))
    try:
        exact = Decimal(repr(value)).scaleb(scale - 3 * thousands)
        rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    except InvalidOperation:
        return _general(value)
    written = f"{rounded:,f}" if "," in whole.rstrip(",") else f"{rounded:f}"
    head, point, tail = written.partition(".")
    while len(tail) > least and tail.endswith("0"):
        tail = tail[:-1]
    least_digits = whole.count("0")
    return head.zfill(least_digits) + (point + tail if tail else "")


def _general(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{Decimal(f'{value:.10g}'):f}"


def _shown_date(value: float, section: tuple[_Token, ...]) -> str:
    """A day or time by its format; ``""`` where the number is none."""
    if not 0 <= value <= _LAST_DAY:
        return ""
    moment = _FIRST_DAY + timedelta(seconds=round(value * 86_400))
    in_time = False
    words = []
    half_day = any(token.kind == "clock" for token in section)
    for token in section:
        if token.kind == "date":
            letters = token.text.lower()
            minutes = letters[0] == "m" and in_time
            words.append(
                _date_part(moment, "n" * len(letters) if minutes else letters, half_day=half_day)
            )
            in_time = letters[0] in "hs"
        elif token.kind == "clock":
            words.append("上午" if moment.hour < 12 else "下午")
        elif token.kind == "text":
            words.append(token.text)
    return "".join(words).replace("@", "").strip()


def _date_part(moment: datetime, letters: str, *, half_day: bool) -> str:
    width = len(letters) if len(letters) < 3 else 2
    match letters[0]:
        case "y":
            return f"{moment.year % 100:02}" if len(letters) == 2 else str(moment.year)
        case "a":
            return "星期" * (len(letters) > 3) + _WEEKDAYS[moment.weekday()]
        case "d" if len(letters) > 2:
            return "星期" + _WEEKDAYS[moment.weekday()]
        case "m":
            return f"{moment.month:0{width}}" if len(letters) < 3 else f"{moment.month}月"
        case "h":
            hour = (moment.hour - 1) % 12 + 1 if half_day else moment.hour
            return f"{hour:0{width}}"
        case _:
            number = {"d": moment.day, "n": moment.minute, "s": moment.second}[letters[0]]
            return f"{number:0{width}}"
