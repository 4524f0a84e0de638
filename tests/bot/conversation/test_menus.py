import pytest

from bot.conversation.menus import PAGE_ROWS, nearest_page, numbers_in, page_rows
from bot.conversation.messages import Button


def buttons(count: int) -> list[Button]:
    return [Button(str(n), f"x:{n}") for n in range(count)]


def test_a_short_list_has_no_row_to_turn() -> None:
    rows = page_rows(buttons(PAGE_ROWS), 0, lambda page: f"n{page}")
    assert len(rows) == PAGE_ROWS


@pytest.mark.parametrize(
    ("page", "data"),
    [(0, ["n0", "n1"]), (1, ["n0", "n1", "n2"]), (2, ["n1", "n2"]), (99, ["n1", "n2"])],
)
def test_the_last_row_turns_to_the_pages_beside(page: int, data: list[str]) -> None:
    rows = page_rows(buttons(PAGE_ROWS * 2 + 1), page, lambda to: f"n{to}")
    assert [button.data for button in rows[-1]] == data


def test_every_button_is_on_one_page() -> None:
    found = [
        button.data
        for page in range(3)
        for row in page_rows(buttons(PAGE_ROWS * 5), page, str, per_row=2)[:-1]
        for button in row
    ]
    assert found == [button.data for button in buttons(PAGE_ROWS * 5)]


@pytest.mark.parametrize(("page", "held"), [(-1, 0), (0, 0), (1, 1), (2, 1)])
def test_a_page_that_is_not_there_is_the_nearest(page: int, held: int) -> None:
    assert nearest_page(PAGE_ROWS + 1, page) == held


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
