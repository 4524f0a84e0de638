from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.models import Passage
from knowledge.understanding.outline import read_outline
from knowledge.understanding.pipeline import LONGEST_SENTENCE, TARGET, cut_passages
from knowledge.understanding.sentences import sentence_spans
from knowledge.understanding.topics import Topic
from tests.knowledge.outlines import HOSTILE, LONG, assert_covered, slices

FOOD = Topic("食品安全", ("餐饮", "食堂"), ("食品",))


def cut(text: str, known: Sequence[Topic] = (), target: int = TARGET) -> tuple[Passage, ...]:
    return cut_passages("r", text, read_outline(text), known, target)


def long(count: int) -> str:
    """So many sentences, no two alike."""
    return "".join(f"{number}号{LONG}" for number in range(count))


@settings(deadline=None, max_examples=80)
@given(st.lists(HOSTILE, max_size=60).map("".join), st.sampled_from([40, 120, TARGET]))
def test_passages_cover_any_text_but_its_furniture(text: str, target: int) -> None:
    passages = cut(text, target=target)
    assert_covered(text, read_outline(text), passages)
    assert [p.ordinal for p in passages] == list(range(len(passages)))
    assert len({p.id for p in passages}) == len(passages)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.sampled_from(["\n", "\n（一）甲\n"]))
def test_passages_are_whole_sentences(counts: list[int], joint: str) -> None:
    text = f"一、工作\n{joint.join(map(long, counts))}\n"
    bounds = {span.start for span in sentence_spans(text)} | {len(text)}
    for passage in cut(text):
        assert {passage.start, passage.end} <= bounds
        assert passage.end - passage.start < 2 * TARGET


def test_a_long_section_is_cut_in_balanced_parts() -> None:
    passages = cut(f"一、工作\n{long(40)}\n")
    sizes = [p.end - p.start for p in passages]
    assert len(sizes) == round(sum(sizes) / TARGET)
    assert max(sizes) - min(sizes) < 2 * len(LONG)
    assert {p.path for p in passages} == {("一、工作",)}


def test_small_neighbours_share_a_passage_under_what_they_have_in_common() -> None:
    text = f"一、工作\n（一）食品\n一是查。{LONG}二是改。{LONG}三是罚。{LONG}\n（二）药品\n{LONG}\n"
    (first, second) = cut(text)
    assert first.path == ("一、工作", "（一）食品")
    assert slices(text, [first])[0].startswith("一、工作\n（一）食品\n一是查。")
    assert second.path == ("一、工作", "（二）药品")


def test_a_passage_holds_no_two_kinds() -> None:
    text = f"一、工作\n{LONG}\n二、存在问题\n{LONG}\n三、下步打算\n{LONG}\n"
    assert [p.kind.value for p in cut(text)] == ["done", "problems", "plan"]


def test_headings_alone_go_with_what_follows_them() -> None:
    text = f"云溪县市场监管局2023年工作总结\n第一部分 工作\n一、食品\n（一）生产\n{LONG}\n"
    (only,) = cut(text)
    assert (only.start, only.end) == (0, len(text))
    assert only.path == ("第一部分 工作", "一、食品", "（一）生产")


def test_one_line_items_are_not_piled_into_one_passage() -> None:
    items = "".join(f"{number}.第{number}件事是加强队伍建设\n" for number in range(1, 61))
    passages = cut(f"一、打算\n{items}")
    assert len(passages) > 2
    assert all(p.end - p.start <= TARGET * 1.25 for p in passages)


def test_furniture_parts_passages_and_is_in_none() -> None:
    text = f"一、工作\n{LONG}\n打印　下载\n{LONG}\n责任编辑：张三\n"
    assert slices(text, cut(text)) == [f"一、工作\n{LONG}\n", f"{LONG}\n"]


@pytest.mark.parametrize("piece", ["检查药店，", "检查药店"])
def test_a_text_without_full_stops_is_cut_all_the_same(piece: str) -> None:
    text = piece * 5000
    passages = cut(text)
    assert "".join(slices(text, passages)) == text
    assert all(p.end - p.start <= LONGEST_SENTENCE for p in passages)
    assert all(slices(text, [p])[0].endswith("，") for p in passages if "，" in piece)


def test_passages_know_their_topics() -> None:
    (passage,) = cut(f"一、食品安全\n{LONG}检查食堂3家。\n", (FOOD, Topic("药品", ("药店",), ())))
    assert passage.topics == ("食品安全",)
    assert passage.id == "r-000000"
