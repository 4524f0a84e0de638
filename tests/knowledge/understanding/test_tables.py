"""What the cells of Word tables state, from the file to the statement."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.models import Quantity, Statement, StatementKind
from knowledge.reading.docx import read_docx
from knowledge.understanding.periods import Period, YearPart
from knowledge.understanding.pipeline import understand
from knowledge.understanding.rows import find_tables, row_sentence
from knowledge.understanding.tables import read_cells
from tests.knowledge.word_tables import Merge, word_report


def table(
    *rows: Sequence[str],
    merged: Sequence[Merge] = (),
    above: Sequence[str] = (),
    year: str = "2023年",
) -> str:
    """The text of a report with one table; ``merged`` are cells from a corner to another."""
    title = f"白芦县市场监督管理局{year}工作总结"
    return read_docx(word_report(*rows, merged=merged, above=above, title=title))


def statements(text: str) -> list[Statement]:
    return list(understand(text, file="a.docx", sha256="0").statements)


def by_figure(text: str) -> dict[str, Statement]:
    return {one.figure.text: one for one in statements(text)}


def words(one: Statement) -> str:
    """A statement in one line: subject, measure, condition, period, role, value, unit."""
    said = (one.subject, one.measure, one.condition, one.period, one.role, one.figure.value)
    return " ".join(filter(None, (*map(str, said), one.figure.unit)))


YEARS = table(
    ["指标", "2022年", "2023年", "增减"],
    ["立案数（件）", "125", "153", "22.4%"],
    ["罚没款（万元）", "68.5", "80.2", "17.1%"],
    ["投诉办结率", "98.7%", "99.6%", "0.9个百分点"],
)


def test_columns_of_years_give_the_period() -> None:
    read = by_figure(YEARS)
    assert words(read["125"]) == "立案数 2022年 done 125 件"
    assert words(read["153"]) == "立案数 2023年 done 153 件"
    assert words(read["68.5"]) == "罚没款 2022年 done 685000 元"
    assert words(read["99.6%"]) == "投诉 办结率 2023年 done 99.6 %"


def test_what_rows_are_sorted_by_names_them() -> None:
    text = table(["年龄段", "人数"], ["35岁以下", "18"], ["36至45岁", "27"], ["46岁及以上", "33"])
    read = by_figure(text)
    assert [read[n].subject for n in ("18", "27", "33")] == [
        "35岁以下人数",
        "36至45岁人数",
        "46岁及以上人数",
    ]


def test_a_sentence_that_announces_a_table_heads_no_part() -> None:
    above = "下表为食品抽检情况。"
    rows = ["环节", "抽检批次", "合格批次"], ["生产", "320", "316"], ["流通", "845", "829"]
    read = understand(table(*rows, above=[above]), file="a.docx", sha256="0")
    assert all("下表" not in name for section in read.sections for name in section.path)


def test_a_column_of_changes_gives_changes() -> None:
    read = by_figure(YEARS)
    for text in ("22.4%", "17.1%", "0.9个百分点"):
        assert (read[text].quantity, read[text].measure) == (Quantity.CHANGE, "增减")
        assert read[text].period == Period(2023)
    assert read["153"].quantity is Quantity.COUNT
    assert read["80.2"].quantity is Quantity.MONEY
    assert read["98.7%"].quantity is Quantity.RATE


def test_periods_relative_to_the_report_are_its_own_or_a_year_before() -> None:
    text = table(
        ["指标", "上年同期", "本年累计", "比上年同期增长（%）", "全年目标"],
        ["立案（件）", "125", "153", "22.4", "300"],
        year="2023年上半年",
    )
    half = YearPart.FIRST_HALF
    assert [(s.figure.text, s.period, s.role) for s in statements(text)] == [
        ("125", Period(2022, half), StatementKind.DONE),
        ("153", Period(2023, half), StatementKind.DONE),
        ("22.4", Period(2023, half), StatementKind.DONE),
        ("300", Period(2023), StatementKind.PLAN),
    ]


def test_months_that_no_period_covers_give_none() -> None:
    text = table(
        ["指标", "9月", "1—8月", "1—6月", "2022年1—8月", "本月"],
        ["立案（件）", "12", "110", "90", "99", "3"],
    )
    half = Period(2023, YearPart.FIRST_HALF)
    assert [s.period for s in statements(text)] == [None, None, half, None, None]


def test_a_part_of_a_year_is_of_the_year_beside_it() -> None:
    text = table(["时间", "2022年（上年同期）", "2023年累计"], ["1—6月立案（件）", "90", "99"])
    half = YearPart.FIRST_HALF
    assert [s.period for s in statements(text)] == [Period(2022, half), Period(2023, half)]
    assert {s.subject for s in statements(text)} == {"立案"}


def test_a_column_may_say_until_when() -> None:
    text = table(
        ["指标", "截至6月底", "截至8月底", "年末", "上年末"], ["实有（户）", "7", "8", "9", "6"]
    )
    periods = [Period(2023, YearPart.FIRST_HALF), None, Period(2023), Period(2022)]
    assert [s.period for s in statements(text)] == periods


def test_quarters_and_their_total() -> None:
    text = table(["指标", "一季度", "二季度", "全年合计"], ["立案（件）", "3", "5", "8"])
    quarters = [Period(2023, YearPart.Q1), Period(2023, YearPart.Q2)]
    assert [s.period for s in statements(text)] == [*quarters, Period(2023)]


def test_a_title_may_say_of_when_a_table_is() -> None:
    text = table(
        ["指标", "上年", "本年"], ["立案（件）", "3", "5"], above=["表2 2021年执法办案情况统计表"]
    )
    assert [s.period for s in statements(text)] == [Period(2020), Period(2021)]


def test_merged_heads_hold_for_the_columns_below() -> None:
    text = table(
        ["项目", "2022年", "", "2023年", ""],
        ["", "目标", "完成", "目标", "完成"],
        ["食品抽检（批次）", "1000", "1010", "1200", "1233"],
        ["药品抽检（批次）", "300", "310", "320", "333"],
        ["合计", "1300", "1320", "1520", "1566"],
        merged=[((0, 1), (0, 2)), ((0, 3), (0, 4))],
    )
    read = by_figure(text)
    assert words(read["1000"]) == "食品抽检 其中 2022年 plan 1000 批次"
    assert words(read["333"]) == "药品抽检 其中 2023年 done 333 批次"
    assert words(read["1566"]) == "抽检 2023年 done 1566 批次"


def test_a_corner_merged_downwards_and_units_in_the_upper_heads() -> None:
    text = table(
        ["监管所", "检查（家次）", "", "立案（件）", ""],
        ["", "上年同期", "本年累计", "上年同期", "本年累计"],
        ["城关所", "120", "145", "10", "12"],
        ["合计", "208", "240", "17", "18"],
        merged=[((0, 0), (1, 0)), ((0, 1), (0, 2)), ((0, 3), (0, 4))],
    )
    read = by_figure(text)
    assert words(read["120"]) == "城关所检查 其中 2022年 done 120 家次"
    assert words(read["12"]) == "城关所立案 其中 2023年 done 12 件"
    assert words(read["240"]) == "检查 2023年 done 240 家次"


def test_goal_and_result_with_a_column_of_units_and_numbers_of_rows() -> None:
    text = table(
        ["序号", "工作任务", "单位", "目标", "完成", "完成率"],
        ["1", "食品监督抽检", "批次", "1200", "1233", "102.8%"],
        ["2", "罚没款", "万元", "80", "85.6", "107%"],
    )
    assert [words(s) for s in statements(text)] == [
        "食品监督抽检 2023年 plan 1200 批次",
        "食品监督抽检 2023年 done 1233 批次",
        "食品监督抽检 完成率 2023年 done 102.8 %",
        "罚没款 2023年 plan 800000 元",
        "罚没款 2023年 done 856000 元",
        "罚没款 完成率 2023年 done 107 %",
    ]


def test_lines_of_work_merged_downwards_lead_their_items() -> None:
    text = table(
        ["工作线条", "项目", "目标", "完成"],
        ["食品安全", "监督抽检（批次）", "1200", "1233"],
        ["", "检查经营主体（家次）", "5000", "5120"],
        ["特种设备", "隐患整改率", "100%", "99.2%"],
        merged=[((1, 0), (2, 0))],
    )
    read = by_figure(text)
    assert words(read["1233"]) == "食品安全监督抽检 2023年 done 1233 批次"
    assert words(read["5000"]) == "食品安全检查经营主体 2023年 plan 5000 家次"
    assert words(read["99.2%"]) == "特种设备隐患 整改率 2023年 done 99.2 %"


def test_a_row_across_the_table_leads_the_rows_below() -> None:
    text = table(
        ["序号", "指标", "目标", "完成"],
        ["一、食品安全", "", "", ""],
        ["1", "抽检（批次）", "1200", "1233"],
        ["二、药品安全", "", "", ""],
        ["1", "抽检（批次）", "300", "333"],
        merged=[((1, 0), (1, 3)), ((3, 0), (3, 3))],
    )
    read = by_figure(text)
    assert read["1233"].subject == "食品安全抽检"
    assert read["300"].subject == "药品安全抽检"


def test_things_may_stand_in_the_heads_and_measures_in_the_rows() -> None:
    text = table(
        ["指标", "食品", "化妆品", "合计"],
        ["抽检（批次）", "1233", "40", "1273"],
        ["不合格（批次）", "25", "*", "29"],
        ["合格率（%）", "98.0", "", "97.7"],
    )
    read = by_figure(text)
    assert words(read["1233"]) == "食品抽检 其中 2023年 done 1233 批次"
    assert words(read["1273"]) == "抽检 2023年 done 1273 批次"
    assert words(read["98.0"]) == "食品 合格率 其中 2023年 done 98.0 %"
    assert words(read["29"]) == "不合格 不合格 2023年 done 29 批次"
    assert read["*"].figure.masked
    assert read["*"].subject == "化妆品不合格"


def test_rows_may_be_years_or_roles() -> None:
    years = table(["年度", "立案（件）"], ["2021年", "101"], ["2022", "125"])
    assert [s.period for s in statements(years)] == [Period(2021), Period(2022)]
    roles = table(["", "抽检（批次）", "检查（家）"], ["目标", "10", "20"], ["完成数", "11", "21"])
    assert [s.role for s in statements(roles)] == [StatementKind.PLAN] * 2 + [
        StatementKind.DONE
    ] * 2


def test_a_task_that_is_named_so_is_no_plan() -> None:
    text = table(["重点任务", "本年"], ["专项任务检查（家）", "12"], ["抽检目标（批次）", "30"])
    assert [s.role for s in statements(text)] == [StatementKind.DONE, StatementKind.PLAN]


def test_parts_of_a_total_are_said_to_be_parts() -> None:
    text = table(
        ["渠道", "受理（件）", "办结率"],
        ["12315平台", "1639", "99.5%"],
        ["12345热线", "495", "99.0%"],
        ["合计", "2134", "99.3%"],
        ["其中：举报", "210", "98.1%"],
    )
    read = by_figure(text)
    assert words(read["495"]) == "12345热线受理 其中 2023年 done 495 件"
    assert words(read["2134"]) == "受理 2023年 done 2134 件"
    assert words(read["99.3%"]) == "办结率 2023年 done 99.3 %"
    assert words(read["210"]) == "举报受理 其中 2023年 done 210 件"


def test_parts_have_the_cell_of_their_total_as_context() -> None:
    rows = ["所", "检查（家）", "立案（件）"], ["甲所", "20", "3"], ["合计", "50", "8"]
    below = table(*rows)
    total = by_figure(below)["8"].clause
    assert below[slice(*total)] == "立案（件）：8"
    assert by_figure(below)["3"].context[-1] == total
    assert total not in by_figure(below)["20"].context
    above = table(rows[0], rows[2], rows[1])
    assert by_figure(above)["3"].context[-1] == by_figure(above)["8"].clause
    across = table(["指标", "食品", "合计"], ["抽检（批次）", "4", "9"])
    assert by_figure(across)["4"].context[-1] == by_figure(across)["9"].clause


def test_a_subtotal_is_a_part_where_there_is_a_total() -> None:
    rows = ["领域", "立案（件）"], ["食品", "84"], ["小计", "84"], ["其他", "40"]
    both = table(*rows, ["合计", "124"])
    assert [(s.subject, s.condition) for s in statements(both)][1:] == [
        ("小计立案", "其中"), ("其他立案", "其中"), ("立案", ""),
    ]  # fmt: skip
    alone = [(s.subject, s.condition) for s in statements(table(*rows))]
    assert alone == [("食品立案", "其中"), ("立案", ""), ("其他立案", "其中")]


def test_the_sentence_that_leads_to_a_table_is_context() -> None:
    text = table(["渠道", "受理（件）"], ["来信", "3"], above=["全年投诉举报情况如下。"])
    (one,) = statements(text)
    assert "全年投诉举报情况如下。" in [text[slice(*s)] for s in one.context]


def test_without_a_total_rows_are_no_parts() -> None:
    text = table(["所", "立案（件）"], ["城关所", "3"], ["河东所", "5"])
    assert [s.condition for s in statements(text)] == ["", ""]
    text = table(["指标", "本年"], ["案件合计（件）", "3"], ["罚没款（万元）", "5"])
    assert [s.condition for s in statements(text)] == ["", ""]


def test_a_row_is_the_sentence_and_what_names_a_cell_its_context() -> None:
    text = table(
        ["指标", "2022年", "2023年"], ["罚没款", "68.5", "80.2"],
        above=["表1 办案情况", "单位：万元"],
    )  # fmt: skip
    one = by_figure(text)["80.2"]
    assert text[slice(*one.clause)] == "2023年（万元）：80.2"
    assert text[slice(*one.sentence)] == "指标：罚没款，2022年（万元）：68.5，2023年（万元）：80.2"
    context = [text[slice(*s)] for s in one.context]
    assert context == ["表1 办案情况", "单位：万元", "指标", "罚没款"]
    assert (str(one.figure.value), one.figure.unit) == ("802000", "元")


def test_prose_in_a_cell_is_read_as_prose_about_its_row() -> None:
    text = table(
        ["重点任务", "完成情况", "完成率"],
        ["食品安全专项整治", "已检查120家，发现问题35个", "100%"],
    )
    read = by_figure(text)
    assert read["120家"].subject == "食品安全专项整治"
    assert text[slice(*read["120家"].sentence)].startswith("重点任务：")
    assert read["100%"].subject == "食品安全专项整治"
    assert read["100%"].measure == "完成率"


def test_prose_after_a_table_does_not_go_on_with_it() -> None:
    text = table(["所", "立案（件）"], ["城关所", "3"])
    text = text.replace("二、存在问题\n", "全年共罚款20万元。\n二、存在问题\n")
    assert "城关所" not in by_figure(text)["20万元"].subject


def test_a_table_in_a_plan_is_planned_unless_it_says_otherwise() -> None:
    text = table(["指标", "数量", "上年完成"], ["抽检（批次）", "30", "20"])
    text = text.replace("一、主要指标", "一、下一步工作计划")
    assert [s.role for s in statements(text)] == [StatementKind.PLAN, StatementKind.DONE]


def test_statements_run_along_the_figures_of_a_text_with_tables() -> None:
    read = understand(YEARS, file="a.docx", sha256="0")
    assert tuple(one.figure for one in read.statements) == read.figures


def test_a_text_without_tables_has_no_cells() -> None:
    text = "一、工作：共检查12家，合格率：98%。\n二、打算：抽检30批次。\n"
    assert not find_tables(text)
    assert read_cells(text, Period(2023)) == ()


_NAMES = st.text(
    st.sampled_from("年月度目标完成合计其中率款数同比（件万元%）2013一、：/"), max_size=8
)
_VALUES = _NAMES | st.sampled_from(
    ["1", "2011", "3.5%", "*", "12件", "—", "-4", "检查3家，立案2件"]
)


@settings(deadline=None)  # the first reading compiles the data files
@given(
    rows=st.lists(st.lists(st.tuples(_NAMES, _VALUES), min_size=1, max_size=5), max_size=5),
    above=_NAMES,
)
def test_whatever_stands_in_rows_each_figure_has_its_statement(
    rows: list[list[tuple[str, str]]], above: str
) -> None:
    lines = [f"单位：{above}", *map(row_sentence, rows)]
    read = understand("一、工作\n" + "\n".join(lines), file="a.txt", sha256="0")
    text = read.report.text
    assert tuple(one.figure for one in read.statements) == read.figures
    for one in read.statements:
        assert text[one.figure.start : one.figure.end] == one.figure.text
        assert one.sentence.start <= one.clause.start <= one.figure.start
