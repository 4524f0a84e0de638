import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.retrieval.question_periods import find_periods
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.periods import Period, YearPart


def found(question: str, this_year: int = 2023) -> list[str]:
    return [str(a) for a in find_periods(question, this_year, question_words())]


PERIODS = st.builds(Period, st.integers(2010, 2039), st.sampled_from(YearPart))
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")


@settings(max_examples=50)
@given(PERIODS)
def test_a_period_is_read_in_any_digits_and_spacing(period: Period) -> None:
    wording = str(period)
    year, part = f"{period.year}", period.part.wording
    spellings = [
        wording,
        wording.translate(WIDE),
        wording.translate(CHINESE),
        f" {year} 年 {part}",
        f"{year}年的{part}" if part else f"{year}年度",
    ]
    for spelling in spellings:
        assert found(f"清河县{spelling}立案多少件") == [wording]


@settings(max_examples=50)
@given(st.text("2023年上半1-6月第三季度前、和至 ２〇今去", max_size=14))
def test_periods_stand_in_order_and_apart_whatever_is_typed(question: str) -> None:
    asked = find_periods(question, 2023, question_words())
    assert [a.start for a in asked] == sorted(a.start for a in asked)
    assert all(0 <= p.start < p.end <= len(question) for a in asked for p in a.places)
    assert all(a.year or a.months for a in asked)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("2021年至2023年立案", ["2021年", "2022年", "2023年"]),
        ("2021-2023年立案", ["2021年", "2022年", "2023年"]),
        ("2022、2023年上半年立案", ["2022年上半年", "2023年上半年"]),
        ("2022年前三季度立案", ["2022年前三季度"]),
        ("2022年前立案", []),
        ("2022年来立案", []),
        ("2022年来玩的游客", ["2022年"]),
        ("2022年来了多少游客", ["2022年"]),
        ("2023年Q3立案", ["2023年第三季度"]),
        ("2023年二季度、三季度立案", ["2023年第二季度", "第三季度"]),
        ("2023年二三季度立案", ["2023年第二季度", "第三季度"]),
        ("2023年7至12月立案", ["2023年下半年"]),
        ("2023年12-7月立案", ["2023年"]),
        ("2023年5月31日立案", ["2023年"]),
        ("今年5月立案", ["2023年5月"]),
        ("上年立案", ["2022年"]),
        ("上年纪的老人", []),
        ("较上年增长", []),
        ("本月立案", ["本月"]),
        ("2023年上、下半年立案", ["2023年上半年", "下半年"]),
        ("23年立案比22年多了多少", ["2023年", "2022年"]),
        ("06年、98年立案", ["2006年", "1998年"]),
        ("用了15年多的电梯", []),
    ],
)
def test_what_people_type_is_read_as_what_it_is(question: str, expected: list[str]) -> None:
    assert found(question) == expected


def test_nine_months_are_no_quarter_and_no_year() -> None:
    (asked,) = find_periods("2023年前三季度", 2023, question_words())
    three_quarters = YearPart.THREE_QUARTERS
    assert [p for p in YearPart if asked.is_of(Period(2023, p))] == [three_quarters]
    assert asked.lies_in(Period(2023))
    assert not asked.covers(Period(2023, YearPart.Q1))
