"""Numbering, punctuation, numerals, repeats, and plans that are told as done."""

import pytest

from bot.display import check_lines
from tests.bot.proofreading.conftest import Checked, shown

SOUND = (
    "全年检查药店1,203家次，约谈5家。",
    "近20家、10余家、十几家、三四百家企业参加。",
    "合格率为97%~98%，重1千克，行驶5千米。",
    "检查企业76家、设备1233台，移交线索12条，其中三成已核查。",
    "合格率97.2%，比上年提高1.2个百分点。",
    "学习党的二十大精神，落实“十四五”规划，完成十二项任务。",
    "开展“3·15”国际消费者权益日活动，依据国发〔2023〕5号文件办理。",
    "检查超市，食品、药品等案件全部办结。",
    "加强统筹，食品药品两个领域全部检查。",
    "指标：立案（件），2020年：120，2021年：128，增长：6.7%\n指标：结案（件），2020年：1，2021年：2",
    "检查了超市、药店和食堂，查看了制度、台账等，解决了噪声、气味等等问题。",
    "目的的确定要准确，实实在在的成效，一户一户走访。",
    "合格率提高2.5个百分点，节约十万元左右，召开第三十二次会议。",
    "1.抓检查。\n2.抓培训。\n一、抓秩序\n3.抓办案。\n4.抓维权。",
    "首先，查制度。其次，查台账。再次，查现场。",
    "首先，查制度。\n其次，查台账。\n最后，查现场。",
    "（一）抓检查。（二）抓培训。\n（三）抓秩序。",
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
        ("约有近百家企业参加。", "!约有近", None),
        ("近三百余家企业参加。", "!近三百余家", None),
        ("有五、六家企业参加。", "!五、六", "五六"),
        ("二0二三年底完成。", "!二0二三", "二〇二三"),
        ("2023年05月12日印发。", "!年05月", "年5月"),
        ("成本减少了2倍。", "!减少了2倍", None),
        ("投诉占百分之22。", "!百分之22", "22%"),
        ("检查六十余多家企业。", "!六十余多", None),
        ("检查企业45家左右以上，约谈5家。", "!左右以上", None),
        ("查出十9处隐患，约谈5家。", "!十9", None),
        ("合格率94.8个百分点。", "!94.8个百分点", "94.8%"),
        ("满意率98以上。", "!98", None),
        ("覆盖面达到85个百分点。", "!达到85个百分点", "达到85%"),
        ("检查药店3家，集中学习三十二次。", "!三十二次", "32次"),
        ("检查药店3家，约谈七家。", "?七家", "7家"),
        ("约谈企业七户、整改11处。", "?七户", "7户"),
        ("检查企业76家、设备1233台，出动261人，下达指令书三份。", "?三份", "3份"),
        ("合格率97.2%，比上年提高1.2%。", "?率97.2%，比上年提高1.2%", None),
        ("检查药店3家，培训四百五十余人次。", "!四百五十余人次", "450余人次"),
        ("检查药店3家，宣传覆盖1万五千户。", "!1万五千", None),
        ("检查药店138多家。", "!138多", None),
        ("办理叁件。", "!叁", None),
        ("不合格率为千分之8。", "!千分之8", "8‰"),
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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("（一）抓检查。（三）抓培训。", "!（三）"),
    ],
)
def test_items_within_a_paragraph_are_not_skipped(check: Checked, text: str, found: str) -> None:
    assert shown(check(text), "numbering") == [found]


def test_signs_of_markdown_are_the_files_own(check: Checked) -> None:
    text = "# 总结\n## 一、食品\n开展检查。\n## 二、药品\n开展检查。"
    assert not shown(check(text), "wording")


def test_a_habit_is_found_at_each_place_and_told_once(check: Checked) -> None:
    result = check("检查药店１２家,发现问题３个,整改３个。检查诊所四十五家,约谈5家。")
    assert shown(result, "punctuation") == ["!,"] * 3
    told = [line for line in check_lines(result) if "标点" in line]
    assert len(told) == 1
    assert "全文还有2处这样写" in told[0]


def test_sentences_that_are_repeated_are_told_together(check: Checked) -> None:
    block = "扎实开展药品安全专项检查。\n全面推进诚信经营示范创建。\n"
    result = check(block * 8)
    assert len(shown(result, "repeated")) == 14
    assert sum("重复" in line for line in check_lines(result)) == 1


def test_other_words_of_a_habit_are_named(check: Checked) -> None:
    lines = check_lines(check("检查药店二十三家，诊所四十五家，约谈5家。"))
    assert any("“二十三家”" in line and "全文还有1处：“四十五家”" in line for line in lines)


