import unicodedata
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation.access import Access
from bot.conversation.features import people
from bot.conversation.messages import Notice, Outcome
from bot.conversation.wording import plain
from bot.ids import short_id
from bot.state.people import Role
from tests.bot.conversation.features.office.conftest import (
    ADMIN,
    EDITOR,
    NOON,
    READER,
    STRANGER,
    Office,
    buttons_of,
    data_of,
    press,
    text_of,
)

ASK = plain("people.ask")
READ, EDIT, DENY = (plain(f"people.{k}") for k in ("allow_reader", "allow_editor", "deny"))


def role_of(office: Office, user_id: str) -> Role | None:
    person = office.state.people.find(user_id)
    return person.role if person else None


def asked(office: Office, user_id: str = STRANGER) -> Outcome:
    said = people.refuse(office.context(user_id), "")
    return press(office.context(user_id), data_of(said, ASK))


def with_second_admin(office: Office) -> str:
    office.state.people.give("telegram:901", "吴主任", Role.ADMIN, NOON)
    return "telegram:901"


def test_a_stranger_is_told_their_number_and_may_ask(empty_office: Office) -> None:
    said = people.refuse(empty_office.context(STRANGER), "")
    assert short_id(STRANGER) in text_of(said)
    assert list(buttons_of(said)) == [ASK]
    assert role_of(empty_office, STRANGER) is None


def test_without_any_administrator_nobody_is_asked(empty_office: Office) -> None:
    nobody = Access(empty_office.state.people, (), empty_office.state.restrictions)
    said = people.refuse(empty_office.context(STRANGER, access=nobody), "")
    assert "ADMIN_IDS" in text_of(said)
    assert short_id(STRANGER) in text_of(said)
    assert not buttons_of(said)


def test_every_administrator_hears_of_who_asks_once(empty_office: Office) -> None:
    second = with_second_admin(empty_office)
    said = asked(empty_office)
    assert role_of(empty_office, STRANGER) is Role.ASKING
    assert [notice.chat_id for notice in said.notices] == [ADMIN, second]
    assert all(
        "新同事" in text_of(n.reply) and short_id(STRANGER) in text_of(n.reply)
        for n in said.notices
    )
    assert list(buttons_of(said.notices[0].reply)) == [READ, EDIT, DENY]
    again = press(empty_office.context(STRANGER), "ask")
    assert not again.notices
    assert text_of(again) == text_of(said)
    assert empty_office.actions() == ["ask_in"]


def test_who_asked_is_told_to_wait(empty_office: Office) -> None:
    asked(empty_office)
    said = people.refuse(empty_office.context(STRANGER), "")
    assert plain("people.waiting", id=short_id(STRANGER)) == text_of(said)
    assert not buttons_of(said)


def test_the_same_tap_handled_again_says_the_same(empty_office: Office) -> None:
    context = empty_office.context(STRANGER)
    first = press(context, "ask")
    again = press(replace(context, role=Role.ASKING), "ask")
    assert again == first
    assert empty_office.actions() == ["ask_in"]


@pytest.mark.parametrize(
    ("label", "role"), [(READ, Role.READER), (EDIT, Role.EDITOR), (DENY, Role.REFUSED)]
)
def test_an_administrator_decides_and_the_person_hears_of_it(
    empty_office: Office, label: str, role: Role
) -> None:
    request = asked(empty_office).notices[0].reply
    context = empty_office.context(ADMIN)
    said = press(context, data_of(request, label))
    assert role_of(empty_office, STRANGER) is role
    assert [notice.chat_id for notice in said.notices] == [STRANGER]
    assert "周主任" in text_of(said)
    assert "新同事" in text_of(said)
    assert not buttons_of(said)
    assert ("提问" in text_of(said.notices[0].reply)) is (role is not Role.REFUSED)
    assert press(context, data_of(request, label)) == said
    assert empty_office.actions() == ["ask_in", "deny" if role is Role.REFUSED else "let_in"]


def test_a_second_administrator_sees_that_it_was_done(empty_office: Office) -> None:
    second = with_second_admin(empty_office)
    request = asked(empty_office).notices[1].reply
    press(empty_office.context(ADMIN), data_of(request, EDIT))
    later = press(empty_office.context(second), data_of(request, DENY))
    assert role_of(empty_office, STRANGER) is Role.EDITOR
    assert not later.notices
    assert "办过了" in text_of(later)
    assert "周主任" in text_of(later)


def test_who_was_refused_is_not_offered_the_button_again(empty_office: Office) -> None:
    request = asked(empty_office).notices[0].reply
    press(empty_office.context(ADMIN), data_of(request, DENY))
    said = people.refuse(empty_office.context(STRANGER), "")
    assert not buttons_of(said)
    tapped = press(empty_office.context(STRANGER), "ask")
    assert not tapped.notices
    assert role_of(empty_office, STRANGER) is Role.REFUSED


def test_who_may_already_need_not_ask(empty_office: Office) -> None:
    said = press(empty_office.context(READER), "ask")
    assert said == Outcome(toast=plain("people.already"))
    assert role_of(empty_office, READER) is None


