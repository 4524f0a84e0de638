import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.features.lines import blocks_of, numbers_in
from bot.telegram.rendering import LIMIT, units


@given(st.lists(st.text(alphabet="甲a😀", max_size=900), max_size=12))
def test_lines_stay_whole_and_in_order_in_blocks_that_fit(lines: list[str]) -> None:
    blocks = blocks_of(lines)
    assert "\n".join(blocks) == "\n".join(lines)
    assert all(units(block) <= LIMIT for block in blocks)


@pytest.mark.parametrize(
    ("data", "numbers"),
    [
        ("3", (3,)),
        ("3:2023:1", (3, 2023, 1)),
        ("", None),
        ("3:", None),
        ("-3", None),
        ("３", None),
        ("²", None),
        ("9" * 19, None),
        ("a", None),
    ],
)
def test_numbers_are_read_from_what_a_button_holds(
    data: str, numbers: tuple[int, ...] | None
) -> None:
    assert numbers_in(data) == numbers
