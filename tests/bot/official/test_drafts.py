"""A draft through the style check keeps its citations."""

from bot.compositions import CitedText, Draft, Paragraph
from bot.official.findings import StyleContext
from bot.official.style_check import mend_draft
from knowledge.understanding.periods import Period

CONTEXT = StyleContext(Period(2024), (Period(2023),), "云溪县市场监管局")


def test_a_draft_is_mended_where_it_stands_and_keeps_its_citations() -> None:
    draft = Draft(
        "云溪县市场监管局2023年工作计划",
        (
            Paragraph("", (CitedText("好的，以下是工作计划：", ()),)),
            Paragraph(
                "(一)强化监管。", (CitedText("检查企业,", (1,)), CitedText("规范经营", (2,)))
            ),
            Paragraph("（三）优化服务。", (CitedText("我们要服务企业。", (3,)),)),
            Paragraph("", (CitedText("做好工作。", (4,)), CitedText("希望对您有帮助。", ()))),
        ),
        (),
    )
    checked = mend_draft(draft, CONTEXT)
    assert checked.title == "云溪县市场监管局2024年工作计划"
    assert checked.paragraphs == (
        Paragraph(
            "（一）强化监管。", (CitedText("检查企业，", (1,)), CitedText("规范经营。", (2,)))
        ),
        Paragraph("（二）优化服务。", (CitedText("我们要服务企业。", (3,)),)),
        Paragraph("", (CitedText("做好工作。", (4,)),)),
    )
    assert checked.findings == ("第2段：“我们”是口语，公文里宜用“我局”等。",)


def test_a_draft_in_good_style_comes_back_as_it_was() -> None:
    draft = Draft("云溪县2024年工作计划", (Paragraph("", (CitedText("做好工作。", (1,)),)),), ())
    assert mend_draft(draft, CONTEXT) == draft
