"""A plan sentence moved to the period that is planned: dates, masks, figures. Pure."""

import re

from knowledge.figures import find_figures
from knowledge.periods import Part, Period, part_named, year_named

BLANK = "××"
_MASK = re.compile(r"[*＊×]+")
_YEAR = re.compile(
    r"(?P<year>(?<!\d)20\d\d(?!\d)|二[〇○零]二[〇○零一二三四五六七八九])(?P<word>年度|年)?"
)
_CLOSED_YEAR = re.compile(r"(?<=[\u4e00-\u9fff])20\d\d(?=[”’])")
_THIS_YEAR = re.compile(r"(?:今年|本年|明年|来年|下一年)(?P<of>度)?(?P<in>[内底末]?)")
_HALF = re.compile(r"(?P<of>的)?(?P<half>上半年|下半年)")
_LOOKS_BACK = re.compile(r"对?上半年(?=[\u4e00-\u9fff]{1,6}的)")
_QUARTER = re.compile(r"第?(?P<n>[一二三四])季度(?P<end>[末底]?前?)")
_MONTH = re.compile(r"(?<!\d)(?P<n>\d{1,2})(?P<rest>月(?:\d{1,2}日|[底末初份]|[上中下]旬)?)(?!\d)")
_YEAR_END = re.compile(r"(?:确保|力争)?(?:今)?年[底末]前?")
_WHOLE_YEAR = re.compile(r"全年|年内")
_NTH = re.compile(r"第[一二三四五六七八九十\d×]{1,3}[届批期轮]")
_AMOUNT = re.compile(r"\d[\d,，.]*|[一二三四五六七八九十百千两]+")
_TITLED_YEAR = re.compile(r"《[^》]*20\d\d[^》]*》")
_GAP = re.compile(
    r"(?<=[\u4e00-\u9fff，。；、“”（）])[ \t\u3000]+|[ \t\u3000]+(?=[\u4e00-\u9fff，。；、“”（）])"
)
_HALF_WIDTH = str.maketrans({",": "，", ";": "；", "(": "（", ")": "）", "?": "？", "!": "！"})
_COLON = re.compile(r"(?<=[\u4e00-\u9fff]):|:(?=[\u4e00-\u9fff])")
_COMMA_IN_NUMBER = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_KEPT_COMMA = "\0"


def full_width(text: str) -> str:
    """Official punctuation; commas within numbers stay, spaces between characters go."""
    kept = _COMMA_IN_NUMBER.sub(_KEPT_COMMA, text)
    kept = _COLON.sub("：", kept.translate(_HALF_WIDTH)).replace(_KEPT_COMMA, ",")
    quoted = re.sub(r'"([^"\n]{1,40})"', r"“\1”", kept)
    return _GAP.sub("", quoted.replace("\n", ""))


def blanked(text: str) -> str:
    """Every mask as ``××``."""
    return _MASK.sub(BLANK, text)


def moved(text: str, target: Period | None, period: Period) -> str | None:
    """A plan for ``target`` worded for ``period``; None where it cannot be moved.

    Figures stay only if both are the same period; years, halves, deadlines that lie outside the
    period are reworded, blanked or, where they tell of the past, refused.
    """
    same = target == period
    if _TITLED_YEAR.search(text):
        return None
    told = _CLOSED_YEAR.sub("", text)
    if not same:
        if _NTH.search(told):
            return None
        told = without_figures(told)
    told = _THIS_YEAR.sub(lambda m: f"{period.year}年{m['of'] or ''}{m['in']}", told)
    moved_years = _with_years(told, target, period)
    if moved_years is None:
        return None
    halves = _with_halves(moved_years, target, period)
    return None if halves is None else blanked(_with_deadlines(halves, period, same=same))


def without_figures(text: str) -> str:
    """Every amount with its digits as ``××``, its unit kept."""
    told = text
    for figure in reversed(find_figures(text)):
        blank = _AMOUNT.sub(BLANK, figure.text)
        told = told[: figure.start] + blank + told[figure.end :]
    return re.sub(rf"(?:{BLANK})+", BLANK, told)


def _with_years(text: str, target: Period | None, period: Period) -> str | None:
    pieces, position = [], 0
    for match in _YEAR.finditer(text):
        year = year_named(match["year"])
        if year != period.year and (target is None or year != target.year):
            return None
        pieces += [text[position : match.start()], f"{period.year}{match['word'] or ''}"]
        position = match.end()
    return "".join(pieces) + text[position:]


def _with_halves(text: str, target: Period | None, period: Period) -> str | None:
    told = text
    if period.part is Part.SECOND_HALF and target == period:
        told = _LOOKS_BACK.sub(lambda m: ("对" if m[0].startswith("对") else "") + "前期", told)
    for match in reversed(list(_HALF.finditer(told))):
        part = part_named(match["half"])
        half = Period(period.year, part)
        if target == period and period.contains(half):
            continue
        if target == period or target is None:
            return None
        wording = period.part.wording or "全年"
        told = told[: match.start()] + wording + told[match.end() :]
    return told


def _with_deadlines(text: str, period: Period, *, same: bool) -> str:
    first, last = period.part.months

    def month(match: re.Match[str]) -> str:
        fits = same and first <= int(match["n"]) <= last
        return match[0] if fits else f"{BLANK}{re.sub(r'[0-9]+', BLANK, match['rest'])}"

    def quarter(match: re.Match[str]) -> str:
        ends = "一二三四".index(match["n"]) * 3 + 3
        return match[0] if same and first <= ends <= last else ""

    told = _QUARTER.sub(quarter, _MONTH.sub(month, text))
    if last == 12:
        return told
    told = _YEAR_END.sub("", told)
    return told if same else _WHOLE_YEAR.sub("", told)
