"""Edits of what was told: parts left out, kept, put first; tables turned, sorted and filled."""

import re

import pytest

from bot.answers import Answer, AnswerStatus
from bot.assistant.editing import Named, edit_answer
from bot.assistant.intents import Edit, EditKind
from bot.display import text_width

PAGE = """苇塘区市场监管局2023年工作报告（摘要）

　　2023年，苇塘区市场监管局围绕中心工作。
一、工作完成情况
　　食品安全：抽检100批次，合格率98%。
　　特种设备：检查设备20台，隐患率2%[1]。
二、2024年工作打算
　　持续优化营商环境：压缩开办时间。
未写到的条线（1条）：计量"""


def made(text: str) -> Answer:
    return Answer("", AnswerStatus.DONE, text)


def edited(text: str, kind: EditKind, part: str = "") -> str:
    answer = edit_answer(made(text), Edit(kind, part))
    assert answer
    return answer.text


@pytest.mark.parametrize(
    ("part", "gone", "kept"),
    [
        ("打算部分", ["工作打算", "压缩开办时间"], ["食品安全", "未写到的条线"]),
        ("食品", ["抽检100批次"], ["特种设备", "工作打算"]),
        ("隐患率", ["隐患率2%"], ["检查设备20台", "食品安全"]),
    ],
)
def test_a_section_a_line_or_a_clause_is_left_out(
    part: str, gone: list[str], kept: list[str]
) -> None:
    text = edited(PAGE, EditKind.REMOVE, part)
    assert not any(words in text for words in gone)
    assert all(words in text for words in kept)


def test_what_is_masked_is_left_out_of_lines_and_of_tables() -> None:
    lines = "苇塘区2023年：立案3件[1]\n清河县2023年：立案*件（原文已隐去）[2]"
    assert edited(lines, EditKind.DISCLOSED) == "苇塘区2023年：立案3件[1]"
    table = "  单位    数\n  苇塘区  3件[1]\n  清河县  *件（原文已隐去）[2]"
    assert "清河县" not in edited(table, EditKind.DISCLOSED)


def test_what_a_page_does_not_hold_is_said_to_be_missing() -> None:
    text = edited(PAGE, EditKind.REMOVE, "广告")
    assert text.startswith(PAGE)
    assert "广告" in text


def test_rows_of_bureaus_are_left_out_together() -> None:
    table = "  单位    数\n  苇塘区  1件\n  清河县  2件\n  云溪县  3件"
    assert edited(table, EditKind.REMOVE, "苇塘区、清河县") == "  单位    数\n  云溪县  3件"


def test_a_line_is_put_first_in_its_page() -> None:
    text = edited(PAGE, EditKind.FIRST, "特种设备")
    assert text.index("特种设备") < text.index("食品安全：")
    assert text.index("一、工作完成情况") < text.index("特种设备")


def test_a_section_is_put_before_the_others() -> None:
    text = edited(PAGE, EditKind.FIRST, "打算")
    assert text.index("2024年工作打算") < text.index("工作完成情况")


def test_what_is_not_there_is_not_put_first() -> None:
    assert edit_answer(made(PAGE), Edit(EditKind.FIRST, "荣誉")) is None


TABLE = """抽检（批次）
  单位    2022年    2023年
  苇塘区            120[1]
  清河县  约300[2]
  云溪县  *[3]"""
LISTS = """苇塘区：
1. 人手少：只有3人。[1]
2. 装备旧：车2辆。[2]
3. 经费紧。[3]
清河县：
1. 任务重。[4]
2. 年龄大。[5]"""


@pytest.mark.parametrize(
    ("kind", "part", "rows"),
    [
        (
            EditKind.TRANSPOSE,
            "",
            ["单位|苇塘区|清河县|云溪县", "2022年||约300[2]|*[3]", "2023年|120[1]||"],
        ),
        (
            EditKind.SORT,
            "",
            ["单位|2022年|2023年", "清河县|约300[2]|", "苇塘区||120[1]", "云溪县|*[3]|"],
        ),
        (
            EditKind.SORT,
            "asc",
            ["单位|2022年|2023年", "苇塘区||120[1]", "清河县|约300[2]|", "云溪县|*[3]|"],
        ),
        (EditKind.KEEP, "清河县那一行", ["单位|2022年|2023年", "清河县|约300[2]|"]),
        (EditKind.KEEP, "2023年那一列", ["单位|2023年", "苇塘区|120[1]", "清河县|", "云溪县|"]),
        (EditKind.KEEP, "前两行", ["单位|2022年|2023年", "苇塘区||120[1]", "清河县|约300[2]|"]),
        (
            EditKind.FIRST,
            "云溪县",
            ["单位|2022年|2023年", "云溪县|*[3]|", "苇塘区||120[1]", "清河县|约300[2]|"],
        ),
    ],
)
def test_a_table_is_turned_sorted_and_cut(kind: EditKind, part: str, rows: list[str]) -> None:
    lines = [line for line in edited(TABLE, kind, part).splitlines() if line.startswith("  ")]
    assert _columns(lines) == rows


