import pytest

from knowledge.models import SectionKind, StatementKind
from knowledge.retrieval.holdings import Holdings, KnownReport
from knowledge.retrieval.question import Question, Wants, read_question
from knowledge.retrieval.question_asks import split_asks, substance
from knowledge.retrieval.text_question import Sought
from knowledge.understanding.identity import bureau_named
from knowledge.understanding.periods import Period

STORE = [
    KnownReport("clear22", bureau_named("清河县市场监管局"), Period(2022)),
    KnownReport("clear23", bureau_named("清河县市场监管局"), Period(2023)),
    KnownReport("marsh23", bureau_named("苇塘区市场监管局"), Period(2023)),
]


def read(text: str) -> Question:
    return read_question(text, Holdings(STORE), 2023, lambda _phrase, _within=None: frozenset())


def joined(words: str) -> str:
    return words.replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        "清河县2023年检查了多少家药店？",
        "清河县2023年查扣了几瓶假酒",
        "清河县2023年检查了几家书店",
        "食品抽检合格率是多少",
        "食品抽检合格率",
        "清河县2023年食品抽检合格率怎么样",
        "罚没款金额是多少",
        "罚没款多少万元",
        "一共罚了多少钱",
        "立案件数",
        "清河县2023年发明专利拥有量（不是授权量）",
        "电梯平均多久到场",
        "清河县有多大比例的电梯检验过",
    ],
)
def test_a_figure_is_wanted(text: str) -> None:
    assert read(text).wants is Wants.FIGURE
    assert read(text).kinds == ()


@pytest.mark.parametrize(
    "text",
    [
        "清河县2023年存在哪些问题？",
        "下一步打算抓哪几项工作",
        "有什么亮点",
        "清河县2023年列出哪三项措施",
        "哪几家企业获奖",
        "重点工作列一下",
    ],
)
def test_a_list_is_wanted(text: str) -> None:
    assert read(text).wants is Wants.LIST


@pytest.mark.parametrize("text", ["流动快检车是怎么运行的", "介绍一下夜查小队", "为什么要夜查"])
def test_else_a_text_is_wanted(text: str) -> None:
    assert read(text).wants is Wants.TEXT


@pytest.mark.parametrize("text", ["哪些药店被检查，共多少家", "有哪几类案件，各多少件"])
def test_a_count_wins_over_a_list(text: str) -> None:
    assert read(text).wants is Wants.FIGURE


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("清河县2023年存在哪些问题", SectionKind.PROBLEMS),
        ("还有什么不足", SectionKind.PROBLEMS),
        ("还有啥毛病没解决", SectionKind.PROBLEMS),
        ("有什么软肋", SectionKind.PROBLEMS),
        ("让人头疼的是啥", SectionKind.PROBLEMS),
        ("哪些地方拖后腿", SectionKind.PROBLEMS),
        ("哪里干得不够", SectionKind.PROBLEMS),
        ("还有啥没解决", SectionKind.PROBLEMS),
        ("有啥拿得出手的", SectionKind.HIGHLIGHTS),
        ("往后想干点啥", SectionKind.PLAN),
        ("下一步打算抓哪几项", SectionKind.PLAN),
        ("接下来有什么安排", SectionKind.PLAN),
        ("有哪些亮点", SectionKind.HIGHLIGHTS),
        ("获得过哪些荣誉", SectionKind.HIGHLIGHTS),
    ],
)
def test_a_kind_of_section_is_known_by_its_words(text: str, kind: SectionKind) -> None:
    assert read(text).kinds == (kind,)


def test_several_kinds_may_be_asked_of_at_once() -> None:
    assert set(read("有哪些问题，下一步有什么打算").kinds) == {
        SectionKind.PROBLEMS,
        SectionKind.PLAN,
    }


