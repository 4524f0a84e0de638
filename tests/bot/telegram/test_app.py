import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.errors import TelegramRefused, TelegramUnreachable
from bot.settings import Settings
from bot.telegram.app import make_application
from knowledge.builtin_embedder import BuiltinEmbedder
from knowledge.errors import EmbeddingFailed
from knowledge.library import Library
from knowledge.store import Vectors
from tests.bot.conftest import CLEAR, MARSH, MASKED
from tests.bot.telegram.botapi import BOT, SECONDS, TOKEN, USERNAME, BotApi, message, serving

ROOT = Path(__file__).parent.parent.parent.parent
ADMIN, OTHER_ADMIN, STRANGER = 7, 8, 4242
QUESTION = "清河县2023年上半年检查药店多少家"


@pytest.fixture
def api() -> Iterator[BotApi]:
    with serving() as server:
        yield server


def settings(url: str) -> Settings:
    return Settings.model_construct(
        telegram_bot_token=SecretStr(TOKEN),
        telegram_api_base=url + "/",
        admin_ids=(ADMIN, OTHER_ADMIN),
    )


def during_polling(api: BotApi, library: Library, talk: Callable[[], None]) -> None:
    """Run the bot while ``talk`` goes on, then stop it as a signal would."""

    async def run() -> None:
        application = make_application(settings(api.url), library)
        async with application:
            await application.start()
            assert application.updater
            await application.updater.start_polling()
            try:
                await asyncio.to_thread(talk)
            finally:
                await application.updater.stop()
                await application.stop()

    asyncio.run(run())


def replies(api: BotApi, library: Library, *messages: dict[str, object]) -> list[str]:
    """The text that the bot sends after each of some messages."""
    texts: list[str] = []

    def talk() -> None:
        for each in messages:
            api.put(each)
            texts.append(api.sent().text)

    during_polling(api, library, talk)
    return texts


def test_an_admins_question_is_answered_with_its_quotes(api: BotApi, library: Library) -> None:
    def talk() -> None:
        api.put(message(QUESTION, sender=ADMIN))
        typing = api.call("sendChatAction", "sendMessage")
        assert (typing.method, typing.given["action"]) == ("sendChatAction", "typing")
        sent = api.sent()
        assert sent.given["chat_id"] == str(ADMIN)
        assert sent.given["parse_mode"] == "HTML"
        assert sent.text.startswith(f"{CLEAR}2023年上半年：83家")
        assert (
            f"<b>[1] {CLEAR} 2023年上半年 · 一、主要工作开展情况 › （二）守好药品安全</b>"
            in sent.text
        )
        assert "<blockquote expandable>检查药店83家、诊所129家" in sent.text

    during_polling(api, library, talk)


def test_a_follow_up_goes_with_the_questions_of_its_chat(api: BotApi, library: Library) -> None:
    first, own, other = replies(
        api,
        library,
        message("清河县2023年上半年立案多少件", sender=ADMIN),
        message("苇塘区呢？", sender=ADMIN),
        message("罚没款多少万元", sender=OTHER_ADMIN),
    )
    assert "146件" in first
    assert own.startswith(f"{MARSH}2023年上半年：205件")
    assert MASKED in other


def test_after_new_the_question_before_is_forgotten(api: BotApi, library: Library) -> None:
    *_, fresh, answer = replies(
        api,
        library,
        message("清河县2022年立案多少件", sender=ADMIN),
        message("/new", sender=ADMIN),
        message("2023年上半年各局立案多少件", sender=ADMIN),
    )
    assert fresh == "好，换个话题。"
    assert "205件" in answer


def test_a_stranger_gets_only_their_number(api: BotApi, library: Library) -> None:
    typed = (QUESTION, "/start", "/help", "/reports", "/new")
    for told in replies(api, library, *(message(text, sender=STRANGER) for text in typed)):
        assert str(STRANGER) in told
        assert "ADMIN_IDS" in told
        assert not any(word in told for word in (CLEAR, MARSH, MASKED, "83家", "/reports"))


def test_help_and_reports_tell_what_can_be_asked_and_what_is_held(
    api: BotApi, library: Library
) -> None:
    typed = ("/start", "/help", "/reports")
    start, told, held = replies(api, library, *(message(text, sender=ADMIN) for text in typed))
    assert start == told
    assert "/reports" in told
    assert "/new" in told
    assert f"· {CLEAR}：2022年、2023年上半年" in held
    assert f"· {MASKED}：2023年上半年" in held


