"""Workbooks of Excel, made by XlsxWriter."""

import io
from collections.abc import Sequence

import xlsxwriter

Shown = tuple[float, str]
"""A number with its format."""
Cells = Sequence[Sequence[str | float | Shown | None]]


def workbook(merged: Sequence[str] = (), hidden: Sequence[str] = (), **sheets: Cells) -> bytes:
    """A file of some sheets; ``merged`` are ranges of the first one (``A1:C1``)."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, tuple):
                        style = book.add_format({"num_format": cell[1]})
                        sheet.write_number(at, column, cell[0], style)
                    elif cell is not None:
                        sheet.write(at, column, cell)
            if sheet is book.worksheets()[0]:
                for place in merged:
                    first = place.partition(":")[0]
                    words = rows[int(first[1:]) - 1][ord(first[0]) - ord("A")]
                    sheet.merge_range(place, words)
            if name in hidden:
                sheet.hide()
    return file.getvalue()