def test_no_kind_is_asked_of_where_none_is_named() -> None:
    assert read("哪些学校建了明厨亮灶").kinds == ()


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("检查了多少家药店", "家"),
        ("办了几起案子", "起"),
        ("抽检多少批次", "批次"),
        ("罚没款多少万元", "元"),
        ("挽回损失多少亿元", "元"),
        ("罚了多少钱", "元"),
        ("罚了多少块钱", "元"),
        ("受理投诉多少万件", "件"),
        ("检定计量器具多少台(件)", "台(件)"),
        ("检定计量器具多少台（件）", "台(件)"),
        ("合格率是多少", ""),
        ("有多少", ""),
    ],
)
def test_the_unit_asked_for_is_read_in_one_spelling(text: str, unit: str) -> None:
    assert [ask.unit for ask in read(text).asks] == [unit]


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("清河县2023年检查了多少家药店", [("检查", "药店", "家")]),
        ("食品抽检多少批次，合格率多少", [("食品抽检", "", "批次"), ("合格率", "", "")]),
        ("检查了多少家药店、多少家卫生室", [("药店", "", "家"), ("卫生室", "", "家")]),
        ("立案多少件和罚没款多少万元", [("立案", "", "件"), ("罚没款", "", "元")]),
        ("立案几起？结案几起？", [("立案", "", "起"), ("结案", "", "起")]),
        ("办了质押融资多少笔以及多少钱", [("质押融资", "", "笔"), ("", "", "元")]),
        ("办了质押融资几笔多少钱", [("质押融资", "", "笔"), ("", "", "元")]),
        ("投诉几件举报几件", [("投诉", "", "件"), ("举报", "", "件")]),
        ("公示期从多少天减到多少天", [("公示期", "", "天")]),
    ],
)
def test_each_thing_asked_has_its_own_words_and_unit(
    text: str, asks: list[tuple[str, str, str]]
) -> None:
    found = read(text).asks
    assert [ask.unit for ask in found] == [unit for _, _, unit in asks]
    for ask, (first, second, _) in zip(found, asks, strict=True):
        assert first in ask.own
        assert second in ask.own


def test_of_one_more_thing_the_same_is_asked() -> None:
    asks = split_asks("药店查了多少家，诊所查了多少家，还有化妆品店")
    assert [(ask.own, ask.unit) for ask in asks[2:]] == [("化妆品店", "家")]
    assert len(split_asks("药店查了多少家，还有")) == 1


def test_a_later_ask_carries_the_words_of_those_before() -> None:
    first, second = read("食品抽检多少批次，合格率多少").asks
    assert first.context == ""
    assert "食品抽检" in second.context
    assert "合格率" not in second.context


def test_what_is_carried_holds_no_measure_word() -> None:
    assert joined(read("立案多少件，受理投诉多少件").asks[1].context) == "立案"


def test_a_measure_word_is_no_word_of_what_is_asked() -> None:
    assert joined(read("清河县2023年检查药店多少家").asks[0].own) == "检查药店"


@pytest.mark.parametrize(
    "text",
    [
        "清河县和苇塘区2023年立案各多少件",
        "清河县2022年和2023年立案分别多少件",
        "对比一下2023年的立案件数",
        "各局2023年立案多少件",
        "哪个局立案最多",
        "两个县2023年立案多少件",
        "清河县和苇塘区立案各多少件",
    ],
)
def test_a_comparison_is_recognised(text: str) -> None:
    assert read(text).compares


def test_a_question_about_one_report_compares_nothing() -> None:
    assert not read("清河县2023年立案多少件").compares


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("哪个局立案最多", "立案"),
        ("谁的罚没款最多？", "罚没款"),
        ("哪个县2023年食品抽检合格率最高", "食品抽检合格率"),
        ("哪些区投诉最少", "投诉"),
        ("立案最多的是哪个局", "立案"),
        ("清河县和苇塘区谁立案更多", "立案"),
        ("清河县和苇塘区哪个立案多", "立案"),
        ("2023年立案最多的县是哪个", "立案"),
        ("各局罚没款从高到低", "罚没款"),
        ("各局罚没款排名，从高往低", "罚没款"),
        ("三个局里谁立案最多", "立案"),
        ("报了办结率的局里面哪家最高", "办结率"),
        ("清河县和苇塘区立案相比谁多", "立案"),
        ("清河县和苇塘区立案数谁排前头", "立案数"),
    ],
)
def test_who_has_the_most_is_a_comparison_of_figures(text: str, content: str) -> None:
    question = read(text)
    assert question.ranks
    assert question.compares
    assert question.wants is Wants.FIGURE
    assert [joined(ask.own).removeprefix("和") for ask in question.asks] == [content]


