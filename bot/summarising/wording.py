"""The words of a point: clauses of the report in order, told in the third person, and checked.

Wording is changed only where the check of a model's words finds that the quote bears it out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.answers import Quote
from bot.checking.checks import PassageChecker
from bot.checking.sources import GivenPassage, statements_within
from bot.summarising.condenser import Point
from bot.summarising.units import Reading
from bot.summarising.vocabulary import choice_words
from knowledge.models import Bureau, Level, Report
from knowledge.understanding.sentences import Span

_OFFICE = re.compile(r"市场监督?管理?局|市监局|市场监管局")
_LEVELS = "".join(level.value for level in Level)
_LEFT_OVER = re.compile(r"^[，,；;、]+|(?<=[，；。])[，,]+")


def in_third_person(text: str, report: Report) -> str:
    """A text without 截至目前 and 今年, and with the bureau's name for 我局 and 我县.

    The report's own half or quarter is left out, too, where it leads a clause.
    """
    words, identity = choice_words(), report.identity
    bureau, period = identity.bureau, identity.period
    told = words.this_year.sub("", words.until_now.sub("", text))
    if period and (part := period.part.wording):
        told = re.sub(f"(?:^|(?<=[，；。])){part}(?:以来)?[，,]?", "", told)
    if bureau:
        told = words.our_bureau.sub(bureau.name, told)
    told = words.our_region.sub(lambda match: _region(bureau, match[0][-1]), told)
    return _LEFT_OVER.sub("", told)


def _region(bureau: Bureau | None, level: str) -> str:
    """The region of a bureau where it names one of that level, else 该县."""
    name = _OFFICE.split(bureau.name)[0] if bureau else ""
    if len(name) > 1 and name.endswith(level):
        return name
    return choice_words().that_region.format(level=level)


_ENDS = ("。", "！", "？", "；", "。”", "！”", "？”")
_LONG_GAPS = "；;。！？\n"
_TRAILING = "，,、；;：: \n"


@dataclass(slots=True)
class PointWriter:
    """Words points of one report; what was checked once is remembered."""

    reading: Reading
    _known: dict[tuple[tuple[Span, ...], str, Span], str | None] = field(default_factory=dict)

    def write(
        self, spans: Sequence[Span], quote: Span, path: tuple[str, ...], lead: str = ""
    ) -> str | None:
        """The slices joined behind ``lead``, without a stop; None where the quote bears it not."""
        key = (tuple(spans), lead, quote)
        if key not in self._known:
            self._known[key] = self._write(spans, quote, path, lead)
        return self._known[key]

    def _write(
        self, spans: Sequence[Span], quote: Span, path: tuple[str, ...], lead: str
    ) -> str | None:
        report = self.reading.report
        plain = join_slices(report, spans)
        told = in_third_person(plain, report)
        verbatim = not lead and plain == report.text[slice(*quote)].strip().rstrip("。；;")
        for text in dict.fromkeys((f"{lead}{told}", f"{lead}{plain}")):
            if (verbatim and text == plain) or self._stands(text, (Quote(report, path, quote),)):
                return text
        return None

    def retell(self, point: Point) -> Point:
        """A point in the third person, if its quotes bear that out; else as it is."""
        told = in_third_person(point.text, self.reading.report)
        if told == point.text or not self._stands(told.rstrip("。"), point.quotes):
            return point
        return replace(point, text=told)

    def _stands(self, text: str, quotes: Sequence[Quote]) -> bool:
        report, statements = self.reading.report, self.reading.statements
        passages = [
            GivenPassage(n, report, q.span, q.path, statements_within(q.span, statements))
            for n, q in enumerate(quotes, 1)
        ]
        bureau, marks = report.identity.bureau, "".join(f"[{p.n}]" for p in passages)
        checker = PassageChecker(
            passages, frozenset({report.id}), [bureau] if bureau else [], under_headings=True
        )
        return not checker.check(f"{text}{marks}。").faulty


def join_slices(report: Report, spans: Sequence[Span]) -> str:
    """Slices of a report as one text without a stop at its end; neighbours with what is between.

    Where something is left out between two, a comma stands for it, or a semicolon; between items of
    a list what parts these.
    """
    text, pieces, last = report.text, [""], None
    for span in spans:
        between = text[last.end : span.start] if last else ""
        if last and len(between.strip()) > 1:
            gap = any(mark in between for mark in _LONG_GAPS)
            listed = between[0] == between[-1] == "、" and "，" not in between
            pieces.append("、" if listed else "；" if gap else "，")
        elif last:
            pieces.append(between.strip().replace(",", "，"))
        pieces.append(text[slice(*span)].strip(_TRAILING))
        last = span
    return "".join(pieces).rstrip(_TRAILING + "。")


def with_stop(text: str) -> str:
    """A text that ends with a stop."""
    return text if text.endswith(_ENDS) else f"{text}。"
