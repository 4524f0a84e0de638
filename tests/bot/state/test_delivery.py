from dataclasses import replace
from typing import Any

import pytest

from bot.state.delivery import (
    IGNORED,
    LEASE_SECONDS,
    AppQueue,
    Inbox,
    InboxItem,
    LeaseLost,
    OutgoingKind,
    OutgoingMessage,
    Stage,
)
from bot.state.opening import State

DAY = 86_400.0
TEXT = OutgoingMessage(1, 0, "t:10", OutgoingKind.TEXT, '{"text": "好"}')
FILE = OutgoingMessage(1, 1, "t:10", OutgoingKind.DOCUMENT, '{"name": "a.docx"}', b"\0\xff")
PAGE = OutgoingMessage(2, 0, "t:11", OutgoingKind.PAGE, message_id="t:77")


def received(number: int, raw: str = "{}", app: str = "t", **known: Any) -> InboxItem:
    return InboxItem(app, str(number), **{"chat_id": "t:1", "raw": raw, **known})


def claimed(inbox: Inbox, now: float = 0.0, most: int = 9, *, stranger: bool = False) -> list[int]:
    return [item.id for item in inbox.claim(["t", "u"], most, now, stranger=stranger)]


@pytest.fixture
def other(state: State) -> Inbox:
    """The same inbox as another process has it."""
    return Inbox(state._database, "other")


def test_an_update_is_taken_in_once(state: State) -> None:
    first, second = received(1), received(2)
    assert state.inbox.take_in([first], 0.0) == [replace(first, id=1)]
    (new,) = state.inbox.take_in([first, second], 0.0)
    assert new == replace(second, id=new.id)
    assert state.inbox.count_open(["t"]) == 2


def test_an_update_that_stands_twice_in_one_batch_is_taken_in_once(state: State) -> None:
    first, again = received(1), received(1, "again")
    assert state.inbox.take_in([first, again], 0.0) == [replace(first, id=1)]
    (held,) = state.inbox.claim(["t"], 9, 0.0)
    assert held == replace(first, id=1, attempts=1)


def test_two_apps_may_use_the_same_number(state: State) -> None:
    state.inbox.take_in([received(1), received(1, app="u", chat_id="u:1")], 0.0)
    assert claimed(state.inbox) == [1, 2]


def test_what_is_ignored_is_known_and_done(state: State) -> None:
    ignored = received(1, "words", verdict=IGNORED)
    assert state.inbox.take_in([ignored], 0.0) == [replace(ignored, id=1)]
    assert state.inbox.take_in([ignored], 0.0) == []
    assert claimed(state.inbox) == []
    assert state._database.rows("SELECT raw FROM inbox") == [("",)]


def test_each_chat_is_claimed_in_the_order_in_which_it_came(state: State, other: Inbox) -> None:
    chats = {9: "t:1", 3: "t:1", 5: "t:2", 4: "t:3", 7: "t:2"}
    state.inbox.take_in([received(number, chat_id=chat) for number, chat in chats.items()], 0.0)
    assert claimed(state.inbox, most=2) == [1, 3]
    assert claimed(other) == [4]
    assert claimed(other) == []
    state.inbox.finish(1)
    assert claimed(other) == [2]
    state.inbox.finish(3)
    assert claimed(state.inbox) == [5]


def test_only_updates_of_apps_that_are_served_are_claimed(state: State) -> None:
    state.inbox.take_in([received(1), received(2, app="u", chat_id="u:1")], 0.0)
    assert [item.app for item in state.inbox.claim(["u"], 9, 0.0)] == ["u"]


def test_what_a_process_that_ended_held_goes_on_elsewhere_once_its_lease_has_run_out(
    state: State, other: Inbox
) -> None:
    state.inbox.take_in([received(1), received(2)], 0.0)
    assert claimed(state.inbox, 100.0) == [1]
    assert claimed(other, 100.0 + LEASE_SECONDS - 1) == []
    assert claimed(other, 100.0 + LEASE_SECONDS + 1) == [1]
    for late in (state.inbox.mark_composed, state.inbox.finish):
        with pytest.raises(LeaseLost):
            late(1)
    other.finish(1)
    assert claimed(state.inbox, 200.0) == [2]


def test_what_is_renewed_is_held_for_as_long_as_the_work_takes(state: State, other: Inbox) -> None:
    state.inbox.take_in([received(1)], 0.0)
    claimed(state.inbox, 0.0)
    for beat in range(10, 100, 10):
        assert state.inbox.renew(float(beat)) == {1}
        assert claimed(other, float(beat)) == []
    state.inbox.release(1)
    assert state.inbox.renew(101.0) == set()
    assert claimed(other, 101.0) == [1]


def test_one_that_is_alone_voids_what_earlier_runs_held(state: State, other: Inbox) -> None:
    state.inbox.take_in([received(1)], 0.0)
    claimed(other, 0.0)
    state.inbox.release_all()
    assert claimed(state.inbox, 1.0) == [1]


def test_strangers_are_a_queue_of_their_own(state: State) -> None:
    strange: dict[str, Any] = {"chat_id": "t:-5", "stranger": True}
    state.inbox.take_in([received(n, **strange) for n in range(9)] + [received(9)], 0.0)
    state.inbox.take_in([received(10, chat_id="t:-5")], 0.0)
    assert claimed(state.inbox) == [10, 11]
    assert claimed(state.inbox, stranger=True) == [1]
    assert state.inbox.count_open(["t"]) == 2
    assert state.inbox.count_open(["t"], stranger=True) == 9


