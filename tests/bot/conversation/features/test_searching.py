import pytest

from bot.conversation.context import RequestContext
from bot.conversation.features.library import search
from bot.conversation.wording import plain
from tests.bot.conversation.features.conftest import ContextOver
from tests.bot.conversation.features.walking import Tags, labels, messages, pages, tap, text


def test_passages_are_folded_under_whose_they_are_with_the_words_marked(
    context: RequestContext,
) -> None:
    (page,) = pages(search(context, "云溪县2023年上半年 三色挂牌"))
    first = Tags(page.blocks[1])
    assert first.text.startswith("1. 云溪县市场监管局 2023年上半年\n二、特色做法")
    assert "三色挂牌" in first.bold
    assert "红牌店已由118家降到46家" in first.folded


def test_passages_come_verbatim_with_their_masks(context: RequestContext) -> None:
    (page,) = pages(search(context, "区局2023年上半年 食品监督抽检合格率"))
    shown = "".join(Tags(block).folded for block in page.blocks)
    assert "完成食品监督抽检**批次，合格率98.6%" in shown


def test_pages_turn_in_place_five_passages_each(context: RequestContext) -> None:
    first = search(context, "食品安全检查")
    assert len(pages(first)[0].blocks) == 6
    second = tap(context, first, "下一页")
    assert second.page
    assert not second.replies
    assert "6. " in text(second)
    assert text(tap(context, second, "上一页")) == text(first)
    assert labels(second)[1].startswith("2/")


def test_a_page_fits_one_message(context_over: ContextOver) -> None:
    sentence = "检查食堂食堂检查<食堂>&检查食堂，发现食堂食堂食堂问题。"
    reports = {
        f"{n}.txt": f"{p}河县市场监管局2023年工作总结\n\n一、食堂\n" + sentence * 20
        for n, p in enumerate("甲乙丙丁戊己")
    }
    outcome = search(context_over(reports), "食堂")
    for page in pages(outcome):
        (message,) = messages(page)
        assert message.plain.count(plain("search.cut")) == 5


@pytest.mark.parametrize("words", ["", "  \n"])
def test_without_words_it_says_how_to_use_it(context: RequestContext, words: str) -> None:
    assert text(search(context, words)) == plain("search.usage")


def test_a_bureau_that_is_not_held_is_told(context: RequestContext) -> None:
    assert "西山县" in text(search(context, "西山县 投诉"))
    told = text(search(context, "云溪县和西山县 投诉"))
    assert plain("search.without", wanted="西山县") in told
    assert "云溪县市场监管局" in told


def test_a_report_that_left_meanwhile_is_told_politely(context_over: ContextOver) -> None:
    report = "{}河县市场监管局2023年工作总结\n\n一、食堂\n检查食堂46家。\n"
    context = context_over({f"{n}.txt": report.format(p) for n, p in enumerate("甲乙丙丁戊己")})
    first = search(context, "检查食堂")
    for entry in context.library.reports():
        context.library._store.remove(entry.id)
    assert plain("choosing.gone") in text(tap(context, first, "下一页"))


def test_an_empty_store_is_told(empty_context: RequestContext) -> None:
    assert plain("choosing.empty") in text(search(empty_context, "投诉"))


@pytest.mark.parametrize("words", ["***", "？？？", "<b>", "a" * 3000])
def test_odd_words_do_no_harm(context: RequestContext, words: str) -> None:
    assert text(search(context, words))
