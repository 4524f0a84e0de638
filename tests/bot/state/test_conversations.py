from bot.state.opening import State


def test_each_chat_has_its_own_history_the_last_six_of_it(state: State) -> None:
    state.conversations.remember(1, [f"问{n}" for n in range(8)])
    state.conversations.remember(2, ["别的"])
    assert state.conversations.history(1) == ["问2", "问3", "问4", "问5", "问6", "问7"]
    assert state.conversations.history(2) == ["别的"]
    assert state.conversations.history(3) == []


def test_what_is_remembered_takes_the_place_of_the_former(state: State) -> None:
    state.conversations.remember(1, ["甲"])
    state.conversations.remember(1, ["乙"])
    assert state.conversations.history(1) == ["乙"]


def test_a_chat_begins_anew_alone(state: State) -> None:
    state.conversations.remember(1, ["甲"])
    state.conversations.remember(2, ["乙"])
    state.conversations.forget(1)
    assert (state.conversations.history(1), state.conversations.history(2)) == ([], ["乙"])
