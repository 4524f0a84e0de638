from pathlib import Path

from bot.state.answers import KeptAnswer
from bot.state.opening import ASKED, State

MINE, OTHERS = "web:1", "web:2"


def kept_by(state: State, user_id: str, chat_id: str, number: int) -> None:
    """A question that was answered, judged and noted."""
    answer = KeptAnswer(number, chat_id, user_id, "问", "答", (), "extractive", "")
    state.answers.keep(answer, float(number))
    state.answers.judge(number, user_id, "good", "", float(number))
    state.conversations.remember(chat_id, number, "问")
    state.audit.note(user_id, ASKED, "问", float(number))
    state.choices.make(chat_id, user_id, "example", {}, float(number))


def test_a_person_is_forgotten_and_nobody_else(state: State) -> None:
    account = state.accounts.add("甲", "", 0.0)
    assert account
    here, there = (state.web_chats.begin(account.id, "题", 0.0) for _ in range(2))
    for chat in (here, there):
        state.web_chats.add(chat.id, "{}", 0.0)
    kept_by(state, MINE, f"web:c{here.id}", 1)
    kept_by(state, MINE, f"web:c{there.id}", 2)
    kept_by(state, OTHERS, "web:c9", 3)
    state.audit.note(MINE, "let_in", "乙", 4.0)
    state.forget_person(MINE, f"web:c{here.id}")
    assert state.web_chats.chats_of(account.id) == [here]
    assert state.web_chats.messages(here.id) == []
    for chat, n in ((here, 1), (there, 2)):
        assert state.answers.find(n, f"web:c{chat.id}") is None
        assert state.conversations.history(f"web:c{chat.id}", 99) == []
    assert state.answers.find(3, "web:c9")
    assert state.conversations.history("web:c9", 99) == ["问"]
    noted = [(entry.user_id, entry.action) for entry in state.audit.latest(9)]
    assert noted == [(MINE, "let_in"), (OTHERS, ASKED)]


def test_what_is_older_than_a_time_is_forgotten(state: State) -> None:
    kept_by(state, MINE, "t:1", 1)
    kept_by(state, MINE, "t:1", 5)
    state.forget_old(3.0)
    assert state.answers.find(1, "t:1") is None
    assert state.answers.find(5, "t:1")
    assert [entry.at for entry in state.audit.latest(9)] == [5.0]


def test_what_is_kept_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    state = State.open(folder)
    state.notes.write("a", "b")
    assert folder.stat().st_mode & 0o777 == 0o700
    files = list(folder.iterdir())
    assert len(files) > 1
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    state.close()
