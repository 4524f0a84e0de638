from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.uploads.files import numbered_name, safe_name


@pytest.mark.parametrize(
    ("told", "safe"),
    [
        ("清河县2023年总结.txt", "清河县2023年总结.txt"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/abs/清河县.txt", "清河县.txt"),
        ("**县2022年?.txt", "＊＊县2022年？.txt"),
        (".hidden.txt", "hidden.txt"),
        ("~$草稿.docx", "草稿.docx"),
        ("manifest.csv", "_manifest.csv"),
        ("CON.txt", "_CON.txt"),
        ("", "report.txt"),
        ("..", "report.txt"),
        ("///", "report.txt"),
        (".versions", "versions"),
        ("甲\u202e乙\0丙\n丁.txt", "甲乙丙 丁.txt"),
        ("甲\ud800.txt", "甲.txt"),
        ("总结.txt. . .", "总结.txt"),
    ],
)
def test_a_name_is_made_safe(told: str, safe: str) -> None:
    assert safe_name(told) == safe


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("长" * 300 + ".docx")
    assert name.endswith("长.docx")
    assert len(name.encode()) <= 150


@given(st.text(max_size=400))
def test_any_name_lies_in_its_folder_and_stays_as_it_is(told: str) -> None:
    name = safe_name(told)
    folder = Path("/data/uploads/1")
    path = folder / name
    assert path.parent == folder
    assert path.resolve() == path
    assert not name.startswith(".")
    assert 0 < len(name.encode()) <= 150
    assert safe_name(name) == name


@given(st.text(max_size=200), st.integers(1, 3000))
def test_a_number_keeps_the_ending_and_is_told_apart(told: str, number: int) -> None:
    name = safe_name(told)
    other = numbered_name(name, number)
    assert Path(other).suffix == Path(name).suffix
    assert (other == name) is (number < 2)
    assert len(other.encode()) < 200
