"""The domain's values: report, bureau, section, passage and what they are made of."""

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from knowledge.understanding.figures import Figure
from knowledge.understanding.periods import Period, YearPart
from knowledge.understanding.sentences import Span


class Level(StrEnum):
    """The administrative level of a bureau."""

    PROVINCE = "省"
    CITY = "市"
    COUNTY = "县"
    DISTRICT = "区"


class SectionKind(StrEnum):
    """What a section is for, by the wording of its heading."""

    OVERVIEW = "overview"
    DONE = "done"
    HIGHLIGHTS = "highlights"
    PROBLEMS = "problems"
    PLAN = "plan"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Bureau:
    """A bureau as the report names itself, masks kept."""

    name: str
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose report it is, for when, and its title; None and ``""`` are what nothing told.

    A government's report is of the year that it plans, and ``reviews`` the one before, or the
    years before; None where a report tells of its own period.
    """

    bureau: Bureau | None
    period: Period | None
    title: str = ""
    reviews: Period | None = None


class Section(NamedTuple):  # not a dataclass: as ``Statement``
    """A node of the heading tree; ``text[start:end]`` holds its heading, body and children.

    ``heading_end`` is where the heading's own words end; a run-in heading is also the first
    words of its body. Leaves, in order, cover every character of the report exactly once.
    """

    path: tuple[str, ...]
    level: int
    kind: SectionKind
    start: int
    end: int
    heading_end: int
    leaf: bool
    run_in: bool = False
    furniture: bool = False


class Passage(NamedTuple):
    """The smallest thing retrieved: whole sentences of one section, ``text[start:end]``."""

    id: str
    report_id: str
    ordinal: int
    path: tuple[str, ...]
    kind: SectionKind
    topics: tuple[str, ...]
    start: int
    end: int


class Page(NamedTuple):
    """A page of a file, or a row of a sheet, by where it begins in the text.

    ``name`` is what its file calls it (``抽检情况!A5:F5``), ``""`` for one that is counted.
    ``recognised`` says that its characters were read from a picture, ``doubtful`` are the places
    of digits in the text that were not read alike twice.
    """

    start: int
    name: str = ""
    recognised: bool = False
    doubtful: tuple[int, ...] = ()


class PlaceInFile(NamedTuple):
    """Where in its file something stands: the number of the page, from 1, or the page's name.

    ``recognised`` says that the page's characters were read from a picture.
    """

    number: int | None = None
    name: str = ""
    recognised: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """One bureau's document for one period, as it was read; ``id`` comes from the text alone.

    ``pages`` are those of the file in order, if it has any.
    """

    id: str
    file: str
    sha256: str
    identity: Identity
    text: str
    pages: tuple[Page, ...] = ()

    def place_in_file(self, place: int) -> PlaceInFile:
        """Where a place of the text stands in the file; says nothing of a file without pages."""
        if not self.pages:
            return PlaceInFile()
        number = max(bisect_right(self.pages, place, key=attrgetter("start")), 1)
        page = self.pages[number - 1]
        return PlaceInFile(None if page.name else number, page.name, page.recognised)

    def is_doubtful(self, start: int, end: int) -> bool:
        """Whether a stretch of the text holds a digit that was not read alike twice."""
        return any(start <= place < end for page in self.pages for place in page.doubtful)


class Quantity(StrEnum):
    """What kind of amount a figure is."""

    COUNT = "count"
    RATE = "rate"
    MONEY = "money"
    CHANGE = "change"
    DURATION = "duration"


class StatementKind(StrEnum):
    """Whether a figure tells what was done, what is planned, or what is owed as a problem."""

    DONE = "done"
    PLAN = "plan"
    PROBLEM = "problem"


class Statement(NamedTuple):  # not a dataclass: there are many, and these cross processes fast
    """A figure with what it says.

    ``subject`` is the thing and the line of work, carried from an earlier clause where its own
    sets none. ``measure`` is the measure's name as written (合格率), ``""`` for a plain number of
    things; ``condition`` what limits it (不合格, 其中), ``""`` for none. ``period`` is what the
    figure tells of, which need not be the report's. ``clause`` are its own words, within
    the ``sentence``; ``context`` the slices whose subject is carried over to it.
    """

    figure: Figure
    subject: str
    measure: str
    quantity: Quantity
    condition: str
    period: Period | None
    role: StatementKind
    clause: Span
    sentence: Span
    context: tuple[Span, ...] = ()


class FigureText(NamedTuple):
    """The figures of a report as one text, and how many they are.

    So they are stored, and handed from process to process: hundreds of objects take longer.
    """

    content: str
    size: int

    @classmethod
    def of(cls, figures: Sequence[Figure]) -> "FigureText":
        """All of the figures."""
        return cls(_encode(figures), len(figures))


def decode_figures(content: str) -> tuple[Figure, ...]:
    """The figures of a ``FigureText``."""
    return tuple(
        Figure(text, start, end, None if value is None else Decimal(value), *rest)
        for text, start, end, value, *rest in json.loads(content)
    )


class StatementText(NamedTuple):
    """The statements of a report as one text without their figures; ``years`` are told of."""

    content: str
    years: tuple[int, ...]

    @classmethod
    def of(cls, statements: Sequence[Statement]) -> "StatementText":
        """All of the statements."""
        # by neighbours, most of which tell of one period: to hash it for each would take longer
        by_period = [(p, [*same]) for p, same in groupby(statements, attrgetter("period"))]
        listed = [
            (
                *(s.subject, s.measure, s.quantity, s.condition),
                stored,
                *(s.role, s.clause, s.sentence, s.context),
            )
            for period, same in by_period
            for stored in (store_period(period),)
            for s in same
        ]
        periods = dict.fromkeys(period for period, _ in by_period if period)
        years = dict.fromkeys(y for p in periods for y in range(p.first_year, p.year + 1))
        return cls(_encode(listed), tuple(years))


def decode_statements(content: str, figures: Sequence[Figure]) -> tuple[Statement, ...]:
    """The statements of a ``StatementText`` with the figures that they are about.

    Raises ValueError where there are not as many.
    """
    return tuple(
        Statement(
            figure, subject, measure, _QUANTITIES[quantity], condition, stored_period(period),
            _KINDS[kind], Span(*clause), Span(*sentence), tuple(Span(*s) for s in context),
        )
        for figure, (
            subject, measure, quantity, condition, period, kind, clause, sentence, context
        ) in zip(figures, json.loads(content), strict=True)
    )  # fmt: skip


_encode = json.JSONEncoder(
    ensure_ascii=False,
    check_circular=False,
    separators=(",", ":"),
    default=str,  # of a Decimal
).encode
_QUANTITIES = {quantity.value: quantity for quantity in Quantity}
_KINDS = {kind.value: kind for kind in StatementKind}
_NO_FIGURES = FigureText("[]", 0)
_NO_STATEMENTS = StatementText("[]", ())


@lru_cache(maxsize=256)
def store_period(period: Period | None) -> tuple[int, ...] | None:
    """A period as it is stored; ``stored_period`` reads it."""
    if period is None:
        return None
    several = (period.years,) if period.years > 1 else ()
    return (period.year, period.part, *several)


def stored_period(stored: Sequence[int] | None) -> Period | None:
    """A period that ``store_period`` wrote."""
    return _known_period(*stored) if stored else None


@lru_cache(maxsize=256)
def _known_period(year: int, part: int, years: int = 1) -> Period:
    return Period(year, YearPart(part), years)


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A report with all that was understood of it: what the store keeps in one transaction.

    ``statement_text`` runs along ``figure_text``. ``doubtful_sums`` counts the places where its
    figures do not add up.
    """

    report: Report
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    doubtful_sums: int = 0
    figure_text: FigureText = _NO_FIGURES
    statement_text: StatementText = _NO_STATEMENTS

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its figures in reading order, read from their text at every call."""
        return decode_figures(self.figure_text.content)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What each of its figures states, read from their text at every call."""
        return decode_statements(self.statement_text.content, self.figures)
