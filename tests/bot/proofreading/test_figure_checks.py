"""A draft's figures: against its bureau's reports, and told twice."""

from contextlib import closing
from pathlib import Path

import pytest

from bot.display import check_foot
from bot.proofreading.proofreading import check_draft
from bot.proofreading.reading import CheckRequest
from tests.bot.proofreading.conftest import Checked, shown, words_of
from tests.conftest import loaded_library


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


def test_a_figure_of_the_same_indicator_in_other_words_is_certain(check: Checked) -> None:
    result = check("受理各类投诉举报1,030件。")
    assert shown(result) == ["!1,030件"]
    assert result.findings[0].quote


@pytest.mark.parametrize(
    ("rate", "found"),
    [
        ("97.6%", ["!97.6%"]),
        ("97.4%", ["!97.4%"]),
        ("97.5%", []),
        ("97.50%", []),
    ],
)
def test_a_rate_that_is_off_by_its_last_digit_is_found(
    check: Checked, rate: str, found: list[str]
) -> None:
    assert shown(check(f"完成食品监督抽检720批次，合格率{rate}。"), "stored") == found


def test_a_draft_of_a_bureau_without_a_place_is_held_against_the_one_named_so(
    tmp_path: Path,
) -> None:
    report = "区市场监管局2023年工作总结\n一、主要工作\n检查特种设备821台。\n"
    draft = report.replace("821", "812")
    tmp_path.joinpath("report.txt").write_text(report, encoding="utf-8")
    with closing(loaded_library(tmp_path / "data", tmp_path)) as library:
        (finding,) = check_draft(library, CheckRequest("draft.txt", draft.encode())).findings
        assert finding.right == "821台"


def test_a_draft_whose_bureau_is_masked_in_the_store_is_found_by_its_figures(
    tmp_path: Path,
) -> None:
    report = (
        "**县市场监管局2023年工作总结\n一、主要工作\n2022年年报率91%。"
        "检查特种设备821台，立案112件，罚没款75.4万元。受理投诉举报1,003件。\n"
    )
    draft = report.replace("**县", "县").replace("821", "812")
    tmp_path.joinpath("report.txt").write_text(report, encoding="utf-8")
    with closing(loaded_library(tmp_path / "data", tmp_path)) as library:

        def found(draft: str, bureau: str = "") -> list[str]:
            request = CheckRequest("draft.txt", draft.encode(), bureau)
            return shown(check_draft(library, request), "stored")

        assert found(draft) == ["!812台"]
        assert found(draft, "柳溪县市场监管局") == []
        assert found(draft.replace("县市场", "柳溪县市场")) == []
        assert found(draft.replace("112", "30").replace("1,003", "90").replace("75.4", "8")) == []


def test_a_figure_that_no_report_gives_is_only_counted(check: Checked) -> None:
    result = check("发展放心消费承诺单位35家。")
    assert not result.findings
    assert result.compared.missing == 1


def test_a_figure_of_last_year_is_held_against_last_years_report(check: Checked) -> None:
    result = check("完成食品监督抽检720批次。2022年完成食品监督抽检660批次。")
    assert shown(result, "stored") == ["!660批次"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("立案120件，比2022年的89件增加31件。", "89件"),
        ("食品监督抽检702批次，较2022年的604批次有所增加。", "604批次"),
    ],
)
def test_what_is_compared_with_is_held_against_its_own_report(
    check: Checked, text: str, words: str
) -> None:
    assert shown(check(text), "stored")[1:] == [f"!{words}"]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("同比增长12.5%", []),
        ("同比增长21.5%", ["?增长21.5%"]),
        ("比上年增加80批次", []),
        ("比上年增加180批次", ["?增加180批次"]),
        ("比2022年减少80批次", ["?减少80批次"]),
    ],
)
def test_a_change_is_held_against_what_the_report_before_tells(
    check: Checked, change: str, found: list[str]
) -> None:
    assert shown(check(f"完成食品监督抽检720批次，{change}。"), "sums") == found


