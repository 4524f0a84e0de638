from dataclasses import replace

from bot.state.answers import KeptAnswer, KeptQuote
from bot.state.opening import State

DAY = 86_400.0
LATER = 99
QUOTE = KeptQuote(1, "abc", "**县", "2023年", ("一、主要工作", "（一）食品"), 3, 9, "抽检*批次")
ANSWER = KeptAnswer(5, "t:10", "t:20", "抽检多少？", "原文已隐去[1]", (QUOTE,), "extractive", "")


def test_an_answer_comes_back_as_it_was_kept_only_in_its_chat(state: State) -> None:
    state.answers.keep(ANSWER, 0.0)
    assert state.answers.find(5, "t:10") == ANSWER
    assert state.answers.find(5, "t:11") is None
    assert state.answers.find(6, "t:10") is None


def test_an_answer_that_was_worked_out_again_takes_the_place_of_the_first(state: State) -> None:
    state.answers.keep(ANSWER, 0.0)
    state.answers.keep(replace(ANSWER, answer="另一句"), 1.0)
    found = state.answers.find(5, "t:10")
    assert found
    assert found.answer == "另一句"
    assert state.answers.count_since(0.0) == 1


def test_the_last_word_on_an_answer_counts_one_for_each_person(state: State) -> None:
    state.answers.keep(ANSWER, 0.0)
    state.answers.judge(5, "t:20", "good", "", 1.0)
    state.answers.judge(5, "t:20", "bad", "figure", 2.0)
    state.answers.judge(5, "t:21", "good", "", 3.0)
    assert state.answers.judgements() == [("bad", 1), ("good", 1)]
    assert state.answers.judgement(5, "t:20") == ("bad", "figure")
    assert state.answers.judgement(5, "t:22") is None


def test_free_words_are_all_kept_but_the_same_ones_once(state: State) -> None:
    for words in ("快些", "快些", "多些报告"):
        state.answers.judge(None, "t:20", "words", words, 1.0)
    state.answers.judge(None, "t:21", "words", "快些", 1.0)
    assert state.answers.judgements() == [("words", 3)]


def test_the_latest_judgements_come_first_with_what_they_are_of(state: State) -> None:
    state.answers.keep(replace(ANSWER, writer="model", prompt="answer/v1"), 0.0)
    state.answers.judge(5, "t:20", "bad", "figure", 1.0)
    state.answers.judge(None, "t:21", "words", "快些", 2.0)
    words, bad = state.answers.latest_judgements(5)
    assert (words.user_id, words.reason, words.question) == ("t:21", "快些", "")
    assert (bad.question, bad.writer, bad.prompt) == ("抽检多少？", "model", "answer/v1")
    assert state.answers.latest_judgements(1) == [words]


def test_answers_are_counted_since_a_time(state: State) -> None:
    for number, at in enumerate((1.0, 5.0, 9.0)):
        state.answers.keep(replace(ANSWER, id=number), at)
    assert [state.answers.count_since(at) for at in (0.0, 5.0, 9.5)] == [3, 2, 0]


def test_old_answers_are_let_go_with_what_was_said_of_them(state: State) -> None:
    state.answers.keep(ANSWER, 0.0)
    state.answers.keep(replace(ANSWER, id=7), 80 * DAY)
    for number, at in ((5, 0.0), (7, 80 * DAY)):
        state.answers.judge(number, "t:20", "bad", "", at)
    state.answers.forget_old(DAY)
    assert [bool(state.answers.find(n, "t:10")) for n in (5, 7)] == [False, True]
    assert state.answers.judgements() == [("bad", 1)]


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
