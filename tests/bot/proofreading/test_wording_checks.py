"""Numbering, punctuation, numerals, repeats, and plans that are told as done."""

import pytest

from tests.bot.proofreading.conftest import Checked, shown

SOUND = (
    "全年检查药店1,203家次，约谈5家。",
    "近20家、10余家、十几家、三四百家企业参加。",
    "合格率为97%~98%，重1千克，行驶5千米。",
    "学习党的二十大精神，落实“十四五”规划，完成十二项任务。",
    "开展“3·15”国际消费者权益日活动，依据国发〔2023〕5号文件办理。",
    "检查了超市、药店和食堂，查看了制度、台账等，解决了噪声、气味等等问题。",
    "目的的确定要准确，实实在在的成效，一户一户走访。",
)


@pytest.mark.parametrize("text", SOUND)
def test_sound_sentences_pass(check: Checked, text: str) -> None:
    assert not check(text).findings


@pytest.mark.parametrize(
    ("text", "found", "right"),
    [
        ("检查药店１２家。", "!１２", "12"),
        ("检查药店3百家，约谈5家。", "!3百", None),
        ("检查药店二十三家，约谈5家。", "!二十三家", "23家"),
        ("约200余家企业参加。", "!约200余家", None),
        ("有五、六家企业参加。", "!五、六", "五六"),
        ("二0二三年底完成。", "!二0二三", "二〇二三"),
        ("2023年05月12日印发。", "!年05月", "年5月"),
        ("成本减少了2倍。", "!减少了2倍", None),
        ("投诉占百分之22。", "!百分之22", "22%"),
    ],
)
def test_numerals_follow_the_standard(
    check: Checked, text: str, found: str, right: str | None
) -> None:
    result = check(text)
    assert shown(result, "numeral") == [found]
    assert result.findings[0].right == right


@pytest.mark.parametrize(
    ("text", "found", "right"),
    [
        ("检查药店,发现问题。", "!,", "，"),
        ("检查药店。。发现问题。", "!。。", "。"),
        ("检查药店. 发现问题。", "!.", "。"),
        ("检查超市、药店、和食堂。", "!、", ""),
        ("依据国发[2023]5号文件办理。", "![2023]", "〔2023〕"),
        ("开展“3.15”活动。", "!3.15", "3·15"),
        ("加强教育...", "!...", "……"),
        ("学习《关于贯彻《条例》的意见》。", "!《关于贯彻《条例》的意见》", None),
    ],
)
def test_punctuation_follows_the_standard(
    check: Checked, text: str, found: str, right: str | None
) -> None:
    result = check(text)
    assert found in shown(result, "punctuation")
    assert right in [finding.right for finding in result.findings]


def test_numbering_is_found_once_where_all_that_follows_is_shifted(check: Checked) -> None:
    text = "一、登记\n开展检查。\n三、食品\n开展检查。\n四、药品\n开展检查。"
    assert shown(check(text), "numbering") == ["!三、"]


def test_signs_of_markdown_are_the_files_own(check: Checked) -> None:
    text = "# 总结\n## 一、食品\n开展检查。\n## 二、药品\n开展检查。"
    assert not shown(check(text), "wording")


def test_a_mistake_made_very_often_is_told_once(check: Checked) -> None:
    result = check("检查药店１２家。" * 20)
    assert shown(result, "numeral") == ["!１２"]
    assert "19处" in result.findings[0].why


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "扎实开展药品安全专项检查。\n查处案件。\n扎实开展药品安全专项检查。",
            "!扎实开展药品安全专项检查。",
        ),
        ("持续持续加强检查。", "!持续持续"),
        ("提升监管能力，提升监管能力。", "!提升监管能力，提升监管能力"),
        ("解决突出的的问题。", "!的的"),
    ],
)
def test_what_stands_there_twice_is_certain(check: Checked, text: str, found: str) -> None:
    assert shown(check(text), "repeated") == [found]


def test_like_sentences_with_other_figures_are_no_repeat(check: Checked) -> None:
    text = "对全县餐饮服务单位开展监督检查，检查34家，整改问题12个。\n"
    text += "对全县餐饮服务单位开展监督检查，检查56家，整改问题15个。"
    assert not shown(check(text), "repeated")


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("已完成食品监督抽检320批次。", ["!已完成"]),
        ("监管能力得到有效提升。", ["?得到有效提升"]),
        ("举办培训10场，取得了明显成效，力争全年覆盖12个镇。", ["!取得了明显成效"]),
        ("力争食品监督抽检达到800批次。", []),
        ("对已检查的12家企业开展回头看。", []),
    ],
)
def test_what_is_planned_is_not_told_as_done(
    check: Checked, sentence: str, found: list[str]
) -> None:
    text = f"一、主要工作\n开展检查。\n二、2024年工作打算\n{sentence}"
    assert shown(check(text), "plan") == found


def test_an_item_of_a_list_ends_as_the_one_before(check: Checked) -> None:
    items = "（一）加强组织，明确分工。\n（二）加强督查，确保落实"
    assert shown(check(items), "punctuation") == ["!"]
    headings = "（一）加强组织，明确分工\n各科室分工负责。\n（二）加强督查，确保落实\n定期通报。"
    assert not check(headings).findings


def test_a_list_ends_with_a_full_stop_before_the_next_heading(check: Checked) -> None:
    text = "一、问题\n一是手段不多；\n二是人员不足；\n二、打算\n加强检查。"
    assert shown(check(text), "punctuation") == ["!；"]


def test_a_heading_that_is_listed_before_is_a_hint(check: Checked) -> None:
    text = "（一）基层监管力量不足，人员老化。\n（二）基层监管力量不足，人员老化。"
    assert shown(check(text), "repeated") == ["?（二）基层监管力量不足，人员老化。"]


def test_a_name_set_apart_is_no_superfluous_blank(check: Checked) -> None:
    assert not check("开展了检查。\n柳溪县市场监管局局长 赵某").findings
