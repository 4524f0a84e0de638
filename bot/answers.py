"""What the assistant answers: a status, a text with [n] marks, and the quotes behind them."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from knowledge.models import Report
from knowledge.understanding.sentences import Span, trim_span


class AnswerStatus(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    MASKED = "masked"
    NOT_FOUND = "not_found"
    NO_SUCH_REPORT = "no_such_report"


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim slice of a report with the headings it stands under."""

    report: Report
    path: tuple[str, ...]
    span: Span

    @property
    def text(self) -> str:
        """The report's own words, unchanged."""
        return self.report.text[self.span.start : self.span.end]

    @property
    def page(self) -> int | None:
        """The page of the file on which it begins, if the file has pages."""
        return self.report.page_at(self.span.start)


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote under the number that the answer's text gives it."""

    n: int
    quote: Quote


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is shown.

    ``prompt`` names the prompt and version, if a model wrote it; ``prompts`` all that had a part
    in it, ``model`` the model. ``notice`` says why the writer that was set did not write it.
    """

    question: str
    status: AnswerStatus
    text: str
    citations: tuple[Citation, ...] = ()
    struck: tuple[str, ...] = ()
    writer: str = "extractive"
    prompt: str | None = None
    prompts: tuple[str, ...] = ()
    model: str = ""
    notice: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class Footnotes:
    """Numbers quotes as an answer is written; the same quote keeps its number."""

    _numbers: dict[Quote, int] = field(default_factory=dict)

    def number(self, quote: Quote) -> int:
        """The number of a quote, from 1; it is kept without the white space around it."""
        quote = replace(quote, span=trim_span(quote.report.text, quote.span))
        return self._numbers.setdefault(quote, len(self._numbers) + 1)

    def cite(self, quote: Quote) -> str:
        """``[n]`` for a quote."""
        return f"[{self.number(quote)}]"

    def citations(self) -> tuple[Citation, ...]:
        """All quotes that were cited, in the order of their numbers."""
        return tuple(Citation(n, quote) for quote, n in self._numbers.items())
