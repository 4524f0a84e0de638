"""What the assistant answers: a status, a text with [n] marks, and the quotes behind them.

A quote whose figures the report itself contradicts is noted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from bot.wording import name_bureau, name_period, say, tell
from knowledge.models import PlaceInFile, Report
from knowledge.storage.protocols import ReportEntry
from knowledge.understanding.sentences import Span, trim_span
from knowledge.understanding.sums import Doubt


class AnswerStatus(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    MASKED = "masked"
    NOT_FOUND = "not_found"
    NO_SUCH_REPORT = "no_such_report"
    TALK = "talk"
    ASKED_BACK = "asked_back"
    DONE = "done"


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
    def place(self) -> PlaceInFile:
        """Where in the file it begins, as far as the file has pages or cells."""
        return self.report.place_in_file(self.span.start)


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote under the number that the answer's text gives it."""

    n: int
    quote: Quote


@dataclass(frozen=True, slots=True)
class Derivation:
    """What was worked out from cited figures: its arithmetic, its value, the numbers of quotes."""

    formula: str
    value: Decimal
    unit: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AnswerFigure:
    """A figure as an answer tells it: whose, of what, how much, and the number of its quote."""

    who: str
    name: str
    amount: str
    n: int
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is shown.

    ``prompt`` names the prompt and version, if a model wrote it; ``prompts`` all that had a part
    in it, ``model`` the model. ``notice`` says why the writer that was set did not write it.
    ``recited`` are a model's statements whose citation was put right. ``derived`` is what was
    worked out, ``figures`` what a question for figures was answered with, ``untold`` the lines that
    say which of them are not told. ``intent`` is what the message wants; where it leaves open what
    of, ``asked_back`` are the names that may be meant. ``own_bureau`` is the bureau of who asks,
    once they have said it; ``matter`` is what was asked, in words that stand alone.
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
    recited: tuple[str, ...] = ()
    derived: tuple[Derivation, ...] = ()
    figures: tuple[AnswerFigure, ...] = ()
    untold: tuple[str, ...] = ()
    intent: str = "find"
    asked_back: tuple[str, ...] = ()
    own_bureau: str = ""
    matter: str = ""


@dataclass(slots=True)
class Footnotes:
    """Numbers quotes as an answer is written; the same quote keeps its number."""

    _numbers: dict[Quote, int] = field(default_factory=dict)

    def number(self, quote: Quote) -> int:
        """The number of a quote, from 1; it is kept without the white space around it."""
        quote = replace(quote, span=trim_span(quote.report.text, quote.span))
        return self._numbers.setdefault(quote, len(self._numbers) + 1)

    def number_of(self, quote: Quote) -> int:
        """The number that a quote has already; 0 for none."""
        span = trim_span(quote.report.text, quote.span)
        return self._numbers.get(replace(quote, span=span), 0)

    def cite(self, quote: Quote) -> str:
        """``[n]`` for a quote."""
        return f"[{self.number(quote)}]"

    def citations(self) -> tuple[Citation, ...]:
        """All quotes that were cited, in the order of their numbers."""
        return tuple(Citation(n, quote) for quote, n in self._numbers.items())


def join_marks(numbers: Sequence[int]) -> str:
    """The marks of some quotes: [1][2]."""
    return "".join(f"[{n}]" for n in numbers)


DoubtsOf = Callable[[str], Sequence[Doubt]]
"""What is doubted of a report's figures, by its id."""


def doubtful_numbers(citations: Sequence[Citation], doubts_of: DoubtsOf) -> tuple[int, ...]:
    """The numbers of the quotes that hold a figure which does not add up in its report."""
    return tuple(c.n for c in citations if _holds_doubt(c, doubts_of(c.quote.report.id)))


def doubt_note(numbers: Sequence[int]) -> str:
    """One line that names the quotes; empty where there is none.

    It states no figure: what the sum would be stands in no report.
    """
    return say("answer.doubtful", marks=join_marks(numbers)) if numbers else ""


def add_doubt_note(answer: Answer, doubts_of: DoubtsOf) -> str:
    """An answer's text, with the note after it where one of its quotes does not add up."""
    note = doubt_note(doubtful_numbers(answer.citations, doubts_of))
    return f"{answer.text}\n{note}" if note else answer.text


def add_scan_note(answer: Answer) -> Answer:
    """The answer, with a note of those quotes whose digits were not read alike twice."""
    quotes = [(c.n, c.quote) for c in answer.citations]
    numbers = [n for n, quote in quotes if quote.report.is_doubtful(*quote.span)]
    if not numbers:
        return answer
    note = say("answer.unsure_digits", marks=join_marks(numbers))
    return replace(answer, text=f"{answer.text}\n{note}")


def _holds_doubt(citation: Citation, doubts: Sequence[Doubt]) -> bool:
    span = citation.quote.span
    return any(span.start <= f.start and f.end <= span.end for d in doubts for f in d.figures)


def place_of(quote: Quote) -> str:
    """Where a quote stands: its headings and, in a file that has them, the page or the cells."""
    return with_place(headings_of(quote.path), quote.place)


def headings_of(path: Sequence[str]) -> str:
    """The headings that something stands under, the outermost first, or that there are none."""
    return " › ".join(path) or say("answer.unheaded")


def with_place(headings: str, place: PlaceInFile) -> str:
    """Headings, followed by the number of the page, or by the cells, where there are any."""
    if place.recognised:
        return tell("answer.on_scanned_page", path=headings, page=place.number)
    if place.name:
        return tell("answer.in_cells", path=headings, cells=place.name).strip()
    return tell("answer.on_page", path=headings, page=place.number) if place.number else headings


def report_label(report: Report) -> str:
    """A report's bureau and period, as answers name it."""
    return name_bureau(report.identity.bureau) + name_period(report.identity.period)


def names_of(report: Report | ReportEntry) -> tuple[str, str]:
    """Bureau and period as they are shown, unknown ones said so."""
    identity = report.identity
    return (
        name_bureau(identity.bureau, tell("ingest.unknown_bureau")),
        name_period(identity.period, tell("ingest.unknown_period")),
    )
