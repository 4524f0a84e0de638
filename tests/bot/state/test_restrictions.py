from bot.state.opening import State
from bot.state.people import group_reader

BUREAU, OTHER = "甲县市场监管局", "乙县市场监管局"


def test_everybody_may_read_what_is_not_limited(state: State) -> None:
    assert state.restrictions.closed_bureaus("t:1") == frozenset()
    state.restrictions.limit(BUREAU)
    assert state.restrictions.closed_bureaus("t:1") == {BUREAU}
    state.restrictions.open(BUREAU)
    assert state.restrictions.closed_bureaus("t:1") == frozenset()


def test_a_reader_reads_what_is_allowed_and_no_more(state: State) -> None:
    rules = state.restrictions
    rules.allow(BUREAU, "t:1")
    rules.limit(OTHER)
    assert rules.closed_bureaus("t:1") == {OTHER}
    assert rules.closed_bureaus("t:2") == {BUREAU, OTHER}
    rules.disallow(BUREAU, "t:1")
    assert rules.closed_bureaus("t:1") == {BUREAU, OTHER}


def test_a_group_reads_for_its_members(state: State) -> None:
    rules = state.restrictions
    rules.set_members("食品科", ["t:1", "t:2"])
    rules.allow(BUREAU, group_reader("食品科"))
    assert [rules.closed_bureaus(f"t:{n}") for n in (1, 2, 3)] == [set(), set(), {BUREAU}]
    rules.set_members("食品科", ["t:3"])
    assert [rules.closed_bureaus(f"t:{n}") for n in (1, 3)] == [{BUREAU}, set()]
    rules.set_members("食品科", [])
    assert rules.groups() == []
    assert rules.readers(BUREAU) == []
    assert rules.closed_bureaus("t:3") == {BUREAU}


def test_who_is_named_like_a_group_is_none(state: State) -> None:
    state.restrictions.set_members("x", ["t:1"])
    state.restrictions.allow(BUREAU, group_reader("x"))
    assert state.restrictions.closed_bureaus("x") == {BUREAU}


def test_opening_forgets_the_readers(state: State) -> None:
    state.restrictions.allow(BUREAU, "t:1")
    state.restrictions.open(BUREAU)
    state.restrictions.limit(BUREAU)
    assert state.restrictions.closed_bureaus("t:1") == {BUREAU}
