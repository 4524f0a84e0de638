"""The one statement that a question in other words points to, or none."""

import pytest

from bot.answering.asks import read_ask
from bot.answering.matching import Match
from bot.answering.other_words import pointed_at
from bot.answering.placed_statements import PlacedStatement, place_statements
from knowledge.retrieval.holdings import Holdings
from knowledge.retrieval.question import read_question
from knowledge.understanding.pipeline import understand

REPORT = """河湾县市场监督管理局2023年工作总结

一、主要工作

（一）食品药品监管
检查餐饮单位512家次，立案9件。面向居民回收过期药品150公斤。全部农贸市场设置公平秤46台。农村居民疫苗接种率97%。检查医疗机构71家。推荐省级示范食堂13家。
（二）消费维权
查处向老年人虚假宣传保健品的会销窝点，帮助消费者追回货款7.5万元。受理投诉举报1,204件。
（三）广告监管
监测各类广告3,200条次。协会主动降低会费标准12家。

二、下一步打算
明年设置公平秤60台。
"""


@pytest.fixture(scope="module")
def placed() -> tuple[PlacedStatement, ...]:
    read = understand(REPORT, file="河湾县2023年.txt", sha256="0")
    return place_statements(read.report, read.sections, read.statements)


def matches(question: str, placed: tuple[PlacedStatement, ...]) -> list[Match]:
    read = read_question(question, Holdings(), 2023, lambda _phrase, _within=None: frozenset())
    (ask,) = read.asks
    return pointed_at(read_ask(ask), placed)


@pytest.mark.parametrize(
    ("question", "figure", "unsaid"),
    [
        ("从街坊屋头收回来多少过期药", "150公斤", ("屋头",)),
        ("在菜市场放了多少台复称的秤", "46台", ()),
        ("老人家买保健品遭人哄骗，帮忙追回来多少钱", "7.5万元", ("哄骗",)),
        ("农村居民疫苗打了多少比例", "97%", ()),
    ],
)
def test_what_no_report_writes_or_only_sets_the_scene_may_be_left_over(
    question: str, figure: str, unsaid: tuple[str, ...], placed: tuple[PlacedStatement, ...]
) -> None:
    (match,) = matches(question, placed)
    assert match.statement.figure.text == figure
    assert {*unsaid} <= {*match.unsaid}


@pytest.mark.parametrize(
    "question",
    [
        "涨会费的协会有几家",  # which was lowered
        "查了多少条次户外广告",  # limits the thing that is counted
        "查了多少家儿童医疗机构",
        "卖了多少台公平秤",  # another act
        "过期药罚了多少钱",
        "化妆品查了多少家",  # another thing, which reports have a word for
        "夜市里查了多少家餐饮",
        "食堂嘛，推荐了国家级的示范食堂多少家",  # another level
        "检查医疗机构的娃娃车有几家",  # is what is counted
    ],
)
def test_what_limits_a_thing_or_says_what_was_done_is_never_left_over(
    question: str, placed: tuple[PlacedStatement, ...]
) -> None:
    assert matches(question, placed) == []
