import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.reading.files import read_bytes
from knowledge.reading.html import read_html
from knowledge.reading.paragraphs import split_at_blanks

LINES = [
    "云溪县市场监管局2023年工作总结",
    "一、主要工作",
    "检查餐饮服务单位120家，责令改正15家，立案查处3件，罚没款2.6万元，群众满意度明显提升。" * 5,
    "二、存在问题",
    "监管力量略显薄弱，基层所人手不足。" * 12,
    "云溪县　王　某",
]


@pytest.mark.parametrize("blanks", ["\u3000\u3000", "    ", "\xa0\xa0\xa0\xa0", " \u3000\u3000"])
def test_paragraphs_run_together_are_parted_at_wide_blanks(blanks: str) -> None:
    read = read_bytes(blanks.join(LINES).encode()).text
    assert [line.strip() for line in read.splitlines()] == LINES


@pytest.mark.parametrize("blanks", ["\u3000\u3000", "&nbsp;&nbsp;&nbsp;&nbsp;", " &nbsp; " * 4])
def test_so_are_those_of_a_page(blanks: str) -> None:
    page = f"<html><body><p>{blanks.join(LINES)}</p></body></html>"
    assert read_html(page.encode()).splitlines() == LINES


def test_the_indents_of_a_pages_source_part_nothing() -> None:
    words = "检查餐饮服务单位120家，责令改正15家，\n        " * 40
    assert len(read_html(f"<html><p>{words}</p></html>".encode()).splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "云溪县　　市场监管局　　工作总结　　好",
        "监管力量略显薄弱，基层所人手不足。" * 40 + "　　一处　　两处",
        "监管　力量，略显薄弱，" * 60,
    ],
)
def test_other_lines_stay_whole(text: str) -> None:
    assert split_at_blanks(text) == text


def test_separators_of_lines_and_paragraphs_end_lines() -> None:
    assert split_at_blanks("一、工作\u2028检查\u2029整改\x85好") == "一、工作\n检查\n整改\n好"


@given(st.lists(st.text("甲，。 \u3000\xa0", max_size=500), max_size=4))
def test_no_character_goes(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert re.sub(r"\n", "", split_at_blanks(text)) == re.sub(r"\n", "", text)
