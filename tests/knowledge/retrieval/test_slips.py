from collections.abc import Sequence

import pypinyin
import pytest

from knowledge.retrieval.slips import find_place_slips, find_slips, mend, reading
from knowledge.retrieval.vocabulary import domain_terms

TEXT = (
    "食品抽检合格率97.8%。行政执法办案12件，消费者投诉举报45件，检查特种设备8台，电梯3台。"
    "企业年报率95%，分级评定率99%。减少3批次，快检9批次。罚款金额3万元。明厨亮灶。知识产权。营商环境。要案3件，结了2件，免了1件。"
)


def present(pairs: Sequence[str]) -> list[str]:
    return [pair for pair in pairs if pair in TEXT]


def mended(question: str, text: str = TEXT) -> str:
    return mend(question, find_slips(question, present, text.__contains__))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("食品抽俭合格绿是多少", "食品抽检合格率是多少"),
        ("执发办了多少件", "执法办了多少件"),
        ("消菲者投诉多少件", "消费者投诉多少件"),
        ("特种设倍查了多少台", "特种设备查了多少台"),
        ("电提多少台", "电梯多少台"),
        ("投宿举报多少件", "投诉举报多少件"),
        ("企业年抱率多少", "企业年报率多少"),
        ("知识产全质押多少笔", "知识产权质押多少笔"),
        ("营商环镜怎么样", "营商环境怎么样"),
        ("分级评定律多少", "分级评定率多少"),
        ("抽检合格侓多少", "抽检合格率多少"),
    ],
)
def test_a_slip_is_read_as_what_it_sounds_or_looks_like(typed: str, meant: str) -> None:
    assert mended(typed) == meant


@pytest.mark.parametrize(
    "question",
    [
        "食品抽检合格率是多少",
        "下半年要干啥",
        "隐患都改完了吗",
        "一共接了多少件投诉",
        "消费这方面做了什么",
        "投宿的有多少人",
        "咋样了这个电梯",
        "帮我瞅瞅立案数",
        "三河县局电梯多少台",
        "哪个局报的最多",  # 局 is a bureau, and 局报 no slip of 举报
        "监督抽检比快检少做多少批",  # 检少 is within 快检 and no slip of 减少
    ],
)
def test_a_question_without_slips_is_left_alone(question: str) -> None:
    assert find_slips(question, present, TEXT.__contains__) == ()


def test_nothing_is_mended_to_a_term_that_the_store_has_not() -> None:
    assert mended("电提多少台", "食品抽检") == "电提多少台"


def test_what_stands_in_the_store_is_no_slip() -> None:
    assert find_slips("电提多少台", list, TEXT.__contains__) == ()


def test_slips_side_by_side_are_one() -> None:
    (slip,) = find_slips("区局食品抽俭合格绿", present, TEXT.__contains__)
    assert (slip.typed, slip.meant) == ("食品抽俭合格绿", "食品抽检合格率")


def test_a_text_that_is_no_question_is_left_alone() -> None:
    assert find_slips("食品抽俭合格绿" * 100, present, TEXT.__contains__) == ()


def test_characters_sound_as_the_library_says() -> None:
    characters = [c for c in sorted(set(domain_terms())) if "\u4e00" <= c <= "\u9fff"]
    for character in characters:
        ((told,),) = pypinyin.pinyin(character, style=pypinyin.Style.NORMAL, v_to_u=True)
        assert reading(character).replace("u\u0308", "ü") == told
    assert reading("A") == "A"


PLACES = {"清河县", "清河", "苇塘区", "苇塘", "青河县", "白沙市", "白沙"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("苇糖区立案多少件", "苇塘区立案多少件"),
        ("白砂市和清河县谁多", "白沙市和清河县谁多"),
        ("轻河县立案多少件", "轻河县立案多少件"),  # 清河县 or 青河县
        ("青河县立案多少件", "青河县立案多少件"),
        ("苇桐区立案多少件", "苇桐区立案多少件"),  # which sounds otherwise
        ("苇糖立案多少件", "苇糖立案多少件"),  # which may be any word
    ],
)
def test_a_place_is_read_as_the_only_one_that_sounds_so(typed: str, meant: str) -> None:
    assert mend(typed, find_place_slips(typed, PLACES)) == meant
