import asyncio
import json
import shutil
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.conversation.adapter import Destination, MessageGone
from bot.conversation.messages import Text
from bot.errors import ListenFailed, SettingsInvalid, WecomCallbackSilent
from bot.state.opening import State
from bot.wecom.adapter import WecomAdapter
from bot.wecom.app import open_wecom, try_callback
from bot.wecom.callback import CallbackConnection, CallbackTiming
from bot.wecom.encryption import Envelope
from bot.wecom.protocol import MESSAGE, RESPOND, frame_of, stream_body
from knowledge.library import Library
from tests.bot.conftest import CLEAR
from tests.bot.fake_app import ASKED, are_answers_in_order
from tests.bot.wecom.fake_caller import (
    AES_KEY,
    BOT,
    CUT_OFF,
    TOKEN,
    CallingWecom,
    calling_wecom,
    query_of,
    sealed,
)
from tests.bot.wecom.fake_server import FakeMessage
from tests.bot.wecom.running import ADMIN, PATIENT_CALLS, callback_settings, serving_callback
from tests.forked import ForkedCommand
from tests.patience import PATIENCE, address_of_nobody

QUESTION = "清河县2023年上半年检查药店多少家"
Talk = Callable[[CallingWecom], Awaitable[None]]


@pytest.fixture
def folder(library: Library, data_dir: Path, tmp_path: Path) -> Path:
    assert library
    shutil.copytree(data_dir, tmp_path / "own")
    return tmp_path / "own"


def while_serving(
    folder: Path, talk: Talk, timing: CallbackTiming = PATIENT_CALLS, **settings: Any
) -> None:
    async def run() -> None:
        async with (
            calling_wecom() as fake,
            serving_callback(fake, folder, timing=timing, **settings),
        ):
            await talk(fake)

    asyncio.run(run())


def final_texts(fake: CallingWecom, chat: str = ADMIN) -> list[str]:
    return [m.text for m in fake.messages if m.chat == chat and m.finished and m.text]


async def card_after(fake: CallingWecom, since: int = 0) -> FakeMessage:
    card: FakeMessage = await fake.wait_for(
        lambda: next((m for m in fake.messages[since:] if m.card), None)
    )
    return card


