from bot.state.opening import State

LATER = 99


def test_each_chat_has_its_own_history_the_last_six_of_it(state: State) -> None:
    for number in range(8):
        state.conversations.remember("t:1", number, f"问{number}")
    state.conversations.remember("t:2", 9, "别的")
    assert state.conversations.history("t:1", LATER) == ["问2", "问3", "问4", "问5", "问6", "问7"]
    assert state.conversations.history("t:2", LATER) == ["别的"]
    assert state.conversations.history("t:3", LATER) == []


def test_what_is_asked_again_after_a_crash_stands_once_and_not_before_itself(state: State) -> None:
    state.conversations.remember("t:1", 1, "甲")
    state.conversations.remember("t:1", 2, "乙")
    state.conversations.remember("t:1", 2, "乙")
    assert state.conversations.history("t:1", before=2) == ["甲"]
    assert state.conversations.history("t:1", LATER) == ["甲", "乙"]


def test_a_chat_begins_anew_alone(state: State) -> None:
    state.conversations.remember("t:1", 1, "甲")
    state.conversations.remember("t:2", 2, "乙")
    state.conversations.forget("t:1")
    histories = (
        state.conversations.history("t:1", LATER),
        state.conversations.history("t:2", LATER),
    )
    assert histories == ([], ["乙"])
