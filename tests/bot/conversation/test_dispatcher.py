import pytest

from bot.conversation.access import Access, Denial, FixedRole, denial_of, may_change
from bot.conversation.dispatcher import Dispatch, dispatch
from bot.conversation.messages import (
    ButtonPress,
    FileRef,
    IncomingMessage,
    Outcome,
    Update,
    reply_with,
)
from bot.conversation.queues import QueuedUpdate
from bot.conversation.routes import ROUTES
from bot.conversation.wording import plain, sentence
from bot.state.delivery import InboxItem
from bot.state.opening import State
from bot.state.people import Role
from tests.bot.state.conftest import state as state  # noqa: PLC0414 - a fixture

FILE = FileRef("f", "a.txt", 3)


def work_for(
    content: IncomingMessage | ButtonPress,
    role: Role,
    *,
    verdict: str = "",
    in_group: bool = False,
    stopped: int = 0,
) -> Dispatch:
    update = Update("1", "t:1", "t:1", "某", content, in_group)
    queued = QueuedUpdate(InboxItem("t", "1", "t:1", "", verdict), update, stopped=stopped)
    return dispatch(ROUTES, queued, update, role)


def written(text: str = "", command: str = "") -> IncomingMessage:
    return IncomingMessage("t:5", text, command)


def test_plain_words_are_a_question() -> None:
    work = work_for(written("立案多少件"), Role.READER)
    assert (work.route, work.words) == (ROUTES.commands["ask"], "立案多少件")


def test_a_command_goes_to_its_route_with_its_words() -> None:
    work = work_for(written("云溪县", "summary"), Role.READER)
    assert (work.route, work.words) == (ROUTES.commands["summary"], "云溪县")


@pytest.mark.parametrize(
    ("words", "name"), [("台账", "figures"), ("核对稿子", "check"), ("怎么上传报告？", "upload")]
)
def test_the_name_of_a_command_alone_is_the_command(words: str, name: str) -> None:
    work = work_for(written(words), Role.EDITOR)
    assert (work.route, work.words) == (ROUTES.commands[name], "")
    assert work_for(written(f"{words}的情况"), Role.EDITOR).name == "ask"


def test_a_command_that_there_is_not_is_told_so_in_private_alone() -> None:
    assert work_for(written("x", "nix"), Role.READER).route is ROUTES.unknown
    assert work_for(written("x", "nix"), Role.READER).words == "/nix"
    assert work_for(written("x", "nix"), Role.READER, in_group=True) == Dispatch("unknown")


def test_a_button_goes_to_the_route_of_its_prefix_and_a_whole_one_before_that() -> None:
    quote = work_for(ButtonPress("1", "q:12:3"), Role.READER)
    assert (quote.route, quote.words) == (ROUTES.presses["q:"], "12:3")
    asked = work_for(ButtonPress("1", "u:ask"), Role.STRANGER)
    assert (asked.route, asked.words) == (ROUTES.presses["u:ask"], "ask")


def test_a_button_that_means_nothing_is_stale() -> None:
    stale = Outcome(toast=plain("button.stale"))
    assert work_for(ButtonPress("1", "nix"), Role.READER).outcome == stale


@pytest.mark.parametrize("role", [Role.REFUSED, Role.STRANGER, Role.ASKING])
def test_who_is_not_let_in_is_refused_whatever_they_send(role: Role) -> None:
    for content in (
        written("问"), written("", "start"), written("", "status"), written("", "nix"),
        written("", "stop"), written(), IncomingMessage("t:5", "", file=FILE),
    ):  # fmt: skip
        assert work_for(content, role).route is ROUTES.refused
    denied = Outcome(toast=plain("access.short"), alert=True)
    for data in ("q:1:1", "u:x:7", "l:x:1", "nix"):
        assert work_for(ButtonPress("1", data), role).outcome == denied
    assert work_for(written("", "id"), role).route is ROUTES.commands["id"]


def test_what_needs_more_says_what_it_needs() -> None:
    upload = IncomingMessage("t:5", "清河县", file=FILE)
    editor = work_for(upload, Role.EDITOR)
    assert (editor.route, editor.words, editor.file) == (ROUTES.upload, "清河县", FILE)
    assert work_for(upload, Role.READER).route is ROUTES.upload  # it may be a draft to check
    needs_editor = Outcome(toast=plain("access.needs_editor"), alert=True)
    assert work_for(ButtonPress("1", "l:x:1"), Role.READER).outcome == needs_editor
    needs_admin = reply_with(sentence("access.needs_admin"))
    assert work_for(written("", "users"), Role.EDITOR).outcome == needs_admin
    assert work_for(written("", "users"), Role.ADMIN).route is ROUTES.commands["users"]


def test_what_only_administrators_see_is_not_shown_to_a_group() -> None:
    in_private = reply_with(sentence("access.in_private"))
    shown = work_for(written("", "users"), Role.ADMIN, in_group=True)
    assert (shown.route, shown.outcome) == (None, in_private)


def test_what_cannot_be_read_is_told_so() -> None:
    told = reply_with(sentence("wait.unreadable"))
    assert work_for(written(), Role.READER).outcome == told


def test_stop_tells_whether_there_was_something_to_stop() -> None:
    stop = written("", "stop")
    assert work_for(stop, Role.READER, stopped=2).outcome == reply_with(sentence("wait.stopping"))
    nothing = reply_with(sentence("wait.nothing_to_stop"))
    assert work_for(stop, Role.READER).outcome == nothing


@pytest.mark.parametrize("verdict", ["too_fast", "crowded"])
def test_what_was_decided_at_the_door_is_told(verdict: str) -> None:
    told = reply_with(sentence(f"wait.{verdict}"))
    assert work_for(written("问"), Role.READER, verdict=verdict).outcome == told
    assert work_for(written("问"), Role.READER, verdict="dropped") == Dispatch("dropped")


@pytest.mark.parametrize(
    ("role", "needs", "denial"),
    [
        (Role.READER, Role.READER, None),
        (Role.READER, Role.EDITOR, Denial.NEEDS_EDITOR),
        (Role.EDITOR, Role.ADMIN, Denial.NEEDS_ADMIN),
        (Role.ASKING, Role.EDITOR, Denial.UNKNOWN_PERSON),
        (Role.STRANGER, Role.STRANGER, None),
    ],
)
def test_a_denial_says_what_is_missing(role: Role, needs: Role, denial: Denial | None) -> None:
    assert denial_of(role, needs) is denial


def test_what_another_sent_is_changed_by_administrators_alone() -> None:
    assert may_change(Role.EDITOR, "t:1", "t:1")
    assert may_change(Role.ADMIN, "t:1", "t:2")
    assert not may_change(Role.EDITOR, "t:1", "t:2")


def test_the_settings_go_before_what_was_decided(state: State) -> None:
    state.people.give("t:1", "甲", Role.REFUSED, 0.0)
    state.people.give("t:2", "乙", Role.ADMIN, 0.0)
    access = Access(state.people, ("t:1",), state.restrictions)
    roles = [access.role_of(user_id) for user_id in ("t:1", "t:2", "t:3")]
    assert roles == [Role.ADMIN, Role.ADMIN, Role.STRANGER]
    assert access.admins() == ["t:1", "t:2"]
    assert access.fixed_role("t:1", by="t:2") is FixedRole.SET_BY_SETTINGS
    assert access.fixed_role("t:2", by="t:2") is FixedRole.NOT_ONESELF
    assert access.fixed_role("t:2", by="t:1") is None
