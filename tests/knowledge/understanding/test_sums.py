import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.models import decode_statements
from knowledge.reading.files import read_source
from knowledge.understanding.pipeline import understand
from knowledge.understanding.sums import Doubt, DoubtKind, find_doubts
from tests.conftest import SAMPLES

_TOLD = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))


def doubts_of(text: str) -> tuple[Doubt, ...]:
    read = understand(text, file="a.txt", sha256="")
    return find_doubts(text, decode_statements(read.statement_text.content, read.figures))


@pytest.mark.parametrize("sentence", _TOLD["sound"])
def test_what_adds_up_raises_no_doubt(sentence: str) -> None:
    assert not doubts_of(sentence)


@pytest.mark.parametrize(("kind", "sentence"), _TOLD["unsound"])
def test_what_does_not_add_up_is_told(kind: str, sentence: str) -> None:
    (doubt,) = doubts_of(sentence)
    assert doubt.kind is DoubtKind(kind)


@pytest.mark.parametrize("told", _TOLD["texts"])
def test_a_total_with_two_values_is_told_where_it_is_the_same_total(told: dict[str, str]) -> None:
    assert [doubt.kind.value for doubt in doubts_of(told["text"])] == [told["kind"]] * bool(
        told["kind"]
    )


def test_a_doubt_quotes_the_figures_as_they_are_written() -> None:
    text = "一、主要工作\n受理投诉举报２８６４件，其中投诉2,310件、举报564件。\n"
    (doubt,) = doubts_of(text)
    assert [text[f.start : f.end] for f in doubt.figures] == ["２８６４件", "2,310件", "564件"]
    assert text[doubt.span.start : doubt.span.end].startswith("２８６４件")
    assert doubt.span.end == text.index("564件") + 4
    said = "分项超过合计：2,310件、564件 相加为 2874件，原文合计 ２８６４件"
    assert doubt.sentence == said


def test_of_the_samples_only_the_one_with_a_planted_sum_is_doubted() -> None:
    found = {
        path.name: [d.sentence for d in doubts_of(read_source(path).text)]
        for path in sorted((SAMPLES / "reports").iterdir())
    }
    assert {name: told for name, told in found.items() if told} == {
        "梧桐区局2022年总结（定稿）.txt": [
            "分项超过合计：2,310件、564件 相加为 2874件，原文合计 2,864件"
        ]
    }


WORDS = ("抽检", "其中", "合格", "不合格", "共", "54批次", "7批次", "1.2万户", "97.8%", "合格率",
         "，", "、", "。", "由", "增加到", "增长", "（", "）", "*", "分别为",
         "企业", "0家")  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=30).map("".join))
@settings(max_examples=40)
def test_any_text_is_read_and_every_doubt_lies_in_it(text: str) -> None:
    for doubt in doubts_of(text):
        assert all(text[f.start : f.end] == f.text for f in doubt.figures)
        assert doubt.span.start == doubt.figures[0].start < doubt.span.end <= len(text)
