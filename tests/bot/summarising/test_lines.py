"""Which lines of work a summary tells."""

from bot.summarising.belonging import lines_of_work
from bot.summarising.units import units_of
from knowledge.models import SectionKind
from tests.bot.summarising.readings import reading

REPORT = """柳溪县市场监管局2023年工作总结

一、主要工作
（一）食品安全。检查食品店12家。开展食品抽检。
（二）价格监管。检查收费单位8家。召开价格提醒会。
二、下步打算
（一）加强价格监管。规范价格行为。
"""


def test_work_done_is_not_told_by_what_is_planned() -> None:
    units = units_of(reading(REPORT))
    lines = lines_of_work(units)
    planned = [unit for unit in units if unit.kind is SectionKind.PLAN]
    food = [unit for unit in units if "食品" in unit.text and unit not in planned]
    assert "价格" in lines.without([*food, *planned], "规范价格行为。")
    assert "价格" not in lines.without(units, "召开价格提醒会。")