def test_in_a_group_the_bot_answers_who_speaks_to_it(api: BotApi, library: Library) -> None:
    heard = (
        message(f"@{USERNAME} {QUESTION}", sender=ADMIN, group=True),
        message(f"{QUESTION}@{USERNAME.upper()}", sender=ADMIN, group=True),
        message(QUESTION, sender=ADMIN, group=True, reply_to={"from": BOT, "text": "答"}),
    )
    for told in replies(api, library, *heard):
        assert "83家" in told
        assert USERNAME not in told


def test_in_a_group_the_bot_keeps_out_of_what_is_not_for_it(api: BotApi, library: Library) -> None:
    somebody = {"id": 1, "is_bot": False, "first_name": "乙"}
    overheard = (
        message(QUESTION, sender=ADMIN, group=True),
        message(QUESTION, sender=STRANGER, group=True),
        message(f"@{USERNAME}2 {QUESTION}", sender=ADMIN, group=True),
        message(f"@{USERNAME}", sender=ADMIN, group=True),
        message(QUESTION, sender=ADMIN, group=True, reply_to={"from": somebody, "text": "话"}),
        message("/reports@another_bot", sender=ADMIN, group=True),
    )

    def talk() -> None:
        for each in overheard:
            api.put(each)
        api.put(message("/new", sender=ADMIN))
        assert api.call("sendMessage", "sendChatAction").text == "好，换个话题。"

    during_polling(api, library, talk)


def test_a_stranger_in_a_group_is_told_so_when_they_speak_to_it(
    api: BotApi, library: Library
) -> None:
    heard = message(f"@{USERNAME} {QUESTION}", sender=STRANGER, group=True)
    (told,) = replies(api, library, heard)
    assert str(STRANGER) in told
    assert CLEAR not in told


class Failing:
    """An embedder that makes no vectors."""

    name = BuiltinEmbedder.name

    def __init__(self, error: Exception) -> None:
        self._error = error

    def embed(self, texts: Sequence[str]) -> Vectors:  # noqa: ARG002 - the protocol's
        """Vectors of no text."""
        raise self._error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (EmbeddingFailed(reason="连不上"), "向量接口没有给出结果：连不上。"),
        (RuntimeError("inner-workings"), "程序内部出错"),
    ],
)
def test_an_error_is_told_in_a_sentence_and_the_bot_goes_on(
    api: BotApi, library: Library, data_dir: Path, error: Exception, said: str
) -> None:
    assert library
    failing = Library(data_dir, Failing(error))
    told, fresh = replies(
        api, failing, message(QUESTION, sender=ADMIN), message("/new", sender=ADMIN)
    )
    failing.close()
    assert told.startswith(said)
    assert "inner-workings" not in told
    assert fresh == "好，换个话题。"


def test_a_reply_that_telegram_refuses_is_told(api: BotApi, library: Library) -> None:
    def talk() -> None:
        api.refused.append("sendMessage")
        api.put(message(QUESTION, sender=ADMIN))
        assert api.sent().given["parse_mode"] == "HTML"
        told = api.sent()
        assert told.text.startswith("程序内部出错")
        assert "parse_mode" not in told.given

    during_polling(api, library, talk)


def started(url: str, data_dir: Path) -> "subprocess.Popen[str]":
    """``python -m bot`` with a token, against one server."""
    given = {"DATA_DIR": str(data_dir), "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": url}
    return subprocess.Popen(
        [sys.executable, "-m", "bot"],
        env=os.environ | given | {"ADMIN_IDS": str(ADMIN), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def test_a_token_that_telegram_does_not_know_is_told_in_one_line(
    api: BotApi, library: Library, data_dir: Path
) -> None:
    assert library
    api.known = False
    with started(api.url, data_dir) as running:
        out, err = running.communicate(timeout=SECONDS)
    assert (running.returncode, out) == (1, "")
    assert err == f"{TelegramRefused()}\n"


def test_a_server_that_does_not_answer_is_told_in_one_line(
    library: Library, data_dir: Path
) -> None:
    assert library
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
    with started(url, data_dir) as running:
        out, err = running.communicate(timeout=SECONDS)
    assert (running.returncode, out) == (1, "")
    assert err == f"{TelegramUnreachable(url=url)}\n"


def test_the_bot_says_that_it_has_begun_and_stops_cleanly(
    api: BotApi, library: Library, data_dir: Path
) -> None:
    assert library
    with started(api.url, data_dir) as running:
        api.put(message("/new", sender=ADMIN))
        assert api.sent().text == "好，换个话题。"
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=SECONDS)
    assert (running.returncode, out) == (0, "")
    assert err == f"机器人 @{USERNAME} 已启动，按 Ctrl-C 停止。\n"
