"""A plan's sentence moved to another period: no old date, no figure of another time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.drafting.rewriting import full_width, move_to_period, without_figures
from knowledge.understanding.periods import Period, YearPart

HALF = Period(2023, YearPart.SECOND_HALF)
YEAR = Period(2024)


@pytest.mark.parametrize(
    ("text", "target", "period", "told"),
    [
        ("下半年完成抽检500批次。", HALF, HALF, "下半年完成抽检500批次。"),
        ("下半年完成抽检500批次。", HALF, YEAR, "全年完成抽检××批次。"),
        ("培育“个转企”*户。", HALF, HALF, "培育“个转企”××户。"),
        ("对上半年查处的企业开展检查。", HALF, HALF, "对前期查处的企业开展检查。"),
        ("推进本年度双随机工作。", HALF, HALF, "推进2023年度双随机工作。"),
        ("明年建成检测中心。", YEAR, YEAR, "2024年建成检测中心。"),
        ("2023年建成检测中心。", Period(2023), YEAR, "2024年建成检测中心。"),
        ("10月底前建成专区。", HALF, HALF, "10月底前建成专区。"),
        ("10月底前建成专区。", HALF, YEAR, "××月底前建成专区。"),
        ("确保年底顺利通过验收。", HALF, Period(2024, YearPart.FIRST_HALF), "顺利通过验收。"),
    ],
)
def test_a_sentence_is_worded_for_the_new_period(
    text: str, target: Period, period: Period, told: str
) -> None:
    """Halves, years and deadlines follow; figures stay for their own period alone."""
    assert move_to_period(text, target, period) == told


@pytest.mark.parametrize(
    ("text", "target", "period"),
    [
        ("落实2022年考核要求。", HALF, HALF),
        ("按照《2023年抽检计划》开展抽检。", HALF, YEAR),
        ("上半年完成抽检任务。", HALF, HALF),
        ("办好第八届质量奖评选。", HALF, YEAR),
    ],
)
def test_what_belongs_to_another_time_is_refused(text: str, target: Period, period: Period) -> None:
    """Other years, dated titles, the half that is over, numbered events."""
    assert move_to_period(text, target, period) is None


def test_punctuation_becomes_full_width_but_not_within_numbers() -> None:
    """1,234 keeps its comma."""
    assert full_width("抽检1,234批次,整改(含复查) 到位;") == "抽检1,234批次，整改（含复查）到位；"


@settings(max_examples=40)
@given(st.text("检查药店家批次*1230,.，完成成率%余超三百", max_size=30))
def test_without_figures_no_digit_that_counts_is_left(text: str) -> None:
    """Whatever counts is a blank, and a second pass finds nothing to do."""
    once = without_figures(text)
    assert without_figures(once) == once
