"""Measures in their parts: what is repeated, and how many items a part has."""

from bot.answers import Quote
from bot.compositions import Origin
from bot.drafting.arranging import (
    PlanBlock,
    add_blocks,
    drop_repeats,
    list_items,
    merge_measures,
    place_of_work,
    place_targets,
)
from bot.drafting.material import Measure
from bot.drafting.targets import Target
from bot.drafting.vocabulary import plan_words
from knowledge.models import Identity, Report
from knowledge.understanding.sentences import Span

QUOTE = Quote(Report("r", "r.txt", "", Identity(None, None), "字"), (), Span(0, 1))


def measure(text: str, topic: str) -> Measure:
    return Measure(text, (QUOTE,), Origin.OWN_PLAN, (topic,), own_topics=(topic,))


def test_a_part_of_many_measures_is_counted_by_lines_of_work() -> None:
    """One 一是 a line, wherever its measures stand: nobody reads 二十五是."""
    topics = ["食品安全", "药品", "特种设备"] * 4
    block = PlanBlock("守牢安全底线", tuple(measure(f"{n}", t) for n, t in enumerate(topics)))
    items = list_items(block)
    assert [[m.text for m in item] for item in items] == [
        ["0", "3", "6", "9"],
        ["1", "4", "7", "10"],
        ["2", "5", "8", "11"],
    ]


def test_a_plan_that_lists_the_same_lines_for_two_things_plans_both() -> None:
    plan = [
        measure("继续开展药品、医疗器械等专项整治工作。", "药品"),
        measure("做好药品、医疗器械抽检工作。", "医疗器械"),
    ]
    assert drop_repeats(plan, alike=0.8) == plan
    assert drop_repeats(plan) == plan[:1]


def test_a_target_stands_where_most_is_of_its_division_of_the_field() -> None:
    safety = [measure(f"抓好食品{n}。", "食品安全") for n in range(5)]
    blocks = [
        PlanBlock("守牢底线", (*safety, measure("抓好双随机。", "信用监管"))),
        PlanBlock("把牢关口", (measure("做好登记。", "登记注册"), measure("管好价格。", "价格"))),
    ]
    target = Target("企业年报率不低于××%（2023年为91%）", QUOTE, "信用监管")
    placed = place_targets(blocks, [target], None)
    assert [len(block.targets) for block in placed] == [0, 1]


def test_what_others_do_makes_no_second_part_of_one_subject() -> None:
    own = PlanBlock("全面创优营商环境", (measure("推进双随机监管。", "信用监管"),))
    ideas = [measure(f"优化登记注册流程{n}。", "登记注册") for n in range(2)]
    blocks, _ = add_blocks([own], ideas, plan_words())
    assert [block.heading for block in blocks] == ["全面创优营商环境"]
    assert len(blocks[0].measures) == 3


def test_what_is_checked_stands_with_its_own_line_of_work() -> None:
    checks = [
        measure("加强对药店的监督检查。", "药品"),
        measure("加强对锅炉的监督检查。", "特种设备"),
        measure("加强对诊所的监督检查。", "药品"),
    ]
    merged = [m.text for m in merge_measures(checks)]
    assert merged == ["加强对药店、诊所的监督检查。", "加强对锅炉的监督检查。"]


def test_a_thing_is_listed_once_whatever_stands_in_its_brackets() -> None:
    checks = [
        measure("加强对学校食堂的监督检查。", "食品安全"),
        measure("加强对学校（含幼儿园）食堂的监督检查。", "食品安全"),
    ]
    assert [m.text for m in merge_measures(checks)] == ["加强对学校食堂的监督检查。"]


def test_checks_of_one_item_are_one_sentence() -> None:
    checks = [
        measure("加强对药店的监督检查。", "药品"),
        measure("加强对美容院的监督检查。", "化妆品"),
    ]
    assert [m.text for m in merge_measures(checks)] == ["加强对药店、美容院的监督检查。"]


def test_drugs_and_devices_are_one_item() -> None:
    topics = ["食品安全", "药品", "特种设备", "医疗器械"]
    block = PlanBlock("守牢安全底线", tuple(measure(t, t) for t in topics))
    texts = [[m.text for m in item] for item in list_items(block)]
    assert texts == [["食品安全"], ["药品", "医疗器械"], ["特种设备"]]


def test_enforcement_stands_where_a_part_is_headed_so_or_most_is_akin() -> None:
    fertiliser = measure("开展化肥专项执法。", "执法办案")
    safety = PlanBlock("守牢底线", (measure("抓好食品。", "食品安全"), fertiliser))
    order = PlanBlock("规范市场秩序", (measure("管好价格。", "价格"),))
    assert place_of_work([safety, order], "执法办案") == 1
