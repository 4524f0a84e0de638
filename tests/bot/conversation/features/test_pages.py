import json

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers import Citation, Quote
from bot.compositions import CitedText, Draft, Origin, Paragraph, Summary, SummaryPart
from bot.conversation.features.pages import draft_blocks, fold_lines, summary_blocks
from bot.conversation.features.results import (
    restore_given,
    restore_request,
    store_given,
)
from bot.conversation.messages import Reply, Text
from bot.conversation.wording import plain
from bot.drafting.request import PlanRequest
from bot.summarising.request import SummaryRequest
from bot.summarising.vocabulary import SummaryLength
from bot.telegram.rendering import render_html
from knowledge.models import Bureau, Identity, Report, SectionKind
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import Span
from tests.bot.conversation.features.walking import Tags, messages

CHARACTERS = st.sampled_from("检查药店家*＊×1２，。；！\n<>&\"' \N{GRINNING FACE}\U00020bb7ab")
SHORT = st.text(CHARACTERS, min_size=1, max_size=30)
LONG = st.builds(lambda text, times: text * times, SHORT, st.sampled_from([1, 2, 300]))
SAID = "检查药店3家、诊所*家。"
REPORT = Report("id", "a.txt", "", Identity(Bureau("**县市场监管局"), Period(2023)), SAID * 2)


def cited(*places: tuple[tuple[str, ...], Span]) -> tuple[Citation, ...]:
    return tuple(Citation(n, Quote(REPORT, path, span)) for n, (path, span) in enumerate(places, 1))


def checked(blocks: tuple[Text, ...]) -> str:
    assert all(blocks)
    return "\n\n".join(message.plain for message in messages(Reply(blocks)))


def summary_with(*parts: SummaryPart, citations: tuple[Citation, ...] = ()) -> Summary:
    return Summary(("id",), "总结", parts, citations)


FIRST = (("一、工作", "（一）药品"), Span(0, len(SAID)))


def test_a_summary_reads_heading_point_and_place() -> None:
    part = SummaryPart(FIRST[0], (CitedText(SAID, (1,)),), SectionKind.DONE)
    blocks = summary_blocks(summary_with(part, citations=cited(FIRST)))
    assert tuple(map(render_html, blocks)) == (
        "<b>总结</b>",
        "<b>一、工作</b>\n（一）药品\n• 检查药店3家、诊所*家[1]。",
        "<b>出处</b>\n<blockquote expandable>[1] 一、工作 › （一）药品</blockquote>",
    )


def test_quotes_are_shown_where_the_page_says_it_in_other_words() -> None:
    part = SummaryPart(("一、工作",), (CitedText("查了药店。", (1,)),))
    told = checked(summary_blocks(summary_with(part, citations=cited(FIRST))))
    assert f"“{SAID}”" in told


def test_headings_that_two_parts_share_are_told_once() -> None:
    parts = [
        SummaryPart(("一、工作", "（一）药品", name), (CitedText(SAID, ()),))
        for name in ("1.药店", "2.诊所")
    ]
    told = checked(summary_blocks(summary_with(*parts)))
    assert told.count("一、工作") == told.count("（一）药品") == 1
    assert "（一）药品 › 1.药店" in told
    assert "\n2.诊所\n" in told


def test_what_is_left_out_struck_or_written_instead_is_said() -> None:
    part = SummaryPart(("一、工作",), (CitedText(SAID, ()),))
    summary = Summary(("id",), "总结", (part,), (), left_out=("二、问题",), struck=("假话",),
                      notice="连不上模型接口")  # fmt: skip
    told = checked(summary_blocks(summary))
    assert "二、问题" in told
    assert plain("pages.struck", count=1) in told
    assert plain("pages.instead") in told
    assert "假话" not in told


def test_a_draft_reads_as_it_is_pasted_with_its_sources_by_origin() -> None:
    sentence = CitedText("检查药店××家。", (1,), Origin.OWN_PLAN)
    borrowed = CitedText("检查诊所。", (2,), Origin.SISTER)
    draft = Draft("计划", (Paragraph("（一）药品。", (sentence, borrowed)),),
                  cited(FIRST, (("二",), Span(0, 2))), ("××处请填写。",))  # fmt: skip
    blocks = draft_blocks(draft)
    assert render_html(blocks[1]) == "<b>（一）药品。</b>检查药店××家[1]。检查诊所[2]。"
    own, sister = blocks[2:4]
    assert plain("origin.own_plan") in own.plain
    assert SAID in own.plain
    assert plain("origin.sister") in sister.plain
    assert "××处请填写。" in blocks[4].plain


@given(LONG, st.lists(LONG, max_size=4), st.lists(LONG, min_size=1, max_size=2))
@settings(max_examples=40)
def test_every_block_of_any_summary_fits_and_is_whole(
    title: str, points: list[str], path: list[str]
) -> None:
    part = SummaryPart(tuple(path), tuple(CitedText(text, (1,)) for text in points))
    summary = Summary(("id",), title, (part, part), cited((tuple(path), Span(0, 4))),
                      left_out=(title,))  # fmt: skip
    checked(summary_blocks(summary))


@given(LONG, st.lists(LONG, min_size=1, max_size=4))
@settings(max_examples=40)
def test_every_block_of_any_draft_fits_and_nothing_of_it_is_lost(
    heading: str, texts: list[str]
) -> None:
    sentences = tuple(CitedText(text, (1,), Origin.BASIS) for text in texts)
    draft = Draft("计划", (Paragraph("（一）", sentences),), cited(FIRST), (heading,))
    told = checked(draft_blocks(draft))
    wanted = "".join(sentence.marked for sentence in sentences)
    assert "".join(wanted.split()) in "".join(told.split())


@given(st.lists(LONG, min_size=1, max_size=5))
@settings(max_examples=40)
def test_folded_texts_are_whole_and_within_the_limit(texts: list[str]) -> None:
    made = messages(Reply((fold_lines(Text("头"), texts),)))
    shown = "".join(Tags(message).folded for message in made)
    assert shown.replace("\n", "") == "".join(texts).replace("\n", "")


def test_what_is_stored_comes_back_as_it_was() -> None:
    part = SummaryPart(FIRST[0], (CitedText(SAID, (1,)),), SectionKind.DONE)
    summary = summary_with(part, citations=cited(FIRST))
    wanted = SummaryRequest(("id",), topic="药品", length=SummaryLength.HALF)
    stored = json.loads(json.dumps(store_given(summary, wanted)))
    assert restore_given(Summary, stored, lambda _id: REPORT) == summary
    assert restore_request(SummaryRequest, stored) == wanted
    draft = Draft("计划", (Paragraph("（一）", (CitedText("查。", (1,), Origin.SISTER),)),),
                  cited(FIRST))  # fmt: skip
    planned = PlanRequest("清河县", tasks=True)
    stored = json.loads(json.dumps(store_given(draft, planned)))
    assert restore_given(Draft, stored, lambda _id: REPORT) == draft
    assert restore_request(PlanRequest, stored) == planned
