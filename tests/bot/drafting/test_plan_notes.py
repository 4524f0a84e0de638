"""What a plan says of itself: problems without a measure, plans made already, lengths, slips."""

import pytest

from bot.compositions import Draft, Origin
from bot.display import draft_lines
from bot.drafting.request import PlanRequest
from bot.drafting.vocabulary import plan_words
from bot.errors import WayUnclear
from knowledge.library import Library
from knowledge.understanding.periods import Period, YearPart
from tests.bot.drafting.planned import own_draft

EVERY = ["云溪县", "江岚市", "梧桐区", "石桥县", "**区"]


def text_of(draft: Draft) -> str:
    return "".join(paragraph.text for paragraph in draft.paragraphs)


def problems_of(library: Library, bureau: str) -> list[str]:
    """The problems that the newest report of a bureau heads."""
    draft = own_draft(library, PlanRequest(bureau, length="长"))
    newest = draft.citations[0].quote.report
    sections = library.outline(newest.id)[0]
    return [
        newest.text[s.start : s.heading_end].strip()
        for s in sections
        if s.kind.value == "problems" and s.leaf and s.run_in
    ]


@pytest.mark.parametrize("length", ["短", "中", "长"])
@pytest.mark.parametrize("bureau", EVERY)
def test_each_problem_is_met_or_named(sample_library: Library, bureau: str, length: str) -> None:
    draft = own_draft(sample_library, PlanRequest(bureau, length=length))
    told = text_of(draft) + "".join(draft.findings)
    for problem in problems_of(sample_library, bureau):
        name = problem.split("，", 1)[-1] if problem[:2] in ("首先", "其次", "最后") else problem
        name = name.lstrip("（(一二三四五六七八九十）)是、").rstrip("。")
        assert name in told.replace("‘", "“").replace("’", "”")


def test_a_problem_that_nothing_answers_is_left_to_the_writer(sample_library: Library) -> None:
    findings = own_draft(sample_library, PlanRequest("云溪县")).findings
    assert "问题“小微主体抗风险能力弱”：（此问题尚无对应措施，请补充）" in findings


def test_training_does_not_answer_that_there_are_too_few_people(draft_of_few: Draft) -> None:
    assert not any(s.problems for p in draft_of_few.paragraphs for s in p.sentences)
    assert any("执法力量弱" in finding for finding in draft_of_few.findings)


def test_a_problem_is_told_before_its_measure_with_both_quotes(sample_library: Library) -> None:
    draft = own_draft(sample_library, PlanRequest("石桥县"))
    told = [s for p in draft.paragraphs for s in p.sentences if s.problems]
    assert told
    for sentence in told:
        assert "针对" in sentence.text
        assert {draft.origins[n] for n in sentence.problems} == {Origin.PROBLEM}
        assert len(sentence.citations) > 1


def test_two_problems_may_lead_in_one_measure(sample_library: Library) -> None:
    draft = own_draft(sample_library, PlanRequest("云溪县"))
    (answer,) = [s for p in draft.paragraphs for s in p.sentences if len(s.problems) > 1]
    assert "针对专业力量不足、检测能力不强的问题，争取资金600万元" in answer.text
    assert len(answer.citations) == 3


def test_work_that_goes_on_may_answer_and_regular_work_does_not(sample_library: Library) -> None:
    told = text_of(own_draft(sample_library, PlanRequest("江岚市")))
    assert "针对专业人才仍然紧缺的问题，继续开展“岗位大练兵、业务大比武”" in told
    assert "问题，继续做好" not in told


def test_a_period_that_is_over_is_said_to_be_so_and_what_was_done_is_not_planned_again(
    sample_library: Library,
) -> None:
    draft = own_draft(sample_library, PlanRequest("云溪县", period="2023年下半年"))
    assert draft.offer.startswith("2023年下半年已有总结（2023年）")
    assert "下一期（2024年）" in draft.offer
    assert "--" not in draft.offer
    assert "60台老旧电梯安全评估" not in text_of(draft)
    assert any("60台老旧电梯安全评估" in finding for finding in draft.findings)
    assert {c.quote.report.identity.period for c in draft.citations} == {
        Period(2023, YearPart.FIRST_HALF)
    }


