import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation.features import asking
from bot.conversation.messages import Outcome
from bot.conversation.wording import plain
from bot.ids import short_id
from bot.state.answers import KeptAnswer
from tests.bot.conversation.features.office.conftest import (
    ADMIN,
    NOON,
    READER,
    Office,
    buttons_of,
    data_of,
    text_of,
)
from tests.bot.conversation.features.walking import messages

GROUP = "telegram:-1005"
REASONS = ("figure", "point", "source", "unclear", "none")


@pytest.fixture
def answered(empty_office: Office) -> Office:
    """An answer, number 7, was given in a group."""
    kept = KeptAnswer(7, GROUP, READER, "抽检<多少>？", "412批次[1]", (), "model", "answer/v1")
    empty_office.state.answers.keep(kept, NOON)
    empty_office.state.people.give(READER, "小陈", empty_office.context(READER).role, NOON)
    return empty_office


def tap(office: Office, data: str, user_id: str = READER, chat_id: str = GROUP) -> Outcome:
    context = office.context(user_id, chat_id=chat_id, private=False)
    return asking.on_feedback_press(context, data)


def test_a_good_answer_is_thanked_for(answered: Office) -> None:
    assert tap(answered, "7:good") == Outcome(toast=plain("feedback.thanks"))
    assert answered.state.answers.judgements() == [("good", 1)]


@pytest.mark.parametrize("reason", REASONS)
def test_a_bad_answer_is_asked_about_and_the_reason_kept(answered: Office, reason: str) -> None:
    asked = tap(answered, "7:bad")
    assert asked.toast == plain("feedback.thanks")
    assert len(buttons_of(asked)) == len(REASONS)
    said = tap(answered, data_of(asked, plain(f"feedback.reason_{reason}")))
    assert said.page
    assert not said.page.rows
    kept = "" if reason == "none" else reason
    assert answered.state.answers.judgement(7, READER) == ("bad", kept)


def test_once_the_reason_is_told_it_is_not_asked_for_again(answered: Office) -> None:
    assert tap(answered, "7:bad") == tap(answered, "7:bad")
    tap(answered, f"7:figure:{short_id(READER)}")
    assert tap(answered, "7:bad") == Outcome(toast=plain("feedback.thanks"))
    assert answered.state.answers.judgement(7, READER) == ("bad", "figure")


def test_a_change_of_mind_counts(answered: Office) -> None:
    tap(answered, "7:bad")
    tap(answered, f"7:figure:{short_id(READER)}")
    tap(answered, "7:good")
    assert answered.state.answers.judgement(7, READER) == ("good", "")


def test_others_answer_for_themselves(answered: Office) -> None:
    tap(answered, "7:bad")
    said = tap(answered, f"7:figure:{short_id(READER)}", ADMIN)
    assert said == Outcome(toast=plain("button.not_yours"))
    tap(answered, "7:good", ADMIN)
    assert answered.state.answers.judgements() == [("bad", 1), ("good", 1)]


@pytest.mark.parametrize(("data", "chat_id"), [("8:good", GROUP), ("7:good", READER)])
def test_an_answer_of_another_chat_is_none(answered: Office, data: str, chat_id: str) -> None:
    assert tap(answered, data, chat_id=chat_id) == Outcome(toast=plain("feedback.old"))
    assert not answered.state.answers.judgements()


def test_free_words_are_kept(answered: Office) -> None:
    context = answered.context(READER)
    said = asking.feedback(context, " 希望\u202e快\n些 ")
    assert text_of(said) == plain("feedback.kept")
    assert asking.feedback(context, " 希望\u202e快\n些 ") == said
    (kept,) = answered.state.answers.latest_judgements(5)
    assert (kept.verdict, kept.reason) == ("words", "希望快 些")


@pytest.mark.parametrize("words", ["", "  \n ", "\u200b"])
def test_without_words_it_is_told_how(answered: Office, words: str) -> None:
    said = asking.feedback(answered.context(READER), words)
    assert text_of(said) == plain("feedback.how")
    assert not answered.state.answers.judgements()


def test_administrators_see_what_was_said_last(answered: Office) -> None:
    tap(answered, "7:bad")
    tap(answered, f"7:source:{READER}")
    asking.feedback(answered.context(READER), "快<些>")
    said = text_of(asking.feedback(answered.context(ADMIN), "list"))
    for word in (
        "小陈",
        "抽检&lt;多少&gt;？",
        "answer/v1",
        "快&lt;些&gt;",
        plain("feedback.reason_source"),
    ):
        assert word in said


def test_nobody_else_sees_the_list(answered: Office) -> None:
    asking.feedback(answered.context(READER), "快些")
    said = asking.feedback(answered.context(READER), "list")
    assert "快些" not in text_of(said)


def test_an_empty_list_says_so(empty_office: Office) -> None:
    said = asking.feedback(empty_office.context(ADMIN), "list")
    assert text_of(said) == plain("feedback.none")


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.one_of(
        st.text(max_size=60),
        st.from_regex(
            r"(7|\d{1,20})(:(good|bad|figure|none|boss)){0,2}(:\d{1,20})?", fullmatch=True
        ),
    )
)
def test_garbled_data_never_raises(answered: Office, data: str) -> None:
    said = tap(answered, data)
    assert said.toast or said.page


@given(st.text(max_size=3000))
@settings(
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_words_are_kept_and_shown(answered: Office, words: str) -> None:
    asking.feedback(answered.context(READER), words)
    said = asking.feedback(answered.context(ADMIN), "list")
    assert all(messages(reply) for reply in said.replies)