@pytest.mark.parametrize(
    "text",
    [
        "哪类投诉最多",
        "最多跑一次改革怎么推进",
        "哪个市场检查最多",
        "各局立案多少件",
        "哪个行业投诉多",
    ],
)
def test_not_every_most_is_of_bureaus(text: str) -> None:
    assert not read(text).ranks


def test_some_bureaus_are_no_words_of_what_is_asked() -> None:
    (ask,) = read("几个县2023年抽检多少批次").asks
    assert joined(ask.own) == "抽检"
    assert ask.unit == "批次"


@pytest.mark.parametrize(
    ("text", "plans"),
    [("下一步打算招录几名", True), ("清河县2023年招录几名", False)],
)
def test_plans_are_known_to_be_asked_for(text: str, plans: bool) -> None:
    assert read(text).plans is plans


def test_bureau_and_period_are_no_words_of_substance() -> None:
    question = read("请问清河县2023年立案多少件？")
    assert joined(question.content).startswith("立案")
    assert "清河" not in question.content
    assert "2023" not in question.content


def test_the_bureau_above_a_branch_is_no_word_of_substance() -> None:
    assert "市局" not in joined(read("市局*局立案多少件").content)


def test_the_words_of_an_unknown_bureau_stay() -> None:
    assert "碧岭县" in read("碧岭县立案多少件").content


def test_words_that_name_a_kind_do_not_narrow_a_list() -> None:
    assert [ask.subject for ask in read("清河县2023年存在哪些问题").texts] == [""]
    assert [ask.subject for ask in read("清河县2023年食品方面存在哪些问题").texts] == ["食品"]


@pytest.mark.parametrize(
    ("text", "sought", "subject"),
    [
        ("个转企为啥难做", Sought.REASON, "个转企"),
        ("人手够不够", Sought.REASON, "人手不够"),
        ("哪个局提到了预制菜", Sought.MENTION, "预制菜"),
        ("哪份提到了预制菜", Sought.MENTION, "预制菜"),
        ("疫情防控还有哪个局在写", Sought.MENTION, "疫情防控"),
        ("得过什么奖", Sought.HONOURS, ""),
        ("案件查办排第几", Sought.HONOURS, "案件查办"),
        ("指导思想怎么写的", Sought.OPENING, ""),
        ("整改什么时候完成", Sought.TIME, "整改 完成"),
        ("营商环境这块大家都有啥好做法", Sought.PART, "营商环境"),
        ("质量强市都做了啥", Sought.PART, "质量强市"),
        ("“双不减”是咋回事", Sought.PART, "双不减"),
        ("年报公示几个局怎么抓", Sought.PART, "年报公示"),
        ("保供稳价大家都有啥招", Sought.PART, "保供稳价"),
        ("下一步准备抓啥", Sought.PART, ""),
        ("往后想抓点啥", Sought.PART, ""),
        ("这半年都忙了点啥", Sought.PART, ""),
        ("几家单位的年报公示怎么管的", Sought.PART, "年报公示"),
        ("有没有说过预制菜", Sought.MENTION, "预制菜"),
        ("冷库什么时候建的", Sought.TIME, "冷库"),
    ],
)
def test_what_a_text_question_seeks_is_told_apart_from_what_it_is_about(
    text: str, sought: Sought, subject: str
) -> None:
    (ask,) = read(text).texts
    assert (ask.sought, ask.subject) == (sought, subject)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("食品安全做了哪些工作", StatementKind.DONE),
        ("食品安全怎么抓的", StatementKind.DONE),
        ("食品安全准备怎么抓", StatementKind.PLAN),
        ("食品安全有什么打算", StatementKind.PLAN),
        ("有没有提到食品安全", None),
    ],
)
def test_work_done_and_planned_are_asked_for_in_different_words(
    text: str, role: StatementKind | None
) -> None:
    (ask,) = read(text).texts
    assert ask.role is role