def test_headings_without_content_are_no_measures(draft_of_headings: Draft) -> None:
    told = text_of(draft_of_headings)
    assert "进一步" not in told
    assert "加大《质量强国纲要》宣贯" not in told
    assert "建立干部学法制度" not in told
    assert "持续开展燃气具质量整治" in told


def test_a_plan_that_is_made_already_is_said_to_be_so_with_what_to_type(
    sample_library: Library,
) -> None:
    lines = draft_lines(own_draft(sample_library, PlanRequest("梧桐区")))
    assert lines[0].startswith("2024年的打算，梧桐区市场监管局的报告里已经写了")
    assert "沿用" in lines[0]
    assert "2025年" in lines[0]
    assert "--" not in lines[0]
    assert "--way 沿用" in lines[-1]
    other = own_draft(sample_library, PlanRequest("梧桐区", period="2025年"))
    assert other.offer == ""


def test_the_plan_that_is_there_can_be_kept(sample_library: Library) -> None:
    kept = own_draft(sample_library, PlanRequest("梧桐区", way="沿用"))
    measures = [s for p in kept.paragraphs[1:] for s in p.sentences]
    assert {s.origin for s in measures} == {Origin.OWN_PLAN}
    assert "沿用" in kept.offer
    with pytest.raises(WayUnclear, match="沿用"):
        own_draft(sample_library, PlanRequest("梧桐区", way="照抄"))


def test_there_is_nothing_to_keep_where_nothing_is_planned(library: Library) -> None:
    kept = own_draft(library, PlanRequest("柳林区", "食品安全", way="沿用"))
    assert "不能沿用" in kept.offer


@pytest.mark.parametrize("length", ["短", "中", "长"])
@pytest.mark.parametrize("bureau", EVERY)
def test_the_length_is_kept_or_said_to_be_more_than_there_is(
    sample_library: Library, bureau: str, length: str
) -> None:
    draft = own_draft(sample_library, PlanRequest(bureau, length=length))
    wanted = plan_words().lengths[length].characters
    count = len(text_of(draft))
    assert len(draft.title) + count <= wanted * 1.15
    too_short = [f for f in draft.findings if "可用的材料只够写" in f]
    assert bool(too_short) == (count < wanted * 0.85)


def test_what_was_planned_and_is_reported_is_told_beside_the_plan(sample_library: Library) -> None:
    draft = own_draft(sample_library, PlanRequest("云溪县"))
    assert any("老旧电梯安全评估" in f and "没有再列入" in f for f in draft.findings)
    assert "完成60台老旧电梯安全评估" not in text_of(draft)


def test_a_year_s_target_in_half_a_year_s_plan_is_pointed_out(sample_library: Library) -> None:
    draft = own_draft(sample_library, PlanRequest("江岚市"))
    assert any(f.startswith("“全年新登记经营主体4.8万户”是全年的数") for f in draft.findings)
    whole = own_draft(sample_library, PlanRequest("梧桐区"))
    assert not any("是全年的数" in finding for finding in whole.findings)


def test_a_slip_of_the_original_is_told_and_left(draft_with_slip: Draft) -> None:
    lines = "\n".join(draft_lines(draft_with_slip))
    assert "公平称" in text_of(draft_with_slip)
    assert "（原文如此）" in lines
    assert "应为“公平秤”" in lines


def test_words_of_one_province_are_borrowed_in_plain_words(draft_from_sister: Draft) -> None:
    borrowed = [
        s for p in draft_from_sister.paragraphs for s in p.sentences if s.origin is Origin.SISTER
    ]
    told = "".join(s.text for s in borrowed)
    assert "压实食品安全主体责任" in told
    assert "靠实" not in told
    assert all(s.note == "（借鉴）" for s in borrowed)
    assert "（借鉴）" in "\n".join(draft_lines(draft_from_sister))


def test_tasks_are_rows_with_blanks_and_the_plan_s_own_deadlines(sample_library: Library) -> None:
    draft = own_draft(sample_library, PlanRequest("云溪县", tasks=True))
    measures = [s for p in draft.paragraphs[1:] for s in p.sentences]
    assert len(draft.tasks) == len(measures)
    assert [row.n for row in draft.tasks] == list(range(1, len(measures) + 1))
    assert {row.unit for row in draft.tasks} == {"××"}
    assert "责任单位：××" in "\n".join(draft_lines(draft))
    assert own_draft(sample_library, PlanRequest("云溪县")).tasks == ()