def test_a_superfluous_blank_is_shown_with_the_words_around_it(check: Checked) -> None:
    assert any("“检查药店 12家" in line for line in check_lines(check("检查药店 12家。")))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("合格率为98.2%，覆盖面达到百分之八十五。", ["!百分之八十五"]),
        ("合格率为98.2%，同比提高百分之十二点五。", ["!百分之十二点五"]),
        ("合格率为98.2%，满意率百分之百。", ["!百分之百"]),
        ("合格率为98.2%，做到百分之百检查。", []),
        ("检查药店12家，覆盖面达到百分之八十五。", ["?百分之八十五"]),
        ("覆盖面达到百分之八十五。", []),
        ("合格率为98.2%，产值增长百分之一百二十。", []),
    ],
)
def test_rates_are_written_with_the_sign_where_the_draft_has_it(
    check: Checked, text: str, found: list[str]
) -> None:
    assert shown(check(text), "numeral") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("主要有三项。1、食品检查。（2）药品检查。3.设备检查。", ["!1、", "!（2）"]),
        ("主要有三项。1.食品检查。2.药品检查。4.设备检查。", ["!4."]),
        ("主要有三项：（1）食品检查；（2）药品检查；（3）设备检查。", []),
        ("附件：1.检查表\n      2.联络表", []),
        ("一要加强检查；二要加强培训；四要加强宣传。", ["!四要"]),
        ("第一，加强检查。\n第二，加强培训。\n第四，加强宣传。", ["!第四"]),
        ("一要加强检查；二要加强培训。\n一要强化宣传；二要强化落实。", []),
    ],
)
def test_marks_within_a_paragraph_follow_the_first(
    check: Checked, text: str, found: list[str]
) -> None:
    assert shown(check(text), "numbering") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一是人员不足；二是设备老化，三是经费紧张。", ["!，"]),
        ("一是人员不足，二是设备老化，三是经费紧张。", []),
        ("（一）检查药店。规范经营。\n（二）检查诊所，规范经营；\n（三）检查超市。", ["!；"]),
        ("（联系人：办公室赵某；电话：0000-7654321）", []),
    ],
)
def test_the_parts_of_a_list_are_set_apart_alike(
    check: Checked, text: str, found: list[str]
) -> None:
    assert shown(check(text), "punctuation") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "扎实开展药品安全专项检查。\n查处案件。\n扎实开展药品安全专项检查。",
            "!扎实开展药品安全专项检查。",
        ),
        ("持续持续加强检查。", "!持续持续"),
        ("营造良好营造良好法治氛围。", "!营造良好营造良好"),
        ("提升监管能力，提升监管能力。", "!提升监管能力，提升监管能力"),
        ("解决突出的的问题。", "!的的"),
        ("加强队伍作风建设，开展培训，加强队伍作风建设。", "!加强队伍作风建设"),
        (
            "开展培训，支持5家企业使用地理标志。巡查市场。支持5家企业使用地理标志。",
            "!支持5家企业使用地理标志。",
        ),
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
        ("抽检320批次，检出不合格8批次。", ["!检出不合格8"]),
        ("已有12家商户通过验收。", ["!已有12家商户通过"]),
        ("监管能力得到有效提升。", ["?得到有效提升"]),
        ("举办培训10场，取得了明显成效，力争全年覆盖12个镇。", ["!取得了明显成效"]),
        ("新增了诊所12家以上。", ["!了"]),
        ("力争食品监督抽检达到800批次。", []),
        ("对已检查的12家企业开展回头看。", []),
        ("电梯投保率提高到了90%。", ["!提高到了"]),
        ("已对12家市场完成检查。", ["!已对12家市场完成检查"]),
        ("已于明年对诊所开展检查。", ["!已于明年"]),
        ("已顺利完成全年抽检800批次的任务。", ["!已顺利完成全年抽检800批次的任务"]),
    ],
)
def test_what_is_planned_is_not_told_as_done(
    check: Checked, sentence: str, found: list[str]
) -> None:
    text = f"一、主要工作\n开展检查。\n二、2024年工作打算\n{sentence}"
    assert shown(check(text), "plan") == found


@pytest.mark.parametrize(
    "sentence", ["上半年已完成食品监督抽检320批次。", "截至目前，已完成食品监督抽检320批次。"]
)
def test_a_plan_may_tell_what_is_done_so_far(check: Checked, sentence: str) -> None:
    text = f"柳溪县市场监管局2024年下半年工作计划\n一、抽检\n{sentence}"
    assert not shown(check(text, period="2024年下半年"), "plan")


def test_what_a_plan_looks_back_on_is_done(check: Checked) -> None:
    text = "柳溪县市场监管局2024年工作计划\n一、2023年工作回顾\n完成食品监督抽检702批次。"
    text += "\n二、任务\n已完成食品监督抽检800批次。"
    result = check(text, period="2024年")
    assert shown(result, "stored") == ["!702批次"]
    assert shown(result, "plan") == ["!已完成"]


def test_a_notice_may_say_you(check: Checked) -> None:
    assert not check("现将方案印发给你们，请遵照执行。").findings


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


@pytest.mark.parametrize(
    ("text", "place"),
    [("组织“质量月“开放日活动。", 6), ("组织“质量月开放日活动。", 2), ("组织质量月”活动。", 5)],
)
def test_the_mark_that_makes_no_pair_is_found(check: Checked, text: str, place: int) -> None:
    (finding,) = check(text).findings
    assert (finding.start, finding.certain) == (place, True)


def test_what_comes_next_may_stand_among_what_is_done_where_no_part_plans(check: Checked) -> None:
    text = "一、主要工作\n检查药店52家，下一步将检查诊所。\n{}"
    assert not shown(check(text.format("")), "plan")
    planned = text.format("二、下一步打算\n做好年报公示。")
    assert shown(check(planned), "plan") == ["?下一步将"]
