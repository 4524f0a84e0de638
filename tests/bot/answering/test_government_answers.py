"""Questions about governments' reports are answered by the year that a figure tells of."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.answers import Answer, AnswerStatus
from bot.assistant.assistant import Assistant
from tests.bot.sample_answers import faults_of, figures_of
from tests.conftest import loaded_library

REVIEW = "一、{before}年工作回顾\n全年修建公路{done}公里，植树{trees}公顷。\n"
PLAN = "二、{year}年工作安排\n今年修建公路{planned}公里。用电量增长6%－6.5%。\n"
SPEECH = "各位代表：\n现在，我代表{place}人民政府向大会报告工作，请予审议。\n"
FIVE_YEARS = (
    "过去五年工作回顾\n2018年，全镇生产总值12亿元。修建水渠3公里，五年累计修建水渠21公里。\n"
    "二、今后五年的目标任务\n到2023年生产总值达到20亿元。\n"
)


def report(place: str, year: int, done: int, planned: int) -> str:
    fields = {"before": year - 1, "year": year, "done": done, "planned": planned, "trees": 7}
    return f"{SPEECH.format(place=place)}{REVIEW.format(**fields)}{PLAN.format(**fields)}"


def province(name: str, grain: int) -> str:
    done = f"一、2020年工作回顾\n全省粮食产量{grain}亿斤，同比增长4%。\n"
    planned = f"二、2021年工作安排\n今年粮食产量达到{grain + 10}亿斤以上。\n"
    return f"{SPEECH.format(place=name)}{done}{planned}"


REPORTS = {
    "a.txt": report("青岚县", 2020, 31, 42),
    "b.txt": report("青岚县", 2021, 43, 54),
    "c.txt": report("苇塘县", 2021, 65, 76),
    "d.txt": f"{SPEECH.format(place='石桥镇')}一、{FIVE_YEARS}",
    "e.txt": province("沧澜省", 61),
    "f.txt": province("云泽省", 83),
    "g.txt": province("碧江省", 83),
}
Ask = Callable[[str], Answer]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    folder = tmp_path_factory.mktemp("governments")
    for name, text in REPORTS.items():
        folder.joinpath(name).write_text(text, encoding="utf-8")
    with closing(loaded_library(folder / "data", folder)) as library:

        def asked(question: str) -> Answer:
            answer = Assistant(library).ask(question, this_year=2022)
            assert faults_of(answer) == []
            return answer

        yield asked


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("青岚县2019年修建公路多少公里", ["31公里（写的是2019年的）"]),
        ("苇塘县2020年修建公路多少公里", ["65公里（写的是2020年的）"]),
        ("苇塘县2021年准备修建公路多少公里", ["76公里"]),
        ("苇塘县2021年修建公路目标定的多少公里", ["76公里"]),
        ("苇塘县2021年安排修建公路多少公里", ["76公里"]),
        ("苇塘县2021年预计修建公路多少公里", ["76公里"]),
        ("苇塘县2020年和2021年修建公路分别多少公里", ["65公里（写的是2020年的）", "76公里"]),
        (
            "青岚县和苇塘县2020年植树多少公顷",
            ["7公顷（写的是2020年的）", "7公顷（写的是2020年的）"],
        ),
        (
            "石桥镇2014到2018年累计修建水渠多少公里",
            ["21公里（写的是2014—2018年的）"],
        ),
        ("石桥镇2018年修建水渠多少公里", ["3公里（写的是2018年的）"]),
        ("苇塘县2021年政府工作报告里修建公路多少公里", ["65公里（写的是2020年的）"]),
        ("苇塘县2021年政府工作报告里上一年修建公路多少公里", ["65公里（写的是2020年的）"]),
        ("沧澜省2020年粮食产量", ["61亿斤（写的是2020年的）"]),
        ("沧澜省2021年粮食产量目标", ["71亿斤以上"]),
        ("沧澜省2020年粮食产量和增速报一下", ["61亿斤、4%（写的是2020年的）"]),
        ("沧澜省2020年粮食产量多少、同比涨了多少", ["61亿斤、4%（写的是2020年的）"]),
        (
            "苇塘县去年修建公路多少公里，2021年打算修建多少",
            ["65公里（写的是2020年的）", "76公里"],
        ),
        (
            "苇塘县公路，2020年修建多少公里、2021年要修建多少",
            ["65公里（写的是2020年的）", "76公里"],
        ),
        ("苇塘县2021年植树多少公顷", []),
        (
            "沧澜省和云泽省2020年粮食产量谁大",
            ["83亿斤（写的是2020年的）", "61亿斤（写的是2020年的）"],
        ),
        ("苇塘县2020年来了多少游客", []),
        ("石桥镇2016年修建水渠多少公里", []),
        ("苇塘县2022年修建公路多少公里", []),
        ("苇塘县2021年打算植树多少公顷", []),  # only what was done before is told
    ],
)
def test_the_year_asked_for_is_the_one_told_of(ask: Ask, question: str, figures: list[str]) -> None:
    assert figures_of(ask(question)) == figures


@pytest.mark.parametrize(
    "question",
    [
        "苇塘县2021年打算用电量增长多少",
        "苇塘县2021年打算用电量增长几个点",
        "青岚县跟苇塘县2021年打算用电量哪个增得快",
    ],
)
def test_a_range_is_told_with_both_its_ends(ask: Ask, question: str) -> None:
    assert "苇塘县人民政府2021年：用电量增长6%－6.5%[" in ask(question).text


def test_what_was_done_in_a_year_is_told_by_the_review_of_the_next_report(ask: Ask) -> None:
    answer = ask("苇塘县2020年在公路上做了哪些工作")
    assert "65公里" in answer.text
    assert ask("苇塘县2019年在公路上做了哪些工作").status is AnswerStatus.NO_SUCH_REPORT


def test_a_year_is_told_by_its_own_plan_and_by_the_results_of_the_next_report(ask: Ask) -> None:
    planned, done = ask("青岚县2020年修建公路多少公里").text.split("\n")
    assert planned.startswith("（打算，不是已完成的）青岚县人民政府2020年：修建公路42公里")
    assert done.startswith("青岚县人民政府2021年：修建公路43公里")


def test_which_year_a_figure_tells_of_is_said_where_none_was_asked_for(ask: Ask) -> None:
    assert "65公里（写的是2020年的）" in ask("苇塘县修建公路多少公里").text


def test_where_the_report_that_tells_of_a_year_has_no_answer_it_is_named(ask: Ask) -> None:
    answer = ask("苇塘县2020年修建桥梁多少座")
    assert answer.status is AnswerStatus.NOT_FOUND
    assert "苇塘县人民政府2021年" in answer.text


def test_provinces_alone_are_ranked_and_those_alike_stand_together(ask: Ask) -> None:
    answer = ask("哪个省2020年粮食产量最高")
    order = answer.text.split("推算：")[1]
    first, last = order.split("＞")
    assert all(part in first for part in ("云泽省", "＝", "碧江省"))
    assert last.startswith("沧澜省")
    assert not any(place in answer.text for place in ("青岚县", "苇塘县"))


def test_a_later_report_tells_of_a_year_where_none_of_it_does(tmp_path: Path) -> None:
    texts = {
        "雾溪县2022年总结.txt": "雾溪县市场监管局2022年工作总结\n一、主要工作\n立案132件。\n",
        "麓原区2023年总结.txt": "麓原区市场监管局2023年工作总结\n一、主要工作\n"
        "2022年度企业年报率93.1%。立案98件，上年同期立案77件。\n",
    }
    for name, text in texts.items():
        tmp_path.joinpath(name).write_text(text, encoding="utf-8")
    with closing(loaded_library(tmp_path / "data", tmp_path)) as library:
        assistant = Assistant(library)
        rate = assistant.ask("2022年企业年报率多少", this_year=2023)
        assert figures_of(rate) == ["93.1%（写的是2022年的）"]
        assert figures_of(assistant.ask("2022年立案多少件", this_year=2023)) == ["132件"]


def test_a_goal_is_set_beside_what_was_done_in_the_year_before(ask: Ask) -> None:
    answer = ask("青岚县2021年修建公路目标比去年实际多多少公里")
    assert [d.formula for d in answer.derived] == ["54－43＝11公里"]


def test_a_narrower_thing_is_not_all_there_is(tmp_path: Path) -> None:
    speech = SPEECH.format(place="青岚县")
    told = "一、2020年工作回顾\n涉旅经营主体320户。\n二、2021年工作安排\n修建公路3公里。\n"
    (tmp_path / "a.txt").write_text(f"{speech}{told}", encoding="utf-8")
    with closing(loaded_library(tmp_path / "data", tmp_path)) as library:
        answer = Assistant(library).ask("青岚县全县经营主体一共多少户", this_year=2021)
    assert answer.status is AnswerStatus.NOT_FOUND
