"""Drafts as wholes: every sentence cited, nothing old, nothing foreign, what is thin is said."""

import re

import pytest

from bot.compositions import Draft, Origin
from bot.display import draft_lines
from bot.drafting.drafting import draft_plan
from bot.drafting.request import PlanRequest
from bot.drafting.rewriting import full_width
from bot.errors import (
    BureauAmbiguous,
    BureauUnclear,
    BureauUnknown,
    LengthUnclear,
    NothingToPlan,
    PeriodUnclear,
    TopicUnclear,
)
from bot.records import draft_record
from knowledge.errors import AssistantError
from knowledge.library import Library
from tests.bot.drafting.conftest import Drafting
from tests.bot.drafting.planned import own_draft

SIX = ("食品安全", "特种设备", "药品", "执法办案", "登记注册", "消费维权")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
BASE = re.compile(
    r"（20\d\d年(?:上半年|下半年)?(?:为(?P<amount>[^（）]+(?:（[^）]+）)?)|的数原文已隐去)）"
)
"""What a target builds on."""


def text_of(draft: Draft) -> str:
    """All that is planned: without what the targets build on."""
    return BASE.sub("", "".join(paragraph.text for paragraph in draft.paragraphs))


@pytest.fixture(scope="module")
def drafts(library: Library, sample_library: Library) -> list[Draft]:
    """Every bureau's plan of everything and of three topics of six."""
    return every_draft(library) + every_draft(sample_library)


def every_draft(library: Library) -> list[Draft]:
    identities = [e.identity for e in library.reports()]
    bureaus = {i.bureau.name for i in identities if i.bureau and i.period}
    drafts = []
    some = [("", *SIX[n % 2 :: 2]) for n in range(len(bureaus))]
    asked = [(b, t) for b, own in zip(sorted(bureaus), some, strict=True) for t in own]
    for bureau, topic in asked:
        try:
            drafts.append(own_draft(library, PlanRequest(bureau, topic)))
        except NothingToPlan:
            continue
    return drafts


def test_the_title_names_bureau_period_and_what_the_bureau_calls_its_plans(
    draft: Drafting,
) -> None:
    """The period is the one after the newest report."""
    assert draft("溪口县").title == "溪口县市场监管局2023年下半年工作打算"
    assert draft("柳林区", "食品安全").title == "柳林区市场监管局2024年食品安全监管工作计划"
    assert draft("**市").title.startswith("**市市场监管局2024年")


def test_every_sentence_is_cited_and_holds_no_figure_that_its_quotes_do_not(
    drafts: list[Draft],
) -> None:
    """Of the opening too, the planned period aside; quotes are verbatim."""
    assert len(drafts) > 25
    for draft in drafts:
        quotes = {c.n: c.quote for c in draft.citations}
        planned = re.findall(r"20\d\d", draft.title)
        assert all(q.text in q.report.text for q in quotes.values())
        for sentence in (s for p in draft.paragraphs for s in p.sentences):
            assert sentence.citations
            held = "".join(full_width(quotes[n].text) for n in sentence.citations)
            said = BASE.sub(lambda base: base["amount"] or "", sentence.text)
            numbers = set(NUMBER.findall(said)) - set(planned)
            assert numbers <= set(NUMBER.findall(held)), sentence.text


def test_nothing_of_the_old_period_is_left(drafts: list[Draft]) -> None:
    """No past half, no other year, no mask, no result."""
    for draft in drafts:
        text = text_of(draft)
        assert set(re.findall(r"20\d\d", text)) == set(re.findall(r"20\d\d", draft.title))
        assert not re.search(r"今年|去年|截至|同比|累计|已查|荣获|[*＊;]", text)
        if "下半年" in draft.title:
            assert "上半年" not in text


def test_no_other_bureaus_names_or_figures_come_in(draft: Drafting) -> None:
    """The sister's town and firm stay where they are; her ideas are marked."""
    found = draft("溪口县", "特种设备")
    assert "柳河镇" not in text_of(found)
    assert "电梯安全隐患排查" in text_of(found)
    assert {s.origin for p in found.paragraphs[1:] for s in p.sentences} == {Origin.SISTER}
    assert any("全部参考其他单位" in finding for finding in found.findings)
    assert not re.search("恒泰|50", text_of(draft("柳林区", "消费维权")))