def test_a_plan_may_tell_what_an_earlier_year_brought(check: Checked) -> None:
    text = "柳溪县市场监管局2025年工作计划\n2023年立案112件，罚没款{}万元。\n2025年立案120件以上。"
    assert not check(text.format("75.4"), period="2025年").findings
    assert shown(check(text.format("74.5"), period="2025年")) == ["!74.5万元"]


def test_a_part_of_the_year_is_not_held_against_the_year(check: Checked) -> None:
    text = "完成食品监督抽检720批次。其中上半年完成食品监督抽检350批次、下半年370批次。"
    assert not check(text).findings


def test_a_goal_is_no_result(check: Checked) -> None:
    text = "完成食品监督抽检720批次，完成全年任务（800批次）的九成。"
    assert not check(text).findings


@pytest.mark.parametrize("words", ["受理投诉举报1,000余件。", "受理投诉举报0.1万件。"])
def test_a_coarser_figure_is_no_other(check: Checked, words: str) -> None:
    assert not check(words).findings


def test_another_bureaus_report_is_not_compared(check: Checked) -> None:
    result = check("完成食品监督抽检720批次。", bureau="白河县市场监管局")
    assert not result.findings
    assert not result.compared.equal + result.compared.different
    assert "库里没有" in check_foot(result)


def test_a_report_that_is_held_is_not_said_to_be_missing(check: Checked) -> None:
    result = check("今年栽了31棵树。")
    assert not result.compared.equal + result.compared.different
    assert check_foot(result).startswith("库里有柳溪县市场监管局2023年的报告")


def test_what_the_ledger_counts_as_one_is_paired_though_named_shorter(check: Checked) -> None:
    assert shown(check("食品抽检合格率99.9%。")) == ["?99.9%"]
    assert not check("食品抽检合格率97.5%。").findings


def test_an_indicator_told_twice_with_two_values_is_found_at_the_second(check: Checked) -> None:
    text = "全年食品监督抽检720批次。\n检查学校食堂12家。\n食品监督抽检710批次，严格处置。"
    assert shown(check(text, period="2021年"), "twice") == ["!710批次"]


def test_cases_of_the_whole_bureau_told_twice_are_a_hint(check: Checked) -> None:
    text = "一、执法办案\n全年立案112件。\n二、存在问题\n全年立案121件中，简易案件占六成。"
    assert shown(check(text, period="2021年"), "twice") == ["?121件"]


def test_counts_of_two_campaigns_are_no_contradiction(check: Checked) -> None:
    text = "开展节前检查，检查经营主体98家。\n开展夏季检查，检查经营主体46家。"
    assert not check(text).findings


def test_a_leap_against_the_year_before_is_a_hint(check: Checked) -> None:
    result = check("完成食品监督抽检7,200批次。", period="2024年")
    assert shown(result) == ["?7,200批次"]
    assert "2023年" in result.findings[0].why


def test_a_count_after_a_campaign_is_not_the_bureaus(check: Checked) -> None:
    result = check("检查药店30家、诊所20家，两类单位共50家，立案9件。\n全年立案112件。")
    assert not result.findings


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("挽回损失71.2万元。", "截至12月底，为消费者挽回经济损失77.2万元。"),
        ("受理投诉举报900件，其中投诉700件。", "全年受理投诉770件。"),
    ],
)
def test_an_indicator_in_other_words_or_as_a_part_told_twice_is_a_hint(
    check: Checked, first: str, second: str
) -> None:
    text = f"{first}\n检查学校食堂12家。\n{second}"
    assert len(shown(check(text, period="2021年"), "twice")) == 1


def test_things_of_one_name_under_one_heading_are_held_once(check: Checked) -> None:
    text = "一、宣传\n举办用药讲座12场。\n发放资料。\n举办用药讲座15场，听众踊跃。"
    assert shown(check(text), "twice") == ["?15场"]
    apart = "一、宣传\n举办用药讲座12场。\n二、培训\n举办用药讲座15场，听众踊跃。"
    assert not shown(check(apart), "twice")


