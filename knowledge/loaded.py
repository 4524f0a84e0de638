"""What an ingest says of each file."""

from dataclasses import dataclass
from enum import StrEnum

from knowledge.models import Identity
from knowledge.store import Entry


class Status(StrEnum):
    """What became of a file."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    FAILED = "failed"


class Doubtful(StrEnum):
    """What somebody should look at in a report that was loaded."""

    BUREAU = "bureau_unknown"
    PERIOD = "period_unknown"
    HEADINGS = "no_headings"
    SUMS = "sums"
    OLDER = "older_version"


@dataclass(frozen=True, slots=True)
class Loaded:
    """One line of an ingest: the file, what became of it and what was understood.

    ``doubts`` are those of Doubtful. ``superseded_by`` and ``supersedes`` name the files of the
    newer version of the report, and of its older ones.
    """

    file: str
    status: Status
    report_id: str = ""
    bureau: str = ""
    level: str = ""
    period: str = ""
    sections: int = 0
    passages: int = 0
    figures: int = 0
    seconds: float = 0.0
    error: str = ""
    doubts: tuple[str, ...] = ()
    superseded_by: str = ""
    supersedes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many sections, passages and figures."""

    sections: int
    passages: int
    figures: int


def line_of(
    file: str, status: Status, report_id: str, identity: Identity, counts: Entry | Counts
) -> Loaded:
    """The line of a file, from what its report holds."""
    bureau = identity.bureau
    return Loaded(
        file=file,
        status=status,
        report_id=report_id,
        bureau=bureau.name if bureau else "",
        level=bureau.level or "" if bureau else "",
        period=str(identity.period or ""),
        sections=counts.sections,
        passages=counts.passages,
        figures=counts.figures,
    )
