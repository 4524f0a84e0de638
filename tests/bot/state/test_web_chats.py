import json

import pytest

from bot.state.opening import State
from bot.state.web_chats import ChatKind


@pytest.fixture
def account(state: State) -> int:
    made = state.accounts.add("甲", "hash", 0.0)
    assert made
    return made.id


def test_the_latest_conversation_comes_first(state: State, account: int) -> None:
    chats = state.web_chats
    first, second = chats.begin(account, "一", 1.0), chats.begin(account, "二", 2.0)
    assert [c.id for c in chats.chats_of(account)] == [second.id, first.id]
    chats.add(first.id, "{}", 3.0)
    assert [c.id for c in chats.chats_of(account)] == [first.id, second.id]
    assert chats.chats_of(account + 1) == []


def test_notices_have_one_conversation(state: State, account: int) -> None:
    chats = state.web_chats
    notices = chats.notices(account, "通知", 1.0)
    assert chats.notices(account, "通知", 2.0) == notices
    assert notices.kind is ChatKind.NOTICES


@pytest.mark.parametrize("words", ["抽检", "%", "“x”", "a\\b", "Ab"])
def test_a_conversation_is_found_by_words_as_they_stand(
    state: State, account: int, words: str
) -> None:

    chats = state.web_chats
    held, other = chats.begin(account, "", 1.0), chats.begin(account, "别的", 1.0)
    said = json.dumps({"plain": f"前{words}后", "marks": []}, ensure_ascii=False)
    chats.add(held.id, said, 1.0)
    chats.add(other.id, json.dumps({"plain": "没有", "marks": []}, ensure_ascii=False), 1.0)
    assert [c.id for c in chats.chats_of(account, words)] == [held.id]
    assert [c.id for c in chats.chats_of(account, "别的")] == [other.id]


def test_a_message_is_the_same_however_often_it_is_sent(state: State, account: int) -> None:
    chats = state.web_chats
    chat = chats.begin(account, "", 0.0)
    first = chats.add(chat.id, "{}", 1.0, mine=True, key="k")
    assert chats.add(chat.id, "{}", 2.0, mine=True, key="k") == first
    assert chats.add(chat.id, "{}", 2.0, mine=True, key="l") != first
    assert chats.add(chat.id, "{}", 2.0) != chats.add(chat.id, "{}", 2.0)


def test_each_change_is_told_once_in_its_order(state: State, account: int) -> None:
    chats = state.web_chats
    chat = chats.begin(account, "", 0.0)
    one, two = chats.add(chat.id, "1", 1.0), chats.add(chat.id, "2", 1.0)
    known = chats.last_change()
    assert chats.edit(one, "1b", "[]")
    assert chats.edit(two, "2", "[]")  # it says what it said
    assert [m.id for m in chats.changed_since(account, 0)] == [two, one]
    assert [(m.id, m.text, m.edits) for m in chats.changed_since(account, known)] == [
        (one, "1b", 1)
    ]
    assert chats.changed_since(account + 1, 0) == []
    assert not chats.edit(99, "", "[]")


def test_what_is_deleted_takes_its_messages_and_files_and_no_number_comes_again(
    state: State, account: int
) -> None:
    chats = state.web_chats
    chat = chats.begin(account, "", 0.0)
    file = chats.keep_file(chat.id, "x.txt", b"12")
    chats.add(chat.id, "{}", 1.0, file=file)
    found = chats.file(file)
    assert found
    assert (found[0].name, found[0].size, found[1], found[2]) == ("x.txt", 2, chat.id, b"12")
    known = chats.last_change()
    chats.delete(chat.id)
    assert chats.chat(chat.id) is None
    assert chats.file(file) is None
    assert chats.messages(chat.id) == []
    other = chats.begin(account, "", 0.0)
    chats.add(other.id, "{}", 1.0)
    assert chats.last_change() > known


def test_what_is_old_is_forgotten(state: State, account: int) -> None:
    chats = state.web_chats
    old, new = chats.begin(account, "", 1.0), chats.begin(account, "", 5.0)
    chats.forget_old(5.0)
    assert chats.chat(old.id) is None
    assert chats.chat(new.id) == new
