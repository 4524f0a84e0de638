from bot.state.inbox import Received
from bot.state.opening import State
from bot.state.parcels import Kind, Parcel

DAY = 86_400.0


def received(number: int, raw: str = "{}", verdict: str = "") -> Received:
    return Received(number, chat_id=1, raw=raw, verdict=verdict)


def test_an_update_is_taken_in_once(state: State) -> None:
    first, second = received(1), received(2)
    assert state.inbox.take_in([first], 0.0) == [first]
    assert state.inbox.take_in([first, second], 0.0) == [second]
    assert [r.update_id for r in state.inbox.open()] == [1, 2]


def test_an_update_that_stands_twice_in_one_batch_is_taken_in_once(state: State) -> None:
    assert state.inbox.take_in([received(1), received(1, "again")], 0.0) == [received(1)]
    assert [r.raw for r in state.inbox.open()] == ["{}"]


def test_what_is_open_comes_in_the_order_of_the_updates(state: State) -> None:
    state.inbox.take_in([received(9), received(3), received(5)], 0.0)
    assert [r.update_id for r in state.inbox.open()] == [3, 5, 9]


def test_attempts_verdict_and_composing_are_remembered(state: State) -> None:
    state.inbox.take_in([received(1, verdict="busy")], 0.0)
    state.inbox.begin(1)
    state.inbox.begin(1)
    state.inbox.compose(1)
    (found,) = state.inbox.open()
    assert (found.attempts, found.composed, found.verdict) == (2, True, "busy")


def test_what_is_done_with_is_open_no_more_and_its_words_and_parcels_are_gone(
    state: State,
) -> None:
    state.inbox.take_in([received(1, "secret words"), received(2)], 0.0)
    state.parcels.pack([Parcel(1, 0, 1, Kind.TEXT), Parcel(2, 0, 1, Kind.TEXT)])
    state.inbox.finish(1)
    assert [r.update_id for r in state.inbox.open()] == [2]
    assert not state.parcels.of(1)
    assert state.parcels.of(2)
    assert state._database.rows("SELECT raw FROM inbox WHERE update_id = 1") == [("",)]


def test_what_is_done_with_is_not_taken_in_again_until_it_is_forgotten(state: State) -> None:
    state.inbox.take_in([received(1), received(2)], 0.0)
    state.inbox.finish(1)
    assert state.inbox.take_in([received(1)], DAY) == []
    state.inbox.forget_old(6 * DAY)
    assert state.inbox.take_in([received(1)], 6 * DAY) == []
    state.inbox.forget_old(8 * DAY)
    assert [r.update_id for r in state.inbox.open()] == [2]
    assert state.inbox.take_in([received(1)], 8 * DAY) == [received(1)]
