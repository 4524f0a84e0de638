from dataclasses import replace

from bot.state.opening import State
from bot.state.uploads import Usage, Version

DAY = 86_400.0
FIRST = Version(1, 0, "t:20", 0.0, "总结.txt", "aa", 100, "r1", "清河县", "2023年")


def test_a_file_of_an_update_is_written_down_once(state: State) -> None:
    kept = state.uploads.add(FIRST)
    again = state.uploads.add(replace(FIRST, name="别的.txt"))
    assert kept == again
    assert kept == replace(FIRST, id=kept.id)
    assert state.uploads.of_update(1) == [kept]


def test_the_newest_that_stands_is_the_current_one(state: State) -> None:
    first = state.uploads.add(FIRST)
    second = state.uploads.add(replace(FIRST, update_id=2, sha256="bb", report_id="r2"))
    other = state.uploads.add(replace(FIRST, update_id=3, user_id="t:21"))
    assert state.uploads.current("t:20", "总结.txt") == second
    assert state.uploads.standing("t:20", "总结.txt") == [first, second]
    assert state.uploads.holding("r1") == [other]
    assert state.uploads.holding("r2") == [second]
    state.uploads.withdraw([second.id], 1.0)
    assert state.uploads.current("t:20", "总结.txt") == first
    assert state.uploads.holding("r1") == [first, other]
    state.uploads.bring_back([second.id])
    assert state.uploads.current("t:20", "总结.txt") == second


def test_what_is_said_of_a_report_is_kept(state: State) -> None:
    kept = state.uploads.add(FIRST)
    state.uploads.tell(kept.id, "苇塘区", "2022年")
    found = state.uploads.find(kept.id)
    assert found == replace(kept, bureau="苇塘区", period="2022年")


def test_what_was_sent_is_summed_up_by_all_and_by_one_since_a_time(state: State) -> None:
    state.uploads.add(FIRST)
    state.uploads.add(replace(FIRST, update_id=2, at=DAY, size=7))
    state.uploads.add(replace(FIRST, update_id=3, at=DAY, user_id="t:21", size=5))
    assert state.uploads.usage() == Usage(3, 112)
    assert state.uploads.usage_since("t:20", DAY) == Usage(1, 7)
    assert state.uploads.usage_since("t:22", 0.0) == Usage(0, 0)


def test_what_was_withdrawn_long_ago_is_told(state: State) -> None:
    one = state.uploads.add(FIRST)
    state.uploads.add(replace(FIRST, update_id=2))
    state.uploads.withdraw([one.id], 0.0)
    state.uploads.withdraw([one.id], 20 * DAY)  # the first time counts
    assert state.uploads.long_withdrawn(29 * DAY) == []
    assert [v.id for v in state.uploads.long_withdrawn(31 * DAY)] == [one.id]
    state.uploads.delete([one.id])
    assert state.uploads.find(one.id) is None
    assert state.uploads.refers_to("t:20", "aa")


def test_a_number_is_never_given_twice(state: State) -> None:
    one = state.uploads.add(FIRST)
    state.uploads.delete([one.id])
    assert state.uploads.add(replace(FIRST, update_id=2)).id != one.id
