import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.conversation.adapter import AdapterFault, ReceivedUpdate, RunElsewhere
from bot.errors import SettingsInvalid, WecomRefused, WecomUnreachable
from bot.wecom import protocol
from bot.wecom.adapter import WecomAdapter
from bot.wecom.app import open_connection, open_wecom
from bot.wecom.connection import WecomTiming
from knowledge.library import Library
from tests.bot.conftest import CLEAR
from tests.bot.fake_app import ASKED, are_answers_in_order
from tests.bot.wecom.fake_server import (
    HELD,
    HELD_DONE,
    LOST,
    UNANSWERED,
    FakeWecom,
    fake_wecom,
)
from tests.bot.wecom.running import ADMIN, AT_ONCE, PATIENT, serving_wecom, settings_for
from tests.forked import ForkedCommand
from tests.patience import PATIENCE, address_of_nobody

QUESTION = "清河县2023年上半年检查药店多少家"
Talk = Callable[[FakeWecom], Awaitable[None]]
_NEVER_TAKEN = 40058


@pytest.fixture
def folder(library: Library, data_dir: Path, tmp_path: Path) -> Path:
    assert library
    shutil.copytree(data_dir, tmp_path / "own")
    return tmp_path / "own"


def while_serving(folder: Path, talk: Talk, timing: WecomTiming = PATIENT, **settings: Any) -> None:
    async def run() -> None:
        async with fake_wecom() as fake, serving_wecom(fake, folder, timing=timing, **settings):
            await talk(fake)

    asyncio.run(run())


def test_an_answer_is_written_in_sight_and_finished_and_its_buttons_follow(folder: Path) -> None:
    async def talk(fake: FakeWecom) -> None:
        await fake.says(ADMIN, QUESTION)
        answer = await fake.told(ADMIN, "83家")
        assert answer.versions[0].startswith("正在翻报告")
        assert answer.kind == "stream"
        card = await fake.wait_for(lambda: next((m for m in fake.messages if m.card), None))
        assert "[1]" in card.labels
        since = len(fake.messages)
        await fake.presses(ADMIN, card, "[1]")
        await fake.told(ADMIN, "化妆品店57家", since)
        assert card.card["main_title"]["desc"] == "已点：[1]"
        assert [m.kind for m in fake.messages] == ["stream", "template_card", "markdown"]

    while_serving(folder, talk)


def test_a_button_whose_answer_is_a_few_words_is_answered_by_a_message(folder: Path) -> None:
    async def talk(fake: FakeWecom) -> None:
        await fake.says(ADMIN, QUESTION)
        card = await fake.wait_for(lambda: next((m for m in fake.messages if m.card), None))
        await fake.presses(ADMIN, card, "有用")
        await fake.wait_for(lambda: fake.messages[-1].kind == "markdown")

    while_serving(folder, talk)


def test_masks_never_become_markup(folder: Path) -> None:
    async def talk(fake: FakeWecom) -> None:
        await fake.says(ADMIN, "**县市场监管局2023年上半年立案多少件")
        answer = await fake.told(ADMIN, "原文已隐去")
        assert "＊＊县市场监管局2023年上半年：立案＊件" in answer.text

    while_serving(folder, talk)


def test_in_a_group_the_mention_is_no_part_of_the_question(folder: Path) -> None:
    async def talk(fake: FakeWecom) -> None:
        await fake.says(ADMIN, "@监管助手", group="g1")
        await fake.says(ADMIN, f"@监管助手 {QUESTION}", group="g1")
        answer = await fake.told("g1", "83家")
        assert answer.text.startswith(CLEAR)
        assert {m.chat for m in fake.messages} == {"g1"}

    while_serving(folder, talk)


def test_nothing_of_a_report_reaches_a_stranger_until_they_are_let_in(folder: Path) -> None:
    async def talk(fake: FakeWecom) -> None:
        await fake.says(ADMIN, "/id")
        await fake.told(ADMIN, "wecom:wang")
        await fake.says("li", QUESTION)
        await fake.told("li", "还没有开通")
        apply = await fake.wait_for(lambda: next((m for m in fake.messages if m.card), None))
        await fake.presses("li", apply, "申请使用")
        await fake.told(ADMIN, "wecom:li")
        asked = await fake.wait_for(
            lambda: next((m for m in fake.messages if m.chat == ADMIN and m.card), None)
        )
        assert not any("83家" in m.text for m in fake.messages)
        await fake.presses(ADMIN, asked, "同意")
        await fake.told("li", "申请通过")
        await fake.says("li", QUESTION)
        await fake.told("li", "83家")

    while_serving(folder, talk)