def test_a_stranger_who_was_answered_is_known(state: State) -> None:
    strange: dict[str, Any] = {"stranger": True, "user_id": "t:7"}
    state.inbox.take_in([received(1, verdict=IGNORED, **strange), received(2, user_id="t:7")], 9.0)
    assert state.inbox.answered_strangers(["t:7", "t:8"], since=0.0) == set()
    state.inbox.take_in([received(3, **strange)], 10.0)
    assert state.inbox.answered_strangers(["t:7", "t:8"], since=9.0) == {"t:7"}
    assert state.inbox.answered_strangers(["t:7"], since=10.0) == set()


def test_a_stop_marks_what_its_person_asked_before_it_in_the_chat(
    state: State, other: Inbox
) -> None:
    said = [
        ("t:1", "甲"),
        ("t:1", "乙"),
        ("t:2", "甲"),
        ("t:1", "甲"),
        ("t:1", "甲"),
        ("t:1", "甲"),
    ]
    state.inbox.take_in(
        [received(n, chat_id=chat, user_id=user) for n, (chat, user) in enumerate(said)], 0.0
    )
    claimed(state.inbox)
    stop = replace(received(4, user_id="甲"), id=5)
    assert sorted(other.stop(stop)) == [1, 4]
    assert state.inbox.stopped_updates() == [1]
    assert other.count_stopped(5) == 2
    state.inbox.finish(1)
    other.finish(claimed(other)[0])
    (passed_over,) = other.claim(["t"], 9, 0.0)
    assert (passed_over.id, passed_over.stopped) == (4, True)


def test_attempts_verdict_and_composing_are_remembered(state: State, other: Inbox) -> None:
    state.inbox.take_in([received(1, verdict="busy")], 0.0)
    claimed(other, 0.0)
    claimed(state.inbox, 100.0)
    state.inbox.mark_composed(1)
    (found,) = other.claim(["t"], 9, 200.0)
    assert (found.attempts, found.composed, found.verdict) == (2, True, "busy")


def test_what_waits_and_what_is_held_is_told_of_each_app(state: State) -> None:
    state.inbox.take_in([received(1), received(2), received(1, app="u", chat_id="u:1")], 5.0)
    state.inbox.claim(["t"], 9, 6.0)
    assert state.inbox.queues(7.0) == [AppQueue("t", 1, 1, 5.0), AppQueue("u", 1, 0, 5.0)]


def test_what_is_finished_is_let_go_with_its_words_and_what_was_said_to_it(state: State) -> None:
    state.inbox.take_in([received(1, "secret words"), received(2)], 0.0)
    for number in (1, 2):
        state.outbox.put(number, [OutgoingMessage(number, 0, "t:1", OutgoingKind.TEXT)])
    claimed(state.inbox)
    state.inbox.finish(1)
    assert claimed(state.inbox) == [2]
    assert not state.outbox.of(1)
    assert state.outbox.of(2)
    assert state._database.rows("SELECT raw FROM inbox WHERE id = 1") == [("",)]


def test_what_is_finished_is_not_taken_in_again_until_it_is_forgotten(state: State) -> None:
    state.inbox.take_in([received(1), received(2)], 0.0)
    claimed(state.inbox)
    state.inbox.finish(1)
    assert state.inbox.take_in([received(1)], DAY) == []
    state.inbox.forget_old(6 * DAY)
    assert state.inbox.take_in([received(1)], 6 * DAY) == []
    state.inbox.forget_old(8 * DAY)
    assert claimed(state.inbox) == [2]
    (again,) = state.inbox.take_in([received(1)], 8 * DAY)
    assert again.id > 2


def test_a_number_is_never_given_twice(state: State) -> None:
    state.inbox.take_in([received(1)], 0.0)
    claimed(state.inbox)
    state.inbox.finish(1)
    state.inbox.forget_old(8 * DAY)
    (again,) = state.inbox.take_in([received(2)], 8 * DAY)
    assert again.id == 2


def test_messages_come_back_as_they_were_put_in_order(state: State) -> None:
    state.outbox.put(1, [FILE, TEXT])
    state.outbox.put(2, [PAGE])
    assert state.outbox.of(1) == [TEXT, FILE]
    assert state.outbox.of(2) == [PAGE]
    assert state.outbox.of(3) == []


def test_how_far_a_message_has_come_is_kept_by_who_holds_its_update(
    state: State, other: Inbox
) -> None:
    state.inbox.take_in([received(1)], 0.0)
    claimed(state.inbox)
    state.outbox.put(1, [TEXT, FILE])
    moved = state.outbox.move(TEXT, Stage.OPEN, "t:99")
    assert moved == replace(TEXT, stage=Stage.OPEN, message_id="t:99")
    assert state.outbox.of(1) == [moved, FILE]
    claimed(other, LEASE_SECONDS + 1)
    with pytest.raises(LeaseLost):
        state.outbox.move(FILE, Stage.OPENING)
    assert state.outbox.of(1) == [moved, FILE]


def test_what_is_put_takes_the_place_of_what_was_there(state: State) -> None:
    state.outbox.put(1, [TEXT, FILE])
    better = replace(TEXT, body='{"text": "更好"}', message_id="t:99", stage=Stage.OPEN)
    state.outbox.put(1, [better])
    assert state.outbox.of(1) == [better]
