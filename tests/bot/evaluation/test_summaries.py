"""Every count of a golden summary can fail, and fails for its own reason alone."""

import pytest

from bot.evaluation.judging import (
    SummaryOutcome,
    count_summaries,
    failed_summary,
    is_named,
    judge_summary,
)
from tests.bot.evaluation.compositions import golden_summary, summary

FIRST = ["一、执法办案", "二、存在问题"]
GOOD = summary(("一、执法办案", "立案86件，结案80件。"), ("二、存在问题", "人手不足。"))


def judge(made: object = GOOD, *figures: str, **case: object) -> SummaryOutcome:
    return judge_summary(golden_summary(tuple(figures), **case), made, FIRST)  # type: ignore[arg-type]


def test_nothing_is_wrong_with_a_summary_that_keeps_all() -> None:
    outcome = judge(GOOD, "86件", "80件")
    assert outcome.right
    assert count_summaries([outcome]) | {"seconds": 0} == {
        "n": 1, "right": 1, "figures": 2, "figures_kept": 2, "figures_not_in_quotes": 0,
        "headings": 2, "headings_named": 2, "points": 2, "points_uncited": 0,
        "lines": 0, "lines_named": 0, "leading": 0, "leading_told": 0, "bare": 0, "too_long": 0,
        "assessed": 0, "prompts": "", "struck": 0, "failed": 0, "seconds": 0,
    }  # fmt: skip


@pytest.mark.parametrize("figure", ["6件", "186件", "86家", "86 件", "８６件"])
def test_a_figure_that_is_not_said_as_it_is_is_lost(figure: str) -> None:
    outcome = judge(GOOD, "86件", figure)
    assert (outcome.lost, outcome.right) == ((figure,), False)
    assert count_summaries([outcome])["figures_kept"] == 1
    assert f"丢了数字：{figure}" in outcome.miss()


def test_a_heading_of_which_nothing_is_said_is_unnamed() -> None:
    outcome = judge(summary(("一、执法办案", "存在问题都已整改。")))
    assert (outcome.unnamed, outcome.right) == (("二、存在问题",), False)
    assert count_summaries([outcome])["headings_named"] == 1
    assert "没点到的标题：二、存在问题" in outcome.miss()


def test_a_heading_is_named_above_a_point_or_at_its_beginning() -> None:
    assert is_named("存在问题", GOOD)
    assert is_named("二、存在问题", summary(("", "（二）存在问题。人手不足。")))
    assert not is_named("存在问题", summary(("", "人手不足是存在问题。")))


def test_a_part_owes_no_headings_unless_the_case_lists_them() -> None:
    made = summary(("一、执法办案", "立案86件。"))
    assert judge(made, topic="执法办案").headings == ()
    assert judge(made, headings=()).right
    assert judge(made, topic="执法办案", headings=("三、打算",)).unnamed == ("三、打算",)


def test_a_figure_that_the_cited_quote_does_not_hold_is_counted() -> None:
    made = summary(("一、执法办案", "立案86件。"), ("二、存在问题", "缺2人。"), quoted="立案86件。")
    outcome = judge(made)
    assert (outcome.outside, outcome.right) == (("2人",), False)
    assert count_summaries([outcome])["figures_not_in_quotes"] == 1
    assert "不在所引原文里的数字：2人" in outcome.miss()


@pytest.mark.parametrize("numbers", [(), (7,)])
def test_a_point_without_a_quote_is_counted(numbers: tuple[int, ...]) -> None:
    made = summary(("一、执法办案", "从严办案。"), ("二、存在问题", "缺人。"), numbers=numbers)
    outcome = judge(made)
    assert (outcome.uncited, outcome.right) == (("从严办案。", "缺人。"), False)
    assert count_summaries([outcome])["points_uncited"] == 2


def test_an_empty_summary_is_wrong_even_if_it_owes_nothing() -> None:
    outcome = judge(summary(), headings=())
    assert not outcome.right
    assert "一句也没有写" in outcome.miss()


def test_what_was_not_made_has_lost_everything() -> None:
    outcome = failed_summary(golden_summary(("86件",), ("一、执法",)), "没有这份报告。")
    counted = count_summaries([outcome])
    assert (counted["right"], counted["figures_kept"], counted["headings_named"]) == (0, 0, 0)
    assert "没有这份报告" in outcome.miss()
    assert outcome.record()["failure"] == "没有这份报告。"
