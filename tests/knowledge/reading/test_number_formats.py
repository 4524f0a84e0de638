import pytest

from knowledge.reading.number_formats import BUILT_IN, shown_number


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (153.0, "General", "153"),
        (0.1 + 0.2, "General", "0.3"),
        (1e15, "General", "1000000000000000"),
        (2518.0, "#,##0", "2,518"),
        (1320.5, "0.00", "1320.50"),
        (2.675, "0.00", "2.68"),
        (0.5, "#.##", "0.5"),
        (7.0, "000", "007"),
        (0.985, "0.0%", "98.5%"),
        (1.0, "0%", "100%"),
        (0.0123, "0.0‰", "12.3‰"),
        (125.0, '0"家"', "125家"),
        (1234567.0, '#,##0,"千元"', "1,235千元"),
        (80.2, "¥#,##0.00", "¥80.20"),
        (80.2, "[$¥-804]#,##0.00", "¥80.20"),
        (-3.5, "0.0", "-3.5"),
        (-3.5, "0.0_);(0.0)", "(3.5)"),
        (-3.5, "0.0;[Red]0.0", "-3.5"),
        (-0.001, "0.0", "0.0"),
        (0.0, '0;-0;"—"', "—"),
        (0.25, "# ?/?", "0.25"),
        (12345.0, "0.00E+00", "12345"),
        (5.0, "@", "5"),
        (45474.0, "yyyy-m-d", "2024-7-1"),
        (45474.0, 'yyyy"年"m"月"', "2024年7月"),
        (45474.5, "yyyy/mm/dd hh:mm", "2024/07/01 12:00"),
        (45474.75, "h:mm AM/PM", "6:00 下午"),
        (45474.0, "[$-804]aaaa", "星期一"),
        (-1.0, "yyyy-m-d", "-1"),
        (3.0, BUILT_IN["9"], "300%"),
        (45474.0, BUILT_IN["31"], "2024年7月1日"),
    ],
)
def test_a_number_is_shown_as_its_format_says(value: float, code: str, shown: str) -> None:
    assert shown_number(value, code) == shown


def test_days_may_be_counted_from_1904() -> None:
    assert shown_number(44012.0, "yyyy-m-d", from_1904=True) == "2024-7-1"


@pytest.mark.parametrize("code", ["", ";", ";;;", '"', "[", "\\", "0.0.0", "%", "m" * 50, '"家";;'])
def test_a_strange_format_still_shows_something(code: str) -> None:
    assert shown_number(1286.0, code)
