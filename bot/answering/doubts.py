"""Quotes whose figures the report itself contradicts, and the note that says so."""

from collections.abc import Callable, Sequence

from bot.answers import Answer, Citation
from bot.wording import say
from knowledge.understanding.sums import Doubt

DoubtsOf = Callable[[str], Sequence[Doubt]]
"""What is doubted of a report's figures, by its id."""


def doubtful_numbers(citations: Sequence[Citation], doubts_of: DoubtsOf) -> tuple[int, ...]:
    """The numbers of the quotes that hold a figure which does not add up in its report."""
    return tuple(c.n for c in citations if _holds_doubt(c, doubts_of(c.quote.report.id)))


def doubt_note(numbers: Sequence[int]) -> str:
    """One line that names the quotes; empty where there is none.

    It states no figure: what the sum would be stands in no report.
    """
    marks = "".join(f"[{n}]" for n in numbers)
    return say("answer.doubtful", marks=marks) if marks else ""


def add_doubt_note(answer: Answer, doubts_of: DoubtsOf) -> str:
    """An answer's text, with the note after it where one of its quotes does not add up."""
    note = doubt_note(doubtful_numbers(answer.citations, doubts_of))
    return f"{answer.text}\n{note}" if note else answer.text


def _holds_doubt(citation: Citation, doubts: Sequence[Doubt]) -> bool:
    span = citation.quote.span
    return any(span.start <= f.start and f.end <= span.end for d in doubts for f in d.figures)
