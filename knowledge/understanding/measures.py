"""The measure of a figure as written (合格率), what it is a quantity of, and its condition."""

import re

from knowledge.models import Quantity
from knowledge.understanding.clauses import Label
from knowledge.understanding.figures import Figure
from knowledge.understanding.phrases import (
    CLOSE,
    SourceText,
    find_verb,
    has_thing,
    last_of,
    statement_words,
    trim_phrase,
    without_last,
)

_RATE = re.compile(r"[\u4e00-\u9fff]{2}(?:[化证]|（[^（）]{1,6}）)?率")
_SEVERAL_RATES = re.compile(rf"{_RATE.pattern}(?:[、和与及][\u4e00-\u9fff]{{2,8}}率)+(?=均)")
RATE_AT_END = re.compile(f"{_RATE.pattern}$")
_SHARE = re.compile(r"占[^，,]{0,16}$|(?:为|是|相当于)[^，,]{2,12}的$")
_OF_ALL = re.compile(r"占[^，,]{1,16}(?:比重|比例)")


class MeasureReader:
    """Reads how each figure of one text is measured."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._words = statement_words()

    def measure_of(self, label: Label, before: str) -> tuple[str, Quantity]:
        """A figure's measure and what it is a quantity of; ``before`` are the words before it."""
        quantity = self.quantity(label.figure, before)
        measure = "" if label.bound else self.measure(label.figure, before, quantity)
        if quantity is Quantity.MONEY and self._is_sized(label, measure):
            return "", quantity
        if quantity is Quantity.MONEY and label.item:
            item = self._source.slice(label.item)
            measure = next((a for a in self._words.amounts if item.endswith(a)), measure)
            measure = "" if "、" in measure else measure
        if quantity is Quantity.MONEY and self._source.slice(label.after).startswith("的"):
            measure = next((o for o in self._words.outlays if measure.endswith(o)), measure)
        if quantity is Quantity.RATE and not measure:
            found = RATE_AT_END.search(label.of)
            return found[0] if found else "", quantity
        return measure, quantity

    def quantity(self, figure: Figure, before: str) -> Quantity:
        """What a figure is a quantity of."""
        words = self._words
        if words.change.search(before, max(0, len(before) - CLOSE)) or figure.unit.endswith("分点"):
            return Quantity.CHANGE
        if figure.unit in words.ratios:
            return Quantity.RATE
        if figure.unit in words.money or self._is_unitless_money(figure, before):
            return Quantity.MONEY
        return Quantity.DURATION if figure.unit in words.durations else Quantity.COUNT

    def _is_unitless_money(self, figure: Figure, before: str) -> bool:
        """Whether an amount in 万 or 亿 without a unit is money by its name: 罚没款*万."""
        large = figure.text.rstrip("余多").endswith(("万", "亿"))
        named = self._words.money_name.search(before, max(0, len(before) - CLOSE))
        return bool(large and not figure.unit and named)

    def measure(self, figure: Figure, before: str, quantity: Quantity) -> str:
        """The measure's name as written: a rate's, a change's; money's is what is counted."""
        if quantity is Quantity.RATE:
            if "均" in before and (several := _SEVERAL_RATES.search(before)):
                return several[0]
            names = [r for r in self._words.rates if r in before] or _RATE.findall(before)[-1:]
            share = _OF_ALL.search(before) if names else _SHARE.search(before)
            names = [] if share else names
            return names[0] if names else share[0].removesuffix("的") if share else ""
        if quantity is Quantity.CHANGE:
            return last_of(self._words.changes, before)
        if quantity is not Quantity.MONEY:
            return ""
        if not figure.counted or figure.counted not in before:
            found = self._words.money_name.search(before, max(0, len(before) - CLOSE))
            return found[0] if found else ""
        named = has_thing(figure.counted) or self._words.money_name.search(figure.counted)
        return trim_phrase(figure.counted) if named else ""

    def _is_sized(self, label: Label, measure: str) -> bool:
        """Whether money is the size of the thing behind it: 组建2亿元的母基金."""
        verb = find_verb(measure) if measure not in self._words.outlays else None
        acts = verb is not None and verb.end == len(measure)
        return acts and has_thing(self._source.slice(label.after))

    def without_measure(self, own: str, measure: str, quantity: Quantity) -> str:
        """A figure's own words but for its measure; of money what it was for is a thing."""
        if quantity is Quantity.MONEY:
            return self._words.money_name.sub("", own)
        return without_last(measure, own)

    def stands_alone(self, measure: str, quantity: Quantity) -> bool:
        """Whether a measure at the beginning of a sentence is of no sentence before it."""
        if quantity is Quantity.RATE:  # 城镇化率 is a thing of its own, 合格率 is not
            return measure.endswith("率") and measure not in self._words.rates
        return measure in self._words.outlays

    def condition(self, own: str, quantity: Quantity, *, part: bool) -> str:
        """What words of progress say of a carried subject: 不合格, 其中移送; 完成 not of money."""
        words = dict.fromkeys(self._words.stage.findall(own))
        if quantity is Quantity.MONEY:
            words.pop("完成", None)
        found = "".join(words)
        return ("其中" if part else "") + found

    def restriction(self, label: Label, before: str) -> str:
        """What a figure is where it is no amount of its subject: a bound, or what it was before."""
        former = self._words.changed_from.search(before, max(0, len(before) - CLOSE))
        found = "由" if former else ""
        if label.bound:
            found += next((w for w in self._words.bounds if w in label.figure.text), "限定")
        return found

    def polarity(self, own: str) -> str:
        """The negative or positive word of a clause that has an opposite: 不合格, 合格."""
        found = self._words.opposite.search(own)
        return found[0] if found else ""