def test_what_is_not_told_is_marked_for_each_bureau() -> None:
    everyone = [Named(name, f"{name}2023年") for name in ("苇塘区", "清河县", "云溪县", "高塔县")]
    answer = edit_answer(made(TABLE), Edit(EditKind.BLANKS, "未载"), everyone)
    assert answer
    rows = [line.split() for line in answer.text.splitlines()[1:]]
    assert rows[1] == ["苇塘区", "未载", "120[1]"]
    assert rows[4] == ["高塔县", "未载", "未载"]


def _columns(lines: list[str]) -> list[str]:
    """The cells of each line, each in the column of the head above it."""
    heads = [text_width(lines[0][: head.start()]) for head in re.finditer(r"\S+", lines[0])]
    rows = []
    for line in lines:
        cells = {text_width(line[: c.start()]): c[0] for c in re.finditer(r"\S+", line)}
        rows.append("|".join(cells.get(head, "") for head in heads))
    return rows


@pytest.mark.parametrize(
    ("kind", "part", "kept"),
    [
        (EditKind.KEEP, "前两条", "苇|人手|装备|清|任务|年龄"),
        (EditKind.KEEP, "装备", "苇|装备"),
        (EditKind.KEEP, "清河县", "清|任务|年龄"),
        (EditKind.KEEP, "最后一条", "清|年龄"),
        (EditKind.FIRST, "第三条", "苇|经费|人手|装备|清|任务|年龄"),
        (EditKind.REMOVE, "第二条", "苇|人手|经费|清|任务|年龄"),
        (EditKind.SENTENCES, "1", "苇|人手|清"),
    ],
)
def test_items_of_lists_are_kept_moved_and_left_out(kind: EditKind, part: str, kept: str) -> None:
    lines = edited(LISTS, kind, part).splitlines()
    told = zip(lines, kept.split("|"), strict=True)
    assert all(words in line[: len("1. 人手")] for line, words in told)


def test_what_follows_on_a_part_goes_with_it() -> None:
    text = "苇塘区：抽检9批。快检70批，合格率99%[1]。罚款2万[2]。"
    told = edited(text, EditKind.REMOVE, "快检那句")
    assert told == "苇塘区：抽检9批。罚款2万[2]。"


@pytest.mark.parametrize("kind", [EditKind.SORT, EditKind.TRANSPOSE])
def test_what_cannot_be_done_is_said(kind: EditKind) -> None:
    told = edited("苇塘区：人手少[1]。", kind, "广告")
    assert told.startswith("苇塘区：人手少[1]。\n（")


TOLD = "苇塘区市场监管局2023年：检查学校食堂12家。[1]抽检*批次。[2]培训30人次。[3]"


def test_only_the_sentences_about_a_thing_are_kept_of_what_is_told_in_a_row() -> None:
    assert edited(TOLD, EditKind.KEEP, "学校") == "苇塘区市场监管局2023年：检查学校食堂12家。[1]"


def test_sentences_that_tell_but_what_is_hidden_are_left_out() -> None:
    assert edited(TOLD, EditKind.DISCLOSED) == TOLD.replace("抽检*批次。[2]", "")


def test_parts_of_a_draft_are_kept_by_number_under_its_title() -> None:
    draft = "苇塘区2024年打算\n\n（一）强化监管。查食品[1]。\n（二）服务企业。减材料[2]。"
    kept = edited(draft, EditKind.KEEP, "第二条")
    assert "苇塘区2024年打算" in kept
    assert "减材料" in kept
    assert "查食品" not in kept


def test_rows_that_cannot_be_compared_are_not_said_to_be_sorted() -> None:
    table = "  单位    数\n  清河县  5件[1]\n  苇塘区  7台[2]"
    assert "没有重排" in edited(table, EditKind.SORT)
