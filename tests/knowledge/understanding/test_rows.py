"""Rows of tables in a text, and the figures in their cells."""

import pytest

from knowledge.understanding.figures import Figure, find_figures
from knowledge.understanding.rows import (
    find_rows,
    find_tables,
    repeat_units,
    row_sentence,
    unit_in_name,
)


def amounts(text: str) -> list[tuple[str, str, str]]:
    return [(f.text, str(f.value), f.unit) for f in find_figures(text)]


def test_a_bare_number_has_the_unit_of_its_column() -> None:
    assert amounts("单位：城关所，立案（件）：95，罚没款（万元）：52.3，合格率（%）：98.5") == [
        ("95", "95", "件"),
        ("52.3", "523000", "元"),
        ("98.5", "98.5", "%"),
    ]


def test_a_bare_number_has_the_unit_of_its_row() -> None:
    assert amounts("指标：罚没款（万元），2022年：68.5，2023年：80.2") == [
        ("68.5", "685000", "元"),
        ("80.2", "802000", "元"),
    ]


def test_a_column_of_units_gives_them() -> None:
    row = "序号：3，工作任务：食品抽检，单位：批次，目标：1200，完成：1233"
    assert amounts(row) == [("1200", "1200", "批次"), ("1233", "1233", "批次")]


def test_the_line_over_a_table_gives_its_unit() -> None:
    text = "单位：万元\n指标：罚没款，2022年：68.5，增长：17.1\n指标：执行率，2022年：98，增长：2\n"
    assert amounts(text) == [
        ("68.5", "685000", "元"),
        ("17.1", "17.1", ""),
        ("98", "98", ""),
        ("2", "2", ""),
    ]


def test_of_several_units_over_a_table_money_goes_to_money() -> None:
    text = "（单位：件、万元）\n指标：案件总数，2023年：153\n指标：罚没金额，2023年：80.2\n"
    assert amounts(text) == [("153", "153", "件"), ("80.2", "802000", "元")]


def test_a_unit_in_the_corner_is_that_of_the_table() -> None:
    assert amounts("单位：万元：罚没款，2022年：68.5，2023年：80.2") == [
        ("68.5", "685000", "元"),
        ("80.2", "802000", "元"),
    ]


def test_a_total_has_the_unit_that_all_rows_share() -> None:
    text = "项目：食品（批次），完成：12\n项目：药品（批次），完成：3\n项目：合计，完成：15\n"
    assert {unit for _, _, unit in amounts(text)} == {"批次"}


def test_a_figure_with_a_unit_keeps_it() -> None:
    assert amounts("指标：立案（件），本年：153，同比：22.4%，罚款：3万元") == [
        ("153", "153", "件"),
        ("22.4%", "22.4", "%"),
        ("3万元", "30000", "元"),
    ]


def test_the_number_of_a_row_is_no_figure() -> None:
    assert amounts("序号：1，单位：城关所，立案（件）：2") == [("2", "2", "件")]


@pytest.mark.parametrize("number", ["2011", "120", "12345", "1,998"])
def test_a_cell_may_hold_what_would_be_a_year_or_a_name_in_prose(number: str) -> None:
    text = f"单位：城关所，检查（家次）：{number}，立案：3"
    assert amounts(text)[0] == (number, number.replace(",", ""), "家次")


def test_what_looks_like_a_year_is_an_amount_under_the_name_of_a_year() -> None:
    row = "指标：立案（件），2022年：1900，2023年：2011"
    assert amounts(row) == [("1900", "1900", "件"), ("2011", "2011", "件")]
    assert amounts("检查（家）：1998，立案（件）：3")[0] == ("1998", "1998", "家")
    assert amounts("指标：立案（件），年份：2021，数量：3") == [("3", "3", "件")]


def test_a_platform_or_a_year_that_names_a_row_is_no_figure() -> None:
    assert amounts("平台：12345，受理（件）：495") == [("495", "495", "件")]
    assert amounts("年度：2022，受理（件）：495") == [("495", "495", "件")]


def test_a_hidden_cell_is_a_masked_figure_and_a_hidden_name_none() -> None:
    masked = [f for f in find_figures("所：**，检查（家）：*，立案（件）：1*") if f.masked]
    assert [(f.text, f.unit) for f in masked] == [("*", "家"), ("1*", "件")]


def test_a_fall_may_have_a_sign() -> None:
    assert amounts("指标：立案（件），增减：-5，上年：+3") == [("-5", "-5", "件"), ("3", "3", "件")]


@pytest.mark.parametrize(
    "prose",
    [
        "合计：153件，其中：食品95件",
        "检查结果：合格：3，不合格：2。",
        "一是检查，出动120人次，二是立案：立案3件。",
        "联系电话：",
        "，，，：1",
        "：1，：2",
    ],
)
def test_prose_with_colons_is_no_row(prose: str) -> None:
    assert not find_rows(prose)


def test_words_in_a_cell_may_have_commas_and_colons() -> None:
    line = "任务：其中：排查，情况：已检查，发现问题，备注：无，完成率：96%"
    values = [line[slice(*cell.value)] for cell in find_rows(line)[0].cells]
    assert values == ["其中：排查", "已检查，发现问题", "无", "96%"]


def test_rows_with_the_same_columns_are_one_table() -> None:
    text = (
        "表1 办案情况\n单位：件\n所：甲所，立案：3，结案：2\n所：乙所，立案：5\n\n以上。\n"
        "项目：抽检，完成：3，目标：4\n"
    )
    tables = find_tables(text)
    assert [len(table.rows) for table in tables] == [2, 1]
    first = tables[0]
    above = [first.title, first.unit_line, tables[1].title]
    assert [text[slice(*span)] for span in above if span] == ["表1 办案情况", "单位：件"]


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("罚没款(万元)", ("万", "元")),
        ("检查(单位：家次)", ("", "家次")),
        ("增长(±%)", ("", "%")),
        ("合格率%", ("", "%")),
        ("抽检/批次", ("", "批次")),
        ("设备(台(套))", ("", "台套")),
        ("抽检批次", ("", "批次")),
        ("受理件数", ("", "件")),
        ("检查家次", ("", "家次")),
        ("抽检(批次/千人)", None),
        ("物价指数", None),
        ("批次", None),
        ("立案(含移送)", None),
    ],
)
def test_a_name_gives_a_unit(name: str, unit: tuple[str, str] | None) -> None:
    assert unit_in_name(name) == unit


def test_units_are_repeated_only_where_a_row_lacks_them() -> None:
    above = "单位：件、万元\n"
    rows = "指标：立案数，２０２３年：3，罚款（元）：4\n指标：罚没款，２０２３年：5\n"
    read = repeat_units(above + rows)
    assert read == above + (
        "指标：立案数，２０２３年（件）：3，罚款（元）：4\n指标：罚没款，２０２３年（万元）：5\n"
    )
    assert repeat_units(read) == read
    assert amounts(read) == amounts(above + rows)
    assert len(find_tables(read)) == 1


def test_a_row_is_written_as_it_is_read() -> None:
    line = row_sentence([("所", "城关所"), ("立案（件）", "3"), ("", "无")])
    assert line == "所：城关所，立案（件）：3，无"
    assert row_sentence([("", "检查"), ("", "药店")]) == "检查 药店"


def test_amounts_keep_their_place_in_the_text() -> None:
    text = "指标：立案（件），上年：１２５，本年：153\n"
    figures: tuple[Figure, ...] = find_figures(text)
    assert (
        [text[f.start : f.end] for f in figures] == [f.text for f in figures] == ["１２５", "153"]
    )
