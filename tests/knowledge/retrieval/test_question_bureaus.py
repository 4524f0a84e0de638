from collections.abc import Collection

import pytest

from knowledge.retrieval.bureau_names import KnownBureaus
from knowledge.retrieval.question_bureaus import BureauMention, find_bureaus
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.identity import bureau_named

CLEAR, MARSH, HARBOUR = "清河县市场监管局", "白沙市苇塘区市场监管局", "白沙市市场监管局"
MASKED_COUNTY, MASKED_DISTRICT, BRANCH = "**县市场监管局", "*区市场监管局", "白沙市市场监管局*局"
KNOWN = KnownBureaus(
    map(bureau_named, (CLEAR, MARSH, HARBOUR, MASKED_COUNTY, MASKED_DISTRICT, BRANCH))
)


def mentions(question: str, in_reports: str = "") -> list[BureauMention]:
    def occurs(phrase: str, within: Collection[str] | None = None) -> frozenset[str]:
        assert within is None
        return frozenset({"r"}) if phrase in in_reports else frozenset()

    found = find_bureaus(question, KNOWN, question_words(), occurs)
    assert all(question[m.start : m.end] == m.wording for m in found)
    assert [m.start for m in found] == sorted(m.start for m in found)
    return found


def names(question: str, in_reports: str = "") -> list[set[str]]:
    return [set(m.names) for m in mentions(question, in_reports)]


@pytest.mark.parametrize(
    "wording",
    ["清河县市场监管局", "清河县市场监督管理局", "清河县局", "清河县", "清河"],
)
def test_a_bureau_is_known_by_its_name_its_place_and_their_short_forms(wording: str) -> None:
    assert names(f"{wording}2023年立案多少件") == [{CLEAR}]
    assert names(f"2023年{wording}立案多少件") == [{CLEAR}]
    assert names(f"请问，{wording}有多少台电梯？") == [{CLEAR}]


@pytest.mark.parametrize(
    "wording", ["白沙市苇塘区市场监管局", "苇塘区市场监管局", "苇塘区局", "苇塘区", "苇塘"]
)
def test_a_district_is_known_with_or_without_its_city(wording: str) -> None:
    assert names(f"{wording}2023年立案多少件") == [{MARSH}]


def test_a_city_is_not_its_district_nor_its_branch() -> None:
    assert names("白沙市市场监管局2023年立案多少件") == [{HARBOUR}]
    assert names("白沙市局2023年立案多少件") == [{HARBOUR}]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("区局2023年立案多少件", {MARSH, MASKED_DISTRICT, BRANCH}),
        ("县局2023年立案多少件", {CLEAR, MASKED_COUNTY}),
        ("市局2023年立案多少件", {HARBOUR}),
        ("县里2023年立案多少件", {CLEAR, MASKED_COUNTY}),
        ("某县局2023年立案多少件", {CLEAR, MASKED_COUNTY}),
    ],
)
def test_a_bare_level_means_every_bureau_of_that_level(question: str, expected: set[str]) -> None:
    assert names(question) == [expected]


@pytest.mark.parametrize(
    "wording", ["**县局", "*县局", "＊＊县局", "××县局", "**县市场监管局", "**县"]
)
def test_a_masked_place_means_the_masked_bureau_alone(wording: str) -> None:
    assert names(f"{wording}2023年立案多少件") == [{MASKED_COUNTY}]


def test_a_bare_branch_means_every_branch() -> None:
    assert names("分局2023年立案多少件") == [{BRANCH}]


@pytest.mark.parametrize("wording", ["*局", "**局", "上半年*局", "那个*局"])
def test_a_masked_branch_means_that_branch(wording: str) -> None:
    assert names(f"{wording}2023年立案多少件") == [{BRANCH}]


@pytest.mark.parametrize("wording", ["**市局", "**市市场监管局", "***旗局"])
def test_a_masked_bureau_that_is_not_held_is_unknown(wording: str) -> None:
    assert names(f"{wording}2023年立案多少件") == [set()]


@pytest.mark.parametrize(
    "wording",
    [
        "碧岭县市场监管局",
        "碧岭县市场监督管理局",
        "碧岭县局",
        "碧岭县",
        "碧岭市",
        "清河区",
        "清河市局",
        "苇塘县",
        "朝阳区局",
        "南山区",
        "东城区",
        "盐城市",
        "厦门市",
        "成都市",
        "浦东新区",
    ],
)
def test_a_bureau_that_is_not_held_is_unknown(wording: str) -> None:
    found = mentions(f"{wording}2023年立案多少件")
    assert [(m.wording, m.names) for m in found] == [(wording, frozenset())]


@pytest.mark.parametrize(
    "question",
    [
        "碧岭县立案多少件",
        "碧岭县检查了多少家药店",
        "碧岭县有多少台电梯",
        "碧岭县存在哪些问题",
        "碧岭县呢？",
        "那碧岭县呢",
        "2023年碧岭县立案多少件",
        "2023碧岭县立案多少件",
        "1-6月碧岭县立案多少件",
        "到10月底碧岭县立案多少件",
        "截止11月23日碧岭县立案多少件",
    ],
)
def test_an_unknown_place_is_known_as_one_whatever_stands_around_it(question: str) -> None:
    assert [(m.wording, m.names) for m in mentions(question)] == [("碧岭县", frozenset())]


