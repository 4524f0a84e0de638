"""A figure of several things tells no number of one of them."""

import pytest

from bot.answering.asks import read_ask
from bot.answering.joint_figures import is_joint
from bot.answering.matching import Match, best_matches
from bot.answering.placed_statements import PlacedStatement, place_statements
from knowledge.retrieval.holdings import Holdings
from knowledge.retrieval.question import read_question
from knowledge.understanding.pipeline import understand

REPORT = """河湾县市场监督管理局2023年工作总结

一、主要工作
（一）执法和消费
开展行政指导、行政约谈9次。受理消费者投诉举报620件。12315平台受理投诉210件。
（二）计量和广告
检查集贸市场5个、超市7家、眼镜店11家，共检查计量器具900余台。检查药店40家次、民营医院12家次，下发通知书3份，现场责令整改4家。印制宣传册2000册。
（三）年报
企业、合作社年报率分别达到91.2%、88.4%。
（四）双随机
统筹抽查任务40个，其中联合抽查任务12个，本部门抽查任务9个，抽查市场主体700户，参与部门联合检查15个，抽查市场主体130户。
"""


@pytest.fixture(scope="module")
def placed() -> tuple[PlacedStatement, ...]:
    read = understand(REPORT, file="河湾县2023年.txt", sha256="0")
    return place_statements(read.report, read.sections, read.statements)


def found(question: str, placed: tuple[PlacedStatement, ...]) -> list[Match]:
    read = read_question(question, Holdings(), 2023, lambda _phrase, _within=None: frozenset())
    return [m for ask in read.asks for m in best_matches(read_ask(ask), placed)]


@pytest.mark.parametrize(
    ("question", "amount"),
    [
        ("行政约谈多少次", "9次"),
        ("举报受理多少件", "620件"),
        ("眼镜店检查了多少台计量器具", "900余台"),
    ],
)
def test_what_is_asked_of_one_of_several_is_told_as_counted_together(
    question: str, amount: str, placed: tuple[PlacedStatement, ...]
) -> None:
    assert [(m.statement.figure.text, m.together) for m in found(question, placed)] == [
        (amount, True)
    ]


@pytest.mark.parametrize(
    ("question", "amount"),
    [
        ("行政指导和行政约谈多少次", "9次"),
        ("投诉举报受理多少件", "620件"),
        ("眼镜店检查了多少家", "11家"),
        ("检查了多少台计量器具", "900余台"),
        ("印了多少册宣传册", "2000册"),
        ("合作社年报率多少", "88.4%"),
    ],
)
def test_what_is_asked_of_all_or_told_apart_is_not(
    question: str, amount: str, placed: tuple[PlacedStatement, ...]
) -> None:
    told = found(question, placed)
    asks = read_question(question, Holdings(), 2023, lambda _p, _within=None: frozenset()).asks
    assert [m.statement.figure.text for m in told] == [amount]
    assert not any(is_joint(read_ask(ask), m.placed) for ask in asks for m in told)


def test_of_two_told_of_one_subject_that_which_the_words_lead_to_is_told(
    placed: tuple[PlacedStatement, ...],
) -> None:
    told = found("部门联合检查抽查了多少户市场主体", placed)
    assert [m.statement.figure.text for m in told] == ["130户"]
