from bot.state.opening import State

DAY = 86_400.0


def test_a_choice_is_found_by_whose_it_is_where_it_is_and_of_its_kind(state: State) -> None:
    number = state.choices.make("t:1", "t:2", "plan", {"bureau": "**县", "n": 3}, 0.0)
    assert state.choices.find(number, "t:1", "t:2", "plan") == {"bureau": "**县", "n": 3}
    assert state.choices.find(number, "t:9", "t:2", "plan") is None
    assert state.choices.find(number, "t:1", "t:9", "plan") is None
    assert state.choices.find(number, "t:1", "t:2", "summary") is None
    assert state.choices.find(number + 1, "t:1", "t:2", "plan") is None


def test_a_choice_changes_and_others_do_not(state: State) -> None:
    one, other = (state.choices.make("t:1", "t:2", "plan", {"n": n}, 0.0) for n in (1, 2))
    state.choices.change(one, {"n": 5})
    assert state.choices.find(one, "t:1", "t:2", "plan") == {"n": 5}
    assert state.choices.find(other, "t:1", "t:2", "plan") == {"n": 2}


def test_old_choices_are_let_go(state: State) -> None:
    old = state.choices.make("t:1", "t:2", "plan", {}, 0.0)
    newer = state.choices.make("t:1", "t:2", "plan", {}, 20 * DAY)
    state.choices.make("t:1", "t:2", "plan", {}, 31 * DAY)
    assert state.choices.find(old, "t:1", "t:2", "plan") is None
    assert state.choices.find(newer, "t:1", "t:2", "plan") == {}


def test_a_number_is_never_given_twice(state: State) -> None:
    old = state.choices.make("t:1", "t:2", "remove", {"report": "old"}, 0.0)
    state.choices.make("t:1", "t:2", "remove", {"report": "new"}, 60 * DAY)
    assert state.choices.find(old, "t:1", "t:2", "remove") is None
