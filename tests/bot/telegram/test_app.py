import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversation import service
from bot.errors import AlreadyRunning, TelegramRefused, TelegramUnreachable
from bot.ledger.chart import has_chinese_font
from bot.serving import serve_apps
from bot.state.opening import State
from bot.telegram.app import open_telegram
from bot.uploads.files import UploadLimits
from knowledge.library import Library
from knowledge.storage.sqlite import write_lock
from tests.bot.conftest import CLEAR, MARSH, MASKED
from tests.bot.telegram.running import (
    ADMIN,
    OPENINGS,
    button,
    folder_like,
    is_final,
    settings_for,
    while_serving,
)
from tests.bot_api.driving import LoopbackDriver
from tests.bot_api.faults import broken, dropped, flood
from tests.bot_api.records import ApiChat, ApiMessage, ApiUser
from tests.bot_api.server import serving
from tests.forked import ForkedCommand
from tests.patience import PATIENCE, address_of_nobody, free_port

QUESTION = "清河县2023年上半年检查药店多少家"


@pytest.fixture
def api() -> Iterator[LoopbackDriver]:
    with serving() as server:
        yield server


@pytest.fixture
def folder(library: Library, data_dir: Path, tmp_path: Path) -> Path:
    assert library
    return folder_like(data_dir, tmp_path)


def asked(api: LoopbackDriver, place: ApiChat | ApiUser, user: ApiUser, text: str) -> ApiMessage:
    """What the bot says at last to a text."""
    said = api.user_says(place, user, text)
    return api.wait_for_message(place, is_final, after=said)


def test_a_question_is_worked_on_in_sight_and_answered_with_its_quotes(
    api: LoopbackDriver, folder: Path
) -> None:
    def talk() -> None:
        user = api.user("甲", ADMIN)
        message = asked(api, user, user, QUESTION)
        assert message.text.startswith(f"{CLEAR}2023年上半年：检查药店83家")
        source = f"[1] {CLEAR} 2023年上半年 · 一、主要工作开展情况 › （二）守好药品安全"
        assert source in message.text
        assert "检查药店83家、诊所129家" in message.text
        assert message.marked.tags == {"b", "blockquote expandable"}
        assert message.earlier[0].startswith("正在翻报告")
        assert "typing" in api.actions(user)
        assert len(api.bot_messages(user)) == 1

    health = while_serving(api, folder, talk)
    assert health["answered"] == 1
    assert health["median_ms"] > 0


def test_in_a_group_the_bot_answers_who_speaks_to_it_and_replies_to_them(
    api: LoopbackDriver, folder: Path
) -> None:
    def talk() -> None:
        user, group = api.user("甲", ADMIN), api.group()
        name = f"@{api.bot.username}"
        for text in (f"{name} {QUESTION}", f"/ask{name} {QUESTION}"):
            said = api.user_says(group, user, text)
            told = api.wait_for_message(group, is_final, after=said)
            assert "83家" in told.text
            assert told.reply_to == said.id
        again = api.user_says(group, user, QUESTION, reply_to=told)
        assert "83家" in api.wait_for_message(group, is_final, after=again).text

    while_serving(api, folder, talk)


def test_in_a_group_the_bot_keeps_out_of_what_is_not_for_it(
    api: LoopbackDriver, folder: Path
) -> None:
    def talk() -> None:
        user, other, group = api.user("甲", ADMIN), api.user("乙", 99), api.group()
        note = api.user_says(group, other, "话")
        api.user_says(group, user, QUESTION)
        api.user_says(group, user, f"@{api.bot.username}2 {QUESTION}")
        api.user_says(group, user, QUESTION, reply_to=note)
        api.user_says(group, user, "/reports@another_bot")
        assert asked(api, user, user, "/new").text == "好，换个话题。"
        assert not api.bot_messages(group)

    while_serving(api, folder, talk)


def test_nothing_of_a_report_reaches_a_stranger(api: LoopbackDriver, folder: Path) -> None:
    def talk() -> None:
        admin, stranger = api.user("甲", ADMIN), api.user("丙", 4242)
        answer = asked(api, admin, admin, QUESTION)
        api.user_says(stranger, stranger, QUESTION)
        api.wait_for_message(stranger, is_final)
        api.forwards(stranger, stranger, answer)
        api.sends_document(stranger, stranger, "a.txt", b"x", "")
        api.edits(api.user_says(stranger, stranger, "x"), QUESTION)
        api.user_says(stranger, stranger, "/reports")
        api.wait_until_read()
        raw = {"id": stranger.id, "is_bot": False, "first_name": "丙"}
        for data in (button(answer, "[1]"), "e:1", "s:1:b1", "u:4242:reader", "r:0"):
            chat = {"id": stranger.id, "type": "private"}
            shown = {"message_id": answer.id, "date": 1, "chat": chat}
            query = {"id": "1", "from": raw, "chat_instance": "1", "message": shown, "data": data}
            api.put_update({"callback_query": query})
        behind = api.inline_query(stranger, QUESTION)
        assert api.wait_for_answer(behind)["results"] == []
        assert asked(api, admin, admin, "/new")
        told = [m.text for m in api.bot_messages(stranger)]
        assert told
        assert str(stranger.id) in told[0]
        for text in told:
            assert not any(w in text for w in (CLEAR, MARSH, MASKED, "83家", "/reports"))

    while_serving(api, folder, talk)


