import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.understanding.outline import read_outline
from tests.knowledge.outlines import HOSTILE, assert_sound


@settings(deadline=None, max_examples=100)
@given(st.lists(HOSTILE, max_size=40).map("".join))
def test_the_leaves_of_any_text_are_a_partition_of_it(text: str) -> None:
    assert_sound(text, read_outline(text))


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=40))
def test_whatever_is_no_prose_is_held_too(text: str) -> None:
    assert_sound(text, read_outline(text))


@pytest.mark.parametrize(
    "piece",
    [
        "一是检查。二是整改。",
        "首先；其次；",
        "——a\n",
        "（一）",
        "1.检查药店\n",
        "下载\n一是检查。\n",
        "在食品方面，",
        "**a",
        "存在问题\n",
        "县政府：\n",
        "一、工作\n（一）甲\n1.乙\n",
        "\n",
        "检查药店",
        "# ",
        "云溪县市场监管局\n",
        "来源：",
    ],
)
def test_a_long_run_of_one_piece_is_read_whole(piece: str) -> None:
    """What takes time with the square of the length would not end here."""
    text = (piece * 30_000)[:30_000]
    leaves = [section for section in read_outline(text) if section.leaf]
    assert leaves[0].start == 0
    assert leaves[-1].end == len(text)
