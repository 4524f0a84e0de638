import io
import random
import zipfile
from collections.abc import Callable, Sequence

import pytest

from knowledge.errors import UnreadableFile
from knowledge.models import StatementKind
from knowledge.reading import sheets
from knowledge.reading.files import read_bytes
from knowledge.reading.formats import recognise
from knowledge.reading.result import PagedText
from knowledge.reading.sheets import Merge, Sheet, column_name, workbook_text
from knowledge.understanding.headings import STYLED
from knowledge.understanding.periods import Period, YearPart
from knowledge.understanding.pipeline import understand
from tests.knowledge.reading.books import Cells, workbook
from tests.knowledge.reading.ole import old_workbook
from tests.knowledge.reading.test_odf import spreadsheet

TITLE = "凌川县市场监督管理局2024年上半年主要指标完成情况表"


def lines(rows: Cells, merged: Sequence[str] = ()) -> list[str]:
    """The lines below the heading of the sheet."""
    read = read_bytes(workbook(merged, 指标=rows)).text.splitlines()
    return [line for line in read if line != f"{STYLED}指标"]


ROWS: Cells = [
    [TITLE],
    [None, None, None, "单位：万元"],
    ["指标", "2023年", "2024年", "增长"],
    ["食品抽检（批次）", 2400, (2518, "#,##0"), (0.049, "0.0%")],
    ["抽检合格率", (0.985, "0.0%"), (0.9912, "0.0%"), None],
    ["罚没款", 68.5, "*", None],
]


def test_a_row_says_what_each_of_its_figures_is() -> None:
    assert lines(ROWS) == [
        TITLE,
        "单位：万元",
        "指标：食品抽检（批次），2023年：2400，2024年：2,518，增长：4.9%",
        "指标：抽检合格率，2023年：98.5%，2024年：99.1%",
        "指标：罚没款，2023年（万元）：68.5，2024年（万元）：*",
    ]


def test_all_programs_give_the_same_text() -> None:
    rows: Cells = [
        ["凌川县市场监督管理局2024年工作情况表", None, None],
        ["指标", "2023年", "2024年"],
        ["立案（件）", (125.0, "General"), (153.0, "#,##0")],
        ["办结率", (0.985, "0.0%"), (1.0, "0.0%")],
    ]
    old = old_workbook(rows, [(0, 0, 0, 2)])  # type: ignore[arg-type]  # of numbers with formats
    new = workbook(["A1:C1"], 指标=rows)
    free = spreadsheet(
        "指标",
        [
            ["凌川县市场监督管理局2024年工作情况表"],
            ["指标", "2023年", "2024年"],
            ["立案（件）", "125", "153"],
            ["办结率", "98.5%", "100.0%"],
        ],
    )
    assert [recognise(data).name for data in (old, new, free)] == ["xls", "xlsx", "odf"]
    assert read_bytes(old) == read_bytes(new) == read_bytes(free)


