from dataclasses import replace
from io import BytesIO

import docx
import pytest

from bot.conversation.context import RequestContext, Services
from bot.conversation.features.summaries import summary
from bot.conversation.wording import plain
from tests.bot.conversation.features.conftest import Written
from tests.bot.conversation.features.walking import buttons, labels, tap, tap_data, text

BACK, CANCEL = "返回", "取消"


def test_a_summary_is_reached_by_bureau_period_and_line_of_work(
    services: Services, context: RequestContext
) -> None:
    opened = summary(services, context, "")
    assert len(opened.replies) == 1
    periods = tap(services, context, opened, "云溪县")
    assert periods.page
    assert not periods.replies
    assert {"2022年", "2023年", "2023年上半年"} <= set(labels(periods))
    parts = tap(services, context, periods, "2023年上半年")
    assert {"全文", "亮点", "问题", "打算"} <= set(labels(parts))
    result = tap(services, context, tap(services, context, parts, "按条线"), "食品安全")
    assert result.page
    assert not result.page.rows
    assert "486批次" in text(result)
    assert "受理投诉" not in text(result)
    assert {"存成文档", "换一部分", "一句话", "半页", "一页"} <= set(labels(result))


def test_a_first_heading_can_be_chosen(services: Services, context: RequestContext) -> None:
    parts = summary(services, context, "云溪县2023年上半年")
    result = tap(services, context, tap(services, context, parts, "按标题"), "二、特色做法")
    assert "三色挂牌管小店" in text(result)
    assert "486批次" not in text(result)


def test_the_way_back_leads_to_every_step_before(
    services: Services, context: RequestContext
) -> None:
    opened = summary(services, context, "")
    assert BACK not in "".join(labels(opened))
    periods = tap(services, context, opened, "云溪县")
    parts = tap(services, context, periods, "2022年")
    headings = tap(services, context, parts, "按标题")
    assert labels(tap(services, context, headings, BACK)) == labels(parts)
    assert labels(tap(services, context, parts, BACK)) == labels(periods)
    assert labels(tap(services, context, periods, BACK)) == labels(opened)


def test_the_step_of_a_bureau_with_one_report_is_skipped_both_ways(
    services: Services, context: RequestContext
) -> None:
    opened = summary(services, context, "")
    parts = tap(services, context, opened, "**区市场监管局")
    assert "全文" in labels(parts)
    assert labels(tap(services, context, parts, BACK)) == labels(opened)


def test_a_cancelled_menu_is_stale(services: Services, context: RequestContext) -> None:
    opened = summary(services, context, "")
    assert tap(services, context, opened, CANCEL).page
    assert tap(services, context, opened, "云溪县").toast == plain("button.stale")


def test_a_button_of_the_step_before_is_stale(services: Services, context: RequestContext) -> None:
    opened = summary(services, context, "")
    tap(services, context, opened, "云溪县")
    assert tap(services, context, opened, "云溪县").toast == plain("button.stale")


@pytest.mark.parametrize(
    ("words", "held", "lacking"),
    [
        ("云溪县2023年上半年 食品安全", "486批次", "受理投诉"),
        ("云溪县2023年上半年食品安全方面的工作 半页", "486批次", "受理投诉"),
        ("云溪县2023年上半年 电梯", "电梯", "486批次"),
        ("云溪县2023年上半年存在的问题", "执法车", "486批次"),
        ("云溪县2023年上半年 二、特色做法", "三色挂牌", "486批次"),
        ("云溪县2023年上半年 一页", "486批次", plain("summary.topics")),
        ("云溪县2023年上半年工作总结.txt 全文", "486批次", plain("summary.topics")),
    ],
)
def test_words_that_name_report_and_part_go_straight_to_the_summary(
    services: Services, context: RequestContext, words: str, held: str, lacking: str
) -> None:
    straight = summary(services, context, words)
    assert straight.page is None
    assert "存成文档" in labels(straight)
    assert held in text(straight)
    assert lacking not in text(straight)


