"""The words of a point: clauses of the report in order, told in the third person, and checked.

Wording is changed only where the check of a model's words finds that the quote bears it out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.checking.checks import PassageChecker
from bot.checking.sources import GivenPassage, statements_within
from bot.summarising.third_person import in_third_person
from bot.summarising.units import Reading
from knowledge.models import Report
from knowledge.understanding.sentences import Span

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
            if (verbatim and text == plain) or self._stands(text, quote, path):
                return text
        return None

    def _stands(self, text: str, quote: Span, path: tuple[str, ...]) -> bool:
        report = self.reading.report
        statements = statements_within(quote, self.reading.statements)
        passage = GivenPassage(1, report, quote, path, statements)
        bureau = report.identity.bureau
        checker = PassageChecker(
            [passage], frozenset({report.id}), [bureau] if bureau else [], under_headings=True
        )
        return not checker.check(f"{text}[1]。").faulty


def join_slices(report: Report, spans: Sequence[Span]) -> str:
    """Slices of a report as one text without a stop at its end; neighbours with what is between.

    Where something is left out between two, a comma stands for it, or a semicolon.
    """
    text, pieces, last = report.text, [""], None
    for span in spans:
        between = text[last.end : span.start] if last else ""
        if last and len(between.strip()) > 1:
            gap = any(mark in between for mark in _LONG_GAPS)
            pieces.append("；" if gap else "，")
        elif last:
            pieces.append(between.strip().replace(",", "，"))
        pieces.append(text[slice(*span)].strip(_TRAILING))
        last = span
    return "".join(pieces).rstrip(_TRAILING + "。")


def with_stop(text: str) -> str:
    """A text that ends with a stop."""
    return text if text.endswith(_ENDS) else f"{text}。"
