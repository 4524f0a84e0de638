"""Drafts and summaries as documents: levels, run-in headings, sources."""

from bot.answers import Citation, Quote
from bot.compositions import CitedText, Draft, Paragraph, Summary, SummaryPart
from bot.official.document import AppendixSource, DocumentBlock, from_draft, from_summary
from knowledge.models import Bureau, Identity, Report
from knowledge.understanding.periods import Period, YearPart
from knowledge.understanding.sentences import Span

TEXT = "（一）食品安全\n全年检查餐饮单位1,286家。"
IDENTITY = Identity(Bureau("云溪县市场监管局"), Period(2023, YearPart.FIRST_HALF), "总结")
REPORT = Report("r1", "云溪.txt", "", IDENTITY, TEXT)
CITATIONS = (Citation(1, Quote(REPORT, ("一、工作", "（一）食品安全"), Span(8, len(TEXT)))),)


def draft(*paragraphs: Paragraph) -> Draft:
    return Draft("云溪县市场监管局2023年下半年工作谋划", paragraphs, CITATIONS)


def blocks(*paragraphs: Paragraph) -> tuple[DocumentBlock, ...]:
    return from_draft(draft(*paragraphs), with_sources=False).blocks


def test_a_heading_that_ends_as_a_sentence_runs_in() -> None:
    paragraph = Paragraph("（一）守牢安全底线。", (CitedText("继续检查餐饮单位。", (1,)),))
    assert blocks(paragraph) == (DocumentBlock("继续检查餐饮单位。", 2, "（一）守牢安全底线。"),)


def test_a_heading_without_a_stop_stands_alone() -> None:
    paragraph = Paragraph("一、重点任务", (CitedText("继续检查餐饮单位。", (1,)),))
    assert blocks(paragraph) == (
        DocumentBlock("", 1, "一、重点任务"),
        DocumentBlock("继续检查餐饮单位。"),
    )


def test_marks_at_the_head_of_a_text_tell_its_level() -> None:
    lines = CitedText("一、目标\n1.加强检查。每月一次。\n（1）自查。抽查。\n全局上下共同努力。", ())
    assert blocks(Paragraph("", (lines,))) == (
        DocumentBlock("", 1, "一、目标"),
        DocumentBlock("每月一次。", 3, "1.加强检查。"),
        DocumentBlock("（1）自查。抽查。"),
        DocumentBlock("全局上下共同努力。"),
    )


def test_marks_and_sources_come_and_go_together() -> None:
    written = draft(Paragraph("", (CitedText("检查餐饮单位1,286家。", (1,)),)))
    plain, sourced = (from_draft(written, with_sources=with_) for with_ in (False, True))
    assert (plain.blocks, plain.sources) == ((DocumentBlock("检查餐饮单位1,286家。"),), ())
    assert sourced.blocks == (DocumentBlock("检查餐饮单位1,286家[1]。"),)
    assert sourced.sources == (
        AppendixSource(
            1,
            "[1] 云溪县市场监管局2023年上半年 · 一、工作 › （一）食品安全",
            "全年检查餐饮单位1,286家。",
        ),
    )


def test_a_report_that_tells_nothing_of_itself_is_named_by_its_file() -> None:
    report = Report("r2", "无名.txt", "", Identity(None, None), "检查。")
    written = Draft("谋划", (), (Citation(1, Quote(report, ("导语",), Span(0, 3))),))
    assert from_draft(written, with_sources=True).sources[0].origin == "[1] 无名.txt"


def test_a_summary_tells_each_heading_once() -> None:
    summary = Summary(
        ("r1",),
        "云溪县市场监管局工作总结摘要",
        (
            SummaryPart(("导语",), (CitedText("总的情况好。", ()),)),
            SummaryPart(("一、工作", "（一）食品安全"), (CitedText("检查1,286家。", (1,)),)),
            SummaryPart(("一、工作", "（二）药品安全"), (CitedText("抽检**批次。", (1,)),)),
            SummaryPart(("二、打算", "（二）药品安全"), (CitedText("继续抽检。", (1,)),)),
        ),
        CITATIONS,
    )
    assert from_summary(summary, with_sources=False).blocks == (
        DocumentBlock("总的情况好。"),
        DocumentBlock("", 1, "一、工作"),
        DocumentBlock("", 2, "（一）食品安全"),
        DocumentBlock("检查1,286家。"),
        DocumentBlock("", 2, "（二）药品安全"),
        DocumentBlock("抽检**批次。"),
        DocumentBlock("", 1, "二、打算"),
        DocumentBlock("", 2, "（二）药品安全"),
        DocumentBlock("继续抽检。"),
    )


def test_a_part_that_only_says_its_heading_is_a_heading_alone() -> None:
    """Nothing is printed twice; the mark goes with the heading."""
    heading = "二是老旧电梯多，更新资金难筹"
    told = CitedText(f"{heading}。", (3,))
    summary = Summary(("r",), "题", (SummaryPart(("一、问题", heading), (told,)),), ())
    document = from_summary(summary, with_sources=True)
    assert [block.heading for block in document.blocks] == ["一、问题", f"{heading}[3]。"]
    assert all(not block.text for block in document.blocks)
