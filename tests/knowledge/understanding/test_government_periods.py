"""What year each part of a government's report tells of, and whose it is where no title says so."""

import pytest

from knowledge.models import StatementKind
from knowledge.understanding.pipeline import understand
from tests.knowledge.understanding.test_identity import told

SPEECH = "各位代表：\n现在，我代表县人民政府向大会报告工作，请予审议。\n"
HEAD = f"青岚县2021年政府工作报告\n{SPEECH}"
DONE = "新建公路12公里。\n"
PLANNED = "新建公路15公里。\n"


def periods(text: str) -> list[tuple[str, str, bool]]:
    """Each figure with the period that it tells of, and whether it is planned."""
    read = understand(text, file="报告.txt", sha256="")
    return [(s.figure.text, str(s.period), s.role is StatementKind.PLAN) for s in read.statements]


@pytest.mark.parametrize(
    ("review", "plan"),
    [
        ("一、2020年工作回顾", "二、2021年工作安排"),
        ("一、过去一年工作回顾", "二、2021年工作总体要求和主要目标"),
        ("一、过去一年的工作", "二、今年的重点任务"),
        ("一、奋勇前行的一年", "二、2021年主要任务"),
        ("一、2020年和“十三五”时期工作回顾", "二、2021年重点工作"),
        ("一、2020年工作回顾", "二、奋力开创发展新局面"),
        ("2020年工作回顾\n一、经济平稳增长", "2021年工作安排"),
        ("回顾过去，全县上下团结奋斗。", "今年经济社会发展的总体要求是：稳中求进。"),
    ],
)
def test_the_first_part_tells_of_the_year_before_and_the_second_plans(
    review: str, plan: str
) -> None:
    text = f"{HEAD}{review}\n{DONE}{plan}\n{PLANNED}"
    assert periods(text) == [("12公里", "2020年", False), ("15公里", "2021年", True)]


@pytest.mark.parametrize(
    ("heading", "reviewed"),
    [("2020年工作回顾", "2020年"), ("过去五年工作回顾", "2016—2020年")],
)
def test_what_is_looked_back_on_is_told_apart_from_the_reports_year(
    heading: str, reviewed: str
) -> None:
    text = f"{HEAD}一、{heading}\n{DONE}二、2021年工作安排\n{PLANNED}"
    identity = understand(text, file="报告.txt", sha256="").report.identity
    assert (str(identity.period), str(identity.reviews)) == ("2021年", reviewed)


def test_a_bureaus_report_looks_back_on_its_own_year() -> None:
    text = f"青岚县交通局2021年工作总结\n一、2021年工作回顾\n{DONE}二、下一步打算\n{PLANNED}"
    identity = understand(text, file="报告.txt", sha256="").report.identity
    assert (str(identity.period), identity.reviews) == ("2021年", None)


def test_a_table_of_contents_moves_no_part() -> None:
    contents = "一、2020年工作回顾\n二、2021年工作安排\n"
    text = f"{HEAD}{contents}一、2020年工作回顾\n{DONE}二、2021年工作安排\n{PLANNED}"
    assert periods(text) == [("12公里", "2020年", False), ("15公里", "2021年", True)]


def test_thoughts_on_the_past_are_still_of_it() -> None:
    text = f"{HEAD}一、2020年工作回顾\n{DONE}二、几点体会\n三年修路20公里。\n"
    assert [period for _, period, _ in periods(text)] == ["2020年", "2020年"]


@pytest.mark.parametrize("heading", ["过去五年工作回顾", "“十三五”时期工作回顾", "五年来的工作"])
def test_what_several_years_have_brought_is_of_none_of_them_alone(heading: str) -> None:
    text = f"{HEAD}一、{heading}\n{DONE}2020年新建公路3公里。\n二、今后五年的奋斗目标\n{PLANNED}"
    assert periods(text) == [
        ("12公里", "2016—2020年", False),
        ("3公里", "2020年", False),
        ("15公里", "2021—2025年", True),
    ]


@pytest.mark.parametrize(
    ("sentence", "year"),
    [
        ("今年将新建公路15公里。", "2021年"),
        ("去年新建公路15公里。", "2020年"),
        ("上年新建公路15公里。", "2019年"),
        ("2018年新建公路15公里。", "2018年"),
        ("1998年新建公路15公里。", "1998年"),
        ("五年来新建公路15公里。", "2016—2020年"),
        ("新建公路由上年的9公里增加到15公里。", "2020年"),
    ],
)
def test_a_sentence_of_the_review_may_name_another_year(sentence: str, year: str) -> None:
    text = f"{HEAD}一、2020年工作回顾\n{sentence}二、2021年工作安排\n"
    assert periods(text)[-1][:2] == ("15公里", year)


