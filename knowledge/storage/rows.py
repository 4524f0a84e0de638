"""Values to rows of the store's tables and back: pure, and no SQL."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.models import (
    Bureau,
    Identity,
    Level,
    Passage,
    ReadReport,
    Report,
    Section,
    SectionKind,
)
from knowledge.understanding.figures import Figure
from knowledge.understanding.periods import Period, YearPart

Row = tuple[Any, ...]

_ENCODER = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that holds a report: its place and how it was read.

    ``understanding`` is the version of the reading, a space, and the identity stated for the file.
    """

    place: str
    file: str
    sha256: str
    understanding: str

    @property
    def version(self) -> str:
        """The version of the reading alone."""
        return self.understanding.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the store's list holds of a report: all but its text.

    ``superseded_by`` is the id of its newest version where this is an older one.
    """

    id: str
    source: Source
    identity: Identity
    loaded_at: str
    sections: int
    passages: int
    figures: int
    superseded_by: str = ""

    @property
    def file(self) -> str:
        """The path of the file that the report was read from, as it was given."""
        return self.source.file


def row_of_report(read: ReadReport, place: str, loaded_at: str) -> Row:
    """A row of ``reports``."""
    identity = read.report.identity
    bureau, period = identity.bureau, identity.period
    return (
        read.report.id,
        place,
        identity.title,
        bureau.name if bureau else None,
        bureau.level if bureau else None,
        period.year if period else None,
        int(period.part) if period else None,
        loaded_at,
        len(read.sections),
        len(read.passages),
        len(read.figures),
        read.report.text,
    )


def rows_of_pages(read: ReadReport) -> list[Row]:
    """The row of ``pages``, if the report has any."""
    report = read.report
    return [(report.id, json.dumps(report.pages))] if report.pages else []


def rows_of_sections(read: ReadReport) -> list[Row]:
    """Rows of ``sections``."""
    return [
        (
            *(read.report.id, n, _json(s.path), s.level, s.kind, s.start, s.end),
            *(s.heading_end, s.leaf, s.run_in, s.furniture),
        )
        for n, s in enumerate(read.sections)
    ]


def rows_of_figures(read: ReadReport) -> list[Row]:
    """Rows of ``figures``."""
    return [
        (
            *(read.report.id, n, f.start, f.end, f.text),
            *(None if f.value is None else str(f.value), f.unit, f.masked, f.approximate),
            *(f.counted, f.as_of),
        )
        for n, f in enumerate(read.figures)
    ]


def row_of_passage(passage: Passage, vector: NDArray[np.float32]) -> Row:
    """A row of ``passages``, less its number."""
    return (
        *(passage.id, passage.report_id, passage.ordinal, _json(passage.path), passage.kind),
        *(_json(passage.topics), passage.start, passage.end),
        *row_of_vector(passage.id, vector),
    )


def row_of_vector(passage_id: str, vector: NDArray[np.float32]) -> tuple[str, bytes]:
    """The vector's name in any index, and its bytes.

    The name changes with the vector: an index that holds the name holds this very vector, so
    comparing names finds what an index lacks and what is left over in it.
    """
    data = vector.astype("<f4").tobytes()
    return f"{passage_id}-{hashlib.blake2b(data, digest_size=6).hexdigest()}", data


def passage_id_of(vector_key: str) -> str:
    """The passage whose vector an index calls by this name."""
    return vector_key.rpartition("-")[0]


def vectors_of(blobs: Sequence[bytes]) -> NDArray[np.float32]:
    """A matrix of stored vectors; of no columns if there is none."""
    if not blobs:
        return np.zeros((0, 0), dtype=np.float32)
    return np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), -1)


def entry_of(row: Row) -> Entry:
    """A row of the store's list."""
    return Entry(row[0], Source(*row[1:5]), identity_of(*row[5:10]), *row[10:14])


def report_of(row: Row) -> Report:
    """A report with its text."""
    pages = tuple(json.loads(row[8])) if row[8] else ()
    return Report(row[0], row[1], row[2], identity_of(*row[3:8]), row[9], pages)


def identity_of(
    title: str, bureau: str | None, level: str | None, year: int | None, part: int | None
) -> Identity:
    """Whose report it is and for when."""
    return Identity(
        Bureau(bureau, Level(level) if level else None) if bureau else None,
        Period(year, YearPart(part or 0)) if year else None,
        title,
    )


def section_of(row: Row) -> Section:
    """A section of the tree."""
    return Section(
        tuple(json.loads(row[0])),
        row[1],
        SectionKind(row[2]),
        row[3],
        row[4],
        row[5],
        leaf=bool(row[6]),
        run_in=bool(row[7]),
        furniture=bool(row[8]),
    )


def figure_of(row: Row) -> Figure:
    """A figure."""
    return Figure(
        text=row[0],
        start=row[1],
        end=row[2],
        value=None if row[3] is None else Decimal(row[3]),
        unit=row[4],
        masked=bool(row[5]),
        approximate=bool(row[6]),
        counted=row[7],
        as_of=row[8],
    )


def passage_of(row: Row) -> Passage:
    """A passage."""
    path, topics = tuple(json.loads(row[3])), tuple(json.loads(row[5]))
    return Passage(row[0], row[1], row[2], path, SectionKind(row[4]), topics, row[6], row[7])


def _json(values: Sequence[str]) -> str:
    return _ENCODER.encode(values)
