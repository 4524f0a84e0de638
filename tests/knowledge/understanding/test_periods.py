import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.understanding.periods import (
    Period,
    YearPart,
    exact_period,
    months_named,
    parse_period,
    part_named,
    period_mentions,
    year_named,
)

PERIODS = st.builds(Period, st.integers(2000, 2099), st.sampled_from(YearPart))


@given(PERIODS)
def test_a_periods_wording_is_read_back(period: Period) -> None:
    assert parse_period(str(period)) == period
    assert exact_period(f" {period} ") == period
    assert [m.period for m in period_mentions(f"在{period}，完成")] == [period]


@given(PERIODS)
def test_the_next_period_and_the_one_before_undo_each_other(period: Period) -> None:
    if period.part is not YearPart.THREE_QUARTERS:  # what follows them is the last quarter
        assert period.next().previous() == period == period.previous().next()
    assert period.next().part.months[0] == period.part.months[1] % 12 + 1
    assert period.contains(period)
    assert Period(period.year).contains(period)


def test_a_half_holds_its_quarters_alone() -> None:
    half = Period(2023, YearPart.FIRST_HALF)
    assert [part for part in YearPart if half.contains(Period(2023, part))] == [
        YearPart.FIRST_HALF,
        YearPart.Q1,
        YearPart.Q2,
    ]
    assert not half.contains(Period(2022, YearPart.Q1))


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("2023年上半年", "2023年上半年"),
        ("2023上半年", "2023年上半年"),
        ("2023", "2023年"),
        ("2023年度", "2023年"),
        ("2023 年 上半年", "2023年上半年"),
        ("２０２３年１－６月", "2023年上半年"),
        ("2023年1月至6月", "2023年上半年"),
        ("2023年7-12月份", "2023年下半年"),
        ("二〇二三年一至六月", "2023年上半年"),
        ("二○二三年第三季度", "2023年第三季度"),
        ("二0二三年", "2023年"),
        ("2023年3季度", "2023年第三季度"),
        ("2023年1-3月", "2023年第一季度"),
        ("2023年前三季度", "2023年前三季度"),
        ("2023年1-9月", "2023年前三季度"),
        ("2023H1", "2023年上半年"),
        ("2023q4", "2023年第四季度"),
        ("23年上半年", "2023年上半年"),
    ],
)
def test_a_label_names_its_period(label: str, expected: str) -> None:
    assert str(parse_period(label)) == expected
    assert str(exact_period(label)) == expected


@pytest.mark.parametrize(
    "label", ["", "上半年", "去年", "20230705", "2023-07-05", "12023年", "120234", "20**年", "23家"]
)
def test_a_label_without_a_year_names_none(label: str) -> None:
    assert parse_period(label) is None
    assert exact_period(label) is None


@pytest.mark.parametrize("label", ["云溪县2023年", "2023年总结", "2022年以来", "2023年第9季度"])
def test_a_label_that_says_more_is_not_exact(label: str) -> None:
    assert parse_period(label) is not None
    assert exact_period(label) is None


def test_mentions_keep_their_places_and_need_their_year_worded() -> None:
    text = "2023上半年，较2022年下降3%；二〇二一年度起共2023家，2023年5月止。"
    found = [(text[m.start : m.end], str(m.period)) for m in period_mentions(text)]
    assert found == [("2022年", "2022年"), ("二〇二一年度", "2021年"), ("2023年", "2023年")]


@pytest.mark.parametrize(
    ("wording", "part"),
    [
        (None, YearPart.YEAR),
        ("", YearPart.YEAR),
        ("全年", YearPart.YEAR),
        ("上半年", YearPart.FIRST_HALF),
        ("1—6月份", YearPart.FIRST_HALF),
        ("1 到 6 月", YearPart.FIRST_HALF),
        ("下半年", YearPart.SECOND_HALF),
        ("7至12月", YearPart.SECOND_HALF),
        ("四季度", YearPart.Q4),
        ("第２季度", YearPart.Q2),
        ("十至十二月", YearPart.Q4),
        ("2-5月", YearPart.YEAR),
    ],
)
def test_a_part_of_a_year_is_read_in_any_wording(wording: str | None, part: YearPart) -> None:
    assert part_named(wording) is part


def test_a_year_is_read_in_any_digits() -> None:
    assert {year_named(y) for y in ("2023", "２０２３", "二〇二三", "二零二三")} == {2023}


@pytest.mark.parametrize(
    ("wording", "months"),
    [
        ("上半年", (1, 6)),
        ("半年度", (1, 6)),
        ("第三季度", (7, 9)),
        ("前三季度", (1, 9)),
        ("前两个季度", (1, 6)),
        ("一至三季度", (1, 9)),
        ("Q4", (10, 12)),
        ("1-9月", (1, 9)),
        ("1月1日至6月30日", (1, 6)),
        ("前11个月", (1, 11)),
        ("十至十二月", (10, 12)),
        ("全年", None),
        ("12-7月", None),
        ("1-13月", None),
        ("5月", None),
        ("", None),
    ],
)
def test_the_months_of_a_wording_are_its_own(wording: str, months: tuple[int, int] | None) -> None:
    assert months_named(wording) == months
