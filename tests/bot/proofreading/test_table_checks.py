"""A draft's tables: totals, what was done of what was aimed at, changes."""

import pytest

from tests.bot.proofreading.conftest import Checked, shown

LINES = "领域：食品，立案（件）：{}\n领域：药品，立案（件）：37\n领域：合计，立案（件）：{}"
AIMED = "指标：食品抽检（批次），年度目标：700，全年完成：720，完成率：{}"
FAILED = "产品：家具，抽检（批次）：64，不合格（批次）：6，合格率：{}"
GREW = "指标：立案（件），2020年：120，2021年：128，增长：{}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (LINES.format("82", "119"), []),
        (LINES.format("82", "191"), ["!191"]),
        (LINES.format("82", "260"), ["?260"]),
        (LINES.format("80余", "260"), []),
        (AIMED.format("102.9%"), []),
        (AIMED.format("105.9%"), ["!105.9%"]),
        (FAILED.format("90.6%"), []),
        (FAILED.format("93.6%"), ["!93.6%"]),
        (GREW.format("6.7%"), []),
        (GREW.format("8.7%"), ["!8.7%"]),
    ],
)
def test_what_a_table_works_out_comes_out(check: Checked, text: str, found: list[str]) -> None:
    assert shown(check(text, period="2021年"), "sums") == found
