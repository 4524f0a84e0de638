"""Old Excel workbooks (xls) and those of WPS (et) to text, by xlrd: what the cells show."""

import io
import struct

import xlrd  # type: ignore[import-untyped]  # has no types of its own

from knowledge.reading.number_formats import GENERAL, shown_number
from knowledge.reading.result import PagedText, refusal
from knowledge.reading.sheets import Merge, Sheet, workbook_text

_ERRORS = (
    xlrd.XLRDError, xlrd.compdoc.CompDocError, struct.error, AssertionError, LookupError,
    ValueError, TypeError, AttributeError, ArithmeticError, RecursionError,
    NotImplementedError, UnboundLocalError,
)  # fmt: skip
"""What xlrd raises for damaged files, which it does not look out for."""
_LOCKED = "encrypted"


def read_xls(data: bytes) -> PagedText:
    """The text of a workbook; raises UnreadableFile in words for its user."""
    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
        sheets = [_sheet(book, sheet) for sheet in book.sheets() if sheet.visibility == 0]
    except _ERRORS as error:
        locked = _LOCKED in str(error)
        raise refusal("unsupported.encrypted" if locked else "broken.sheet") from error
    return workbook_text(sheets)


def _sheet(book: xlrd.Book, of: xlrd.sheet.Sheet) -> Sheet:
    sheet = Sheet(of.name)
    for row in range(of.nrows):
        for column, cell in enumerate(of.row(row)):
            sheet.put(row, column, _show(book, cell))
    for top, below, left, right in of.merged_cells:
        sheet.merges.append(Merge(top, left, below - 1, right - 1))
    return sheet


def _show(book: xlrd.Book, cell: xlrd.sheet.Cell) -> str:
    match cell.ctype:
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            style = book.format_map.get(book.xf_list[cell.xf_index].format_key)
            code = style.format_str if style else GENERAL
            return shown_number(cell.value, code, from_1904=book.datemode == 1)
        case xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE"
        case xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, ""))
        case _:
            return str(cell.value)