@pytest.mark.parametrize(
    ("words", "told", "offered"),
    [
        ("云溪县2023年上半年 乱七八糟的话", "乱七八糟的话", "全文"),
        ("西山县2023年 食品安全", "西山县", "云溪县市场监管局"),
        ("云溪县2021年", "云溪县2021年", "2022年"),
        ("云溪县", "", "2022年"),
        ("2022年", "", "梧桐区市场监管局"),
    ],
)
def test_words_that_leave_something_open_open_the_menu_and_say_so(
    services: Services, context: RequestContext, words: str, told: str, offered: str
) -> None:
    menu = summary(services, context, words)
    assert told in text(menu)
    assert offered in labels(menu)
    assert "存成文档" not in labels(menu)


def test_a_line_of_work_that_was_named_is_kept_until_the_report_is_chosen(
    services: Services, context: RequestContext
) -> None:
    menu = summary(services, context, "云溪县 食品安全 一句话")
    result = tap(services, context, menu, "2023年上半年")
    assert "486批次" in text(result)
    assert "一句话" not in labels(result)


def test_what_is_saved_is_what_was_shown(services: Services, context: RequestContext) -> None:
    result = summary(services, context, "**区市场监管局2023年上半年 食品安全")
    (document,) = tap(services, context, result, "存成文档").documents
    assert document.name.endswith(".docx")
    assert not set(document.name) & set('\\/:*?"<>|')
    paragraphs = "\n".join(p.text for p in docx.Document(BytesIO(document.content)).paragraphs)
    assert "**批次，合格率98.6%" in paragraphs
    assert "出处" in paragraphs or "引用" in paragraphs


def test_another_length_is_another_summary_with_its_own_file(
    services: Services, context: RequestContext
) -> None:
    long = summary(services, context, "云溪县2023年上半年 食品安全")
    short = tap(services, context, long, "一句话")
    assert len(text(short)) < len(text(long))
    whole, line = (
        tap(services, context, shown, "存成文档").documents[0].content for shown in (long, short)
    )
    counted = [len(docx.Document(BytesIO(content)).paragraphs) for content in (whole, line)]
    assert counted[0] > counted[1]


def test_another_part_opens_the_menu_of_the_same_report(
    services: Services, context: RequestContext
) -> None:
    result = summary(services, context, "云溪县2023年上半年 食品安全")
    menu = tap(services, context, result, "换一部分")
    assert "云溪县市场监管局 2023年上半年" in text(menu)
    assert menu.page is None


def test_a_report_that_left_meanwhile_is_told_politely(
    desk_with: Written, context: RequestContext
) -> None:
    report = "清河县市场监管局2023年总结\n\n一、食品安全\n检查学校食堂46家。\n\n二、问题\n人少。"
    other = report.replace("清河", "苇塘")
    services = desk_with({"a.txt": report, "b.txt": other})
    menu = summary(services, context, "清河县2023年")
    result = summary(services, context, "清河县2023年 全文")
    opened = summary(services, context, "")
    services.library._store.remove(services.library.find_report("清河县2023年").id)
    taps = [(menu, "全文"), (result, "存成文档"), (result, "换一部分"), (opened, "清河县")]
    for outcome, label in taps:
        assert plain("choosing.gone") in text(tap(services, context, outcome, label))


def test_an_empty_store_is_told(empty_desk: Services, context: RequestContext) -> None:
    assert plain("choosing.empty") in text(summary(empty_desk, context, ""))


def test_long_names_fit_the_buttons(desk_with: Written, context: RequestContext) -> None:
    bureau = "阿坝藏族羌族自治州汶川青阳锦绣河谷经济技术开发区市场监督管理局"
    body = (
        "一、" + "加强食品安全监管工作" * 6 + "\n检查学校食堂46家。\n\n二、存在的问题\n人手不够。\n"
    )
    services = desk_with({f"{n}.txt": f"{bureau}{n}年工作总结\n\n{body}" for n in (2022, 2023)})
    opened = summary(services, context, "")
    parts = tap(services, context, opened, "2023年")
    headings = tap(services, context, parts, "按标题")
    assert any("…" in label for label in labels(headings))
    assert "学校食堂46家" in text(tap(services, context, headings, "一、"))


def test_only_who_asked_may_tap_and_only_there(services: Services, context: RequestContext) -> None:
    opened = summary(services, context, "")
    data = buttons(opened)[0].data
    for other in (replace(context, user_id="telegram:8"), replace(context, chat_id="telegram:41")):
        assert tap_data(services, other, data).toast == plain("button.stale")
