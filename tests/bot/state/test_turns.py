import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from bot.state.opening import State
from bot.state.turns import Turns

SPAN = 60.0


@pytest.fixture
def processes(tmp_path: Path, postgres_url: str) -> Iterator[tuple[Turns, Turns]]:
    """The same moments as two processes have them."""
    states = [State.open(tmp_path, postgres_url) for _ in range(2)]
    yield states[0].turns, states[1].turns
    for state in states:
        state.close()


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


def test_what_has_arrived_late_moves_the_next_moment(processes: tuple[Turns, Turns]) -> None:
    one, other = processes
    one.reserve("chat", 1, 0.0)
    other.delay("chat", 0.0)
    assert one.reserve("chat", 1, SPAN) > SPAN / 2


def test_quiet_keys_are_forgotten(processes: tuple[Turns, Turns]) -> None:
    one, _ = processes
    one.delay("quiet", -100.0)
    one.delay("busy", 0.0)
    one.forget_old(50.0)
    assert one._database.column("SELECT key FROM turns") == ["busy"]
