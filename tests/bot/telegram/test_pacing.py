from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.pacing import Deed, Limits, Pacing

LIMITS = Limits()
WISHES = st.lists(
    st.tuples(
        st.sampled_from([1, 2, 3, -1, -2]), st.sampled_from([Deed.SEND, Deed.EDIT]),
        st.floats(0, 0.3),
    ),
    max_size=120,
)  # fmt: skip


@given(WISHES)
def test_whatever_is_wished_the_limits_are_kept(wishes: list[tuple[int, Deed, float]]) -> None:
    pacing, now = Pacing(), 0.0
    done: list[tuple[int, Deed, float]] = []
    for chat, deed, pause in wishes:
        now += pause
        while wait := pacing.wait(chat, deed, now):
            now += wait
        pacing.note(chat, deed, now)
        done.append((chat, deed, now))
    for chat, deed, at in done:
        lately = [d for d in done if at - 1.0 < d[2] <= at]
        assert len(lately) <= 30
        assert Counter((c, d) for c, d, _ in lately)[chat, deed] == 1
        if chat < 0:
            assert sum(c == chat and at - 60.0 < t <= at for c, _, t in done) <= 20


def test_a_pause_that_is_asked_for_holds_that_chat_alone() -> None:
    pacing = Pacing()
    pacing.hold(1, 30.0, 100.0)
    assert pacing.wait(1, Deed.EDIT, 101.0) == 29.0
    assert pacing.wait(2, Deed.EDIT, 101.0) == 0.0


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    pacing = Pacing()
    pacing.hold(1, 30.0, 100.0)
    pacing.hold(1, 1.0, 100.0)
    assert pacing.wait(1, Deed.SEND, 110.0) == 20.0


def test_after_a_start_the_first_words_wait_for_what_an_earlier_run_may_have_said() -> None:
    pacing = Pacing(begun=100.0)
    assert pacing.wait(1, Deed.SEND, 100.0) == pytest.approx(LIMITS.apart)
    assert pacing.wait(1, Deed.SEND, 100.0 + LIMITS.apart) == 0.0


def test_the_sign_of_typing_counts_for_no_group() -> None:
    pacing = Pacing()
    for n in range(40):
        pacing.note(-1, Deed.TYPE, float(n))
    assert pacing.wait(-1, Deed.SEND, 40.0) == 0.0


def test_quiet_chats_are_forgotten() -> None:
    pacing = Pacing()
    for chat in range(1000):
        pacing.note(-chat - 1, Deed.SEND, float(chat))
    assert len(pacing._last) < 400
    assert len(pacing._group) < 400
