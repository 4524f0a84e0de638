import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation.features import library
from bot.conversation.messages import Outcome
from bot.conversation.wording import plain
from knowledge.storage.sqlite import write_lock
from knowledge.understanding.pipeline import Overrides
from tests.bot.conftest import CLEAR, MARSH
from tests.bot.conversation.features.office.conftest import (
    ADMIN,
    EDITOR,
    Office,
    buttons_of,
    data_of,
    text_of,
)
from tests.bot.conversation.features.office.test_uploads import NEWER, TEXT, send
from tests.knowledge.material import write_reports

YES, NO, UNDO = plain("remove.yes"), plain("button.cancel"), plain("upload.undo")
HERS = "青禾县市场监管局2023年"


def tap(office: Office, said: Outcome, label: str, user_id: str = ADMIN) -> Outcome:
    return library.on_removal_press(office.context(user_id), data_of(said, label))


def asked(office: Office, label: str) -> Outcome:
    return tap(office, library.remove(office.context(ADMIN), ""), label)


def test_a_report_leaves_after_a_yes(office: Office) -> None:
    question = asked(office, f"{MARSH}2023年上半年")
    assert f"{MARSH}2023年上半年" in text_of(question)
    assert f"{MARSH}2023年上半年" in {b + p for b, p in office.held().values()}
    context = office.context(ADMIN)
    said = library.on_removal_press(context, data_of(question, YES))
    assert MARSH not in {bureau for bureau, _ in office.held().values()}
    assert CLEAR in {bureau for bureau, _ in office.held().values()}
    assert library.on_removal_press(context, data_of(question, YES)) == said
    assert office.actions() == ["remove"]


def test_a_report_that_was_not_sent_comes_back_and_that_is_said(office: Office) -> None:
    said = tap(office, asked(office, f"{MARSH}2023年上半年"), YES)
    assert "苇塘区2023年上半年.txt" in text_of(said)
    assert "它会回来" in text_of(said)
    assert not buttons_of(said)


def test_nothing_leaves_after_a_no(office: Office) -> None:
    before = office.held()
    question = asked(office, f"{MARSH}2023年上半年")
    said = tap(office, question, NO)
    assert plain("remove.kept", label=f"{MARSH}2023年上半年") in text_of(said)
    assert office.held() == before
    assert not office.actions()


def test_a_report_that_was_sent_leaves_with_its_file_and_can_come_back(
    empty_office: Office,
) -> None:
    send(empty_office, "青禾县.txt", TEXT)
    send(empty_office, "青禾县.txt", NEWER)
    question = asked(empty_office, HERS)
    said = tap(empty_office, question, YES)
    assert not empty_office.held()  # nor does the former version come back
    assert not empty_office.files()
    assert "它会回来" not in text_of(said)
    context = empty_office.context(ADMIN)
    back = library.on_removal_press(context, data_of(said, UNDO))
    assert plain("remove.back", label=HERS) in text_of(back)
    (entry,) = empty_office.library.reports()
    assert empty_office.library.report(entry.id).text == NEWER
    assert library.on_removal_press(context, data_of(said, UNDO)) == back
    assert tap(empty_office, question, YES).toast == plain("button.stale")
    assert empty_office.held()
    assert empty_office.actions() == ["upload", "upload", "remove", "undo_remove"]


def test_what_lies_in_a_folder_as_well_is_said_to_come_back(empty_office: Office) -> None:
    send(empty_office, "青禾县.txt", TEXT)
    folder = empty_office.folder / "reports"
    write_reports(folder, 1)
    with empty_office.library.loader() as loader:
        list(loader.load([folder], Overrides()))
    said = tap(empty_office, asked(empty_office, HERS), YES)
    assert "report-0000.txt" in text_of(said)
    assert UNDO in buttons_of(said)
    assert not empty_office.held()


def test_only_who_asked_answers(office: Office) -> None:
    question = asked(office, f"{MARSH}2023年上半年")
    said = tap(office, question, YES, EDITOR)
    assert said.toast == plain("button.stale")
    assert MARSH in {bureau for bureau, _ in office.held().values()}


def test_a_report_that_left_meanwhile_is_gone(office: Office) -> None:
    first, second = (asked(office, f"{MARSH}2023年上半年") for _ in range(2))
    choose = library.remove(office.context(ADMIN), "")
    tap(office, first, YES)
    assert plain("remove.gone") in text_of(tap(office, second, YES))
    assert tap(office, choose, f"{MARSH}2023年上半年").toast == plain("remove.gone")


def test_an_empty_library_has_nothing_to_remove(empty_office: Office) -> None:
    said = library.remove(empty_office.context(ADMIN), "")
    assert text_of(said) == plain("remove.nothing")


def test_a_library_that_is_being_written_is_left_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.library._LOCK_SECONDS", 0.01)
    question = asked(office, f"{MARSH}2023年上半年")
    before = office.held()
    with write_lock(office.services.data_dir):
        assert tap(office, question, YES).toast == plain("upload.button_busy")
    assert office.held() == before
    tap(office, question, YES)
    assert office.held() != before


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.one_of(st.text(max_size=60), st.from_regex(r"[rpnyz](:[0-9a-f]{1,20}){0,3}", fullmatch=True))
)
def test_garbled_data_never_raises(office: Office, data: str) -> None:
    said = library.on_removal_press(office.context(ADMIN), data)
    assert said.toast or said.page
    assert len(office.held()) == 4
