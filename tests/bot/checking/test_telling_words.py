import pytest

from bot.checking.telling_words import (
    is_same_rate,
    telling_words,
    unborne_words,
)
from bot.checking.wordings import plain_text


def words(text: str) -> list[str]:
    return [word.text for word in telling_words(plain_text(text))]


def unborne(text: str, evidence: str) -> list[str]:
    return [word.text for word in unborne_words(text, evidence, evidence)]


def test_particles_and_words_that_say_nothing_are_no_telling_words() -> None:
    assert words("全年共对零售药店开展了检查") == ["零售", "药店", "检查"]
    assert words("12345平台") == ["12345", "平台"]
    assert words("A类企业159") == ["a", "企业"]


def test_characters_that_no_dictionary_joins_make_a_word() -> None:
    assert words("约谈药店") == ["约谈", "药店"]


def test_names_made_blank_part_what_stood_around_them() -> None:
    assert plain_text("比      高“三小” 店") == "比|高三小店"


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("药店", "检查零售药店"),
        ("零售药房", "检查零售药店"),
        ("快检", "快速检测"),
        ("持证", "持特种设备检查员证"),
        ("个体户", "个体工商户"),
        ("办结", "按期结案"),
        ("罚没", "罚没款项"),
        ("不合格", "抽检不合格"),
        ("消费者", "消费投诉"),
    ],
)
def test_a_word_stands_in_every_form_of_it(text: str, evidence: str) -> None:
    assert not unborne(text, evidence)


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("医院", "检查零售药店"),
        ("合格", "抽检不合格"),
        ("不合格", "抽检合格"),
        ("立案", "结案"),
        ("食品", "药品"),
        ("快检", "监督抽检"),
    ],
)
def test_another_word_does_not_stand(text: str, evidence: str) -> None:
    assert unborne(text, evidence)


@pytest.mark.parametrize(
    ("rate", "written", "other", "same"),
    [
        ("合格率", "抽检合格率", "抽检合格率", True),
        ("公示率", "企业年报公示率", "年报率", True),
        ("满意率", "回访满意率", "满意度", True),
        ("比例", "占总数的比例", "占比", True),
        ("不合格率", "不合格率", "合格率", False),
        ("合格率", "合格率", "不合格率", False),
        ("办结率", "办结率", "合格率", False),
        ("占比", "占比", "合格率", False),
    ],
)
def test_rates_are_the_same_by_name(rate: str, written: str, other: str, same: bool) -> None:
    assert is_same_rate(rate, written, other, "") is same


def test_a_rate_without_a_name_is_known_by_the_words_around() -> None:
    assert is_same_rate("占比", "占比", "", "食品案件占")
    assert not is_same_rate("办结率", "办结率", "", "食品案件占")
