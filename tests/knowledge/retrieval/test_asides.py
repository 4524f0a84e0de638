"""What people say beside a question is no part of what it asks."""

import pytest

from knowledge.retrieval.asides import without_asides, without_excluded


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("老张让我问，抽了多少批", "，抽了多少批"),
        ("我写材料用，抽检合格率多少", "，抽检合格率多少"),
        ("查了几家你给我念一下", "查了几家"),
        ("罚了多少钱，急", "罚了多少钱，"),
        ("唉又要凑材料，办了多少案子", "，办了多少案子"),
        ("办了几件我心里有个数", "办了几件"),
        ("领导等着要：药店查了几家", "：药店查了几家"),
        ("头大，药店查了几家", "，药店查了几家"),
    ],
)
def test_a_clause_that_only_says_who_asks_and_what_for_is_left_out(text: str, asked: str) -> None:
    assert without_asides(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "奥司他韦，卖了多少盒",
        "我想问开除的，一共几个",
        "我局食品抽检，合格率多少",
        "我们县里的小作坊，查了几家",
        "领导干部包保，包了几家",
        "检查的，有几家",
        "帮我查一下罚了多少钱",
        "你好",
        "应急预案，编了几个",
        "新申请专利，一共几件",
    ],
)
def test_a_clause_with_a_word_of_the_matter_stays(text: str) -> None:
    assert without_asides(text) == text


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("抽检多少批，快检的不算", "抽检多少批，"),
        ("投诉多少件？网上的不要算进来", "投诉多少件？"),
        ("登记证办了多少，别跟告知搞混了", "登记证办了多少，"),
        ("抽检不合格几批（煤炭不算）", "抽检不合格几批 "),
        ("合格率多少，不是快检那个", "合格率多少，"),
        ("除了快检，抽了多少批", "，抽了多少批"),
        ("查的单位几家不论台数", "查的单位几家 "),
        ("信用修复不算个体户，一共多少户", "信用修复，一共多少户"),
    ],
)
def test_what_is_not_meant_is_left_out(text: str, asked: str) -> None:
    assert without_excluded(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "不合格的有几批",
        "不予处罚的几家",
        "没有年报的企业，列入异常多少户",
        "消除了多少隐患",
        "不良反应监测多少例",
        "要求整改几家",
    ],
)
def test_a_denial_that_is_asked_of_stays(text: str) -> None:
    assert without_excluded(text) == text
