"""The ledger as an Excel workbook: the tables, all statements, and a chart of a single table.

A click on a cell of the ledger leads to its sentence. The only file that knows xlsxwriter.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import xlsxwriter

from bot.errors import ExportFailed
from bot.ledger.gathering import LedgerEntry
from bot.ledger.ledger import (
    Cell,
    LedgerTable,
    amount_marks,
    amount_text,
    bureau_label,
    calendar_order,
    legend_lines,
    period_label,
    table_title,
)
from bot.ledger.words import ledger_caption, ledger_words

_OPTIONS = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}
_FONT = "微软雅黑"
_A4 = 9
_HEAD = ("topic", "indicator", "unit", "bureau")
_HEAD_WIDTHS = (12, 24, 10, 26)
_COLUMNS = {
    "bureau": 24, "report_period": 14, "period": 14, "indicator": 22, "subject": 26,
    "measure": 12, "condition": 12, "text": 14, "value": 14, "figure_unit": 10, "notes": 14,
    "role": 10, "place": 40, "page": 6, "sentence": 70, "file": 36,
}  # fmt: skip
"""The columns of the sheet of statements, with their widths in characters."""
_LONGEST_TEXT = 32_767
_LONGEST_TIP = 255
_MOST_ROWS = 1_048_000  # of Excel's 1,048,576

Key = tuple[str, int]
"""A report's id and the place of a figure in it."""


def workbook_bytes(
    tables: Sequence[LedgerTable], entries: Sequence[LedgerEntry], *, at: datetime
) -> bytes:
    """The file of some tables and of all statements gathered for them; ``at`` is when it is made.

    What is more than a sheet of Excel holds is left out.
    """
    packed = BytesIO()
    with xlsxwriter.Workbook(packed, _OPTIONS) as book:
        title = ledger_caption("workbook.title")
        book.set_properties({"title": title, "created": at.replace(tzinfo=None)})
        _Writer(book).write(tables, entries[:_MOST_ROWS])
    return packed.getvalue()


def write_workbook(
    path: Path, tables: Sequence[LedgerTable], entries: Sequence[LedgerEntry]
) -> None:
    """Write the file; raises ExportFailed where it cannot be written."""
    try:
        path.write_bytes(workbook_bytes(tables, entries, at=datetime.now().astimezone()))
    except OSError as error:
        raise ExportFailed(path=path) from error