def test_a_line_bears_the_name_of_its_cells() -> None:
    read = read_bytes(workbook(指标=ROWS))
    places = {read.text[page.start :].partition("\n")[0]: page.name for page in read.pages}
    assert places["指标：抽检合格率，2023年：98.5%，2024年：99.1%"] == "指标!A5:C5"
    assert places[TITLE] == "指标!A1"
    assert [column_name(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_sheet_becomes_statements_of_the_body_and_period_of_its_title() -> None:
    rows: Cells = [
        [TITLE],
        ["指标", "上年同期", "本期", "全年目标"],
        ["食品抽检（批次）", 1210, 1286, 2600],
        ["投诉办结率", (0.978, "0.0%"), (0.993, "0.0%"), (0.98, "0%")],
    ]
    read = read_bytes(workbook(["A1:D1"], 指标=rows))
    report = understand(read.text, file="a.xlsx", sha256="", pages=read.pages)
    identity = report.report.identity
    assert identity.bureau
    assert (identity.bureau.name, identity.period) == (
        "凌川县市场监督管理局",
        Period(2024, YearPart.FIRST_HALF),
    )
    stated = [
        (s.figure.text, s.subject + s.measure, s.period, s.role is StatementKind.PLAN)
        for s in report.statements
    ]
    half, before = Period(2024, YearPart.FIRST_HALF), Period(2023, YearPart.FIRST_HALF)
    assert stated == [
        ("1210", "食品抽检", before, False),
        ("1286", "食品抽检", half, False),
        ("2600", "食品抽检", Period(2024), True),
        ("97.8%", "投诉办结率", before, False),
        ("99.3%", "投诉办结率", half, False),
        ("98%", "投诉办结率", Period(2024), True),
    ]


def test_a_header_in_two_rows_is_read_from_the_top_down() -> None:
    rows: Cells = [
        ["指标", "2023年", None, "2024年", None],
        [None, "目标", "完成", "目标", "完成"],
        ["立案（件）", 10, 11, 12, 13],
    ]
    assert lines(rows, ["A1:A2", "B1:C1", "D1:E1"]) == [
        "指标：立案（件），2023年目标：10，2023年完成：11，2024年目标：12，2024年完成：13"
    ]


def test_a_cell_that_is_merged_downwards_holds_for_each_row() -> None:
    rows: Cells = [
        ["类别", "项目", "数量（家）"],
        ["食品", "餐饮", 12],
        [None, "流通", 9],
    ]
    assert lines(rows, ["A2:A3"])[1] == "类别：食品，项目：流通，数量（家）：9"


def test_notes_and_signatures_are_no_rows() -> None:
    rows: Cells = [
        ["填报单位：凌川县局", None, None, "填报日期：2024年7月"],
        ["指标", "1月", "2月", "3月"],
        ["立案（件）", 3, 4, 5],
        ["注：数据截至2024年3月底。"],
        ["填表人：周某", None, "审核人：郑某"],
    ]
    assert lines(rows) == [
        "填报单位：凌川县局 填报日期：2024年7月",
        "指标：立案（件），1月：3，2月：4，3月：5",
        "注：数据截至2024年3月底。",
        "填表人：周某 审核人：郑某",
    ]


def test_empty_rows_part_tables_but_not_a_table() -> None:
    head: Sequence[str] = ["指标", "数量（件）"]
    rows: Cells = [
        head,
        ["立案", 3],
        [None],
        ["结案", 2],
        [None],
        ["投诉", "数量（次）"],
        ["受理", 9],
    ]
    assert lines(rows) == [
        "指标：立案，数量（件）：3",
        "指标：结案，数量（件）：2",
        "投诉：受理，数量（次）：9",
    ]


def test_sheets_begin_with_their_names_and_hidden_ones_are_left_out() -> None:
    table: Cells = [["指标", "数量（件）"], ["立案", 3]]
    read = read_bytes(workbook((), ["内部"], 办案=[[TITLE], *table], 内部=table, 投诉=table))
    report = understand(read.text, file="a.xlsx", sha256="", pages=read.pages)
    assert report.report.identity.title == TITLE
    assert [s.path for s in report.sections] == [("标题",), ("办案",), ("投诉",)]
    assert [p.name for p in read.pages] == ["办案!A1", "办案!A3:B3", "投诉!A2:B2"]


def test_a_sheet_beyond_all_measure_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_CELLS", 3)
    with pytest.raises(UnreadableFile, match="表格过大"):
        read_bytes(workbook(指标=ROWS))


def test_merges_beyond_all_measure_cost_nothing() -> None:
    sheet = Sheet("甲", {(0, 0): "指标", (0, 1): "数量"}, [Merge(0, 0, 1 << 20, 1 << 14)])
    assert workbook_text([sheet]).text == f"指标 数量\n{STYLED}甲\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_a_table_of_text_is_told_and_read(mark: str, encoding: str) -> None:
    rows = [["指标", "2023年", "2024年"], ["立案（件）", "125", "153"], ["结案（件）", "*", "149"]]
    data = "\r\n".join(map(mark.join, rows)).encode(encoding)
    assert recognise(data).name == "csv"
    read = read_bytes(data)
    assert read.text.splitlines() == [
        "指标：立案（件），2023年：125，2024年：153",
        "指标：结案（件），2023年：*，2024年：149",
    ]
    assert [page.name for page in read.pages] == ["A2:C2", "A3:C3"]


def test_a_table_of_text_may_hold_dates_alone() -> None:
    rows = "序号,经营者,发证日期\n1,甲店,2024-03-05\n2,乙店,2024/11/2\n3,丙店,2024年8月\n"
    assert recognise(rows.encode()).name == "csv"


@pytest.mark.parametrize(
    "text",
    [
        "一、总体情况\n检查企业1,286家次，立案32件。\n二、下一步\n继续做好12,345条投诉的办理。\n",
        "甲,乙\n丙,丁\n戊,己\n",
        "| 所 | 立案 |\n|---|---|\n| 城关所 | 95 |\n",
        "共检查1,286家\n共立案1,024件\n共办结1,001件\n",
    ],
)
def test_prose_is_no_table(text: str) -> None:
    assert recognise(text.encode()).name == "text"


def damaged(data: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(chance.randrange(1, 12)):
        spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    return bytes(spoilt)


def damaged_part(data: bytes, chance: random.Random) -> bytes:
    """A zip one of whose parts is damaged."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        spoilt = chance.choice(old.namelist())
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, damaged(part, chance) if name == spoilt and part else part)
    return file.getvalue()


@pytest.mark.parametrize("spoil", [damaged, damaged_part])
def test_damaged_workbooks_are_read_or_refused(
    spoil: Callable[[bytes, random.Random], bytes],
) -> None:
    chance = random.Random(7)  # noqa: S311 - repeatable
    made = [workbook(指标=ROWS), spreadsheet("指标", [["甲", "乙"], ["丙", "3"]])]
    if spoil is damaged:
        made.append(old_workbook([["指标", (3.0, "0.0%")]], [(0, 0, 0, 1)]))
    for data in made:
        for _ in range(60):
            try:
                read = read_bytes(spoil(data, chance))
            except UnreadableFile:
                continue
            assert isinstance(read, PagedText)
