import pytest

from bot.errors import UnclearHeading, UnknownHeading
from bot.summarising.scope import find_heading
from tests.bot.summarising.readings import FULL, reading

SECTIONS = reading(FULL).sections


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        ("主要工作", "一、主要工作"),
        ("一、主要工作", "一、主要工作"),
        ("三、", "三、下半年打算"),
        ("特种设备", "二是严管特种设备"),
        ("存在问题", "二、存在的问题"),
        ("守住底线保障民生", "（二）守住底线，保障民生安全"),
        ("二、›（一）", "（一）人手偏紧"),
        ("下半年打算 > 电梯", "（二）整治老旧电梯"),
    ],
)
def test_a_heading_is_found_by_its_words(wanted: str, title: str) -> None:
    assert find_heading(SECTIONS, wanted).path[-1] == title


@pytest.mark.parametrize("wanted", ["乡村振兴", "九、", "", "  ", "、", "工作"])
def test_what_is_no_heading_is_told_with_those_there_are(wanted: str) -> None:
    if wanted == "工作":  # part of one heading alone
        assert find_heading(SECTIONS, wanted).path[-1] == "一、主要工作"
        return
    with pytest.raises(UnknownHeading, match="存在的问题") as raised:
        find_heading(SECTIONS, wanted)
    assert "（二）守住底线" in str(raised.value)


def test_what_was_done_goes_before_what_is_planned() -> None:
    done, planned = "（一）建设质量强区\n认证20张。", "（一）推进质量强区\n办质量月。"
    text = f"一、主要工作\n{done}\n二、下步打算\n{planned}\n"
    assert find_heading(reading(text).sections, "质量强区").path[-1] == "（一）建设质量强区"


def test_several_that_fit_are_never_chosen_between() -> None:
    with pytest.raises(UnclearHeading) as raised:
        find_heading(SECTIONS, "（一）")
    assert all(t in str(raised.value) for t in ("放宽准入", "人手偏紧", "建好快检室"))


def test_a_report_without_headings_has_none() -> None:
    with pytest.raises(UnknownHeading):
        find_heading(reading("检查药店12家。").sections, "药店")
