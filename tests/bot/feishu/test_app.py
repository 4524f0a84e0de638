import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.conversation.adapter import AdapterFault, ReceivedUpdate
from bot.errors import FeishuRefused, FeishuUnreachable, SettingsInvalid
from bot.feishu.adapter import FeishuAdapter
from bot.feishu.app import open_client, open_feishu
from bot.feishu.connection import EventConnection, FeishuTiming
from bot.state.opening import State
from knowledge.errors import StoreBusy
from knowledge.library import Library
from tests.bot.conftest import CLEAR
from tests.bot.fake_app import ASKED, are_answers_in_order
from tests.bot.feishu.fake_server import (
    HELD,
    HELD_DONE,
    LOST,
    UNANSWERED,
    FakeFeishu,
    fake_feishu,
)
from tests.bot.feishu.running import ADMIN, AT_ONCE, PATIENT, serving_feishu, settings_for
from tests.forked import ForkedCommand
from tests.patience import address_of_nobody

QUESTION = "清河县2023年上半年检查药店多少家"
Talk = Callable[[FakeFeishu], Awaitable[None]]


@pytest.fixture
def folder(library: Library, data_dir: Path, tmp_path: Path) -> Path:
    assert library
    shutil.copytree(data_dir, tmp_path / "own")
    return tmp_path / "own"


def while_serving(
    folder: Path, talk: Talk, timing: FeishuTiming = PATIENT, **settings: Any
) -> None:
    async def run() -> None:
        async with fake_feishu() as fake, serving_feishu(fake, folder, timing, **settings):
            await talk(fake)

    asyncio.run(run())


def test_an_answer_is_a_card_that_is_written_in_sight_and_gets_its_buttons_last(
    folder: Path,
) -> None:
    async def talk(fake: FakeFeishu) -> None:
        await fake.says(ADMIN, QUESTION)
        answer = await fake.told(ADMIN, "83家")
        assert answer.card
        assert answer.card.versions[0]["body"]["elements"][0]["content"].startswith("正在翻报告")
        assert answer.card.versions[0]["config"]["streaming_mode"]
        assert "[1]" in answer.labels
        assert len(fake.messages) == 1

    while_serving(folder, talk)


def test_a_few_words_come_where_the_button_was_pressed(folder: Path) -> None:
    async def talk(fake: FakeFeishu) -> None:
        await fake.says(ADMIN, QUESTION)
        answer = await fake.told(ADMIN, "83家")
        press = await fake.presses(ADMIN, answer, "有用")
        assert await fake.wait_for(lambda: fake.toasts.get(press))

    while_serving(folder, talk)


def test_a_page_takes_the_place_of_the_message_whose_button_was_pressed(folder: Path) -> None:
    async def talk(fake: FakeFeishu) -> None:
        await fake.says(ADMIN, "/reports")
        listed = await fake.told(ADMIN, "库里的报告")
        assert listed.card
        before = len(listed.card.versions)
        await fake.presses(ADMIN, listed, "苇塘区")
        await fake.wait_for(lambda: listed.card and len(listed.card.versions) > before)
        assert len(fake.messages) == 1

    while_serving(folder, talk)


def test_masks_are_shown_as_they_are_and_never_become_markup(folder: Path) -> None:
    async def talk(fake: FakeFeishu) -> None:
        await fake.says(ADMIN, "**县市场监管局2023年上半年立案多少件")
        answer = await fake.told(ADMIN, "原文已隐去")
        assert answer.card
        assert answer.text.startswith("**县市场监管局2023年上半年：立案*件")
        first = answer.card.now["body"]["elements"][0]["content"].split("\n")[0]
        assert "*" not in first

    while_serving(folder, talk)


