from bot.state.opening import State


def test_a_note_is_kept_by_name_and_replaced(state: State) -> None:
    assert state.notes.read("offset") == ""
    state.notes.write("offset", "1")
    state.notes.write("other", "x")
    state.notes.write("offset", "2")
    assert (state.notes.read("offset"), state.notes.read("other")) == ("2", "x")
