import pytest

from knowledge.understanding.identity import gather_clues
from knowledge.understanding.outline import read_outline
from knowledge.understanding.titles import is_salutation
from tests.knowledge.outlines import LONG


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (
            "云溪县市场监管局\n关于2023年工作情况的报告\n（2023年12月）",
            "云溪县市场监管局关于2023年工作情况的报告",
        ),
        ("## 云溪县市场监管局2023年总结", ""),
        ("# 云溪县市场监管局2023年总结 #", "云溪县市场监管局2023年总结"),
        ("****县市场监管局总结**", "**县市场监管局总结"),
        ("云溪县市场监管局 2023 年\n工　作　总　结", "云溪县市场监管局2023年工作总结"),
        ("2023年工作总结\n云溪县市场监管局\n二〇二三年十二月", "2023年工作总结"),
        ("2023年工作总结\n（征求意见稿）", "2023年工作总结（征求意见稿）"),
        (
            "云溪县市场监管局文件\n云市监〔2023〕1号\n云溪县市场监管局\n2023年总结",
            "云溪县市场监管局2023年总结",
        ),
        (
            "政府工作报告\n——2023年1月15日在青岚省第十四届\n人民代表大会第一次会议上\n省长 林 某",
            "政府工作报告——2023年1月15日在青岚省第十四届人民代表大会第一次会议上",
        ),
        (
            "2023年青岚县政府工作报告\n来源：青岚日报\n——2023年1月5日在县人代会上\n青岚县县长林某",
            "2023年青岚县政府工作报告——2023年1月5日在县人代会上",
        ),
        ("共筑平安\n——云溪县市场监管局2023年工作总结", "共筑平安——云溪县市场监管局2023年工作总结"),
    ],
)
def test_a_titles_lines_are_joined_without_marks_dates_and_letterhead(
    head: str, title: str
) -> None:
    text = f"{head}\n县政府：\n{LONG}\n一、工作\n{LONG}\n"
    assert gather_clues(text, read_outline(text), "").title == title


@pytest.mark.parametrize(
    "words", ["县政府：", "江岚市市场监管局：", "各位领导、同志们:", " 县委、县政府：\n"]
)
def test_a_line_that_greets_is_a_salutation(words: str) -> None:
    assert is_salutation(words)


@pytest.mark.parametrize(
    "words",
    ["现将工作汇报如下：", "主要问题是：", "县政府", "一年来，我局：", "共12家：", "", "："],
)
def test_other_lines_greet_nobody(words: str) -> None:
    assert not is_salutation(words)


@pytest.mark.parametrize(
    ("end", "signature"),
    [
        ("云溪县市场监管局\n2023年7月5日\n", ("云溪县市场监管局", "2023年7月5日")),
        (
            "\u3000\u3000云溪县市场监管局\n二〇二三年七月五日\n\n",
            ("云溪县市场监管局", "二〇二三年七月五日"),
        ),
        ("云溪县市场监管局 2023 年 7 月 5 日", ("云溪县市场监管局2023年7月5日",)),
        ("（2023年7月）\n", ("（2023年7月）",)),
        ("抓好落实。\n", ()),
        ("（一）建强基层所\n", ()),
    ],
)
def test_the_lines_at_the_end_that_name_bureau_and_date_are_the_signature(
    end: str, signature: tuple[str, ...]
) -> None:
    text = f"一、工作\n{LONG}\n二、打算\n{LONG}\n{end}"
    assert gather_clues(text, read_outline(text), "").signature == signature


def test_the_rows_of_a_table_are_no_part_of_the_title_above_them() -> None:
    title = "凌川县市场监督管理局2024年执法情况统计表\n"
    row = "指标：立案（件），2023年：45，2024年：51\n"
    head, body = read_outline(title + row)
    assert (head.start, head.end, body.end) == (0, len(title), len(title + row))
