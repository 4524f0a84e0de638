"""What period a figure tells of by the words of its sentence."""

import pytest

from knowledge.understanding.pipeline import understand

SPEECH = "各位代表：\n我代表县人民政府向大会报告工作，请予审议。\n"
GOVERNMENT = f"青岚县2024年政府工作报告\n{SPEECH}一、2023年工作回顾\n%s\n二、2024年工作安排\n%s\n"
TERM = f"青岚县2022年政府工作报告\n{SPEECH}一、过去五年工作回顾\n%s\n二、今后五年的目标\n%s\n"
BUREAU = "青岚县林业局2023年工作总结\n一、工作完成情况\n%s\n二、下一步打算\n%s\n"
HALF = "青岚县林业局2023年上半年工作总结\n一、工作完成情况\n%s\n二、下半年打算\n%s\n"


def periods(report: str, done: str = "", planned: str = "") -> str:
    read = understand(report % (done, planned), file="报告.txt", sha256="")
    return "、".join(str(s.period) for s in read.statements)


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("去年，植树3公顷，修路5公里。", "2022年、2022年"),
        ("去年三季度植树3公顷，四季度植树5公顷。", "2022年第三季度、2023年第四季度"),
        ("上半年植树3公顷，全年植树5公顷。", "2023年上半年、2023年"),
        ("前三季度，植树3公顷，修路5公里。", "2023年前三季度、2023年前三季度"),
        ("2022年植树3公顷，今年植树5公顷。", "2022年、2023年"),
        ("截至去年底，林场3个。", "2022年"),
        ("五年来，植树3公顷，修路5公里。", "2019—2023年、2019—2023年"),
        ("近三年累计，植树3公顷，修路5公里。", "2021—2023年、2021—2023年"),
        ("2021年至2022年，植树3公顷。", "2021—2022年"),
        ("2020—2022年三年间植树3公顷。", "2020—2022年"),
        ("2021年以来，植树3公顷。", "2021—2023年"),
        ("“十三五”期间，植树3公顷。", "2016—2020年"),
        ("“十四五”以来，植树3公顷。", "2021—2023年"),
        ("“十三五”末，林场3个。", "2020年"),
        ("植树3公顷，比去年增加5%。", "2023年、2023年"),
        ("植树3公顷，是“十三五”期间的5倍。", "2023年、2023年"),
        ("植树3公顷，是近五年来最多的一年。", "2023年"),
        ("完成全年目标的60%。", "2023年"),
        ("二〇二三年增长5%。", "2023年"),
        ("学前三年教育普及率90%。", "2023年"),
        ("三年行动中植树3公顷。", "2023年"),
    ],
)
def test_a_bureaus_sentence_says_when(sentence: str, told: str) -> None:
    assert periods(BUREAU, sentence) == told


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("植树3公顷。", "2024年"),
        ("明年，植树3公顷。", "2024年"),
        ("今后三年，植树3公顷，修路5公里。", "2024—2026年、2024—2026年"),
        ("三年内植树3公顷。", "2024—2026年"),
        ("到2025年，林场达到3个。", "2025年"),
        ("去年已植树3公顷。", "2022年"),
    ],
)
def test_a_bureaus_plan_says_when(sentence: str, told: str) -> None:
    assert periods(BUREAU, planned=sentence) == told


@pytest.mark.parametrize(
    ("done", "planned", "told"),
    [
        ("去年植树3公顷。", "", "2022年上半年"),
        ("去年全年植树3公顷。", "", "2022年"),
        ("一季度植树3公顷。", "", "2023年第一季度"),
        ("", "三季度植树3公顷，全年植树5公顷。", "2023年第三季度、2023年"),
        ("", "下半年，植树3公顷。", "2023年下半年"),
    ],
)
def test_a_report_of_a_half_names_other_parts(done: str, planned: str, told: str) -> None:
    assert periods(HALF, done, planned) == told


@pytest.mark.parametrize(
    ("done", "planned", "told"),
    [
        ("去年，植树3公顷，修路5公里。", "", "2023年、2023年"),
        ("前三季度，植树3公顷。", "", "2023年前三季度"),
        ("三年来，植树3公顷。", "", "2021—2023年"),
        ("", "上半年植树3公顷，下半年植树5公顷。", "2024年上半年、2024年下半年"),
        ("", "今明两年植树3公顷。", "2024—2025年"),
        ("", "用三年时间，植树3公顷。", "2024—2026年"),
        ("", "近三年已植树3公顷。", "2021—2023年"),
        ("“十四五”期间，植树3公顷。", "", "2021—2023年"),
        ("", "“十四五”期间，植树3公顷。", "2021—2025年"),
    ],
)
def test_a_government_counts_from_the_year_that_it_plans(
    done: str, planned: str, told: str
) -> None:
    assert periods(GOVERNMENT, done, planned) == told


@pytest.mark.parametrize(
    ("done", "planned", "told"),
    [
        ("五年累计植树3公顷，比上个五年增长5倍。", "", "2017—2021年、2017—2021年"),
        ("2021年，植树3公顷，年均增长5%。", "", "2021年、2017—2021年"),
        ("", "到2026年，林场达到3个，年均增长5%。", "2026年、2022—2026年"),
        ("", "五年内植树3公顷。", "2022—2026年"),
    ],
)
def test_a_part_on_several_years_says_when(done: str, planned: str, told: str) -> None:
    assert periods(TERM, done, planned) == told
