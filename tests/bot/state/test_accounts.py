from bot.state.accounts import IDLE_SECONDS, INVITED_SECONDS, LONGEST_SECONDS
from bot.state.opening import State
from bot.state.people import Role


def test_a_name_is_one_account_s_alone(state: State) -> None:
    assert state.accounts.is_empty()
    first = state.accounts.add("甲", "hash", 0.0)
    assert first
    assert state.accounts.add("甲", "other", 1.0) is None
    assert state.accounts.find_named("甲") == state.accounts.find(first.id) == first
    assert state.accounts.find_named("乙") is None
    assert not state.accounts.is_empty()


def test_a_session_stands_while_it_is_used_and_not_for_ever(state: State) -> None:
    account = state.accounts.add("甲", "hash", 0.0)
    assert account
    token, now = state.accounts.sign_in(account, 0.0), 0.0
    while now < LONGEST_SECONDS:
        session = state.accounts.session(token, now)
        assert session
        assert session.account == account
        now += IDLE_SECONDS * 0.9
    assert state.accounts.session(token, now) is None


def test_a_session_that_nobody_uses_is_over(state: State) -> None:
    account = state.accounts.add("甲", "hash", 0.0)
    assert account
    token = state.accounts.sign_in(account, 0.0)
    assert state.accounts.session(token, IDLE_SECONDS + 1.0) is None


def test_a_token_is_kept_nowhere(state: State) -> None:
    account = state.accounts.add("甲", "hash", 0.0)
    assert account
    tokens = (
        state.accounts.sign_in(account, 0.0), state.accounts.invite(Role.READER, "web:1", 0.0)
    )  # fmt: skip
    kept = state._database.rows(
        "SELECT token FROM sessions UNION ALL SELECT token FROM invitations"
    )
    assert len(kept) == 2
    assert not {row[0] for row in kept} & set(tokens)


def test_another_password_signs_out_everywhere(state: State) -> None:
    account = state.accounts.add("甲", "hash", 0.0)
    assert account
    token = state.accounts.sign_in(account, 0.0)
    state.accounts.set_password(account, "new")
    assert state.accounts.session(token, 1.0) is None
    found = state.accounts.find_named("甲")
    assert found
    assert found.password == "new"  # noqa: S105 - a test's


def test_an_invitation_is_taken_once_and_in_time(state: State) -> None:
    token = state.accounts.invite(Role.EDITOR, "web:1", 0.0)
    assert state.accounts.invited_role(token, 1.0) is Role.EDITOR
    assert state.accounts.invited_role("x", 1.0) is None
    assert state.accounts.invited_role(token, INVITED_SECONDS + 1.0) is None
    state.accounts.take_invitation(token)
    assert state.accounts.invited_role(token, 1.0) is None