@pytest.mark.parametrize("data", ["ok:editor:600", "r:admin:600", "x:600", "p:0", "c:900"])
def test_nobody_else_decides(empty_office: Office, data: str) -> None:
    asked(empty_office)
    for user_id in (STRANGER, READER, EDITOR):
        said = press(empty_office.context(user_id), data)
        denied = "access.short" if user_id == STRANGER else "access.needs_admin"
        assert said == Outcome(toast=plain(denied), alert=True)
    assert role_of(empty_office, STRANGER) is Role.ASKING


def test_everybody_may_know_their_number(empty_office: Office) -> None:
    alone = people.show_id(empty_office.context(STRANGER), "")
    group = empty_office.context(STRANGER, private=False, chat_id="telegram:-1005")
    assert f"<code>{short_id(STRANGER)}</code>" in text_of(alone)
    assert "-1005" in text_of(people.show_id(group, ""))


def test_the_list_turns_its_pages_and_leads_to_cards(empty_office: Office) -> None:
    for number in range(20):
        empty_office.state.people.give(
            f"telegram:{1000 + number}", f"同事{number:02}", Role.READER, NOON
        )
    said = people.users(empty_office.context(ADMIN), "")
    assert "21" in text_of(said)
    seen: list[str] = []
    for _ in range(5):
        seen += [label for label in buttons_of(said) if "同事" in label]
        later = buttons_of(said).get(plain("button.later"))
        if later is None:
            break
        said = press(empty_office.context(ADMIN), later.removeprefix("u:"))
    assert len(seen) == len(set(seen)) == 20
    card = press(empty_office.context(ADMIN), data_of(said, seen[-1]))
    assert "同事19" in text_of(card)


def test_an_administrator_of_the_settings_is_called_by_name_once_seen(
    empty_office: Office,
) -> None:
    assert people.name_of(empty_office.context(READER), ADMIN) == short_id(ADMIN)
    said = people.users(empty_office.context(ADMIN), "")
    assert any("周主任" in label for label in buttons_of(said))
    assert people.name_of(empty_office.context(READER), ADMIN) == "周主任"
    assert role_of(empty_office, ADMIN) is None  # the settings alone make them one


def test_a_card_changes_a_role_once_and_the_person_hears_of_it(empty_office: Office) -> None:
    empty_office.state.people.give(READER, "小陈", Role.READER, NOON)
    card = press(empty_office.context(ADMIN), f"c:{short_id(READER)}")
    context = empty_office.context(ADMIN)
    data = data_of(card, plain("people.make_editor"))
    said = press(context, data)
    assert role_of(empty_office, READER) is Role.EDITOR
    assert [notice.chat_id for notice in said.notices] == [READER]
    assert plain("people.make_editor") not in buttons_of(said)
    assert press(context, data) == said
    assert not press(empty_office.context(ADMIN), data).notices
    assert empty_office.actions() == ["role"]


def test_who_is_removed_may_ask_anew(empty_office: Office) -> None:
    asked(empty_office)
    card = press(empty_office.context(ADMIN), f"c:{short_id(STRANGER)}")
    data = data_of(card, plain("people.remove"))
    said = press(empty_office.context(ADMIN), data)
    assert "新同事" in text_of(said)
    assert role_of(empty_office, STRANGER) is None
    assert press(empty_office.context(ADMIN), data).page
    assert asked(empty_office).notices
    assert empty_office.actions() == ["ask_in", "expel", "ask_in"]


@pytest.mark.parametrize(
    "data", [f"r:reader:{short_id(ADMIN)}", f"x:{short_id(ADMIN)}", f"r:refused:{short_id(ADMIN)}"]
)
def test_an_administrator_of_the_settings_stays_one(empty_office: Office, data: str) -> None:
    second = with_second_admin(empty_office)
    empty_office.state.people.give(ADMIN, "周主任", Role.ADMIN, NOON)
    said = press(empty_office.context(second), data)
    assert said.toast == plain("people.set_by_settings")
    assert role_of(empty_office, ADMIN) is Role.ADMIN
    assert not empty_office.actions()


def test_nobody_changes_their_own_role(empty_office: Office) -> None:
    second = with_second_admin(empty_office)
    said = press(empty_office.context(second), f"r:reader:{second}")
    assert said.toast == plain("people.not_oneself")
    assert role_of(empty_office, second) is Role.ADMIN


@given(st.text())
def test_any_name_is_shown_on_one_short_line_without_what_is_hidden(name: str) -> None:
    shown = people.clean_name(name)
    assert 0 < len(shown) <= 24
    assert not any(unicodedata.category(c)[0] == "C" or c in "\n\r\u2028\u2029" for c in shown)
    assert people.clean_name(shown) == shown


def test_a_name_is_no_markup(empty_office: Office) -> None:
    context = empty_office.context(STRANGER, user_name="<b>王\u202e五</b>&")
    said = press(context, "ask")
    (notice,) = said.notices
    assert isinstance(notice, Notice)
    assert "&lt;b&gt;王五&lt;/b&gt;&amp;" in text_of(notice.reply)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.one_of(
        st.text(max_size=60),
        st.from_regex(
            r"(ok|r|c|x|p|ask)(:(reader|editor|admin|refused|boss))?(:\d{0,20})?", fullmatch=True
        ),
    )
)
def test_garbled_data_never_raises(empty_office: Office, data: str) -> None:
    said = press(empty_office.context(ADMIN), data)
    assert said.toast or said.page
    assert not press(empty_office.context(READER), data).notices
