import math
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.pacing import CallKind, limits_of
from bot.state.turns import LocalTurns
from bot.telegram.adapter import PACE


def is_group(chat_id: str) -> bool:
    return chat_id.startswith("-")


WISHES = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", "-1", "-2"]),
        st.sampled_from([CallKind.SEND, CallKind.EDIT]),
        st.floats(0, 0.3),
    ),
    max_size=120,
)  # fmt: skip


@given(WISHES)
def test_whatever_is_wished_the_limits_are_kept(wishes: list[tuple[str, CallKind, float]]) -> None:
    now = 0.0
    turns = LocalTurns(-math.inf, lambda: now)
    done: list[tuple[str, CallKind, float]] = []
    for chat, call, pause in wishes:
        now += pause
        for limit in limits_of("telegram", PACE, chat, call, in_group=is_group(chat)):
            now += turns.reserve(*limit)
        done.append((chat, call, now))
    for chat, call, at in done:
        lately = [d for d in done if at - 1.0 < d[2] <= at]
        assert len(lately) <= 30
        assert Counter((c, d) for c, d, _ in lately)[chat, call] == 1
        if is_group(chat):
            assert sum(c == chat and at - 60.0 < t <= at for c, _, t in done) <= 20


def test_the_sign_of_typing_counts_for_no_group() -> None:
    limits = limits_of("telegram", PACE, "-1", CallKind.TYPING, in_group=True)
    assert [key for key, _, _ in limits] == ["-1 typing", "telegram"]
