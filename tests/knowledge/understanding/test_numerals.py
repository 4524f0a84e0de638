"""What numerals are worth."""

from decimal import Decimal

import cn2an  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.understanding.mentions import arabic_value, chinese_value, fold_width


@pytest.mark.parametrize("character", "零〇一二两三四五六七八九十百千万亿")
def test_one_character_is_worth_what_it_is_worth_as_part_of_a_number(character: str) -> None:
    spelled = character.translate(str.maketrans("〇两", "零二"))
    spelled = f"一{spelled}" if spelled in "百千万亿" else spelled
    assert chinese_value(character) == cn2an.cn2an(spelled, "strict")


@pytest.mark.parametrize(
    ("words", "worth"),
    [("三百零五", "305"), ("九十七点八", "97.8"), ("两万", "20000"), ("三点五", "3.5")],
)
def test_words_are_worth_their_number(words: str, worth: str) -> None:
    assert chinese_value(words) == Decimal(worth)


@pytest.mark.parametrize("words", ["三四百", "一二三", "二〇二三", "三千五"])
def test_what_is_no_single_amount_has_no_worth(words: str) -> None:
    assert chinese_value(words) is None


@given(number=st.integers(0, 10**16 - 1))
def test_a_number_written_out_in_words_is_worth_itself(number: int) -> None:
    assert chinese_value(cn2an.an2cn(number)) == number


@given(words=st.text(st.sampled_from("零一二九十百千万"), min_size=2, max_size=7))
def test_words_that_are_no_number_have_no_worth(words: str) -> None:
    try:  # without 亿, where the library reads 一亿十万 as 一亿
        worth = cn2an.cn2an(words, "strict")
    except ValueError:
        worth = None
    counted = set(words) & set("十百千万")  # 一二 is a series, and 百 alone is a hundred
    assert chinese_value(words) == (worth if counted else None)


def test_a_multiplier_goes_with_words_and_digits() -> None:
    assert chinese_value("三", "万") == arabic_value("3", "万") == Decimal(30000)
    assert arabic_value("2亿3000", "万") == Decimal(230_000_000)


@given(number=st.integers(0, 10**30))
def test_digits_are_worth_themselves_however_long(number: int) -> None:
    assert arabic_value(str(number)) == arabic_value(f"{number:,}") == number


@given(text=st.text(st.sampled_from("０１，％＊Ａｚ（）。abc家，"), max_size=30))
def test_folding_keeps_every_place(text: str) -> None:
    folded = fold_width(text)
    assert len(folded) == len(text)
    assert not set(folded) & set("０１％＊Ａｚ（）")
    assert fold_width(folded) == folded
