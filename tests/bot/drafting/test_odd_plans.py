"""Plans from reports that are not laid out as most are."""

import re

import pytest

from bot.compositions import Draft, Origin
from bot.drafting.request import PlanRequest
from knowledge.library import Library
from tests.bot.drafting.planned import own_draft


@pytest.fixture(scope="module")
def drafts(odd_library: Library) -> dict[str, Draft]:
    """Each bureau's plan of everything."""
    names = ("云溪县", "安澜区", "青石区", "石桥县")
    return {name: own_draft(odd_library, PlanRequest(name)) for name in names}


def sentences(draft: Draft) -> list[str]:
    """The measures, without 一是."""
    measures = (s for p in draft.paragraphs[1:] for s in p.sentences)
    found = (s.text for s in measures if s.origin is not Origin.TARGET)
    return [re.sub("^[一二三四五六七八九十]是", "", text) for text in found]


def headings(draft: Draft) -> list[str]:
    """The paragraphs' headings, without their numbers."""
    return [re.sub("^（.）", "", p.heading) for p in draft.paragraphs[1:]]


def test_a_lead_in_to_what_follows_is_no_part_of_the_first_measure(
    drafts: dict[str, Draft],
) -> None:
    """我局将紧扣……重点抓好以下工作： goes."""
    told = sentences(drafts["云溪县"])
    assert told[0] == "持续推进“一件事”改革，力争新增经营主体3000户。"
    assert not any("以下工作" in text for text in told)


def test_regular_work_that_the_plan_tells_already_is_not_told_again(
    drafts: dict[str, Draft],
) -> None:
    """The plan's own lifts, cases and registrations."""
    told = "".join(sentences(drafts["云溪县"]))
    assert "继续加大案件查办力度" not in told
    assert "经营主体登记注册和培育" not in told
    assert told.count("老旧电梯") == 1


def test_numbered_headings_that_are_whole_sentences_are_measures(
    drafts: dict[str, Draft],
) -> None:
    """Under the plan's own parts, whose verbs are known."""
    told = sentences(drafts["安澜区"])
    assert "推进知识产权转化运用，力争专利质押融资突破3亿元。" in told
    assert "深化“铁拳”行动，聚焦民生热点查办一批大要案。" in told
    assert headings(drafts["安澜区"]) == [
        "坚决守牢安全底线。", "着力服务高质量发展。", "依法规范市场秩序。", "锻造高素质监管队伍。",
    ]  # fmt: skip


def test_the_half_of_the_year_that_is_planned_is_not_an_old_period(
    drafts: dict[str, Draft],
) -> None:
    """上半年 in the plan of a whole year."""
    assert "上半年完成300台电梯物联网接入。" in sentences(drafts["安澜区"])
    assert not any("上一期" in finding for finding in drafts["安澜区"].findings)


def test_numbered_sentences_in_two_halves_stay_whole_and_are_sorted_by_work(
    drafts: dict[str, Draft],
) -> None:
    """持续抓好“放心餐桌”项目 is no heading, but the beginning of its sentence."""
    told = sentences(drafts["青石区"])
    assert "持续抓好“放心餐桌”项目，11月底前改造农贸市场2个。" in told
    assert not any("放心餐桌" in heading for heading in headings(drafts["青石区"]))


def test_problems_told_within_a_plan_are_not_planned_and_measures_after_them_are(
    drafts: dict[str, Draft],
) -> None:
    """下半年将…… is a measure wherever it stands."""
    told = sentences(drafts["石桥县"])
    assert "推行乡厨积分管理，规范食品摊贩备案。" in told
    assert "实行所长包案制度，全年立案90件以上。" in told
    assert not any("薄弱" in text or "空缺" in text for text in told)


def test_work_on_the_own_staff_stands_under_its_heading(drafts: dict[str, Draft]) -> None:
    """健全所长季度述职机制 is no business environment."""
    held = next(p for p in drafts["石桥县"].paragraphs if "述职" in p.text)
    assert "队伍建设" in held.heading


def test_other_bureaus_trades_are_not_borrowed(odd_library: Library) -> None:
    """围绕陶瓷、茶叶、竹编等产业 is of one place."""
    draft = own_draft(odd_library, PlanRequest("石桥县", "", "", "长"))
    assert not any("陶瓷" in text for text in sentences(draft))


def test_a_plan_that_a_problem_leads_into_is_still_said_to_be_the_basis(
    odd_library: Library,
) -> None:
    """The opening names the plan, not the work done before."""
    draft = own_draft(odd_library, PlanRequest("云溪县", "特种设备"))
    assert "根据既定工作安排" in draft.paragraphs[0].text


def test_a_clause_of_a_measure_of_another_line_of_work_is_found(odd_library: Library) -> None:
    """Only the clause is taken over."""
    draft = own_draft(odd_library, PlanRequest("石桥县", "知识产权"))
    assert "扩大地理标志用标范围。" in sentences(draft)
    assert not any("标准进企业" in text for text in sentences(draft))
