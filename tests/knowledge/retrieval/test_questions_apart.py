"""A message that asks each of several reports its own is a question of each."""

import pytest

from knowledge.retrieval.holdings import Holdings, KnownReport
from knowledge.retrieval.question import read_question
from knowledge.retrieval.questions_apart import questions_apart
from knowledge.understanding.identity import bureau_named
from knowledge.understanding.periods import Period

STORE = Holdings(
    [
        KnownReport("clear", bureau_named("清河县市场监管局"), Period(2023)),
        KnownReport("marsh", bureau_named("苇塘区市场监管局"), Period(2022)),
    ]
)


def apart(message: str) -> tuple[str, ...]:
    return questions_apart(
        read_question(message, STORE, 2023, lambda _phrase, _within=None: frozenset())
    )


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        (
            "清河县查了多少家药店，苇塘区查了多少家诊所",
            ("清河县查了多少家药店", "苇塘区查了多少家诊所"),
        ),
        (
            "放心店清河县局有几家，苇塘区局有几家",
            ("放心店清河县局有几家", "放心店苇塘区局有几家"),
        ),
        (
            "清河县电梯查了多少台，苇塘区局多少台",
            ("清河县电梯查了多少台", "苇塘区局电梯查了多少台"),
        ),
        (
            "公平竞争审查，清河县审了多少件，苇塘区抽查了多少件",
            ("公平竞争审查，清河县审了多少件", "公平竞争审查，苇塘区抽查了多少件"),
        ),
        (
            "清河县2022年查了多少家药店，2023年打算查多少",
            ("清河县2022年查了多少家药店", "清河县查了药店2023年打算查多少"),
        ),
        (
            "清河县厂房，2022年改建几间、2023年要改几间",
            ("清河县厂房，2022年改建几间", "清河县厂房，2023年要改几间"),
        ),
    ],
)
def test_each_report_is_asked_its_own(message: str, questions: tuple[str, ...]) -> None:
    assert apart(message) == questions


@pytest.mark.parametrize(
    "message",
    [
        "清河县查了多少家药店，立案多少件",
        "清河县2022年下架多少件，2023年又是多少",
        "清河县立案多少件，苇塘区立案多少件，哪个多",
        "清河县和苇塘区各立案多少件",
        "清河县立案多少件，苇塘区怎么管的",
    ],
)
def test_one_question_stays_one(message: str) -> None:
    assert apart(message) == ()