def test_in_a_group_the_bot_answers_who_mentions_it_and_replies_to_them(folder: Path) -> None:
    async def talk(fake: FakeFeishu) -> None:
        await fake.says(ADMIN, QUESTION, group="oc_g")
        await fake.says(ADMIN, "@助手", group="oc_g")
        said = await fake.says(ADMIN, f"@助手 {QUESTION}", group="oc_g")
        answer = await fake.told("oc_g", "83家")
        assert answer.text.startswith(CLEAR)
        assert answer.reply_to == said
        await fake.presses(ADMIN, answer, "[1]")
        await fake.told("oc_g", "化妆品店57家", since=1)
        assert {m.chat for m in fake.messages} == {"oc_g"}

    while_serving(folder, talk)


def test_nothing_of_a_report_reaches_a_stranger_until_they_are_let_in(folder: Path) -> None:
    async def talk(fake: FakeFeishu) -> None:
        await fake.says(ADMIN, "/id")
        await fake.told(ADMIN, "feishu:ou_wang")
        await fake.says("ou_li", QUESTION)
        refused = await fake.told("ou_li", "还没有开通")
        await fake.presses("ou_li", refused, "申请使用")
        asked = await fake.told(ADMIN, "李平", since=2)
        assert not any("83家" in m.text for m in fake.messages)
        await fake.presses(ADMIN, asked, "同意")
        await fake.told("ou_li", "申请通过")
        await fake.says("ou_li", QUESTION)
        await fake.told("ou_li", "83家")

    while_serving(folder, talk)


@pytest.mark.parametrize("fault", [LOST, UNANSWERED, 99991400, 230020])
@pytest.mark.parametrize("at", range(5))
def test_whatever_is_lost_or_refused_each_question_is_answered_once(
    folder: Path, fault: int | str, at: int
) -> None:
    async def talk(fake: FakeFeishu) -> None:
        fake.faults.extend([*[None] * at, fault])
        await fake.says(ADMIN, QUESTION, times=2, parts=3)
        await fake.says(ADMIN, "苇塘区2023年上半年立案多少件")
        await fake.told(ADMIN, "205件")
        assert [m.is_final for m in fake.messages] == [True, True]
        assert "83家" in fake.messages[0].text

    while_serving(folder, talk)


def test_a_token_that_is_no_longer_taken_is_asked_for_anew(folder: Path) -> None:
    async def talk(fake: FakeFeishu) -> None:
        fake.forget_token()
        await fake.says(ADMIN, QUESTION)
        await fake.told(ADMIN, "83家")

    while_serving(folder, talk)


def test_of_many_questions_none_is_lost_doubled_or_out_of_order(folder: Path) -> None:
    chance = Random(7)  # noqa: S311 - the same every time
    people = [f"ou_p{n}" for n in range(8)]

    async def talk(fake: FakeFeishu) -> None:
        faults: list[int | str | None] = [LOST, UNANSWERED, 99991400]
        fake.faults.extend(chance.choice([*[None] * 15, *faults]) for _ in range(200))
        for question in ASKED:
            for who in people:
                await fake.says(who, question, times=chance.choice([1, 2]))
            fake.drop()
        for who in people:
            await fake.told(who, ASKED[question])
            told = [m.text for m in fake.messages if m.chat == who and m.is_final]
            assert are_answers_in_order(told)

    admins = tuple(f"feishu:{who}" for who in people)
    while_serving(folder, talk, admin_ids=admins)


def test_a_connection_that_breaks_is_opened_again_and_what_was_missed_comes(folder: Path) -> None:
    async def talk(fake: FakeFeishu) -> None:
        connections = fake.connections
        fake.drop()
        await fake.says(ADMIN, QUESTION)
        await fake.told(ADMIN, "83家")
        assert fake.connections > connections

    while_serving(folder, talk)


def test_a_connection_that_is_silent_is_opened_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.feishu.connection._MARGIN", 0.1)

    async def run() -> None:
        async with fake_feishu() as fake:
            fake.ping, fake.is_deaf = 1, True
            async with serving_feishu(fake, folder, FeishuTiming(silence=0.0)):
                await fake.wait_for(lambda: fake.connections > 1)

    asyncio.run(run())


