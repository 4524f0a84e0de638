"""Questions about figures in tables of Word files: by period, by goal and result, by total."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.answers import Answer, AnswerStatus
from bot.assistant.assistant import Assistant
from tests.bot.sample_answers import faults_of, figures_of
from tests.conftest import loaded_library
from tests.knowledge.word_tables import word_report

YEARS = word_report(
    ["指标", "2022年", "2023年", "增减"],
    ["立案数（件）", "125", "153", "22.4%"],
    ["罚没款（万元）", "68.5", "80.2", "17.1%"],
    ["投诉办结率", "98.7%", "99.6%", "0.9个百分点"],
)
GOALS = word_report(
    ["项目", "2022年", "", "2023年", ""],
    ["", "计划", "完成", "计划", "完成"],
    ["食品抽检（批次）", "1000", "1010", "1240", "1263"],
    ["药品抽检（批次）", "300", "310", "320", "333"],
    ["合计", "1300", "1320", "1560", "1596"],
    merged=[((0, 1), (0, 2)), ((0, 3), (0, 4))],
)
OFFICES = word_report(
    ["监管所", "检查（家次）", "", "罚没款（万元）", ""],
    ["", "上年同期", "1—6月", "上年同期", "1—6月"],
    ["东关所", "420", "486", "8.4", "12.6"],
    ["西湾所", "318", "377", "6.1", "7.9"],
    ["合计", "738", "863", "14.5", "20.5"],
    merged=[((0, 0), (1, 0)), ((0, 1), (0, 2)), ((0, 3), (0, 4))],
    title="平岗县市场监督管理局2023年上半年工作总结",
)
SUMS = word_report(
    ["指标", "上年", "本年"],
    ["罚没收入", "182.6", "203.4"],
    ["挽回消费者损失", "66.2", "71.5"],
    above=["单位：万元"],
)
UNITS = word_report(
    ["指标", "计量单位", "2022年", "2023年"],
    ["餐具抽检（含小作坊）", "批次", "212", "247"],
    ["追回货款", "万元", "7.4", "9.8"],
    ["餐具抽检合格率", "%", "93.2", "95.6"],
)
AGES = word_report(
    ["年龄", "人数（人）"],
    ["35岁以下", "21"],
    ["36至45岁", "30"],
    ["46至55岁", "32"],
    ["56岁以上", "12"],
)
Ask = Callable[[bytes, str], Answer]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    def asked(file: bytes, question: str) -> Answer:
        path = tmp_path / "report.docx"
        path.write_bytes(file)
        with closing(loaded_library(tmp_path / "data", path)) as library:
            answer = Assistant(library).ask(question, this_year=2023)
        assert faults_of(answer) == []
        return answer

    return asked


@pytest.mark.parametrize(
    ("file", "question", "figure"),
    [
        (YEARS, "2023年立案多少件？", "153件"),
        (YEARS, "立案多少件？", "153件"),
        (YEARS, "2022年立案多少件？", "125件（写的是2022年的）"),
        (YEARS, "去年罚没款多少万元？", "68.5万元（写的是2022年的）"),
        (YEARS, "投诉办结率是多少？", "99.6%"),
        (YEARS, "2022年投诉办结率是多少？", "98.7%（写的是2022年的）"),
        (OFFICES, "罚没款多少？", "20.5万元"),
        (OFFICES, "西湾所上年同期罚没款多少？", "6.1万元（写的是2022年上半年的）"),
        (OFFICES, "2022年上半年检查多少家次？", "738家次（写的是2022年上半年的）"),
        (SUMS, "上年挽回消费者损失多少？", "66.2万元（写的是2022年的）"),
        (UNITS, "餐具抽检多少批次？", "247批次"),
        (UNITS, "2022年追回货款多少？", "7.4万元（写的是2022年的）"),
        (UNITS, "餐具抽检合格率多少？", "95.6%"),
    ],
)
def test_the_column_of_the_period_asked_for_answers(
    ask: Ask, file: bytes, question: str, figure: str
) -> None:
    assert figures_of(ask(file, question)) == [figure]


def test_a_bracket_that_is_opened_is_closed(ask: Ask) -> None:
    assert "餐具抽检(含小作坊)247批次[1]" in ask(UNITS, "餐具抽检多少批次？").text


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("2023年食品抽检完成多少批次？", "1263批次"),
        ("2022年食品抽检完成多少批次？", "1010批次（写的是2022年的）"),
        ("2023年药品抽检计划多少批次？", "320批次"),
        ("2022年药品抽检计划多少批次？", "300批次"),
        ("药品抽检了多少批次？", "333批次"),
        ("2023年药品抽检目标多少批次？", "320批次"),
    ],
)
def test_goal_and_result_are_told_apart(ask: Ask, question: str, figure: str) -> None:
    assert figures_of(ask(GOALS, question)) == [figure]


@pytest.mark.parametrize(
    ("file", "question", "figure"),
    [
        (OFFICES, "上半年共检查多少家次？", "863家次"),
        (OFFICES, "检查多少家次？", "863家次"),
        (OFFICES, "东关所检查多少家次？", "486家次"),
        (GOALS, "2023年抽检合计完成多少批次？", "1596批次"),
    ],
)
def test_the_total_answers_where_no_part_is_asked_for(
    ask: Ask, file: bytes, question: str, figure: str
) -> None:
    assert figures_of(ask(file, question)) == [figure]


def test_rest_and_subtotal_are_not_all_that_there_is(ask: Ask) -> None:
    rows = ["领域", "立案（件）"], ["食品", "84"], ["小计", "84"], ["其他", "40"], ["合计", "124"]
    file = word_report(*rows)
    assert figures_of(ask(file, "一共立案多少件？")) == ["124件"]


def test_a_month_is_answered_by_its_own_row(ask: Ask) -> None:
    rows = ["月份", "新登记（户）"], ["2023年4月", "87"], ["2023年5月", "96"], ["1—5月合计", "412"]
    file = word_report(*rows)
    assert figures_of(ask(file, "2023年5月新登记多少户？")) == ["96户"]
    assert figures_of(ask(file, "2023年3月新登记多少户？")) == []


def test_the_title_says_what_a_list_is_about(ask: Ask) -> None:
    rows = ["办案机构", "立案（件）"], ["东关所", "31"], ["合计", "57"]
    file = word_report(*rows, title="平岗县市场监督管理局2023年行政处罚案件统计表")
    assert figures_of(ask(file, "行政处罚一共立案多少件？")) == ["57件"]


def test_a_report_without_figures_is_no_hindrance(tmp_path: Path) -> None:
    silent, telling = tmp_path / "silent.txt", tmp_path / "telling.docx"
    silent.write_text("云溪县市场监管局2023年工作总结\n一、工作\n扎实推进。\n", "utf-8")
    telling.write_bytes(YEARS)
    with closing(loaded_library(tmp_path / "data", silent, telling)) as library:
        answer = Assistant(library).ask("2023年哪个局立案多？", this_year=2023)
    assert "2023年：153" in answer.text


def test_what_is_planned_for_another_year_is_of_that_year(ask: Ask) -> None:
    rows = ["指标", "2023年目标", "2023年完成", "2024年目标"], ["抽检（批次）", "15", "16", "17"]
    file = word_report(*rows)
    assert figures_of(ask(file, "2024年抽检目标多少批次？")) == ["17批次"]
    assert figures_of(ask(file, "2023年抽检目标多少批次？")) == ["15批次"]
    assert figures_of(ask(file, "抽检多少批次？")) == ["16批次"]


def test_a_figure_of_another_year_than_the_reports_is_said_to_be(ask: Ask) -> None:
    answer = ask(YEARS, "2022年立案多少件？")
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.text.startswith("库里没有“2022年”的报告，下面是别的报告里写到的。")


def test_the_quote_of_a_cell_has_its_row_its_head_and_its_unit(ask: Ask) -> None:
    (citation,) = ask(SUMS, "罚没收入多少？").citations
    assert citation.quote.text == "指标：罚没收入，上年（万元）：182.6，本年（万元）：203.4"


@pytest.mark.parametrize(
    "question", ["2021年立案多少件？", "2022年注销多少户？", "2022年有哪些亮点？"]
)
def test_what_no_figure_tells_of_a_period_is_no_answer(ask: Ask, question: str) -> None:
    answer = ask(YEARS, question)
    assert answer.status is AnswerStatus.NO_SUCH_REPORT
    assert not answer.citations


@pytest.mark.parametrize(
    ("question", "figure"),
    [("36至45岁的人数", "30人"), ("36到45岁有多少人", "30人"), ("56岁以上几人", "12人")],
)
def test_a_row_of_a_range_answers_that_range(ask: Ask, question: str, figure: str) -> None:
    assert figure in ask(AGES, question).text


def test_a_row_of_another_range_answers_nothing(ask: Ask) -> None:
    assert ask(AGES, "46岁以上的有几人").status is AnswerStatus.NOT_FOUND


def test_amounts_of_a_table_are_worked_with_in_its_unit(ask: Ask) -> None:
    text = ask(OFFICES, "东关所比西湾所多罚多少钱").text
    assert "12.6－7.9＝4.7万元" in text
    assert "12.6÷20.5≈61.5%" in ask(OFFICES, "东关所罚没款占全县的百分之几").text
