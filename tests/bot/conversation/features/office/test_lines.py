import pytest

from bot.conversation.features.lines import numbers_in


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
