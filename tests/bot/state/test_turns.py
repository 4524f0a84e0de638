import math
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from bot.state.opening import State
from bot.state.turns import LocalTurns, Turns

SPAN = 60.0


@pytest.fixture
def processes(tmp_path: Path, database_url: str) -> Iterator[tuple[Turns, Turns]]:
    """The same moments as two processes have them; twice the same of a process that is alone."""
    if not database_url:
        alone = LocalTurns(-math.inf)
        yield alone, alone
        return
    with (
        closing(State.open(tmp_path, database_url)) as one,
        closing(State.open(tmp_path, database_url)) as other,
    ):
        yield one.turns, other.turns


def test_two_processes_together_keep_the_pace_of_one(processes: tuple[Turns, Turns]) -> None:
    begun = time.time()
    moments = [time.time() + processes[n % 2].reserve("app", 3, SPAN) - begun for n in range(12)]
    assert moments[2] < SPAN / 2
    rounded = [round(moment / SPAN) for moment in moments]
    assert rounded == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert all(later >= earlier - 1 for earlier, later in pairwise(moments))


def test_who_does_not_insist_takes_a_moment_only_if_it_is_now(
    processes: tuple[Turns, Turns],
) -> None:
    one, other = processes
    assert [each.take("chat", 2, SPAN) for each in (one, other, one, other)] == [
        True,
        True,
        False,
        False,
    ]
    assert one.take("another", 2, SPAN)


def test_a_pause_that_one_was_asked_for_holds_the_other(processes: tuple[Turns, Turns]) -> None:
    one, other = processes
    one.delay("chat", 1000.0)
    one.delay("chat", 10.0)
    assert not other.take("chat", 1, SPAN)
    assert other.reserve("chat", 1, SPAN) > 1000.0
    assert other.reserve("another", 1, SPAN) == 0.0


def test_what_has_arrived_late_moves_the_next_moment(processes: tuple[Turns, Turns]) -> None:
    one, other = processes
    one.reserve("chat", 1, 0.0)
    other.delay("chat", 0.0)
    assert one.reserve("chat", 1, SPAN) > SPAN / 2


def test_a_quiet_key_is_forgotten(processes: tuple[Turns, Turns]) -> None:
    one, other = processes
    for key in ("quiet", "busy"):
        one.reserve(key, 2, SPAN)
    one.delay("busy", SPAN)
    other.forget_old(-SPAN / 2)
    assert other.reserve("quiet", 1, SPAN) == 0.0
    assert other.reserve("busy", 1, SPAN) > SPAN


def test_what_an_earlier_run_may_have_said_counts() -> None:
    turns = LocalTurns(100.0, lambda: 100.0)
    assert [turns.reserve("chat", 1, SPAN), turns.reserve("app", 2, SPAN)] == [SPAN, 0.0]
