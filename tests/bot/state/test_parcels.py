from dataclasses import replace

from bot.state.opening import State
from bot.state.parcels import Kind, Parcel, Stage

TEXT = Parcel(1, 0, 10, Kind.TEXT, '{"text": "好"}')
FILE = Parcel(1, 1, 10, Kind.DOCUMENT, '{"name": "a.docx"}', b"\0\xff")
PAGE = Parcel(2, 0, 11, Kind.PAGE, message_id=77)


def test_parcels_come_back_as_they_were_packed_in_order(state: State) -> None:
    state.parcels.pack([FILE, PAGE, TEXT])
    assert state.parcels.of(1) == [TEXT, FILE]
    assert state.parcels.of(2) == [PAGE]
    assert state.parcels.of(3) == []


def test_how_far_a_parcel_has_come_is_kept(state: State) -> None:
    state.parcels.pack([TEXT, FILE])
    moved = state.parcels.move(TEXT, Stage.OPEN, 99)
    assert moved == replace(TEXT, stage=Stage.OPEN, message_id=99)
    assert state.parcels.of(1) == [moved, FILE]


def test_packing_anew_keeps_the_message_that_was_opened(state: State) -> None:
    state.parcels.pack([TEXT])
    state.parcels.move(TEXT, Stage.OPEN, 99)
    state.parcels.pack([replace(TEXT, body='{"text": "更好"}')])
    (found,) = state.parcels.of(1)
    assert (found.body, found.message_id, found.stage) == ('{"text": "更好"}', 99, Stage.OPEN)