def test_each_part_of_a_question_is_read_by_itself() -> None:
    first, second = read("价格监管干了啥，接下来打算怎么干").texts
    assert (first.subject, first.role) == ("价格监管", StatementKind.DONE)
    assert (second.subject, second.role) == ("价格监管", StatementKind.PLAN)


def test_who_did_something_and_how_much_are_two_questions() -> None:
    question = read("铁拳行动哪些局搞了，各查了多少案件")
    assert [ask.sought for ask in question.texts] == [Sought.MENTION]
    assert "铁拳" in question.content


@pytest.mark.parametrize("text", ["清河县", "？", "", "多少", "清河县2023年"])
def test_a_question_of_nearly_nothing_is_read_all_the_same(text: str) -> None:
    question = read(text)
    assert question.text == text
    assert question.asks


def test_substance_keeps_something_of_a_question_of_empty_words() -> None:
    assert substance("请问是多少？") != ""
    assert joined(substance("请问一共检查了多少家药店？")) == "检查了家药店"


def test_the_name_of_a_document_asks_for_no_plan() -> None:
    assert not read("总结和谋划那份 食品抽检合格几个点").plans


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("投诉多少举报多少办结率多少", ["投诉多少", "举报多少", "办结率多少"]),
        ("从多少减到多少", ["从多少减到多少"]),
        ("查了多少药店多少诊所", ["查了多少药店", "查了多少诊所"]),
        ("企业多少个体户多少", ["企业多少", "个体户多少"]),
        ("年报率企业多少个体户多少", ["年报率企业多少", "年报率个体户多少"]),
        ("药店跑了几趟，隐患改了几处", ["药店跑了几趟", "隐患改了几处"]),
        ("抽了多少批，合格没", ["抽了多少批", "合格多少批"]),
        ("立案多少结案多少罚没几万元", ["立案多少", "结案多少", "罚没几万元"]),
        ("产值多少带动多少农户改造了几家作坊", ["产值多少", "带动多少农户", "改造了几家作坊"]),
    ],
)
def test_each_amount_that_is_asked_for_is_a_part(question: str, parts: list[str]) -> None:
    assert [ask.part for ask in split_asks(question)] == parts


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("大家都有啥好做法", (SectionKind.HIGHLIGHTS,)),
        ("营商环境这块大家都有啥好做法", ()),
    ],
)
def test_good_practices_of_no_thing_in_particular_are_the_highlights(
    text: str, kinds: tuple[SectionKind, ...]
) -> None:
    (ask,) = read(text).texts
    assert ask.kinds == kinds


def test_a_figure_that_something_is_done_with_is_not_to_be_confirmed() -> None:
    assert read("清河县的7批处理了没").confirms is None
    confirmed = read("清河县检查超市12家，对吗").confirms
    assert confirmed is not None
    assert confirmed.text == "12家"


@pytest.mark.parametrize(
    "said", ["截至10月底", "截止到10月31日", "到10月底", "截至十月底", "到11月24日为止"]
)
def test_up_to_when_the_figures_go_is_no_part_of_what_is_asked(said: str) -> None:
    (ask,) = read(f"清河县2023年{said}检查了多少家药店").asks
    assert joined(ask.own) == "检查了药店"


def test_a_deadline_of_a_plan_stays_in_what_is_asked() -> None:
    (ask,) = read("清河县2023年到12月底前要建成几个站").asks
    assert "12月" in joined(ask.own)


@pytest.mark.parametrize(
    "text",
    [
        "有数的几家当中，消费投诉举报最多的是谁，几件",
        "写了具体数的这几家里，哪个局收的投诉举报最多？多少件",
        "这几个局当中投诉举报件数最多的是哪里，多少件？",
    ],
)
def test_which_has_the_most_is_asked_of_the_thing_alone(text: str) -> None:
    asked = read(text)
    assert asked.ranks
    assert "投诉举报" in joined(asked.asks[0].own)
    assert not {"有数", "哪里", "家里"} & set(asked.asks[0].own.split())


def test_nothing_before_a_particle_asks_nothing() -> None:
    assert len(read("清河县食品抽检合格率多少，呢").asks) == 1
    assert len(read("清河县食品抽检合格率多少，药品呢").asks) == 2
