from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.summarising.units import has_unit_within, span_without_number, units_of
from knowledge.understanding.sentences import Span
from tests.bot.summarising.readings import FULL, reading, units

PIECES = st.sampled_from(
    ["一、工作\n", "（一）食品\n", "一是抓食品。", "二是抓药品。", "立案3件", "*家", "，", "。",
     "；", "（其中：", "）", "“", "”", "\n", "——抓广告。", "在计量方面，", "1.2万元", "# 标题\n",
     "- ", "存在问题：", "同时，", "**"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=40)
def test_units_are_slices_of_the_report_in_order_and_do_not_overlap(text: str) -> None:
    found = units(text)
    for before, after in pairwise(found):
        assert before.span.end <= after.span.start
    for unit in found:
        assert unit.text == text[unit.span.start : unit.span.end] == unit.text.strip()
        assert all(unit.span.start <= f.start < unit.span.end for f in unit.figures)


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=40)
def test_every_figure_is_whole_in_a_unit(text: str) -> None:
    read = reading(text)
    found = units_of(read)
    for figure in read.figures:
        if any(s.leaf and s.level and s.start <= figure.start < s.end for s in read.sections):
            assert any(u.span.start <= figure.start < figure.end <= u.span.end for u in found)


@pytest.mark.parametrize("begins", ["1.2万元", "98.6%的", "3、5家", "*.*万元", "三要素"])
def test_a_sentence_that_begins_like_a_list_keeps_its_beginning(begins: str) -> None:
    sentence = f"{begins}商户完成整改。"
    assert sentence in [u.text for u in units(f"一、工作\n检查药店。{sentence}\n")]
    assert sentence in [u.text for u in units(f"{sentence}检查药店。\n")]


def test_a_heading_that_runs_in_is_a_unit_of_its_own() -> None:
    texts = [u.text for u in units(FULL) if u.headline]
    assert "（一）人手偏紧。" in texts
    assert "一是严管食品安全。" in texts
    assert "一线执法人员只有17人，人均要管六百多户。" in [u.text for u in units(FULL)]


def test_a_title_is_no_unit() -> None:
    assert not any("工作总结" in u.text for u in units(FULL))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("一、工作\n同时，检查药店12家。", "检查药店12家。"),
        ("一、工作\n1.检查药店12家，立案2件。\n2.检查诊所5家。", "检查药店12家，立案2件。"),
        ("一、工作\n- 检查药店12家。", "检查药店12家。"),
    ],
)
def test_what_only_leads_in_is_cut_off(written: str, shown: str) -> None:
    assert shown in [u.text for u in units(written)]


def test_brackets_are_not_torn_apart() -> None:
    text = "一、工作\n受理诉求9件，（其中：投诉5件。举报4件。）办结率100%。\n"
    assert [u.text for u in units(text) if not u.headline] == [
        "受理诉求9件，（其中：投诉5件。举报4件。）",
        "办结率100%。",
    ]


def test_a_sentence_whose_beginning_is_its_heading_stays_whole() -> None:
    said = (
        "强化境外物品的全面彻底排查整治工作，以牙模生产企业的全面排查纳管为工作的出发点，纳管12家"
    )
    text = (
        f"一、工作\n一是{said}。首先，查车间3个。其次，查仓库5个。\n二是抓好药店。检查药店9家。\n"
    )
    assert f"{said}。" in [u.text for u in units(text)]


def test_a_short_sentence_with_semicolons_stays_whole_and_a_long_one_is_parted() -> None:
    short = "检查药店12家；立案2件。"
    long = "；".join(f"检查第{n}类经营单位并逐家督促整改到位共{n}2家" for n in range(1, 7)) + "。"
    assert [u.text for u in units(short)] == [short]
    assert len(units(long)) == 6
    assert not any(u.text.endswith("；") for u in units(long))


def test_prose_without_stops_is_cut_at_commas() -> None:
    found = units("检查药店12家，" * 400)
    assert max(len(u.text) for u in found) <= 500
    assert all(u.text.startswith("检查") for u in found)


def test_a_headline_can_lose_its_number() -> None:
    headline = next(u for u in units(FULL) if u.text == "（一）人手偏紧。")
    assert headline.report.text[slice(*span_without_number(headline))] == "人手偏紧。"


def test_a_span_knows_what_it_holds() -> None:
    found = units(FULL)
    assert has_unit_within(found, found[3].span)
    assert not has_unit_within(found, Span(0, 5))
