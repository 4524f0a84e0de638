from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.messages import Mark, MarkKind, Text, bold, fold

BOLD, ITALIC = MarkKind.BOLD, MarkKind.ITALIC
PLACES = st.integers(-3, 15)
TEXTS = st.builds(
    Text,
    st.text("甲a\n\N{GRINNING FACE}", max_size=12),
    st.lists(st.builds(Mark, PLACES, PLACES, st.sampled_from(MarkKind)), max_size=5).map(tuple),
)


def test_texts_and_strings_are_added() -> None:
    assert "问：" + bold("查") + "。" == Text("问：查。", (Mark(2, 3, BOLD),))


def test_texts_are_joined_by_a_text() -> None:
    joined = bold("、").join(("甲", Text("乙"), "丙"))
    assert joined == Text("甲、乙、丙", (Mark(1, 2, BOLD), Mark(3, 4, BOLD)))


def test_marks_of_one_kind_that_meet_are_one() -> None:
    assert bold("甲") + bold("乙") == bold("甲乙")
    assert bold(bold("甲")) == bold("甲")
    assert bold(fold("甲")) == fold(bold("甲"))


def test_marks_outside_the_text_or_of_nothing_are_none() -> None:
    assert Text("甲", (Mark(0, 0, BOLD), Mark(1, 5, BOLD), Mark(-1, 1, ITALIC))) == Text(
        "甲", (Mark(0, 1, ITALIC),)
    )


@given(TEXTS, st.integers(0, 12))
def test_a_text_cut_in_two_is_joined_again(text: Text, place: int) -> None:
    assert text[:place] + text[place:] == text


@given(TEXTS, TEXTS)
def test_joining_adds_lengths_and_is_cut_back(left: Text, right: Text) -> None:
    both = left + right
    assert len(both) == len(left) + len(right)
    assert (both[: len(left)], both[len(left) :]) == (left, right)


@given(TEXTS)
def test_json_gives_the_text_back(text: Text) -> None:
    assert Text.from_json(text.to_json()) == text
