from dataclasses import replace

from bot.state.opening import State
from bot.state.outbox import OutgoingKind, OutgoingMessage, Stage

TEXT = OutgoingMessage(1, 0, "t:10", OutgoingKind.TEXT, '{"text": "好"}')
FILE = OutgoingMessage(1, 1, "t:10", OutgoingKind.DOCUMENT, '{"name": "a.docx"}', b"\0\xff")
PAGE = OutgoingMessage(2, 0, "t:11", OutgoingKind.PAGE, message_id="t:77")


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