@pytest.mark.skipif(not has_chinese_font(), reason="no Chinese font (fonts-noto-cjk)")
def test_a_chart_comes_as_a_picture_and_as_a_file(api: LoopbackDriver, folder: Path) -> None:
    def talk() -> None:
        user = api.user("甲", ADMIN)
        table = asked(api, user, user, "/figures 食品抽检合格率")
        api.taps(table, "📊 画成图", user)
        picture = api.wait_for_message(user, lambda m: m.document is not None)
        file = api.wait_for_message(user, lambda m: m.document is not None, after=picture)
        assert picture.document
        assert file.document
        assert (picture.document.is_photo, file.document.is_photo) == (True, False)
        assert picture.document.content == file.document.content

    while_serving(api, folder, talk)


def test_an_example_of_the_start_is_asked_by_a_tap(api: LoopbackDriver, folder: Path) -> None:
    def talk() -> None:
        user = api.user("甲", ADMIN)
        start = asked(api, user, user, "/start")
        assert 1 <= len([b for row in start.buttons for b in row]) <= 3
        label = start.buttons[0][0].text
        api.taps(start, label, user)
        answer = api.wait_for_message(user, is_final, after=start)
        assert answer.text.startswith(f"问：{label}")
        assert "[1]" in answer.text

    while_serving(api, folder, talk)


def test_whatever_telegram_loses_each_question_is_answered_once_and_in_order(
    api: LoopbackDriver, folder: Path
) -> None:
    def talk() -> None:
        user = api.user("甲", ADMIN)
        for fault in (flood(1), broken(500), dropped(after=True)):
            api.faults.plan(fault, "editMessageText")
        for fault in (broken(502), dropped(after=False)):
            api.faults.plan(fault, "sendMessage")
        api.faults.plan(broken(502), "getUpdates")
        for text in (QUESTION, "苇塘区2023年上半年立案多少件"):
            said = api.user_says(user, user, text)
        told = api.wait_for_message(user, lambda m: "205件" in m.text, after=said)
        finals = [m.text for m in api.bot_messages(user) if is_final(m)]
        assert len(finals) == 2
        assert "83家" in finals[0]
        assert finals[1] == told.text

    while_serving(api, folder, talk)


def test_a_message_that_somebody_deleted_comes_anew(api: LoopbackDriver, folder: Path) -> None:
    def talk() -> None:
        user = api.user("甲", ADMIN)
        api.faults.plan(broken(500), "editMessageText", times=1000)
        said = api.user_says(user, user, QUESTION)
        opened = api.wait_for_message(user, after=said)
        api.deletes(opened)
        api.faults.clear()
        assert "83家" in api.wait_for_message(user, is_final, after=opened).text

    while_serving(api, folder, talk)


def test_a_blocked_chat_does_not_hold_up_the_bot(api: LoopbackDriver, folder: Path) -> None:
    def talk() -> None:
        blocking, admin = api.user("乙", 99), api.user("甲", ADMIN)
        api.user_says(blocking, blocking, QUESTION)
        api.blocks(blocking)
        assert "83家" in asked(api, admin, admin, QUESTION).text

    while_serving(api, folder, talk)
    state = State.open(folder)
    assert not state.inbox.count_open(["telegram"])
    state.close()


def test_who_asks_too_fast_is_told_once(api: LoopbackDriver, folder: Path) -> None:
    def talk() -> None:
        user = api.user("甲", ADMIN)
        with api.together():
            for _ in range(6):
                api.user_says(user, user, "/new")
        api.wait_for_message(user, lambda m: "太快" in m.text)

    while_serving(api, folder, talk, rate_per_minute=3)
    texts = [m.text for m in api.bot_messages(ADMIN)]
    assert texts[:3] == ["好，换个话题。"] * 3
    assert len(texts) == 4


def test_the_menus_of_commands_are_set_for_each_scope(api: LoopbackDriver, folder: Path) -> None:
    def talk() -> None:
        api.user("甲", ADMIN)
        api.wait_for(lambda a: a.commands(f"chat {ADMIN}"))
        assert "status" in api.commands(f"chat {ADMIN}")
        assert "status" not in api.commands("all_private_chats")
        assert "ask" in api.commands("all_group_chats")

    while_serving(api, folder, talk)