def test_who_opens_the_chat_is_greeted(folder: Path) -> None:
    async def talk(fake: FakeWecom) -> None:
        await fake.enters("li")
        (greeting,) = await fake.wait_for(
            lambda: [c for c in fake.commands if c["cmd"] == "aibot_respond_welcome_msg"]
        )
        assert "监管助手" in greeting["body"]["text"]["content"]

    while_serving(folder, talk)


def test_an_answer_longer_than_a_message_comes_in_several(folder: Path) -> None:
    async def talk(fake: FakeWecom) -> None:
        await fake.says(ADMIN, "/summary 清河县2023年上半年 一页")
        await fake.wait_for(lambda: any(m.card for m in fake.messages))
        texts = [m.text for m in fake.messages if m.kind == "stream"]
        assert len(texts) > 1
        assert all(len(text.encode()) <= 2000 for text in texts)

    while_serving(folder, talk)


def test_a_list_longer_than_six_buttons_can_be_chosen_from(folder: Path) -> None:
    async def talk(fake: FakeWecom) -> None:
        await fake.says(ADMIN, "/summary 清河县2023年上半年")
        card = await fake.wait_for(
            lambda: next((m for m in fake.messages if "checkbox" in m.card), None)
        )
        since = len(fake.messages)
        assert len(card.labels) > 6
        await fake.presses(ADMIN, card, list(card.labels)[2])
        await fake.wait_for(lambda: len(fake.messages) > since)

    while_serving(folder, talk)


def final_texts(fake: FakeWecom, chat: str = ADMIN) -> list[str]:
    told = (m for m in fake.messages if m.chat == chat and m.finished)
    return [m.text for m in told if m.kind in ("stream", "markdown")]


@pytest.mark.parametrize("fault", [LOST, UNANSWERED, 45009, 6000, -1, _NEVER_TAKEN])
@pytest.mark.parametrize("at", range(4))
def test_whatever_is_lost_or_refused_each_question_is_answered_once(
    folder: Path, fault: int | str, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "_SLOWER", dict.fromkeys(protocol._SLOWER, 0.0))

    async def talk(fake: FakeWecom) -> None:
        fake.faults.extend([*[None] * at, fault])
        await fake.says(ADMIN, QUESTION, times=2)
        await fake.says(ADMIN, "苇塘区2023年上半年立案多少件")
        await fake.told(ADMIN, "205件")
        cards = 1 if fault == _NEVER_TAKEN else 2  # if it is a card that is refused for good
        await fake.wait_for(lambda: len([m for m in fake.messages if m.card]) >= cards)
        answers = [t for t in final_texts(fake) if "83家" in t or "205件" in t]
        assert len(answers) == 2

    while_serving(folder, talk)


def test_what_can_be_replied_to_no_more_is_answered_all_the_same(folder: Path) -> None:
    async def talk(fake: FakeWecom) -> None:
        await fake.says(ADMIN, QUESTION)
        fake.forget_requests()
        answer = await fake.told(ADMIN, "83家")
        assert answer.kind == "markdown"
        await fake.wait_for(lambda: fake.messages[-1].card)

    while_serving(folder, talk)


