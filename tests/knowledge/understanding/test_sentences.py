import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.understanding.sentences import (
    Span,
    sentence_spans,
    trim_span,
    without_final_punctuation,
)


def sentences(text: str) -> list[str]:
    return [text[slice(*span)] for span in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("检查药店86家。立案3件！", ["检查药店86家。", "立案3件！"]),
        ("检查药店；检查诊所;立案", ["检查药店；", "检查诊所;", "立案"]),
        ("合格率98.5%，其中3.2万户。完", ["合格率98.5%，其中3.2万户。", "完"]),
        ("标题\n正文", ["标题\n", "正文"]),
        ("他说“要抓好。”随后检查。", ["他说“要抓好。”", "随后检查。"]),
        ("（含幼儿园。）其余合格。", ["（含幼儿园。）", "其余合格。"]),
        ("第一。 \n\n　第二。", ["第一。 \n\n", "　第二。"]),
        ("怎么办？！抓落实。", ["怎么办？！", "抓落实。"]),
        ("\n \n开头。", ["\n \n开头。"]),
        ("结尾。\n \n\u3000\n", ["结尾。\n \n\u3000\n"]),
        ("没有标点", ["没有标点"]),
        ("", []),
    ],
)
def test_sentences_end_at_full_stops_and_lines_and_keep_their_white_space(
    text: str, expected: list[str]
) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet="。；！？?!\n \u3000”）,，*检查3"))
def test_sentences_cover_any_text_and_none_is_blank_alone(text: str) -> None:
    found = sentences(text)
    assert "".join(found) == text
    assert len(found) < 2 or all(s.strip() for s in found)


@given(st.text(alphabet="。\n 甲乙", max_size=30), st.data())
def test_a_slice_is_split_without_looking_beyond_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    spans = sentence_spans(text, start, end)
    assert "".join(text[slice(*s)] for s in spans) == text[start:end]
    assert [s.start for s in spans[1:]] == [s.end for s in spans[:-1]]


def test_a_trimmed_span_has_no_white_space_at_its_ends() -> None:
    text = " \u3000检查*家。\n"
    span = trim_span(text, Span(0, len(text)))
    assert text[slice(*span)] == "检查*家。"
    assert trim_span("  ", Span(0, 2)) == Span(0, 0)


@pytest.mark.parametrize("end", ["。", "：", "；", "，", "、", "。\n", " ", "．", ":"])
def test_the_punctuation_that_ends_a_heading_is_not_its_words(end: str) -> None:
    assert without_final_punctuation(f"严守底线，护航民生{end}") == "严守底线，护航民生"
