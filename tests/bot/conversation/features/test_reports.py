import pytest

from bot.conversation.context import RequestContext
from bot.conversation.features.library import reports
from bot.conversation.wording import plain
from bot.wording import name_bureau
from tests.bot.conversation.features.conftest import ContextOver
from tests.bot.conversation.features.walking import buttons, labels, tap, tap_data, text


def test_every_report_is_listed_over_the_pages_with_a_button(context: RequestContext) -> None:
    first = reports(context, "")
    assert "5个单位，10份" in text(first)
    second = tap(context, first, "下一页")
    assert second.page
    offered = {b.data for b in buttons(first) + buttons(second) if b.data.startswith("r:c")}
    assert len(offered) == 10
    assert text(tap(context, second, "上一页")) == text(first)


def test_a_card_tells_all_of_a_report(context: RequestContext) -> None:
    card = tap(context, reports(context, ""), "云溪县市场监管局 2022年")
    assert card.page
    for told in ("云溪县市场监管局2022年工作总结", "期间：2022年", "云溪县2022年工作总结.txt",
                 "112处数字", "入库", "三、2023年工作打算"):  # fmt: skip
        assert told in text(card)


def test_a_card_leads_back_to_its_page_of_the_list(context: RequestContext) -> None:
    second = tap(context, reports(context, ""), "下一页")
    card = tap(context, second, "石桥县")
    assert text(tap(context, card, "返回")) == text(second)


def test_a_card_starts_a_summary_or_a_plan(context: RequestContext) -> None:
    card = tap(context, reports(context, ""), "云溪县市场监管局 2022年")
    parts = tap(context, card, "写总结")
    assert "全文" in labels(parts)
    assert "云溪县市场监管局 2022年" in text(parts)
    topics = tap(context, card, "拟下期计划")
    assert "全部工作" in labels(topics)


def test_a_report_that_is_named_opens_its_card(context: RequestContext) -> None:
    assert "期间：2022年" in text(reports(context, "云溪县2022年"))
    unclear = reports(context, "云溪县")
    assert "云溪县市场监管局 2022年" in labels(unclear)


def test_reports_of_nobody_are_told_apart_and_offer_no_plan(context_over: ContextOver) -> None:
    report = "今年以来，检查学校食堂{}家，发现问题3个，全部整改到位。\n"
    context = context_over({f"材料{n}.txt": report.format(n) for n in (41, 42)})
    listed = reports(context, "")
    assert len(set(labels(listed))) == 2
    card = tap(context, listed, "材料41")
    assert name_bureau(None) in text(card)
    assert labels(card) == ["写总结", "‹ 返回"]
    assert tap(context, card, "写总结")


def test_a_report_that_left_meanwhile_is_told_politely(context_over: ContextOver) -> None:
    context = context_over(
        {"a.txt": "清河县市场监管局2023年工作总结\n\n一、工作\n检查食堂46家。\n"}
    )
    listed = reports(context, "")
    card = tap(context, listed, "清河县")
    context.library._store.remove(context.library.reports()[0].id)
    for outcome, label in [(listed, "清河县"), (card, "写总结"), (card, "拟下期计划")]:
        assert plain("choosing.gone") in text(tap(context, outcome, label))


@pytest.mark.parametrize("data", ["r:n:99", "r:n:-1", "r:n:", "r:c:zz", "r:x:1", "r:", "r:c"])
def test_garbled_buttons_are_stale(context: RequestContext, data: str) -> None:
    assert tap_data(context, data).toast == plain("button.stale")


def test_an_empty_store_is_told(empty_context: RequestContext) -> None:
    assert plain("choosing.empty") in text(reports(empty_context, ""))
