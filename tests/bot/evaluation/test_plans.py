"""Every count of a golden plan can fail, and fails for its own reason alone."""

import pytest

from bot.evaluation.judging import PlanOutcome, count_plans, failed_plan, judge_plan
from tests.bot.evaluation.compositions import CONTEXT, draft, golden_plan

GOOD = draft("完成食品抽检300批次。", "推进老旧电梯更新。")


def judge(*paragraphs: str, mentions: tuple[str, ...] = (), **made: object) -> PlanOutcome:
    return judge_plan(golden_plan(mentions, ("丙泉",)), draft(*paragraphs, **made), CONTEXT)  # type: ignore[arg-type]


def test_nothing_is_wrong_with_a_clean_plan() -> None:
    outcome = judge_plan(golden_plan(("老旧电梯",)), GOOD, CONTEXT)
    assert outcome.right
    assert count_plans([outcome]) | {"seconds": 0} == {
        "n": 1, "right": 1, "mentions": 1, "mentions_kept": 1, "figures_not_in_quotes": 0,
        "foreign": 0, "past": 0, "old_periods": 0, "paragraphs": 2, "paragraphs_uncited": 0,
        "targets": 0, "problems_answered": 0, "too_long": 0, "style": 0,
        "pages": round(20 / 616, 2), "style_per_page": 0.0,
        "prompts": "", "struck": 0, "failed": 0, "seconds": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("学习乙山市市场监管局做法。", "乙山市市场监管局"),
        ("在乙山市集市设快检点。", "乙山市"),
        ("支持丙泉腊肉发展。", "丙泉"),
    ],
)
def test_a_name_of_another_bureau_its_place_or_the_cases_own_is_foreign(
    text: str, name: str
) -> None:
    outcome = judge(text)
    assert (count_plans([outcome])["foreign"], outcome.right) == (1, False)
    assert outcome.record()["foreign"] == [name]
    assert name in outcome.miss()


def test_the_own_name_is_not_foreign() -> None:
    assert judge("甲河县市场监管局继续推进抽检工作。").right


def test_what_was_done_told_as_a_plan_is_counted() -> None:
    outcome = judge("加强抽检，已完成抽检300批次。")
    counted = count_plans([outcome])
    assert (counted["past"], counted["foreign"], counted["old_periods"]) == (1, 0, 0)
    assert not outcome.right


def test_a_period_left_over_is_counted() -> None:
    outcome = judge("2023年，继续推进食品抽检。")
    counted = count_plans([outcome])
    assert (counted["old_periods"], counted["past"], counted["foreign"]) == (1, 0, 0)
    assert outcome.record()["old_periods"] == ["2023年"]


def test_a_period_left_over_in_the_title_is_counted() -> None:
    outcome = judge("继续推进食品抽检。", title="2023年工作打算")
    assert count_plans([outcome])["old_periods"] == 1


def test_faults_of_style_are_counted_by_the_page() -> None:
    filler = "推进抽检。加强检查。" * 61 + "咱们抽检。"
    counted = count_plans([judge(filler)])
    assert counted["style"] == 1
    assert counted["style_per_page"] == pytest.approx(616 / len(filler), abs=0.001)


def test_a_figure_that_the_cited_quote_does_not_hold_is_counted() -> None:
    outcome = judge("完成抽检300批次。", quoted="完成抽检30批次。")
    assert (outcome.outside, outcome.right) == (("300批次",), False)
    assert count_plans([outcome])["figures_not_in_quotes"] == 1


def test_a_plan_longer_than_was_asked_for_is_counted() -> None:
    assert count_plans([judge("推进抽检。" * 231)])["too_long"] == 1
    assert count_plans([judge("推进抽检。" * 229)])["too_long"] == 0


@pytest.mark.parametrize("numbers", [(), (7,)])
def test_a_paragraph_without_sources_is_counted(numbers: tuple[int, ...]) -> None:
    outcome = judge("推进抽检。", "加强检查。", numbers=numbers)
    assert (len(outcome.uncited), outcome.right) == (2, False)
    assert count_plans([outcome])["paragraphs_uncited"] == 2


def test_what_the_plan_had_to_say_and_does_not_is_missed() -> None:
    outcome = judge("推进抽检。", mentions=("抽检", "老旧电梯"))
    assert (outcome.missed, outcome.right) == (("老旧电梯",), False)
    assert count_plans([outcome])["mentions_kept"] == 1
    assert "没写到：老旧电梯" in outcome.miss()


def test_an_empty_plan_and_one_that_was_not_made_are_wrong() -> None:
    assert not judge().right
    outcome = failed_plan(golden_plan(("抽检",)), "没有这个单位。")
    counted = count_plans([outcome])
    assert (counted["right"], counted["mentions_kept"], counted["style_per_page"]) == (0, 0, 0.0)
    assert "没有这个单位" in outcome.miss()