def bot_process(fake: FakeFeishu, folder: Path) -> ForkedCommand:
    """The bot as people start it, killed at the end."""
    settings = {
        "FEISHU_APP_ID": fake.app_id,
        "FEISHU_APP_SECRET": fake.secret,
        "FEISHU_API_BASE": fake.url,
        "ADMIN_IDS": f"feishu:{ADMIN}",
        "DATA_DIR": str(folder),
    }
    return ForkedCommand(environment=settings)


@pytest.mark.parametrize("fault", [HELD, HELD_DONE])
@pytest.mark.parametrize("at", ["card", "message", "answer"])
def test_what_a_killed_bot_left_is_answered_by_the_next_one_once(
    folder: Path, at: str, fault: str
) -> None:
    async def run() -> None:
        async with fake_feishu() as fake:
            fake.faults.extend([*[None] * ["card", "message", "answer"].index(at), fault])
            with bot_process(fake, folder):
                await fake.wait_for(lambda: fake.connections)
                await fake.says(ADMIN, QUESTION)
                await fake.wait_for(lambda: fake.held)
            with bot_process(fake, folder):
                await fake.told(ADMIN, "83家")
                await fake.wait_for(lambda: fake.connections == 2)
                await fake.says(ADMIN, "/id")
                await fake.told(ADMIN, "feishu:ou_wang")
                assert len([m for m in fake.messages if "83家" in m.text]) == 1

    asyncio.run(run())


class Sink:
    """Takes nothing, as a full disk does."""

    is_full = False

    def take(self, received: Sequence[ReceivedUpdate]) -> None:
        assert received
        raise StoreBusy(path=Path("full"))

    def note_receiving(self, *, ok: bool) -> None:
        self.is_receiving = ok

    def note_error(self, error: Exception) -> None:
        self.error = error


def test_what_could_not_be_kept_is_not_said_to_be_received(folder: Path) -> None:
    async def run() -> None:
        async with fake_feishu() as fake, open_client(settings_for(fake, folder)) as client:
            adapter = FeishuAdapter(client, EventConnection(client, PATIENT), pauses=AT_ONCE)
            sink = Sink()
            receiving = asyncio.create_task(adapter.receive(sink))
            await fake.wait_for(lambda: fake.connections)
            await fake.says(ADMIN, QUESTION)
            fake.drop()
            await fake.wait_for(lambda: fake.connections == 2)
            assert not fake.acknowledged
            fake.secret = "another"  # noqa: S105 - of a test
            fake.drop()
            with pytest.raises(FeishuRefused):
                await receiving
            assert isinstance(sink.error, AdapterFault | StoreBusy)

    asyncio.run(run())


def test_who_is_not_known_is_told_in_one_line(folder: Path) -> None:
    async def run() -> None:
        state = State.open(folder)
        async with fake_feishu() as fake:
            settings = settings_for(fake, folder, feishu_app_secret=None)
            with pytest.raises(SettingsInvalid, match="FEISHU_APP_SECRET"):
                async with open_feishu(settings, folder, state):
                    pass
            settings = settings_for(fake, folder)
            fake.secret = "another"  # noqa: S105 - of a test
            with pytest.raises(FeishuRefused, match="FEISHU_APP_SECRET"):
                async with open_feishu(settings, folder, state):
                    pass
        state.close()

    asyncio.run(run())


def test_a_server_that_does_not_answer_is_told_in_one_line(folder: Path) -> None:
    async def run(url: str) -> None:
        settings = settings_for(FakeFeishu(), folder, feishu_api_base=url)
        state = State.open(folder)
        with pytest.raises(FeishuUnreachable, match="连不上"):
            async with open_feishu(settings, folder, state):
                pass
        state.close()

    with address_of_nobody() as address:
        asyncio.run(run(f"http://{address}"))
    asyncio.run(run("no address"))
