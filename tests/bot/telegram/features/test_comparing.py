from io import BytesIO

import docx
import pytest

from bot.telegram.features.comparing import compare
from bot.telegram.visit import Desk, Visit
from bot.telegram.words import plain
from tests.bot.telegram.features.conftest import Written
from tests.bot.telegram.features.walking import labels, tap, text

BACK, CANCEL = "返回", "取消"


def test_the_bureaus_of_one_period_are_compared(desk: Desk, visit: Visit) -> None:
    sets = tap(desk, visit, compare(desk, visit, ""), "食品安全")
    assert "2023年上半年 · 4个单位" in labels(sets)
    result = tap(desk, visit, sets, "2023年上半年 · 4个单位")
    assert result.page
    assert "**区市场监管局2023年上半年" in text(result)
    assert "云溪县市场监管局2023年上半年" in text(result)
    assert "486批次" in text(result)
    assert "**批次，合格率98.6%" in text(result)


def test_the_periods_of_one_bureau_are_compared(desk: Desk, visit: Visit) -> None:
    sets = tap(desk, visit, compare(desk, visit, ""), "食品安全")
    result = tap(desk, visit, sets, "云溪县市场监管局 · 3期")
    assert "云溪县市场监管局2022年" in text(result)
    assert "梧桐" not in text(result)


def test_back_and_cancel(desk: Desk, visit: Visit) -> None:
    opened = compare(desk, visit, "")
    sets = tap(desk, visit, opened, "食品安全")
    again = tap(desk, visit, sets, BACK)
    assert labels(again) == labels(opened)
    tap(desk, visit, again, CANCEL)
    assert tap(desk, visit, opened, "食品安全").toast == plain("button.stale")


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
    desk: Desk, visit: Visit, words: str, held: str, lacking: str
) -> None:
    result = compare(desk, visit, words)
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
    desk: Desk, visit: Visit, words: str, told: str
) -> None:
    menu = compare(desk, visit, words)
    assert told in text(menu)
    assert "2023年上半年 · 4个单位" in labels(menu)


def test_lengths_another_topic_and_the_file(desk: Desk, visit: Visit) -> None:
    result = compare(desk, visit, "食品安全 2023年上半年")
    whole = tap(desk, visit, result, "全部摘出")
    assert len(text(whole)) > len(text(result))
    (document,) = tap(desk, visit, whole, "存成文档").documents
    assert len(docx.Document(BytesIO(document.content)).paragraphs) > 10
    other = tap(desk, visit, tap(desk, visit, result, "换一条线"), "特种设备")
    assert "电梯" in text(other)
    assert "云溪县市场监管局2023年上半年" in text(other)


def test_a_matter_in_no_report_is_told(desk: Desk, visit: Visit) -> None:
    menu = compare(desk, visit, "航天发射 2023年上半年")
    assert "航天发射" in text(menu)
    assert "食品安全" in labels(menu)


def test_one_report_cannot_be_compared(desk_with: Written, visit: Visit) -> None:
    report = "清河县市场监管局2023年工作总结\n\n一、食品安全\n检查学校食堂46家。\n"
    desk = desk_with({"a.txt": report})
    assert plain("compare.too_few") in text(compare(desk, visit, "食品安全"))


def test_at_most_ten_reports_are_compared_and_it_is_said(desk_with: Written, visit: Visit) -> None:
    places = "甲乙丙丁戊己庚辛壬癸子"
    report = "{}河县市场监管局2023年工作总结\n\n一、食品安全\n检查学校食堂{}家。\n"
    desk = desk_with({f"{n}.txt": report.format(p, n + 10) for n, p in enumerate(places)})
    result = compare(desk, visit, "食品安全")
    assert plain("compare.most", most=10) in text(result)
    assert text(result).count("检查学校食堂") == 10


def test_a_report_that_left_meanwhile_is_told_politely(desk_with: Written, visit: Visit) -> None:
    report = "{}市场监管局2023年工作总结\n\n一、食品安全\n检查学校食堂46家。\n"
    desk = desk_with({f"{n}.txt": report.format(n) for n in ("清河县", "苇塘区")})
    result = compare(desk, visit, "食品安全")
    desk.library._store.remove(desk.library.find_report("清河县2023年").id)
    for label in ("存成文档", "一句话"):
        assert plain("choosing.gone") in text(tap(desk, visit, result, label))


def test_an_empty_store_is_told(empty_desk: Desk, visit: Visit) -> None:
    assert plain("choosing.empty") in text(compare(empty_desk, visit, ""))
