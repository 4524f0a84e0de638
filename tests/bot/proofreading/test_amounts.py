"""Numbers as they are written, and those that are one number mistyped."""

from decimal import Decimal

import pytest

from bot.proofreading.amounts import are_swapped, coarseness, is_mistyped, is_one_digit_off
from knowledge.understanding.figures import find_figures


@pytest.mark.parametrize(
    ("one", "two", "swapped"),
    [
        ("291件", "219件", True),
        ("97.8%", "98.7%", True),
        ("90.7%", "9.07%", True),
        ("1,763批次", "1,736批次", True),
        ("291件", "192件", True),
        ("1,944户", "1,449户", True),
        ("291件", "912件", False),
        ("291件", "291件", False),
        ("29件", "291件", False),
    ],
)
def test_two_neighbouring_digits_or_the_point_are_swapped(
    one: str, two: str, *, swapped: bool
) -> None:
    assert are_swapped(one, two) is swapped


def test_one_digit_is_another() -> None:
    assert is_one_digit_off("95家", "94家")
    assert not is_one_digit_off("9家", "8家")
    assert is_mistyped(Decimal(674), Decimal(664))


@pytest.mark.parametrize(("text", "step"), [("1.86万元", 100), ("300余家", 100), ("12家", 0)])
def test_an_amount_is_as_coarse_as_it_is_written(text: str, step: int) -> None:
    assert coarseness(find_figures(f"共{text}。")[0]) == step
