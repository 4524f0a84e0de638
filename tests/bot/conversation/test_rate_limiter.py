import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.pacing import CallKind, RateLimiter
from bot.telegram.adapter import PACE


def is_group(chat_id: str) -> bool:
    return chat_id.startswith("-")


def new_limiter(begun: float = -math.inf) -> RateLimiter:
    return RateLimiter(PACE, is_group, begun)


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
    limiter, now = new_limiter(), 0.0
    done: list[tuple[str, CallKind, float]] = []
    for chat, call, pause in wishes:
        now += pause
        while wait := limiter.wait(chat, call, now):
            now += wait
        limiter.note(chat, call, now)
        done.append((chat, call, now))
    for chat, call, at in done:
        lately = [d for d in done if at - 1.0 < d[2] <= at]
        assert len(lately) <= 30
        assert Counter((c, d) for c, d, _ in lately)[chat, call] == 1
        if is_group(chat):
            assert sum(c == chat and at - 60.0 < t <= at for c, _, t in done) <= 20


def test_a_pause_that_is_asked_for_holds_that_chat_alone() -> None:
    limiter = new_limiter()
    limiter.pause("1", 30.0, 100.0)
    assert limiter.wait("1", CallKind.EDIT, 101.0) == 29.0
    assert limiter.wait("2", CallKind.EDIT, 101.0) == 0.0


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    limiter = new_limiter()
    limiter.pause("1", 30.0, 100.0)
    limiter.pause("1", 1.0, 100.0)
    assert limiter.wait("1", CallKind.SEND, 110.0) == 20.0


def test_after_a_start_the_first_words_wait_for_what_an_earlier_run_may_have_said() -> None:
    limiter = new_limiter(begun=100.0)
    assert limiter.wait("1", CallKind.SEND, 100.0) == pytest.approx(PACE.apart)
    assert limiter.wait("1", CallKind.SEND, 100.0 + PACE.apart) == 0.0


def test_the_sign_of_typing_counts_for_no_group() -> None:
    limiter = new_limiter()
    for n in range(40):
        limiter.note("-1", CallKind.TYPING, float(n))
    assert limiter.wait("-1", CallKind.SEND, 40.0) == 0.0


def test_quiet_chats_are_forgotten() -> None:
    limiter = new_limiter()
    for chat in range(1000):
        limiter.note(f"-{chat + 1}", CallKind.SEND, float(chat))
    assert len(limiter._last) < 400
    assert len(limiter._group) < 400
