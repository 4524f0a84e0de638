"""Where numbers stand: the look at one character that comes first leaves none of them out."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.reading.files import read_source
from knowledge.understanding.mentions import _BEGINS, _pattern, find_mentions, fold_width
from tests.conftest import SAMPLES

WITH = _pattern()
LOOK, _, REST = WITH.pattern.partition("])")
WITHOUT = re.compile(REST, re.MULTILINE)
LETTERS = sorted(set(REST))
"""Every character that the expression names, and some that only its notation uses."""


def spans(expression: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in expression.finditer(text)]


def test_the_look_at_the_first_character_is_what_was_left_out() -> None:
    assert LOOK.startswith(f"(?=[{_BEGINS}")
    assert REST.startswith("(?P<lead>")


@settings(deadline=None, max_examples=150)
@given(text=st.text(st.sampled_from(LETTERS), max_size=40))
def test_no_match_of_any_text_is_left_out(text: str) -> None:
    assert spans(WITH, text) == spans(WITHOUT, text)


@pytest.mark.parametrize(
    "path", sorted((SAMPLES / "reports").iterdir()), ids=lambda path: str(path.name)
)
def test_no_match_of_a_report_is_left_out(path: Path) -> None:
    text = fold_width(read_source(path).text)
    assert spans(WITH, text) == spans(WITHOUT, text)


@pytest.mark.parametrize(
    ("text", "digits", "lead", "unit"),
    [
        ("超过120家", "120", "超过", "家"),
        ("将近三百家", "三", "将近", "家"),
        ("不少于**户", "**", "不少于", "户"),
        ("上千家", "千", "上", "家"),
        (" 35件", "35", "", "件"),
    ],
)
def test_a_mention_has_its_parts(text: str, digits: str, lead: str, unit: str) -> None:
    (mention,) = find_mentions(text)
    assert (mention.digits[: len(digits)], mention.lead, mention.unit) == (digits, lead, unit)


@pytest.mark.parametrize(
    "text", ["《条例（2023）》", "第3次", "七天无理由", "2023年", "ISO9001", "3月5日"]
)
def test_dates_titles_and_codes_are_no_mentions(text: str) -> None:
    assert list(find_mentions(text)) == []
