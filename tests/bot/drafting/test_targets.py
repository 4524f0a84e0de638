"""Targets: the blank is a person's, the base is the report's, and cited."""

import re

import pytest

from bot.compositions import CitedText, Draft, Origin
from bot.drafting.request import PlanRequest
from knowledge.library import Library
from tests.bot.drafting.planned import own_draft

BASED = re.compile(r"××(?P<unit>.+?)（20\d\d年(?:上半年)?为(?P<base>.+?)）[，。]?$")


def targets(draft: Draft) -> list[CitedText]:
    return [s for p in draft.paragraphs for s in p.sentences if s.origin is Origin.TARGET]


@pytest.mark.parametrize("length", ["短", "中", "长"])
@pytest.mark.parametrize("bureau", ["云溪县", "梧桐区", "石桥县"])
def test_at_least_three_targets_are_set_where_the_ledger_has_them(
    sample_library: Library, bureau: str, length: str
) -> None:
    found = targets(own_draft(sample_library, PlanRequest(bureau, length=length)))
    assert len(found) >= 3
    assert all(BASED.search(target.text) for target in found)


def test_the_base_stands_in_the_quote_and_the_blank_has_its_unit(sample_library: Library) -> None:
    draft = own_draft(sample_library, PlanRequest("石桥县"))
    quotes = {c.n: c.quote.text for c in draft.citations}
    for target in targets(draft):
        base = BASED.search(target.text)
        assert base
        assert base["base"] in quotes[target.citations[0]].replace("％", "%")
        assert base["base"].endswith(base["unit"])
    told = "".join(target.text for target in targets(draft))
    assert "食品抽检不少于××批次（2023年为720批次）" in told


def test_what_the_bureau_plans_an_amount_of_gets_no_second_target(sample_library: Library) -> None:
    """食品抽检1,600批次 is in its own plan."""
    told = "".join(t.text for t in targets(own_draft(sample_library, PlanRequest("梧桐区"))))
    assert "食品抽检不少于" not in told


def test_a_masked_amount_is_no_base(sample_library: Library) -> None:
    told = "".join(t.text for t in targets(own_draft(sample_library, PlanRequest("**区"))))
    assert "*" not in told
    assert "食品抽检不少于" not in told
    assert "食品抽检合格率不低于××%（2023年上半年为98.6%）" in told


def test_masked_amounts_are_aimed_at_where_too_few_are_known(draft_of_masks: Draft) -> None:
    told = "".join(target.text for target in targets(draft_of_masks))
    assert "食品抽检不少于××批次（2023年的数原文已隐去）" in told
    assert "检查药店不少于××家（2023年为83家）" in told
    assert "*" not in told


def test_a_plan_on_one_line_of_work_has_only_its_targets(sample_library: Library) -> None:
    draft = own_draft(sample_library, PlanRequest("石桥县", "食品安全"))
    told = "".join(target.text for target in targets(draft))
    assert "食品抽检" in told
    assert not re.search("商标|药店|年报", told)


def test_marks_stand_behind_the_base(sample_library: Library) -> None:
    draft = own_draft(sample_library, PlanRequest("石桥县"))
    assert re.search(r"（2023年为720批次）\[\d+\]", "".join(t.marked for t in targets(draft)))