def test_a_problem_leads_in_the_measure_that_answers_it(draft: Drafting) -> None:
    """It rests on both; what no measure answers is left out."""
    sentences = [s for p in draft("溪口县", "食品安全").paragraphs for s in p.sentences]
    answering = [s for s in sentences if s.origin is Origin.PROBLEM]
    assert len(answering) == 1
    assert "针对食品检测能力不强的问题，更新食品快检设备" in answering[0].text
    assert len(answering[0].citations) == 2


def test_three_measures_are_numbered_and_paragraphs_too(draft: Drafting) -> None:
    """（一）（二） in order; 一是 only where there are three."""
    found = draft("溪口县")
    assert [p.heading[:3] for p in found.paragraphs[1:4]] == ["（一）", "（二）", "（三）"]
    for paragraph in found.paragraphs[1:]:
        numbered = [s for s in paragraph.sentences if re.match("[一二三]是", s.text)]
        measures = [s for s in paragraph.sentences if s.origin is not Origin.TARGET]
        assert bool(numbered) == (len(measures) > 2)


def test_a_report_that_tells_no_period_can_be_planned_from_once_a_period_is_named(
    draft: Drafting,
) -> None:
    """Nobody guesses which period comes next."""
    with pytest.raises(PeriodUnclear):
        draft("石塘县", "药品")
    found = draft("石塘县", "药品", period="2024年")
    assert "加强对药店、诊所的监督检查" in text_of(found)


def test_figures_for_another_period_become_blanks(draft: Drafting) -> None:
    """A target of 2023下半年 is none of 2025."""
    text = text_of(draft("溪口县", period="2025年"))
    assert "完成食品抽检××批次" in text
    assert "500" not in text


def test_a_number_of_paragraphs_is_kept_or_said_to_be_too_many(draft: Drafting) -> None:
    """The opening does not count."""
    assert len(draft("溪口县", length="2").paragraphs) == 3
    many = draft("溪口县", length="15")
    assert any("少于要求的15段" in finding for finding in many.findings)


@pytest.mark.parametrize(
    ("request_", "error", "told"),
    [
        (PlanRequest(), BureauUnclear, "溪口县市场监管局"),
        (PlanRequest("市场监管局"), BureauAmbiguous, "“市场监管局”不止一个"),
        (PlanRequest("天目县"), BureauUnknown, "没有“天目县”的报告"),
        (PlanRequest("溪口县", "航天"), TopicUnclear, "食品安全"),
        (PlanRequest("溪口县", "", "明天"), PeriodUnclear, "明天"),
        (PlanRequest("溪口县", "", "", "很长"), LengthUnclear, "很长"),
        (PlanRequest("溪口县", "计量"), NothingToPlan, "食品安全"),
    ],
)
def test_what_cannot_be_drafted_is_told_with_what_can(
    library: Library, request_: PlanRequest, error: type[AssistantError], told: str
) -> None:
    """One Chinese sentence that names the choices."""
    with pytest.raises(error, match=told):
        draft_plan(library, request_)


def test_the_record_keeps_the_contract(draft: Drafting) -> None:
    """Paragraph numbers are those of the citations; origins go with the sentences."""
    record = draft_record(draft("溪口县", "食品安全"))
    assert {"title", "paragraphs", "citations", "struck", "writer", "prompt", "seconds"} <= (
        record.keys()
    )
    known = {citation["n"] for citation in record["citations"]}
    assert all(p["citations"] and set(p["citations"]) <= known for p in record["paragraphs"])
    assert record["paragraphs"][0]["sentences"][0]["origin"] == "basis"


def test_people_see_text_marks_sources_and_findings(draft: Drafting) -> None:
    """Each source with its origin and its quote."""
    lines = "\n".join(draft_lines(draft("溪口县", "食品安全")))
    assert "[1]" in lines
    assert "存在问题　溪口县市场监管局" in lines
    assert "“下半年完成食品抽检500批次。”" in lines
    assert "提示：" in lines