def test_brought_updates_are_answered_and_the_state_of_health_is_told(
    api: LoopbackDriver, folder: Path
) -> None:
    port = free_port()

    def talk() -> None:
        user = api.user("甲", ADMIN)
        api.wait_for(lambda a: a.calls("setWebhook"))
        assert "83家" in asked(api, user, user, QUESTION).text
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=PATIENCE) as told:
            assert b'"polling_ok": true' in told.read()
        forged = urllib.request.Request(f"http://127.0.0.1:{port}/hook", b"{}")
        with pytest.raises(urllib.request.HTTPError) as refused:
            urllib.request.urlopen(forged, timeout=PATIENCE)  # noqa: S310 - our own
        refused.value.close()
        assert refused.value.code == 403

    where = {"webhook_url": f"http://127.0.0.1:{port}/hook", "webhook_listen": f"127.0.0.1:{port}"}
    while_serving(api, folder, talk, **where)


def started(url: str, data_dir: Path, token: str, *words: str) -> ForkedCommand:
    """``python -m bot`` with a token, against one server."""
    given = {"DATA_DIR": str(data_dir), "TELEGRAM_BOT_TOKEN": token, "TELEGRAM_API_BASE": url}
    return ForkedCommand(*words, environment=given | {"ADMIN_IDS": str(ADMIN)})


def test_a_token_that_telegram_does_not_know_is_told_in_one_line(
    api: LoopbackDriver, folder: Path
) -> None:
    with started(api.url, folder, "1:unknown") as running:
        code, out, err = running.wait()
    assert (code, out) == (1, "")
    assert err == f"{TelegramRefused()}\n"


def test_a_server_that_does_not_answer_is_told_in_one_line(folder: Path) -> None:
    with address_of_nobody() as address, started(f"http://{address}", folder, "1:any") as running:
        code, out, err = running.wait()
    assert (code, out) == (1, "")
    assert err == f"{TelegramUnreachable(url=f'http://{address}')}\n"


def test_the_bot_says_that_it_has_begun_and_stops_cleanly(
    api: LoopbackDriver, folder: Path
) -> None:
    user = api.user("甲", ADMIN)
    with started(api.url, folder, api.token) as running:
        api.user_says(user, user, "/new")
        assert api.wait_for_message(user, is_final).text == "好，换个话题。"
        running.send_signal(signal.SIGINT)
        code, out, err = running.wait()
    assert (code, out) == (0, "")
    assert err.startswith(f"机器人 @{api.bot.username} 已启动，按 Ctrl-C 停止。\n")
    assert api.token not in err


def test_a_file_that_takes_long_neither_holds_others_up_nor_the_end(
    api: LoopbackDriver, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "GRACE", 0.1)
    user, other = api.user("甲", ADMIN), api.user("乙", ADMIN + 1)
    slow = "一、\n" * 600_000  # some twenty seconds
    limits = UploadLimits(characters=len(slow))
    monkeypatch.setattr("bot.conversation.features.uploads.LIMITS", limits)

    def talk() -> None:
        api.sends_document(user, user, "长.txt", slow.encode(), "")
        api.wait_for_message(user, lambda m: m.text.startswith(OPENINGS))
        api.user_says(other, other, "/start")
        assert api.wait_for_message(other, is_final)

    while_serving(api, folder, talk, read_seconds=PATIENCE)
    assert not (folder / "uploads" / str(ADMIN) / "长.txt").exists()
    assert all(m.text.startswith(OPENINGS) for m in api.bot_messages(user))  # it was not refused


def test_files_lie_in_the_folder_that_was_named_on_the_command_line(
    api: LoopbackDriver, folder: Path, tmp_path: Path
) -> None:
    user, elsewhere = api.user("甲", ADMIN), tmp_path / "elsewhere"
    with started(api.url, elsewhere, api.token, "--data-dir", str(folder)) as running:
        api.sends_document(user, user, "白石县.txt", "白石县检查超市71家。".encode())
        api.wait_for_message(user, lambda m: bool(m.buttons))
        running.send_signal(signal.SIGINT)
        running.wait()
    assert (folder / "uploads" / str(ADMIN) / "白石县.txt").exists()
    assert not elsewhere.exists()


def test_what_a_killed_bot_left_is_answered_by_the_next_one_once(
    api: LoopbackDriver, folder: Path
) -> None:
    user = api.user("甲", ADMIN)
    api.faults.plan(broken(500), "editMessageText", times=1000)
    with started(api.url, folder, api.token) as running:
        said = api.user_says(user, user, QUESTION)
        opened = api.wait_for_message(user, after=said)
        api.wait_for(lambda a: a.calls("editMessageText"))
        running.kill()
        running.wait()
    api.faults.clear()

    def talk() -> None:
        api.wait_for(lambda a: "83家" in a.now(opened).text)
        assert [m.id for m in api.bot_messages(user)] == [opened.id]

    while_serving(api, folder, talk)


def test_a_second_bot_on_the_same_folder_is_refused(
    api: LoopbackDriver, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.conversation.service.GRACE", 0.0)
    with write_lock(folder, file="bot.lock"), pytest.raises(AlreadyRunning):
        serve_apps(settings_for(api, folder), folder, [open_telegram])
