"""Lists and rows of tables deal figures out to what they name."""

import pytest

from bot.checking.checks import PassageChecker
from bot.checking.readings import readings_of
from bot.checking.sources import GivenPassage
from knowledge.models import Bureau, Identity, Level, Report
from knowledge.understanding.figures import find_figures
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import Span

TEXT = (
    "抽检茶叶60批次，57批次合格，合格率为95%。抽检粮油40批次，38批次合格。"
    "塔吊检验率100%，塔吊登记率100%，塔吊隐患率2%。办理调解案件90件，其中涉及旅店31件；涉及餐馆24件。"
    "茶叶、粮油销售额增长6%、9%。受理申诉70件，办结66件。开展茶楼专项检查，检查茶楼12家；开展浴室专项整治，检查浴室9家。"
)  # fmt: skip
REPORT = Report(
    "r", "r.txt", "", Identity(Bureau("青禾县市场监督管理局", Level.COUNTY), Period(2023)), TEXT
)


def stands(text: str) -> bool:
    passage = GivenPassage(1, REPORT, Span(0, len(TEXT)), ("一、工作情况",))
    return not PassageChecker([passage]).check(text).faulty


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("茶叶60批次", ["茶叶60批次"]),
        (
            "茶叶、粮油分别抽检60批次、40批次，共100批次",
            [
                "茶叶、粮油分别抽检60批次、40批次，共100批次",
                "茶叶抽检60批次、粮油抽检40批次，共100批次",
            ],
        ),
        ("登记率和检验率均为100%", ["登记率100%、检验率100%"]),
    ],
)
def test_a_list_deals_its_figures_out(text: str, readings: list[str]) -> None:
    found = list(readings_of(text, find_figures(text)))
    assert [reading.text for reading in found] == readings
    for reading in found:
        written = [find_figures(text)[number].text for number in reading.numbers]
        assert [reading.text[f.start : f.end] for f in reading.figures] == written


def test_the_cells_of_a_row_are_read_under_the_head_of_the_table() -> None:
    row = "| 茶叶 | 60批次 | 57批次 |"
    (reading,) = readings_of(row, find_figures(row), ("品种", "抽检", "合格"))
    assert reading.text.replace(" ", "") == "茶叶抽检60批次，茶叶合格57批次|"


@pytest.mark.parametrize(
    ("head", "row", "right"),
    [
        ("品种 | 抽检 | 合格", "茶叶 | 60批次 | 57批次", True),
        ("品种 | 抽检 | 合格率", "茶叶 | 60批次 | 95%", True),
        ("品种 | 合格 | 抽检", "茶叶 | 60批次 | 57批次", False),
        ("品种 | 抽检 | 不合格", "茶叶 | 60批次 | 57批次", False),
    ],
)
def test_a_table_says_what_its_columns_are_headed(head: str, row: str, *, right: bool) -> None:
    assert stands(f"| {head} |\n|---|---|---|\n| {row}[1] |\n") is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("塔吊的登记率和检验率均为100%[1]。", True),
        ("塔吊的登记率和隐患率均为100%[1]。", False),
        ("抽检粮油40批次[1]。其中38批次合格[1]。", True),
        ("抽检茶叶60批次[1]。其中38批次合格[1]。", False),
        ("办理调解案件90件，其中涉及旅店31件、餐馆24件[1]。", True),
        ("受理申诉70件，其中涉及旅店31件[1]。", False),
        ("检查茶楼12家、浴室9家[1]。", True),
        ("茶叶、粮油销售额分别增长6%、9%[1]。", True),
        ("粮油、茶叶销售额分别增长9%、6%[1]。", True),
        ("茶叶、粮油销售额分别增长9%、6%[1]。", False),
        ("分别开展茶楼专项检查和浴室专项整治[1]。", True),
        ("分别开展茶楼专项检查和旅店专项整治[1]。", False),
    ],
)
def test_items_and_parts_are_held_each_by_itself(text: str, *, right: bool) -> None:
    assert stands(text) is right
