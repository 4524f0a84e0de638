import pytest

from bot.summarising.wording import in_third_person
from tests.bot.summarising.readings import reading


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("截至目前，我县新申请商标96件", "松溪县新申请商标96件"),
        ("我局查处案件9件，截至目前，已办结7件", "松溪县市场监管局查处案件9件，已办结7件"),
        ("今年以来，新增主体12户", "新增主体12户"),
        ("上半年，立案9件，下半年，再立案3件", "立案9件，下半年，再立案3件"),
        ("上半年新增主体12户", "新增主体12户"),
        ("截至6月20日，检查药店9家", "截至6月20日，检查药店9家"),
        ("为我省争得荣誉", "为该省争得荣誉"),
        ("目前全覆盖率为100%", "全覆盖率为100%"),
    ],
)
def test_a_report_is_told_as_of_somebody_else(text: str, told: str) -> None:
    assert in_third_person(text, reading("立案9件。").report) == told


def test_a_region_that_the_bureau_does_not_name_is_that_one() -> None:
    report = reading("立案9件。", "县市场监督管理局", "2022年").report
    assert in_third_person("指导我县3家企业", report) == "指导该县3家企业"


def test_another_half_of_the_year_is_named() -> None:
    report = reading("立案9件。", period="2023年").report
    assert in_third_person("上半年，立案9件", report) == "上半年，立案9件"
