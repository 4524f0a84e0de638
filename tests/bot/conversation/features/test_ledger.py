"""``/figures``: the ledger's tables, each quote a tap away, as a workbook and as a chart."""

from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest

from bot.conversation.context import RequestContext
from bot.conversation.features import ledger
from bot.conversation.features.asking import open_quote
from bot.conversation.messages import Outcome
from bot.ledger.chart import has_chinese_font
from tests.bot.conversation.features.conftest import ContextOver
from tests.bot.conversation.features.walking import buttons, labels, tap, text

NEEDS_FONT = pytest.mark.skipif(not has_chinese_font(), reason="no Chinese font (fonts-noto-cjk)")
RATE = "食品抽检合格率"


def quote_of(context: RequestContext, outcome: Outcome, label: str) -> str:
    """What a quote's button opens."""
    button = next(b for b in buttons(outcome) if b.label == label)
    prefix, _, data = button.data.partition(":")
    assert prefix == "q"
    return text(open_quote(context, data))


# -- the table


def test_an_indicator_in_one_line_shows_its_table(context: RequestContext) -> None:
    shown = text(ledger.figures(context, RATE))
    assert shown.startswith(f"{RATE}（%）\n\n**区市场监管局\n2023年上半年　98.6 [1]")
    assert "云溪县市场监管局\n2022年　97.4 [2]\n2023年上半年　97.94 [3]\n2023年　98.16 [4]" in shown


def test_every_amount_has_its_quote_a_tap_away(context: RequestContext) -> None:
    outcome = ledger.figures(context, RATE)
    assert [label for label in labels(outcome) if label.startswith("[")] == [
        f"[{n}]" for n in range(1, 11)
    ]
    opened = quote_of(context, outcome, "[4]")
    assert "云溪县市场监管局 2023年" in opened
    assert "完成食品监督抽检1,034批次，不合格19批次，合格率98.16%" in opened


@pytest.mark.parametrize(
    ("words", "there", "absent"),
    [
        (f"云溪县 {RATE}", "97.94", "梧桐区"),
        (f"{RATE} 2022年", "97.18", "98.01"),
        (f"{RATE} 上半年", "97.94", "98.16"),
        (f"{RATE} 2022年和2023年上半年", "98.09", "98.16"),
        (f"云溪县和梧桐区的{RATE}", "98.01", "江岚市"),
        ("罚没金额", "罚没款（万元）", RATE),
        ("消费维权 挽回损失", "挽回经济损失（万元）", RATE),
    ],
)
def test_bureau_period_and_other_words_are_understood(
    context: RequestContext, words: str, there: str, absent: str
) -> None:
    shown = text(ledger.figures(context, words))
    assert there in shown
    assert absent not in shown


def test_with_one_period_bureaus_stand_in_lines(context: RequestContext) -> None:
    shown = text(ledger.figures(context, "立案 2022年"))
    assert "立案（件） · 2022年\n云溪县市场监管局　187 [1]\n梧桐区市场监管局　312 [2]" in shown


def test_marks_are_explained(context: RequestContext) -> None:
    shown = text(ledger.figures(context, "投诉举报受理"))
    assert "2023年上半年　* [" in shown
    assert "2,864？ [" in shown
    assert "* 原文已隐去。\n？ 报告里前后数字不一致，请看原文。" in shown


# -- the menu


def test_without_words_line_of_work_and_indicator_are_chosen(context: RequestContext) -> None:
    asked = ledger.figures(context, "")
    assert "食品安全" in labels(asked)
    asked = tap(context, asked, "下一页")
    assert "全部工作" in labels(asked)
    asked = tap(context, asked, "执法办案")
    assert {"立案", "结案", "罚没款"} <= set(labels(asked))
    assert RATE not in labels(asked)
    assert "罚没款（万元）" in text(tap(context, asked, "罚没款"))


def test_words_that_fit_several_indicators_are_asked_back(context: RequestContext) -> None:
    asked = ledger.figures(context, "年报率")
    assert {"企业年报率", "个体工商户年报率"} <= set(labels(asked))


def test_a_line_of_work_alone_leads_to_its_indicators(context: RequestContext) -> None:
    assert RATE in labels(ledger.figures(context, "食品安全"))


