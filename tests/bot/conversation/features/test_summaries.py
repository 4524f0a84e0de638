from dataclasses import replace
from io import BytesIO

import docx
import pytest

from bot.conversation.context import RequestContext
from bot.conversation.features.summaries import summary
from bot.conversation.wording import plain
from tests.bot.conversation.features.conftest import ContextOver
from tests.bot.conversation.features.walking import buttons, labels, tap, tap_data, text

BACK, CANCEL = "返回", "取消"


def test_a_summary_is_reached_by_bureau_period_and_line_of_work(context: RequestContext) -> None:
    opened = summary(context, "")
    assert len(opened.replies) == 1
    periods = tap(context, opened, "云溪县")
    assert periods.page
    assert not periods.replies
    assert {"2022年", "2023年", "2023年上半年"} <= set(labels(periods))
    parts = tap(context, periods, "2023年上半年")
    assert {"全文", "亮点", "问题", "打算"} <= set(labels(parts))
    result = tap(context, tap(context, parts, "按条线"), "食品安全")
    assert result.page
    assert not result.page.rows
    assert "486批次" in text(result)
    assert "受理投诉" not in text(result)
    assert {"存成文档", "换一部分", "一句话", "半页", "一页"} <= set(labels(result))


def test_a_first_heading_can_be_chosen(context: RequestContext) -> None:
    parts = summary(context, "云溪县2023年上半年")
    result = tap(context, tap(context, parts, "按标题"), "二、特色做法")
    assert "三色挂牌管小店" in text(result)
    assert "486批次" not in text(result)


def test_the_way_back_leads_to_every_step_before(context: RequestContext) -> None:
    opened = summary(context, "")
    assert BACK not in "".join(labels(opened))
    periods = tap(context, opened, "云溪县")
    parts = tap(context, periods, "2022年")
    headings = tap(context, parts, "按标题")
    assert labels(tap(context, headings, BACK)) == labels(parts)
    assert labels(tap(context, parts, BACK)) == labels(periods)
    assert labels(tap(context, periods, BACK)) == labels(opened)


def test_the_step_of_a_bureau_with_one_report_is_skipped_both_ways(context: RequestContext) -> None:
    opened = summary(context, "")
    parts = tap(context, opened, "**区市场监管局")
    assert "全文" in labels(parts)
    assert labels(tap(context, parts, BACK)) == labels(opened)


def test_a_cancelled_menu_is_stale(context: RequestContext) -> None:
    opened = summary(context, "")
    assert tap(context, opened, CANCEL).page
    assert tap(context, opened, "云溪县").toast == plain("button.stale")


def test_a_button_of_the_step_before_is_stale(context: RequestContext) -> None:
    opened = summary(context, "")
    tap(context, opened, "云溪县")
    assert tap(context, opened, "云溪县").toast == plain("button.stale")


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
    context: RequestContext, words: str, held: str, lacking: str
) -> None:
    straight = summary(context, words)
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
    context: RequestContext, words: str, told: str, offered: str
) -> None:
    menu = summary(context, words)
    assert told in text(menu)
    assert offered in labels(menu)
    assert "存成文档" not in labels(menu)


def test_a_line_of_work_that_was_named_is_kept_until_the_report_is_chosen(
    context: RequestContext,
) -> None:
    menu = summary(context, "云溪县 食品安全 一句话")
    result = tap(context, menu, "2023年上半年")
    assert "486批次" in text(result)
    assert "一句话" not in labels(result)


def test_what_is_saved_is_what_was_shown(context: RequestContext) -> None:
    result = summary(context, "**区市场监管局2023年上半年 食品安全")
    (document,) = tap(context, result, "存成文档").documents
    assert document.name.endswith(".docx")
    assert not set(document.name) & set('\\/:*?"<>|')
    paragraphs = "\n".join(p.text for p in docx.Document(BytesIO(document.content)).paragraphs)
    assert "**批次，合格率98.6%" in paragraphs
    assert "出处" in paragraphs or "引用" in paragraphs


def test_another_length_is_another_summary_with_its_own_file(context: RequestContext) -> None:
    long = summary(context, "云溪县2023年上半年 食品安全")
    short = tap(context, long, "一句话")
    assert len(text(short)) < len(text(long))
    whole, line = (tap(context, shown, "存成文档").documents[0].content for shown in (long, short))
    counted = [len(docx.Document(BytesIO(content)).paragraphs) for content in (whole, line)]
    assert counted[0] > counted[1]


def test_another_part_opens_the_menu_of_the_same_report(context: RequestContext) -> None:
    result = summary(context, "云溪县2023年上半年 食品安全")
    menu = tap(context, result, "换一部分")
    assert "云溪县市场监管局 2023年上半年" in text(menu)
    assert menu.page is None


def test_a_report_that_left_meanwhile_is_told_politely(context_over: ContextOver) -> None:
    report = "清河县市场监管局2023年总结\n\n一、食品安全\n检查学校食堂46家。\n\n二、问题\n人少。"
    other = report.replace("清河", "苇塘")
    context = context_over({"a.txt": report, "b.txt": other})
    menu = summary(context, "清河县2023年")
    result = summary(context, "清河县2023年 全文")
    opened = summary(context, "")
    context.library._store.remove(context.library.find_report("清河县2023年").id)
    taps = [(menu, "全文"), (result, "存成文档"), (result, "换一部分"), (opened, "清河县")]
    for outcome, label in taps:
        assert plain("choosing.gone") in text(tap(context, outcome, label))


def test_an_empty_store_is_told(empty_context: RequestContext) -> None:
    assert plain("choosing.empty") in text(summary(empty_context, ""))


def test_only_who_asked_may_tap_and_only_there(context: RequestContext) -> None:
    opened = summary(context, "")
    data = buttons(opened)[0].data
    for other in (replace(context, user_id="telegram:8"), replace(context, chat_id="telegram:41")):
        assert tap_data(other, data).toast == plain("button.stale")
