from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.answers import Answer, AnswerFigure, AnswerStatus, Citation, Quote
from bot.assistant.antecedents import Conversation
from bot.assistant.intents import AnswerForm, Intent, IntentKind, read_intent
from bot.assistant.references import resolve_item, resolve_references, strip_framing
from knowledge.models import Identity, Report
from knowledge.retrieval.holdings import Holdings, KnownReport
from knowledge.retrieval.question import Question, read_question
from knowledge.understanding.identity import bureau_named
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import Span

NAMES = {
    "clear": "清河县市场监管局",
    "cloud": "云溪县市场监管局",
    "marsh": "苇塘区市场监管局",
}
STORE = [KnownReport(key, bureau_named(name), Period(2023)) for key, name in NAMES.items()]


def read(text: str) -> Question:
    return read_question(text, Holdings(STORE), 2023, lambda _phrase, _within=None: frozenset())


def labels(question: Question) -> list[str]:
    return [f"{NAMES[key]}2023年" for key in NAMES if key in (question.scope.reports or ())]


def talk_after(*matters: str, told: Mapping[str, Answer] | None = None) -> Conversation:
    given = told or {}
    return Conversation(
        tuple(Intent(IntentKind.FIND, matter) for matter in matters),
        read,
        labels,
        lambda one: given.get(one.matter, Answer(one.matter, AnswerStatus.ANSWERED, "")),
    )


def answer_from(key: str, text: str, quoted: str) -> Answer:
    identity = Identity(bureau_named(NAMES[key]), Period(2023))
    report = Report(key, f"{key}.txt", key, identity, quoted)
    quote = Quote(report, (), Span(0, len(quoted)))
    return Answer("", AnswerStatus.ANSWERED, text, (Citation(1, quote),))


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("换个问法，清河县立案多少件", "清河县立案多少件"),
        ("换句话说，罚了没有", "罚了没有"),
        ("不对，我问的是药品", "药品呢"),
        ("你答非所问，我问的是苇塘区", "苇塘区呢"),
        ("我是说苇塘区的", "苇塘区的呢"),
        ("还是没说清楚，立案到底多少件", "立案到底多少件"),
        ("没写批次啊", "批次呢"),
        ("不对", "不对"),
        ("说了哪些问题", "说了哪些问题"),
        ("清河县没写吗", "清河县没写吗"),
    ],
)
def test_words_that_only_lead_in_are_no_part_of_what_is_asked(said: str, asked: str) -> None:
    assert strip_framing(said) == asked


@pytest.mark.parametrize(
    ("before", "said", "meant"),
    [
        (["清河县立案多少件"], "那个县呢", "清河县市场监管局2023年呢"),
        (["清河县立案多少件", "苇塘区立案多少件"], "那个县呢", "清河县市场监管局2023年呢"),
        (["苇塘区立案多少件"], "这个区的党建", "苇塘区市场监管局2023年的党建"),
        (["清河县立案多少件"], "另外一个县呢", "云溪县市场监管局2023年呢"),
        (["清河县立案多少件", "苇塘区立案多少件"], "另一个局呢", "清河县市场监管局2023年呢"),
        (["苇塘区有哪些亮点"], "它2022年呢", "苇塘区2022年呢"),
        (["清河县立案多少件"], "刚才那个县，党建呢", "清河县市场监管局2023年，党建呢"),
        (["清河县立案多少件"], "这份报告还写了啥", "清河县市场监管局2023年还写了啥"),
        (["清河县得过什么奖"], "别家也有拿奖的没", "各局也有拿奖的没"),
        (["清河县立案多少件"], "它比苇塘区多几件", "清河县比苇塘区多几件"),
        (["苇塘区有哪些亮点"], "清河县有没有类似的", "清河县呢"),
        (["苇塘区有哪些亮点"], "清河县有没有类似的创建", "清河县有没有创建"),
        (["苇塘区食品安全打算"], "清河县有没有类似打算", "清河县食品安全打算"),
        (["苇塘区有哪些亮点"], "云溪那个县呢", "云溪那个县呢"),
    ],
)
def test_words_that_point_back_are_named_by_what_was_spoken_of(
    before: list[str], said: str, meant: str
) -> None:
    assert resolve_references(said, talk_after(*before)) == meant


def test_those_of_a_level_are_all_meant_where_none_was_spoken_of() -> None:
    assert labels(read(resolve_references("那个县呢", talk_after("立案多少件")))) == [
        "清河县市场监管局2023年",
        "云溪县市场监管局2023年",
    ]


def test_a_thing_of_a_list_is_meant_by_its_number() -> None:
    said = "云溪县市场监管局2023年：\n1. 人手少：只有两人。[1]\n2. 装备旧：要换。[1]"
    told = {"云溪县存在哪些问题": answer_from("cloud", said, "人手少。装备旧。")}
    talk = talk_after("云溪县存在哪些问题", told=told)
    second = resolve_item(read_intent("第二条的原因"), talk)
    assert second.matter.endswith("问题第2条的原因")
    assert labels(read(second.matter)) == ["云溪县市场监管局2023年"]


def test_a_report_of_several_is_meant_by_its_number() -> None:
    said = "清河县市场监管局2023年：立案5件[1]\n苇塘区市场监管局2023年：立案7件[2]"
    clear, marsh = answer_from("clear", said, "立案5件。"), answer_from("marsh", said, "立案7件。")
    both = Answer("", clear.status, said, (*clear.citations, *marsh.citations))
    talk = talk_after("各局立案多少件", told={"各局立案多少件": both})
    second = resolve_item(read_intent("第二个详细说说"), talk)
    assert labels(read(second.matter)) == ["苇塘区市场监管局2023年"]
    assert second.form is AnswerForm.LONGER


def test_a_word_for_one_bureau_stands_for_the_one_that_was_found_last() -> None:
    said = "清河县市场监管局2023年：立案5件[1]\n苇塘区市场监管局2023年：立案7件[2]"
    clear, marsh = answer_from("clear", said, "立案5件。"), answer_from("marsh", said, "立案7件。")
    both = Answer("", clear.status, said, (*clear.citations, *marsh.citations))
    told = {"清河县立案多少件": clear, "还有哪个局提到立案": both}
    talk = talk_after("清河县立案多少件", "还有哪个局提到立案", told=told)
    assert labels(read(resolve_references("它怎么说的", talk))) == ["苇塘区市场监管局2023年"]


def test_the_least_of_what_was_told_is_a_bureau() -> None:
    figures = tuple(
        AnswerFigure(f"{NAMES[key]}2023年", "立案", amount, 1)
        for key, amount in (("clear", "5件"), ("cloud", "约*件（原文已隐去）"), ("marsh", "7件"))
    )
    told = replace(answer_from("clear", "立案5件[1]", "立案5件。"), figures=figures)
    talk = talk_after("各局立案多少件", told={"各局立案多少件": told})
    meant = resolve_references("最少的那家党建怎么样", talk)
    assert labels(read(meant)) == [f"{NAMES['clear']}2023年"]


def test_a_thing_of_one_bureau_is_meant_by_its_number_in_what_was_listed_of_all() -> None:
    second = resolve_item(read_intent("苇塘区第二条展开"), talk_after("各局下一步有什么打算"))
    assert second.matter.endswith("打算第2条")
    assert labels(read(second.matter)) == ["苇塘区市场监管局2023年"]
