import pytest

from knowledge.errors import UnreadableFile
from knowledge.reading.files import read_bytes
from knowledge.reading.formats import recognise
from knowledge.reading.text import read_text


def lines_of(text: str) -> list[str]:
    return read_text(text.encode()).splitlines()


def test_a_table_of_bars_is_read_as_other_tables() -> None:
    assert lines_of(
        "# 凌川县局2024年总结\n"
        "| 所别 | 立案（件） | **罚没（万元）** |\n|:--|--:|:-:|\n"
        "| 城关所 | 95 | \\*\\* |\n| **县 | 58 | 27\\|9<br> |\n\n完。\n"
    ) == [
        "# 凌川县局2024年总结",
        "所别：城关所，立案（件）：95，罚没（万元）：**",
        "所别：**县，立案（件）：58，罚没（万元）：27|9",
        "",
        "完。",
    ]


def test_bars_may_be_left_out_at_the_edges() -> None:
    assert lines_of("所 | 立案\n---|---\n城关所 | 95") == ["所：城关所，立案：95"]


@pytest.mark.parametrize("text", ["甲 | 乙\n丙 | 丁", "甲\n---\n乙", "| 甲 |", "a || b\n"])
def test_bars_alone_make_no_table(text: str) -> None:
    assert read_text(text.encode()) == text


def test_a_table_of_tags_in_a_text_is_read_as_in_a_page() -> None:
    table = (
        "<table><tr><th rowspan=2>指标</th><th colspan=2>2024年</th></tr>\n"
        "<tr><th>目标</th><th>完成</th></tr>\n<tr><td>立案（件）</td><td>12</td><td>13</td></tr></table>"
    )
    assert lines_of(f"一、指标\n{table}\n二、问题\n") == [
        "一、指标",
        "指标：立案（件），2024年目标：12，2024年完成：13",
        "二、问题",
    ]
    bare = '<table><tr><td rowspan="2">合计</td><td>153</td></tr><tr><td>80.2</td></tr></table>'
    assert lines_of(bare) == ["合计：153", "合计：80.2"]


def test_the_unit_over_a_table_stands_in_its_rows() -> None:
    table = "单位：万元\n\n| 指标 | 2023年 | 2024年 |\n|---|---|---|\n| 罚没款 | 68.5 | 80.2 |\n"
    assert lines_of(table)[-1] == "指标：罚没款，2023年（万元）：68.5，2024年（万元）：80.2"


def test_tables_without_end_cost_nothing() -> None:
    text = "<table " * 20_000
    assert read_text(text.encode()) == text


def test_characters_without_width_are_left_out() -> None:
    assert (
        read_text("全年收入74.4\u200b万元，\ufeff增长3%。".encode()) == "全年收入74.4万元，增长3%。"
    )


def test_a_text_with_tables_of_tags_is_no_web_page() -> None:
    row = "<tr><td>城关所</td><td>12</td><td>3.5</td></tr>\n"
    head = "<tr><th>所</th><th>立案（件）</th><th>罚没（万元）</th></tr>\n"
    text = f"## 一、执法\n\n立案12件。\n\n<table>\n{head}{row * 9}</table>\n\n## 二、监管\n"
    read = read_bytes(text.encode()).text
    assert "\n## 二、监管\n" in read
    assert read.count("所：城关所，立案（件）：12，罚没（万元）：3.5\n") == 9
    layout = f"<table>{'<tr><td><p>立案12件，结案10件，罚没款3.5万元。</p></td></tr>' * 9}</table>"
    assert recognise(layout.encode()).name == "html"


def test_a_text_that_is_too_long_is_refused_before_its_tables_are_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("knowledge.reading.text.MOST_CHARACTERS", 20)
    monkeypatch.delattr("knowledge.reading.text.tables_as_rows")
    with pytest.raises(UnreadableFile, match="文字太多"):
        read_text(("检查食品经营企业十二家。" * 2).encode())
