"""A draft's figures: against its bureau's reports, and told twice."""

import pytest

from tests.bot.proofreading.conftest import Checked, shown, words_of


def test_a_figure_that_the_report_of_the_period_gives_otherwise_is_certain(check: Checked) -> None:
    result = check("完成食品监督抽检702批次。受理投诉举报1,003件。")
    (finding,) = result.findings
    assert (words_of(result, finding), finding.right, finding.certain) == (
        "702批次",
        "720批次",
        True,
    )
    assert finding.quote
    assert finding.quote.text == "完成食品监督抽检720批次，不合格18批次，合格率97.5%。"
    assert (result.compared.equal, result.compared.different) == (1, 1)


def test_a_figure_of_nearly_the_same_name_is_a_hint(check: Checked) -> None:
    result = check("受理各类投诉举报1,030件。")
    assert shown(result) == ["?1,030件"]
    assert result.findings[0].quote


def test_a_figure_that_no_report_gives_is_only_counted(check: Checked) -> None:
    result = check("发展放心消费承诺单位35家。")
    assert not result.findings
    assert result.compared.missing == 1


def test_a_figure_of_last_year_is_held_against_last_years_report(check: Checked) -> None:
    result = check("完成食品监督抽检720批次。2022年完成食品监督抽检660批次。")
    assert shown(result, "stored") == ["!660批次"]


@pytest.mark.parametrize("words", ["受理投诉举报1,000余件。", "受理投诉举报0.1万件。"])
def test_a_coarser_figure_is_no_other(check: Checked, words: str) -> None:
    assert not check(words).findings


def test_another_bureaus_report_is_not_compared(check: Checked) -> None:
    result = check("完成食品监督抽检720批次。", bureau="白河县市场监管局")
    assert not result.findings
    assert not result.compared.equal + result.compared.different


def test_an_indicator_told_twice_with_two_values_is_found_at_the_second(check: Checked) -> None:
    text = "全年食品监督抽检720批次。\n检查学校食堂12家。\n食品监督抽检710批次，严格处置。"
    assert shown(check(text, period="2021年"), "twice") == ["!710批次"]


def test_counts_of_two_campaigns_are_no_contradiction(check: Checked) -> None:
    text = "开展节前检查，检查经营主体98家。\n开展夏季检查，检查经营主体46家。"
    assert not check(text).findings


def test_a_leap_against_the_year_before_is_a_hint(check: Checked) -> None:
    result = check("完成食品监督抽检7,200批次。", period="2024年")
    assert shown(result) == ["?7,200批次"]
    assert "2023年" in result.findings[0].why
