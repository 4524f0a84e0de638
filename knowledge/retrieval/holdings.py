"""What the reading of a question knows of the store."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from knowledge.models import Bureau
from knowledge.retrieval.bureau_names import KnownBureaus
from knowledge.retrieval.named_files import FileNames
from knowledge.understanding.periods import Period


class Occurs(Protocol):
    """Finds the reports whose texts contain a phrase."""

    def __call__(self, phrase: str, within: Collection[str] | None = None) -> frozenset[str]:
        """The ids of the reports, of all or ``within`` some."""


Tells = Callable[[int, Collection[str]], frozenset[str]]
"""Those of some reports that tell of a year, whatever their own period."""


def tells_nothing(_year: int, _within: Collection[str]) -> frozenset[str]:
    """Tell of no report's statements."""
    return frozenset()


@dataclass(frozen=True, slots=True)
class KnownReport:
    """A report as the reading of questions knows it.

    ``reviews`` is the period before its own that it looks back on, as a government's report does.
    """

    id: str
    bureau: Bureau | None
    period: Period | None
    names: tuple[str, ...] = ()
    reviews: Period | None = None

    @property
    def bureau_name(self) -> str:
        """The name of its bureau; empty where that is unknown."""
        return self.bureau.name if self.bureau else ""

    @property
    def end(self) -> tuple[int, int]:
        """The year and the month that it ends with; before all others where that is unknown."""
        return (self.period.year, self.period.part.months[1]) if self.period else (0, 0)


class Holdings:
    """The reports that questions are read against, and what questions name of them.

    Each lookup is made when it is first needed, and then kept: reading a question looks at the
    reports that it names, not at all of them.
    """

    def __init__(self, reports: Iterable[KnownReport] = ()) -> None:
        self.reports = tuple(reports)

    def of_bureaus(self, names: Collection[str]) -> list[KnownReport]:
        """The reports of the bureaus with these names."""
        groups = self._by_bureau
        return [report for name in groups if name in names for report in groups[name]]

    @cached_property
    def bureaus(self) -> KnownBureaus:
        """The bureaus that there are reports of."""
        return KnownBureaus(self.bureau_of.values())

    @cached_property
    def bureau_of(self) -> Mapping[str, Bureau]:
        """The bureau of each report whose bureau is known, by the report's id."""
        return {report.id: report.bureau for report in self.reports if report.bureau}

    def year_spoken_in(self, this_year: int, bureaus: Collection[str] = ()) -> int:
        """The year that 今年 means: the calendar's, or that of the newest report if all are older.

        A report is read in its own year and the next; one that looks back on the year before its
        own is read in its own year alone. If all of ``bureaus`` are such, theirs count.
        """
        own = [report for report in self.of_bureaus(bureaus) if report.period]
        known = own if own and all(r.reviews for r in own) else self.reports
        told = [(r.period.year, r.reviews) for r in known if r.period]
        read_in = {y for year, reviews in told for y in (year, year + (reviews is None))}
        return this_year if not told or this_year in read_in else max(year for year, _ in told)

    @cached_property
    def nameless(self) -> tuple[KnownReport, ...]:
        """The reports whose bureau is unknown."""
        return tuple(report for report in self.reports if report.bureau is None)

    @cached_property
    def undated(self) -> tuple[KnownReport, ...]:
        """The reports whose period is unknown."""
        return tuple(report for report in self.reports if report.period is None)

    @cached_property
    def files(self) -> FileNames:
        """What the reports' files and titles are called."""
        return FileNames({report.id: report.names for report in self.reports})

    @cached_property
    def _by_bureau(self) -> dict[str, list[KnownReport]]:
        return group_by_bureau(self.reports)


def group_by_bureau(reports: Iterable[KnownReport]) -> dict[str, list[KnownReport]]:
    """Reports by the name of their bureau; one of an unknown bureau alone, by its id."""
    groups: dict[str, list[KnownReport]] = {}
    for report in reports:
        groups.setdefault(report.bureau_name or report.id, []).append(report)
    return groups
