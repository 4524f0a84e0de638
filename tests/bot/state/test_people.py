import pytest

from bot.state.opening import State
from bot.state.people import AuditEntry, Role


def test_everybody_is_unknown_until_a_role_is_given(state: State) -> None:
    assert state.people.find("t:1") is None
    state.people.give("t:1", "老王", Role.ASKING, 1.0)
    state.people.give("t:1", "", Role.READER, 2.0)
    person = state.people.find("t:1")
    assert person
    assert (person.name, person.role, person.since) == ("老王", Role.READER, 2.0)


def test_who_was_removed_is_unknown_again(state: State) -> None:
    state.people.give("t:1", "老王", Role.READER, 1.0)
    state.people.give("t:2", "老李", Role.READER, 1.0)
    state.people.remove("t:1")
    state.people.remove("t:3")
    assert [p.user_id for p in state.people.everybody()] == ["t:2"]


def test_who_asks_comes_first_then_who_may_most(state: State) -> None:
    for number, role in enumerate((Role.READER, Role.ADMIN, Role.ASKING, Role.REFUSED)):
        state.people.give(f"t:{number}", f"名{number}", role, 1.0)
    roles = [p.role for p in state.people.everybody()]
    assert roles == [Role.ASKING, Role.ADMIN, Role.READER, Role.REFUSED]


@pytest.mark.parametrize(
    ("has", "needed", "covered"),
    [
        (Role.ADMIN, Role.EDITOR, True),
        (Role.EDITOR, Role.EDITOR, True),
        (Role.READER, Role.EDITOR, False),
        (Role.ASKING, Role.READER, False),
        (Role.REFUSED, Role.STRANGER, False),
    ],
)
def test_a_role_covers_those_below_it(has: Role, needed: Role, covered: bool) -> None:
    assert has.covers(needed) is covered


def test_the_newest_entries_come_first(state: State) -> None:
    for number in range(4):
        state.audit.note(f"t:{number}", "upload", f"报告{number}", float(number))
    assert state.audit.latest(2) == [
        AuditEntry(3.0, "t:3", "upload", "报告3"),
        AuditEntry(2.0, "t:2", "upload", "报告2"),
    ]
