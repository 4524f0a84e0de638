from dataclasses import replace

from bot.compositions import CitedText, Summary, SummaryPart
from bot.summarising.assessment import Assessment, assess
from bot.summarising.request import SummaryRequest, with_length
from bot.summarising.summarising import compose, read_scopes
from tests.bot.summarising.readings import FULL, reading


def assessed(summary: Summary | None = None, length: str = "一页") -> Assessment:
    scopes = read_scopes([reading(FULL)], with_length(SummaryRequest(("r",)), length))
    return assess(scopes[0], summary or compose(scopes))


def with_points(*texts: str) -> Summary:
    made = compose(read_scopes([reading(FULL)], SummaryRequest(("r",))))
    points = tuple(CitedText(text, (1,)) for text in texts)
    return replace(made, parts=(SummaryPart((), points),), citations=made.citations[:1])


def test_a_page_of_our_own_leaves_nothing_unsaid() -> None:
    counts = assessed()
    assert "食品安全" in counts.lines
    assert counts.silent_on == counts.lost == counts.bare == ()
    assert 0 < counts.size <= 1


def test_what_a_sentence_leaves_out_is_lost_and_named() -> None:
    counts = assessed(length="40字")
    assert counts.lost
    assert counts.silent_on == ()


def test_a_line_that_is_neither_told_nor_named_is_silent() -> None:
    assert "食品安全" in assessed(replace(with_points("工作。"), lines_left_out=())).silent_on


def test_a_heading_alone_is_bare_where_the_report_says_more() -> None:
    assert assessed(with_points("人手偏紧。", "立案77件。")).bare == ("人手偏紧。",)