def test_the_figures_tell_the_period_of_a_draft_that_names_an_older_one(
    tmp_path: Path,
) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    figures = "检查药店120家。检查诊所85家。检查超市64家。培训经营者310人。罚没款75.4万元。"
    text = f"柳溪县市场监管局2023年工作总结\n一、主要工作\n{figures}立案112件。"
    (reports / "柳溪县2023年.txt").write_text(text, encoding="utf-8")
    library = loaded_library(tmp_path / "data", reports)
    draft = f"柳溪县市场监管局汇报材料\n现将2022年工作情况汇报如下。\n{figures}立案121件。"
    result = check_draft(library, CheckRequest("稿子.txt", draft.encode()))
    assert str(result.draft.period) == "2023年"
    assert shown(result) == ["!2022年", "!121件"]
    library.close()


def test_what_stock_and_growth_the_reports_told_a_draft_is_held_against(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    text = "柳溪县市场监管局2022年工作总结\n一、主要工作\n全县在用电梯1,218台，同比增长6.2%。"
    (reports / "柳溪县2022年.txt").write_text(text, encoding="utf-8")
    library = loaded_library(tmp_path / "data", reports)
    draft = "全县在用电梯12,180台。".encode()
    request = CheckRequest("稿子.txt", draft, "柳溪县市场监管局", "2023年上半年")
    assert shown(check_draft(library, request), "jump") == ["?12,180台"]
    for told, found in (("6.2%", []), ("2.6%", ["!2.6%"])):
        draft = f"全县在用电梯1,218台，同比增长{told}。".encode()
        request = CheckRequest("稿子.txt", draft, "柳溪县市场监管局", "2022年")
        assert shown(check_draft(library, request), "stored") == found
    library.close()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一、主要工作\n立案132件。\n二、存在问题\n全年123件案件中食品类居多。", ["?123件"]),
        (
            "一、主要工作\n办理专利质押融资7笔。\n二、存在问题\n专利质押融资少，全年仅9笔。",
            ["?9笔"],
        ),
        ("一、主要工作\n走访企业132家。\n二、打算\n培训诊所123家。", []),
    ],
)
def test_what_stands_elsewhere_with_two_digits_swapped_is_a_hint(
    check: Checked, text: str, found: list[str]
) -> None:
    assert shown(check(text, period="2021年"), "twice") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("完成食品监督抽检750批次，比上年的702批次增加48批次。", ["702批次"]),
        ("2024年立案150件。去年抽检食品720批次，合格率为95.7%。", ["95.7%"]),
        ("2024年立案150件，上年为112件。", []),
    ],
)
def test_what_a_comparison_goes_by_is_held_against_the_report_of_that_year(
    check: Checked, text: str, found: list[str]
) -> None:
    result = check(text, period="2024年")
    assert [words_of(result, f) for f in result.findings if f.kind == "stored"] == found


def test_a_figure_of_another_year_than_is_named_is_a_hint(check: Checked) -> None:
    result = check("罚没款90万元，比2021年的75.4万元增加14.6万元。", period="2024年")
    assert shown(result, "period") == ["?75.4万元"]


def test_each_target_of_a_plan_may_name_what_it_builds_on(check: Checked) -> None:
    text = "受理投诉举报不少于××件（2022年为912件），食品抽检不少于××批次（2022年为640批次）。"
    title = "柳溪县市场监管局2024年工作打算\n"
    assert not shown(check(title + text, period="2024年"), "period")


def test_a_draft_on_one_line_of_work_counts_for_that_alone(check: Checked) -> None:
    text = "柳溪县市场监管局2023年特种设备安全工作汇报\n一、主要工作\n立案4件。"
    assert not check(text, period="2023年").findings
    assert shown(check(text.replace("特种设备安全", ""), period="2023年"))


def test_what_tasks_were_carried_out_is_a_result(check: Checked) -> None:
    assert check("完成抽查任务61个。").compared.missing == 1


def test_ten_times_a_rough_amount_is_another(check: Checked) -> None:
    assert shown(check("受理投诉举报10,000余件。"), "stored") == ["?10,000余件"]
