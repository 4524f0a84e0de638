from io import BytesIO

import docx
import pytest

from bot.conversation.context import RequestContext
from bot.conversation.features.summaries import compare
from bot.conversation.wording import plain
from tests.bot.conversation.features.conftest import ContextOver
from tests.bot.conversation.features.walking import labels, tap, text

BACK, CANCEL = "返回", "取消"


def test_the_bureaus_of_one_period_are_compared(context: RequestContext) -> None:
    sets = tap(context, compare(context, ""), "食品安全")
    assert "2023年上半年 · 4个单位" in labels(sets)
    result = tap(context, sets, "2023年上半年 · 4个单位")
    assert result.page
    assert "**区市场监管局2023年上半年" in text(result)
    assert "云溪县市场监管局2023年上半年" in text(result)
    assert "486批次" in text(result)
    assert "**批次，合格率98.6%" in text(result)


def test_the_periods_of_one_bureau_are_compared(context: RequestContext) -> None:
    sets = tap(context, compare(context, ""), "食品安全")
    result = tap(context, sets, "云溪县市场监管局 · 3期")
    assert "云溪县市场监管局2022年" in text(result)
    assert "梧桐" not in text(result)


def test_all_lines_of_work_are_compared_at_once(context: RequestContext) -> None:
    words = "云溪县2023年 梧桐区2023年"
    asked = compare(context, words)
    for result in (tap(context, asked, "全部工作"), compare(context, words + " 全部")):
        assert "全部工作 · 2份报告对比" in text(result)
        assert "云溪县市场监管局2023年 3,742户" in text(result)
        assert "梧桐区市场监管局2023年 9,655户" in text(result)


def test_back_and_cancel(context: RequestContext) -> None:
    opened = compare(context, "")
    sets = tap(context, opened, "食品安全")
    again = tap(context, sets, BACK)
    assert labels(again) == labels(opened)
    tap(context, again, CANCEL)
    assert tap(context, opened, "食品安全").toast == plain("button.stale")


@pytest.mark.parametrize(
    ("words", "held", "lacking"),
    [
        ("食品安全 2023年上半年", "石桥县市场监督管理局2023年上半年", "梧桐区"),
        ("食品安全 云溪县", "云溪县市场监管局2022年", "石桥县"),
        ("电梯 2023年", "电梯", "合格率"),
        ("云溪县2023年和梧桐区2023年药品", "梧桐区市场监管局2023年", "云溪县市场监管局2022年"),
    ],
)
def test_words_that_name_topic_and_reports_go_straight(
    context: RequestContext, words: str, held: str, lacking: str
) -> None:
    result = compare(context, words)
    assert "存成文档" in labels(result)
    assert held in text(result)
    assert lacking not in text(result)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("食品安全 西山县", "西山县"),
        ("食品安全 云溪县 西山县", "西山县"),
        ("食品安全 云溪县2023年上半年", "只找到一份"),
        ("食品安全 云溪县 胡言乱语", "胡言乱语"),
    ],
)
def test_what_cannot_be_compared_as_named_is_told_with_what_can(
    context: RequestContext, words: str, told: str
) -> None:
    menu = compare(context, words)
    assert told in text(menu)
    assert "2023年上半年 · 4个单位" in labels(menu)


def test_lengths_another_topic_and_the_file(context: RequestContext) -> None:
    result = compare(context, "食品安全 2023年上半年")
    whole = tap(context, result, "全部摘出")
    assert len(text(whole)) > len(text(result))
    (document,) = tap(context, whole, "存成文档").documents
    assert len(docx.Document(BytesIO(document.content)).paragraphs) > 10
    other = tap(context, tap(context, result, "换一条线"), "特种设备")
    assert "电梯" in text(other)
    assert "云溪县市场监管局2023年上半年" in text(other)


def test_a_matter_in_no_report_is_told(context: RequestContext) -> None:
    menu = compare(context, "航天发射 2023年上半年")
    assert "航天发射" in text(menu)
    assert "食品安全" in labels(menu)


def test_one_report_cannot_be_compared(context_over: ContextOver) -> None:
    report = "清河县市场监管局2023年工作总结\n\n一、食品安全\n检查学校食堂46家。\n"
    context = context_over({"a.txt": report})
    assert plain("compare.too_few") in text(compare(context, "食品安全"))


def test_at_most_ten_reports_are_compared_and_it_is_said(context_over: ContextOver) -> None:
    places = "甲乙丙丁戊己庚辛壬癸子"
    report = "{}河县市场监管局2023年工作总结\n\n一、食品安全\n检查学校食堂{}家。\n"
    context = context_over({f"{n}.txt": report.format(p, n + 10) for n, p in enumerate(places)})
    result = compare(context, "食品安全")
    assert plain("compare.most", most=10) in text(result)
    assert text(result).count("“检查学校食堂") == 10


def test_a_report_that_left_meanwhile_is_told_politely(context_over: ContextOver) -> None:
    report = "{}市场监管局2023年工作总结\n\n一、食品安全\n检查学校食堂46家。\n"
    context = context_over({f"{n}.txt": report.format(n) for n in ("清河县", "苇塘区")})
    result = compare(context, "食品安全")
    context.library._store.remove(context.library.find_report("清河县2023年").id)
    for label in ("存成文档", "一句话"):
        assert plain("choosing.gone") in text(tap(context, result, label))


def test_an_empty_store_is_told(empty_context: RequestContext) -> None:
    assert plain("choosing.empty") in text(compare(empty_context, ""))
