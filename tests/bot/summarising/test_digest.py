"""What a page says: every line of work, problems with their reasons, plans with their measures."""

import pytest

from bot.compositions import Summary
from bot.official.document import from_summary
from bot.official.layout import official_layout
from bot.summarising.fitting import line_count, text_length
from bot.summarising.request import SummaryRequest, with_length
from bot.summarising.summarising import compose, read_scopes
from bot.summarising.wording import join_slices
from knowledge.understanding.sentences import Span
from tests.bot.summarising.readings import FULL, reading

LONG = """松溪县市场监管局2023年工作总结

2023年，松溪县市场监管局以会议精神为指导，守安全、促发展，各项工作取得新成效。
一、主要工作
（一）优化准入服务。截至目前，我县新登记市场主体1,204户，同比增长9.3%。企业年报率95.2%。办照窗口延时服务36次。
（二）守牢安全底线。
食品安全方面，召开会议6次。完成食品抽检320批次，不合格7批次，合格率97.8%。检查餐饮单位*家，立案*件。开展“你点我检”活动12场。
药品方面，检查药店83家、诊所129家。组织药品安全宣传5次。
特种设备方面，检查特种设备使用单位58家，消除隐患41处。开展电梯应急演练2次。
（三）规范市场秩序。立案77件，结案70件，罚没款45.6万元。案件查办数位居全市第一。检查停车场*家，退费*万元。监测广告*条。开展广告业调研。
二、存在问题
（一）人手偏紧。由于编制少，一线执法人员只有17人，人均要管六百多户。
（二）设备老旧。快检设备已用9年。
三、2024年打算
（一）建好快检室。提高政治站位，年底前建成乡镇快检室3个。
（二）整治老旧电梯。对全县老旧电梯逐台评估，更新改造30台。
"""


def page(text: str = LONG, length: str = "一页") -> Summary:
    request = with_length(SummaryRequest(("r",)), length)
    return compose(read_scopes([reading(text, period="2023年")], request))


def told(made: Summary) -> dict[str, str]:
    """What is told of each line of work."""
    return {p.line: "".join(point.text for point in p.points) for p in made.parts if p.line}


def test_it_opens_with_bureau_and_period_and_the_whole() -> None:
    opening = page().parts[0]
    assert opening.path == ()
    assert opening.points[0].text == (
        "2023年，松溪县市场监管局守安全、促发展，各项工作取得新成效。"
    )


def test_of_every_line_of_work_the_leading_figures_come_first() -> None:
    lines = told(page())
    assert lines["登记注册"].startswith("松溪县新登记市场主体1,204户")
    assert lines["食品安全"].startswith("完成食品抽检320批次，")
    assert "合格率97.8%" in lines["食品安全"]
    assert "药店83家" in lines["药品"]
    assert "58家" in lines["特种设备"]
    assert "立案77件" in lines["执法办案"]
    assert "位居全市第一" in lines["执法办案"]


def test_what_is_masked_alone_is_passed_over() -> None:
    assert "*" not in "".join(told(page()).values())


def test_problems_have_their_reasons_and_plans_their_measures() -> None:
    points = [p.text for part in page().parts[-2:] for p in part.points]
    assert points == [
        "人手偏紧：由于编制少，一线执法人员只有17人，人均要管六百多户。",
        "设备老旧：快检设备已用9年。",
        "建好快检室：年底前建成乡镇快检室3个。",
        "整治老旧电梯：对全县老旧电梯逐台评估，更新改造30台。",
    ]


def test_every_line_of_work_is_told_or_named_as_left_out() -> None:
    for length in ("一页", "半页", "200字", "一句话"):
        made = page(length=length)
        text = "".join(p.text for part in made.parts for p in part.points)
        for line, words in (("药品", "药店"), ("特种设备", "特种设备"), ("执法办案", "立案")):
            assert words in text or line in made.lines_left_out


def test_the_quote_beside_reworded_words_is_verbatim() -> None:
    made = page()
    assert all(c.quote.text in LONG for c in made.citations)
    assert any("截至目前，我县" in c.quote.text for c in made.citations)


@pytest.mark.parametrize("characters", [60, 120, 200, 400, 600])
def test_a_number_of_characters_is_kept_within_a_tenth(characters: int) -> None:
    body = "".join(f"第{n}所检查经营单位{n}2家，立案{n}件。" for n in range(1, 60))
    made = page(f"一、工作\n{body}\n二、问题\n（一）人手偏紧。缺口7人。\n", f"{characters}字")
    assert 0.9 <= text_length(made) / characters <= 1.1


@pytest.mark.parametrize("text", [LONG, FULL * 3])
def test_a_page_is_one_page_of_its_document(text: str) -> None:
    layout = official_layout().compact_form()
    lines = line_count(from_summary(page(text), with_sources=True), layout)
    assert lines <= layout.page.lines


def test_half_a_page_is_full_whatever_its_headings_take() -> None:
    names = ["优化准入", "守牢底线", "规范秩序", "推进质量", "畅通维权", "建强队伍"]
    things = ["超市", "药店", "食堂", "加油站", "集市", "民宿", "停车场"]
    chapters = (
        f"{n}、全力{name}，推动再上新台阶\n"
        + "".join(f"就{name}检查{thing}{k}2家，立案{k}件。" for k, thing in enumerate(things, 1))
        for n, name in zip("一二三四五六", names, strict=True)
    )
    made = page("\n".join(chapters), "半页")
    layout = official_layout().compact_form()
    lines = line_count(from_summary(made, with_sources=True), layout)
    assert 0.9 <= lines / (layout.page.lines // 2) <= 1


def test_a_list_stays_one_where_an_item_is_left_out() -> None:
    text = "新增承诺店3户、赔付店4户、调解站5户，覆盖全县。"
    told = join_slices(reading(text).report, [Span(0, 7), Span(14, 19)])
    assert told == "新增承诺店3户、调解站5户"


def test_of_a_topic_no_clause_of_another_line_is_told() -> None:
    text = (
        "一、工作\n食品安全方面，完成食品抽检320批次。开展校园食堂检查。\n"
        "二、打算\n靠实食品安全责任，严厉打击特种设备领域违法行为，强化食品抽检。\n"
    )
    request = with_length(SummaryRequest(("r",), topic="食品安全"), "半页")
    made = compose(read_scopes([reading(text)], request))
    assert not any("特种设备" in p.text for part in made.parts for p in part.points)


def test_amounts_that_are_dealt_out_are_told_together() -> None:
    text = "一、工作\n企业、合作社、个体工商户年报率分别为95.1%、91.2%、88.3%。\n"
    made = page(text, "60字")
    points = "".join(p.text for part in made.parts for p in part.points)
    assert "95.1%、91.2%、88.3%" in points


def test_a_sentence_opens_with_the_whole() -> None:
    made = page(length="一句话")
    texts = [p.text for part in made.parts for p in part.points]
    assert texts[0].startswith("2023年，松溪县市场监管局")
    assert all(text.endswith("；") for text in texts[:-1])
    assert texts[-1].endswith("。")


def test_what_is_planned_is_named_so_where_no_heading_says_it() -> None:
    assert list(told(page(length="200字"))) == ["打算"]
