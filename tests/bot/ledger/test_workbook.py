"""The workbook, read back as a spreadsheet program reads it."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bot.errors import ExportFailed
from bot.ledger.gathering import LedgerRequest, gather
from bot.ledger.ledger import build_tables
from bot.ledger.workbook import workbook_bytes, write_workbook
from knowledge.library import Library
from tests.bot.ledger.conftest import MASKED, REED, ROCK

AT = datetime(2024, 3, 1, tzinfo=UTC)
LEDGER, STATEMENTS, CHART = "台账", "全部数字", "图"


def a_book(library: Library, **request: str) -> Any:
    entries = gather(library, LedgerRequest(**request))
    return openpyxl.load_workbook(BytesIO(workbook_bytes(build_tables(entries), entries, at=AT)))


def row_of(sheet: Any, *names: str) -> dict[str, Any]:
    """The cells of the row that holds some values, by the names in the head."""
    head = [cell.value for cell in sheet[1]]
    row = next(r for r in sheet.iter_rows(min_row=2) if set(names) <= {c.value for c in r})
    return dict(zip(head, row, strict=True))


def test_amounts_are_numbers_and_what_is_masked_is_text(ledger_library: Library) -> None:
    sheet = a_book(ledger_library)[LEDGER]
    row = row_of(sheet, "罚没款", REED)
    assert (row["2022年"].value, row["2023年上半年"].value) == (5000, 35.5)
    assert row["计量单位"].value == "万元"
    assert row_of(sheet, "罚没款", MASKED)["2022年"].value == "*"


def test_marks_stand_in_the_format_of_a_number(ledger_library: Library) -> None:
    sheet = a_book(ledger_library)[LEDGER]
    about = row_of(sheet, "投诉举报受理", REED)["2023年上半年"]
    doubtful = row_of(sheet, "投诉举报受理", ROCK)["2022年"]
    rate = row_of(sheet, "食品抽检合格率", ROCK)["2022年"]
    assert (about.value, about.number_format) == (500, '#,##0"余"')
    assert (doubtful.value, doubtful.number_format) == (21047, '#,##0"？"')
    assert (rate.value, rate.number_format) == (98.02, "#,##0.00")


def test_several_amounts_of_a_cell_are_all_there(ledger_library: Library) -> None:
    texts = row_of(a_book(ledger_library)[LEDGER], "立案", MASKED)["2022年"].value
    assert texts == "*（部分）；12（部分）；15（部分）"


def test_what_is_only_a_part_is_no_number(ledger_library: Library) -> None:
    sheet = a_book(ledger_library)[LEDGER]
    assert row_of(sheet, "结案", MASKED)["2022年"].value == "9（部分）"


def test_every_cell_leads_to_its_sentence(ledger_library: Library) -> None:
    book = a_book(ledger_library)
    ledger, statements = book[LEDGER], book[STATEMENTS]
    head = [cell.value for cell in ledger[1]]
    links = [
        (row[3].value, row[1].value, name, cell.hyperlink.location)
        for row in ledger[ledger.auto_filter.ref]
        for name, cell in zip(head[4:], row[4:], strict=True)
        if cell.hyperlink
    ]
    assert len(links) > 20
    columns = {cell.value: n for n, cell in enumerate(statements[1])}
    for *stated, place in links:
        sheet, _, name = place.partition("!")
        row = [cell.value for cell in statements[statements[name].row]]
        assert sheet == f"'{STATEMENTS}'"
        assert [row[columns[c]] for c in ("单位", "指标", "所说期间")] == stated
        assert row[columns["原文写法"]] in statements[name].value


def test_the_sheet_of_statements_holds_each_with_its_place(ledger_library: Library) -> None:
    sheet = a_book(ledger_library)[STATEMENTS]
    entries = gather(ledger_library, LedgerRequest())
    row = {name: cell.value for name, cell in row_of(sheet, "0.5亿元").items()}
    assert sheet.max_row == len(entries) + 1
    assert row["数值"] == 50_000_000
    assert row["标题"] == "一、主要工作 › （二）执法办案"
    assert row["原句"].startswith("全年立案120件")
    assert row["文件"].endswith("芦苇县2022年.txt")
    assert row["性质"] == "已完成"
    assert {row_of(sheet, "900批次以上")["性质"].value} == {"打算"}


def test_heads_stay_and_both_sheets_can_be_filtered(ledger_library: Library) -> None:
    book = a_book(ledger_library)
    assert (book[LEDGER].freeze_panes, book[STATEMENTS].freeze_panes) == ("E2", "B2")
    assert book[LEDGER].auto_filter.ref.startswith("A1:")
    assert book[STATEMENTS].auto_filter.ref == book[STATEMENTS].dimensions


def test_a_single_table_has_a_chart_in_which_nothing_masked_is_nought(
    ledger_library: Library,
) -> None:
    book = a_book(ledger_library, indicator="食品抽检合格率")
    sheet = book[CHART]
    assert len(sheet._charts) == 1
    assert row_of(sheet, MASKED)["2022年"].value is None
    assert CHART not in a_book(ledger_library).sheetnames
    assert CHART not in a_book(ledger_library, indicator="罚没款", bureau=MASKED).sheetnames


def test_no_text_becomes_a_formula_or_a_link(ledger_library: Library) -> None:
    entries = gather(ledger_library, LedgerRequest(indicator="罚没款", bureau=REED))
    for entry in entries:
        object.__setattr__(entry, "name", "=1+1")
    tables = build_tables(entries)
    book = openpyxl.load_workbook(BytesIO(workbook_bytes(tables, entries, at=AT)))
    assert book[LEDGER]["B2"].data_type == book[STATEMENTS]["D2"].data_type == "s"


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, ledger_library: Library) -> None:
    entries = gather(ledger_library, LedgerRequest())
    with pytest.raises(ExportFailed):
        write_workbook(tmp_path / "none" / "a.xlsx", build_tables(entries), entries)
