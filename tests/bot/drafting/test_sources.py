"""The sentences that a plan is made of, and the lines of work that they are of."""

from bot.drafting.sources import plan_topics, rank_topics, sentences_of_kind
from knowledge.models import SectionKind
from knowledge.understanding.pipeline import understand


def test_a_word_that_only_qualifies_another_names_no_line_of_work() -> None:
    """Packaging for food is an industrial product; a wired kitchen is still a kitchen."""
    known = plan_topics()
    assert rank_topics("抽检食品相关产品。", known) == ("产品质量",)
    assert "食品安全" in rank_topics("推广“互联网+明厨亮灶”。", known)


def test_the_nearest_heading_says_first_of_which_line_a_sentence_is() -> None:
    text = (
        "柳溪县市场监管局2023年工作总结\n\n一、主要工作\n（一）建设质量强县，推动质量提升。\n"
        "1.加强计量监管。\n检查超市8家、眼镜店12家。\n"
    )
    read = understand(text, file="柳溪县2023年.txt", sha256="0")
    (found,) = [
        s
        for s in sentences_of_kind(read.report, read.sections, SectionKind.DONE, plan_topics())
        if "眼镜店" in s.quote.text
    ]
    assert found.topics[0] == "计量"
