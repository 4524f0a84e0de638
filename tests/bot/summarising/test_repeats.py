from hypothesis import given, settings
from hypothesis import strategies as st

from bot.summarising.units import group_repeats
from tests.bot.summarising.readings import FULL, units


def groups(text: str) -> list[list[str]]:
    return [[u.text for u in group] for group in group_repeats(units(text))]


def test_what_is_said_twice_is_one_group_shown_at_its_fullest() -> None:
    said = "完成食品抽检320批次，合格率97.8%。"
    text = f"一、工作\n{said}检查药店9家。上半年{said}\n"
    assert [
        "上半年完成食品抽检320批次，合格率97.8%。",
        "完成食品抽检320批次，合格率97.8%。",
    ] in groups(text)


def test_another_figure_is_another_fact() -> None:
    first, second = (f"完成食品抽检{n}批次，合格率97.8%。" for n in (320, 380))
    text = f"一、工作\n{first}\n二、其他\n{second}\n"
    assert all(len(group) == 1 for group in groups(text))


def test_what_was_done_and_what_is_planned_stay_apart() -> None:
    said = "持续推进放心消费示范街区创建工作。"
    text = f"一、工作总结\n{said}\n二、下半年工作打算\n{said}\n"
    assert all(len(group) == 1 for group in groups(text))


@given(st.lists(st.sampled_from(units(FULL)), unique_by=lambda u: u.span))
@settings(max_examples=30)
def test_every_unit_is_in_exactly_one_group(some: list) -> None:  # type: ignore[type-arg]  # hypothesis gives units
    found = [u.span for group in group_repeats(some) for u in group]
    assert sorted(found) == sorted(u.span for u in some)
