from dataclasses import replace

from bot.state.delivery import InboxItem, OutgoingKind, OutgoingMessage, Stage
from bot.state.opening import State

DAY = 86_400.0
TEXT = OutgoingMessage(1, 0, "t:10", OutgoingKind.TEXT, '{"text": "好"}')
FILE = OutgoingMessage(1, 1, "t:10", OutgoingKind.DOCUMENT, '{"name": "a.docx"}', b"\0\xff")
PAGE = OutgoingMessage(2, 0, "t:11", OutgoingKind.PAGE, message_id="t:77")


def received(number: int, raw: str = "{}", verdict: str = "", app: str = "t") -> InboxItem:
    return InboxItem(app, str(number), chat_id="t:1", raw=raw, verdict=verdict)


def unfinished(state: State) -> list[str]:
    return [item.app_update_id for item in state.inbox.unfinished()]


def test_an_update_is_taken_in_once(state: State) -> None:
    first, second = received(1), received(2)
    assert state.inbox.take_in([first], 0.0) == [replace(first, id=1)]
    assert state.inbox.take_in([first, second], 0.0) == [replace(second, id=2)]
    assert unfinished(state) == ["1", "2"]


def test_an_update_that_stands_twice_in_one_batch_is_taken_in_once(state: State) -> None:
    first, again = received(1), received(1, "again")
    assert state.inbox.take_in([first, again], 0.0) == [replace(first, id=1)]
    assert [item.raw for item in state.inbox.unfinished()] == ["{}"]


def test_what_is_unfinished_comes_in_the_order_in_which_it_came(state: State) -> None:
    state.inbox.take_in([received(9), received(3)], 0.0)
    state.inbox.take_in([received(5)], 1.0)
    assert unfinished(state) == ["9", "3", "5"]


def test_two_apps_may_use_the_same_number(state: State) -> None:
    state.inbox.take_in([received(1), received(1, app="u")], 0.0)
    assert [(item.app, item.id) for item in state.inbox.unfinished()] == [("t", 1), ("u", 2)]


def test_attempts_verdict_and_composing_are_remembered(state: State) -> None:
    state.inbox.take_in([received(1, verdict="busy")], 0.0)
    state.inbox.begin(1)
    state.inbox.begin(1)
    state.inbox.mark_composed(1)
    (found,) = state.inbox.unfinished()
    assert (found.attempts, found.composed, found.verdict) == (2, True, "busy")


def test_what_is_finished_is_let_go_with_its_words_and_what_was_said_to_it(state: State) -> None:
    state.inbox.take_in([received(1, "secret words"), received(2)], 0.0)
    for number in (1, 2):
        state.outbox.put(number, [OutgoingMessage(number, 0, "t:1", OutgoingKind.TEXT)])
    state.inbox.finish(1)
    assert unfinished(state) == ["2"]
    assert not state.outbox.of(1)
    assert state.outbox.of(2)
    assert state._database.rows("SELECT raw FROM inbox WHERE id = 1") == [("",)]


def test_what_is_finished_is_not_taken_in_again_until_it_is_forgotten(state: State) -> None:
    state.inbox.take_in([received(1), received(2)], 0.0)
    state.inbox.finish(1)
    assert state.inbox.take_in([received(1)], DAY) == []
    state.inbox.forget_old(6 * DAY)
    assert state.inbox.take_in([received(1)], 6 * DAY) == []
    state.inbox.forget_old(8 * DAY)
    assert unfinished(state) == ["2"]
    assert state.inbox.take_in([received(1)], 8 * DAY) == [replace(received(1), id=3)]


def test_a_number_is_never_given_twice(state: State) -> None:
    state.inbox.take_in([received(1)], 0.0)
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


def test_how_far_a_message_has_come_is_kept(state: State) -> None:
    state.outbox.put(1, [TEXT, FILE])
    moved = state.outbox.move(TEXT, Stage.OPEN, "t:99")
    assert moved == replace(TEXT, stage=Stage.OPEN, message_id="t:99")
    assert state.outbox.of(1) == [moved, FILE]


def test_what_is_put_takes_the_place_of_what_was_there(state: State) -> None:
    state.outbox.put(1, [TEXT, FILE])
    better = replace(TEXT, body='{"text": "更好"}', message_id="t:99", stage=Stage.OPEN)
    state.outbox.put(1, [better])
    assert state.outbox.of(1) == [better]