def test_what_a_plan_says_of_the_year_before_was_done() -> None:
    text = f"{HEAD}一、2020年工作回顾\n二、2021年工作安排\n2020年新建公路12公里。\n{PLANNED}"
    assert periods(text) == [("12公里", "2020年", False), ("15公里", "2021年", True)]


def test_a_bureaus_report_is_of_its_own_year() -> None:
    text = f"青岚县交通局2021年工作总结\n一、工作回顾\n{DONE}二、下一步打算\n{PLANNED}"
    assert [period for _, period, _ in periods(text)] == ["2021年", "2022年"]


@pytest.mark.parametrize(
    ("text", "bureau", "period"),
    [
        ("——2021年1月8日在青岚县第十五届人民代表大会第二次会议上\n", "青岚县人民政府", "2021年"),
        ("2021年国务院政府工作报告\n", "国务院", "2021年"),
        (
            "关于2021年青岚县政府工作的报告\n",
            "青岚县人民政府",
            "2021年",
        ),
        ("<!--\n-->\n1993年国务院政府工作报告\n——1993年3月5日在大会上\n", "国务院", "1993年"),
    ],
)
def test_a_speech_is_a_report_without_a_title(text: str, bureau: str, period: str) -> None:
    speech = SPEECH.replace("县人民政府", "国务院") if bureau == "国务院" else SPEECH
    assert told(f"{text}{speech}一、工作回顾\n{DONE}二、重点工作\n{PLANNED}") == (bureau, period)


@pytest.mark.parametrize(
    "name", ["青岚地区行政公署", "青岚地区行署", "银杏工业园区管委会", "青岚盟行政公署"]
)
def test_other_governments_than_the_peoples_speak_under_their_own_name(name: str) -> None:
    text = SPEECH.replace("县人民政府", name) + f"一、2020年工作回顾\n{DONE}"
    assert told(text) == (name, "2021年")


def test_the_number_of_an_assembly_is_no_place() -> None:
    text = SPEECH.replace("县人民政府", "第十五届市人民政府") + "一、2020年工作回顾\n"
    assert told(text)[0] == ""


CITY = SPEECH.replace("县人民政府", "市十二届人民政府")


def test_a_city_may_stand_in_the_text_alone() -> None:
    body = "厦门港吞吐量增长。厦门加快发展。建设绿色厦门。与福州合作。"
    assert told(f"{CITY}一、2020年工作回顾\n{body}\n") == ("厦门市人民政府", "2021年")


@pytest.mark.parametrize(
    "body",
    [
        "厦门港吞吐量增长。",
        "厦门加快发展，福州加快发展。厦门、福州合作。厦门和福州增长。",
        "厦门铁路开工。厦门高速通车。厦门公路通车。",
        "社会长治久安，确保长治久安，实现长治久安。",
    ],
)
def test_a_city_that_is_not_clearly_spoken_of_is_not_taken(body: str) -> None:
    assert told(f"{CITY}一、2020年工作回顾\n{body}\n") == ("", "2021年")


def test_the_year_is_that_after_the_last_one_looked_back_on() -> None:
    review = "2016年以来，发展加快。2020年新建公路12公里，比2015年增加。到2030年再翻一番。"
    text = f"{SPEECH}一、过去五年工作回顾\n{review}\n二、新一届政府的目标\n到2025年再上台阶。\n"
    assert told(text)[1] == "2021年"


def test_a_paragraph_on_the_last_of_several_years_goes_on_with_it() -> None:
    year = "2020年建桥3座。修路5公里，五年累计修路40公里。\n建学校8所。"
    text = f"{HEAD}一、过去五年工作回顾\n{year}\n二、2021年工作安排\n"
    assert [(figure, period) for figure, period, _ in periods(text)] == [
        ("3座", "2020年"),
        ("5公里", "2020年"),
        ("40公里", "2016—2020年"),
        ("8所", "2016—2020年"),
    ]


@pytest.mark.parametrize("rate", ["年均增长9%", "五年增长9%"])
def test_a_yearly_growth_is_of_all_the_years_that_a_part_looks_back_on(rate: str) -> None:
    text = f"{HEAD}一、过去五年工作回顾\n2020年，图书产值52亿元，{rate}。\n"
    assert [period for _, period, _ in periods(text)] == ["2020年", "2016—2020年"]
