"""What a person would work out from figures that were found: totals, differences, shares, ranks.

Worked out here alone and from cited statements of one unit, never by a model. Masked operands end
it, approximate ones make it approximate, and a part is never added to its total.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cache
from itertools import groupby
from pathlib import Path

from bot.answering.asks import FigureAsk
from bot.answering.matching import ANYTHING, Match
from bot.answers import Derivation, Footnotes, Quote, report_label
from bot.wording import say
from knowledge.models import Quantity
from knowledge.understanding.figures import Figure
from knowledge.understanding.mentions import fold_width
from knowledge.vocabulary import Pattern, Vocabulary, at, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "extractive.toml"
_HUNDRED = Decimal(100)
_PERCENT, _POINTS = "%", "个百分点"
_PLACES, _PERCENT_PLACES = Decimal("0.01"), Decimal("0.1")
_ALL = re.compile("共|合计|总")
_BRACKET = re.compile(r"[（(].*")
_HOW_MANY = re.compile("[是有为了 ]*(?:多少|几)?[^，,]{0,2}")
_NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)([万亿]?)")
_WORTHS = {"亿": Decimal(10) ** 8, "万": Decimal(10) ** 4}


class DerivationKind(StrEnum):
    """What is to be worked out."""

    TOTAL = "total"
    DIFFERENCE = "difference"
    SHARE = "share"
    GROWTH = "growth"


class DerivationWords(Vocabulary):
    """How people ask for what has to be worked out."""

    total: Pattern = at("deriving.total")
    difference: Pattern = at("deriving.difference")
    share: Pattern = at("deriving.share")
    growth: Pattern = at("deriving.growth")
    lowest: Pattern = at("deriving.lowest")
    highest: Pattern = at("deriving.highest")
    shortened: Pattern = at("deriving.shortened")
    since_last_year: Pattern = at("deriving.since_last_year")
    to_goal: Pattern = at("deriving.to_goal")
    left: Pattern = at("deriving.left")
    whole_year: Pattern = at("deriving.whole_year")
    kinds: Pattern = at("deriving.kinds")
    reached: Pattern = at("deriving.reached")
    exceeded: Pattern = at("deriving.exceeded")
    average: Pattern = at("deriving.average")
    each: dict[str, tuple[str, ...]] = at("deriving.each")


@cache
def derivation_words(path: Path = _FILE) -> DerivationWords:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(DerivationWords, path)


def derivation_asked(text: str, *, periods: int) -> DerivationKind | None:
    """What a question asks to work out, if anything; it names that many periods."""
    words = derivation_words()
    if periods > 1 and words.growth.search(text):
        return DerivationKind.GROWTH
    if words.share.search(text):
        return DerivationKind.SHARE
    if words.difference.search(text):
        return DerivationKind.DIFFERENCE
    return DerivationKind.TOTAL if words.total.search(text) else None


@dataclass(frozen=True, slots=True)
class _Operands:
    """Statements of one unit with their marks."""

    matches: tuple[Match, ...]
    marks: str
    citations: tuple[int, ...]

    @property
    def values(self) -> list[Decimal]:
        return [m.statement.figure.value or Decimal(0) for m in self.matches]

    def descending(self) -> "_Operands":
        """The larger ones first."""
        ordered = sorted(self.matches, key=lambda m: -(m.statement.figure.value or Decimal(0)))
        return replace(self, matches=tuple(ordered))

    @property
    def unit(self) -> str:
        return self.matches[0].statement.figure.unit

    @property
    def about(self) -> str:
        approximate = any(m.statement.figure.approximate for m in self.matches)
        return say("derived.about") if approximate else ""


def confirm(asked: Figure, value: Decimal, question: str) -> str:
    """Whether a value is what a question gives for it, or has reached or exceeded that."""
    words, said = derivation_words(), asked.value or Decimal(0)
    if words.exceeded.search(question):
        return say("confirmed.exceeded" if value > said else "confirmed.not_exceeded")
    if words.reached.search(question):
        return say("confirmed.reached" if value >= said else "confirmed.not_reached")
    return say("confirmed.same" if value == said else "confirmed.other")


def is_bare_total(ask: FigureAsk) -> bool:
    """Whether a part of a question names nothing but that the parts before are to be summed up."""
    total = derivation_words().total
    return bool(total.search(ask.wording) and _HOW_MANY.fullmatch(total.sub("", ask.wording)))


def derive(
    kind: DerivationKind,
    matches: Sequence[Match],
    notes: Footnotes,
    *,
    stated: bool = False,
    unlike: str = "",
) -> tuple[str, Derivation | None]:
    """One line on what was worked out from the statements, or why it cannot be, and its value.

    For a share the part comes first and then the whole, for a change the value before and then
    the one after. ``notes`` has their quotes already. ``stated``: the report tells the total too;
    ``unlike``: what it tells as the total is another amount.
    """
    operands = _cite(matches, notes)
    if refusal := _refusal(kind, operands):
        return refusal, None
    first, second = operands.values[0], operands.values[-1]
    marks = operands.marks
    if kind is DerivationKind.TOTAL:
        total = _work_out("＋", operands, sum(operands.values, Decimal(0)), operands.unit)
        if unlike:
            line = say("derived.unlike_stated", formula=total.formula, stated=unlike, marks=marks)
            return line, total
        told = "derived.stated" if stated else "derived.total"
        return say(told, formula=total.formula, marks=marks), total
    if kind is DerivationKind.SHARE:
        share = _work_out("÷", operands, first * _HUNDRED / second, _PERCENT)
        return say("derived.share", formula=share.formula, marks=marks), share
    if kind is DerivationKind.GROWTH and operands.unit != _PERCENT:
        return _grow(operands)
    unit = _POINTS if operands.unit == _PERCENT else operands.unit
    difference = _work_out("－", operands.descending(), abs(first - second), unit)
    return say("derived.difference", formula=difference.formula, marks=marks), difference


def _grow(operands: _Operands) -> tuple[str, Derivation]:
    """How much more or less the second value is than the first, in percent."""
    before, after = operands.values
    worth, _ = _scale(operands.matches)
    change = (after - before) * _HUNDRED / before
    rounded, equals = _round_percent(change)
    first, second = (_written(m, worth) for m in operands.matches)
    formula = f"（{second}－{first}）÷{first}{equals}{operands.about}{_plain(rounded)}%"
    growth = Derivation(formula, rounded, _PERCENT, operands.citations)
    return say("derived.growth", formula=formula, marks=operands.marks), growth


def _refusal(kind: DerivationKind, operands: _Operands) -> str:
    """Why nothing can be worked out from the operands; empty if it can."""
    matches, marks = operands.matches, operands.marks
    masked = [m.placed.wording for m in matches if m.statement.figure.masked]
    if masked:
        return say("derived.masked", figures="、".join(masked), marks=marks)
    units = {like_unit(m) for m in matches}
    if kind is DerivationKind.TOTAL and len(units) > 1:
        units -= {ANYTHING}  # 集贸市场4个、超市8家 are counted together
    if len(units) > 1:
        return say("derived.units", marks=marks)
    if kind is DerivationKind.TOTAL and matches[0].statement.quantity is Quantity.RATE:
        return say("derived.rates", marks=marks)
    whole = operands.values[-1]
    larger = kind is DerivationKind.SHARE and (not whole or operands.values[0] > whole)
    larger = larger or (kind is DerivationKind.GROWTH and not operands.values[0])
    if larger or (kind is DerivationKind.TOTAL and _overlap(matches)):
        return say("derived.overlap", marks=marks)
    return ""


def derive_rest(match: Match, notes: Footnotes) -> tuple[str, Derivation | None]:
    """The rate of what is not: 不合格率 from 合格率."""
    figure, operands = match.statement.figure, _cite([match], notes)
    if figure.masked or figure.value is None:
        return say("derived.masked", figures=match.placed.wording, marks=operands.marks), None
    rest = _work_out("", operands, _HUNDRED - figure.value, _PERCENT)
    rest = replace(rest, formula=f"100%－{rest.formula}")
    return say("derived.rest", formula=rest.formula, marks=operands.marks), rest


def derive_rate(matches: Sequence[Match], notes: Footnotes) -> tuple[str, Derivation | None]:
    """A rate from counts: of all and the bad ones what is good, of the bad ones and all the bad."""
    operands = _cite(matches, notes)
    if refusal := _refusal(DerivationKind.DIFFERENCE, operands):
        return refusal, None
    first, second = operands.values
    if first < second:
        return derive(DerivationKind.SHARE, matches, notes)
    rounded, equals = _round_percent((first - second) * _HUNDRED / first)
    whole, bad = (_written(m, Decimal(1)) for m in matches)
    formula = f"（{whole}－{bad}）÷{whole}{equals}{_plain(rounded)}%"
    rate = Derivation(formula, rounded, _PERCENT, operands.citations)
    return say("derived.rest", formula=formula, marks=operands.marks), rate


def derive_average(matches: Sequence[Match], notes: Footnotes) -> tuple[str, Derivation | None]:
    """How much of the first statement falls to each of what the second counts."""
    operands = _cite(matches, notes)
    masked = [m.placed.wording for m in matches if m.statement.figure.masked]
    if masked:
        return say("derived.masked", figures="、".join(masked), marks=operands.marks), None
    amount, count = operands.values
    average = amount / count
    rounded = average.quantize(_PLACES, ROUND_HALF_UP)
    equals = "＝" if rounded == average else "≈"
    shared, among = (_written(m, Decimal(1)) for m in matches)
    formula = f"{shared}÷{among}{equals}{operands.about}{_plain(rounded)}{operands.unit}"
    value = Derivation(formula, rounded, operands.unit, operands.citations)
    return say("derived.average", formula=formula, marks=operands.marks), value


def rank(matches: Sequence[Match], notes: Footnotes, *, lowest: bool) -> str:
    """The reports by their figures, the one asked for first; one statement a report."""
    known = [m for m in matches if not m.statement.figure.masked]
    parts = [m.placed.report.identity.period for m in known]
    longest = [m for m, period in zip(known, parts, strict=True) if period and not period.part]
    known = longest if len(longest) > 1 else known
    operands = _cite(matches, notes)
    if len(known) < 2 or len({like_unit(m) for m in known}) > 1:
        return say("answer.not_ranked")
    line = _order(known, _whose, operands.marks, lowest=lowest)
    periods = {m.statement.period for m in known}
    subjects = {m.statement.subject for m in known}
    if len(periods) > 1 or len(subjects) > 1:
        line += say("derived.scopes")
    masked = [m for m in matches if m.statement.figure.masked]
    hidden = "、".join(report_label(m.placed.report) for m in masked)
    line += say("derived.unranked", who=hidden) if hidden else ""
    shorter = [m for m in matches if m not in known and m not in masked]
    others = "、".join(report_label(m.placed.report) for m in shorter)
    return line + (say("derived.shorter", who=others) if others else "")


def rank_things(matches: Sequence[Match], notes: Footnotes, *, lowest: bool) -> str:
    """The things of a report by their figures; empty where they cannot be ranked."""
    known = [m for m in matches if m.statement.figure.value is not None]
    if len(known) < 2 or len({m.statement.figure.unit for m in known}) > 1:
        return ""
    ordered = _cite(_by_amount(known, lowest=lowest), notes)
    line = _order(known, lambda m: m.placed.wording, ordered.marks, lowest=lowest)
    hidden = "、".join(m.placed.wording for m in matches if m not in known)
    return line + (say("derived.unranked", who=hidden) if hidden else "")


def _by_amount(known: Sequence[Match], *, lowest: bool) -> list[Match]:
    return sorted(known, key=_amount, reverse=not lowest)


def _amount(match: Match) -> Decimal:
    return match.statement.figure.value or Decimal(0)


def _order(
    known: Sequence[Match], name: Callable[[Match], str], marks: str, *, lowest: bool
) -> str:
    """The line that tells an order; ``name`` is what stands for each in it."""
    ordered = _by_amount(known, lowest=lowest)
    alike = ["＝".join(map(name, same)) for _, same in groupby(ordered, key=_amount)]
    order = ("＜" if lowest else "＞").join(alike)
    if len(alike) == 1:
        return say("derived.alike", order=order, marks=marks)
    return say("derived.lowest" if lowest else "derived.highest", order=order, marks=marks)


def like_unit(match: Match) -> str:
    """A unit as one of those that count the same: 台 of 台（套）, 家 of 户."""
    unit = _BRACKET.sub("", match.statement.figure.unit)
    return "家" if unit == "户" else unit


def _whose(match: Match) -> str:
    return f"{report_label(match.placed.report)}{match.placed.amount}"


def _cite(matches: Sequence[Match], notes: Footnotes) -> _Operands:
    numbers = tuple(
        dict.fromkeys(
            notes.number(Quote(m.placed.report, m.placed.path, m.statement.sentence))
            for m in matches
        )
    )
    return _Operands(tuple(matches), "".join(f"[{n}]" for n in numbers), numbers)


def _overlap(matches: Sequence[Match]) -> bool:
    """Whether one of the statements is a part of another."""
    *parts, largest = sorted(matches, key=lambda m: m.statement.figure.value or Decimal(0))
    counted = sum((m.statement.figure.value or Decimal(0) for m in parts), Decimal(0))
    enough = len(parts) > 1 and (largest.statement.figure.value or Decimal(0)) >= counted
    listed = len({m.statement.sentence for m in matches}) == 1  # one beside the other
    exact = largest.statement.figure.value == counted
    if enough and _ALL.search(largest.placed.own) and (exact or not listed):
        return True
    spans = [m.statement.clause for m in matches]
    return any(
        other is not m and span in m.statement.context and m.statement.condition.startswith("其中")
        for m in matches
        for other, span in zip(matches, spans, strict=True)
    )


def _work_out(sign: str, operands: _Operands, value: Decimal, unit: str) -> Derivation:
    """The arithmetic written out; a quotient is rounded as shares are."""
    worth, written = _scale(operands.matches)
    same_unit = unit == operands.unit
    shown_value = value / worth if same_unit else value
    exact = same_unit or unit == _POINTS
    rounded, equals = (shown_value, "＝") if exact else _round_percent(shown_value)
    percent = _PERCENT if operands.unit == _PERCENT else ""
    terms = sign.join(f"{_written(m, worth)}{percent}" for m in operands.matches)
    shown = f"{_plain(rounded)}{written if same_unit else ''}{unit}"
    formula = f"{terms}{equals}{operands.about}{shown}"
    return Derivation(formula, value if same_unit else rounded, unit, operands.citations)


def _round_percent(value: Decimal) -> tuple[Decimal, str]:
    """A share as people say it, to one place, with the sign of how exact that is."""
    rounded = value.quantize(_PERCENT_PLACES, ROUND_HALF_UP)
    return rounded, "＝" if rounded == value else "≈"


def _written(match: Match, worth: Decimal) -> str:
    """An operand's number as its report writes it: 2,360; 4.5万 beside numbers without 万."""
    value = (match.statement.figure.value or Decimal(0)) / worth
    found = _NUMBER.search(fold_width(match.placed.amount))
    if not found:
        return _plain(value)
    number, scale = Decimal(found[1].replace(",", "")), found[2] or ""
    if number == value:
        return found[1]
    return found[0] if number * _WORTHS.get(scale, 1) == value else _plain(value)


def _plain(value: Decimal) -> str:
    """A number without needless zeros."""
    return f"{value.normalize():f}"


def _scale(matches: Sequence[Match]) -> tuple[Decimal, str]:
    """The multiplier that all operands are written with, to write their result alike."""
    for written, worth in _WORTHS.items():
        if all(written in m.placed.amount for m in matches):
            return worth, written
    return Decimal(1), ""
