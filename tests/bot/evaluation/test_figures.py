"""Figures in a text: said whole, and held by their quotes."""

import pytest

from bot.evaluation.judging import says, unsupported_figures
from tests.bot.evaluation.compositions import quote


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("立案86件。", "86件"),
        ("药店12家，86家诊所", "86家"),
        ("共86家、12家", "12家"),
        ("３１２件", "３１２件"),
        ("人手不够", "人手不够"),
        ("第2.5", "2.5"),
        ("得分2.5。", "2.5"),
    ],
)
def test_a_wording_is_said(text: str, wording: str) -> None:
    assert says(text, wording)


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("立案186件", "86件"),
        ("立案1,286件", "286件"),
        ("立案1，286件", "286件"),
        ("合格率98.6%", "6%"),
        ("立案１８６件", "８６件"),
        ("得分2.53", "2.5"),
        ("得分125", "12"),
        ("人手够", "人手不够"),
    ],
)
def test_a_part_of_another_figure_is_not_said(text: str, wording: str) -> None:
    assert not says(text, wording)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("立案86件", "全年立案86件，结案80件"),
        ("立案86件", "全年立案８６件"),
        ("抽检３２批次", "抽检32批次"),
        ("新增1.2万户", "新增约1.2万户"),
        ("立案*件", "立案*件"),
        ("评估××台", "评估60台"),
        ("加强检查。", "检查3家"),
    ],
)
def test_a_figure_in_the_quotes_own_words_stands(text: str, held: str) -> None:
    assert unsupported_figures(text, [quote("别的话"), quote(held)]) == []


@pytest.mark.parametrize(
    ("text", "held", "stray"),
    [
        ("立案86件", "立案186件", "86件"),
        ("立案86件", "立案86家", "86件"),
        ("立案86家", "立案86家次", "86家"),
        ("合格率98%", "合格率98.6%", "98%"),
        ("立案86件", "立案*件", "86件"),
        ("立案*件", "立案86件", "*件"),
        ("新增约1.2万户", "新增1.2万户", "约1.2万户"),
        ("新增12000户", "新增1.2万户", "12000户"),
    ],
)
def test_a_figure_that_the_quotes_do_not_hold_is_a_stray(text: str, held: str, stray: str) -> None:
    assert unsupported_figures(text, [quote(held)]) == [stray]


def test_without_quotes_every_figure_is_a_stray() -> None:
    assert unsupported_figures("立案86件，结案80件", []) == ["86件", "80件"]
