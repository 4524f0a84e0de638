"""A whole draft: read, checked, arranged."""

import pytest

from bot.display import check_lines
from bot.errors import CheckPeriodUnclear
from bot.proofreading.findings import ProofFinding, ProofKind
from bot.proofreading.proofreading import arrange, check_draft
from bot.proofreading.reading import CheckRequest
from knowledge.library import Library
from tests.bot.proofreading.conftest import HOME, REPORTS, Checked, shown

DRAFT = """柳溪县市场监管局2023年工作总结

2022年，柳溪县市场监管局扎实推进各项工作。

一、主要工作
（一）食品安全
完成食品监督抽检702批次，不合格18批次。
（三）执法办案
立案112件，罚没款××万元,受理投诉举报1,003件。
苍山县群众满意。

二、2023年工作打算
已完成食品抽检120批次。
"""


def test_a_draft_tells_whose_it_is_and_each_kind_is_found(check: Checked) -> None:
    result = check(DRAFT, bureau="", period="")
    assert (result.draft.bureau, str(result.draft.period)) == (HOME, "2023年")
    assert shown(result) == [
        "!2022年", "!702批次", "!（三）", "!××", "!,", "!苍山县", "!2023年", "!已完成", "?120批次",
    ]  # fmt: skip


def test_a_finding_has_its_headings_and_its_sentence(check: Checked) -> None:
    draft = check(DRAFT).draft
    place = draft.text.index("702批次")
    assert draft.path_at(place) == ("一、主要工作", "（一）食品安全")
    assert draft.text[slice(*draft.sentence_at(place))].startswith("完成食品监督抽检702批次")


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_is_invented_to_fill_a_report(check: Checked, name: str) -> None:
    assert not check(REPORTS[name], bureau="", period="").findings


def test_the_sources_behind_a_plan_are_no_words_of_its_writer(check: Checked) -> None:
    plan = "柳溪县市场监管局2024年工作打算\n\n（一）食品安全。继续抽检食品[1]。\n"
    sources = "引用来源\n[1] 柳溪县市场监管局2023年\n三是完成食品监督抽检702批次,不合格18批次\n"
    assert shown(check(plan + sources, period=""), "punctuation") == []
    assert shown(check(plan + sources.replace("[1] ", ""), period=""), "punctuation") != []


def test_nothing_is_stored(check: Checked, proof_library: Library) -> None:
    before = [entry.id for entry in proof_library.all_reports()]
    check(DRAFT)
    assert [entry.id for entry in proof_library.all_reports()] == before


def test_without_a_library_a_draft_is_checked_against_itself() -> None:
    result = check_draft(None, CheckRequest("稿子.txt", DRAFT.encode()))
    assert "!2022年" in shown(result)
    assert not shown(result, "stored")


def test_a_bureau_may_be_named_as_people_do(check: Checked) -> None:
    assert check("检查药店3家。", bureau="柳溪县局").draft.bureau == HOME


@pytest.mark.parametrize("bureau", ["县市场监管局", "**县市场监管局"])
def test_a_bureau_that_may_be_anybodys_is_compared_with_none(check: Checked, bureau: str) -> None:
    assert not check("完成食品监督抽检702批次。", bureau=bureau).findings


def test_a_bureau_that_may_be_either_of_two_is_told_with_their_names(check: Checked) -> None:
    result = check("完成食品监督抽检702批次。", bureau="县局")
    assert not shown(result, "stored")
    told = check_lines(result)[-1]
    assert all(name in told for name in ("“县局”", HOME, "苍山县市场监管局"))


def test_what_a_reason_begins_with_is_not_told_twice(check: Checked) -> None:
    assert not any("”“" in line for line in check_lines(check("我区群众满意。")))


def test_no_figures_are_not_counted(check: Checked) -> None:
    assert check_lines(check("完成食品监督抽检720批次。"))[-1].endswith("核对了1个数：一致1个。")


def test_words_that_are_no_period_are_refused() -> None:
    with pytest.raises(CheckPeriodUnclear):
        check_draft(None, CheckRequest("稿子.txt", DRAFT.encode(), period="那一年"))


def test_of_two_findings_at_one_place_the_certain_one_stays() -> None:
    hint = ProofFinding(ProofKind.NAME, 3, 7, "")
    certain = ProofFinding(ProofKind.REPEATED, 3, 7, "", certain=True)
    elsewhere = ProofFinding(ProofKind.NAME, 1, 2, "")
    assert arrange([hint, certain, elsewhere]) == (elsewhere, certain)
