import pytest

from bot.answers import Answer, AnswerStatus
from bot.assistant.forms import tell_ahead, tell_without

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
    text = tell_without(made(PAGE), part).text
    assert not any(words in text for words in gone)
    assert all(words in text for words in kept)


def test_what_a_page_does_not_hold_is_said_to_be_missing() -> None:
    text = tell_without(made(PAGE), "广告").text
    assert text.startswith(PAGE)
    assert "广告" in text


def test_rows_of_bureaus_are_left_out_together() -> None:
    table = "单位      数\n  苇塘区  1件\n  清河县  2件\n  云溪县  3件"
    assert tell_without(made(table), "苇塘区、清河县").text == "单位      数\n  云溪县  3件"


def test_a_line_is_put_first_in_its_page() -> None:
    told = tell_ahead(made(PAGE), "特种设备")
    assert told
    assert told.text.index("特种设备") < told.text.index("食品安全：")
    assert told.text.index("一、工作完成情况") < told.text.index("特种设备")


def test_a_section_is_put_before_the_others() -> None:
    told = tell_ahead(made(PAGE), "打算")
    assert told
    assert told.text.index("2024年工作打算") < told.text.index("工作完成情况")


def test_what_is_not_there_is_not_put_first() -> None:
    assert tell_ahead(made(PAGE), "荣誉") is None