def test_an_answer_is_one_stream_and_its_card(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        await fake.says(ADMIN, QUESTION)
        answer = await fake.told(ADMIN, "83家")
        assert "正在" in answer.versions[0]
        assert answer.text.startswith(CLEAR)
        card = await card_after(fake)
        await fake.presses(ADMIN, card, "[1]")
        await fake.told(ADMIN, "化妆品店57家", 1)
        assert card.card["main_title"]["desc"] == "已点：[1]"
        assert [m.kind for m in fake.messages] == ["stream", "template_card", "markdown"]

    while_serving(folder, talk)


def test_a_menu_is_walked_to_its_end_though_each_press_brings_one_address(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        await fake.says(ADMIN, "/summary")
        for label in ("清河县", "2023年上半年", "按条线选", "食品安全"):
            card = await fake.wait_for(partial(card_with, fake, label))
            await fake.presses(ADMIN, card, label)
        await fake.told(ADMIN, "412批次")
        await fake.wait_for(partial(card_with, fake, "换一部分"))

    while_serving(folder, talk)


def card_with(fake: CallingWecom, label: str) -> FakeMessage | None:
    cards = (m for m in reversed(fake.messages) if any(label in text for text in m.labels))
    return next(cards, None)


def test_a_button_whose_answer_is_a_few_words_is_answered_by_a_message(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        await fake.says(ADMIN, QUESTION)
        await fake.presses(ADMIN, await card_after(fake), "有用")
        await fake.wait_for(lambda: fake.messages[-1].kind == "markdown")

    while_serving(folder, talk)


def test_in_a_group_the_mention_is_no_part_of_the_question(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        await fake.says(ADMIN, "@监管助手", group="g1")
        await fake.says(ADMIN, f"@监管助手 {QUESTION}", group="g1")
        answer = await fake.told("g1", "83家")
        assert answer.text.startswith(CLEAR)
        assert {m.chat for m in fake.messages} == {"g1"}

    while_serving(folder, talk)


def test_a_long_answer_is_one_message_all_the_same(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        await fake.says(ADMIN, "/summary 清河县2023年上半年 一页")
        await card_after(fake)
        assert [m.kind for m in fake.messages] == ["stream", "template_card"]
        assert len(fake.messages[0].text.encode()) > 2000

    while_serving(folder, talk)


def test_a_file_that_cannot_be_sent_is_told(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        await fake.says(ADMIN, "写个清河县2023年下半年的工作打算，存成word")
        told = await fake.told(ADMIN, "这里发不了文件")
        assert ".docx" in told.text
        assert [m.kind for m in fake.messages if m.text] == ["stream"]

    while_serving(folder, talk)


def test_a_report_that_is_sent_is_read(folder: Path, reads_here: None) -> None:  # noqa: ARG001 - set up before it
    async def talk(fake: CallingWecom) -> None:
        report = "松林县市场监管局2023年上半年工作总结\n\n一、执法办案\n立案77件。\n"
        await fake.sends_file(ADMIN, "松林县.txt", report.encode())
        await fake.told(ADMIN, "松林县市场监管局")
        await fake.says(ADMIN, "松林县2023年上半年立案多少件")
        await fake.told(ADMIN, "77件")

    while_serving(folder, talk)


def test_who_opens_the_chat_is_greeted_within_the_call(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        greeting = await fake.enters("li")
        assert greeting
        assert "监管助手" in greeting["text"]["content"]

    while_serving(folder, talk)


def test_what_is_not_answered_keeps_nobody_waiting(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        await fake.says("li", "在吗")
        await fake.told("li", "还没有开通")
        await fake.says("li", "在吗")
        await fake.says(ADMIN, QUESTION)
        await fake.told(ADMIN, "83家")
        assert len([m for m in fake.messages if m.chat == "li" and m.text]) == 1

    while_serving(folder, talk)


@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize("times", [1, 2])
def test_whatever_is_cut_off_each_question_is_answered_once(
    folder: Path, at: int, times: int
) -> None:
    async def talk(fake: CallingWecom) -> None:
        fake.faults.extend([*[None] * at, CUT_OFF])
        await fake.says(ADMIN, QUESTION, times=times)
        await fake.says(ADMIN, "苇塘区2023年上半年立案多少件")
        await fake.wait_for(partial(fake.answers, ADMIN, 2))
        answers = [t for t in final_texts(fake) if "83家" in t or "205件" in t]
        assert len(answers) == 2

    while_serving(folder, talk)


def test_of_many_questions_none_is_lost_doubled_or_out_of_order(folder: Path) -> None:
    chance = Random(7)  # noqa: S311 - the same every time
    people = [f"p{n}" for n in range(8)]

    async def talk(fake: CallingWecom) -> None:
        fake.faults.extend(chance.choice([*[None] * 15, CUT_OFF]) for _ in range(400))
        for question in ASKED:
            for who in people:
                await fake.says(who, question, times=chance.choice([1, 2]))
        for who in people:
            answers = await fake.wait_for(partial(fake.answers, who, len(ASKED)))
            assert are_answers_in_order(m.text for m in answers)

    admins = tuple(f"wecom:{who}" for who in people)
    while_serving(folder, talk, admin_ids=admins)


def test_an_answer_for_which_wecom_calls_no_more_goes_to_its_address_once(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        fake.is_away = True
        await fake.says(ADMIN, QUESTION)
        answer = await fake.told(ADMIN, "83家")
        assert answer.kind == "markdown"
        fake.is_away = False
        await fake.told(ADMIN, "另发一条")
        assert len([text for text in final_texts(fake) if "83家" in text]) == 1

    while_serving(folder, talk, CallbackTiming(stream=PATIENCE, call=0.05, press=PATIENCE))


def test_an_answer_that_takes_too_long_for_a_stream_is_another_message(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        await fake.says(ADMIN, QUESTION)
        answer = await fake.told(ADMIN, "83家")
        assert answer.kind == "markdown"
        assert any("另发一条" in text for text in final_texts(fake))

    while_serving(folder, talk, CallbackTiming(stream=-1.0, call=PATIENCE, press=PATIENCE))


def test_what_nobody_can_be_told_is_told_once_they_write(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        await fake.says("li", QUESTION)
        await fake.presses("li", await card_after(fake), "申请使用")
        await fake.told("li", "交给管理员")
        await fake.says(ADMIN, QUESTION)
        await fake.told(ADMIN, "83家")
        request = await fake.told(ADMIN, "wecom:li")
        await fake.presses(ADMIN, request, "同意")
        await fake.told("li", "申请通过")
        assert len([text for text in final_texts(fake) if "有人申请" in text]) == 1

    while_serving(folder, talk)


def test_a_card_is_pressed_in_vain_only_as_long_as_wecom_waits(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        await fake.says(ADMIN, QUESTION)
        card = await card_after(fake)
        await fake.presses(ADMIN, card, "[1]")
        await fake.told(ADMIN, "化妆品店57家", 1)

    while_serving(folder, talk, CallbackTiming(stream=PATIENCE, call=PATIENCE, press=0.0))


def test_what_was_fetched_before_a_restart_is_not_said_again(folder: Path) -> None:
    async def run(state: State) -> None:
        envelope, key = Envelope(TOKEN, AES_KEY), "told before"
        state.notes.write("wecom_fetched", json.dumps([key]))
        connection = CallbackConnection(
            envelope, state, file_key="", timing=CallbackTiming(call=0.0)
        )
        await connection.call(RESPOND, stream_body(key, "83家", finish=True), "m1")
        with pytest.raises(MessageGone):
            await connection.call(RESPOND, stream_body("another", "83家", finish=True), "m2")
        await connection.aclose()

    state = State.open(folder)
    asyncio.run(run(state))
    state.close()


def test_where_wecom_cannot_be_reached_the_chat_goes_on(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        await fake.says(ADMIN, QUESTION)
        card = await card_after(fake)
        with address_of_nobody() as nobody:
            fake.own_url = f"http://{nobody}"
            await fake.presses(ADMIN, card, "[1]")
            await fake.says(ADMIN, "/id")
            await fake.told(ADMIN, "wecom:wang")
        assert len([text for text in final_texts(fake) if "化妆品店57家" in text]) == 1

    while_serving(folder, talk)


def test_an_address_outlives_a_restart_with_what_brought_it(folder: Path) -> None:
    async def run(state: State) -> None:
        async with calling_wecom() as fake:
            body = fake.body_of("li", "", {"msgtype": "text", "text": {"content": "问"}})
            connection = CallbackConnection(Envelope(TOKEN, AES_KEY), state, file_key="")
            adapter = WecomAdapter(connection)
            adapter.read_update(json.dumps(frame_of(MESSAGE, "m1", body)))
            await adapter.send(Destination("wecom:li"), Text("答"), ())
            assert final_texts(fake, "li") == ["答"]
            await connection.aclose()

    state = State.open(folder)
    asyncio.run(run(state))
    state.close()


def test_a_message_at_an_address_whose_outcome_is_lost_is_not_said_again(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        await fake.says(ADMIN, QUESTION)
        card = await card_after(fake)
        fake.faults.extend([None, CUT_OFF])
        await fake.presses(ADMIN, card, "[1]")
        await fake.says(ADMIN, "/id")
        await fake.told(ADMIN, "wecom:wang")
        assert len([text for text in final_texts(fake) if text.startswith("**[1]")]) == 1

    while_serving(folder, talk)


# -- who may call


def test_the_address_is_verified_by_what_was_encrypted(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        echo = sealed(b"1616140317555161061")
        shown = await fake._client.get(fake.bot_url, params=query_of(echo) | {"echostr": echo})
        assert (shown.status_code, shown.text) == (200, "1616140317555161061")
        wrong = query_of(echo, token="another") | {"echostr": echo}  # noqa: S106 - of a test
        assert (await fake._client.get(fake.bot_url, params=wrong)).status_code == 403
        assert (await fake._client.get(fake.bot_url)).status_code == 403

    while_serving(folder, talk)


def text_of(fake: CallingWecom, **other: Any) -> dict[str, Any]:
    parts = {"msgtype": "text", "text": {"content": QUESTION}}
    return {**fake.body_of(ADMIN, "", parts), **other}


def test_what_is_not_wecoms_or_not_for_us_is_refused_and_does_nothing(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        body = text_of(fake)
        long_ago = str(int(time.time()) - 90_000)
        refused = [
            await fake.post(body, token="another"),  # noqa: S106 - of a test
            await fake.post(body, receiver="ww-another"),
            await fake.post(body, timestamp=long_ago),
            await fake.post({**body, "aibotid": "another"}),
        ]
        assert [each.status_code for each in refused] == [403] * 4
        unsigned = {"encrypt": sealed(json.dumps(body).encode())}
        assert (await fake._client.post(fake.bot_url, json=unsigned)).status_code == 403
        with_other_key = sealed(json.dumps(body).encode(), key=bytes(32))
        answer = await fake._client.post(
            fake.bot_url, params=query_of(with_other_key), json={"encrypt": with_other_key}
        )
        assert answer.status_code == 403
        await fake.says(ADMIN, "/id")
        await fake.told(ADMIN, "wecom:wang")
        assert len(fake.messages) == 1

    while_serving(folder, talk)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b'{"encrypt": 5}', b"[" * 100_000, "字".encode("gb18030")]
)
def test_what_is_no_call_at_all_is_refused(folder: Path, content: bytes) -> None:
    async def talk(fake: CallingWecom) -> None:
        answer = await fake._client.post(fake.bot_url, content=content)
        assert answer.status_code in (400, 403)

    while_serving(folder, talk)


@pytest.mark.parametrize(
    "body",
    [
        [], 5, {}, {"msgid": "m"}, {"msgtype": "stream"}, {"msgtype": "stream", "stream": {}},
        {"msgid": "m", "msgtype": "event"}, {"msgid": "m", "msgtype": "event", "event": 5},
    ],
)  # fmt: skip
def test_a_call_that_is_odd_does_no_harm(folder: Path, body: Any) -> None:
    async def talk(fake: CallingWecom) -> None:
        odd = body | {"aibotid": BOT} if isinstance(body, dict) else body
        assert (await fake.post(odd)).status_code in (200, 400, 403)
        await fake.says(ADMIN, QUESTION)
        await fake.told(ADMIN, "83家")

    while_serving(folder, talk)


def test_a_body_beyond_all_measure_is_not_taken(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        answer = await fake._client.post(fake.bot_url, content=b"[" * (2 << 20))
        assert answer.status_code == 413

    while_serving(folder, talk)


def test_a_call_that_is_brought_again_later_is_not_answered_again(folder: Path) -> None:
    async def talk(fake: CallingWecom) -> None:
        body = text_of(fake)
        await fake._bring(ADMIN, body, 1)
        await fake.told(ADMIN, "83家")
        for _ in range(3):
            assert (await fake.post(body)).status_code == 200
        await fake.says(ADMIN, "/id")
        await fake.told(ADMIN, "wecom:wang")
        assert len([m for m in fake.messages if m.text]) == 2

    while_serving(folder, talk)


# -- a bot that is killed, and one that cannot begin


def bot_process(fake: CallingWecom, folder: Path) -> ForkedCommand:
    """The bot as people start it, killed at the end."""
    where = fake.bot_url.removeprefix("http://").partition("/")[0]
    settings = {
        "WECOM_TOKEN": TOKEN,
        "WECOM_AES_KEY": AES_KEY,
        "WECOM_LISTEN": where,
        "ADMIN_IDS": f"wecom:{ADMIN}",
        "DATA_DIR": str(folder),
    }
    return ForkedCommand(environment=settings)


@pytest.mark.parametrize("fetched", [False, True])
def test_what_a_killed_bot_left_is_answered_by_the_next_one_once(
    folder: Path, *, fetched: bool
) -> None:
    async def run() -> None:
        async with calling_wecom() as fake:
            callback_settings(fake, folder)
            fake.is_away = not fetched
            with bot_process(fake, folder):
                while not fake.messages:
                    await fake.says(ADMIN, QUESTION)
                if fetched:
                    await fake.told(ADMIN, "83家")
            with bot_process(fake, folder):
                fake.is_away = False
                answer = await fake.told(ADMIN, "83家")
                while not any("wecom:wang" in text for text in final_texts(fake)):
                    await fake.says(ADMIN, "/id")
                assert len([text for text in final_texts(fake) if "83家" in text]) == 1
                assert answer.kind == "stream"

    asyncio.run(run())


def test_who_is_set_up_by_half_is_told_in_one_line(folder: Path) -> None:
    async def run() -> None:
        async with calling_wecom() as fake:
            settings = callback_settings(fake, folder, wecom_aes_key=None)
            with pytest.raises(SettingsInvalid, match="WECOM_AES_KEY"):
                async with open_wecom(settings, folder, None):  # type: ignore[arg-type]
                    pass

    asyncio.run(run())


def test_the_check_tells_whether_the_callback_is_or_can_be_received(folder: Path) -> None:
    async def run() -> None:
        async with calling_wecom() as fake:
            settings = callback_settings(fake, folder)
            await asyncio.to_thread(try_callback, settings)
            taken = settings.model_copy(
                update={"wecom_listen": fake.own_url.removeprefix("http://")}
            )
            with pytest.raises(WecomCallbackSilent, match="WECOM_LISTEN"):
                await asyncio.to_thread(try_callback, taken)
            with address_of_nobody() as address:
                silent = settings.model_copy(update={"wecom_listen": address})
                with pytest.raises(ListenFailed):
                    await asyncio.to_thread(try_callback, silent)
            async with serving_callback(fake, folder) as service:
                assert service
                where = fake.bot_url.removeprefix("http://").partition("/")[0]
                running = settings.model_copy(update={"wecom_listen": where})
                await asyncio.to_thread(try_callback, running)

    asyncio.run(run())
