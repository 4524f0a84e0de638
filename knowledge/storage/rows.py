"""Reports and passages to the rows of their tables and back.

The order is that of the columns in the statements of ``store.py``.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from knowledge.models import (
    Bureau,
    Identity,
    Level,
    Page,
    Passage,
    ReadReport,
    Report,
    Section,
    SectionKind,
    stored_period,
)
from knowledge.storage.database import Row
from knowledge.storage.protocols import ReportEntry, ReportSource, Vectors, vector_key
from knowledge.understanding.figures import Figure
from knowledge.understanding.periods import Period, YearPart

encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def report_row(read: ReadReport, place: str, loaded_at: str) -> Row:
    """The row of a report."""
    identity = read.report.identity
    bureau, period = identity.bureau, identity.period
    return (
        *(read.report.id, place, identity.title),
        *((bureau.name, bureau.level) if bureau else (None, None)),
        *((period.year, int(period.part)) if period else (None, None)),
        *(loaded_at, len(read.sections), len(read.passages), read.figure_text.size),
        read.report.text,
    )


def report_of(row: Row) -> Report:
    """A report, of its row, its source and its pages."""
    pages = tuple(map(_page, json.loads(row[9]))) if row[9] else ()
    return Report(row[0], row[1], row[2], _identity(row[3:9]), row[10], pages)


def _page(stored: int | list[Any]) -> Page:
    """A page as it was written down; once only by where it begins."""
    if isinstance(stored, int):
        return Page(stored)
    page = Page(*stored)
    return page._replace(doubtful=tuple(page.doubtful))


def entry_of(row: Row) -> ReportEntry:
    """An entry of the list of reports."""
    return ReportEntry(row[0], ReportSource(*row[1:5]), _identity(row[5:11]), *row[11:])


def _identity(row: Row) -> Identity:
    title, bureau, level, year, part, reviews = row
    return Identity(
        Bureau(bureau, Level(level) if level else None) if bureau else None,
        Period(year, YearPart(part or 0)) if year else None,
        title,
        stored_period(json.loads(reviews)) if reviews else None,
    )


def section_of(path: list[str], level: int, kind: str, *rest: int) -> Section:
    """A section, of its path and the rest of its row."""
    start, end, heading_end, *marks = rest
    whole = (tuple(path), level, SectionKind(kind), start, end, heading_end)
    return Section(*whole, *map(bool, marks))


def figure_of(row: Row) -> Figure:
    """A figure of an old store, of its row."""
    figure = Figure._make(row)
    return figure._replace(
        value=None if figure.value is None else Decimal(figure.value),
        masked=bool(figure.masked),
        approximate=bool(figure.approximate),
    )


def passage_row(passage: Passage, vector: Vectors) -> Row:
    """The row of a passage, without its number."""
    return (
        *(passage.id, passage.report_id, passage.ordinal, encode(passage.path), passage.kind),
        *(encode(passage.topics), passage.start, passage.end),
        *vector_row(passage.id, vector),
    )


def passage_of(row: Row) -> Passage:
    """A passage, of its row without the vector."""
    path, topics = tuple(json.loads(row[3])), tuple(json.loads(row[5]))
    return Passage(row[0], row[1], row[2], path, SectionKind(row[4]), topics, row[6], row[7])


def vector_row(passage_id: str, vector: Vectors) -> tuple[str, bytes]:
    """The key and the bytes of a vector."""
    data = bytes_of(vector)
    return vector_key(passage_id, data), data


def bytes_of(vectors: Vectors) -> bytes:
    """Vectors as they are stored."""
    return vectors.astype("<f4").tobytes()


def matrix_of(blobs: Sequence[bytes]) -> Vectors:
    """A matrix of stored vectors; of no columns if there is none."""
    if not blobs:
        return np.zeros((0, 0), dtype=np.float32)
    return np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), -1)
