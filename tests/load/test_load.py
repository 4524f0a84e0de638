"""That the measure would see what it is to see."""

import random

import pytest

from tests.load.fake_telegram import BotMessage
from tests.load.fuzz_updates import Cast, Tap, draw_update
from tests.load.questions import Expected, judge, plan

FIRST = Expected("一？", "甲局：1家", ("检查1家",), ("[1]",))
SECOND = Expected("二？", "乙局：2家", (), ())
GOOD = BotMessage(1, "甲局：1家\n\n[1] 甲局\n检查1家", labels=("[1]", "👍 有用"))
NEXT = BotMessage(2, "乙局：2家")
OPENING = BotMessage(3, "正在翻报告……")


@pytest.mark.parametrize(
    ("messages", "seen"),
    [
        ([GOOD, NEXT], {"right": 2}),
        ([GOOD, OPENING, NEXT], {"right": 2, "openings_left": 1}),
        ([GOOD], {"right": 1, "missing": 1}),
        ([GOOD, NEXT, GOOD], {"right": 2, "doubled": 1}),
        ([NEXT, GOOD], {"right": 2, "out_of_order": 1}),
        ([BotMessage(1, GOOD.text), NEXT], {"right": 1, "missing": 1, "wrong": 1}),
        (
            [BotMessage(1, "甲局：1家", labels=("[1]",)), NEXT],
            {"right": 1, "missing": 1, "wrong": 1},
        ),
        ([GOOD, BotMessage(2, "乙局▍")], {"right": 1, "missing": 1, "openings_left": 1}),
    ],
)
def test_what_became_of_each_question_is_seen(
    messages: list[BotMessage], seen: dict[str, int]
) -> None:
    figures = judge([FIRST, SECOND], messages)
    assert {name: n for name, n in figures.items() if n and not name.startswith("- ")} == seen


def test_a_seed_draws_the_same_questions_and_kills_again() -> None:
    pool = [Expected(f"{n}？", f"{n}家", (), ()) for n in range(20)]
    drawn = plan(3, pool, 500, 10)
    assert drawn == plan(3, pool, 500, 10) != plan(4, pool, 500, 10)
    assert all(len({each.question for each in asked}) == 10 for asked in drawn.asked.values())
    assert len(drawn.kill_at) == 10


def test_a_seed_draws_the_same_updates_again() -> None:
    cast = Cast(range(1, 9), range(90, 99), [-1], ["file"], "bot", [Tap(1, 1, "q:1:1")])

    def drawn(seed: int) -> str:
        dice = random.Random(seed)
        return repr([draw_update(dice, cast, n, asked=bool(n % 2)) for n in range(500)])

    assert drawn(3) == drawn(3) != drawn(4)
