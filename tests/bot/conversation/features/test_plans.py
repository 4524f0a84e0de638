from io import BytesIO

import docx
import pytest

from bot.conversation.context import RequestContext
from bot.conversation.features.plans import offer_topics, plan
from bot.conversation.wording import plain
from tests.bot.conversation.features.conftest import ContextOver
from tests.bot.conversation.features.walking import Tags, labels, pages, tap, text

BACK, CANCEL = "返回", "取消"


def test_a_draft_is_reached_by_bureau_line_of_work_and_period(context: RequestContext) -> None:
    topics = tap(context, plan(context, ""), "云溪县")
    assert {"全部工作", "食品安全"} <= set(labels(topics))
    periods = tap(context, topics, "食品安全")
    assert labels(periods)[0] == "2024年（下一期）"
    assert "2024年上半年" in labels(periods)
    result = tap(context, periods, "2024年（下一期）")
    assert result.page
    assert not result.page.rows
    assert "云溪县市场监管局2024年食品安全监管工作打算" in text(result)
    offered = [
        "存成文档", "不带出处存文档", "短", "长",
        "沿用原来的打算", "附任务分解表", "换一条线", "换一期",
    ]  # fmt: skip
    assert labels(result) == offered


def test_each_sentence_has_marks_and_each_source_its_place(context: RequestContext) -> None:
    result = plan(context, "云溪县 食品安全 2024年")
    (reply,) = pages(result)
    folded = "".join(Tags(block).folded for block in reply.blocks)
    outside = text(result).replace(folded, "")
    assert "[1]" in outside
    assert "[3] 云溪县市场监管局 2023年 · 2024年工作打算 › （二）守牢安全底线" in folded
    assert plain("origin.own_plan") in text(result)


def test_the_whole_plan_can_be_drafted(context: RequestContext) -> None:
    topics = tap(context, plan(context, ""), "江岚市")
    result = tap(context, tap(context, topics, "全部工作"), "下一期")
    assert "（一）" in text(result)
    assert "（二）" in text(result)


def test_the_way_back_leads_to_every_step_before(context: RequestContext) -> None:
    opened = plan(context, "")
    topics = tap(context, opened, "云溪县")
    periods = tap(context, topics, "食品安全")
    assert labels(tap(context, periods, BACK)) == labels(topics)
    again = tap(context, topics, BACK)
    assert labels(again) == labels(opened)
    tap(context, again, CANCEL)
    assert tap(context, opened, "云溪县").toast == plain("button.stale")


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("云溪县 食品安全 2024年上半年 短", "云溪县市场监管局2024年上半年食品安全监管工作打算"),
        ("云溪县 食品安全", "云溪县市场监管局2024年食品安全监管工作打算"),
        ("江岚市下半年特种设备工作计划", "江岚市市场监管局2024年下半年特种设备安全监管工作打算"),
        ("请给云溪县市场监管局写2024年计划 全部", "云溪县市场监管局2024年工作打算"),
    ],
)
def test_words_that_name_bureau_and_line_of_work_go_straight(
    context: RequestContext, words: str, title: str
) -> None:
    result = plan(context, words)
    assert title in text(result)
    assert "存成文档" in labels(result)


@pytest.mark.parametrize(
    ("words", "told", "offered"),
    [
        ("西山县 食品安全", "西山县", "云溪县市场监管局"),
        ("云溪县 乱七八糟", "乱七八糟", "全部工作"),
        ("云溪县", "", "全部工作"),
        ("食品安全", "", "云溪县市场监管局"),
    ],
)
def test_words_that_leave_something_open_open_the_menu_and_say_so(
    context: RequestContext, words: str, told: str, offered: str
) -> None:
    menu = plan(context, words)
    assert told in text(menu)
    assert offered in labels(menu)
    assert "存成文档" not in labels(menu)


def test_a_line_of_work_without_material_is_told_with_others_to_choose(
    context_over: ContextOver,
) -> None:
    context = context_over({"a.txt": PLANNED.format(bureau="清河县")})
    menu = plan(context, "清河县 疫苗")
    assert "疫苗" in text(menu)
    assert "--" not in text(menu)
    assert "食品安全" in labels(menu)


def test_files_come_with_and_without_sources(context: RequestContext) -> None:
    result = plan(context, "云溪县 食品安全")
    documents = [
        tap(context, result, label).documents[0] for label in ("存成文档", "不带出处存文档")
    ]
    told = ["\n".join(p.text for p in docx.Document(BytesIO(d.content)).paragraphs)
            for d in documents]  # fmt: skip
    assert "[2]" in told[0]
    assert "[2]" not in told[1]
    assert all("云溪县市场监管局2024年食品安全监管工作打算" in each for each in told)


def test_another_length_period_or_line_of_work_is_one_tap_away(context: RequestContext) -> None:
    result = plan(context, "江岚市 全部 2024年下半年")
    short = tap(context, result, "短")
    assert "短" not in labels(short)
    assert len(text(short)) < len(text(result))
    periods = tap(context, short, "换一期")
    assert "2025年" in text(tap(context, periods, "2025年"))
    drafted = tap(context, tap(context, short, "换一条线"), "食品安全")
    assert "江岚市市场监管局2024年下半年食品安全监管" in text(drafted)
    assert "短" not in labels(drafted)


PLANNED = (
    "{bureau}市场监管局2023年工作总结\n\n一、主要工作\n检查学校食堂46家。\n\n"
    "二、2024年工作打算\n（一）加强食品安全监管。推进“明厨亮灶”，学校食堂全部接入。\n"
)


def test_the_only_bureau_is_not_asked_for(context_over: ContextOver) -> None:
    context = context_over({"a.txt": PLANNED.format(bureau="清河县")})
    menu = plan(context, "")
    assert "全部工作" in labels(menu)
    assert BACK not in "".join(labels(menu))
    assert "清河县市场监管局2024年" in text(plan(context, "食品安全"))


def test_a_bureau_that_left_meanwhile_is_told_politely(context_over: ContextOver) -> None:
    context = context_over({f"{n}.txt": PLANNED.format(bureau=n) for n in ("清河县", "苇塘区")})
    opened = plan(context, "")
    result = plan(context, "清河县 食品安全")
    context.library._store.remove(context.library.find_report("清河县2023年").id)
    for outcome, label in [(opened, "清河县"), (result, "存成文档"), (result, "长")]:
        assert plain("choosing.gone") in text(tap(context, outcome, label))
    assert plain("choosing.gone") in text(offer_topics(context, "清河县市场监管局"))


def test_reports_of_nobody_are_told(context_over: ContextOver) -> None:
    context = context_over({"a.txt": "今年以来，检查学校食堂46家，发现问题3个，全部整改到位。\n"})
    assert plain("plan.nobody") in text(plan(context, ""))


def test_an_empty_store_is_told(empty_context: RequestContext) -> None:
    assert plain("choosing.empty") in text(plan(empty_context, ""))