def test_a_stream_that_is_too_old_leaves_its_words_to_a_new_message(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.wecom.adapter._TAKES_SECONDS", -1.0)

    async def talk(fake: FakeWecom) -> None:
        fake.faults.extend([None, 846608])
        await fake.says(ADMIN, QUESTION)
        await fake.told(ADMIN, "83家")
        assert len([text for text in final_texts(fake) if "83家" in text]) == 1

    while_serving(folder, talk)


def test_of_many_questions_none_is_lost_doubled_or_out_of_order(folder: Path) -> None:
    chance = Random(7)  # noqa: S311 - the same every time
    people = [f"p{n}" for n in range(8)]

    async def talk(fake: FakeWecom) -> None:
        faults: list[int | str | None] = [LOST, UNANSWERED, 6000]
        fake.faults.extend(chance.choice([*[None] * 15, *faults]) for _ in range(200))
        for question in ASKED:
            for who in people:
                await fake.says(who, question, times=chance.choice([1, 2]))
        for who in people:
            await fake.told(who, ASKED[question])
            assert are_answers_in_order(final_texts(fake, who))

    admins = tuple(f"wecom:{who}" for who in people)
    while_serving(folder, talk, admin_ids=admins)


def test_a_connection_that_breaks_is_opened_again(folder: Path) -> None:
    async def talk(fake: FakeWecom) -> None:
        for _ in range(3):
            connections = fake.connections
            await fake.drop()
            await fake.wait_for(lambda known=connections: fake.connections > known)  # type: ignore[misc]
        await fake.says(ADMIN, QUESTION)
        await fake.told(ADMIN, "83家")

    while_serving(folder, talk)


def test_a_connection_that_gives_no_sign_of_life_is_opened_again(folder: Path) -> None:
    async def talk(fake: FakeWecom) -> None:
        fake.is_deaf = True
        await fake.wait_for(lambda: fake.connections > 1)
        fake.is_deaf = False
        await fake.says(ADMIN, QUESTION)
        await fake.told(ADMIN, "83家")

    while_serving(folder, talk, WecomTiming(beat=0.0, answer=0.2, open=PATIENCE))


def test_another_connection_of_the_same_bot_is_told_to_whoever_looks(folder: Path) -> None:
    async def run() -> None:
        async with fake_wecom() as fake, serving_wecom(fake, folder) as service:
            settings = settings_for(fake, folder)
            async with open_wecom(settings, folder, None):  # type: ignore[arg-type]
                await fake.wait_for(lambda: service.live().last_error)
                assert service.live().last_error == RunElsewhere.__name__
            await fake.says(ADMIN, QUESTION)
            await fake.told(ADMIN, "83家")

    asyncio.run(run())


def bot_process(fake: FakeWecom, folder: Path) -> ForkedCommand:
    """The bot as people start it, killed at the end."""
    settings = {
        "WECOM_BOT_ID": fake.bot_id,
        "WECOM_SECRET": fake.secret,
        "WECOM_API_BASE": fake.url,
        "ADMIN_IDS": f"wecom:{ADMIN}",
        "DATA_DIR": str(folder),
    }
    return ForkedCommand(environment=settings)


@pytest.mark.parametrize("fault", [HELD, HELD_DONE])
@pytest.mark.parametrize("at", ["opening", "answer", "card"])
def test_what_a_killed_bot_left_is_answered_by_the_next_one_once(
    folder: Path, at: str, fault: str
) -> None:
    async def run() -> None:
        async with fake_wecom() as fake:
            fake.faults.extend([*[None] * ["opening", "answer", "card"].index(at), fault])
            with bot_process(fake, folder):
                await fake.wait_for(lambda: fake.connections)
                await fake.says(ADMIN, QUESTION)
                await fake.wait_for(lambda: fake.held)
            with bot_process(fake, folder):
                await fake.wait_for(lambda: fake.connections == 2)
                card = await fake.wait_for(lambda: next((m for m in fake.messages if m.card), None))
                await fake.says(ADMIN, "/id")
                await fake.told(ADMIN, "wecom:wang")
                assert [m.kind for m in fake.messages] == ["stream", "template_card", "stream"]
                assert "83家" in fake.messages[0].text
                assert fake.messages[0].finished
                assert fake.messages[1] is card

    asyncio.run(run())


def test_who_is_not_known_is_told_in_one_line(folder: Path) -> None:
    async def run() -> None:
        async with fake_wecom() as fake:
            settings = settings_for(fake, folder, wecom_secret=None)
            with pytest.raises(SettingsInvalid, match="WECOM_SECRET"):
                async with open_wecom(settings, folder, None):  # type: ignore[arg-type]
                    pass
            settings = settings_for(fake, folder)
            fake.secret = "another"  # noqa: S105 - of a test
            with pytest.raises(WecomRefused, match="WECOM_SECRET"):
                async with open_wecom(settings, folder, None):  # type: ignore[arg-type]
                    pass

    asyncio.run(run())


class Sink:
    """Takes nothing."""

    is_full = False

    def take(self, received: Sequence[ReceivedUpdate]) -> None:
        assert not received

    def note_receiving(self, *, ok: bool) -> None:
        self.is_receiving = ok

    def note_error(self, error: Exception) -> None:
        assert isinstance(error, AdapterFault)


def test_a_secret_that_is_no_longer_known_ends_the_service(folder: Path) -> None:
    async def run() -> None:
        async with (
            fake_wecom() as fake,
            open_connection(settings_for(fake, folder), PATIENT) as opened,
        ):
            adapter = WecomAdapter(opened, pauses=AT_ONCE, disk_pause=0.0)
            async with adapter.keep_connected():
                receiving = asyncio.create_task(adapter.receive(Sink()))
                fake.secret = "another"  # noqa: S105 - of a test
                await fake.drop()
                with pytest.raises(WecomRefused):
                    await receiving

    asyncio.run(run())


def test_a_server_that_does_not_answer_is_told_in_one_line(folder: Path) -> None:
    async def run(url: str) -> None:
        settings = settings_for(FakeWecom(), folder, wecom_api_base=url)
        with pytest.raises(WecomUnreachable, match="连不上"):
            async with open_wecom(settings, folder, None):  # type: ignore[arg-type]
                pass

    with address_of_nobody() as address:
        asyncio.run(run(f"ws://{address}"))
    asyncio.run(run("no address"))
