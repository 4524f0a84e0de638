"""Summaries and drafts as values: text by the piece, each with the numbers of its quotes."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.answers import Citation
from knowledge.models import SectionKind

Progress = Callable[[int, int], None]
"""Called with how many steps are done, and of how many."""


class Origin(StrEnum):
    """Where the idea of a draft's sentence came from."""

    BASIS = "basis"
    OWN_PLAN = "own_plan"
    UNFINISHED = "unfinished"
    PROBLEM = "problem"
    CONTINUED = "continued"
    SISTER = "sister"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class CitedText:
    """A piece of text, without marks, and the numbers of the quotes that it rests on.

    ``origin`` says where a draft's sentence came from; None in a summary. ``note`` stands behind
    the marks and is no part of the text: （借鉴）. ``problems`` are the numbers of the quotes of
    the problems that it answers.
    """

    text: str
    citations: tuple[int, ...]
    origin: Origin | None = None
    note: str = ""
    problems: tuple[int, ...] = ()

    @property
    def marked(self) -> str:
        """The text with ``[n]`` marks and its note, before the stop that ends it."""
        marks = "".join(f"[{n}]" for n in self.citations) + self.note
        if self.text.endswith(("。", "；")):
            return self.text[:-1] + marks + self.text[-1]
        return self.text + marks


@dataclass(frozen=True, slots=True)
class SummaryPart:
    """What a summary says under one heading of the report; ``path`` is empty above all headings.

    ``kind`` is the kind of the section that it begins in; None where several are mixed. ``line``
    is the line of work that it tells of, where it is told under its name.
    """

    path: tuple[str, ...]
    points: tuple[CitedText, ...]
    kind: SectionKind | None = None
    line: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """An indicator and what each report states of it; an empty text where it states nothing."""

    name: str
    cells: tuple[CitedText, ...]


@dataclass(frozen=True, slots=True)
class SummaryTable:
    """Indicators by reports; ``reports`` are their labels."""

    reports: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """A page on one report or several, in report order; ``left_out`` are headings it passes over.

    ``lines_left_out`` are lines of work that the report treats and it does not. ``digest``: it is
    of the highest headings alone, its clauses chosen for its length; of several reports, of what
    each alone does, below the ``table`` of what all count.

    ``title`` says what is summarised; ``scope`` names the heading, topic or kind, empty for all of
    it; ``struck`` are statements that failed the checks, ``recited`` those whose citation was put
    right; ``doubtful`` numbers the quotes whose figures do not add up; ``prompt`` names the prompt
    and version, if a model wrote it.
    """

    report_ids: tuple[str, ...]
    title: str
    parts: tuple[SummaryPart, ...]
    citations: tuple[Citation, ...]
    left_out: tuple[str, ...] = ()
    lines_left_out: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()
    recited: tuple[str, ...] = ()
    doubtful: tuple[int, ...] = ()
    writer: str = "extractive"
    prompt: str | None = None
    model: str = ""
    notice: str = ""
    seconds: float = 0.0
    scope: str = ""
    digest: bool = False
    table: SummaryTable | None = None

    @property
    def says_something(self) -> bool:
        """Whether it has any point or figure."""
        return bool(self.table and self.table.rows) or any(part.points for part in self.parts)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a draft: its heading (``（一）……``; empty for the opening) and sentences."""

    heading: str
    sentences: tuple[CitedText, ...]

    @property
    def text(self) -> str:
        """The paragraph for pasting: heading and sentences, no marks."""
        return self.heading + "".join(sentence.text for sentence in self.sentences)

    @property
    def citations(self) -> tuple[int, ...]:
        """Every quote that it rests on, once, in the order of its sentences."""
        return tuple(dict.fromkeys(n for s in self.sentences for n in s.citations))


@dataclass(frozen=True, slots=True)
class DraftTask:
    """A row of the table of tasks: what is to be done, by whom and by when, ×× for open."""

    n: int
    task: str
    unit: str
    by: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """Wording for a period's plan.

    ``tasks`` is the table of tasks where one was asked for. ``offer`` says that the bureau has
    planned the period already and what can be typed instead; empty where it has not. ``findings``
    are what a person has to look at, ``recited`` a model's statements whose citation was put
    right.
    """

    title: str
    paragraphs: tuple[Paragraph, ...]
    citations: tuple[Citation, ...]
    findings: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()
    recited: tuple[str, ...] = ()
    writer: str = "extractive"
    prompt: str | None = None
    model: str = ""
    notice: str = ""
    seconds: float = 0.0
    tasks: tuple[DraftTask, ...] = ()
    offer: str = ""

    @property
    def origins(self) -> dict[int, Origin]:
        """Where the idea of the first sentence that rests on it came from, by number of quote."""
        origins: dict[int, Origin] = {}
        for sentence in (s for p in self.paragraphs for s in p.sentences):
            own = Origin.OWN_PLAN if sentence.origin is Origin.PROBLEM else sentence.origin
            for n in sentence.citations:
                is_problem = n in sentence.problems
                origins.setdefault(n, Origin.PROBLEM if is_problem else own or Origin.BASIS)
        return origins