class _Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def write(self, tables: Sequence[LedgerTable], entries: Sequence[LedgerEntry]) -> None:
        ledger = self._book.add_worksheet(ledger_caption("workbook.ledger"))
        statements = self._book.add_worksheet(ledger_caption("workbook.statements"))
        rows = {_key(entry): row for row, entry in enumerate(entries, 1)}
        self._write_ledger(ledger, tables, rows)
        self._write_statements(statements, entries)
        if len(tables) == 1 and any(tables[0].amount(key) is not None for key in tables[0].cells):
            chart = self._book.add_worksheet(ledger_caption("workbook.chart"))
            self._write_chart(chart, tables[0])

    def _format(self, **properties: Any) -> Any:
        """A format with some properties; each is made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            look = {"font_name": _FONT, "font_size": 10, "valign": "top"}
            self._formats[key] = self._book.add_format(look | properties)
        return self._formats[key]

    def _head(self, sheet: Any, names: Sequence[str], widths: Sequence[float]) -> None:
        """The first row of a sheet, repeated on each page; pages are as wide as the sheet."""
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        head = self._format(bold=True, bg_color="#DCE6F1", bottom=1, text_wrap=True)
        for column, (name, width) in enumerate(zip(names, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, name, head)

    def _write_ledger(
        self, sheet: Any, tables: Sequence[LedgerTable], rows: dict[Key, int]
    ) -> None:
        periods = sorted({p for table in tables for p in table.periods}, key=calendar_order)
        names = [*(ledger_caption(f"workbook.{key}") for key in _HEAD), *map(period_label, periods)]
        self._head(sheet, names, [*_HEAD_WIDTHS, *[16] * len(periods)])
        sheet.freeze_panes(1, len(_HEAD))
        lines = [(table, bureau) for table in tables for bureau in table.bureaus]
        for row, (table, bureau) in enumerate(lines[:_MOST_ROWS], 1):
            topic = table.topic or ledger_caption("workbook.own")
            for column, text in enumerate(
                (topic, table.name, str(table.unit), bureau_label(bureau))
            ):
                sheet.write_string(row, column, text, self._format())
            for column, period in enumerate(periods, len(_HEAD)):
                if cell := table.cells.get((bureau, period)):
                    self._write_cell(sheet, (row, column), table, cell, rows)
        sheet.autofilter(0, 0, len(lines), len(names) - 1)
        notes = [*legend_lines(tables), ledger_caption("workbook.click")]
        for row, line in enumerate(notes, len(lines) + 2):
            sheet.write_string(row, 0, line, self._format(font_color="#5B6770"))

    def _write_cell(
        self,
        sheet: Any,
        place: tuple[int, int],
        table: LedgerTable,
        cell: Cell,
        rows: dict[Key, int],
    ) -> None:
        """One amount that is known as a number, all else as a text; each leads to its sentence."""
        first, amount = cell.entries[0], table.unit.amount(cell.entries[0])
        texts = [amount_text(entry, table.unit) for entry in cell.entries]
        look = self._format(align="right")
        if cell.only and amount is not None:
            look = self._format(align="right", num_format=_number_format(amount, first))
        link = f"internal:'{ledger_caption('workbook.statements')}'!{_cell_name(rows[_key(first)])}"
        text = ledger_words().apart.join(texts)
        tip = first.quote.text[:_LONGEST_TIP]
        sheet.write_url(*place, link, look, string=_writable(text), tip=_writable(tip))
        if cell.only and amount is not None:
            sheet.write_number(*place, float(amount), look)

    def _write_statements(self, sheet: Any, entries: Sequence[LedgerEntry]) -> None:
        names = [ledger_caption(f"workbook.{key}") for key in _COLUMNS]
        self._head(sheet, names, list(_COLUMNS.values()))
        sheet.freeze_panes(1, 1)
        plain, wrapped = self._format(), self._format(text_wrap=True)
        for row, entry in enumerate(entries, 1):
            values = _statement_values(entry)
            for column, (key, value) in enumerate(values.items()):
                if isinstance(value, Decimal | int):
                    sheet.write_number(row, column, float(value), plain)
                elif value:
                    look = wrapped if key == "sentence" else plain
                    sheet.write_string(row, column, _writable(value), look)
        sheet.autofilter(0, 0, len(entries), len(names) - 1)

    def _write_chart(self, sheet: Any, table: LedgerTable) -> None:
        """The amounts that are known, as a table of their own, and Excel's own chart over them."""
        names = [ledger_caption("workbook.bureau"), *map(period_label, table.periods)]
        self._head(sheet, names, [26, *[16] * len(table.periods)])
        for row, bureau in enumerate(table.bureaus, 1):
            sheet.write_string(row, 0, bureau_label(bureau), self._format())
            for column, period in enumerate(table.periods, 1):
                amount = table.amount((bureau, period))
                if amount is not None:  # an empty cell is drawn as none, a text as nought
                    sheet.write_number(row, column, float(amount), self._format())
        chart = self._book.add_chart({"type": "column"})
        name, last = sheet.get_name(), len(table.bureaus)
        colours = cycle(ledger_words().colours)
        for column, colour in enumerate(islice(colours, len(table.periods)), 1):
            chart.add_series(
                {
                    "name": [name, 0, column],
                    "categories": [name, 1, 0, last, 0],
                    "values": [name, 1, column, last, column],
                    "data_labels": {"value": True},
                    "fill": {"color": colour},
                    "gap": 80,
                }
            )
        chart.set_title({"name": table_title(table), "name_font": {"name": _FONT, "size": 16}})
        chart.set_legend({"position": "top" if len(table.periods) > 1 else "none"})
        chart.set_y_axis({"min": 0, "major_gridlines": {"visible": True}})
        chart.set_size({"width": 960, "height": 480})
        sheet.insert_chart(last + 2, 0, chart)


def _writable(text: str) -> str:
    """As much of a text as a cell holds, without what no UTF-8 can hold."""
    return text.encode("utf-8", "ignore").decode()[:_LONGEST_TEXT]


def _key(entry: LedgerEntry) -> Key:
    return entry.report.id, entry.statement.figure.start


def _cell_name(row: int) -> str:
    """The cell of a statement's sentence, as links name it."""
    column = list(_COLUMNS).index("sentence")
    return f"{chr(ord('A') + column)}{row + 1}"


def _number_format(amount: Decimal, entry: LedgerEntry) -> str:
    """Excel's format of a number: as many decimals as it has, with the ledger's marks."""
    exponent = amount.as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    before, after = (f'"{mark}"' if mark else "" for mark in amount_marks(entry))
    return before + digits + after


def _statement_values(entry: LedgerEntry) -> dict[str, str | Decimal | int | None]:
    """A statement in the order of the columns."""
    statement, figure = entry.statement, entry.statement.figure
    return {
        "bureau": bureau_label(entry.bureau),
        "report_period": period_label(entry.report.identity.period),
        "period": period_label(entry.period),
        "indicator": entry.name,
        "subject": statement.subject.strip(),
        "measure": statement.measure,
        "condition": statement.condition,
        "text": figure.text,
        "value": figure.value,
        "figure_unit": figure.unit,
        "notes": "、".join(_notes(entry)),
        "role": ledger_caption(f"workbook.{statement.role.value}"),
        "place": " › ".join(entry.section.path),
        "page": entry.quote.place.name or entry.quote.place.number,
        "sentence": entry.quote.text,
        "file": entry.report.file,
    }


def _notes(entry: LedgerEntry) -> Iterator[str]:
    figure = entry.statement.figure
    if figure.masked:
        yield ledger_caption("workbook.is_masked")
    if figure.approximate:
        yield ledger_caption("workbook.is_approximate")
    if figure.as_of:
        yield figure.as_of
    if entry.is_doubtful:
        yield ledger_caption("workbook.is_doubtful")
    if entry.is_only_a_part:
        yield ledger_caption("workbook.is_part")