def test_a_bureau_alone_is_kept_while_the_rest_is_chosen(context: RequestContext) -> None:
    asked = tap(context, ledger.figures(context, "石桥县"), "食品安全")
    shown = text(tap(context, asked, RATE))
    assert "石桥县市场监督管理局" in shown
    assert "云溪县" not in shown


@pytest.mark.parametrize("words", ["登月次数", "食品安全 登月次数"])
def test_what_no_report_counts_is_said_and_the_menu_offered(
    context: RequestContext, words: str
) -> None:
    outcome = ledger.figures(context, words)
    assert f"没有“{words}”的数" in text(outcome)
    assert "食品安全" in labels(outcome)


@pytest.mark.parametrize("words", ["2021年", f"2021年 {RATE}", f"云溪县 2021年 {RATE}"])
def test_of_a_period_without_figures_those_that_have_some_are_named(
    context: RequestContext, words: str
) -> None:
    outcome = ledger.figures(context, words)
    assert text(outcome).startswith("没有“2021年”的数。有数的期间：2022年、2023年、")
    assert "食品安全" in labels(outcome)


def test_a_period_that_another_years_report_tells_of_is_found(context_over: ContextOver) -> None:
    report = "青禾县市场监管局2023年工作总结\n\n一、主要工作\n2022年度企业年报率91.2%。\n"
    shown = text(ledger.figures(context_over({"a.txt": report}), "企业年报率 2022年"))
    assert "企业年报率（%） · 2022年\n青禾县市场监管局　91.2 [1]" in shown


def test_a_bureau_that_is_not_there_is_said(context: RequestContext) -> None:
    shown = text(ledger.figures(context, f"朝阳区市场监管局 {RATE}"))
    assert "库里没有“朝阳区" in shown
    assert "98.6" not in shown


def test_an_empty_library_says_so(empty_context: RequestContext) -> None:
    assert "库里还没有报告" in text(ledger.figures(empty_context, RATE))


def test_a_library_without_figures_says_so(context_over: ContextOver) -> None:
    words = {"a.txt": "白鹭区市场监管局2023年工作总结\n\n一、主要工作\n扎实开展各项工作。\n"}
    assert "列不出台账" in text(ledger.figures(context_over(words), ""))


# -- buttons under a table


def test_the_workbook_holds_what_is_shown(context: RequestContext) -> None:
    (file,) = tap(context, ledger.figures(context, f"云溪县 {RATE}"), "存成表格").documents
    assert (file.name, file.as_picture) == (f"{RATE}.xlsx", False)
    sheet = openpyxl.load_workbook(BytesIO(file.content))["台账"]
    assert [cell.value for cell in sheet[2]][3:] == ["云溪县市场监管局", 97.4, 97.94, 98.16]


@NEEDS_FONT
def test_the_chart_comes_as_a_picture_and_as_a_file(context: RequestContext) -> None:
    picture, file = tap(context, ledger.figures(context, RATE), "画成图").documents
    assert picture == replace(file, as_picture=True)
    assert file.name == f"{RATE}.png"
    assert file.content.startswith(b"\x89PNG")


def test_without_a_chinese_font_the_table_comes_instead(
    context: RequestContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.ledger.chart.has_chinese_font", lambda: False)
    outcome = tap(context, ledger.figures(context, RATE), "画成图")
    assert not outcome.documents
    assert "没有中文字体" in text(outcome)
    assert "97.94" in text(outcome)


def test_what_is_masked_throughout_is_not_drawn(context: RequestContext) -> None:
    outcome = tap(context, ledger.figures(context, "2023年上半年 **区 罚没款"), "画成图")
    assert not outcome.documents
    assert "没有可以画的数" in text(outcome)


def test_another_indicator_of_the_same_bureau_can_be_chosen(context: RequestContext) -> None:
    shown = ledger.figures(context, f"石桥县 {RATE}")
    again = tap(context, tap(context, shown, "换个指标"), "执法办案")
    assert "云溪县" not in text(tap(context, again, "立案"))


def test_a_button_of_somebody_else_means_nothing(context: RequestContext) -> None:
    shown = ledger.figures(context, RATE)
    other = replace(context, user_id="telegram:8")
    assert tap(other, shown, "存成表格").toast
