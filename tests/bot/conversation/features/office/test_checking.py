"""``/check`` in the chat: a draft is looked at, and nothing is stored."""

import pytest

from bot.conversation.features import checking, uploads
from bot.conversation.messages import Outcome
from bot.conversation.wording import plain
from knowledge.errors import UnreadableFile
from tests.bot.conversation.features.office.conftest import (
    EDITOR,
    NOON,
    READER,
    Office,
    buttons_of,
    text_of,
)
from tests.bot.conversation.features.office.test_uploads import LOOK, STORE, TEXT, send, tap
from tests.bot.conversation.features.walking import messages
from tests.bot.official.test_comments import anchors
from tests.bot.uploads.packing import packed

DRAFT = """清河县市场监管局2022年工作总结

一、主要工作
（一）食品安全
完成食品抽检850批次，合格率96.4%。
（三）执法办案
全年立案287件,罚没款163.2万元。
"""
FOUND = ("850批次", "（三）", ",")


def ask_check(office: Office, words: str = "", user_id: str = EDITOR) -> Outcome:
    return checking.check(office.context(user_id), words)


def assert_checked(office: Office, said: Outcome) -> None:
    """The draft was checked, and nothing of it was stored."""
    told = text_of(said)
    assert "查出3处" in told
    assert "“850批次”→“805批次”" in told
    (document,) = said.documents
    assert document.name == "稿子（批注）.docx"
    assert set(anchors(document.content).values()) == set(FOUND)
    assert not office.files()
    assert not office.contents()
    assert DRAFT not in [office.library.report(e.id).text for e in office.library.all_reports()]


def test_the_file_after_the_command_is_checked_and_the_next_one_is_loaded(office: Office) -> None:
    assert "我只看、不存" in text_of(ask_check(office))
    assert_checked(office, send(office, "稿子.txt", DRAFT))
    send(office, "青禾县.txt", TEXT)
    assert office.files()


@pytest.mark.parametrize("caption", ["核对一下", "帮我看看这份", "校对 清河县 2022年"])
def test_a_caption_that_says_so_is_enough(office: Office, caption: str) -> None:
    assert_checked(office, send(office, "稿子.txt", DRAFT, caption=caption))


def test_a_reader_may_have_a_draft_checked_and_may_not_upload(office: Office) -> None:
    refused = send(office, "稿子.txt", DRAFT, context=office.context(READER))
    assert plain("access.needs_editor") in text_of(refused)
    assert not office.files()
    ask_check(office, user_id=READER)
    assert_checked(office, send(office, "稿子.txt", DRAFT, context=office.context(READER)))


def test_the_same_update_again_is_checked_again(office: Office) -> None:
    ask_check(office)
    context = office.context(EDITOR)
    first = send(office, "稿子.txt", DRAFT, context=context)
    again = send(office, "稿子.txt", DRAFT, context=context)
    assert text_of(again) == text_of(first)
    assert [file.name for file in again.documents] == [file.name for file in first.documents]


def test_a_wish_of_yesterday_is_forgotten(office: Office) -> None:
    ask_check(office)
    send(office, "青禾县.txt", TEXT, context=office.context(EDITOR, now=NOON + 86_400))
    assert office.files()


def test_words_with_the_command_tell_whose_it_is(office: Office) -> None:
    ask_check(office, "清河县 2022年")
    said = send(office, "稿子.txt", DRAFT.replace("清河县市场监管局2022年工作总结\n", "工作总结\n"))
    assert "“850批次”→“805批次”" in text_of(said)


def test_a_passage_after_the_command_is_a_draft_itself(office: Office) -> None:
    assert_checked(office, ask_check(office, DRAFT))
    send(office, "青禾县.txt", TEXT)
    assert office.files()


@pytest.mark.parametrize(
    "name", ["清河县2022年.txt", "清河县市场监管局2022年工作总结", "清河县市场监管局 2022年"]
)
def test_a_stored_report_is_checked_by_its_name(office: Office, name: str) -> None:
    assert "《清河县2022年.txt》" in text_of(ask_check(office, name))


def test_an_upload_may_be_taken_back_and_only_looked_at(office: Office) -> None:
    before = office.held()
    loaded = send(office, "稿子.txt", DRAFT)
    assert office.held() != before
    said = tap(office, loaded, LOOK)
    assert office.held() == before
    assert not office.files()
    assert "查出3处" in text_of(said)
    assert said.documents
    assert [*buttons_of(said)] == [STORE]
    stored = tap(office, said, STORE)
    assert "稿子.txt" in office.held()
    assert LOOK in buttons_of(stored)


def test_a_sound_draft_is_told_to_be_sound_without_a_document(office: Office) -> None:
    ask_check(office)
    said = send(office, "稿子.txt", "清河县市场监管局2022年工作总结\n完成食品抽检805批次。\n")
    assert "没有查出要改的地方" in text_of(said)
    assert not said.documents


def test_of_many_findings_the_first_are_shown(office: Office) -> None:
    ask_check(office)
    said = send(office, "稿子.txt", "检查药店,发现问题。\n" * 9)
    assert "还有" in text_of(said)
    assert messages(said.replies[0])


def test_an_archive_and_a_picture_are_not_checked(office: Office) -> None:
    ask_check(office)
    said = send(office, "几份.zip", packed({"a.txt": DRAFT.encode()}))
    assert text_of(said) == plain("check.archive")
    ask_check(office)
    with pytest.raises(UnreadableFile):
        send(office, "图.png", b"\x89PNG\r\n\x1a\n" + bytes(64))


def test_without_an_upload_there_is_nothing_to_look_at(office: Office) -> None:
    context = office.context(EDITOR)
    assert uploads.on_upload_press(context, "v:99").toast == plain("button.stale")