@pytest.mark.parametrize(
    "question",
    [
        "碧岭县和清河县2023年立案各多少件",
        "碧岭县、清河县2023年立案各多少件",
        "碧岭县与清河县2023年立案各多少件",
        "清河县和碧岭县2023年立案各多少件",
        "清河县、碧岭县2023年立案各多少件",
    ],
)
def test_an_unknown_bureau_beside_a_known_one_is_not_passed_over(question: str) -> None:
    assert sorted(names(question), key=len) == [set(), {CLEAR}]


def test_a_district_after_its_city_is_one_bureau() -> None:
    (mention,) = mentions("白沙市清河县2023年立案多少件")
    assert (mention.wording, set(mention.names)) == ("白沙市清河县", {CLEAR})


def test_two_bureaus_need_no_word_between_them() -> None:
    assert names("县局市局的商标比一下") == [{CLEAR, MASKED_COUNTY}, {HARBOUR}]


def test_several_bureaus_stand_in_the_order_of_the_question() -> None:
    assert names("苇塘区、清河县和白沙市局2023年各立案多少件") == [{MARSH}, {CLEAR}, {HARBOUR}]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("清河县2023年向市局移交了多少件", [{CLEAR}]),
        ("清河县被省市场监管局列为试点的有几个", [{CLEAR}]),
        ("清河县2023年接到的市局交办案件有多少件", [{CLEAR}]),
        ("由市局指挥中心转来的投诉有多少件", []),
        ("国家市场监管总局部署的行动开展了几次", []),
        ("市局下达的立案任务清河县完成没有", [{CLEAR}]),
        ("哪个奖是省里发的", []),
    ],
)
def test_another_party_to_a_matter_is_no_bureau_asked_about(
    question: str, expected: list[set[str]]
) -> None:
    assert names(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "社区、景区和园区检查了多少次",
        "全县2023年立案多少件",
        "我区有多少台电梯",
        "夜市，超市，城市2023年检查了多少次",
        "各县2023年立案多少件",
        "哪个区2023年立案最多",
        "两个县2023年立案多少件",
        "三个区立案多少件",
        "2023年几个市立案多少件",
        "其他县立案多少件",
        "2023年偏远山区怎么办证",
        "2023年老城区检查多少家",
        "检查门市部多少家",
        "截止11月23日新登记市场主体多少户",
        "2023年结局怎么样",
        "市场监管局限期整改了多少家",
    ],
)
def test_a_word_like_a_place_is_none(question: str) -> None:
    assert mentions(question) == []


def test_a_word_of_the_reports_is_no_unknown_place() -> None:
    assert names("老城区2023年检查多少家", in_reports="对老城区餐饮店开展检查") == []


@pytest.mark.parametrize("lead", ["比较", "那", "请问", "看看", "有关", "到10月底", "到6月30日"])
def test_a_word_before_a_short_name_is_no_part_of_it(lead: str) -> None:
    assert names(f"{lead}县局2023年立案多少件") == [{CLEAR, MASKED_COUNTY}]


@pytest.mark.parametrize(
    "lead",
    [
        "党建这块", "帮我写一段", "年报率", "比一比", "听说", "唠唠", "单说", "食品安全", "电梯",
        "营商环境方面", "参考", "凭啥", "年报", "切到", "瞅瞅", "满意度", "治安", "个转企",
    ],
)  # fmt: skip
def test_everyday_words_before_a_short_name_are_the_questions(lead: str) -> None:
    for short in ("县局", "县里"):
        (found,) = mentions(f"{lead}{short}写了啥")
        assert (found.wording, set(found.names)) == (short, {CLEAR, MASKED_COUNTY})


@pytest.mark.parametrize("lead", ["党建这块", "帮我写一段", "食品抽检", "年报率", "看看"])
@pytest.mark.parametrize(
    "name", ["三河县局", "朝阳区局", "碧岭县局", "望舒市局", "江城市梧桐区局", "经开区局"]
)
def test_a_place_behind_everyday_words_is_a_bureau_that_is_not_held(lead: str, name: str) -> None:
    found = mentions(f"{lead}{name}2023年写了啥")
    assert [(m.wording, m.names) for m in found] == [(name, frozenset())]


def test_a_known_place_behind_everyday_words_is_known() -> None:
    (found,) = mentions("党建清河县局写了啥")
    assert (found.wording, set(found.names)) == ("清河县局", {CLEAR})


@pytest.mark.parametrize("question", ["小区里有多少台电梯", "辖区里查了几家", "超市里抽检多少批次"])
def test_a_place_in_the_town_is_no_bureau(question: str) -> None:
    assert mentions(question) == []
