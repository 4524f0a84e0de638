import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.entry import SignInThrottle, Unfit, clean_name, hash_password, is_password, unfit

PASSWORD = "正确的密码123"  # noqa: S105 - a test's
A_QUARTER = 15 * 60.0


def test_only_the_password_itself_fits_its_hash() -> None:
    kept = hash_password(PASSWORD)
    assert PASSWORD not in kept
    assert hash_password(PASSWORD) != kept
    assert is_password(PASSWORD, kept)
    assert not is_password(PASSWORD + " ", kept)
    assert not is_password("", kept)


@pytest.mark.parametrize("kept", ["", "x", "$argon2id$v=19$m=65536"])
def test_nothing_fits_what_is_no_hash(kept: str) -> None:
    assert not is_password("", kept)
    assert not is_password(kept, kept)


@pytest.mark.parametrize(
    ("name", "password", "fault"),
    [
        ("", PASSWORD, Unfit.NAME),
        ("名" * 21, PASSWORD, Unfit.NAME),
        ("a\nb", PASSWORD, Unfit.NAME),
        ("小李", "1234567", Unfit.SHORT),
        ("小李", "1" * 201, Unfit.LONG),
        ("xiaoli2024", "XiaoLi2024", Unfit.LIKE_NAME),
        ("小李", PASSWORD, None),
    ],
)
def test_what_is_chosen_is_looked_at(name: str, password: str, fault: Unfit | None) -> None:
    assert unfit(name, password) is fault


def test_what_looks_the_same_is_one_name() -> None:
    assert clean_name("　小李Ａ ") == clean_name("小李A") == "小李A"


def test_five_failures_of_a_name_make_it_wait_wherever_they_come_from() -> None:
    throttle = SignInThrottle()
    for n in range(5):
        assert throttle.wait("甲", "1.1.1.1", float(n)) == 0
        throttle.note_failure("甲", f"1.1.1.{n}", float(n))
    assert throttle.wait("甲", "2.2.2.2", 5.0) == A_QUARTER - 5.0
    assert throttle.wait("乙", "1.1.1.1", 5.0) == 0
    assert throttle.wait("甲", "2.2.2.2", A_QUARTER) == 0


def test_an_address_that_tries_many_names_waits_and_success_forgets_only_the_name() -> None:
    throttle = SignInThrottle()
    for n in range(30):
        throttle.note_failure(f"名{n}", "1.1.1.1", 0.0)
    assert throttle.wait("新", "1.1.1.1", 1.0) > 0
    throttle.note_success("名1")
    assert throttle.wait("名1", "1.1.1.1", 1.0) > 0


@given(st.lists(st.floats(0, 10_000), max_size=60))
def test_never_more_than_five_tries_in_a_quarter_of_an_hour(times: list[float]) -> None:
    throttle, tries = SignInThrottle(), list[float]()
    for now in sorted(times):
        if throttle.wait("甲", "", now) == 0:
            throttle.note_failure("甲", "", now)
            tries.append(now)
    for now in tries:
        assert sum(now - A_QUARTER < earlier <= now for earlier in tries) <= 5
